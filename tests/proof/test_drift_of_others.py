"""What others put beside our objects, what they may do with them, and rows that rules rest on.

Many cases stand in one database and are compared once: each is named by itself.
"""

from __future__ import annotations

from groundplan.compose.grants import RoleNames, grants
from groundplan.proof.drift import Drift
from tests.proof.world import WEAK, World, role, run, taken_back

FUNCTIONS = """
create function public.mine() returns trigger language plpgsql as $$ begin return new; end $$;
create function public.word() returns text language plpgsql as $$ begin return 'word'; end $$;
create function public.fits(given text) returns boolean immutable language plpgsql as
    $$ begin return true; end $$;
create function public.same(text, text) returns boolean immutable language plpgsql as
    $$ begin return true; end $$;
create function public.compared(integer, integer) returns integer immutable language plpgsql as
    $$ begin return 0; end $$;
create function sales.word() returns text language plpgsql as $$ begin return 'word'; end $$;
create operator public.=== (leftarg = text, rightarg = text, function = public.same);
create domain public.checked as text check (public.fits(value));
create domain public.checked_again as public.checked;
create domain public.given as text default public.word();
create table public.others (id integer primary key);
create table public.named (name text);
"""

OPERATORS = """
create operator class public.odd for type integer using btree as
    operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
    function 1 public.compared(integer, integer)
"""

RUNS = "is not ours, and runs {} inside our writes"

GETS_PAST = {
    # What runs inside our writes, or alters what they write.
    "create trigger zz before update on inventory.stock_levels\n"
    "for each row execute function public.mine()": (
        "trigger zz on inventory.stock_levels is not ours, and can alter what our rules write"
    ),
    "create trigger zz after insert on sales.refunds for each row\n"
    "when (public.fits(new.reason)) execute function public.mine()": (
        f"trigger zz on sales.refunds {RUNS.format('public.fits(text)')}"
    ),
    "create rule mine as on insert to sales.refunds do instead nothing": (
        "rule mine on sales.refunds is not ours, and rewrites what is written"
    ),
    "create policy mine on sales.orders using (true)": (
        "policy mine on sales.orders is not ours, and lets rows through"
    ),
    "create policy mine on sales.refunds as restrictive using (public.fits(reason))": (
        f"policy mine on sales.refunds {RUNS.format('public.fits(text)')}"
    ),
    "create function core.maintenance_reason(text) returns text language sql return 'x'": (
        "function core.maintenance_reason(text) is not ours, and has the name of a function that is"
    ),
    "alter table sales.orders add column x_word text default public.word()": (
        f"column sales.orders.x_word {RUNS.format('public.word()')}"
    ),
    "alter table sales.refunds add column x_word text default sales.word()": (
        f"column sales.refunds.x_word {RUNS.format('sales.word()')}"
    ),
    "alter table catalog.brands add column x_fits boolean\n"
    "generated always as (public.fits(name)) stored": (
        f"column catalog.brands.x_fits {RUNS.format('public.fits(text)')}"
    ),
    "alter table crm.customers add column x_checked public.checked_again[]": (
        f"column crm.customers.x_checked {RUNS.format('public.fits(text)')}"
    ),
    "alter table crm.customers add column x_given public.given": (
        f"column crm.customers.x_given {RUNS.format('public.word()')}"
    ),
    "alter table catalog.brands add constraint mine check (public.fits(name))": (
        f"constraint mine on catalog.brands {RUNS.format('public.fits(text)')}"
    ),
    "alter table catalog.products add constraint mine check (name operator(public.===) name)": (
        f"constraint mine on catalog.products {RUNS.format('public.same(text,text)')}"
    ),
    "alter table catalog.skus add constraint mine\n"
    "check (set_config('groundplan.writer', '1', true) is not null)": (
        f"constraint mine on catalog.skus {RUNS.format('set_config')}"
    ),
    "alter table core.addresses add constraint mine\n"
    "exclude using btree ((public.fits(city)) with =) where (false)": (
        f"constraint mine on core.addresses {RUNS.format('public.fits(text)')}"
    ),
    "create index mine on sales.order_items (public.fits(name))": (
        f"index mine on sales.order_items {RUNS.format('public.fits(text)')}"
    ),
    "create index mine_too on sales.order_items (position) where public.fits(name)": (
        f"index mine_too on sales.order_items {RUNS.format('public.fits(text)')}"
    ),
    f"{OPERATORS};\ncreate index of_mine on sales.ledger_entries (tenant_id public.odd)": (
        f"index of_mine on sales.ledger_entries {RUNS.format('public.compared(integer,integer)')}"
    ),
    "alter table catalog.brands add column x_other integer\n"
    "constraint theirs references public.others on delete set null": (
        "constraint theirs on catalog.brands is not ours, and alters our rows when those it refers"
        " to are deleted or altered"
    ),
    # Rows that come and go by another table.
    "create table public.more () inherits (sales.orders)": (
        "table sales.orders is inherited by public.more, whose rows no rule has seen"
    ),
    "alter table catalog.products inherit public.named": (
        "table catalog.products is a part of public.named, where other rights and policies hold"
    ),
    # What sessions begin with.
    "do $$ begin execute format('alter database %I set groundplan.maintenance = ''x''',\n"
    "current_database()); end $$": (
        "setting groundplan.maintenance of every role begins every session with x, which switches"
        " guards off"
    ),
    f"alter role {WEAK} set session_replication_role = replica": (
        f"setting session_replication_role of {WEAK} begins every session with replica, which"
        " switches guards off"
    ),
    f"alter role {WEAK} set groundplan.writer = '0'": (
        f"setting groundplan.writer of {WEAK} begins every session with 0, which switches guards"
        " off"
    ),
    f"alter role {WEAK} set groundplan.lines_checked_when_placed = 'on'": (
        f"setting groundplan.lines_checked_when_placed of {WEAK} begins every session with on,"
        " which switches guards off"
    ),
}


def test_what_gets_past_the_guards_is_named(world: World) -> None:
    faults = world.faults(role(), FUNCTIONS, *GETS_PAST)
    assert sorted(map(str, faults)) == sorted(GETS_PAST.values())
    names = {str(fault): fault.names for fault in faults}
    for said in GETS_PAST.values():
        kind, _, place = said.partition(" is ")[0].partition(" ")
        if kind in ("trigger", "rule", "policy", "index", "constraint", "table"):
            assert names[said], f"{kind} {place} without the rules of its table"


def test_what_is_yours_is_no_fault(world: World) -> None:
    yours = (
        "alter table sales.orders add column x_note text not null default ''",
        "alter table sales.orders add column x_id uuid default core.new_id()",
        "alter table sales.orders add constraint mine check (number <> 'no')",
        "alter table catalog.brands add constraint mine check (core.key_of(name) <> 'no')",
        "alter table catalog.brands add column x_other integer references public.others",
        "create index of_mine on sales.orders (created_at)",
        "create index mine_too on sales.orders (lower(number), core.key_of(number))",
        "create trigger zz after update on sales.orders\n"
        "for each row when (new.number <> old.number) execute function public.mine()",
        "create trigger zy before update on sales.orders\n"
        "for each statement execute function public.mine()",
        "create trigger zz before update on sales.refunds\n"
        "for each row execute function public.mine();\n"
        "alter table sales.refunds disable trigger zz",
        "create table sales.mine (id integer primary key, note text check (public.fits(note)),\n"
        "o uuid references sales.orders (id) on delete cascade)",
        "create view reporting.mine as select public.word() as one",
        "create policy mine on sales.orders as restrictive using (true)",
        "create policy mine on core.currencies using (public.fits(code))",
        "create function public.theirs() returns event_trigger language plpgsql as\n"
        "$$ begin end $$;\n"
        "create event trigger mine on ddl_command_end execute function public.theirs()",
        f"grant select, insert, update, delete on sales.orders to {WEAK}",
        f"grant execute on function core.current_tenant_id() to {WEAK}",
        f"alter role {WEAK} set search_path = public, pg_catalog",
        f"alter role {WEAK} set groundplan.tenant_id = '1'",
        f"alter role {WEAK} set default_transaction_isolation = 'serializable'",
        "update core.currencies set name = 'Franc' where code = 'CHF'",
        "insert into core.units_of_measure (code, name, dimension, decimals)\n"
        "values ('roll', 'Roll', 'count', 0)",
        "insert into reporting.calendar select '2051-01-01', 2051, 1, 1, '2051-01-01', 2050, 52,\n"
        "7, 'Sunday'",
    )
    drift = world.drift(role(), FUNCTIONS, *yours)
    assert list(map(str, drift.faults)) == []
    assert len(drift.notes) > 10


# Rights --------------------------------------------------------------------------------------

BY_COLUMN = (
    f"grant insert (id), update (quantity) on sales.ledger_entries to {WEAK}",
    f"grant update (quantity) on sales.refunds to {WEAK}",
    f"grant references (id) on sales.orders to {WEAK}",
    f"grant select (old_personal) on core.audit_personal to {WEAK}",
    f"grant select (orders) on groundplan.sales_daily_base to {WEAK}",
    f"grant select (verified_by) on reporting.verifications to {WEAK}",
    "grant select (email) on crm.customers to public",
)
OF_YOURS = (
    f"grant select (number), update (number) on sales.orders to {WEAK}",
    f"grant insert (name) on catalog.brands to {WEAK}",
    f"grant select (orders) on reporting.sales_daily to {WEAK}",
)


def said(drift: Drift) -> tuple[set[str], set[str]]:
    return set(map(str, drift.faults)), set(map(str, drift.notes))


def test_rights_by_column_are_named(world: World) -> None:
    faults, notes = said(world.drift(role(), *BY_COLUMN, *OF_YOURS))
    assert faults == {
        f"role {WEAK} holds INSERT on column sales.ledger_entries.id",
        f"role {WEAK} holds UPDATE on column sales.ledger_entries.quantity",
        f"role {WEAK} holds UPDATE on column sales.refunds.quantity",
        f"role {WEAK} holds REFERENCES on column sales.orders.id",
        f"role {WEAK} holds SELECT on column core.audit_personal.old_personal",
        f"role {WEAK} holds SELECT on column groundplan.sales_daily_base.orders",
        f"role {WEAK} holds SELECT on column reporting.verifications.verified_by",
        "role public holds SELECT on column crm.customers.email",
    }
    assert notes == {
        f"role {WEAK} holds SELECT on column sales.orders.number",
        f"role {WEAK} holds UPDATE on column sales.orders.number",
        f"role {WEAK} holds INSERT on column catalog.brands.name",
        f"role {WEAK} holds SELECT on column reporting.sales_daily.orders",
    }


def test_the_grants_take_back_what_was_given_by_column(world: World) -> None:
    for names in (RoleNames(app=WEAK), RoleNames(report=WEAK), RoleNames(auditor=WEAK)):
        with taken_back(world.connection):
            for statement in (role(), *BY_COLUMN, *OF_YOURS):
                run(world.connection, statement)
            run(world.connection, grants(world.plan.modules, names))
            left = world.connection.execute(
                "select attrelid::regclass, attname from pg_attribute as a\n"
                "cross join aclexplode(a.attacl) as entry\n"
                "where entry.grantee in (0, %s::regrole) and attrelid::regclass::text !~ '^pg_'",
                [WEAK],
            ).fetchall()
        assert left == []


def test_whole_tables_that_only_rules_write(world: World) -> None:
    faults, _ = said(
        world.drift(
            role(),
            f"grant update on sales.ledger_entries to {WEAK}",
            f"grant delete on sales.refunds to {WEAK}",
            f"grant truncate, references on catalog.brands to {WEAK}",
            f"grant insert on core.role_tenants to {WEAK}",
            f"grant select on core.role_tenants to {WEAK}",
        )
    )
    assert faults == {
        f"role {WEAK} holds UPDATE on sales.ledger_entries",
        f"role {WEAK} holds DELETE on sales.refunds",
        f"role {WEAK} holds TRUNCATE on catalog.brands",
        f"role {WEAK} holds REFERENCES on catalog.brands",
        f"role {WEAK} holds INSERT on core.role_tenants",
    }


def test_rights_on_what_is_made_later_are_named(world: World) -> None:
    faults, notes = said(
        world.drift(
            role(),
            "create schema theirs",
            *(
                f"alter default privileges {each}"
                for each in (
                    f"in schema theirs grant all on tables to {WEAK}",
                    f"in schema sales grant select on tables to {WEAK}",
                    f"in schema sales grant insert on tables to {WEAK}",
                    "in schema catalog grant select on tables to public",
                    f"in schema groundplan grant select on tables to {WEAK}",
                    f"in schema core grant execute on functions to {WEAK}",
                    f"grant select on tables to {WEAK}",
                    f"grant usage on schemas to {WEAK}",
                )
            ),
        )
    )
    assert faults == {
        f"role {WEAK} will get INSERT on new tables of schema sales of the owner",
        "role public will get SELECT on new tables of schema catalog of the owner",
        f"role {WEAK} will get SELECT on new tables of schema groundplan of the owner",
        f"role {WEAK} will get EXECUTE on new functions of schema core of the owner",
        f"role {WEAK} will get SELECT on new tables of the owner",
        f"role {WEAK} will get USAGE on new schemas of the owner",
    }
    assert notes == {f"role {WEAK} will get SELECT on new tables of schema sales of the owner"}


# Rows that rules rest on ---------------------------------------------------------------------


def without_guards(table: str, statement: str) -> str:
    return (
        f"alter table {table} disable trigger user;\n{statement};\n"
        f"alter table {table} enable trigger user"
    )


def test_reference_rows_that_are_missing_or_altered_are_named(world: World) -> None:
    faults = world.faults(
        *(
            without_guards(table, statement)
            for table, statement in (
                ("core.currencies", "delete from core.currencies where code = 'XPF'"),
                (
                    "core.currencies",
                    "update core.currencies set minor_units = 3, name = 'x' where code = 'CHF'",
                ),
                ("core.units_of_measure", "delete from core.units_of_measure where code = 'oz'"),
                (
                    "core.units_of_measure",
                    "update core.units_of_measure set decimals = 0, dimension = 'count'\n"
                    "where code = 'kg'",
                ),
                ("core.countries", "delete from core.countries where code = 'AQ'"),
                (
                    "core.countries",
                    "update core.countries set alpha3_code = 'XXX' where code = 'CH'",
                ),
                (
                    "reporting.calendar",
                    "delete from reporting.calendar\n"
                    "where day in ('2024-02-29', '2026-12-31', '2026-01-01') or year = 2050",
                ),
            )
        )
    )
    assert {str(fault): set(fault.names) for fault in faults} == {
        "row XPF of core.currencies is missing": {"currencies_are_never_deleted"},
        "row CHF of core.currencies has the minor units 3 instead of 2": {
            "currencies_are_never_deleted"
        },
        "row oz of core.units_of_measure is missing": {"units_keep_their_decimals"},
        "row kg of core.units_of_measure has the decimals 0 instead of 3; has the dimension count"
        " instead of mass": {"units_keep_their_decimals"},
        "row AQ of core.countries is missing": set(),
        "row CH of core.countries has the alpha3 code XXX instead of CHE": set(),
        "year 2024 of reporting.calendar lacks 2024-02-29": set(),
        "year 2026 of reporting.calendar lacks 2026-01-01, 2026-12-31": set(),
        "year 2050 of reporting.calendar is missing": set(),
    }


def test_a_table_of_reference_rows_that_is_gone_is_told_once(world: World) -> None:
    faults = world.faults("drop table core.currencies cascade")
    assert not [each for each in faults if each.finding.place.kind == "row"]
