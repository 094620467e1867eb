"""Where the real data is: where GROUNDPLAN_SAMPLE_DATA says, or beside the checkout."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

# Fixtures that the tests of orders have, too.
from tests.importer.orders.conftest import all_holds, ask, bring

__all__ = ["all_holds", "ask", "bring"]

HERE = Path(__file__).parent

_VARIABLE = "GROUNDPLAN_SAMPLE_DATA"


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """A file or folder of the real data; the test is skipped where it is not at hand."""

    def find(place: str) -> Path:
        folder = os.environ.get(_VARIABLE)
        folders = [Path(folder)] if folder else []
        folders.append(Path(__file__).parents[4] / "shared" / "data")
        for each in folders:
            if (each / place).exists():
                return each / place
        pytest.skip(f"{place} is not here; set {_VARIABLE} to the folder that it is in.")

    return find
