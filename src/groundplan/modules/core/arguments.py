"""What the verbs of all modules ask of texts, flags and keys; what core.create_tenant asks."""

from groundplan.rules import Argument, Named

ARGUMENTS = (
    Argument(
        name="argument_is_not_blank",
        verbs=("core.create_tenant", "sales.cancel_order", "sales.refund_order"),
        sentence="A text that a verb requires is given and is not blank.",
        call="select core.create_tenant(' ')",
    ),
    Argument(
        name="flag_is_true_or_false",
        verbs=("sales.place_order", "fulfillment.return_items"),
        sentence="A yes-or-no argument is true or false.",
        call="select core.require_flag('core.tenants', 'flag', null)",
    ),
    Argument(
        name="idempotency_key_is_a_short_text",
        verbs=(
            "sales.place_order",
            "sales.refund_order",
            "inventory.receive_stock",
            "inventory.adjust_stock",
            "inventory.transfer_stock",
        ),
        sentence="An idempotency key is a text of 1 to 200 characters that is not blank.",
        call="select core.require_key('core.tenants', ' ')",
    ),
    Named(
        name="tenant_is_known",
        verbs=(
            "sales.place_order",
            "sales.cancel_order",
            "sales.refund_order",
            "inventory.receive_stock",
            "inventory.adjust_stock",
            "inventory.transfer_stock",
            "inventory.reserve",
            "fulfillment.ship_order",
            "fulfillment.return_items",
        ),
        sentence="A session works for a tenant that exists.",
        call="select core.require_tenant(0)",
    ),
    Named(
        name="currency_is_known",
        verbs=("core.create_tenant",),
        sentence="Books are kept in a currency of ISO 4217.",
        call="select core.create_tenant('A company', 'XXX')",
    ),
    Named(
        name="time_zone_is_known",
        verbs=("core.create_tenant",),
        sentence="Business days are counted in a time zone that PostgreSQL knows.",
        call="select core.create_tenant('A company', time_zone => 'Mars/Olympus')",
    ),
)
