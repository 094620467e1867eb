"""SQL that rules of other modules say about quantities of a SKU."""

from __future__ import annotations

# Whole numbers fit every unit: only the others are looked up.
FITS_ITS_UNIT = """{r}.quantity = trunc({r}.quantity)
or scale(trim_scale({r}.quantity)) <= catalog.unit_decimals({r}.sku_id)"""

# For audits: the unit of a SKU may have changed since, when nothing of it was there.
FITTED_ITS_UNIT = (
    FITS_ITS_UNIT
    + """
or exists (
    select from core.audit_log as log
    join catalog.skus as changed on changed.id::text = log.row_id
    where log.schema_name = 'catalog' and log.table_name = 'skus'
      and log.row_id = {r}.sku_id::text and log.old_row ->> 'unit_code' <> changed.unit_code)"""
)
