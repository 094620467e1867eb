"""What every refusal has to be, whatever was refused."""

from __future__ import annotations

import re

from groundplan.importer.values import Refused


def check(refused: Refused) -> None:
    """A reason that can be counted, and one line of text that can be shown."""
    assert re.fullmatch("[a-z_]+", refused.reason)
    assert refused.text.endswith(".")
    assert refused.text.isprintable()
