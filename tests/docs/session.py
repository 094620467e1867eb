"""A shell in which the commands of a page are typed one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

_PART = re.compile(
    r"(?:Save this as `(?P<file>[^`]+)`:\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Saved:
    """A file that the page tells to save."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """What is typed, and what the page shows below it; `…` leaves something out.

    ``sql``: what is typed are statements, for psql.
    """

    typed: str
    shown: str
    sql: bool = False

    def is_what_it_says(self, said: str) -> bool:
        """Whether the output is what is shown, line for line; blanks at the ends do not count."""
        pattern = "".join(
            r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n"
            for line in (line.rstrip() for line in self.shown.rstrip().splitlines())
        )
        lines = "".join(f"{line.rstrip()}\n" for line in said.rstrip().splitlines())
        return re.fullmatch(pattern, lines) is not None


def parts(page: Path) -> Iterator[Saved | Command]:
    """What a reader of the page does, in order. SQL is followed by what it prints, if shown."""
    found = [*_PART.finditer(page.read_text(encoding="utf-8")), None]
    for part, following in pairwise(found):
        assert part is not None
        if part["file"]:
            yield Saved(part["file"], part["text"])
        elif part["language"] == "sql":
            shown = "…"
            if following is not None and following["language"] == "text":
                shown = following["text"]
            yield Command(part["text"], shown, sql=True)
        elif part["language"] == "console":
            _, *typed = re.split(r"^\$ ", part["text"], flags=re.MULTILINE)
            for text in typed:
                line, _, shown = text.partition("\n")
                yield Command(line, shown)


class Shell:
    """Bash in a directory, with the commands of this environment on its path."""

    def __init__(self, directory: Path) -> None:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "PYTHONUTF8": "1",
        }
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=directory,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def type(self, command: str) -> tuple[int, str]:
        """The exit code, and what is printed, errors included."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        end = f"ended-{uuid.uuid4().hex}"
        self._bash.stdin.write(f"{{ {command}\n}} < /dev/null; echo {end} $?\n")
        self._bash.stdin.flush()
        lines: list[str] = []
        for line in self._bash.stdout:
            before, mark, code = line.partition(f"{end} ")
            if mark:
                return int(code), "".join([*lines, before])
            lines.append(line)
        raise AssertionError(f"the shell has ended: {''.join(lines)}")

    def directory(self) -> Path:
        """Where the shell is."""
        return Path(self.type("pwd -P")[1].strip())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.close()
        self._bash.wait(timeout=60)
        self._bash.stdout.close()
