"""rules, attack and verify."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.database import connect
from tests.cli.conftest import Type, assert_narrow

RULE = "order_status_follows_its_path"


def test_rules_without_a_database(
    type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = type_in("rules", "--json").json
    assert RULE in {rule["name"] for rule in listed}
    assert "NotNull" not in {rule["kind"] for rule in listed}
    assert list(tmp_path.iterdir()) == []
    text = type_in("rules").out
    assert_narrow(text)
    assert all(rule["name"] in text for rule in listed)


def test_a_rule_has_four_faces(shop: str, type_in: Type) -> None:
    faces = type_in("rules", RULE, "--json").json
    assert faces["guards"][0]["kind"] == "trigger"
    assert faces["sentence"].endswith(".")
    assert "select" in faces["audit"]
    assert "update sales.orders" in faces["attacks"][0][0]
    page = type_in("rules", RULE).out
    for face in ("Sentence", "Guard", "Audit", "Attack"):
        assert face in page


def test_with_a_database_plain_rules_are_listed_too(shop: str, type_in: Type) -> None:
    listed = type_in("rules", "--table", "sales.orders", "--json").json
    assert {rule["table"] for rule in listed} == {"sales.orders"}
    assert {"NotNull", "ForeignKey", "StateMachine"} <= {rule["kind"] for rule in listed}
    checks = type_in("rules", "--kind", "statemachine", "--json").json
    assert {rule["kind"] for rule in checks} == {"StateMachine"}
    assert_narrow(type_in("rules").out)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["order_status_folows_its_path"], 1, f"Did you mean {RULE}"),
        (["no_such_rule"], 1, "`groundplan rules` lists them all"),
        (["--kind", "StateMashine"], 2, "StateMachine"),
        (["--table", "sales.order"], 2, "sales.orders"),
    ],
)
def test_rules_that_do_not_exist(
    shop: str, type_in: Type, arguments: list[str], code: int, words: str
) -> None:
    answer = type_in("rules", *arguments)
    assert answer.code == code
    assert words in " ".join(answer.err.split())


def test_an_attack_is_refused_and_gets_through_without_the_guard(shop: str, type_in: Type) -> None:
    refused = type_in("attack", RULE)
    assert refused.code == 0
    assert f"refused  23R01 {RULE}" in refused.out
    through = type_in("attack", RULE, "--without-guard", "--json")
    assert through.code == 0
    assert through.json[0]["outcome"] == "got_through"
    assert through.json[0]["audit_rows"] >= 1


def test_an_attack_on_a_copy_of_the_data(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        before = connection.execute("select count(*) from sales.orders").fetchone()
    answer = type_in("attack", RULE, "--on-data", "--json")
    assert (answer.code, answer.json[0]["outcome"]) == (0, "refused")
    with connect(shop, autocommit=True) as connection:
        assert connection.execute("select count(*) from sales.orders").fetchone() == before
        # Somebody is connected, so it cannot be copied.
        busy = type_in("attack", RULE, "--on-data")
    assert busy.code == 1
    assert "is in use" in busy.err


def test_an_attack_that_gets_through_ends_with_one(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("alter table sales.orders disable trigger all")
    answer = type_in("attack", RULE, "--on-data")
    assert answer.code == 1
    assert "GOT THROUGH" in answer.out


def test_no_attack_speaks_for_a_database_whose_guard_is_off(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("alter table sales.orders disable trigger t30_guard_orders")
    other = "lines_of_placed_orders_are_frozen"
    for more in ((), ("--without-guard",)):
        answer = type_in("attack", "refunded_is_never_above_the_order_total", "--json", *more)
        assert (answer.code, answer.json[0]["outcome"]) == (1, "guard_off")
        assert "t30_guard_orders" in answer.json[0]["message"]
        assert answer.json[0]["statements"] == []
    # The guards of this one are in place.
    spared = type_in("attack", other, "--json")
    assert (spared.code, spared.json[0]["outcome"]) == (0, "refused")


def test_an_attack_on_nothing(shop: str, nothing: str, type_in: Type) -> None:
    assert type_in("attack", "no_such_rule").code == 1
    answer = type_in("attack", "--on-data")
    assert answer.code == 1
    assert "groundplan apply" in answer.err


def test_all_is_well(shop: str, type_in: Type) -> None:
    answer = type_in("verify", "--json")
    assert (answer.code, answer.json["violations"], answer.json["differences"]) == (0, [], [])
    assert (answer.json["faults"], answer.json["notes"]) == ([], [])
    last = type_in("status", "--json").json["last_verify"]
    rules = answer.json["declared_rules"] + answer.json["plain_constraints"]
    assert (last["rules"], last["violations"], last["faults"]) == (rules, 0, 0)
    assert last["reports"] == answer.json["reports"]
    told = type_in("verify").out
    declared, plain = answer.json["declared_rules"], answer.json["plain_constraints"]
    assert f"All {declared} declared rules and {plain} plain constraints hold" in told
    assert f"All {answer.json['reports']} reports" in told
    recorded = type_in("verify", "--as-recorded", "--json")
    assert (recorded.code, recorded.json["compared_with"]) == (0, "record")


def test_a_guard_that_is_off_is_named_by_every_command(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("alter table sales.orders disable trigger t30_guard_orders")
        connection.execute("alter table sales.orders drop constraint order_number_is_unique")
    for more in ((), ("--as-recorded",)):
        answer = type_in("verify", "--json", *more)
        assert (answer.code, answer.json["violations"]) == (1, [])
        faults = {each["name"]: each for each in answer.json["faults"]}
        assert faults.keys() == {"t30_guard_orders", "order_number_is_unique"}
        assert faults["order_number_is_unique"]["found"] == "missing"
        assert faults["order_number_is_unique"]["rules"] == ["order_number_is_unique"]
        rules = faults["t30_guard_orders"]["rules"]
        assert "refunded_is_never_above_the_order_total" in rules
        told = type_in("verify", *more).out
        assert "trigger t30_guard_orders on sales.orders is switched off" in told
        assert "constraint order_number_is_unique on sales.orders is missing" in told
    status = type_in("status", "--json").json
    assert (len(status["faults"]), status["last_verify"]["faults"]) == (2, 2)
    assert "2 objects are not as installed" in type_in("status").out
    for more in (("--dry-run",), ()):
        applied = type_in("apply", "--json", *more).json
        assert [each.split()[1] for each in applied["put_back"]] == ["t30_guard_orders"]
        assert [each.split()[1] for each in applied["left"]] == ["order_number_is_unique"]
    told = " ".join(type_in("apply", "--restore-constraints").out.split())
    assert "Put back: constraint order_number_is_unique on sales.orders." in told
    assert type_in("verify").code == 0


def test_what_is_yours_is_a_note_and_a_trigger_that_alters_rows_is_not(
    shop: str, type_in: Type
) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("alter table sales.orders add column x_note text")
    answer = type_in("verify")
    assert answer.code == 0
    assert "1 object beside ours is yours" in answer.out
    with connect(shop, autocommit=True) as connection:
        connection.execute(
            "create function public.mine() returns trigger language plpgsql as\n"
            "$$ begin return new; end $$;\n"
            "create trigger zz before update on sales.orders\n"
            "for each row execute function public.mine()"
        )
    answer = type_in("verify")
    assert answer.code == 1
    assert "trigger zz on sales.orders is not ours" in answer.out


def test_a_broken_rule_is_found(shop: str, type_in: Type) -> None:
    with connect(shop, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update sales.orders set status = 'completed' where number = 'S-2'")
    answer = type_in("verify")
    assert answer.code == 1
    assert f"sales.orders: {RULE}" in answer.out
    found = type_in("verify", "--json").json["violations"]
    assert [(each["rule"], each["count"]) for each in found if each["rule"] == RULE] == [(RULE, 1)]
    assert type_in("status", "--json").json["last_verify"]["violations"] >= 1


def test_a_wrong_report_is_found_and_repaired(shop: str, type_in: Type) -> None:
    assert type_in("fold").code == 0
    with connect(shop, autocommit=True) as connection:
        changed = connection.execute(
            "update groundplan.sales_daily_base set gross_sales = gross_sales + 1"
        )
        assert changed.rowcount >= 1
    answer = type_in("verify")
    assert answer.code == 1
    assert "sales_daily.gross_sales" in answer.out
    assert "--repair" in answer.out
    repaired = type_in("verify", "--repair")
    assert (repaired.code, repaired.err) == (0, "")
    assert "They are repaired." in repaired.out
    assert type_in("verify").code == 0


def test_verify_needs_an_installation(nothing: str, type_in: Type) -> None:
    answer = type_in("verify")
    assert answer.code == 1
    assert "groundplan apply" in answer.err


def test_lines_fit_into_a_narrow_terminal(
    shop: str, type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with connect(shop, autocommit=True) as connection:
        connection.execute("alter table sales.refunds disable trigger t80_post_refund")
    told = [*type_in("verify").out.splitlines(), *type_in("status").out.splitlines()]
    # The URL is one word.
    assert [line for line in told if len(line) > 60 and not line.startswith("URL")] == []
    assert any("not as" in line for line in told)
