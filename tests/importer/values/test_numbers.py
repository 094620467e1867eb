"""Numbers: what is written in a style is read back, and never as another number."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from groundplan.importer.values import NumberStyle, Refused, read_code, read_number, read_share
from tests.importer.values.refusals import check

STYLES = [
    NumberStyle(decimal, thousands)
    for decimal, thousands in product((".", ","), ("", ",", ".", " ", "'"))
    if decimal != thousands
]
styles = st.sampled_from(STYLES)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15),
                      max_value=10**15)  # fmt: skip


def written(number: Decimal, style: NumberStyle, is_grouped: bool) -> str:
    """By another way than it is read: Python's own grouping, then its signs replaced."""
    text = f"{number:,f}" if is_grouped and style.thousands else f"{number:f}"
    return text.replace(",", "T").replace(".", style.decimal).replace("T", style.thousands)


@given(numbers, styles, st.booleans())
def test_round_trip(number: Decimal, style: NumberStyle, is_grouped: bool) -> None:
    assert read_number(written(number, style, is_grouped), style) == number


@given(numbers, styles, st.sampled_from(["€", "$ ", "EUR ", "kr "]), st.booleans())
def test_currencies_change_nothing(
    number: Decimal, style: NumberStyle, currency: str, is_before: bool
) -> None:
    text = written(abs(number), style, True)
    text = f"{currency}{text}" if is_before else f"{text} {currency}"
    assert read_number(text, style) == abs(number)


@given(numbers, styles, st.sampled_from(["({})", "{}-", "-{}", "- {}", "\u2212{}", "(€{})"]))
def test_every_way_to_say_negative(number: Decimal, style: NumberStyle, form: str) -> None:
    assert read_number(form.format(written(abs(number), style, True)), style) == -abs(number)


@given(st.text("0123456789.,' -()%eE", max_size=12), styles, styles)
def test_a_text_is_never_read_with_digits_it_has_not(
    text: str, style: NumberStyle, other: NumberStyle
) -> None:
    """Whatever is read has all digits of the text in their order, and nothing else."""
    assume(text.strip())
    try:
        number = read_number(text, style)
    except Refused as refused:
        check(refused)
        return
    assert number is not None
    digits = "".join(c for c in text if c.isdigit())
    assert "".join(c for c in f"{abs(number):f}" if c.isdigit()).lstrip("0") == digits.lstrip("0")
    if number % 1:
        assert style.decimal in text


@given(st.text(max_size=8), styles)
def test_any_text_is_read_or_refused(text: str, style: NumberStyle) -> None:
    try:
        number = read_number(text, style)
    except Refused as refused:
        check(refused)
        return
    if number is None:
        assert not any(character.isalnum() for character in text)
    else:
        assert number.is_finite()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("text", ["12,34,5", "1.2.3", "1,2345", "1.2345.6", "1''234", ",", "."])
def test_wrong_groups_are_refused_in_every_style(text: str, style: NumberStyle) -> None:
    if style.decimal in text and text == "1,2345":
        assert read_number(text, style) == Decimal("1.2345")
        return
    with pytest.raises(Refused):
        read_number(text, style)


def test_the_two_readings_are_named() -> None:
    with pytest.raises(Refused, match=r'"1,234" is 1234 or 1\.234') as refused:
        read_number("1,234", NumberStyle())
    assert refused.value.reason == "number_is_ambiguous"


def test_a_style_has_two_different_separators() -> None:
    with pytest.raises(ValueError, match="both decimals and thousands"):
        NumberStyle(",", ",")
    with pytest.raises(ValueError, match="can be"):
        NumberStyle(";")
    with pytest.raises(ValueError, match="thousands separator"):
        NumberStyle(".", "_")


def test_typed_numbers_need_no_style() -> None:
    assert read_number(Decimal("1234.5"), NumberStyle(",", ".")) == Decimal("1234.5")
    assert read_number(Decimal("-0"), NumberStyle()) == 0
    assert not read_number(Decimal("-0"), NumberStyle()).is_signed()  # type: ignore[union-attr]
    for wrong in (Decimal("NaN"), Decimal("Infinity"), Decimal("1E400"), True):
        with pytest.raises(Refused):
            read_number(wrong, NumberStyle())


@given(st.decimals(min_value=0, max_value=100, places=3))
def test_percent_is_exact(percent: Decimal) -> None:
    share = read_share(f"{percent:f}%", NumberStyle())
    assert share is not None
    assert share * 100 == percent


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_codes_keep_every_digit(code: int) -> None:
    assert read_code(Decimal(code)) == str(code)
    assert read_code(f"{code:020d}") == f"{code:020d}"
    assert read_code(f"'{code:020d}") == f"{code:020d}"
    assert read_code(f'="{code:020d}"') == f"{code:020d}"


def test_codes_that_lost_digits_are_refused() -> None:
    for lost in (Decimal("1.23E+20"), "1.23457E+12", "1,23457e+12", Decimal("1.5")):
        with pytest.raises(Refused):
            read_code(lost)
