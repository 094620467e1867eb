"""The front door itself: overview, help, and what happens when something goes wrong."""

from __future__ import annotations

import signal
import subprocess
import time

import psycopg
import pytest

from groundplan.cli import group, main
from groundplan.cli.group import COMMANDS, GROUPS, cli
from tests.cli.conftest import Type, assert_narrow, command_line, in_process


def present() -> list[str]:
    return cli.list_commands(cli.make_context("groundplan", ["status"], resilient_parsing=True))


def test_nothing_typed_shows_what_there_is(type_in: Type) -> None:
    answer = type_in()
    assert answer.code == 0
    assert_narrow(answer.out)
    for name in present():
        assert f"  {name}" in answer.out
    assert answer.out == type_in("--help").out


def test_every_command_is_in_a_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name in present()])
def test_every_command_has_help_with_an_example(type_in: Type, name: str) -> None:
    answer = type_in(name, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "Example:" in answer.out
    assert_narrow(answer.out)


def test_a_command_without_its_module_is_left_out(
    type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COMMANDS, "dance", "Dance.")
    monkeypatch.setitem(group.GROUPS, "Fun", ["dance"])
    assert "dance" not in type_in().out
    assert type_in("dance").code == 2


def test_a_mistyped_command_is_guessed(type_in: Type) -> None:
    answer = type_in("stauts")
    assert answer.code == 2
    assert "no command stauts. Did you mean status?" in answer.err


def test_the_version(type_in: Type) -> None:
    assert type_in("--version").out.startswith("groundplan 0.")


def test_a_mistyped_option(type_in: Type) -> None:
    answer = type_in("apply", "--dry-rum")
    assert answer.code == 2
    assert "--dry-run" in answer.err
    assert "groundplan apply --help" in answer.err


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("mysql://localhost/x", 3, "needs PostgreSQL"),
        ("postgresql://someone:secret@127.0.0.1:1/x", 3, "No PostgreSQL answers"),
        ("", 3, "is empty"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["url"],
        ["psql"],
        ["apply"],
        ["grants", "--app", "x"],
        ["rules"],
        ["attack"],
        ["verify"],
        ["report", "metrics_daily"],
        ["trace", "order", "1"],
        ["fold"],
    ],
)
def test_a_wrong_url(type_in: Type, command: list[str], url: str, code: int, words: str) -> None:
    answer = type_in(*command, "--database", url)
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.split())
    assert "secret" not in answer.err
    assert_narrow(answer.err)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (psycopg.errors.InsufficientPrivilege("permission denied for x"), 1, "Ask the owner"),
        (ValueError("odd"), 1, "ValueError: odd"),
        (OSError(28, "No space left on device", "/x"), 1, "No space left on device: /x"),
    ],
)
def test_errors_are_told_without_a_traceback(
    type_in: Type,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    words: str,
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "main", fail)
    answer = type_in("status")
    assert answer.code == code
    assert words in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def test_a_traceback_is_shown_when_it_is_asked_for(
    type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDPLAN_TRACEBACK", "1")
    assert "Traceback" in type_in("status", "--database", "mysql://x").err


def test_whoever_reads_only_the_beginning_hears_nothing_more() -> None:
    with subprocess.Popen(
        command_line("sql"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"-- Groundplan")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_an_interrupt_is_one_sentence(shop: str) -> None:
    with subprocess.Popen(
        command_line("fold", "--watch"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the suite in the background makes its children deaf to interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert "folded" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip().startswith("Interrupted;")
    assert "Traceback" not in said


def test_help_comes_quickly() -> None:
    in_process("--help")
    begun = time.perf_counter()
    assert in_process("--help").code == 0
    # 0.3 s on a quiet machine; here others run beside.
    assert time.perf_counter() - begun < 2


def test_help_loads_no_database_driver() -> None:
    program = (
        "import sys\nfrom groundplan.cli import main\nmain(['apply', '--help'])\n"
        "sys.exit('psycopg' in sys.modules)"
    )
    answer = subprocess.run(
        [command_line()[0], "-c", program], capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0
    assert callable(main)
