"""Groundplan: a database architecture kit for orders, inventory and CRM on PostgreSQL."""

__version__ = "0.1.0"
