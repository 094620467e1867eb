"""catalog: what is sold."""

from groundplan.modules.module import Module

MODULE = Module(
    name="catalog",
    needs=("core", "reporting"),
    summary="Products, SKUs, options, brands, categories, costs and sales channels.",
)
