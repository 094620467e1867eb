"""The rules, each with its four faces, and their attacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from groundplan.errors import GroundplanError
from groundplan.proof import PlainRule, Provable, Verdict, drift_of
from groundplan.rules import StateMachine
from groundplan.rules.declaration import Attack, Guard
from groundplan.snapshot.differences import Finding
from groundplan.studio import problems
from groundplan.studio.attacking import ScratchCopy
from groundplan.studio.guards import guard_texts, guards_of, read_guards, standing
from groundplan.studio.kinds import sentence_of
from groundplan.studio.knowledge import Knowledge
from groundplan.studio.links import LiveLinks
from groundplan.studio.outcomes import Side, told
from groundplan.studio.rendering import ground, page, tenant_of
from groundplan.studio.rule_list import Choice, Row, grouped, kinds_of, page_names
from groundplan.studio.sql_words import Sql
from groundplan.studio.state_path import state_path
from groundplan.studio.verifying import Checked, Verifier

Context = dict[str, Any]
CheckedOf = Callable[[Provable], Checked | None]


@dataclass(frozen=True)
class Panel:
    """One side of the attack. ``next`` is the step that the browser asks for by itself."""

    side: Side
    verdict: Verdict | None = None
    word: str = ""
    sentence: str = ""
    tone: str = ""
    waiting: str = ""
    next: str = ""
    statements: tuple[Sql, ...] = ()
    found: tuple[dict[str, Any], ...] = ()
    problem: problems.Problem | None = None


def rules_context(
    knowledge: Knowledge,
    choice: Choice | None = None,
    *,
    present: Collection[Guard] | None = None,
    checked: CheckedOf | None = None,
) -> Context:
    """All rules, or those of the choice. Without ``present`` the Snapshot tells what is in force;
    without a choice every rule is listed."""
    wanted = choice or Choice()
    names = page_names(knowledge.register)
    found = guards_of(knowledge.snapshot) if present is None else present

    def row(rule: Provable) -> Row:
        return Row(
            rule,
            names[rule.table, rule.name],
            standing(rule, knowledge.plan.tenancy, found),
            checked(rule) if checked else None,
        )

    rows = [row(rule) for rule in knowledge.register]
    declared, plain = kinds_of(knowledge.register)
    chosen = [row for row in rows if wanted.fits(row.rule)]
    return {
        "title": "Rules",
        "section": "rules",
        "choice": wanted,
        "modules": grouped(
            chosen,
            wanted,
            modules=[module.name for module in knowledge.plan.modules],
            shows_all=choice is None,
        ),
        "count": len(chosen),
        "total": len(rows),
        "figures": knowledge.register.figures,
        "declared_count": sum(count for _, count in declared),
        "plain_count": sum(count for _, count in plain),
        "states": Counter(row.standing.state for row in rows),
        "declared_kinds": declared,
        "plain_kinds": plain,
        "all_modules": [module.name for module in knowledge.plan.modules],
        "all_tables": _tables(rows),
        "broken": [row for row in rows if row.checked and row.checked.violation],
        "off": [row for row in rows if row.standing.missing],
        "audited": sum(row.checked is not None for row in rows),
        "sentence_of": sentence_of,
    }


def rule_context(
    knowledge: Knowledge,
    rule: Provable,
    *,
    present: Collection[Guard] | None = None,
    checked: Checked | None = None,
) -> Context:
    """The four faces of a rule. Without ``present`` the Snapshot tells what is in force."""
    found = guards_of(knowledge.snapshot) if present is None else present
    attacks = () if isinstance(rule, PlainRule) else rule.attacks()
    first = _statements(attacks[0].statements) if attacks else ()
    return {
        "title": rule.name,
        "section": "rules",
        "rule": rule,
        "name": page_names(knowledge.register)[rule.table, rule.name],
        "kind_sentence": sentence_of(rule.kind),
        "standing": standing(rule, knowledge.plan.tenancy, found),
        "guards": guard_texts(rule, knowledge.snapshot),
        "audit": Sql(rule.audit().strip()),
        "is_plain": isinstance(rule, PlainRule),
        "attacks": [(each, _statements(each.statements), _aim(each)) for each in attacks],
        "states": state_path(rule) if isinstance(rule, StateMachine) else None,
        "checked": checked,
        "duel": (Panel("guarded", statements=first), Panel("unguarded")),
    }


def _tables(rows: Iterable[Row]) -> list[tuple[str, list[str]]]:
    """Names of tables by module, for a choice."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.rule.table.split(".")[0], {})[row.rule.table] = None
    return [(module, list(tables)) for module, tables in found.items()]


def _statements(statements: tuple[str, ...]) -> tuple[Sql, ...]:
    return tuple(Sql(f"{statement.strip().rstrip(';')};") for statement in statements)


def _aim(attack: Attack) -> Sql | None:
    return Sql(attack.got_through.strip()) if attack.got_through else None


def rules(request: Request) -> Response:
    """The list."""
    knowledge = ground(request).knowledge()
    asked = request.query_params
    choice = Choice(*(asked.get(name, "").strip() for name in ("words", "module", "table", "kind")))
    context = rules_context(
        knowledge,
        choice,
        present=_present(request, knowledge),
        checked=_verifier(request).checked,
    )
    answer = page(
        request,
        "rules/rules.html",
        **context,
        tenant=asked.get("tenant", ""),
        is_fragment="HX-Request" in request.headers,
    )
    if request.headers.get("HX-Trigger") == "rule-filters":
        # The URL of a choice, without what was left empty.
        links = LiveLinks(tenant_of(request) if "tenant" in asked else None)
        answer.headers["HX-Push-Url"] = links.link("rules", **choice.query)
    return answer


def rule(request: Request) -> Response:
    """One rule; 404 with those that could be meant."""
    knowledge = ground(request).knowledge()
    return _rule_page(request, knowledge, _named(request, knowledge))


def attack(request: Request) -> Response:
    """With the guard, then without it. ``step`` asks for a part, for pages that show progress."""
    knowledge = ground(request).knowledge()
    found = _named(request, knowledge)
    copy: ScratchCopy = request.app.state.scratch_copy
    step = request.query_params.get("step", "")
    if step == "begin":
        waiting = "Attacking …"
        following = "guarded"
        if not copy.is_ready(knowledge):
            waiting = "Making a scratch copy: the same tables and rules, a few sample rows …"
            following = "copy"
        return _duel(request, knowledge, found, Panel("guarded", waiting=waiting, next=following))
    if step == "copy":
        problem = _tried(lambda: copy.prepare(knowledge))
        panel = Panel("guarded", waiting="Attacking …", next="guarded")
        if problem is not None:
            panel = Panel("guarded", problem=problem)
        return _duel(request, knowledge, found, panel)
    if step == "guarded":
        panel = _guard_off(request, knowledge, found) or _attacked(
            copy, knowledge, found, "guarded"
        )
        return _duel(request, knowledge, found, panel)
    if step == "unguarded":
        panel = _attacked(copy, knowledge, found, "unguarded")
        return page(
            request,
            "rules/_unguarded.html",
            title=found.name,
            rule=found,
            name=_page_name(knowledge, found),
            panel=panel,
        )
    first = _guard_off(request, knowledge, found) or _attacked(copy, knowledge, found, "guarded")
    second = Panel("unguarded")
    if first.problem is None:
        second = _attacked(copy, knowledge, found, "unguarded")
    return _rule_page(
        request,
        knowledge,
        found,
        duel=(first, second),
        status=first.problem.status if first.problem else 200,
    )


def audit(request: Request) -> Response:
    """Look at every row now."""
    knowledge = ground(request).knowledge()
    found = _named(request, knowledge)
    problem = _tried(lambda: _verifier(request).audit(found))
    checked = None if problem else _verifier(request).checked(found)
    if "HX-Request" in request.headers:
        return page(
            request,
            "rules/_audit.html",
            title=found.name,
            checked=checked,
            problem=problem,
        )
    status = problem.status if problem else 200
    return _rule_page(request, knowledge, found, problem=problem, status=status)


def _rule_page(
    request: Request,
    knowledge: Knowledge,
    found: Provable,
    *,
    status: int = 200,
    problem: problems.Problem | None = None,
    **changed: object,
) -> Response:
    context = rule_context(
        knowledge,
        found,
        present=_present(request, knowledge),
        checked=_verifier(request).checked(found),
    )
    return page(request, "rules/rule.html", status, **(context | changed), problem=problem)


def _duel(request: Request, knowledge: Knowledge, found: Provable, first: Panel) -> Response:
    """Both panels, the second waiting for the first."""
    second = Panel("unguarded")
    if first.verdict is not None:
        second = Panel("unguarded", waiting="Taking the guard away, and attacking …")
        second = replace(second, next="unguarded")
    elif first.waiting:
        second = Panel("unguarded", waiting="Waits for the attack with the guard.")
    return page(
        request,
        "rules/_duel.html",
        title=found.name,
        rule=found,
        name=_page_name(knowledge, found),
        duel=(first, second),
    )


def _guard_off(request: Request, knowledge: Knowledge, rule: Provable) -> Panel | None:
    """The copy has every guard; for a database that has not, it does not speak."""
    findings: list[Finding] = []

    def look() -> None:
        with ground(request).verifying() as connection:
            findings.extend(drift_of(connection, knowledge.plan).of_rule(rule))

    problem = _tried(look)
    if problem is not None:
        return Panel("guarded", problem=problem)
    if not findings:
        return None
    message = f"In this database, {'; '.join(map(str, findings))}."
    verdict = Verdict(rule, "guard_off", message=message)
    outcome = told(verdict, "guarded")
    return Panel("guarded", verdict, outcome.word, outcome.sentence, outcome.tone)


def _attacked(copy: ScratchCopy, knowledge: Knowledge, rule: Provable, side: Side) -> Panel:
    verdicts: list[Verdict] = []
    problem = _tried(
        lambda: verdicts.append(copy.attack(knowledge, rule, without_guard=side == "unguarded"))
    )
    if problem is not None:
        return Panel(side, problem=problem)
    (verdict,) = verdicts
    outcome = told(verdict, side)
    return Panel(
        side,
        verdict,
        outcome.word,
        outcome.sentence,
        outcome.tone,
        statements=_statements(verdict.statements),
        found=tuple(json.loads(row) for row in verdict.found),
    )


def _tried(act: Callable[[], object]) -> problems.Problem | None:
    """What went wrong, to be told on the page itself."""
    try:
        act()
    except GroundplanError as error:
        return problems.of(error)
    return None


def _named(request: Request, knowledge: Knowledge) -> Provable:
    return knowledge.register.named(request.path_params["name"])


def _page_name(knowledge: Knowledge, rule: Provable) -> str:
    return page_names(knowledge.register)[rule.table, rule.name]


def _present(request: Request, knowledge: Knowledge) -> frozenset[Guard]:
    with ground(request).reading(tenant_of(request)) as connection:
        return read_guards(connection, knowledge.plan.schemas)


def _verifier(request: Request) -> Verifier:
    found: Verifier = request.app.state.verifier
    return found


routes = [
    Route("/rules", rules),
    Route("/rules/{name:path}/attack", attack, methods=["POST"]),
    Route("/rules/{name:path}/audit", audit, methods=["POST"]),
    Route("/rules/{name:path}", rule),
]
