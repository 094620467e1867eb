"""See module.py."""
