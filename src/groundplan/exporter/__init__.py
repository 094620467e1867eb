"""Take a tenant's data out as CSV or Parquet, and bring it back with equal checksums."""

from groundplan.exporter.export import export_data
from groundplan.exporter.manifest import Manifest, read_manifest
from groundplan.exporter.restore import Restored, restore_export

__all__ = ["Manifest", "Restored", "export_data", "read_manifest", "restore_export"]
