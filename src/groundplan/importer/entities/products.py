"""Products and their SKUs: a row of the file is a SKU, rows of one key are a product."""

from __future__ import annotations

from groundplan.importer.entities.entity import Entity, Field

_RECORD = (
    Field(
        "product_key",
        "code",
        "record",
        "What rows of one product share: its handle or slug; the SKU code in flat files.",
        True,
    ),
    Field("product_name", "text", "record", "Name of the product; a new one needs it."),
    Field("brand", "text", "record", "Brand or maker; made where it is not there."),
    Field("category", "text", "record", "Where it is found: Living > Chairs; made if not there."),
    Field("description", "text", "record", "Text for customers."),
    Field(
        "product_status",
        "text",
        "record",
        "draft: not offered yet; active; archived.",
        choices=("draft", "active", "archived"),
    ),
    Field(
        "product_kind",
        "text",
        "record",
        "Kind of all its SKUs, whatever their lines say.",
        choices=("goods", "service", "digital", "gift_card"),
    ),
)

_LINE = (
    Field(
        "row_kind",
        "text",
        "line",
        "sku: the row is a SKU; product: it tells of the product alone.",
        choices=("sku", "product"),
    ),
    Field("sku_code", "code", "line", "Code of the SKU, as on its label."),
    Field("sku_name", "text", "line", "Name of the SKU; the product's and its options' if none."),
    Field(
        "option1_name", "text", "line", "In what SKUs differ: Size. Told once, it holds for all."
    ),
    Field("option1_value", "text", "line", "Its value for this SKU: Large."),
    Field("option2_name", "text", "line", "The second thing in which they differ."),
    Field("option2_value", "text", "line", "Its value."),
    Field("option3_name", "text", "line", "The third."),
    Field("option3_value", "text", "line", "Its value."),
    Field(
        "kind",
        "text",
        "line",
        "goods, service, digital or gift_card; goods if nothing is said.",
        choices=("goods", "service", "digital", "gift_card"),
    ),
    Field("unit_code", "text", "line", "Unit in which it is kept: each, kg; each if none."),
    Field("unit_price", "price", "line", "List price of one."),
    Field("unit_cost", "price", "line", "What one costs us, from now on."),
    Field(
        "currency_code",
        "currency",
        "line",
        "Currency of price and cost; in another one than the tenant's they are passed over.",
    ),
    Field("tax_rate", "share", "line", "Tax as a share: 0.19, or 19%."),
    Field("is_stocked", "flag", "line", "Whether its stock is counted."),
    Field("allows_backorder", "flag", "line", "Whether more may be promised than is there."),
    Field(
        "sku_status",
        "text",
        "line",
        "active, or archived: not for new orders.",
        choices=("active", "archived"),
    ),
)

PRODUCTS = Entity(
    name="products",
    title="products",
    module="catalog",
    key=("product_key",),
    fields=(*_RECORD, *_LINE),
    options={
        # Products and SKUs that are there: update what the file says otherwise, keep them as they
        # are, or refuse the product. What the file leaves blank stays; nothing is ever deleted.
        "existing": "update",
        # A blank SKU code becomes key and option values: clay-pot-large. Off: it is refused.
        "make_sku_codes": False,
        # A row without option values beside rows with some is the product itself, no SKU.
        "rows_without_options_are_products": False,
        # What stands between the steps of a category, and between several categories of which the
        # first is the primary one (nothing: there is one).
        "category_step": ">",
        "category_separator": "",
    },
)
