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
    Argument(
        name="order_that_is_sent_is_placed",
        verbs=BOTH,
        sentence="Only an order that was placed and not cancelled is sent or taken back.",
        call="select fulfillment.refuse_nothing('1001', 'cancelled', false)",
    ),
    Argument(
        name="lines_to_send_are_open",
        verbs=("fulfillment.ship_order",),
        sentence="Only what was not sent yet can be sent.",
        call="select fulfillment.refuse_nothing('1001', 'fulfilled', false)",
    ),
    Argument(
        name="lines_to_take_back_were_sent",
        verbs=("fulfillment.return_items",),
        sentence="Only what was sent and has not come back yet can be taken back.",
        call="select fulfillment.refuse_nothing('1001', 'placed', true)",
    ),
)
