"""groundplan verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import database_option, json_option

if TYPE_CHECKING:
    from groundplan.proof import Violation
    from groundplan.reports import Difference

SHOWN = 20


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan verify --json")
@click.option("--repair", "repairs", is_flag=True, help="Correct reports that differ.")
@database_option
@json_option
def command(repairs: bool, database: str | None, as_json: bool) -> None:
    """Look for rows that break a rule, and recount every report from its source.

    Works on live data, without locks, as the owner. The result is kept in
    reporting.verifications. Ends with 1 if anything was found that is not repaired.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import opened
    from groundplan.installation import record_verification, require_installed
    from groundplan.proof import build_register, verify_rules
    from groundplan.reports import repair, verify
    from groundplan.snapshot import read_snapshot

    with opened(database) as connection:
        plan = require_installed(connection)
        register = build_register(plan.rules, read_snapshot(connection, plan.schemas))
        violations = verify_rules(connection, register)
        found = (repair if repairs else verify)(connection, plan.rollups)
        left = verify(connection, plan.rollups) if repairs and found else found
        record_verification(
            connection,
            rules=len(register),
            violations=sum(violation.count for violation in violations),
            rollups=len(plan.rollups),
            differences=len(left),
        )
    if as_json:
        print_json(
            {
                "rules": len(register),
                "violations": [_violation(violation) for violation in violations],
                "rollups": len(plan.rollups),
                "differences": [_difference(difference) for difference in found],
                "repaired": repairs and not left,
            }
        )
    else:
        _tell(len(register), violations, len(plan.rollups), found, repairs and not left)
    raise click.exceptions.Exit(1 if violations or left else 0)


def _violation(violation: Violation) -> dict[str, Any]:
    rule = violation.rule
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "table": rule.table,
        "sentence": rule.sentence,
        "count": violation.count,
        "sample_ids": violation.sample_ids,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "report": difference.report,
        "group": dict(difference.group),
        "column": difference.column,
        "stored": difference.stored,
        "recomputed": difference.recomputed,
    }


def _tell(
    rules: int,
    violations: list[Violation],
    rollups: int,
    differences: list[Difference],
    is_repaired: bool,
) -> None:
    from groundplan.cli.output import counted

    if violations:
        click.echo(f"{counted(len(violations), 'rule')} of {rules:,} broken:")
    else:
        click.echo(f"All {rules:,} rules hold.")
    for violation in violations:
        click.echo(f"  {violation.rule.table}: {violation.rule.name}")
        click.echo(f"    {counted(violation.count, 'row')}: {', '.join(violation.sample_ids)}")
    if differences:
        click.echo(f"{counted(len(differences), 'number')} of the reports differ from the source:")
        for difference in differences[:SHOWN]:
            click.echo(f"  {difference}")
        if len(differences) > SHOWN:
            click.echo(f"  and {len(differences) - SHOWN:,} more: --json lists them all")
        click.echo(
            "They are repaired." if is_repaired else "`groundplan verify --repair` corrects them."
        )
    else:
        click.echo(f"All {rollups} reports are what their sources say.")
