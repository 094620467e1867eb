"""What only the database writes, nobody else writes: not by a trigger, a setting, or another door.

Two roles try: an application that may write every row of every table, and an owner who is no
superuser. What an owner does on purpose is not refused, and the last tests say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from groundplan.compose import compose, load_modules
from groundplan.database import EmbeddedServer, connect
from tests.security.forging import (
    APP,
    OWNER,
    TARGETS,
    Connection,
    Target,
    forge,
    function,
    of,
    refusal,
    session,
)

FORGED = ("", "0", "1", "2", "3", "4")
"""Marks that the application may set; the empty one is none."""

Way = Callable[[Connection, Target], Callable[[], object]]


@pytest.fixture(scope="module")
def url(server: EmbeddedServer) -> Iterator[str]:
    with forge(server.url()) as made:
        yield made


@pytest.fixture(scope="module", params=["application", "owner"])
def role(request: pytest.FixtureRequest) -> str:
    return {"application": APP, "owner": OWNER}[request.param]


def _run(connection: Connection, statement: str) -> Callable[[], object]:
    return lambda: connection.execute(statement.encode())


def directly(connection: Connection, target: Target) -> Callable[[], object]:
    return _run(connection, target.statement)


def by_a_function(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement, "integer")
    return _run(connection, "select own.act(1)")


def by_a_trigger_on_a_temporary_table(
    connection: Connection, target: Target
) -> Callable[[], object]:
    function(connection, "own.act", target.statement)
    connection.execute(
        "create temporary table bait (n integer);"
        "create trigger act before insert on bait for each row execute function own.act()"
    )
    return _run(connection, "insert into bait values (1)")


def by_a_trigger_of_its_own_table(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement)
    connection.execute(
        "create table own.things (n integer);"
        "create trigger act after insert on own.things for each row execute function own.act()"
    )
    return _run(connection, "insert into own.things values (1)")


def by_a_trigger_of_a_trigger(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement)
    function(connection, "own.pass_on", "insert into own.inner_things values (1)")
    connection.execute(
        "create table own.things (n integer); create table own.inner_things (n integer);"
        "create trigger pass_on after insert on own.things"
        " for each statement execute function own.pass_on();"
        "create trigger act after insert on own.inner_things"
        " for each statement execute function own.act()"
    )
    return _run(connection, "insert into own.things values (1)")


def by_a_deferred_trigger(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement)
    connection.execute(
        "create table own.things (n integer);"
        "create constraint trigger act after insert on own.things"
        " deferrable initially deferred for each row execute function own.act()"
    )
    return _run(connection, "insert into own.things values (1); set constraints all immediate")


def by_a_domain(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement, "integer")
    connection.execute("create domain own.kind as integer check (own.act(value) > 0)")
    return _run(connection, "select 1::own.kind")


def by_a_default(connection: Connection, target: Target) -> Callable[[], object]:
    function(connection, "own.act", target.statement, "integer")
    connection.execute("create table own.things (n integer, m integer default own.act(1))")
    return _run(connection, "insert into own.things (n) values (1)")


def by_a_cast(connection: Connection, target: Target) -> Callable[[], object]:
    connection.execute("create type own.kind as (n integer)")
    connection.execute(
        f"""
        create function own.act(own.kind) returns integer language plpgsql as $body$
        begin {target.statement}; return 1; end $body$;
        create cast (own.kind as integer) with function own.act(own.kind)
        """.encode()
    )
    return _run(connection, "select row(1)::own.kind::integer")


def by_a_rule_of_a_view(connection: Connection, target: Target) -> Callable[[], object]:
    connection.execute("create table own.things (n integer); insert into own.things values (1)")
    connection.execute("create view own.shown as select n from own.things")
    connection.execute(
        f"create rule act as on update to own.shown do instead ({target.statement})".encode()
    )
    return _run(connection, "update own.shown set n = 2")


WAYS: tuple[Way, ...] = (
    directly,
    by_a_function,
    by_a_trigger_on_a_temporary_table,
    by_a_trigger_of_its_own_table,
    by_a_trigger_of_a_trigger,
    by_a_deferred_trigger,
    by_a_domain,
    by_a_default,
    by_a_cast,
    by_a_rule_of_a_view,
)


@pytest.mark.parametrize("way", WAYS)
def test_what_the_database_writes_nobody_else_writes(url: str, role: str, way: Way) -> None:
    wrong: list[str] = []
    for target in TARGETS:
        with session(url, role) as connection:
            act = way(connection, target)
            for mark in FORGED if role == APP else FORGED[:1]:
                connection.execute("select set_config('groundplan.writer', %s, false)", [mark])
                told = refusal(connection, act)
                if told not in target.rules:
                    wrong.append(f"{target.name}, mark {mark!r}: {told}")
    assert not wrong, "\n".join(wrong)


OTHER_FORMS = {
    "merge": (
        """
        merge into inventory.stock_levels as level
        using (select id from inventory.stock_levels where on_hand > 0) as found
        on found.id = level.id
        when matched then update set on_hand = level.on_hand + 1
        """,
        "stock_on_hand_is_the_sum_of_its_movements",
    ),
    "merge of new rows": (
        """
        merge into core.outbox_events as event
        using (select core.new_id() as id) as made on made.id = event.id
        when not matched then insert (topic, entity_id, entity_version)
            values ('sales.orders.placed', made.id, 1)
        """,
        "events_are_written_by_what_happened",
    ),
    "upsert": (
        """
        insert into inventory.stock_levels as level (
            tenant_id, location_id, sku_id, allows_backorder)
        select tenant_id, location_id, sku_id, allows_backorder from inventory.stock_levels
        on conflict (location_id, sku_id) do update set on_hand = level.on_hand + 1
        """,
        "stock_levels_are_made_by_the_database",
    ),
    "upsert of an order": (
        """
        insert into sales.orders as o (id, number, currency_code)
        select id, number, currency_code from sales.orders where number = 'S-2'
        on conflict (id) do update set refunded_amount = 1
        """,
        "refunded_is_never_above_the_order_total",
    ),
    "a view": (
        "update own.levels set on_hand = on_hand + 1",
        "stock_on_hand_is_the_sum_of_its_movements",
    ),
    "a part of another statement": (
        """
        with raised as (update inventory.stock_levels set on_hand = on_hand + 1 returning 1)
        select count(*) from raised
        """,
        "stock_on_hand_is_the_sum_of_its_movements",
    ),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_another_form_of_statement_writes_no_more(url: str, role: str, form: str) -> None:
    statement, rule = OTHER_FORMS[form]
    with session(url, role) as connection:
        connection.execute("create view own.levels as select * from inventory.stock_levels")
        assert refusal(connection, _run(connection, statement)) == rule


def test_copy_writes_no_more(url: str, role: str) -> None:
    def copied(connection: Connection, table: str, row: tuple[object, ...]) -> None:
        with connection.cursor().copy(f"copy {table} from stdin".encode()) as copy:
            copy.write_row(row)

    with session(url, role) as connection:
        columns = "core.outbox_events (topic, entity_id, entity_version)"
        event = ("sales.orders.placed", "00000000-0000-7000-8000-000000005a02", 1)
        told = refusal(connection, lambda: copied(connection, columns, event))
        assert told == "events_are_written_by_what_happened"
        columns = "inventory.stock_levels (location_id, sku_id, on_hand)"
        found = connection.execute(
            "select place.id, sku.id from inventory.locations as place, catalog.skus as sku"
            " where place.code = 'TRANSIT' and place.tenant_id = 1 and sku.code = 'CHAIR-S'"
        ).fetchone()
        assert found is not None
        told = refusal(connection, lambda: copied(connection, columns, (*found, 5)))
        assert told == "stock_on_hand_is_the_sum_of_its_movements"


def test_a_deferred_trigger_writes_no_more_when_it_fires_at_commit(url: str, role: str) -> None:
    for target in TARGETS:
        with connect(of(url, role)) as connection:
            connection.execute("create schema own")
            by_a_deferred_trigger(connection, target)
            for mark in FORGED if role == APP else FORGED[:1]:
                connection.execute("savepoint before_it")
                connection.execute("select set_config('groundplan.writer', %s, true)", [mark])
                connection.execute("insert into own.things values (1)")
            with pytest.raises(psycopg.Error) as refused:
                connection.commit()
            assert refused.value.diag.constraint_name in target.rules


FAILING = {
    "not enough stock": """
        select sales.place_order('[{"sku": "CHAIR-S", "quantity": 100000}]')
    """,
    "too much sent": """
        update fulfillment.shipments set status = 'shipped' where id in (
            select shipment_id from fulfillment.shipment_items where not is_shipped);
        select fulfillment.ship_order(id, '[{"position": 1, "quantity": 9}]')
        from sales.orders where number = 'S-7'
    """,
    "too much refunded": "select sales.refund_order(id, 1000000, 'x') from sales.orders"
    " where number = 'S-2'",
    "the same key": "select inventory.receive_stock('CHAIR-L', 1, idempotency_key =>"
    " 'sample-receipt')",
}


@pytest.mark.parametrize("failing", FAILING)
def test_an_error_leaves_no_mark(url: str, role: str, failing: str) -> None:
    """Neither after a savepoint nor in a block that catches the error."""
    caught = """
        do $$
        begin
            begin
                execute $failing$<failing>$failing$;
                raise assert_failure;
            exception when integrity_constraint_violation or sqlstate '23R04' or sqlstate '23R06'
                      or check_violation or unique_violation then
                null;
            end;
            <statement>;
        end
        $$
    """.replace("<failing>", FAILING[failing])
    with session(url, role) as connection:
        for target in TARGETS:
            connection.execute("savepoint before_it")
            with pytest.raises(psycopg.Error):
                connection.execute(FAILING[failing].encode())
            connection.execute("rollback to savepoint before_it")
            mark = connection.execute("select current_setting('groundplan.writer', true)")
            assert mark.fetchone() in ((None,), ("",))
            assert refusal(connection, _run(connection, target.statement)) in target.rules
            block = caught.replace("<statement>", target.statement)
            assert refusal(connection, _run(connection, block)) in target.rules


def test_every_verb_puts_the_mark_back_as_it_was(url: str, role: str) -> None:
    verbs = (
        "select inventory.receive_stock('CHAIR-S', 5)",
        "select inventory.adjust_stock('CHAIR-S', -1, 'damaged')",
        "select inventory.release((inventory.reserve('CHAIR-S', 1)).id)",
        'select sales.place_order(\'[{"sku": "CHAIR-S", "quantity": 1}]\')',
        "select fulfillment.ship_order(id) from sales.orders where number = 'S-7'",
        "select fulfillment.return_items(id) from sales.orders where number = 'S-7'",
        "select sales.refund_order(id, 1, 'x') from sales.orders where number = 'S-2'",
        "select sales.cancel_order(id, 'x') from sales.orders where number = 'S-3'"
        " and refunded_amount = 0",
        "update sales.orders set status = 'completed' where number = 'S-2'",
        "update core.addresses set city = 'Elsewhere'",
        "update catalog.skus set allows_backorder = true where code = 'CHAIR-S'",
        "delete from inventory.reorder_rules",
    )
    with session(url, role) as connection:
        for mark in ("", "7"):
            connection.execute("select set_config('groundplan.writer', %s, false)", [mark])
            for verb in verbs:
                connection.execute("savepoint before_it")
                connection.execute(verb.encode())
                row = connection.execute("select current_setting('groundplan.writer')").fetchone()
                assert row == (mark,), verb
                connection.execute("rollback to savepoint before_it")


PLACE = 'select sales.place_order(\'[{"sku": "CHAIR-S", "quantity": 1}]\')'
SHIP = "select fulfillment.ship_order(id) from sales.orders where number = 'S-7'"
OUR_WRITES = {
    "inventory.reservations": ("insert or update", PLACE),
    "inventory.stock_levels": ("update", PLACE),
    "inventory.inventory_movements": ("insert", "select inventory.receive_stock('CHAIR-S', 5)"),
    "sales.orders": ("update", PLACE),
    "sales.order_status_history": ("insert", PLACE),
    "sales.ledger_entries": ("insert", PLACE),
    "fulfillment.order_item_fulfillments": ("update", SHIP),
    "fulfillment.shipment_items": ("update", SHIP),
    "core.audit_log": ("insert", SHIP),
}
"""Tables, what we do to them, and the verb in which we do."""


@pytest.mark.parametrize("level", ["row", "statement"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("table", OUR_WRITES)
def test_a_trigger_of_the_owners_inside_our_own_write(
    url: str, table: str, moment: str, level: str
) -> None:
    event, write = OUR_WRITES[table]
    wrong: list[str] = []
    for name in ("a_first", "zz_last"):
        with session(url, OWNER) as connection:
            # Once in each write, or it would fire itself.
            once = """
                if current_setting('own.waits') = 'yes' then
                    perform set_config('own.waits', 'no', true);
                    execute current_setting('own.statement');
                end if
            """
            function(connection, "own.act", once)
            connection.execute(
                f"create trigger {name} {moment} {event} on {table}"
                f" for each {level} execute function own.act()".encode()
            )
            for target in TARGETS:
                connection.execute(
                    "select set_config('own.waits', 'yes', true),"
                    " set_config('own.statement', %s, true)",
                    [target.statement],
                )
                told = refusal(connection, _run(connection, write))
                if told not in target.rules:
                    wrong.append(f"{target.name}, {name}: {told}")
    assert not wrong, "\n".join(wrong)


def test_what_an_owner_does_on_purpose_is_not_refused(url: str) -> None:
    """The mark set by hand, by somebody who may use the private schema: said, not refused."""
    with session(url, OWNER) as connection:
        connection.execute("select set_config('groundplan.writer', '0', true)")
        for target in TARGETS[:1]:
            assert refusal(connection, _run(connection, target.statement)) == "written"


def test_a_row_that_the_owner_alters_inside_our_write_is_found(url: str) -> None:
    plan = compose(tuple(load_modules().values()))
    with session(url, OWNER) as connection:
        function(connection, "own.act", "new.on_hand := new.on_hand + 1")
        connection.execute(
            "create trigger zz_alter before update on inventory.stock_levels"
            " for each row execute function own.act()"
        )
        connection.execute("select inventory.receive_stock('CHAIR-S', 5)")
        (rule,) = (
            each for each in plan.rules if each.name == "stock_on_hand_is_the_sum_of_its_movements"
        )
        assert connection.execute(rule.audit().encode()).fetchall() != []
