"""What the verbs of inventory ask of their arguments."""

from groundplan.rules import Argument, Named

MOVING = (
    "inventory.receive_stock",
    "inventory.adjust_stock",
    "inventory.transfer_stock",
    "inventory.reserve",
)

ARGUMENTS = (
    Named(
        name="sku_is_known",
        verbs=MOVING,
        sentence="Only a SKU of the catalog can be moved or reserved.",
        call="select inventory.receive_stock('no such SKU', 1)",
    ),
    Named(
        name="location_is_known",
        verbs=(*MOVING, "fulfillment.ship_order", "fulfillment.return_items"),
        sentence="Goods lie at, come from and go to known locations only.",
        call="select inventory.location_id_of('no such place')",
    ),
    Named(
        name="reservation_is_known",
        verbs=("inventory.release",),
        sentence="Only a reservation that exists can be released.",
        call="select inventory.release(core.new_id())",
    ),
    Argument(
        name="reservation_is_for_a_time_to_come",
        verbs=("inventory.reserve",),
        sentence="A reservation that is made expires in the future, or not at all.",
        call="select inventory.require_future(now() - interval '1 hour')",
    ),
)
