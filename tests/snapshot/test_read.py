"""The Snapshot says what the catalog says, the same on every version."""

from __future__ import annotations

from pathlib import Path

from groundplan.database import connect
from groundplan.snapshot import Reference, read_snapshot

SHOP = Path(__file__).parent.parent / "proof" / "shop.sql"

MORE = """
comment on schema shop is 'A shop';
comment on column shop.tenants.name is 'Its name';
create view shop.open_deliveries with (security_invoker = true) as
    select id, gross from shop.deliveries where status = 'open';
create function shop.seal() returns trigger language plpgsql set search_path = '' as
    'begin return new; end';
create trigger t10_seal before update on shop.deliveries
    for each row execute function shop.seal();
create policy own on shop.suppliers for select using (tenant_id = 1);
alter table shop.suppliers enable row level security;
create table shop.years (day date not null) partition by range (day);
create table shop.year_2024 partition of shop.years
    for values from ('2024-01-01') to ('2025-01-01');
"""


def test_everything_in_a_schema_is_read(empty_database: str) -> None:
    with connect(empty_database, autocommit=True) as connection:
        connection.execute(SHOP.read_bytes())
        connection.execute(MORE)
        snapshot = read_snapshot(connection, ["shop", "absent"])
        assert connection.execute("show search_path").fetchone() == ('"$user", public',)
        assert snapshot == read_snapshot(connection, ["shop"])
    (schema,) = snapshot.schemas
    assert schema.comment == "A shop"
    deliveries = snapshot.table("shop.deliveries")
    constraints = {each.name: each for each in deliveries.constraints}
    assert [each.kind for each in constraints.values()].count("check") == 4
    # NOT NULL is a property of the column on every version, no constraint on any.
    assert deliveries.column("status").not_null
    assert not any("not_null" in name for name in constraints)
    gross = deliveries.column("gross")
    assert gross.generated_from == ("net", "tax")
    assert gross.default is None
    assert gross.type == "numeric(10,2)"
    assert snapshot.table("shop.suppliers").column("code").collation == "C"
    assert snapshot.table("shop.tenants").column("id").identity
    assert snapshot.table("shop.tenants").column("name").comment == "Its name"
    key = constraints["delivery_is_of_a_supplier_of_the_tenant"]
    assert key.columns == ("supplier_id", "tenant_id")
    assert key.references == Reference(
        "shop", "suppliers", ("id", "tenant_id"), "no action", "no action"
    )
    assert key.deferrable
    assert key.initially_deferred
    assert constraints["lot_arrives_once"].nulls_not_distinct
    exclusion = constraints["open_deliveries_never_overlap"]
    assert [operator for _, operator in exclusion.elements] == [
        "operator(pg_catalog.=)",
        "operator(pg_catalog.&&)",
    ]
    assert exclusion.predicate == "(status = 'open'::text)"
    assert set(exclusion.columns) == {"supplier_id", "starts_on", "ends_on", "status"}
    indexes = {each.name: each for each in deliveries.indexes}
    first = indexes["supplier_has_one_first_delivery"]
    assert (first.unique, first.predicate, first.constraint) == (True, "is_first", None)
    assert indexes["deliveries_pkey"].constraint == "deliveries_pkey"
    assert indexes['Odd "name"'].keys == ("lower(lot)", "starts_on")
    assert [each.function for each in deliveries.triggers] == ["shop.seal"]
    suppliers = snapshot.table("shop.suppliers")
    assert suppliers.row_security
    assert suppliers.policies[0].roles == ("public",)
    (view,) = schema.views
    assert view.options == ("security_invoker=true",)
    assert [column.name for column in view.columns] == ["id", "gross"]
    assert [each.identity for each in schema.functions] == ["shop.seal()"]
    assert [each.owned_by for each in schema.sequences] == ["shop.tenants.id"]
    assert snapshot.table("shop.years").partitioned
    assert snapshot.table("shop.year_2024").is_partition
