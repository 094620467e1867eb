"""The same file again, a changed or corrected one, a trial: nothing twice, nothing by halves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from groundplan.database import connect
from groundplan.errors import BadFile
from groundplan.importer import import_files
from tests.exporter.contents import everything
from tests.importer.orders.conftest import DATA, Ask, Bring, format_named, money

FILE = DATA / "shopify-orders.csv"
SHOPIFY = format_named("shopify-orders")

Write = Callable[..., Path]


def test_again_everything_is_known(bring: Bring, ask: Ask, database: str) -> None:
    bring(SHOPIFY, FILE)
    before = everything(database)
    again = bring(SHOPIFY, FILE)
    assert (again.read, again.loaded, again.rejected, again.duplicates) == (12, 0, 3, 9)
    usd = again.amounts["USD"]
    assert (usd.source, usd.loaded, usd.rejected, usd.duplicates) == money(
        "244.00", "0", "60.98", "183.02"
    )
    assert everything(database) == before
    assert ask("select count(*) from importing.runs") == [(2,)]


def test_rejected_rows_are_corrected_and_fed_in_again(
    bring: Bring, ask: Ask, tmp_path: Path, all_holds: Callable[[], None]
) -> None:
    rejects = tmp_path / "rejects.csv"
    bring(SHOPIFY, FILE, rejects=rejects)
    text = rejects.read_text(encoding="utf-8")
    assert text.count("\n") == 4
    assert "groundplan_reason" in text
    rejects.write_text(text.replace("26.98", "25.98").replace(",one,", ",1,"), encoding="utf-8")
    report = bring(SHOPIFY, rejects, rejects=tmp_path / "nothing.csv")
    assert (report.read, report.loaded, report.records) == (3, 3, 2)
    assert ask(
        "select number, total_amount from sales.orders where number in ('#1007', '#1008')"
        " order by number"
    ) == [("#1007", *money("25.98")), ("#1008", *money("34.00"))]
    assert not (tmp_path / "nothing.csv").exists()
    all_holds()


def test_rejects_never_overwrite_their_source(tmp_path: Path, database: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(FILE.read_bytes())
    with pytest.raises(BadFile, match="would overwrite the file itself"):
        import_files(SHOPIFY, [str(file)], database, rejects=file)
    assert file.read_bytes() == FILE.read_bytes()


def test_a_trial_says_everything_and_changes_nothing(
    bring: Bring, ask: Ask, database: str, tmp_path: Path
) -> None:
    before = everything(database)
    trial = bring(SHOPIFY, FILE, is_dry_run=True, rejects=tmp_path / "rejects.csv")
    assert trial.is_dry_run
    assert everything(database) == before
    assert ask("select to_regnamespace('importing')::text") == [(None,)]
    real = bring(SHOPIFY, FILE)
    assert (trial.read, trial.loaded, trial.rejected) == (real.read, real.loaded, real.rejected)
    assert trial.amounts == real.amounts
    assert trial.first_rejects == real.first_rejects
    assert (tmp_path / "rejects.csv").read_text(encoding="utf-8").count("\n") == 4


def test_a_placed_order_is_not_changed_by_a_later_file(
    bring: Bring, ask: Ask, written: Write
) -> None:
    bring(SHOPIFY, FILE)
    text = FILE.read_text(encoding="utf-8")
    changed = text.replace("38.40,5.00,2.71,46.11", "38.40,6.00,2.71,47.11")
    assert changed != text
    report = bring(SHOPIFY, written(changed, "changed.csv"))
    assert report.reasons["differs_from_what_was_imported"] == 2
    assert (report.loaded, report.rejected, report.duplicates) == (0, 5, 7)
    assert ask("select total_amount from sales.orders where number = '#1006'") == [money("46.11")]


def test_rows_in_another_order_and_amounts_written_otherwise_are_no_change(
    bring: Bring, written: Write
) -> None:
    bring(SHOPIFY, FILE)
    header, *lines = FILE.read_text(encoding="utf-8").splitlines()
    lines = [line.replace("63.50,7.00", "63.5,7") for line in lines]
    last = next(line for line in lines if "Linen cloth" in line and "#1001" in line)
    lines.remove(last)
    text = "\n".join([header, *lines, last]) + "\n"
    report = bring(SHOPIFY, written(text, "sorted.csv"))
    assert (report.loaded, report.rejected, report.duplicates) == (0, 3, 9)


def test_a_number_that_another_source_has_taken_is_refused(bring: Bring, ask: Ask) -> None:
    bring(SHOPIFY, FILE)
    other = replace(SHOPIFY, source="shopify-outlet")
    report = bring(other, FILE)
    assert report.loaded == 0
    assert report.reasons["order_number_is_taken"] == 9
    assert "#1001 already, from import:shopify" in report.first_rejects[0].detail
    assert ask("select count(*) from sales.orders") == [(6,)]


def test_unknown_skus_and_channels_are_refused_where_none_are_made(bring: Bring, ask: Ask) -> None:
    report = bring(format_named("shopify-orders", create_channels=False), FILE, is_dry_run=True)
    # web is there from the start, pos is not.
    assert report.reasons["channel_is_unknown"] == 2
    assert "no sales channel pos" in report.first_rejects[0].detail
    report = bring(format_named("shopify-orders", create_skus=False), FILE)
    assert report.reasons == {"sku_is_unknown": 10, "number_unreadable": 2}
    assert report.first_rejects[0].detail == (
        "Row 2: There is no SKU TRAY-L. Import the products first."
    )
    assert ask("select count(*) from sales.orders") == [(0,)]
    assert ask("select count(*) from catalog.skus") == [(0,)]


def test_customers_are_not_made_where_that_is_off(bring: Bring, ask: Ask) -> None:
    bring(format_named("shopify-orders", create_customers=False), FILE)
    assert ask("select count(*) from crm.customers") == [(0,)]
    assert ask("select count(*), count(customer_id) from sales.orders") == [(6, 0)]


def test_one_order_at_a_time_is_the_same(
    bring: Bring, ask: Ask, all_holds: Callable[[], None]
) -> None:
    report = bring(SHOPIFY, FILE, commit_every=1)
    assert (report.read, report.loaded, report.rejected, report.records) == (12, 9, 3, 6)
    assert ask("select sum(charged) from sales.ledger_entries") == [money("183.02")]
    assert bring(SHOPIFY, FILE, commit_every=1).duplicates == 9
    all_holds()


def test_a_customer_who_is_there_is_not_made_again(bring: Bring, ask: Ask, database: str) -> None:
    with connect(database) as connection:
        connection.execute(
            "insert into crm.customers (number, kind, display_name, email)"
            " values ('K-1', 'person', 'Ida', 'IDA@example.com')"
        )
    bring(SHOPIFY, FILE)
    assert ask(
        "select customer.number, count(*) from sales.orders as o"
        " join crm.customers as customer on customer.id = o.customer_id"
        " where core.key_of(customer.email) = 'ida@example.com' group by customer.number"
    ) == [("K-1", 2)]
    assert ask("select count(*) from crm.customers") == [(4,)]
