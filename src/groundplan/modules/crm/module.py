"""crm: who buys."""

from groundplan.compose.module import Module

MODULE = Module(
    name="crm",
    needs=("core",),
    summary="Customers, their contacts and addresses.",
)
