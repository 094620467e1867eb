"""Each thing that can be wrong is a page that says what is so and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from groundplan.database import EmbeddedServer, connect, database_url
from groundplan.studio import ground as ground_module
from groundplan.studio.pages import rules as rules_pages
from tests.studio.asking import Answer, get
from tests.studio.running import Studio, Tab, execute

PAGES = ["/", "/reports", "/schema", "/rules", "/trace", "/verify", "/walkthrough/1"]


def shows(answer: Answer, status: int, *words: str) -> None:
    """The answer is a whole page with these words."""
    assert answer.status == status
    assert "</html>" in answer.text
    for each in words:
        assert each in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_no_database(run_studio: Callable[..., Studio], path: str) -> None:
    studio = run_studio("postgresql://127.0.0.1:9/nowhere", makes_roles=False)
    shows(get(studio, path), 503, "No database", "127.0.0.1:9", "load this page again")


def test_a_database_that_is_not_there(
    run_studio: Callable[..., Studio], server: EmbeddedServer
) -> None:
    studio = run_studio(database_url(server.url(), "no_such_shop"))
    shows(get(studio, "/schema"), 503, "There is no database no_such_shop")


def test_a_password_is_never_shown(run_studio: Callable[..., Studio]) -> None:
    studio = run_studio("postgresql://ada:tops3cret@127.0.0.1:9/shop", makes_roles=False)
    assert "tops3cret" not in get(studio, "/schema").text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("makes_roles", [True, False])
def test_no_groundplan_in_it(
    run_studio: Callable[..., Studio], empty_database: str, path: str, makes_roles: bool
) -> None:
    studio = run_studio(empty_database, makes_roles=makes_roles)
    shows(get(studio, path), 503, "There is no Groundplan in the database", "groundplan apply")


def test_another_version(run_studio: Callable[..., Studio], own_shop: str) -> None:
    execute(
        own_shop,
        "insert into core.installed_modules (module, version, state_digest, tenancy)"
        " select 'loyalty', '9.0', state_digest, tenancy from core.installed_modules limit 1",
    )
    studio = run_studio(own_shop, makes_roles=False)
    shows(get(studio, "/schema"), 503, "the module loyalty", "version of Groundplan")


def test_a_role_that_may_not_read(run_studio: Callable[..., Studio], own_shop: str) -> None:
    role = f"reads_nothing_{own_shop.split('_')[-1][:12]}"
    execute(own_shop, f"create role {role} nologin")
    try:
        studio = run_studio(own_shop, makes_roles=False, role=role)
        for path in ("/", "/schema", "/trace"):
            shows(get(studio, path), 403, "may not read", "groundplan grants --auditor")
    finally:
        execute(own_shop, f"drop role {role}")


def test_a_connection_that_is_lost_while_a_page_is_open(
    run_studio: Callable[..., Studio],
    open_tab: Callable[..., Tab],
    own_shop: str,
    server: EmbeddedServer,
) -> None:
    name = own_shop.split("?")[0].rpartition("/")[2]
    studio = run_studio(own_shop)
    tab = open_tab(studio)
    tab.expect_errors("503", "Failed to load resource")
    page = tab.open("/rules")
    with connect(server.url(), autocommit=True) as connection:
        connection.execute(f"alter database {name} allow_connections false".encode())
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        page.get_by_role("link", name="Trace", exact=True).click()
        page.get_by_role("heading", level=1).wait_for()
        assert page.title() == "No database · Groundplan"
        connection.execute(f"alter database {name} allow_connections true".encode())
    page.reload()
    assert page.title().startswith("Trace")


def test_a_database_that_takes_too_long(
    run_studio: Callable[..., Studio], own_shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = run_studio(own_shop)
    assert get(studio, "/trace").status == 200
    # Only while it waits: a busy machine may need as long for a page that nothing holds up.
    with connect(own_shop) as connection, monkeypatch.context() as impatient:
        impatient.setattr(ground_module, "PATIENCE", "100ms")
        connection.execute("lock table sales.orders in access exclusive mode")
        shows(get(studio, "/trace"), 503, "It took too long")
    assert get(studio, "/trace").status == 200


@pytest.mark.parametrize("path", ["/nowhere", "/schema/tables/", "/walkthrough/13", "/trace/x/y/z"])
def test_a_page_that_is_not_there(studio: Studio, path: str) -> None:
    shows(get(studio, path), 404, "Not found", 'href="/"')


def test_a_defect_says_so_and_tells_nothing_secret(
    run_studio: Callable[..., Studio],
    shop_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_request: Request) -> Response:
        raise ZeroDivisionError("a secret of the stack")

    monkeypatch.setattr(rules_pages, "routes", [Route("/broken", broken)])
    monkeypatch.setattr("groundplan.studio.app.PAGES", ([Route("/broken", broken)],))
    answer = get(run_studio(shop_url), "/broken")
    shows(answer, 500, "A defect of the studio")
    assert "secret" not in answer.text
    assert "a secret of the stack" in caplog.text


def test_the_problem_page_is_accessible(tab: Tab) -> None:
    tab.expect_errors("404")
    tab.open("/nowhere")
    tab.demand_accessible()


def test_it_writes_nothing(run_studio: Callable[..., Studio], own_shop: str) -> None:
    """What a page tries to write is refused by the transaction itself."""
    from groundplan.errors import GroundplanError
    from groundplan.studio.ground import Ground

    studio = run_studio(own_shop)
    for makes_roles in (True, False):
        reader = Ground(studio.settings.__class__(own_shop, makes_roles=makes_roles))
        attempts: list[Any] = [
            "update catalog.products set name = name",
            "create table public.x (y integer)",
        ]
        for statement in attempts:
            with pytest.raises(GroundplanError), reader.reading() as connection:
                connection.execute(statement.encode())
