"""Nobody gets past the wall: roles, triggers, settings, and what they could reach."""
