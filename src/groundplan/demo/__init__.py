"""The demonstration: a shop with a year of orders, attacked, reported and verified."""

from groundplan.demo.show import DATABASE, DatabaseIsYours, show
from groundplan.demo.tables import REPORTS, Column, ReportTable, table_lines

__all__ = [
    "DATABASE",
    "REPORTS",
    "Column",
    "DatabaseIsYours",
    "ReportTable",
    "show",
    "table_lines",
]
