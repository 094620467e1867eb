"""Attack a rule on a scratch copy and say what came of it.

Everything happens in one transaction that is rolled back. Never on live data: a refused TRUNCATE
has already taken its lock, and taking a guard away locks its table.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql

from groundplan.errors import GroundplanError
from groundplan.proof.attempts import Refusal
from groundplan.proof.laboratory import DOOR, audit_rows, refusal_of, run, taken_back
from groundplan.proof.laboratory import attempt as attempt_statements
from groundplan.proof.plain import PlainRule
from groundplan.proof.provable import Provable
from groundplan.proof.search import NotFound, find_attack
from groundplan.proof.verdict import Verdict, refused
from groundplan.rules.declaration import Attack

_SHOWN = 5
"""How many of the rows that an audit found a verdict carries."""

Grants = Callable[[str], str]
"""From the name of an application role to the SQL that grants it what applications get."""


class TransactionInProgress(GroundplanError):
    """Attacks need a connection that is not inside a transaction, for they roll back."""

    def __init__(self) -> None:
        super().__init__(
            "The connection is inside a transaction.",
            hint="Commit it or roll it back: attacks are rolled back with all that came before.",
        )


def run_attack(
    connection: psycopg.Connection[Any],
    rule: Provable,
    *,
    without_guard: bool = False,
    app_grants: Grants | None = None,
    as_application: bool = False,
) -> Verdict:
    """Run the rule's attacks, with its guards or without them.

    ``as_application`` runs those of the owner as an application, too, with ``app_grants``.

    With them the verdict should be refused or recorded; without them got_through, with audit_rows
    of at least 1. The verdict of the first attack for which that is not so is returned, else that
    of the first one. Raises TransactionInProgress.
    """
    with thrown_away(connection):
        attacks = attacks_on(connection, rule)
        if isinstance(attacks, Verdict):
            return attacks
        if as_application:
            attacks = tuple(replace(attack, role="app") for attack in attacks)
        if without_guard:
            return all_without(connection, rule, attacks, app_grants)
        return all_with(connection, rule, attacks, app_grants)


@contextlib.contextmanager
def thrown_away(connection: psycopg.Connection[Any]) -> Generator[None]:
    """A transaction that is rolled back at its end. Raises TransactionInProgress."""
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise TransactionInProgress
    try:
        run(connection, "begin" if connection.autocommit else "select 1")
        _act_for_first_tenant(connection)
        yield
    finally:
        if not connection.closed:
            connection.rollback()


def attacks_on(connection: psycopg.Connection[Any], rule: Provable) -> tuple[Attack, ...] | Verdict:
    """The declared attacks, or the one found for a plain rule; a verdict where there is none."""
    if isinstance(rule, PlainRule):
        found = find_attack(connection, rule)
        if isinstance(found, Attack):
            return (found,)
        return _not_found(rule, found)
    if not _in_force(connection, rule):
        return Verdict(rule, "not_in_force", message="This installation has a single tenant.")
    attacks = rule.attacks()
    if not attacks:
        return Verdict(rule, "unproven", message="The rule has no attack.")
    return attacks


def all_with(
    connection: psycopg.Connection[Any],
    rule: Provable,
    attacks: Sequence[Attack],
    app_grants: Grants | None = None,
) -> Verdict:
    """Each attack with the guards in force; the first verdict that fails, else the first one."""
    verdicts = [_with_guard(connection, rule, attack, app_grants) for attack in attacks]
    return next((verdict for verdict in verdicts if not verdict.holds), verdicts[0])


def all_without(
    connection: psycopg.Connection[Any],
    rule: Provable,
    attacks: Sequence[Attack],
    app_grants: Grants | None = None,
) -> Verdict:
    """Each attack without the guards; the first one not found by the audit, else the first."""
    verdicts = [_without_guard(connection, rule, attack, app_grants) for attack in attacks]
    return next(
        (each for each in verdicts if each.outcome != "got_through" or not each.audit_rows),
        verdicts[0],
    )


def _with_guard(
    connection: psycopg.Connection[Any], rule: Provable, attack: Attack, grants: Grants | None
) -> Verdict:
    with taken_back(connection, "with_guard"):
        return _carry_out(connection, rule, attack, grants)


def _without_guard(
    connection: psycopg.Connection[Any], rule: Provable, attack: Attack, grants: Grants | None
) -> Verdict:
    with taken_back(connection, "without_guard"):
        before = audit_rows(connection, rule.audit())
        removed = attempt_statements(connection, [rule.removal().strip().rstrip(";")])
        if removed is not None:
            return Verdict(
                rule, "unproven", message=f"Its guards cannot be removed: {removed.message}."
            )
        verdict = _carry_out(connection, rule, attack, grants)
        if verdict.outcome == "refused":
            # The guards are gone, so a guard by the same name must have stayed behind.
            return replace(verdict, outcome="refused_by_another")
        if verdict.outcome != "got_through":
            return verdict
        try:
            found = audit_rows(connection, rule.audit()) - before
        except psycopg.Error as error:
            return replace(
                verdict,
                outcome="unproven",
                message=f"The audit fails: {refusal_of(error).message}.",
            )
        return replace(verdict, audit_rows=found.total(), found=tuple(sorted(found))[:_SHOWN])


def _carry_out(
    connection: psycopg.Connection[Any], rule: Provable, attack: Attack, grants: Grants | None
) -> Verdict:
    """Run the statements; the settings they were run under are gone afterwards."""
    try:
        if attack.door:
            run(connection, DOOR)
        owner = run(connection, "select session_user").fetchone()
        if attack.role == "app":
            _become_application(connection, grants)
    except psycopg.Error as error:
        return Verdict(rule, "unproven", message=f"Not run: {refusal_of(error).message}.")
    begun = time.perf_counter()
    verdict = _judge(connection, rule, attack)
    if attack.role == "app" and verdict.outcome in ("recorded", "got_through"):
        run(connection, "set local session authorization default")
        (name,) = owner or ("default",)
        run(
            connection,
            sql.SQL("set local session authorization {}").format(sql.Identifier(name)).as_string(),
        )
    return replace(verdict, seconds=time.perf_counter() - begun)


def _judge(connection: psycopg.Connection[Any], rule: Provable, attack: Attack) -> Verdict:
    """Whatever it says, the caller rolls back; after a refusal nothing else can be run before."""
    *preparing, last = attack.statements or ("select",)
    for place, statement in enumerate(preparing, 1):
        failed = _run(connection, statement)
        if isinstance(failed, Refusal):
            return Verdict(
                rule,
                "unproven",
                sqlstate=failed.sqlstate,
                constraint=failed.constraint,
                message=f"Statement {place} of the attack fails: {failed.message}.",
                statements=attack.statements,
            )
    result = _run(connection, last)
    if isinstance(result, Refusal):
        return refused(rule, result, attack.statements)
    deferred = _run(connection, "set constraints all immediate")
    if isinstance(deferred, Refusal):
        return refused(rule, deferred, attack.statements)
    if attack.got_through is not None and not _reached(connection, attack.got_through):
        return Verdict(rule, "recorded", statements=attack.statements)
    if result == 0:
        nothing = "The last statement met no row, so that nothing was attacked."
        return Verdict(rule, "met_no_row", message=nothing, statements=attack.statements)
    return Verdict(rule, "got_through", statements=attack.statements)


def _run(connection: psycopg.Connection[Any], statement: str) -> Refusal | int:
    """The refusal, or how many rows the statement touched (-1: it is not one that touches rows)."""
    try:
        return run(connection, statement).rowcount
    except psycopg.Error as error:
        return refusal_of(error)


def _reached(connection: psycopg.Connection[Any], query: str) -> bool:
    row = run(connection, query).fetchone()
    return row is not None and row[0] is True


def _become_application(connection: psycopg.Connection[Any], grants: Grants | None) -> None:
    """Be an ordinary role, session_user included: the maintenance door looks at that one.

    The role is made by whoever opened the connection, who has to be a superuser; the owner of the
    tables need not be.
    """
    role = f"groundplan_app_{secrets.token_hex(4)}"
    run(connection, "set local session authorization default")
    run(connection, sql.SQL("create role {}").format(sql.Identifier(role)).as_string())
    run(connection, grants(role) if grants else _all_rows(connection, role))
    run(
        connection,
        sql.SQL("set local session authorization {}").format(sql.Identifier(role)).as_string(),
    )


def _all_rows(connection: psycopg.Connection[Any], role: str) -> str:
    """Reading and writing rows in all schemas of the database but the owner's own."""
    schemas = run(
        connection,
        "select nspname from pg_namespace\n"
        "where nspname !~ '^pg_' and nspname not in ('information_schema', 'groundplan')",
    ).fetchall()
    return ";\n".join(
        sql.SQL(
            "grant usage on schema {schema} to {role};\n"
            "grant select, insert, update, delete on all tables in schema {schema} to {role};\n"
            "grant usage on all sequences in schema {schema} to {role};\n"
            "grant execute on all functions in schema {schema} to {role}"
        )
        .format(schema=sql.Identifier(schema), role=sql.Identifier(role))
        .as_string()
        for (schema,) in schemas
    )


def _act_for_first_tenant(connection: psycopg.Connection[Any]) -> None:
    """With many tenants a default asks who acts; attacks act for the first one."""
    row = run(connection, "select to_regclass('core.tenants') is not null").fetchone()
    if row is not None and row[0]:
        run(
            connection,
            "select set_config('groundplan.tenant_id', min(id)::text, true) from core.tenants\n"
            "where coalesce(current_setting('groundplan.tenant_id', true), '') = ''\n"
            "having count(*) > 0",
        )


def _in_force(connection: psycopg.Connection[Any], rule: Provable) -> bool:
    if getattr(rule, "needs_tenancy", "") != "multi":
        return True
    row = run(connection, "select tenancy from core.installed_modules limit 1").fetchone()
    return row is not None and row[0] == "multi"


def _not_found(rule: PlainRule, found: NotFound) -> Verdict:
    refusal = found.refused_by
    if refusal is None:
        return Verdict(rule, "unproven", message=found.reason)
    return replace(refused(rule, refusal, ()), outcome="refused_by_another", message=found.reason)
