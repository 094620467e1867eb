"""Moments and days: what is written in a format is read back, and never as another day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundplan.importer.values import Refused, TimeStyle, read_day, read_moment
from tests.importer.values.refusals import check

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
FORMATS = (
    "iso", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S",
)  # fmt: skip
years = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0)
)


def written(moment: datetime, form: str) -> str:
    return moment.isoformat(" ") if form == "iso" else moment.strftime(form)


@given(years, st.sampled_from(ZONES), st.sampled_from(FORMATS))
def test_local_times_come_back(moment: datetime, zone: str, form: str) -> None:
    """From the moment to the clock of the zone and back; the second of two equal times is not."""
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    if not 1900 <= local.year <= 2200:
        return
    read = read_moment(written(local.replace(tzinfo=None), form), TimeStyle((form,), zone))
    assert read is not None
    expected = local.replace(fold=0)
    assert read.astimezone(UTC) == expected.astimezone(UTC)
    assert read.replace(tzinfo=None) == local.replace(tzinfo=None, fold=0)


@given(years, st.sampled_from(ZONES))
def test_a_clock_that_never_showed_it_is_refused(moment: datetime, zone: str) -> None:
    exists = any(
        moment.replace(tzinfo=ZoneInfo(zone), fold=fold)
        .astimezone(UTC)
        .astimezone(ZoneInfo(zone))
        .replace(tzinfo=None)
        == moment
        for fold in (0, 1)
    )
    if exists:
        assert read_moment(moment.isoformat(), TimeStyle((), zone)) is not None
    else:
        with pytest.raises(Refused) as refused:
            read_moment(moment.isoformat(), TimeStyle((), zone))
        assert refused.value.reason == "time_does_not_exist"


@given(years, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))
def test_offsets_are_kept(moment: datetime, offset: timedelta) -> None:
    minutes = round(offset / timedelta(minutes=1))
    sign = "-" if minutes < 0 else "+"
    text = f"{moment.isoformat()}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    read = read_moment(text, TimeStyle((), "Europe/Berlin"))
    assert read is not None
    assert read.utcoffset() == timedelta(minutes=minutes)
    assert read.astimezone(UTC).replace(tzinfo=None) == moment - timedelta(minutes=minutes)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.booleans())
def test_two_formats_never_choose(day: date, month_first: bool) -> None:
    text = day.strftime("%m/%d/%Y" if month_first else "%d/%m/%Y")
    style = TimeStyle(("%d/%m/%Y", "%m/%d/%Y"))
    if day.day <= 12 and day.day != day.month:
        with pytest.raises(Refused) as refused:
            read_day(text, style)
        assert refused.value.reason == "time_is_ambiguous"
    else:
        assert read_day(text, style) == day


@given(st.dates(date(1900, 3, 1), date(2200, 12, 31)), st.integers(0, 86_399_999))
def test_serials_of_spreadsheets(day: date, milliseconds: int) -> None:
    serial = Decimal((day - date(1899, 12, 30)).days) + Decimal(milliseconds) / 86_400_000
    read = read_moment(f"{serial:.12f}", TimeStyle(("excel",), "UTC"))
    expected = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert read == expected + timedelta(milliseconds=milliseconds)


@given(st.text(max_size=25))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_moment(text, TimeStyle(("iso", "%d/%m/%Y", "excel", "unix"), "UTC"))
    except Refused as refused:
        check(refused)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("%d/%m", "does not say year"),
        ("%H:%M", "does not say year"),
        ("%Y-%m", "does not say year"),
        ("%d/%m/%Y %I:%M", "without morning or afternoon"),
        ("%Y-%m-%dT%H:%M:%SZ", "write %z for Z"),
        ("%d/%m/%Y %H:%M UTC", "%Z for UTC"),
        ("%x", "read differently"),
        ("%Y-%m-%d %q", "not one that strptime knows"),
        ("DD.MM.YYYY", "does not say year"),
    ],
)
def test_formats_that_leave_something_out(form: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        TimeStyle((form,))


def test_a_zone_has_to_exist() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        TimeStyle((), "Europe/Atlantis")
    with pytest.raises(ValueError, match="no time zone"):
        TimeStyle((), "../etc/passwd")


def test_typed_cells() -> None:
    berlin = TimeStyle((), "Europe/Berlin")
    assert read_day(date(2003, 2, 1), TimeStyle()) == date(2003, 2, 1)
    assert read_day(datetime(2003, 2, 1, 23, 30, tzinfo=UTC), berlin) == date(2003, 2, 2)
    assert read_moment(date(2003, 2, 1), berlin) == datetime(2003, 1, 31, 23, tzinfo=UTC)
    with pytest.raises(Refused):
        read_moment(datetime(2024, 3, 31, 2, 30), berlin)
    with pytest.raises(Refused):
        read_moment(Decimal("37653"), berlin)
    assert read_day(Decimal("37653"), TimeStyle(("excel",))) == date(2003, 2, 1)
