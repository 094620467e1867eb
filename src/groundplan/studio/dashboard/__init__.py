"""What the dashboard knows: the question in a URL, ranges of days, the answer, and who listens."""
