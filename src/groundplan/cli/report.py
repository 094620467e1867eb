"""groundplan report."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
import rich_click

from groundplan.cli.options import Day, WholeNumber, database_option, tenant_option

if TYPE_CHECKING:
    from groundplan.cli.reports import Answer

NAMES = (
    "metrics_daily",
    "metrics_monthly",
    "sku_metrics_daily",
    "top_skus",
    "stock_alerts",
    "profit_summary",
)


class ReportName(click.ParamType[str]):
    """One of NAMES; a near one is suggested."""

    name = "report"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in NAMES:
            return str(value)
        near = difflib.get_close_matches(str(value), NAMES, n=2, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(NAMES)}."
        return self.fail(f"there is no report {value}. {hint}", param, ctx)


@click.command(
    cls=rich_click.RichCommand,
    epilog="Example: groundplan report top_skus --from 2026-01-01 --to 2026-01-31 --limit 10",
)
@click.argument("name", type=ReportName(), metavar="NAME")
@click.option("--from", "first", type=Day(), metavar="DATE", help="Since.")
@click.option("--to", "last", type=Day(), metavar="DATE", help="Until.")
@click.option("--currency", metavar="CODE", help="Only amounts in this currency.")
@click.option("--channel", metavar="CODE", help="Only this sales channel.")
@click.option("--limit", type=WholeNumber(min=1), metavar="N", help="At most so many rows.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "csv", "json")),
    default="table",
    help="A table shows the main columns, csv and json give all.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@tenant_option
@database_option
def command(
    name: str,
    first: datetime | None,
    last: datetime | None,
    currency: str | None,
    channel: str | None,
    limit: int | None,
    form: str,
    as_json: bool,
    tenant: int | None,
    database: str | None,
) -> None:
    """Print metrics_daily, metrics_monthly, sku_metrics_daily, top_skus, stock_alerts or
    profit_summary, exact at this moment. Days are business days, both ends included.
    """
    from groundplan.cli.reports import Question, ask
    from groundplan.cli.session import demand_tenant, opened, reads_reports_alone
    from groundplan.installation import require_installed

    question = Question(
        name, _day(first), _day(last), currency, channel, limit, form if not as_json else "json"
    )
    with opened(database, tenant) as connection:
        if not reads_reports_alone(connection):
            plan = require_installed(connection)
            demand_tenant(plan.tenancy, tenant)
        answer = ask(connection, question)
    _print(answer, question.form)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _print(answer: Answer, form: str) -> None:
    from groundplan.cli.output import print_csv, print_json, print_table

    if form == "json":
        print_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    elif form == "csv":
        print_csv(answer.columns, answer.rows)
    elif not answer.rows:
        click.echo("No rows.")
    else:
        headers, rows, right = answer.for_people()
        print_table(headers, rows, right)
        if answer.left_out:
            click.echo(
                f"{answer.left_out:,} more before these: choose with --from, --to and --limit."
                if answer.newest_shown
                else f"{answer.left_out:,} more: choose with --limit."
            )
