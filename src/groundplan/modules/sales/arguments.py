"""What the verbs of sales ask of their arguments."""

from groundplan.rules import Argument, Named

PLACE = ("sales.place_order",)

ARGUMENTS = (
    Named(
        name="order_is_known",
        verbs=(
            "sales.cancel_order",
            "sales.refund_order",
            "fulfillment.ship_order",
            "fulfillment.return_items",
        ),
        sentence="Only an order that exists can be cancelled, refunded, shipped or returned.",
        call="select sales.cancel_order(core.new_id(), 'a mistake')",
    ),
    Named(
        name="order_line_names_an_active_sku",
        verbs=PLACE,
        sentence="Every line of an order names an active SKU.",
        call="""select sales.place_order('[{"sku": "no such SKU", "quantity": 1}]')""",
    ),
    Argument(
        name="order_lines_are_a_list",
        verbs=PLACE,
        sentence="The lines of an order are a list of objects.",
        call="""select sales.place_order('{"sku": "MUG", "quantity": 1}')""",
    ),
    Argument(
        name="order_line_keys_are_known",
        verbs=PLACE,
        sentence="A line of an order has the keys sku, quantity, unit_price, discount_amount and"
        " tax_rate.",
        call="""select sales.place_order('[{"sku": "MUG", "quantity": 1, "price": 2}]')""",
    ),
    Argument(
        name="order_line_has_a_price",
        verbs=PLACE,
        sentence="A line without a unit price takes that of its SKU, which is in the tenant's"
        " currency.",
        call="select sales.require_line_numbers('{\"quantity\": 1}', 'Line 1', null, false)",
    ),
    Argument(
        name="own_currency_has_the_rate_one",
        verbs=PLACE,
        sentence="The exchange rate of an order in the tenant's own currency is 1.",
        call="select sales.require_own_rate(2, 'EUR')",
    ),
    Argument(
        name="ranking_is_known",
        verbs=("reporting.top_skus",),
        sentence="A report is ranked by one of its measures.",
        call="select reporting.top_skus(current_date, current_date, 'EUR', 'beauty')",
    ),
    Argument(
        name="report_names_its_period_and_length",
        verbs=("reporting.top_skus",),
        sentence="A report names its first and last day, its currency, and how many rows it has.",
        call="select reporting.top_skus(null, current_date, 'EUR')",
    ),
)
