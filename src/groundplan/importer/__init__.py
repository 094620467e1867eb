"""Data from elsewhere: shop exports, spreadsheets, databases, through the rules of the modules."""

from groundplan.importer.loading.report import Amounts, ImportReport, Progress, Rejected
from groundplan.importer.loading.run import import_bundle, import_files
from groundplan.importer.mapping.model import BadMapping, FileMapping
from groundplan.importer.mapping.toml import (
    built_in,
    built_in_names,
    bundle,
    bundle_names,
    parse_mapping,
    read_mapping,
)
from groundplan.importer.online_retail import ImportResult, import_online_retail

__all__ = [
    "Amounts",
    "BadMapping",
    "FileMapping",
    "ImportReport",
    "ImportResult",
    "Progress",
    "Rejected",
    "built_in",
    "built_in_names",
    "bundle",
    "bundle_names",
    "import_bundle",
    "import_files",
    "import_online_retail",
    "parse_mapping",
    "read_mapping",
]
