"""Records the walkthrough as a video, and takes the pictures of the gallery."""
