"""Files as tables: any delimited text, XLSX and Parquet, row by row, nothing guessed."""

from __future__ import annotations

from groundplan.importer.files.opening import open_table
from groundplan.importer.files.sniff import Sniffed, sniff
from groundplan.importer.files.table import Cell, FileOptions, Row, Table

__all__ = ["Cell", "FileOptions", "Row", "Sniffed", "Table", "open_table", "sniff"]
