"""Texts that break things elsewhere, as names, notes and codes: kept to the letter, or refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from tests.exporter.naughty import NAUGHTY
from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, header_of, table

HEADER = header_of(DATA / "shopify-orders.csv")


def order(number: int, text: str) -> dict[str, str]:
    return {
        "Name": f"#{number}",
        "Email": f"{number}@example.com",
        "Financial Status": "paid",
        "Fulfillment Status": "fulfilled",
        "Currency": "EUR",
        "Subtotal": "9.00",
        "Shipping": "0",
        "Taxes": "0",
        "Total": "9.00",
        "Discount Amount": "0",
        "Created at": "2026-03-02 09:12:00 +0000",
        "Lineitem quantity": "1",
        "Lineitem name": f"Thing {number}",
        "Lineitem price": "9.00",
        "Lineitem sku": f"T-{number}",
        "Billing Name": text,
        "Notes": text,
        "Tags": text,
    }


def seen(text: str) -> str | None:
    """The text without what nobody sees before and after it."""
    shown = [place for place, sign in enumerate(text) if unicodedata.category(sign)[0] not in "ZC"]
    return text[shown[0] : shown[-1] + 1] if shown else None


def test_a_text_is_kept_to_the_letter_or_its_order_is_refused(
    bring: Bring, ask: Ask, written: Callable[..., Path], all_holds: Callable[[], None]
) -> None:
    texts = dict(enumerate(NAUGHTY, 1))
    file = written(table(HEADER, *(order(number, text) for number, text in texts.items())))
    report = bring(format_named("shopify-orders"), file)
    assert (report.read, report.loaded + report.rejected) == (len(NAUGHTY), len(NAUGHTY))
    assert set(report.reasons) == {"formula", "control_character"}
    kept = {
        int(number): (note, name, tags)
        for number, note, name, tags in ask(
            "select substr(o.number, 2), o.note, customer.display_name, o.custom_fields ->> 'tags'"
            " from sales.orders as o join crm.customers as customer on customer.id = o.customer_id"
        )
    }
    assert len(kept) == report.loaded > len(NAUGHTY) / 2
    for number, (note, name, tags) in kept.items():
        assert note == tags, repr(texts[number])
        if (core := seen(texts[number])) is None:
            # A customer without a name is called by the e-mail address.
            assert (note, name) == (None, f"{number}@example.com"), repr(texts[number])
        else:
            assert core in note, repr(texts[number])
            assert note in texts[number], repr(texts[number])
            assert name == note, repr(texts[number])
    all_holds()
