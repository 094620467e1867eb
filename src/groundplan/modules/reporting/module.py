"""reporting: the calendar and what all counting shares."""

from groundplan.modules.module import Module

MODULE = Module(
    name="reporting",
    needs=("core",),
    summary="The calendar, and what every exact report is counted with.",
)
