"""What is counted from the sales ledger.

Test orders and gift cards are never posted to the ledger, so nothing here has to leave them out.
"""

from groundplan.reports import Distinct, Key, Level, Measure, Rollup, Top

LEDGER = "sales.ledger_entries"

TENANT = Key("tenant_id", "integer", "The tenant.")
DAY = Key("business_date", "date", "The business day.")
ORDER_DAY = Key("order_date", "date", "The business day of the order.")
CURRENCY = Key("currency_code", "text", "Currency of the amounts, ISO 4217.")
CHANNEL = Key("channel_code", "text", "Sales channel of the order.")
SKU = Key("sku_id", "uuid", "The SKU.")

ORDERS = Measure("orders", "Orders placed, less orders taken back.", "r.order_count", "bigint")
LINES = Measure("lines", "Order lines sold.", "r.line_count", "bigint")
UNITS = Measure("units", "Units sold.", "r.quantity")
GROSS_SALES = Measure(
    "gross_sales",
    "Quantity x unit price, without tax, shipping, gift cards and test orders, before discounts.",
)
DISCOUNTS = Measure("discounts", "Discounts on lines and on whole orders, without tax.")
RETURNED_UNITS = Measure("returned_units", "Units given back.", "r.returned_quantity")
RETURNS = Measure(
    "returns", "Value of merchandise refunded, without tax, counted on the day of the refund."
)
RETURNS_BY_ORDER_DATE = Measure(
    "returns_by_order_date",
    "Value of merchandise refunded, without tax, counted on the day of the order.",
    "r.returns",
)
TAX = Measure("tax", "Tax charged, less tax given back.")
SHIPPING = Measure("shipping", "Shipping charged, without tax, less shipping given back.")
SURCHARGES = Measure("surcharges", "Fees charged to the customer: gift wrap, payment surcharge.")
COSTED_SALES = Measure(
    "costed_sales", "The part of gross sales less discounts whose cost of goods is known."
)
COGS = Measure(
    "cogs",
    "Cost of goods sold: quantity x unit cost, fixed when posted, less the cost of goods that came "
    "back to stock.",
)
PAYMENT_COSTS = Measure("payment_costs", "What payment providers charge us.")
SHIPPING_COSTS = Measure("shipping_costs", "What carriers charge us.")

CUSTOMERS = Distinct(
    name="customers",
    of="customer_id",
    weight="orders",
    sentence="Different known customers with more orders placed than taken back; guests are not "
    "counted.",
    first="new_customers",
    first_sentence="Customers who had never ordered before this period, through any channel, in "
    "any currency.",
)

ROLLUPS = (
    Rollup(
        name="sales_daily",
        source=LEDGER,
        sentence="Sales by business day, currency and channel.",
        keys=(TENANT, DAY, CURRENCY, CHANNEL),
        period="business_date",
        measures=(
            ORDERS,
            LINES,
            UNITS,
            GROSS_SALES,
            DISCOUNTS,
            RETURNED_UNITS,
            RETURNS,
            TAX,
            SHIPPING,
            SURCHARGES,
            COSTED_SALES,
            COGS,
            PAYMENT_COSTS,
            SHIPPING_COSTS,
        ),
        distinct=(CUSTOMERS,),
        coarser=(Level("month", "sales_monthly"),),
    ),
    Rollup(
        name="sales_by_order_date",
        source=LEDGER,
        sentence="Returns by the day of the order they belong to, by currency and channel.",
        keys=(TENANT, ORDER_DAY, CURRENCY, CHANNEL),
        period="order_date",
        measures=(RETURNS_BY_ORDER_DATE,),
        coarser=(Level("month", "sales_by_order_month"),),
    ),
    Rollup(
        name="sku_sales_daily",
        source=LEDGER,
        sentence="Sales by business day, currency and SKU.",
        keys=(TENANT, DAY, CURRENCY, SKU),
        period="business_date",
        measures=(
            UNITS,
            RETURNED_UNITS,
            GROSS_SALES,
            DISCOUNTS,
            RETURNS,
            COSTED_SALES,
            COGS,
        ),
        coarser=(Level("month", "sku_sales_monthly"), Level("year", "sku_sales_yearly")),
        top_key="sku_id",
        top=(
            Top(
                "net_sales",
                "gross_sales - discounts - returns",
                "Gross sales - discounts - returns.",
                indexed=True,
            ),
            Top("units", "units", "Units sold."),
            Top(
                "profit",
                "gross_sales - discounts - returns - cogs",
                "Net sales less cost of goods sold.",
            ),
        ),
    ),
    # What a share of a SKU is taken of: without discounts and refunds that belong to no SKU.
    Rollup(
        name="all_sku_sales_daily",
        source=LEDGER,
        sentence="Sales of all SKUs together, by business day and currency.",
        keys=(TENANT, DAY, CURRENCY),
        period="business_date",
        where="r.sku_id is not null",
        measures=(UNITS, GROSS_SALES, DISCOUNTS, RETURNS, COGS),
        coarser=(Level("month", "all_sku_sales_monthly"),),
    ),
)
