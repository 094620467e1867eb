"""Mappings: which columns of a file fill which fields. Data, in TOML."""
