"""In which zones business days may have been counted: what audits of dates start from.

Zones and the hour at which a day begins are settled before the first fact (FixedByUse). What the
maintenance door changed later is known from the images in the audit log, so that days which were
counted before stay right.
"""

from __future__ import annotations


def business_days(table: str, key: str) -> str:
    """Common table expressions; the last is ``days`` (tenant_id, place, time_zone, day_starts_at).

    ``table`` has a time zone of its own, the tenant's where null; ``key`` is the column by which
    facts refer to it: ``place``. No row where no zone is known.
    """
    schema, name = table.split(".")
    return f"""tenant_settings as (
    select tenant.id as tenant_id, tenant.time_zone, tenant.day_starts_at
    from core.tenants as tenant
    union
    select before.id, before.time_zone, before.day_starts_at
    from core.audit_log as image
    cross join lateral jsonb_populate_record(null::core.tenants, image.old_row) as before
    where image.schema_name = 'core' and image.table_name = 'tenants'
      and image.operation = 'update' and image.reason is not null
), place_settings as (
    select place.tenant_id, place.{key}, place.time_zone
    from {table} as place
    union
    select before.tenant_id, before.{key}, before.time_zone
    from core.audit_log as image
    cross join lateral jsonb_populate_record(null::{table}, image.old_row) as before
    where image.schema_name = '{schema}' and image.table_name = '{name}'
      and image.operation = 'update' and image.reason is not null
), days as materialized (
    select place.tenant_id, place.{key} as place, zone.name as time_zone, tenant.day_starts_at
    from place_settings as place
    join tenant_settings as tenant on tenant.tenant_id = place.tenant_id
    cross join lateral (
        select coalesce(place.time_zone, tenant.time_zone) as name
    ) as zone
    where core.is_time_zone(zone.name)
)"""


_DAY = "core.business_date({moment}, {zone}, {begins})"


def counted_before_a_change(
    facts: str, moment: str, place: tuple[str, str, str], also: str = "false"
) -> str:
    """A query of facts whose day is that of settings that were changed without a reason.

    ``facts`` is a table whose rows are called ``fact``; ``moment`` is when a row counts; ``place``
    is the table with a zone of its own, its key and the fact's column for it. ``also`` is further
    evidence, over ``fact``, the tenant's settings ``before`` and those of now, ``tenant``.
    """
    table, key, column = place
    then = _DAY.format(
        moment=f"fact.{moment}",
        zone="coalesce(place.time_zone, before.time_zone)",
        begins="before.day_starts_at",
    )
    return f"""select fact.id, 'worked out with the settings before ' || image.changed_at as detail
from core.audit_log as image
cross join lateral jsonb_populate_record(null::core.tenants, image.old_row) as before
join core.tenants as tenant on tenant.id = before.id
join {facts} as fact on fact.tenant_id = tenant.id
left join {table} as place on place.tenant_id = tenant.id and place.{key} = fact.{column}
where image.schema_name = 'core' and image.table_name = 'tenants' and image.operation = 'update'
  and image.reason is null
  and (before.currency_code, before.time_zone, before.day_starts_at)
      is distinct from (tenant.currency_code, tenant.time_zone, tenant.day_starts_at)
  and ({also}
       or fact.business_date = {then}
       and fact.business_date <> {_now("fact." + moment)})"""


def counted_before_a_place_changed(facts: str, moment: str, place: tuple[str, str, str]) -> str:
    """A query of facts whose day is that of a zone of their place, changed without a reason."""
    table, key, column = place
    schema, name = table.split(".")
    then = _DAY.format(
        moment=f"fact.{moment}",
        zone="coalesce(before.time_zone, tenant.time_zone)",
        begins="tenant.day_starts_at",
    )
    return f"""select fact.id, 'worked out with the zone before ' || image.changed_at as detail
from core.audit_log as image
cross join lateral jsonb_populate_record(null::{table}, image.old_row) as before
join {table} as place on place.id = before.id
join core.tenants as tenant on tenant.id = place.tenant_id
join {facts} as fact on fact.tenant_id = tenant.id and fact.{column} = place.{key}
where image.schema_name = '{schema}' and image.table_name = '{name}'
  and image.operation = 'update' and image.reason is null
  and before.time_zone is distinct from place.time_zone
  and fact.business_date = {then}
  and fact.business_date <> {_now("fact." + moment)}"""


def _now(moment: str) -> str:
    return _DAY.format(
        moment=moment,
        zone="coalesce(place.time_zone, tenant.time_zone)",
        begins="tenant.day_starts_at",
    )
