"""django-oscar through its own API: a basket, three products added to it, the order placed.

Each of these is a request of its own in a shop, and has its own transaction: Oscar's documentation
recommends ATOMIC_REQUESTS. What a request would do besides (session, middleware, templates, loading
the basket again) is left out.
"""

from __future__ import annotations

import os
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from .. import shop


def open_system(url: str) -> Any:
    """Called by the client's process."""
    os.environ["RACE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "race.contenders.oscar_settings"
    django.setup()
    return System()


class System:
    """Oscar's classes, and the ids of what is sold to whom."""

    def __init__(self) -> None:
        from oscar.core.loading import get_class

        self.basket = apps.get_model("basket", "Basket")
        self.product = apps.get_model("catalogue", "Product")
        self.user = apps.get_model("auth", "User")
        self.applicator = get_class("offer.applicator", "Applicator")()
        self.creator = get_class("order.utils", "OrderCreator")()
        self.numbers = get_class("order.utils", "OrderNumberGenerator")()
        self.selector = get_class("partner.strategy", "Selector")()
        self.shipping = get_class("shipping.methods", "Free")()
        self.totals = get_class("checkout.calculators", "OrderTotalCalculator")()
        self.users: dict[int, Any] = {}
        self.products: dict[int, int] = {}
        self.looked: Any = None

    def install(self) -> None:
        """Oscar's own migrations, then products, stock and customers."""
        call_command("migrate", verbosity=0)
        model = apps.get_model
        model("sites", "Site").objects.update_or_create(
            id=1, defaults={"domain": "example.com", "name": "race"}
        )
        kind = model("catalogue", "ProductClass").objects.create(
            name="Goods", requires_shipping=False, track_stock=True
        )
        partner = model("partner", "Partner").objects.create(name="Race")
        numbers = range(1, shop.SKUS + shop.LAST_UNITS + 1)
        products = self.product.objects.bulk_create(
            self.product(
                title=f"SKU {sku}", slug=shop.code(sku), upc=shop.code(sku), product_class=kind
            )
            for sku in numbers
        )
        record = model("partner", "StockRecord")
        record.objects.bulk_create(
            record(
                product=product,
                partner=partner,
                partner_sku=shop.code(sku),
                price_currency="EUR",
                price=shop.price(sku),
                num_in_stock=shop.stock(sku),
            )
            for sku, product in zip(numbers, products, strict=True)
        )
        self.user.objects.bulk_create(
            self.user(username=f"customer-{n}", email=f"{n}@example.com")
            for n in range(1, shop.CUSTOMERS + 1)
        )

    def place(self, first: int, count: int) -> None:
        """Place the orders of these numbers."""
        self._remember()
        for number in range(first, first + count):
            wanted = shop.order(number)
            basket = None
            for sku, quantity in wanted.lines:
                basket, permitted = self._add(basket, wanted.customer, sku, quantity)
                if not permitted:
                    raise RuntimeError(f"{sku} is out of stock")
            self._place(basket, wanted.customer)

    def look(self, sku: int, quantity: int) -> bool:
        """Add a SKU to a basket, as the page of a product does; whether it may be bought."""
        self._remember()
        self.looked, permitted = self._add(None, 1, sku, quantity)
        return permitted

    def buy(self, sku: int, quantity: int) -> bool:
        """Place an order of this basket. False if Oscar refuses."""
        from oscar.apps.partner.exceptions import InvalidStockAdjustment

        if self.looked is None:
            raise RuntimeError(f"nobody has looked at {sku} ({quantity})")
        try:
            self._place(self.looked, 1)
        except (InvalidStockAdjustment, ValueError):
            return False
        return True

    def _remember(self) -> None:
        if not self.users:
            for user in self.user.objects.all():
                self.users[int(user.username.removeprefix("customer-"))] = user
            for upc, key in self.product.objects.values_list("upc", "id"):
                self.products[int(upc.removeprefix("sku-"))] = key

    def _add(self, basket: Any, customer: int, sku: int, quantity: int) -> tuple[Any, bool]:
        user = self.users[customer]
        with transaction.atomic():
            if basket is None:
                basket = self.basket.objects.create(owner=user)
                basket.strategy = self.selector.strategy(user=user)
            product = self.product.objects.get(pk=self.products[sku])
            availability = basket.strategy.fetch_for_product(product).availability
            permitted, _ = availability.is_purchase_permitted(quantity)
            if permitted:
                basket.add_product(product, quantity)
        return basket, permitted

    def _place(self, basket: Any, customer: int) -> None:
        user = self.users[customer]
        with transaction.atomic():
            self.applicator.apply(basket, user)
            charge = self.shipping.calculate(basket)
            self.creator.place_order(
                basket=basket,
                total=self.totals.calculate(basket, charge),
                shipping_method=self.shipping,
                shipping_charge=charge,
                user=user,
                order_number=self.numbers.order_number(basket),
            )
            basket.submit()
