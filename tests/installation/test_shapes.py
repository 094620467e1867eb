"""Code whose shape has changed since it was installed, and code that is not made any more."""

from __future__ import annotations

import secrets

import pytest

from groundplan.compose import Plan
from groundplan.installation import apply
from groundplan.installation.refusals import DependedUpon
from tests.conftest import by_superuser
from tests.installation.conftest import Connection, fingerprint
from tests.installation.test_apply import one

OTHER_VIEW = """
    drop view reporting.shipments_wide;
    create view reporting.shipments_wide as select 1 as something_else
"""
OTHER_FUNCTION = """
    drop function sales.cancel_order;
    create function sales.cancel_order(
        order_id uuid, reason text, cancelled_at timestamptz default null) returns text
        return 'yesterday'
"""


@pytest.mark.parametrize("statements", [OTHER_VIEW, OTHER_FUNCTION])
def test_code_of_another_shape_is_replaced_and_grants_stay(
    installed: Connection, plan: Plan, statements: str
) -> None:
    role = f"report_reader_{secrets.token_hex(4)}"  # Roles are the server's, which tests share.
    by_superuser(installed, f"create role {role}")
    try:
        installed.execute(
            f"""
            grant usage on schema reporting, sales to {role};
            grant select on reporting.metrics_daily to {role} with grant option;
            grant select (orders) on reporting.sales_daily to {role};
            revoke all on function reporting.pending() from public;
            grant execute on function reporting.pending() to {role}
            """.encode()
        )
        before = fingerprint(installed, plan.schemas)
        installed.execute(statements.encode())
        assert fingerprint(installed, plan.schemas) != before
        applied = apply(installed, plan)
        assert applied.dropped == ()
        assert fingerprint(installed, plan.schemas) == before
    finally:
        by_superuser(installed, f"drop owned by {role}; drop role {role}")


def test_your_view_on_code_of_another_shape_is_named(installed: Connection, plan: Plan) -> None:
    installed.execute(OTHER_VIEW)
    installed.execute(
        "create view public.mine as select something_else from reporting.shipments_wide"
    )
    before = fingerprint(installed, (*plan.schemas, "public"))
    with pytest.raises(DependedUpon, match=r"view public\.mine depends on") as caught:
        apply(installed, plan)
    assert "Drop that" in (caught.value.hint or "")
    assert fingerprint(installed, (*plan.schemas, "public")) == before


def test_code_that_is_not_made_any_more_is_dropped(installed: Connection, plan: Plan) -> None:
    installed.execute(
        """
        create function sales.of_old() returns integer return 1;
        create view reporting.of_old as select sales.of_old() as n;
        create function sales.used_by_you() returns integer return 1;
        create view public.mine as select sales.used_by_you() as n;
        insert into core.installed_objects (kind, identity, module) values
            ('function', 'sales.of_old()', 'sales'), ('view', 'reporting.of_old', 'sales'),
            ('function', 'sales.used_by_you()', 'sales'), ('view', 'reporting.gone', 'sales')
        """
    )
    applied = apply(installed, plan)
    assert [str(each) for each in applied.dropped] == [
        "function sales.of_old()",
        "view reporting.of_old",
    ]
    assert [str(each) for each in applied.kept] == ["function sales.used_by_you()"]
    assert one(installed, "select n from public.mine") == 1
    installed.execute("drop view public.mine")
    assert [str(each) for each in apply(installed, plan).dropped] == [
        "function sales.used_by_you()"
    ]
