"""inventory: where things are."""

from groundplan.modules.module import Module

MODULE = Module(
    name="inventory",
    needs=("catalog", "reporting"),
    summary="Locations, stock levels, movements, reservations and reorder rules.",
)
