"""The demonstration, step by step. It prints, ends by itself, and leaves server and data."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from groundplan.compose import Plan, RoleNames, grants
from groundplan.database import (
    connect,
    create_database,
    drop_database,
    scratch_database,
    superuser_url,
    url_as,
)
from groundplan.demo.page import Page
from groundplan.demo.tables import REPORTS, table_lines
from groundplan.errors import GroundplanError, from_postgres
from groundplan.installation import add_sample_rows, apply, plan_for, record_verification
from groundplan.proof import (
    Provable,
    Register,
    Verdict,
    build_register,
    drift_of,
    run_attack,
    verify_rules,
)
from groundplan.proof.attack_copy import application_grants, open_copy
from groundplan.reports import report_count, verify
from groundplan.seed import SeedCounts, seed_year
from groundplan.snapshot import read_snapshot

Connection = psycopg.Connection[Any]

DATABASE = "groundplan_demo"
APPLICATION = "groundplan_shop"
"""The role that trades and reads reports, on the embedded server: what applications are granted."""

_MARK = "The demonstration of Groundplan; made anew by every `groundplan demo`."

ATTACKED = (
    "stock_on_hand_is_never_negative",
    "stock_is_never_promised_twice",
    "refunded_is_never_above_the_order_total",
    "order_totals_are_the_sum_of_its_lines",
    "placed_orders_keep_their_terms",
    "lines_of_placed_orders_are_frozen",
    "order_status_follows_its_path",
    "shipped_is_never_above_ordered",
    "returned_is_never_above_shipped",
    "ledger_is_append_only",
    "movements_are_append_only",
    "sku_cost_periods_never_overlap",
)
"""Rules that are attacked, one attempt each."""

_NO_RIGHT = "42501"

UNGUARDED = "refunded_is_never_above_the_order_total"
"""The rule that is taken away once, to see what it is for."""


class DatabaseIsYours(GroundplanError):
    """A database has the name of the demonstration's, but not its mark."""

    def __init__(self) -> None:
        super().__init__(
            f"There is a database {DATABASE} that the demo did not make.",
            hint="Rename it; the demo makes its database anew every time.",
        )


def show(server_url: str, server: str, *, orders: int, seed: int) -> str:
    """Run the demonstration on the server of ``server_url``; returns the URL of its database.

    ``server`` says where that is, for people. Raises the errors of groundplan.errors, and
    DemoFailed when a rule or a report is not what it should be.
    """
    page = Page()
    page.line("Groundplan demo: a shop with a year of orders, on PostgreSQL.", "bold")
    url = _make_database(page, server_url, server)
    plan = plan_for((), ["ecommerce"])
    with closing(connect(url, autocommit=True)) as connection:
        register = _install(page, connection, plan)
        role = _application(page, connection, url, plan)
        _trade(page, connection, orders, seed, role)
        _attack(page, server_url, plan, register)
        with closing(connect(url_as(url, role) if role else url, autocommit=True)) as reader:
            _report(page, reader)
        _verify(page, connection, plan, register)
    return url


class DemoFailed(GroundplanError):
    """Something that should hold does not: the database the demo made is there to look at."""


def _make_database(page: Page, server_url: str, server: str) -> str:
    page.heading("1. A PostgreSQL")
    with closing(connect(server_url, autocommit=True)) as connection:
        version = connection.info.parameter_status("server_version") or ""
        found = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            [DATABASE],
        ).fetchone()
        page.say(f"PostgreSQL {version.split()[0]} {server}.")
        if found is not None:
            if found[0] != _MARK:
                raise DatabaseIsYours
            drop_database(server_url, DATABASE)
            page.say(f"Made the database {DATABASE} anew; the one of the last run is gone.")
        url = create_database(server_url, DATABASE)
        connection.execute(
            sql.SQL("comment on database {} is {}").format(
                sql.Identifier(DATABASE), sql.Literal(_MARK)
            )
        )
    if found is None:
        page.say(f"Made the database {DATABASE}.")
    return url


def _install(page: Page, connection: Connection, plan: Plan) -> Register:
    page.heading("2. Tables, rules and reports")
    begun = time.monotonic()
    apply(connection, plan)
    snapshot = read_snapshot(connection, plan.schemas)
    register = build_register(plan.rules, snapshot)
    tables = sum(1 for _ in snapshot.tables())
    page.step(
        f"Installed for online shops: {tables} tables, {report_count(plan.rollups)} reports",
        time.monotonic() - begun,
    )
    page.say(f"They keep {register.figures}.")
    return register


def _application(page: Page, connection: Connection, url: str, plan: Plan) -> str | None:
    """The role of the application; None on somebody's own server, where we make no roles."""
    higher = superuser_url(url)
    if higher is None:
        return None
    with closing(connect(higher, autocommit=True)) as superuser:
        found = superuser.execute(
            "select 1 from pg_roles where rolname = %s", [APPLICATION]
        ).fetchone()
        if found is None:
            superuser.execute(sql.SQL("create role {} login").format(sql.Identifier(APPLICATION)))
    connection.execute(grants(plan.modules, RoleNames(app=APPLICATION)).encode())
    page.say(
        f"The role {APPLICATION} is what your application would be: it trades and reads reports "
        "with the rights that `groundplan grants` prints, and owns nothing."
    )
    return APPLICATION


def _trade(page: Page, connection: Connection, orders: int, seed: int, role: str | None) -> None:
    page.heading("3. A year of trading, through the functions your application would call")
    begun = time.monotonic()
    today = connection.execute(
        "select (now() at time zone time_zone)::date from core.tenants\n"
        "where id = core.current_tenant_id()"
    ).fetchone()
    assert today is not None
    with page.progress("Placing orders", orders) as told:
        counts = seed_year(
            connection, orders=orders, seed=seed, until=today[0], on_progress=told, role=role
        )
    page.step(
        f"{counts.orders:,} orders of {counts.customers:,} customers", time.monotonic() - begun
    )
    for line in _traded(connection, counts):
        page.say(line)


def _traded(connection: Connection, counts: SeedCounts) -> Iterator[str]:
    """What was done, in numbers."""
    yield (
        f"{counts.skus} SKUs of {counts.products} products; {counts.receipts:,} deliveries from "
        f"suppliers, {counts.shipments:,} shipments, {counts.returns:,} returns, "
        f"{counts.refunds:,} refunds."
    )
    rows = connection.execute(
        "select currency_code, sum(net_sales) from reporting.metrics_monthly group by 1"
    ).fetchall()
    for currency, net_sales in rows:
        yield f"Net sales of the year: {currency} {net_sales:,.2f}."


def _attack(page: Page, server_url: str, plan: Plan, register: Register) -> None:
    page.heading("4. Trying to break it, in a scratch copy")
    is_embedded = superuser_url(server_url) is not None
    if is_embedded:
        page.say(
            "Plain SQL, written by an application; what it has no right to try, the owner of the "
            "database tries:"
        )
    else:
        page.say("Plain SQL, written by the owner of the database:")
    with (
        scratch_database(server_url) as url,
        closing(open_copy(url)) as connection,
    ):
        apply(connection, plan)
        add_sample_rows(connection, plan.modules)
        verdicts: list[Verdict] = []
        for name in ATTACKED:
            verdict, by = _attempt(connection, plan, register.named(name), is_embedded=is_embedded)
            _tell(page, verdict, by)
            verdicts.append(verdict)
        refused = sum(verdict.holds for verdict in verdicts)
        page.say(f"{len(verdicts)} attempts, {refused} refused, nothing was changed.", style="bold")
        _attack_without(page, connection, register)
    if refused < len(verdicts):
        raise DemoFailed("A rule did not refuse what it should: see the attempts above.")


def _attempt(
    connection: Connection, plan: Plan, rule: Provable, *, is_embedded: bool
) -> tuple[Verdict, str]:
    """What came of it, and by whom it was, in words, where that is worth saying."""
    if not is_embedded:
        return run_attack(connection, rule), ""
    verdict = run_attack(connection, rule, app_grants=application_grants(plan), as_application=True)
    if verdict.sqlstate != _NO_RIGHT:
        return verdict, ""
    return run_attack(connection, rule), " Tried by the owner."


def _tell(page: Page, verdict: Verdict, by: str) -> None:
    """A refusal: its code, the rule's name, and what the rule promises."""
    word = "refused" if verdict.holds else "NOT REFUSED"
    page.line(f"  {word} {verdict.sqlstate} {verdict.rule.name}")
    page.say(f"{verdict.rule.sentence}{by}", indent=10, style="dim")


def _attack_without(page: Page, connection: Connection, register: Register) -> None:
    rule = register.named(UNGUARDED)
    verdict = run_attack(connection, rule, without_guard=True)
    page.line()
    page.say(f"Once more, with one rule taken away: {rule.name}.")
    if verdict.outcome != "got_through" or not verdict.audit_rows:
        raise DemoFailed(f"Without {rule.name} the attempt came to nothing: {verdict.message}")
    rows = "1 order" if verdict.audit_rows == 1 else f"{verdict.audit_rows} orders"
    page.say(
        "Now an order is refunded twice, and nobody is told: more money goes back than came in. "
        f"Only a check of all data finds it: {rows} refunded above the total."
    )
    page.say("The rule is back, and the scratch copy is gone.")


def _report(page: Page, connection: Connection) -> None:
    page.heading("5. Reports, exact at the moment an order is placed")
    for report in REPORTS:
        rows = connection.execute(report.query.encode()).fetchall()
        lines = table_lines(report.columns, rows)
        page.line()
        page.line(report.title, "bold")
        page.line(lines[0], "dim")
        for line in lines[1:]:
            page.line(line)
        page.line(report.note, "dim")


def _verify(page: Page, connection: Connection, plan: Plan, register: Register) -> None:
    page.heading("6. Checking all guards and all data")
    begun = time.monotonic()
    drift = drift_of(connection, plan)
    page.step(
        f"Guards: {len(drift.faults)} missing or altered since they were installed",
        time.monotonic() - begun,
    )
    begun = time.monotonic()
    violations = verify_rules(connection, register)
    page.step(f"Rules: checked on every row, {len(violations)} broken", time.monotonic() - begun)
    page.say(f"These are {register.figures}.")
    begun = time.monotonic()
    differences = verify(connection, plan.rollups)
    page.step(
        f"Reports: counted again from every entry, {len(differences)} differences",
        time.monotonic() - begun,
    )
    try:
        record_verification(
            connection,
            rules=len(register),
            violations=sum(violation.count for violation in violations),
            reports=report_count(plan.rollups),
            faults=len(drift.faults),
            differences=len(differences),
        )
    except psycopg.Error as error:
        raise from_postgres(error) from error
    for violation in violations:
        page.say(f"{violation.rule.name}: {violation.count:,} rows, as {violation.sample_ids[0]}")
    for difference in differences[:5]:
        page.say(str(difference))
    for fault in drift.faults:
        page.say(str(fault))
    if violations or differences or drift.faults:
        raise DemoFailed("The data are not what rules and reports say: see above.")
