"""A declaration that cannot be compiled says so when it is made, naming the field and the bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from groundplan.compose import load_modules
from groundplan.rules import (
    Acyclic,
    AppendOnly,
    Audited,
    Balance,
    Cap,
    Computed,
    Condition,
    Dated,
    DeclarationError,
    Frozen,
    FrozenChildren,
    Gate,
    Known,
    Look,
    LookCheck,
    NoOverlap,
    Personal,
    RestoredCheck,
    RowCheck,
    Rule,
    StateMachine,
    TenantScoped,
    Total,
    WrittenByRules,
)

BASE: dict[str, Any] = {
    "name": "doors_stay_shut",
    "table": "house.doors",
    "sentence": "Doors stay shut.",
}
KINDS: dict[type[Rule], dict[str, Any]] = {
    Acyclic: {},
    AppendOnly: {},
    Audited: {"sample": "name"},
    Balance: {
        "column": "amount",
        "keys": ("door_id",),
        "entries": "house.entries",
        "effects": "select tenant_id, door_id, 1 from {rows}",
    },
    Cap: {
        "children": "house.entries",
        "key": "door_id",
        "counter": "entered",
        "adds": "r.quantity",
        "limit": "new.entered <= new.places",
    },
    Computed: {"columns": {"area": "new.width * new.height"}, "same": "r.area = 1"},
    Condition: {"holds": "r.width > 0", "because": "widths stay"},
    Dated: {"column": "shut_at", "holds": "new.is_shut"},
    Frozen: {"columns": ("width",)},
    FrozenChildren: {"parent": "house.rooms", "parent_key": "room_id", "open_while": "true"},
    Gate: {"entering": ("open",), "holds": "true", "still": "true"},
    Known: {
        "column": "room_code",
        "parent": "house.rooms",
        "parent_match": "parent.code = r.room_code",
    },
    LookCheck: {
        "look": Look(
            name="look_at_shut_doors",
            table="house.doors",
            events=("update of is_shut",),
            when="new.is_shut",
            rows="house.rooms as room",
            audited="house.rooms as room",
        ),
        "holds": "room.is_lit",
        "given": "room.name",
        "subject": "room.id",
    },
    NoOverlap: {"keys": ("room_id",)},
    RestoredCheck: {"holds": "r.width > 0", "breach": "update house.doors set width = 0"},
    RowCheck: {"holds": "new.width > 0", "breach": "update house.doors set width = 0"},
    StateMachine: {"begins_in": ("shut",), "moves": {"shut": ("open",), "open": ()}},
    TenantScoped: {},
    Total: {
        "children": "house.entries",
        "key": "door_id",
        "sums": {"entered": "count(*)"},
        "settled_when": "true",
        "settled": "true",
    },
    WrittenByRules: {"derivation": "select id from house.doors"},
}
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def make(kind: type[Rule], **changes: Any) -> Rule:
    return kind(**{**BASE, **KINDS[kind], **changes})


@every_kind
def test_a_sound_declaration_is_made(kind: type[Rule]) -> None:
    rule = make(kind)
    assert rule.schema == "house"
    assert rule.table_name == "doors"
    assert rule.kind == kind.__name__
    assert rule.guards()
    assert rule.audit().strip().startswith(("select", "with"))
    assert "{{" not in rule.compile() + rule.audit()


@every_kind
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Doors"}, r"name 'Doors' must be lower-case words joined by underscores"),
        ({"name": "doors stay"}, r"name 'doors stay' must be lower-case words"),
        ({"name": "doors-stay"}, r"name 'doors-stay' must be"),
        ({"name": "x; drop table y"}, r"name .* must be lower-case"),
        ({"name": ""}, r"name '' must be"),
        ({"name": "1st_door"}, r"name '1st_door' must be"),
        ({"name": "doors_stay\n"}, r"name .* must be"),
        ({"name": "türen"}, r"name 'türen' must be"),
        ({"name": "a" * 51}, r"name 'a+' has 51 bytes, the limit is 50"),
        ({"table": "doors"}, r"table 'doors' must be written schema\.table, in lower case"),
        ({"table": "House.Doors"}, r"table 'House\.Doors' must be written"),
        ({"table": "a.b.c"}, r"table 'a\.b\.c' must be written"),
        ({"table": "house.doors; drop table x"}, r"table .* must be written"),
        ({"sentence": "Doors stay shut"}, r"sentence of doors_stay_shut must end with a full stop"),
        ({"sentence": ""}, r"sentence of doors_stay_shut must end with a full stop"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_names_tables_and_sentences(kind: type[Rule], changes: dict[str, str], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        make(kind, **changes)


def test_fifty_bytes_are_enough() -> None:
    assert make(AppendOnly, name="a" * 50).name == "a" * 50


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        (StateMachine, {"moves": {"shut": ("ajar",)}}, r"without an entry in moves: \['ajar'\]"),
        (StateMachine, {"begins_in": ("new",)}, r"without an entry in moves: \['new'\]"),
        (StateMachine, {"classes": {"x": ("ajar",)}}, r"classes name an unknown status"),
        (StateMachine, {"history": "house.steps"}, r"history and history_key go together"),
        (StateMachine, {"history_key": "door_id"}, r"history and history_key go together"),
        (StateMachine, {"history": "steps", "history_key": "door_id"}, r"history 'steps' must be"),
        (StateMachine, {"column": "Status"}, r"column 'Status' must be a lower-case column"),
        (Acyclic, {"parent_column": "parent id"}, r"parent_column 'parent id' must be"),
        (Frozen, {"columns": ()}, r"columns must name at least one column"),
        (Frozen, {"columns": ("Width",)}, r"columns 'Width' must be a lower-case column"),
        (FrozenChildren, {"parent": "rooms"}, r"parent 'rooms' must be written schema\.table"),
        (FrozenChildren, {"parent_key": ""}, r"parent_key '' must be"),
        (NoOverlap, {"keys": ()}, r"keys must name at least one column"),
        (Balance, {"effects": "select 1"}, r"effects must read from \{rows\}"),
        (Balance, {"entries": "entries"}, r"entries 'entries' must be written"),
        (Balance, {"keys": ()}, r"keys must name at least one column"),
        (Cap, {"adds": "quantity"}, r"adds must be written over r"),
        (Cap, {"children": "entries"}, r"children 'entries' must be written"),
        (Cap, {"counter": "Entered"}, r"key and counter 'Entered' must be"),
        (RestoredCheck, {"holds": "width > 0"}, r"holds must be written over r"),
        (RowCheck, {"holds": "width > 0"}, r"holds must be written over new"),
        (Total, {"sums": {}}, r"sums must name at least one column"),
        (Total, {"children": "entries"}, r"children 'entries' must be written"),
        (Computed, {"columns": {}}, r"columns must name at least one column"),
        (Condition, {"holds": "true"}, r"holds must be written over r, the new row"),
        (Condition, {"because": " "}, r"because must say why no lock is needed"),
        (Known, {"parent": "rooms"}, r"parent 'rooms' must be written"),
        (Known, {"column": "", "per_row": True}, r"per_row needs the column it watches"),
        (WrittenByRules, {"derivation": " "}, r"derivation must be a query"),
    ],
)
def test_what_each_kind_needs(kind: type[Rule], changes: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        make(kind, **changes)


def test_personal_columns_are_those_kept_apart() -> None:
    audited = Audited(**BASE, sample="name", personal=("email",))
    with pytest.raises(DeclarationError, match="must be the personal columns of doors_stay_shut"):
        Personal(**BASE, audited=audited, columns=("phone",))
    with pytest.raises(DeclarationError, match="columns must name at least one"):
        Personal(**BASE, audited=Audited(**BASE, sample="name"), columns=())


REACH: dict[str, Callable[[str], bool]] = {
    "no tab": lambda text: "\t" not in text,
    "no trailing blank": lambda text: not any(line != line.rstrip() for line in text.splitlines()),
    "no placeholder": lambda text: "{{" not in text,
    "no empty stretch": lambda text: "\n\n\n" not in text,
}


@pytest.mark.parametrize("demand", REACH)
def test_compiled_rules_read_well(demand: str) -> None:
    broken = [
        module.name
        for module in load_modules().values()
        if not REACH[demand](module.text("rules.sql"))
    ]
    assert broken == []


def test_every_rule_says_what_to_do_and_can_be_attacked() -> None:
    rules = [rule for module in load_modules().values() for rule in module.rules]
    assert len(rules) >= 80
    for rule in rules:
        assert rule.attacks(), rule.name
        assert rule.sentence[0].isupper(), rule.name
