"""groundplan: what the database keeps to itself.

Nobody but the owner may use this schema. What other modules keep here stands in their own files:
the functions that only their triggers and the owner call, and the tables that reports are counted
in.
"""

from groundplan.modules.module import Module

MODULE = Module(
    name="groundplan",
    needs=(),
    summary="What the database keeps to itself: nobody but the owner may use it.",
)
