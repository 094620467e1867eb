"""Every guard is removed and weakened, and the comparison with the Plan names it with its rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from psycopg.conninfo import conninfo_to_dict

from groundplan.compose import Plan
from groundplan.database import EmbeddedServer, connect, scratch_database
from groundplan.errors import PermissionDenied
from groundplan.installation import apply, plan_for
from groundplan.installation import reference as references
from groundplan.installation.reference import Reference
from groundplan.proof import drift_of, run_attack
from groundplan.rules.declaration import Rule
from groundplan.snapshot.differences import Finding
from groundplan.snapshot.inventory import Place
from tests.proof.world import (
    WEAK,
    World,
    assert_named,
    index_name,
    name,
    named,
    quoted,
    role,
    taken_back,
)

# Removed -------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_what_was_just_installed(world: World) -> None:
    assert world.faults() == []


def test_the_guards_of_every_declared_rule_are_missed(world: World) -> None:
    """By the same statements that attacks take them away with. Rules that share no object are taken
    together; each has to be named at an object that its own statements, and no others, touch."""
    unseen: list[str] = []
    for together in apart(world.plan.rules):
        schemas = {
            table.partition(".")[0]
            for rule in together
            for table in (rule.table, *(guard.table for guard in rule.guards()))
        }
        faults = world.faults_of_objects(schemas, *(rule.removal() for rule in together))
        for rule in together:
            own = [fault for fault in faults if touched_by(fault.finding) in touched(rule)]
            if rule.name not in {each for fault in own for each in fault.names}:
                unseen.append(f"{rule.table} {rule.name}")
    assert unseen == []


Touched = tuple[str, ...]

REMOVALS = (
    ("function", r"create or replace function ([\w.]+)\("),
    ("function", r"drop function (?:if exists )?([\w.]+)"),
    ("trigger", r"trigger (?:if exists )?(\w+)\s[^;]*?\bon ([\w.]+)"),
    ("constraint", r"alter table ([\w.]+) drop constraint (\w+)"),
    ("index", r"drop index (\w+\.\w+)"),
    ("column", r"alter table ([\w.]+) alter column (\w+)"),
    ("table", r"alter table ([\w.]+) disable row level security"),
)


def touched(rule: Rule) -> set[Touched]:
    """The objects that go or change when the guards of a rule are taken away."""
    text = rule.removal()
    found = {
        (kind, *sorted([each] if isinstance(each, str) else each))
        for kind, pattern in REMOVALS
        for each in re.findall(pattern, text)
    }
    assert found, f"{rule.name} is removed in another way"
    return found


def touched_by(finding: Finding) -> Touched:
    """The same of what was found."""
    place = finding.place
    match place.kind:
        case "function":
            return (place.kind, place.name.partition("(")[0])
        case "table":
            return (place.kind, place.table)
        case "index":
            return (place.kind, f"{place.inside.partition('.')[0]}.{place.name}")
        case _:
            return (place.kind, *sorted((place.inside, place.name)))


def apart(rules: tuple[Rule, ...]) -> list[list[Rule]]:
    """The rules in as few groups as possible, in which no two touch the same object."""
    groups: list[tuple[list[Rule], set[Touched]]] = []
    for rule in rules:
        wanted = touched(rule)
        group = next((each for each in groups if not each[1] & wanted), None)
        if group is None:
            group = ([], set())
            groups.append(group)
        group[0].append(rule)
        group[1].update(wanted)
    assert sum(len(each) for each, _ in groups) == len(rules)
    return [each for each, _ in groups]


def test_every_trigger_that_is_dropped(world: World) -> None:
    triggers = world.places("trigger")
    assert len(triggers) > 150
    drops = [f"drop trigger {name(each.name)} on {quoted(each.inside)}" for each in triggers]
    assert_named(world, triggers, drops, "missing")


def test_every_constraint_that_is_dropped(world: World) -> None:
    constraints = world.places("constraint")
    assert len(constraints) > 200
    drops = [
        f"alter table {quoted(each.inside)} drop constraint if exists {name(each.name)} cascade"
        for each in constraints
    ]
    # A key that is dropped makes its columns no longer NOT NULL on some versions.
    faults = world.faults(*drops)
    assert {*constraints} <= named(faults, "missing")
    told = {fault.finding.place: fault.names for fault in faults}
    assert all(told[each] for each in constraints)


def test_every_index_that_is_dropped(world: World) -> None:
    indexes = world.places("index")
    drops = [f"drop index {index_name(each)}" for each in indexes]
    faults = assert_named(world, indexes, drops, "missing")
    unique = [each for each in indexes if world.inventory.objects[each]["unique"]]
    told = {fault.finding.place: fault.names for fault in faults}
    assert unique
    assert all(told[each] for each in unique)


def test_every_not_null_that_is_dropped(world: World) -> None:
    snapshot = world.expected.snapshot
    assert snapshot is not None
    columns = [
        Place("column", table.qualified, column.name)
        for table in snapshot.tables()
        for column in table.columns
        if column.not_null and not column.identity and column.name not in table.primary_key
    ]
    assert len(columns) > 300
    drops = [
        f"alter table {quoted(each.inside)} alter column {name(each.name)} drop not null"
        for each in columns
    ]
    faults = assert_named(world, columns, drops, "different")
    told = {fault.finding.place: fault.names for fault in faults}
    for place in columns:
        if world.inventory.objects[place].get("generated") is None:
            assert f"{place.inside.split('.')[1]}.{place.name} is never null" in told[place]


def test_every_policy_that_is_dropped(world: World) -> None:
    policies = world.places("policy")
    drops = [f"drop policy {name(each.name)} on {quoted(each.inside)}" for each in policies]
    faults = assert_named(world, policies, drops, "missing")
    assert all(fault.names for fault in faults)


def test_every_view_and_function_that_is_dropped(world: World) -> None:
    gone = [*world.places("view"), *world.places("function")]
    drops = [
        f"drop view if exists {quoted(f'{each.inside}.{each.name}')} cascade"
        for each in world.places("view")
    ]
    drops += [f"drop function if exists {each.name} cascade" for each in world.places("function")]
    assert {*gone} <= named(world.faults(*drops), "missing")


def test_a_table_that_is_dropped_is_told_once_with_its_rules(world: World) -> None:
    faults = world.faults("drop table sales.refunds cascade")
    found = {str(fault.finding.place): fault for fault in faults}
    assert "table sales.refunds" in found
    assert not any(
        fault.finding.place.table == "sales.refunds" and fault.finding.place.kind != "table"
        for fault in faults
    )
    wanted = {rule.name for rule in world.register if rule.table == "sales.refunds"}
    assert wanted <= {*found["table sales.refunds"].names}


# Weakened ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("disable trigger", "is switched off"),
        ("enable replica trigger", "fires on replicas only"),
        ("enable always trigger", "fires always"),
    ],
)
def test_every_trigger_that_does_not_fire_as_it_should(world: World, how: str, says: str) -> None:
    triggers = world.places("trigger")
    changes = [f"alter table {quoted(each.inside)} {how} {name(each.name)}" for each in triggers]
    faults = assert_named(world, triggers, changes, "different")
    assert all(says in fault.finding.says for fault in faults)


def test_every_reference_whose_triggers_are_off(world: World) -> None:
    keys = [
        each
        for each in world.places("constraint")
        # A key that is deferrable is checked again by a trigger, too.
        if re.search("^FOREIGN KEY| DEFERRABLE", world.aspect(each, "definition"))
    ]
    changes = [
        f"alter table {quoted(f'{each.inside}.{each.name}')} disable trigger all"
        for each in world.places("table")
    ]
    faults = [fault for fault in world.faults(*changes) if fault.finding.place.kind != "trigger"]
    assert named(faults) == {*keys}
    assert all(fault.names for fault in faults)


def test_every_function_with_another_body(world: World) -> None:
    """The head stays as it is; a trigger function lets everything through."""
    changed: list[Place] = []
    statements: list[str] = []
    for place in world.places("function"):
        aspects = world.inventory.objects[place]
        if "body" not in aspects or "LANGUAGE plpgsql" not in aspects["definition"]:
            continue
        result = "return new" if aspects["trigger_function"] else "raise exception 'off'"
        head = str(aspects["definition"]).partition("\nAS $")[0]
        statements.append(f"{head}\nas $weak$ begin {result}; end $weak$")
        changed.append(place)
    assert len(changed) > 100
    faults = world.faults(*statements)
    assert named(faults) == {*changed}
    assert {fault.finding.says for fault in faults} == {"has another body"}
    told = {fault.finding.place: {*fault.names} for fault in faults}
    for rule in world.register:
        for guard in rule.guards():
            place = Place("trigger", guard.table, guard.name)
            if guard.kind == "trigger" and "t30_guard" not in guard.name:
                function = Place("function", *_of(world.aspect(place, "function")))
                assert rule.name in told[function], f"{function} without {rule.name}"


def _of(function: str) -> tuple[str, str]:
    return function.partition(".")[0], function


def test_a_block_that_is_cut_out_of_a_row_guard_names_its_rule_alone(world: World) -> None:
    for place in world.places("function"):
        aspects = world.inventory.objects[place]
        blocks = re.findall(r"(?m)^ {4}-- ([a-z_]+)$", str(aspects.get("body")))
        if not place.name.partition(".")[2].startswith("guard_") or len(blocks) < 3:
            continue
        cut = re.sub(
            rf"(?ms)^ {{4}}-- {blocks[1]}$.*?(?=^ {{4}}-- {blocks[2]}$)",
            "",
            str(aspects["definition"]),
        )
        (fault,) = world.faults(cut)
        assert fault.names == (blocks[1],)
        return
    raise AssertionError("no row guard of several rules")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("alter function {} cost 7", "definition"),
        ("alter function {} volatile", "volatile"),
        ("alter function {} security definer", "its owner"),
        ("alter function {} security invoker", "calls it"),
        ("alter function {} set search_path = ''", "settings"),
        ("alter function {} owner to groundplan_weak", "belongs to groundplan_weak"),
        ("grant execute on function {} to public", "everybody"),
    ],
)
def test_every_function_that_is_altered(world: World, change: str, says: str) -> None:
    functions = world.places("function")
    faults = world.faults(role(), *(change.format(each.name) for each in functions))
    assert faults
    assert named(faults) <= {*functions}
    assert all(says in fault.finding.says for fault in faults)
    if "cost" in change or "owner" in change or "search_path" in change:
        assert named(faults) == {*functions}


def test_every_check_that_allows_more(world: World) -> None:
    checks = [
        each
        for each in world.places("constraint")
        if world.aspect(each, "definition").startswith("CHECK")
    ]
    changes = [
        f"alter table {quoted(each.inside)} drop constraint {name(each.name)},\n"
        f"add constraint {name(each.name)} check (true)"
        for each in checks
    ]
    assert_named(world, checks, changes, "different")


def test_every_check_and_reference_that_did_not_look_at_the_rows(world: World) -> None:
    late = [
        each
        for each in world.places("constraint")
        if world.aspect(each, "definition").startswith(("CHECK", "FOREIGN KEY"))
    ]
    changes = [
        f"alter table {quoted(each.inside)} drop constraint {name(each.name)},\n"
        f"add constraint {name(each.name)} {world.aspect(each, 'definition')} not valid"
        for each in late
    ]
    faults = assert_named(world, late, changes, "different")
    assert {fault.finding.says for fault in faults} == {"has not been checked on every row"}


def test_every_reference_that_takes_rows_along(world: World) -> None:
    keys = [
        each
        for each in world.places("constraint")
        if world.aspect(each, "definition").startswith("FOREIGN KEY")
        and " ON DELETE" not in world.aspect(each, "definition")
    ]
    changes: list[str] = []
    for each in keys:
        before, late, after = world.aspect(each, "definition").partition(" DEFERRABLE")
        changes.append(
            f"alter table {quoted(each.inside)} drop constraint {name(each.name)},\n"
            f"add constraint {name(each.name)} {before} on delete cascade{late}{after}"
        )
    assert_named(world, keys, changes, "different")


def test_every_unique_index_that_is_unique_no_more_or_of_no_row(world: World) -> None:
    unique = [each for each in world.places("index") if world.inventory.objects[each]["unique"]]
    for change in (
        lambda text: text.replace("CREATE UNIQUE", "CREATE"),
        lambda text: f"{text.partition(' WHERE ')[0]} where false",
    ):
        changes = [
            f"drop index {index_name(each)};\n" + change(world.aspect(each, "definition"))
            for each in unique
        ]
        assert_named(world, unique, changes, "different")


def test_every_policy_that_lets_everything_through(world: World) -> None:
    policies = world.places("policy")
    for change in ("using (true)", "to groundplan_weak"):
        changes = [
            f"alter policy {name(each.name)} on {quoted(each.inside)} {change}"
            for each in policies
            if world.inventory.objects[each].get("using")
        ]
        faults = world.faults(role(), *changes)
        assert named(faults, "different") == {*policies}
        assert all(fault.names for fault in faults)


def test_row_level_security_that_is_off(world: World) -> None:
    tables = [
        each for each in world.places("table") if world.inventory.objects[each]["row_security"]
    ]
    assert len(tables) > 20
    changes = [f"alter table {quoted(each.table)} disable row level security" for each in tables]
    faults = world.faults(*changes)
    assert named(faults, "different") == {*tables}
    assert all(fault.names for fault in faults)


def test_every_default_and_every_generated_column(world: World) -> None:
    objects = world.inventory.objects
    defaults = [each for each in world.places("column") if "default" in objects[each]]
    generated = [each for each in world.places("column") if "generated" in objects[each]]
    changes = [
        f"alter table {quoted(each.inside)} alter column {name(each.name)} drop default"
        for each in defaults
    ]
    changes += [
        f"alter table {quoted(each.inside)} alter column {name(each.name)} drop expression"
        for each in generated
    ]
    assert defaults
    assert named(world.faults(*changes), "different") == {*defaults, *generated}


def test_every_view_without_its_barrier_or_with_another_query(world: World) -> None:
    views = world.places("view")
    fenced = [each for each in views if "security_barrier" in world.aspect(each, "options")]
    changes = [f"alter view {quoted(each.table)} reset (security_barrier)" for each in fenced]
    assert fenced
    assert named(world.faults(*changes), "different") == {*fenced}
    changes = [
        f"create or replace view {quoted(each.table)} as select * from (\n"
        f"{world.aspect(each, 'definition').rstrip().rstrip(';')}\n) as x where false"
        for each in views
    ]
    assert {*views} <= named(world.faults(*changes), "different")


def test_every_table_that_belongs_to_somebody_else_or_lets_him_put_triggers_on_it(
    world: World,
) -> None:
    tables = world.places("table")
    for change, says in (
        ("alter table {} owner to groundplan_weak", "belongs to groundplan_weak"),
        ("grant all on {} to groundplan_weak", "groundplan_weak put triggers"),
        ("grant select on {} to public", "everybody select"),
    ):
        faults = world.faults(role(), *(change.format(quoted(each.table)) for each in tables))
        assert {*tables} <= named(faults, "different")
        assert all(
            says in fault.finding.says for fault in faults if fault.finding.place.kind == "table"
        )


def test_schemas_in_which_others_may_create(world: World) -> None:
    schemas = world.places("schema")
    faults = world.faults(
        role(), *(f"grant create on schema {name(each.name)} to {WEAK}" for each in schemas)
    )
    assert named(faults) == {*schemas}


@pytest.mark.parametrize("kind", ["unlogged", "sequence", "type", "collation"])
def test_what_a_table_and_a_sequence_are(world: World, kind: str) -> None:
    statement, found = {
        "unlogged": (
            "alter table reporting.verifications set unlogged",
            "table reporting.verifications",
        ),
        "sequence": ("alter sequence core.tenants_id_seq cycle", "sequence core.tenants_id_seq"),
        "type": (
            "alter table core.countries alter column alpha3_code type varchar(9)",
            "column core.countries.alpha3_code",
        ),
        "collation": (
            'alter table core.countries alter column alpha3_code type text collate "POSIX"',
            "column core.countries.alpha3_code",
        ),
    }[kind]
    assert found in {str(fault.finding.place) for fault in world.faults(statement)}


def test_attacks_that_meet_no_row_prove_nothing(world: World) -> None:
    """Nothing was ever sold here: no attack may be said to have got through."""
    outcomes = Counter(run_attack(world.connection, rule).outcome for rule in world.plan.rules)
    assert outcomes["got_through"] == 0
    assert outcomes["met_no_row"] > 5


def test_a_dump_that_was_restored_is_no_fault(world: World) -> None:
    """There triggers and views are made of PostgreSQL's own text, and it writes some otherwise."""
    with taken_back(world.connection):
        again: list[str] = []
        for kind, name_of, text in world.connection.execute(
            """
            select 'trigger', '', pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
            union all
            select 'view', oid::regclass::text, pg_get_viewdef(oid)
            from pg_class where relkind = 'v' and relnamespace::regnamespace::text = any(%s)
            """,
            [list(world.plan.schemas)],
        ):
            if kind == "view":
                again.append(f"create or replace view {name_of} with (security_barrier) as {text}")
            elif text.startswith("CREATE TRIGGER"):
                again.append(text.replace("CREATE", "create or replace", 1))
        assert len(again) > 200
        faults = world.faults(*again)
    fences = {
        each
        for each in world.places("view")
        if "security_barrier" not in world.aspect(each, "options")
    }
    assert named(faults) <= fences


# What it is compared with ------------------------------------------------------------------


def test_it_is_compared_with_a_second_installation_that_is_gone_afterwards(
    world: World, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    @contextmanager
    def noted(url: str, prefix: str) -> Generator[str]:
        with scratch_database(url, prefix=prefix) as scratch:
            made.append(str(conninfo_to_dict(scratch)["dbname"]))
            assert {*made} <= databases(server)
            yield scratch

    monkeypatch.setattr(references, "scratch_database", noted)
    monkeypatch.setattr(references, "_known", {})
    drift = drift_of(world.connection, world.plan, server.url())
    assert (drift.source, drift.faults, drift.notes) == ("installation", (), ())
    assert len(drift.register) == len(world.register)
    assert len(made) == 1
    assert not {*made} & databases(server)


def databases(server: EmbeddedServer) -> set[str]:
    with connect(server.url(), autocommit=True) as connection:
        return {str(row[0]) for row in connection.execute("select datname from pg_database")}


def test_whoever_may_not_create_databases_compares_with_the_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(url: str, plan: Plan) -> Reference:
        raise PermissionDenied("The role may not create databases.")

    monkeypatch.setattr(references, "_installed", refuse)
    monkeypatch.setattr(references, "_known", {})
    drift = drift_of(world.connection, world.plan, "postgresql:///anywhere")
    assert (drift.source, drift.reason) == ("record", "The role may not create databases.")
    assert drift.faults == drift.notes == ()
    with taken_back(world.connection):
        world.connection.execute("alter table sales.orders drop constraint order_number_is_unique")
        world.connection.execute("alter table sales.orders alter column number drop not null")
        faults = drift_of(world.connection, world.plan).faults
    assert {fault.finding.place.name: fault.names for fault in faults} == {
        "order_number_is_unique": ("order_number_is_unique",),
        "number": ("orders.number is never null",),
    }


def test_without_a_record_nothing_is_known(world: World) -> None:
    with taken_back(world.connection):
        world.connection.execute("delete from core.installed_catalog")
        drift = drift_of(world.connection, world.plan)
    assert (drift.source, drift.is_clean) == ("nothing", False)


@pytest.mark.parametrize("presets", [["crm"], ["inventory"], ["sales"]])
def test_a_part_of_the_modules_is_compared_with_that_part(
    clone: Callable[[str | None], str], presets: list[str]
) -> None:
    plan = plan_for((), presets)
    url = clone(None)
    with connect(url, autocommit=True) as connection:
        apply(connection, plan)
        assert drift_of(connection, plan, url).is_clean
        assert drift_of(connection, plan).is_clean
