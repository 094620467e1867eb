"""Which modules there are, which presets name them, and in which order they are installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from importlib import import_module

from groundplan.modules.module import Module
from groundplan.rules.declaration import DeclarationError

MODULE_NAMES = (
    "groundplan",
    "core",
    "reporting",
    "catalog",
    "crm",
    "sales",
    "inventory",
    "fulfillment",
)

PRESETS: Mapping[str, tuple[str, ...]] = {
    "ecommerce": ("fulfillment",),
    "sales": ("sales",),
    "inventory": ("inventory",),
    "crm": ("crm",),
}


def load_modules() -> dict[str, Module]:
    """Every module of the kit, by name, each after those it needs."""
    modules = {
        name: import_module(f"groundplan.modules.{name}.module").MODULE for name in MODULE_NAMES
    }
    return {name: modules[name] for name in in_order(modules)}


def in_order(modules: Mapping[str, Module]) -> list[str]:
    """Names in an order in which each comes after those it needs; stable.

    Raises DeclarationError for a circle or an unknown name.
    """
    for module in modules.values():
        for needed in module.needs:
            if needed not in modules:
                raise DeclarationError(f"module {module.name} needs {needed}, which does not exist")
    sorter = TopologicalSorter({name: module.needs for name, module in modules.items()})
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=list(modules).index)
        order.extend(ready)
        sorter.done(*ready)
    return order


def closure(wanted: Iterable[str], modules: Mapping[str, Module]) -> tuple[Module, ...]:
    """The wanted modules and all they need, in order. A preset's name stands for its modules.

    Raises DeclarationError for a name that is neither module nor preset.
    """
    found: set[str] = set()
    waiting = ["core"]
    for name in wanted:
        waiting.extend(PRESETS.get(name, (name,)))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in modules:
            raise DeclarationError(
                f"there is no module {name!r}; there are {', '.join(modules)}"
                f" and the presets {', '.join(PRESETS)}"
            )
        found.add(name)
        waiting.extend(modules[name].needs)
    return tuple(module for name, module in modules.items() if name in found)
