"""The subject: one folder for each module, one PostgreSQL schema, one purpose."""
