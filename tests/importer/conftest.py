"""Databases for the importer: installed once, cloned for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundplan.database import EmbeddedServer
from groundplan.testing import installed

DATA = Path(__file__).parent / "data"
DIRT = DATA / "dirt.csv"

_VARIABLE = "GROUNDPLAN_SAMPLE_DATA"
_PLACE = Path("uci_online_retail") / "online_retail.csv.xz"


@pytest.fixture
def database(server: EmbeddedServer) -> Iterator[str]:
    """A new database with everything installed, for one company."""
    with installed("ecommerce", url=server.url()) as url:
        yield url


@pytest.fixture
def many_tenants(server: EmbeddedServer) -> Iterator[str]:
    """The same for several companies; there is one, number 1."""
    with installed("ecommerce", tenancy="multi", url=server.url()) as url:
        yield url


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes | str, str], Path]:
    """Writes a file of this content and name."""

    def write(content: bytes | str, name: str = "file.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return write


@pytest.fixture
def whole_file() -> Path:
    """The real file of half a million lines, where it is at hand."""
    folder = os.environ.get(_VARIABLE)
    places = [Path(folder)] if folder else []
    places.append(Path(__file__).parents[3] / "shared" / "data")
    for place in places:
        if (place / _PLACE).is_file():
            return place / _PLACE
    pytest.skip(f"The UCI file Online Retail is not here; set {_VARIABLE} to the folder it is in.")
