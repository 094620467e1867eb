"""catalog: what is sold."""

from groundplan.compose.module import Module

MODULE = Module(
    name="catalog",
    needs=("core",),
    summary="Products, SKUs, options, brands, categories, costs and sales channels.",
)
