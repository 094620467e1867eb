"""core: what every other module stands on."""

from groundplan.modules.module import Module

MODULE = Module(
    name="core",
    needs=("groundplan",),
    summary="Tenants, currencies, countries, units, addresses, the audit log and the outbox.",
)
