"""From files to the tables of the modules, and the report of it."""
