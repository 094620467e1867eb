"""groundplan verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import database_option, json_option

if TYPE_CHECKING:
    from groundplan.proof import Drift, Fault, Violation
    from groundplan.reports import Difference

SHOWN = 20

NAMED = 3
"""How many rules are named behind an object that serves more of them."""


@click.command(cls=rich_click.RichCommand, epilog="Example: groundplan verify --json")
@click.option("--repair", "repairs", is_flag=True, help="Correct reports that differ.")
@click.option("--as-recorded", is_flag=True, help="Compare with what apply recorded.")
@database_option
@json_option
def command(repairs: bool, as_recorded: bool, database: str | None, as_json: bool) -> None:
    """Look for guards that are missing or altered, for rows that break a rule, and recount every
    report from its source.

    The guards are compared with those of a second installation, made on the same server and
    dropped again; with what apply recorded where the role may not create databases. Works on live
    data, without locks, as the owner. The result is kept in reporting.verifications. Ends with 1
    if anything was found that is not repaired.
    """
    from groundplan.cli.output import print_json
    from groundplan.cli.session import opened, url_of
    from groundplan.installation import record_verification, require_installed, require_owner
    from groundplan.proof import drift_of, settle, verify_rules
    from groundplan.reports import repair, report_count, verify

    with opened(database) as connection:
        require_owner(connection)
        plan = require_installed(connection)
        settle(connection)
        drift = drift_of(connection, plan, None if as_recorded else url_of(database))
        violations = verify_rules(connection, drift.register)
        found = (repair if repairs else verify)(connection, plan.rollups)
        left = verify(connection, plan.rollups) if repairs and found else found
        reports = report_count(plan.rollups)
        record_verification(
            connection,
            rules=len(drift.register),
            violations=sum(violation.count for violation in violations),
            reports=reports,
            differences=len(left),
            faults=len(drift.faults),
        )
    is_repaired = repairs and not left
    if as_json:
        print_json(
            {
                "compared_with": drift.source,
                "faults": [_fault(fault) for fault in drift.faults],
                "notes": [str(note) for note in drift.notes],
                "declared_rules": drift.register.declared,
                "plain_constraints": drift.register.plain,
                "violations": [_violation(violation) for violation in violations],
                "reports": reports,
                "differences": [_difference(difference) for difference in found],
                "repaired": is_repaired,
            }
        )
    else:
        _tell_guards(drift)
        _tell_rules(drift.register.figures, violations, _unknown(drift))
        _tell_reports(reports, found, is_repaired)
    failed = violations or left or not drift.is_clean
    raise click.exceptions.Exit(1 if failed else 0)


def _fault(fault: Fault) -> dict[str, Any]:
    place = fault.finding.place
    return {
        "object": str(place),
        "kind": place.kind,
        "table": place.table or None,
        "name": place.name,
        "found": fault.finding.what,
        "says": fault.finding.says,
        "rules": fault.names,
    }


def _violation(violation: Violation) -> dict[str, Any]:
    rule = violation.rule
    return {
        "rule": rule.name,
        "kind": rule.kind,
        "table": rule.table,
        "sentence": rule.sentence,
        "count": violation.count,
        "sample_ids": violation.sample_ids,
        "problem": violation.problem or None,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "report": difference.report,
        "group": dict(difference.group),
        "column": difference.column,
        "stored": difference.stored,
        "recomputed": difference.recomputed,
    }


_COMPARED = {
    "installation": "compared with a second installation",
    "record": "compared with what apply recorded",
}


def _say(line: str) -> None:
    """A line as wide as the terminal; what goes on is indented by two more."""
    from groundplan.cli.output import fitted

    indent = len(line) - len(line.lstrip())
    click.echo(fitted(line.lstrip(), " " * indent, indent + 2))


def _tell_guards(drift: Drift) -> None:
    from groundplan.cli.output import counted, wrapped

    if drift.source == "nothing":
        _say("The guards were compared with nothing, so that nothing is known of them:")
        for line in wrapped(drift.reason):
            click.echo(line)
        _say("`groundplan apply` puts them back, and records them.")
        return
    compared = _COMPARED[drift.source]
    if drift.faults:
        number = counted(
            len(drift.faults), "object is not as it should be", "objects are not as they should be"
        )
        _say(f"{number}, {compared}:")
        for fault in drift.faults[:SHOWN]:
            _say(f"  {fault}")
            if fault.names:
                _say(f"    {rules_named(fault.names)}")
        if len(drift.faults) > SHOWN:
            _say(f"  and {len(drift.faults) - SHOWN:,} more: --json lists them all")
        _say("`groundplan apply --restore-constraints` puts back what is ours.")
    else:
        _say(f"Every guard is in place, {compared}.")
    rights = [note for note in drift.notes if note.place.kind == "role"]
    for note in rights[:SHOWN]:
        _say(f"Note: {note}, which `groundplan grants` takes away.")
    yours = len(drift.notes) - len(rights)
    if yours:
        verb = "is" if yours == 1 else "are"
        _say(f"{counted(yours, 'object')} beside ours {verb} yours, and no fault.")


def rules_named(names: tuple[str, ...]) -> str:
    """A few of the rules, and how many more there are."""
    shown = ", ".join(names[:NAMED])
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{'rule' if len(names) == 1 else 'rules'}: {shown}{more}"


def _unknown(drift: Drift) -> int:
    """Constraints that are gone, and of which the record tells no more than the name."""
    return sum(bool(fault.names) and not fault.rules for fault in drift.faults)


def _tell_rules(figures: str, violations: list[Violation], unknown: int) -> None:
    from groundplan.cli.output import counted

    if unknown:
        figures += " that can be checked"
    if violations:
        broken = counted(len(violations), "is", "are")
        _say(f"Of {figures}, {broken} broken:")
    else:
        _say(f"All {figures} hold on every row.")
    for violation in violations:
        _say(f"  {violation.rule.table}: {violation.rule.name}")
        if violation.problem:
            _say(f"    cannot be checked: {violation.problem}")
        else:
            ids = ", ".join(violation.sample_ids)
            _say(f"    {counted(violation.count, 'row')}: {ids}")


def _tell_reports(reports: int, differences: list[Difference], is_repaired: bool) -> None:
    from groundplan.cli.output import counted

    if not differences:
        _say(f"All {counted(reports, 'report')} are what their sources say.")
        return
    number = counted(
        len(differences), "number of the reports differs", "numbers of the reports differ"
    )
    _say(f"{number} from the source:")
    for difference in differences[:SHOWN]:
        _say(f"  {difference}")
    if len(differences) > SHOWN:
        _say(f"  and {len(differences) - SHOWN:,} more: --json lists them all")
    _say("They are repaired." if is_repaired else "`groundplan verify --repair` corrects them.")
