"""groundplan rules."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import database_option, json_option

if TYPE_CHECKING:
    from groundplan.proof import Provable, Register


@click.command(
    cls=rich_click.RichCommand, epilog="Example: groundplan rules order_status_follows_its_path"
)
@click.argument("name", required=False)
@click.option("--kind", metavar="KIND", help="Only this kind: StateMachine, Check, ForeignKey …")
@click.option("--table", metavar="TABLE", help="Only this table: sales.orders.")
@database_option
@json_option
def command(
    name: str | None, kind: str | None, table: str | None, database: str | None, as_json: bool
) -> None:
    """List the rules, or show the four faces of one: sentence, guard, audit and attack.

    Without a database: the rules that Groundplan declares. With one that is named or runs: also
    the plain ones that the database holds, checks, keys and references.
    """
    from groundplan.cli.output import print_json

    register = _register(database)
    if name is not None:
        rule = register.named(name)
        if as_json:
            print_json(_faces(rule))
        else:
            click.echo(_page(rule), nl=False)
        return
    rules = _chosen(register, kind, table)
    if as_json:
        print_json([_faces(rule) for rule in rules])
    else:
        click.echo(_list(rules), nl=False)


def _register(database: str | None) -> Register:
    from groundplan.cli.session import opened
    from groundplan.compose import load_modules
    from groundplan.database import EmbeddedServer
    from groundplan.database.connection import EMBEDDED_DIRECTORY
    from groundplan.installation import installed_modules, require_installed
    from groundplan.proof import build_register
    from groundplan.snapshot import Snapshot, read_snapshot

    if database is not None or EmbeddedServer(EMBEDDED_DIRECTORY).is_running():
        with opened(database) as connection:
            if database is not None or installed_modules(connection):
                plan = require_installed(connection)
                return build_register(plan.rules, read_snapshot(connection, plan.schemas))
    declared = [rule for module in load_modules().values() for rule in module.rules]
    return build_register(declared, Snapshot(schemas=(), server_version=0))


def _chosen(register: Register, kind: str | None, table: str | None) -> list[Provable]:
    """The rules of that kind and table; a kind or table that has none is an error."""
    kinds = {rule.kind.lower(): rule.kind for rule in register}
    tables = {rule.table: rule.table for rule in register}
    chosen_kind = _known("--kind", kind, kinds)
    chosen_table = _known("--table", table, tables)
    return [
        rule
        for rule in register
        if chosen_kind in (None, rule.kind) and chosen_table in (None, rule.table)
    ]


def _known(option: str, wanted: str | None, present: dict[str, str]) -> str | None:
    if wanted is None or wanted.lower() in present:
        return present[wanted.lower()] if wanted else None
    near = difflib.get_close_matches(wanted.lower(), present, n=3, cutoff=0.4) or sorted(present)
    listed = ", ".join(present[name] for name in near)
    raise click.BadParameter(f"no rules of {wanted}; there are {listed}", param_hint=option)


def _faces(rule: Provable) -> dict[str, Any]:
    return {
        "name": rule.name,
        "kind": rule.kind,
        "table": rule.table,
        "sqlstate": rule.sqlstate,
        "sentence": rule.sentence,
        "hint": rule.hint,
        "guards": [vars(guard) for guard in rule.guards()],
        "audit": rule.audit(),
        "attacks": [list(statements) for statements in _attacks(rule)],
    }


def _attacks(rule: Provable) -> list[tuple[str, ...]]:
    """The statements of its attacks. Those of plain rules are looked for in a scratch copy."""
    from groundplan.proof import PlainRule

    if isinstance(rule, PlainRule):
        return []
    return [attack.statements for attack in rule.attacks()]


def _page(rule: Provable) -> str:
    from groundplan.cli.output import wrapped

    lines = [f"{rule.name}", f"{rule.kind} on {rule.table}, SQLSTATE {rule.sqlstate}", ""]
    lines += ["Sentence", *wrapped(rule.sentence)]
    if rule.hint:
        lines += wrapped(f"Instead: {rule.hint}")
    lines += ["", "Guard"]
    for guard in rule.guards():
        lines += wrapped(f"{guard.kind} {guard.name} on {guard.table}")
    lines += ["", "Audit: a row it returns breaks the rule"]
    lines += [f"  {line}" for line in rule.audit().strip().splitlines()]
    attacks = _attacks(rule)
    lines += ["", "Attack: refused, by this rule"]
    for number, statements in enumerate(attacks, start=1):
        if len(attacks) > 1:
            lines.append(f"  {number}.")
        lines += [f"  {line}" for text in statements for line in f"{text.strip()};".splitlines()]
    if not attacks:
        lines.append("  found among the rows of a scratch copy")
    lines += ["", f"Try it: groundplan attack {rule.name}", ""]
    return "\n".join(lines)


def _list(rules: list[Provable]) -> str:
    from collections import Counter

    from groundplan.cli.output import counted, wrapped

    lines: list[str] = []
    table = ""
    for rule in rules:
        if rule.table != table:
            table = rule.table
            lines += ["", table]
        if rule.kind == "NotNull":  # Its name is its sentence.
            lines.append(f"  {rule.name}")
        else:
            lines += [f"  {rule.name}  ({rule.kind})", *wrapped(rule.sentence, indent=6)]
    kinds = Counter(rule.kind for rule in rules)
    summary = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    lines += ["", *wrapped(f"{counted(len(rules), 'rule')}: {summary}.", indent=0), ""]
    return "\n".join(lines[1:])
