"""A database in which every phase of an import can be held up, and files to import into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.compose import closure, compose, load_modules
from groundplan.database import EmbeddedServer, connect, template_database
from groundplan.importer import import_files, read_mapping
from groundplan.installation import apply
from tests.importer.trouble import till
from tests.importer.trouble.processes import GATE

_GATE = f"""
    create function public.gate() returns boolean language plpgsql as $$
    begin
        perform pg_advisory_xact_lock_shared({GATE});
        return true;
    end $$;

    create function public.pass_gate() returns trigger language plpgsql as $$
    begin
        perform public.gate();
        return null;
    end $$;

    create constraint trigger pass_gate_at_commit
        after insert on importing.run_amounts deferrable initially deferred
        for each row execute function public.pass_gate();

    create table public.till_rows as
    select 'Q-' || number as no, '2025-03-01T09:00:00Z' as at, 'q@example.com' as email,
        'SKU-' || number % 30 as sku, '1' as qty, '2.50' as price
    from generate_series(1, 3000) as number;
"""


@pytest.fixture(scope="session")
def gated_template(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with everything installed, one import behind it, and a gate."""
    folder = tmp_path_factory.mktemp("before")
    mapping = till.written_mapping(folder)
    file = folder / "before.csv"
    file.write_text(till.lines(20, first=90_001, faulty={90_005}))

    plan = compose(closure(["ecommerce"], load_modules()))

    def build(url: str) -> None:
        with connect(url, autocommit=True) as connection:
            apply(connection, plan)
        import_files(read_mapping(mapping), [str(file)], url)
        with connect(url) as connection:
            connection.execute(_GATE.encode())

    return template_database(server.url(), f"gated {plan.text()} {till.MAPPING} {_GATE}", build)


@pytest.fixture
def gated(clone: Callable[[str | None], str], gated_template: str) -> str:
    """The URL of a new one."""
    return clone(gated_template)


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    """The mapping of the till, as a file."""
    return str(till.written_mapping(tmp_path))


@pytest.fixture
def orders(tmp_path: Path) -> str:
    """Four hundred orders, of which three cannot be read."""
    file = tmp_path / "orders.csv"
    file.write_text(till.lines(400, faulty={7, 200, 201}))
    return str(file)
