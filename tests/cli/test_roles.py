"""Commands as the roles that `groundplan grants` gives rights to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groundplan.cli.report import NAMES
from groundplan.database import connect, url_as
from tests.cli.conftest import Type
from tests.modules.shop import fresh

ROLES = ("app", "report", "auditor")


@pytest.fixture
def roles(shop: str, type_in: Type) -> Iterator[dict[str, str]]:
    """The URL of the shop for each of them."""
    names = {role: fresh(role).lower() for role in ROLES}
    granted = [word for role, name in names.items() for word in (f"--{role}", name)]
    grants = type_in("grants", *granted).out
    with connect(shop, autocommit=True) as owner:
        try:
            for name in names.values():
                owner.execute(f'create role "{name}" login'.encode())
            owner.execute(grants.encode())
            yield {role: url_as(shop, name) for role, name in names.items()}
        finally:
            every = ", ".join(f'"{name}"' for name in names.values())
            owner.execute(f"drop owned by {every}; drop role {every}".encode())


@pytest.mark.parametrize("role", ROLES)
def test_every_role_reads_reports(roles: dict[str, str], type_in: Type, role: str) -> None:
    for name in NAMES:
        for more in ((), ("--tenant", "1")):
            answer = type_in("report", name, "--json", "--database", roles[role], *more)
            assert (answer.code, answer.err) == (0, ""), name
            assert answer.json == type_in("report", name, "--json").json, name


def test_every_role_sees_what_it_may_of_the_status(roles: dict[str, str], type_in: Type) -> None:
    told = {role: type_in("status", "--database", roles[role]) for role in ROLES}
    assert {answer.code for answer in told.values()} == {0}
    assert "may read its reports alone" in told["report"].out
    assert told["app"].out.count("not shown to this role") == 2
    assert "ledger_entries" in told["auditor"].out
    assert "as installed" in told["auditor"].out


@pytest.mark.parametrize("role", ROLES)
def test_only_the_owner_verifies(roles: dict[str, str], type_in: Type, role: str) -> None:
    answer = type_in("verify", "--database", roles[role])
    assert answer.code == 1
    assert "what only the owner of the tables may read" in answer.err
