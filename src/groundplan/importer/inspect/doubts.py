"""What a file could mean in two ways: asked, with values of the file as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from groundplan.importer.files.sniff import Sniffed
from groundplan.importer.inspect.guessing import Guess, plain_name, values_of
from groundplan.importer.values import NumberStyle, Refused, read_number

_SHOWN = 3
_PRICES = {
    "price", "item price", "preis", "prix", "precio", "vk", "sale price", "sold price", "rate",
}  # fmt: skip
_TOTALS = {"total", "amount", "betrag", "summe", "montant", "importe", "net amount"}
_MONEY_WORDS = {"amount", "betrag", "montant", "importe", "total", "value"}
_OF_SALES = {
    "sold", "sales", "revenue", "refunds", "refunded", "returns", "returned", "orders", "ordered",
    "order", "buyer", "transaction", "invoice", "profit", "margin", "payment", "paid", "shipping",
    "shipped", "postage", "fulfillment", "umsatz", "verkauft", "verkaufe", "bestellungen",
    "rechnung", "ventes", "vendus", "commandes", "ventas", "vendidas", "pedidos",
}  # fmt: skip
_COUNTED = {"on hand", "stock", "in stock", "counted", "bestand", "lagerbestand", "stock reel",
            "existencias"}  # fmt: skip


def doubts(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    """The questions that the names of the columns leave open, and their values do not answer."""
    yield from _of_entity(sniffed, guess)
    if guess.entity.name == "orders":
        yield from _of_price(sniffed, guess)
        yield from _of_total(sniffed, guess)
        yield from _of_discount(sniffed, guess)
    for name, column in guess.fields.items():
        if found := sniffed.placeholders.get(column):
            told = " and ".join(map(repr, found))
            yield (
                f"{column} says {told} beside numbers or times, like"
                f" {_listed(_texts(column, sniffed))}: does that mean nothing? Then keep it in"
                f" empty at {name}."
            )


def _of_entity(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    """Reports of sales have codes, names and quantities, too, and are neither goods nor stock."""
    if guess.entity.name == "orders":
        return
    used = set(guess.fields.values())
    signs = [
        column
        for column in sniffed.columns
        if _OF_SALES & set(plain_name(column).split()) and column not in used
    ]
    if signs:
        evidence = _listed(f"{column} {_first(column, sniffed)}" for column in signs)
        yield (
            f"Is this a list of {guess.entity.title}, or a report of what was sold? It has"
            f" {evidence}."
        )
        return
    counted = [
        column
        for column in sniffed.columns
        if column not in used and (column in sniffed.numbers or column in sniffed.times)
    ]
    if guess.entity.name == "products" and "unit_price" not in guess.fields and counted:
        evidence = _listed(f"{column} {_first(column, sniffed)}" for column in counted)
        yield f"Is this a list of products? It has no price that is known, but {evidence}."
        return
    quantity = guess.fields.get("quantity")
    if guess.entity.name == "stock" and quantity and plain_name(quantity) not in _COUNTED:
        yield (
            f"{quantity}: is it how many lie on the shelf, or how many came, went or were sold?"
            f" {_listed(_texts(quantity, sniffed))}. It would become the stock."
        )


def _of_price(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    price, quantity = guess.fields.get("unit_price"), guess.fields.get("quantity")
    if price is None or quantity is None or plain_name(price) not in _PRICES:
        return
    rows = [
        (many, money, sku)
        for many, money, sku in zip(
            _numbers(quantity, sniffed),
            _numbers(price, sniffed),
            _cells(guess.fields.get("sku_code", quantity), sniffed),
            strict=True,
        )
        if many is not None and money is not None
    ]
    several = [(many, money) for many, money, _ in rows if many > 1]
    if not several or _is_multiplied(sniffed, price, quantity) or _stays_the_same(rows):
        return
    evidence = _listed(f"{quantity} {many} at {price} {money}" for many, money in several)
    yield (
        f"{price}: is it the price of one (unit_price), or of the whole line (line_amount)?"
        f" {evidence}."
    )


def _of_total(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    total = guess.fields.get("line_amount")
    if total is None or plain_name(total) not in _TOTALS:
        return
    price, quantity = guess.fields.get("unit_price"), guess.fields.get("quantity")
    if price and quantity and _is_multiplied(sniffed, price, quantity, total):
        return
    yield (
        f"{total}: is it of the line (line_amount), or of the whole order (total_amount)?"
        f" {_listed(_texts(total, sniffed))}."
    )


def _of_discount(sniffed: Sniffed, guess: Guess) -> Iterator[str]:
    for name in ("line_discount", "discount_amount"):
        column = guess.fields.get(name)
        if column is None or _MONEY_WORDS & set(plain_name(column).split()):
            continue
        given = [value for value in _numbers(column, sniffed) if value]
        if given and all(abs(value) <= 100 for value in given):
            yield (
                f"{column}: is it money ({name}), or a share or percentage of the price"
                f" (discount_rate)? {_listed(given)}."
            )


def _is_multiplied(sniffed: Sniffed, price: str, quantity: str, total: str | None = None) -> bool:
    """Whether another column is price times quantity, in every row, and not by ones alone."""
    prices, many = _numbers(price, sniffed), _numbers(quantity, sniffed)
    columns = [total] if total else [each for each in sniffed.columns if each in sniffed.numbers]
    for column in columns:
        if column in (price, quantity):
            continue
        rows = [
            (one * count, amount, count)
            for one, count, amount in zip(prices, many, _numbers(column, sniffed), strict=True)
            if one is not None and count is not None and amount is not None
        ]
        if any(count != 1 for *_, count in rows) and all(
            abs(product - amount) < Decimal("0.01") for product, amount, _ in rows
        ):
            return True
    return False


def _stays_the_same(rows: Sequence[tuple[Decimal, Decimal, str]]) -> bool:
    """Whether the same goods have one price in whatever quantity, more often than not."""
    prices: dict[str, dict[Decimal, Decimal]] = defaultdict(dict)
    for many, money, sku in rows:
        prices[sku][many] = money
    several = [found for found in prices.values() if len(found) > 1]
    return bool(several) and all(len(set(found.values())) == 1 for found in several)


def _numbers(column: str, sniffed: Sniffed) -> list[Decimal | None]:
    style = sniffed.numbers.get(column, NumberStyle())
    numbers: list[Decimal | None] = []
    for cell in _raw(column, sniffed):
        try:
            found = read_number(cell, style) if isinstance(cell, str | Decimal) else None
        except Refused:
            found = None
        numbers.append(found)
    return numbers


def _raw(column: str, sniffed: Sniffed) -> list[object]:
    place = sniffed.columns.index(column)
    return [row.cells[place] for row in sniffed.rows if row.fault is None]


def _cells(column: str, sniffed: Sniffed) -> list[str]:
    return [str(cell).strip() for cell in _raw(column, sniffed)]


def _texts(column: str, sniffed: Sniffed) -> list[str]:
    return [str(cell) for cell in values_of(column, sniffed)]


def _first(column: str, sniffed: Sniffed) -> str:
    return next(iter(_texts(column, sniffed)), "(blank)")


def _listed(values: Iterable[object]) -> str:
    """The first three that differ."""
    return ", ".join(list(dict.fromkeys(map(str, values)))[:_SHOWN])
