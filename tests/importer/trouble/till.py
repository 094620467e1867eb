"""Files of a till, of any length, and the mapping they are imported by."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

HEADER = "no,at,email,sku,qty,price"

MAPPING = """
title = "Till"
entity = "orders"
source = "till"

[times]
zone = "UTC"

[load]
create_skus = true

[fields]
number = "no"
placed_at = "at"
email = "email"
sku_code = "sku"
quantity = "qty"
unit_price = "price"
"""


def line(number: int, sku: str | None = None, quantity: str | None = None) -> str:
    """One order of one line; what it says follows from its number."""
    return (
        f"T-{number},2025-{number % 12 + 1:02}-{number % 28 + 1:02} 09:00:00,"
        f"buyer{number % 40}@example.com,{sku or f'SKU-{number % 30}'},"
        f"{quantity or number % 9 + 1},{number % 90 + 1}.25"
    )


def lines(count: int, first: int = 1, faulty: Collection[int] = ()) -> str:
    """A file of so many orders; those that are ``faulty`` have no quantity that can be read."""
    return "".join(
        f"{text}\n"
        for text in (
            HEADER,
            *(
                line(number, quantity="some" if number in faulty else None)
                for number in range(first, first + count)
            ),
        )
    )


def amount(count: int, first: int = 1) -> int:
    """What so many orders come to, in hundredths."""
    return sum(
        (number % 9 + 1) * ((number % 90 + 1) * 100 + 25) for number in range(first, first + count)
    )


def written_mapping(folder: Path, first: str = "", last: str = "") -> Path:
    """The mapping as a file, with more at its beginning and its end."""
    file = folder / "till.toml"
    file.write_text(first + MAPPING + last)
    return file
