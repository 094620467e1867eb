"""Orders that were placed elsewhere: a row is a line, rows of one number are an order."""

from __future__ import annotations

from groundplan.importer.entities.entity import Entity, Field

_RECORD = (
    Field("number", "code", "record", "The order's number, as the customer knows it.", True),
    Field("placed_at", "moment", "record", "When the customer ordered.", True),
    Field("currency_code", "currency", "record", "Currency of every amount; the tenant's if none."),
    Field("channel_code", "text", "record", "Sales channel: a short code in lower case."),
    Field("customer_number", "code", "record", "The customer's number in the other system."),
    Field("customer_name", "text", "record", "Name of the customer."),
    Field("organization", "text", "record", "Company of the customer."),
    Field("email", "email", "record", "E-mail address of the customer."),
    Field("phone", "text", "record", "Telephone number of the customer."),
    Field("country_code", "country", "record", "Country of the customer."),
    Field(
        "status",
        "text",
        "record",
        "placed: still to be sent; completed: nothing more is expected; cancelled.",
        choices=("placed", "completed", "cancelled"),
    ),
    Field("is_void", "flag", "record", "Never paid and given up: it counts as cancelled."),
    Field("cancelled_at", "moment", "record", "When it was cancelled; its being there cancels."),
    Field("prices_include_tax", "flag", "record", "Whether prices and discounts contain tax."),
    Field("discount_amount", "amount", "record", "Discount on the whole order."),
    Field("shipping_amount", "amount", "record", "Shipping paid by the customer, without tax."),
    Field("shipping_tax_amount", "amount", "record", "Tax on shipping."),
    Field("surcharge_amount", "amount", "record", "Fees paid by the customer."),
    Field("subtotal_amount", "amount", "record", "Lines less all discounts; it is checked."),
    Field("tax_amount", "amount", "record", "All tax of the order, where lines have no rate."),
    Field("total_amount", "amount", "record", "What the customer paid; it is checked."),
    Field("refunded_amount", "amount", "record", "Given back, all in all."),
    Field(
        "refunded_at", "moment", "record", "When it was given back; when it was ordered if none."
    ),
    Field("exchange_rate", "rate", "record", "The tenant's currency for one unit of the order's."),
    Field("is_test", "flag", "record", "A test order: kept, never counted."),
    Field("note", "text", "record", "A remark of the customer."),
)

_LINE = (
    Field("sku_code", "code", "line", "Code of the SKU."),
    Field("item_name", "text", "line", "What the line calls it; the SKU's code where it has none."),
    Field("quantity", "quantity", "line", "How many.", True),
    Field("unit_price", "price", "line", "Price of one, before discount."),
    Field("line_amount", "amount", "line", "Quantity x price, where the file has no unit price."),
    Field("line_discount", "amount", "line", "Discount on the line."),
    Field("discount_rate", "share", "line", "Discount on the line as a share: 0.1, or 10%."),
    Field("tax_rate", "share", "line", "Tax as a share: 0.19, or 19%."),
    Field("line_tax", "amount", "line", "Tax on the line, where the file says no rate."),
    Field("is_taxable", "flag", "line", "Whether it takes part in the order's tax."),
)

ORDERS = Entity(
    name="orders",
    title="orders",
    module="sales",
    key=("number",),
    fields=(*_RECORD, *_LINE),
    measure="amount",
    matching=("match", "progress"),
    options={
        # Make SKUs that are not there, named as the first line names them.
        "create_skus": False,
        # Make customers that are not there.
        "create_customers": True,
        # Make the sales channel if it is not there.
        "create_channels": True,
        # Orders to be sent hold their stock. Off: the stock is counted elsewhere.
        "reserves_stock": False,
    },
)
