"""The systems of the race. Each module has ``open_system(url)``, whose methods are commands."""
