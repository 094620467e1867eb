"""`python -m groundplan.docs [--check]`: write the generated documents, or say which are stale.

It installs Groundplan in a scratch database on the server of GROUNDPLAN_DATABASE_URL, or else on
the embedded one, and reads what the documents say from there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from groundplan.database import resolve_url
from groundplan.docs.fresh import current_documents, stale_documents

DIRECTORY = Path(__file__).parents[3] / "docs"


def main(arguments: Sequence[str]) -> int:
    """0: all are fresh or written; 1: --check found one that is not; 2: not understood."""
    if list(arguments) not in ([], ["--check"]):
        print("Usage: python -m groundplan.docs [--check]", file=sys.stderr)
        return 2
    if not DIRECTORY.is_dir():
        print(f"There is no {DIRECTORY}: run this in a checkout.", file=sys.stderr)
        return 2
    texts = current_documents(resolve_url())
    stale = stale_documents(DIRECTORY, texts)
    for name in stale:
        if not arguments:
            (DIRECTORY / name).write_text(texts[name], encoding="utf-8")
        print(f"{'not fresh' if arguments else 'written'}: docs/{name}")
    if not stale:
        print(f"All {len(texts)} generated documents are fresh.")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
