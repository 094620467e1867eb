"""Imports while a shop sells: nothing is lost, and nobody sees a collision."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from groundplan.database import connect
from groundplan.errors import Deadlock
from groundplan.importer import ImportReport, import_files, read_mapping
from groundplan.importer.loading import batches
from tests.importer.test_dirt import assert_everything_holds, rows
from tests.importer.trouble import till
from tests.importer.trouble.contents import checksums
from tests.importer.trouble.processes import (
    GATE,
    alone,
    eventually,
    finished,
    holding_the_lock,
    named,
    started,
    waiting,
)

_PLACE = """
    select sales.place_order(
        jsonb_build_array(
            jsonb_build_object('sku', %s::text, 'quantity', 1, 'unit_price', 2),
            jsonb_build_object('sku', %s::text, 'quantity', 2, 'unit_price', 3)),
        customer_id => (select id from crm.customers where email = %s))
"""


class _Busy:
    """Threads that do something over and over until they are told to stop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.errors: list[psycopg.Error] = []
        self.done: list[int] = []

    def start(self, work: Callable[[psycopg.Connection[Any], int], None]) -> None:
        number = len(self.done)
        self.done.append(0)

        def run() -> None:
            with connect(self._url, autocommit=True) as connection:
                while not self._stop.is_set():
                    try:
                        work(connection, self.done[number])
                    except psycopg.Error as error:
                        self.errors.append(error)
                        return
                    self.done[number] += 1

        thread = threading.Thread(target=run)
        thread.start()
        self._threads.append(thread)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _sell(connection: psycopg.Connection[Any], count: int) -> None:
    """Two SKUs and a customer that the file names, too; in one order and in the other."""
    pair = [f"SKU-{count % 30}", f"SKU-{(count * 7 + 1) % 30}"]
    connection.execute(
        _PLACE, [*sorted(pair, reverse=count % 2 == 0), f"buyer{count % 40}@example.com"]
    )


def _fold(connection: psycopg.Connection[Any], _count: int) -> None:
    connection.execute("select groundplan.fold(null, 50)")


def _make_goods(url: str, mapping: str, folder: Path) -> None:
    """SKUs to sell, as many as anybody wants."""
    goods = folder / "goods.csv"
    goods.write_text(till.lines(60, first=2_001))
    finished(url, mapping, str(goods))
    with connect(url) as connection:
        connection.execute("update catalog.skus set allows_backorder = true")


@pytest.mark.parametrize("more", [(), ("--commit-every", "40")], ids=["whole", "in batches"])
def test_while_others_sell_and_fold(
    more: tuple[str, ...], gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    _make_goods(gated, mapping, tmp_path)
    with connect(gated) as connection:
        connection.execute("create table public.sold_before as select id from sales.orders")
    busy = _Busy(gated)
    try:
        with started(gated, mapping, orders, "--json", *more) as process:
            with holding_the_lock(gated):
                for work in (_sell, _sell, _sell, _fold):
                    busy.start(work)
                eventually(lambda: busy.errors or min(busy.done) > 3, "all are busy")
            before = list(busy.done)
            out, err = process.communicate(timeout=300)
        during = [done - then for done, then in zip(busy.done, before, strict=True)]
    finally:
        busy.stop()
    assert (process.returncode, err) == (0, "")
    report = json.loads(out)
    assert (report["loaded"], report["rejected"], report["duplicates"]) == (397, 3, 0)
    assert busy.errors == []
    assert all(during)
    assert rows(
        gated,
        "select count(*) from sales.orders where id not in (select id from public.sold_before)",
    ) == [(397 + sum(busy.done[:3]),)]
    assert_everything_holds(gated)


_SOMEBODY_SELLS_BEFORE_EVERY_FOLD = """
    create sequence public.folds;
    alter function groundplan.fold(text, integer) rename to fold_what_is_pending;
    create function groundplan.fold(source text, max_rows integer) returns bigint
        language plpgsql
    as $$
    begin
        if nextval('public.folds') > 20 then
            raise exception 'folds for ever';
        end if;
        perform sales.place_order(
            '[{"sku": "SKU-1", "quantity": 1, "unit_price": 2}]',
            customer_id => (select id from crm.customers limit 1));
        return groundplan.fold_what_is_pending(source, max_rows);
    end $$;
"""


@pytest.mark.parametrize("more", [(), ("--commit-every", "40")], ids=["whole", "in batches"])
def test_in_a_shop_that_never_rests_it_comes_to_an_end(
    more: tuple[str, ...], gated: str, mapping: str, orders: str, tmp_path: Path
) -> None:
    """What is sold after the import began to fold is for others to fold."""
    _make_goods(gated, mapping, tmp_path)
    with connect(gated) as connection:
        connection.execute(_SOMEBODY_SELLS_BEFORE_EVERY_FOLD.encode())
    assert finished(gated, mapping, orders, *more)["loaded"] == 397
    assert rows(gated, "select last_value between 1 and 20 from public.folds") == [(True,)]
    assert_everything_holds(gated)


def _two_orders(folder: Path) -> str:
    """One of each of the SKUs that stand in each other's way."""
    file = folder / "two.csv"
    file.write_text(f"{till.HEADER}\n{till.line(1, sku='SKU-1')}\n{till.line(2, sku='SKU-2')}\n")
    return str(file)


_TAKE = "select id from catalog.skus where code = %s for update"

_GATE_AFTER_THE_FIRST = """
    create trigger zz_pass_gate after insert on sales.order_items for each row
        when (new.sku_code = 'SKU-1') execute function public.pass_gate()
"""


@contextlib.contextmanager
def _in_the_way(url: str) -> Generator[Callable[[], None]]:
    """Call it when an import has been started: there is a deadlock, and the import finds it.

    Whoever waits last finds a deadlock. Somebody has SKU-2; the import has SKU-1 and is held up;
    somebody wants SKU-1; and only now the import goes on and wants SKU-2.
    """
    with connect(url, autocommit=True) as gate, connect(url) as other:
        name = gate.info.dbname
        gate.execute(f"alter database {name} set deadlock_timeout = '20ms'".encode())
        gate.execute(_GATE_AFTER_THE_FIRST)
        gate.execute(f"select pg_advisory_lock({GATE})".encode())
        other.execute("set deadlock_timeout = '10min'")
        other.execute(_TAKE, ["SKU-2"])

        def want_the_first() -> None:
            other.execute(_TAKE, ["SKU-1"])
            other.commit()

        def collide() -> None:
            waiting(url, "")
            thread = threading.Thread(target=want_the_first)
            thread.start()
            eventually(lambda: _waits(gate, other.info.backend_pid), "the other one waits")
            gate.execute(f"select pg_advisory_unlock({GATE})".encode())
            thread.join()

        yield collide


def _waits(connection: psycopg.Connection[Any], pid: int) -> bool:
    row = connection.execute(
        "select exists (select from pg_locks where pid = %s and not granted)", [pid]
    ).fetchone()
    return row == (True,)


def _deadlocks(url: str) -> int:
    """As the server counts them, once the import has told it."""
    alone(url)
    ((found,),) = rows(
        url, "select deadlocks from pg_stat_database where datname = current_database()"
    )
    return found


@pytest.mark.parametrize("more", [(), ("--commit-every", "2")], ids=["whole", "in batches"])
def test_a_deadlock_in_a_batch_is_tried_again(
    more: tuple[str, ...], gated: str, mapping: str, tmp_path: Path
) -> None:
    before = _deadlocks(gated)
    with (
        _in_the_way(gated) as collide,
        started(gated, mapping, _two_orders(tmp_path), "--json", *more) as process,
    ):
        collide()
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["loaded"] == 2
    assert eventually(lambda: _deadlocks(gated) - before, "the server counts a deadlock") == 1
    assert_everything_holds(gated)


class _InAThread(threading.Thread):
    """An import in this process, of which parts can be exchanged."""

    def __init__(self, url: str, mapping: str, file: str) -> None:
        super().__init__()
        self._arguments = read_mapping(Path(mapping)), [file], named(url)
        self.ended: ImportReport | BaseException | None = None
        self.told: list[int] = []

    def run(self) -> None:
        try:
            self.ended = import_files(*self._arguments, progress=self._tell)
        except BaseException as error:
            self.ended = error

    def _tell(self, phase: str, done: int, _total: int | None) -> None:
        if phase == "loading":
            self.told.append(done)


def test_without_trying_again_the_deadlock_would_be_seen(
    gated: str, mapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same collision, and the import gives up."""
    monkeypatch.setattr(batches, "_ATTEMPTS", 1)
    before = checksums(gated)
    thread = _InAThread(gated, mapping, _two_orders(tmp_path))
    with _in_the_way(gated) as collide:
        thread.start()
        collide()
        thread.join()
    assert isinstance(thread.ended, Deadlock)
    assert checksums(gated) == before


def test_a_deadlock_over_what_an_earlier_batch_holds(
    gated: str, mapping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing cannot let go of it: the import ends, the other goes on. In batches it can."""
    monkeypatch.setattr("groundplan.importer.loading.run._BATCH", 1)
    before = checksums(gated)
    thread = _InAThread(gated, mapping, _two_orders(tmp_path))
    with _in_the_way(gated) as collide:
        thread.start()
        collide()
        thread.join()
    assert isinstance(thread.ended, Deadlock)
    assert "--commit-every" in str(thread.ended.hint)
    assert thread.told == [0, 1]
    with connect(gated, autocommit=True) as connection:
        connection.execute("drop trigger zz_pass_gate on sales.order_items")
    assert checksums(gated) == before

    with (
        _in_the_way(gated) as collide,
        started(gated, mapping, _two_orders(tmp_path), "--json", "--commit-every", "1") as process,
    ):
        collide()
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["loaded"] == 2
    assert_everything_holds(gated)
