"""See module.py, tables.sql, rules.py and functions.sql."""
