"""Connections: to the right database, and with the reason when there is none."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from psycopg import sql

from groundplan.database import (
    EmbeddedServer,
    connect,
    database_url,
    resolve_url,
    scratch_database,
)
from groundplan.errors import (
    CannotConnect,
    HostUnreachable,
    InvalidUrl,
    PostgresTooOld,
    UnknownDatabase,
    WrongPassword,
)
from tests.conftest import PASSWORD_USER


def test_a_connection_says_who_it_is(server: EmbeddedServer) -> None:
    with connect(server.url()) as connection:
        assert connection.execute("show application_name").fetchone() == ("groundplan",)
        assert not connection.autocommit
    with connect(f"{server.url()}&application_name=till", autocommit=True) as connection:
        assert connection.execute("show application_name").fetchone() == ("till",)
        assert connection.autocommit


def test_sqlalchemys_urls_are_understood(server: EmbeddedServer) -> None:
    with connect(server.url().replace("postgresql://", "postgresql+psycopg://")) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize(
    "url", ["", "shop", "mysql://root@localhost/shop", "postgresql://x@/shop?colour=red"]
)
def test_a_wrong_url_is_told(url: str) -> None:
    with pytest.raises(InvalidUrl, match="postgresql://user:password@host"):
        connect(url)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(InvalidUrl) as caught:
        connect("postgresql://keeper:s3cret@[broken/shop")
    assert "s3cret" not in str(caught.value)


def test_a_silent_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(HostUnreachable, match=f"127.0.0.1:{port}"):
        connect(f"postgresql://postgres@127.0.0.1:{port}/shop")


def test_an_unknown_host_is_told() -> None:
    with pytest.raises(HostUnreachable, match=r"nowhere\.invalid"):
        connect("postgresql://postgres@nowhere.invalid/shop")


def test_an_absent_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(HostUnreachable):
        connect(f"postgresql://postgres@/shop?host={tmp_path}")


def test_an_unknown_database_is_told(server: EmbeddedServer) -> None:
    with pytest.raises(UnknownDatabase, match="There is no database nosuch"):
        connect(server.url("nosuch"))


def test_a_wrong_password_is_told(server: EmbeddedServer) -> None:
    with connect(server.url(), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(1)")
        role = sql.Identifier(PASSWORD_USER)
        connection.execute(sql.SQL("drop role if exists {}").format(role))
        connection.execute(sql.SQL("create role {} login password 'right'").format(role))
    place = server.url().partition("@")[2]
    connect(f"postgresql://{PASSWORD_USER}:right@{place}").close()
    for password in (":wrong", ""):
        with pytest.raises(WrongPassword, match=PASSWORD_USER):
            connect(f"postgresql://{PASSWORD_USER}{password}@{place}")


def test_an_unknown_role_is_told(server: EmbeddedServer) -> None:
    with pytest.raises(CannotConnect, match="nobody_here"):
        connect(server.url().replace("postgres@", "nobody_here@"))


def test_an_old_server_is_refused(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundplan.database.connection.server_version", lambda _: 140009)
    with pytest.raises(PostgresTooOld, match=r"The server is PostgreSQL 14, .* needs 15 or newer"):
        connect(server.url())


def test_the_option_goes_before_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDPLAN_DATABASE_URL", "postgresql://variable/")
    assert resolve_url("postgresql://option/") == "postgresql://option/"
    assert resolve_url(None) == "postgresql://variable/"


def test_without_a_url_the_embedded_server_is_started(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(open_directory)
    server = EmbeddedServer(open_directory / ".groundplan")
    try:
        assert resolve_url() == server.url()
        assert server.is_running()
    finally:
        server.destroy()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@h:1/old?x=1", "postgresql://a:b@h:1/new?x=1"),
        ("postgresql://h", "postgresql://h/new"),
        ("postgresql:///?host=%2Ftmp&dbname=old", "postgresql:///new?host=%2Ftmp"),
    ],
)
def test_another_database_on_the_same_server(url: str, expected: str) -> None:
    assert database_url(url, "new") == expected


def test_another_database_in_a_connection_string() -> None:
    assert set(database_url("host=h dbname=old", "new").split()) == {"host=h", "dbname=new"}


def test_a_name_is_escaped_in_a_url() -> None:
    assert database_url("postgresql://h/old", "ä/b?c") == "postgresql://h/%C3%A4%2Fb%3Fc"


@pytest.mark.parametrize("style", ["SQL, DMY", "German", "Postgres, MDY"])
def test_dates_are_read_whatever_style_the_database_prefers(
    server: EmbeddedServer, style: str
) -> None:
    with scratch_database(server.url()) as url:
        with connect(url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("alter database {} set datestyle = {}").format(
                    sql.Identifier(connection.info.dbname), sql.Literal(style)
                )
            )
        with connect(url) as connection:
            row = connection.execute("select timestamptz '2026-01-02 03:04:05Z'").fetchone()
    assert row is not None
    assert row[0].year == 2026
