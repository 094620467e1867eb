"""What the verbs of fulfillment ask of their arguments."""

from groundplan.rules import Argument

BOTH = ("fulfillment.ship_order", "fulfillment.return_items")

ARGUMENTS = (
    Argument(
        name="lines_to_send_are_a_list",
        verbs=BOTH,
        sentence="Lines to send or to take back are a list of objects that is not empty.",
        call="select fulfillment.require_lines(core.new_id(), '[]', false)",
    ),
    Argument(
        name="keys_of_lines_to_send_are_known",
        verbs=BOTH,
        sentence="A line to send has the keys position and quantity, a line that comes back also"
        " disposition.",
        call='select fulfillment.require_lines(core.new_id(), \'[{"sku": "MUG"}]\', false)',
    ),
    Argument(
        name="lines_to_send_are_positions_of_the_order",
        verbs=BOTH,
        sentence="Lines to send or to take back are positions of the order, each named once.",
        call="select fulfillment.require_lines(core.new_id(), '[{\"position\": 1}]', false)",
    ),
)
