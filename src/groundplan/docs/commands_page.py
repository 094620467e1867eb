"""docs/commands.md: every command with its help."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groundplan.docs.markdown import GENERATED, anchor, table

_INTRODUCTION = """\
What `groundplan COMMAND --help` says. Exit codes are the same for all commands: 0, done; 1, not
done, or something was found that should not be; 2, the command was not understood; 3, the server
cannot be reached; 130, interrupted.

Without `--database` and without `GROUNDPLAN_DATABASE_URL`, commands work on the embedded PostgreSQL
of the current directory, in `./.groundplan`. `GROUNDPLAN_TRACEBACK=1` shows where an error comes
from.
"""

_FRAME = re.compile(r"^╭─ | ─+╮$")
_MEMBER = re.compile(r"^  (?P<name>[a-z][\w-]*) +(?P<summary>\S.*)$")


def commands_page(helps: Mapping[str, str]) -> str:
    """The page; ``helps`` as `groundplan.docs.help_texts.help_texts` tells them."""
    lines = [GENERATED, "", "# The commands", "", _INTRODUCTION]
    groups = _groups(helps[""])
    rows = [
        [f"[{name}](#{anchor(f'groundplan {name}')})", group, summary]
        for group, members in groups.items()
        for name, summary in members.items()
    ]
    lines += table(["command", "about", "what it does"], rows)
    for name, text in helps.items():
        if name:
            level = "##" if " " not in name else "###"
            lines += [f"{level} groundplan {name}", "", "```text", _flush_left(text), "```", ""]
    return "\n".join(lines)


def _groups(overview: str) -> dict[str, dict[str, str]]:
    """The commands of each group, with what they do, in the order of the overview."""
    groups: dict[str, dict[str, str]] = {}
    title = ""
    for line in overview.splitlines():
        member = _MEMBER.match(line)
        if member is not None:
            groups.setdefault(title, {})[member["name"]] = member["summary"]
        elif line:
            title = line
    return groups


def _flush_left(text: str) -> str:
    """Without frames, the column of blanks that a terminal has at the left, and second gaps."""
    lines = [
        _FRAME.sub("", line).replace("│", " ").rstrip().removeprefix(" ")
        for line in text.splitlines()
        if not line.startswith("╰")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
