"""sales: orders and money."""

from groundplan.modules.module import Module

MODULE = Module(
    name="sales",
    needs=("catalog", "crm", "reporting"),
    summary="Orders, lines, refunds and the sales ledger that every report is counted from.",
)
