"""Grants for one to four roles. The Plan itself creates no role and grants nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from groundplan.modules.module import Module
from groundplan.rules import AppendOnly, Balance, WrittenByRules
from groundplan.rules.declaration import DeclarationError, literal
from groundplan.rules.template import render


@dataclass(frozen=True)
class RoleNames:
    """Names of existing roles; None leaves that role out.

    app: what the application logs in as. report: reads schema reporting alone. auditor: reads
    everything, writes nothing.
    """

    app: str | None = None
    report: str | None = None
    auditor: str | None = None


# Tables the application reads, but that only rules and verbs write.
_READ_ONLY = (
    "core.installed_modules",
    "core.installed_objects",
    "core.installed_catalog",
    "core.currencies",
    "core.countries",
    "core.units_of_measure",
    "core.audit_log",
    "inventory.stock_levels",
    "sales.ledger_entries",
    "sales.order_status_history",
    "fulfillment.order_item_fulfillments",
)
PRIVATE = "groundplan"
"""The schema that nobody but the owner may use."""

# Which functions a role may call, as a condition on pg_proc; triggers need no such right to fire.
_CALLABLE = (
    "routine.prorettype <> 'pg_catalog.trigger'::regtype\n"
    "    and (routine.pronamespace::regnamespace::text, routine.proname) not in (\n"
    "        ('core', 'create_tenant'), ('reporting', 'pending'))"
)
# It raises and does nothing else: a role that is refused something can read why.
_REFUSES = "(routine.pronamespace::regnamespace::text, routine.proname) = ('core', 'refuse')"
_APP_CALLS = _CALLABLE
_REPORT_CALLS = (
    f"{_CALLABLE}\n"
    "    and (routine.pronamespace = 'reporting'::regnamespace\n"
    f"         or routine.oid in (select needed.routine from needed) or {_REFUSES})"
)
# What is not volatile cannot write.
_AUDITOR_CALLS = (
    "routine.prorettype <> 'pg_catalog.trigger'::regtype\n"
    f"    and (routine.provolatile <> 'v' or {_REFUSES})"
)

_HIDDEN = ("core.audit_personal", "core.role_tenants", "core.tree_versions")


def application_may(modules: tuple[Module, ...], table: str, *, is_view: bool) -> frozenset[str]:
    """The privileges on schema.table, or on a view, that the application gets: SELECT, INSERT, …"""
    schema = table.partition(".")[0]
    if schema == PRIVATE or table in _HIDDEN or schema not in {each.name for each in modules}:
        return frozenset()
    if schema == "reporting":
        readable = is_view or table == "reporting.calendar"
        return frozenset({"SELECT"} if readable else ())
    if table in (*_READ_ONLY, *_written_by_rules(modules)):
        return frozenset({"SELECT"})
    if table in _append_only(modules):
        return frozenset({"SELECT", "INSERT"})
    return frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def _quoted(name: str) -> str:
    """A role name as an SQL identifier, always quoted."""
    if not name or "\x00" in name or len(name.encode()) > 63:
        raise DeclarationError(f"role name {name!r} must have 1 to 63 bytes")
    for mark in ("$$", "$grants$", "$groundplan$"):
        if mark in name:
            raise DeclarationError(
                f"role name {name!r} must not hold {mark}: it ends a statement here"
            )
    return '"' + name.replace('"', '""') + '"'


def grants(modules: tuple[Module, ...], roles: RoleNames) -> str:
    """The GRANT statements, as SQL text. Roles must exist; run as the owner, after every apply.

    They are one statement: a role that does not exist is one error, and then nothing is granted.
    """
    modules = tuple(module for module in modules if module.name != PRIVATE)
    named = [name for name in (roles.app, roles.report, roles.auditor) if name]
    return "".join(
        f"{line}\n"
        for line in (
            "-- Grants of Groundplan. Run as the owner; running it again changes nothing.",
            "do $groundplan$",
            "begin",
            *(line for name in named for line in _known(name)),
            *(_app(modules, _quoted(roles.app)) if roles.app else ()),
            *(_report(modules, _quoted(roles.report)) if roles.report else ()),
            *(_auditor(modules, _quoted(roles.auditor)) if roles.auditor else ()),
            "end",
            "$groundplan$;",
        )
    )


def _known(name: str) -> Iterator[str]:
    message = literal(f"There is no role {_quoted(name)}.")
    hint = literal(f"Make it first: create role {_quoted(name)} login; or mend its name.")
    yield f"if not exists (select from pg_catalog.pg_roles where rolname = {literal(name)}) then"
    yield "    raise exception using errcode = 'undefined_object',"
    yield f"        message = {message},"
    yield f"        hint = {hint};"
    yield "end if;"


def _append_only(modules: tuple[Module, ...]) -> list[str]:
    return [
        rule.table for module in modules for rule in module.rules if isinstance(rule, AppendOnly)
    ]


def _written_by_rules(modules: tuple[Module, ...]) -> list[str]:
    kept = (Balance, WrittenByRules)
    return [rule.table for module in modules for rule in module.rules if isinstance(rule, kept)]


def _app(modules: tuple[Module, ...], role: str) -> Iterator[str]:
    names = {module.name for module in modules}
    yield "\n-- The application: business tables, but nothing that rules keep."
    for module in modules:
        yield f"grant usage on schema {module.name} to {role};"
    for module in modules:
        if module.name == "reporting":
            continue
        yield (
            f"grant select, insert, update, delete on all tables in schema {module.name} to {role};"
        )
        yield f"grant usage on all sequences in schema {module.name} to {role};"
    for table in dict.fromkeys((*_READ_ONLY, *_written_by_rules(modules))):
        if table.split(".")[0] in names:
            yield f"revoke insert, update, delete on {table} from {role};"
    for table in _append_only(modules):
        yield f"revoke update, delete on {table} from {role};"
    for table in _HIDDEN:
        yield f"revoke all on {table} from {role};"
    yield from _reporting_views(role)
    yield from _functions_and_limits(modules, role, _APP_CALLS)


def _report(modules: tuple[Module, ...], role: str) -> Iterator[str]:
    yield "\n-- Reports: the views of schema reporting, and nothing else."
    yield f"grant usage on schema reporting to {role};"
    yield from _reporting_views(role)
    yield from _functions_and_limits(modules, role, _REPORT_CALLS)


def _reporting_views(role: str) -> Iterator[str]:
    # Views only: the tables underneath hold the rows of every tenant.
    yield "do $$"
    yield "declare"
    yield "    readable regclass;"
    yield "begin"
    yield "    for readable in"
    yield "        select class.oid from pg_catalog.pg_class as class"
    yield "        where class.relnamespace = 'reporting'::regnamespace"
    yield "          and (class.relkind = 'v' or class.relname = 'calendar')"
    yield "    loop"
    yield f"        execute format('grant select on %s to %s', readable, {literal(role)});"
    yield "    end loop;"
    yield "end"
    yield "$$;"


def _functions_and_limits(modules: tuple[Module, ...], role: str, wanted: str) -> Iterator[str]:
    """The functions a role may call, and what no role but the owner may have."""
    values = {
        "role": literal(role),
        "wanted": wanted,
        "schemas": f"array[{', '.join(map(literal, (PRIVATE, *(m.name for m in modules))))}]",
    }
    yield render("grants_role", values, "groundplan.compose").rstrip()
    yield render("grants_temporary", values, "groundplan.compose").rstrip()


def _auditor(modules: tuple[Module, ...], role: str) -> Iterator[str]:
    yield "\n-- The auditor: reads everything but what the owner keeps to itself, writes nothing."
    for module in modules:
        yield f"grant usage on schema {module.name} to {role};"
        yield f"grant select on all tables in schema {module.name} to {role};"
    yield from _functions_and_limits(modules, role, _AUDITOR_CALLS)
