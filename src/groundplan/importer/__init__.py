"""Real files, loaded by the same tables and rules as everything else."""

from groundplan.importer.online_retail import ImportResult, import_online_retail

__all__ = ["ImportResult", "import_online_retail"]
