"""crm: who buys."""

from groundplan.modules.module import Module

MODULE = Module(
    name="crm",
    needs=("core", "reporting"),
    summary="Customers, their contacts and addresses.",
)
