"""Why an export is not written, or not restored."""

from __future__ import annotations

from groundplan.errors import GroundplanError


class DirectoryInUse(GroundplanError):
    """The directory holds something that an export must not overwrite."""


class RowsHidden(GroundplanError):
    """Row-level security would hide rows, and an export would be half of the truth."""


class UnknownTable(GroundplanError):
    """There is no table or view of this name in the schemas of the installed modules."""


class ParquetMissing(GroundplanError):
    """The library that reads and writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Parquet needs the library polars, which is not installed.",
            hint="Install it with `pip install 'polars~=2.1'`, or use CSV.",
        )


class OtherDatabase(GroundplanError):
    """The database has other modules, tables or columns than the export."""


class WrongTenant(GroundplanError):
    """The export cannot be restored as this tenant, or no tenant was named."""


class NotEmpty(GroundplanError):
    """The tenant that an export is to be restored as has rows already."""


class ChecksumDiffers(GroundplanError):
    """What arrived in a table is not what the export was made from."""
