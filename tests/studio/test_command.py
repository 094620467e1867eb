"""groundplan studio, as it is typed."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer
from tests.studio.running import listening_anywhere


@contextlib.contextmanager
def started(*arguments: str) -> Generator[subprocess.Popen[str]]:
    """The command, killed at the end if it is still there."""
    with subprocess.Popen(
        [sys.executable, "-m", "groundplan.cli", "studio", "--no-browser", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80"},
        # A shell starts what it puts into the background deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"Studio  (http://127\.0\.0\.1:\d+/\?token=[\w-]{20,})\n", line)
    assert found is not None, (line, process.stderr and process.stderr.read())
    return found[1]


def test_it_prints_a_url_that_opens_and_ends_with_ctrl_c(shop_url: str) -> None:
    with started("--database", shop_url) as process:
        url = address(process)
        assert process.stdout is not None
        assert "Ctrl-C" in process.stdout.readline()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with opener.open(url, timeout=60) as answer:
            assert answer.status == 200
            assert b"Dashboard" in answer.read()
            assert "token" not in answer.url
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


def test_ctrl_c_ends_it_while_a_page_listens(shop_url: str) -> None:
    with started("--database", shop_url) as process:
        url = address(process)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        opener.open(url, timeout=60).close()
        with opener.open(url.split("?")[0] + "live", timeout=60) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        process.communicate()


def test_a_port_that_is_taken() -> None:
    with listening_anywhere() as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with started("--database", "postgresql://127.0.0.1:9/x", "--port", str(port)) as process:
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, "")
    assert err == f"Error: Port {port} is in use.\nName a free one with --port.\n"


def test_without_a_port_the_next_free_one(shop_url: str) -> None:
    with started("--database", shop_url) as first, started("--database", shop_url) as second:
        ports = {address(process).split(":")[2].split("/")[0] for process in (first, second)}
        assert len(ports) == 2
        for process in (first, second):
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def test_a_database_that_is_not_there_is_no_reason_to_end() -> None:
    """The page says it, and loading it again helps once the database is there."""
    with started("--database", "postgresql://127.0.0.1:9/nowhere") as process:
        address(process)
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--demo", "--database", "postgresql://x/y"), "leave out --database"),
        (("--port", "0"), "--port"),
        (("--tenant", "none"), "--tenant"),
    ],
)
def test_what_cannot_be_meant(arguments: tuple[str, ...], words: str) -> None:
    with started(*arguments) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert words in err


def test_the_demo_is_meant_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, open_directory: Path
) -> None:
    """`groundplan demo` tells one to set the variable, and then to type this."""
    monkeypatch.setenv("GROUNDPLAN_DATABASE_URL", "postgresql://127.0.0.1:9/nowhere")
    monkeypatch.chdir(open_directory)
    with started("--demo") as process:
        url = address(process)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with pytest.raises(urllib.error.HTTPError) as refused, opener.open(url, timeout=60):
            pass
        assert "There is no database groundplan_demo" in refused.value.read().decode()
        refused.value.close()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    EmbeddedServer(open_directory / ".groundplan").destroy()
