"""groundplan attack."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import database_option, json_option

if TYPE_CHECKING:
    from groundplan.cli.session import Connection
    from groundplan.compose import Plan
    from groundplan.proof import Drift, Provable, Register, Verdict


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan attack order_status_follows_its_path --without-guard",
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "with_plain", is_flag=True, help="Also checks, keys and references.")
@click.option("--without-guard", is_flag=True, help="Take the guard away first: it gets through.")
@click.option("--on-data", is_flag=True, help="On a copy of the database with its data.")
@database_option
@json_option
def command(
    names: tuple[str, ...],
    with_plain: bool,
    without_guard: bool,
    on_data: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Attack rules on a scratch copy: each must be refused, by the rule itself and by its name.

    Without names: all declared rules. The copy has the same modules and some sample rows; the
    database itself is never attacked. A rule whose guard is missing or altered in the database is
    not vouched for. Ends with 1 for such a rule and if an attack got through, and with
    --without-guard if one did not, or was not seen by the audit.
    """
    from groundplan.cli.output import print_json
    from groundplan.proof import PlainRule, build_register, run_attack
    from groundplan.proof.attack_copy import application_grants
    from groundplan.snapshot import read_snapshot

    with _copy(database, on_data) as (connection, plan, drift):
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        rules = _chosen(register, names)
        if not names and not with_plain:
            rules = [rule for rule in rules if not isinstance(rule, PlainRule)]
        grants = application_grants(plan)
        verdicts: list[Verdict] = []
        for rule in rules:
            verdict = _guard_off(rule, drift)
            if verdict is None or on_data:
                # A copy of the data is without the guard, too, and shows what that means.
                made = run_attack(connection, rule, without_guard=without_guard, app_grants=grants)
                verdict = made if verdict is None or made.outcome == "got_through" else verdict
            verdicts.append(verdict)
            if not as_json:
                click.echo(_told(verdict, in_full=bool(names)), nl=False)
    if as_json:
        print_json([_facts(verdict) for verdict in verdicts])
    else:
        click.echo(_summary(verdicts))
    failed = any(_has_failed(verdict, without_guard) for verdict in verdicts)
    raise click.exceptions.Exit(1 if failed else 0)


def _chosen(register: Register, names: tuple[str, ...]) -> list[Provable]:
    return [register.named(name) for name in names] or list(register)


def _guard_off(rule: Provable, drift: Drift | None) -> Verdict | None:
    """What is said instead, where the database is not guarded as the rule says."""
    from groundplan.proof import Verdict

    findings = drift.of_rule(rule) if drift is not None else ()
    if not findings:
        return None
    told = "; ".join(str(finding) for finding in findings)
    return Verdict(rule, "guard_off", message=f"In the database, {told}.")


def _has_failed(verdict: Verdict, without_guard: bool) -> bool:
    if verdict.outcome == "guard_off":
        return True
    if without_guard:
        return verdict.outcome not in ("not_in_force", "met_no_row") and not (
            verdict.outcome == "got_through" and verdict.audit_rows > 0
        )
    return verdict.outcome == "got_through"


@contextlib.contextmanager
def _copy(database: str | None, on_data: bool) -> Generator[tuple[Connection, Plan, Drift | None]]:
    """A scratch database with the modules of the given one, and rows in every table; and what is
    not as it should be in the given one, if Groundplan is installed there."""
    from groundplan.cli.session import opened, url_of
    from groundplan.installation import installed_modules, plan_for, require_installed
    from groundplan.installation.reference import reference, reference_of_copy
    from groundplan.proof.attack_copy import (
        attack_copy,
        embedded_server_url,
        may_attack,
        open_copy,
    )
    from groundplan.proof.drift import drift_from

    with opened(database) as connection:
        if on_data:
            plan = require_installed(connection)
            installed = installed_modules(connection)
        else:
            installed = installed_modules(connection)
            plan = plan_for(installed, () if installed else ("ecommerce",))
        data_of = connection.info.dbname if on_data else None
        is_here = on_data or may_attack(connection)
        drift = None
        if installed and (on_data or not is_here):
            again = url_of(database) if on_data else None
            drift = drift_from(connection, plan, reference(connection, plan, again))
    server = url_of(database) if is_here else embedded_server_url()
    with (
        attack_copy(server, plan, data_of=data_of) as url,
        contextlib.closing(open_copy(url)) as scratch,
    ):
        if installed and drift is None:
            # What was just installed is what the database should hold.
            with opened(database) as connection:
                drift = drift_from(connection, plan, reference_of_copy(scratch, plan))
        yield scratch, plan, drift


_WORDS = {
    "refused": "refused",
    "recorded": "recorded",
    "got_through": "GOT THROUGH",
    "refused_by_another": "by another",
    "unproven": "unproven",
    "met_no_row": "met no row",
    "guard_off": "GUARD OFF",
    "not_in_force": "not in force",
}


def _told(verdict: Verdict, *, in_full: bool) -> str:
    from groundplan.cli.output import counted, wrapped

    word = _WORDS[verdict.outcome]
    if not in_full:
        why = f"             {verdict.message}\n" if verdict.outcome == "guard_off" else ""
        return f"{word:<13}{verdict.rule.name}\n{why}"
    lines = [verdict.rule.name, *wrapped(verdict.rule.sentence), ""]
    for statement in verdict.statements:
        lines += [f"  {line}" for line in f"{statement.strip()};".splitlines()]
    lines += ["", f"{word}  {verdict.sqlstate} {verdict.constraint}".rstrip()]
    # A rule that refuses says its sentence, which stands at the top already.
    lines += wrapped(verdict.message) if verdict.message != verdict.rule.sentence else []
    lines += wrapped(verdict.detail) if verdict.detail else []
    lines += wrapped(f"Hint: {verdict.hint}") if verdict.hint else []
    if verdict.audit_rows:
        lines.append(f"  The audit sees it: {counted(verdict.audit_rows, 'row')}.")
    return "\n".join([*lines, "", ""])


def _summary(verdicts: list[Verdict]) -> str:
    from collections import Counter

    counts = Counter(_WORDS[verdict.outcome] for verdict in verdicts)
    told = ", ".join(f"{count:,} {word}" for word, count in counts.most_common())
    return f"{len(verdicts):,} attacked: {told}."


def _facts(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule.name,
        "kind": verdict.rule.kind,
        "table": verdict.rule.table,
        "outcome": verdict.outcome,
        "sqlstate": verdict.sqlstate,
        "constraint": verdict.constraint,
        "message": verdict.message,
        "detail": verdict.detail,
        "hint": verdict.hint,
        "statements": verdict.statements,
        "audit_rows": verdict.audit_rows,
    }
