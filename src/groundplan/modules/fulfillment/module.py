"""fulfillment: what has been sent and come back."""

from groundplan.modules.module import Module

MODULE = Module(
    name="fulfillment",
    needs=("sales", "inventory"),
    summary="Shipments and returns: order lines followed from promise to delivery and back.",
)
