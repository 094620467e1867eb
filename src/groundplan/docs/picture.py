"""docs/model.svg: the tables by module, and what refers to what. Light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from groundplan.docs.layout import BOX_HEIGHT, WIDTH, Box, Layout, Panel, layout
from groundplan.modules.module import Module
from groundplan.snapshot.model import Snapshot, Table

TENANTS = "core.tenants"
"""Nearly every table refers to it: lines to it would hide all others."""

COLOURS = (
    ("#f1f3f5", "#868e96", "#212529", "#9aa4ae"),
    ("#f3f0ff", "#7950f2", "#1f1a33", "#9775fa"),
    ("#fff6e0", "#e8890c", "#2b2210", "#ffb454"),
    ("#ebfbee", "#2f9e44", "#12261a", "#69db7c"),
    ("#e7f5ff", "#1c7ed6", "#10202e", "#4dabf7"),
    ("#e3faf7", "#0c8599", "#0c2628", "#3bc9db"),
    ("#fff0f3", "#d6336c", "#2c141d", "#f783ac"),
)
"""Ground and line of a module for light, then for dark; modules take them in their order."""

_STYLE = """\
text { font: 12px ui-sans-serif, system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
.title { font-weight: 600; font-size: 14px; }
.ground { fill: #ffffff; }
.box { fill: #ffffff; stroke-width: 1.2; }
.label, .note { fill: #1f2328; }
.edge { fill: none; stroke-width: 1.3; stroke-opacity: 0.75; }
.implied { stroke-dasharray: 4 3; }
"""

_DARK_STYLE = """\
.ground { fill: #0d1117; }
.box { fill: #161b22; }
.label, .note { fill: #e6edf3; }
"""

ROUNDS = 4
"""How often tables are moved towards what they are connected with; more changes little."""

_SINGULARS = (("ies", "y"), ("sses", "ss"), ("s", ""))


@dataclass(frozen=True)
class _Edge:
    """``implied``: without a foreign key; a rule or the database itself sees to it."""

    child: str
    parent: str
    implied: bool


def model_svg(snapshot: Snapshot, modules: Mapping[str, Module]) -> str:
    """The picture as SVG text; the same for the same snapshot."""
    modules = {name: module for name, module in modules.items() if name != "groundplan"}
    tables = [table for table in snapshot.tables() if table.schema in {*modules} - {"reporting"}]
    edges = sorted(_edges(tables), key=lambda edge: (edge.child, edge.parent))
    levels = {name: _levels(name, tables, edges) for name in modules if name != "reporting"}
    rows = _rows(modules)
    if "reporting" in modules:
        levels["reporting"] = [_reports(snapshot, modules)]
        rows.append(["reporting"])
    placed = layout(rows, levels)
    for _ in range(ROUNDS):
        levels = {name: _untangled(each, edges, placed) for name, each in levels.items()}
        placed = layout(rows, levels)
    return "\n".join(_svg(placed, edges, list(modules))) + "\n"


def _rows(modules: Mapping[str, Module]) -> list[list[str]]:
    """Modules by how many others lie beneath them; reporting is drawn at the end."""
    depths: dict[str, int] = {}
    for name, module in modules.items():  # Each comes after those it needs.
        needs = [depths[needed] for needed in module.needs if needed in depths]
        if name != "reporting":
            depths[name] = max(needs, default=-1) + 1
    rows = [
        [name for name, depth in depths.items() if depth == wanted]
        for wanted in sorted(set(depths.values()))
    ]
    for above, below in reversed(list(pairwise(rows))):
        above.sort(key=lambda name: _mean_place(name, below, modules))
    return rows


def _mean_place(name: str, below: list[str], modules: Mapping[str, Module]) -> float:
    """Where in the row below the modules stand that need this one."""
    places = [place for place, other in enumerate(below) if name in modules[other].needs]
    return sum(places) / len(places) if places else len(below) / 2


def _edges(tables: list[Table]) -> Iterator[_Edge]:
    """Each pair of tables once."""
    found: dict[tuple[str, str], bool] = {}
    for table in tables:
        keyed: set[str] = set()
        for constraint in table.constraints:
            if constraint.references is not None:
                keyed.update(constraint.columns)
                found[table.qualified, constraint.references.qualified] = False
        for column in table.columns:
            if column.type == "uuid" and column.name not in keyed:
                parent = named_after(column.name, tables)
                if parent is not None:
                    found.setdefault((table.qualified, parent), True)
    for (child, parent), implied in found.items():
        if parent != TENANTS and child != parent:
            yield _Edge(child, parent, implied)


def named_after(column: str, tables: Iterable[Table]) -> str | None:
    """The table a column is named after: source_location_id means inventory.locations."""
    if not column.endswith("_id"):
        return None
    words = column.removesuffix("_id")
    fitting = [
        (len(table.name), table.qualified)
        for table in tables
        if words == _singular(table.name) or words.endswith(f"_{_singular(table.name)}")
    ]
    return max(fitting)[1] if fitting else None


def _singular(name: str) -> str:
    for plural, singular in _SINGULARS:
        if name.endswith(plural):
            return name.removesuffix(plural) + singular
    return name


def _levels(module: str, tables: list[Table], edges: list[_Edge]) -> list[list[str]]:
    """The module's tables, each below those of the module it refers to."""
    names = [table.qualified for table in tables if table.schema == module]
    parents = {
        name: [
            edge.parent
            for edge in edges
            if edge.child == name and edge.parent in names and edge.parent != name
        ]
        for name in names
    }

    def depth(name: str, seen: tuple[str, ...] = ()) -> int:
        if name in seen:
            return 0
        return max((depth(parent, (*seen, name)) + 1 for parent in parents[name]), default=0)

    deepest = max((depth(name) for name in names), default=0)
    return [[name for name in names if depth(name) == level] for level in range(deepest + 1)]


def _untangled(levels: list[list[str]], edges: list[_Edge], placed: Layout) -> list[list[str]]:
    """The levels, each ordered by where the tables stand that its own are connected with."""

    def pull(name: str) -> float:
        others = [edge.parent for edge in edges if edge.child == name]
        others += [edge.child for edge in edges if edge.parent == name]
        middles = [placed.boxes[other].middle for other in others] or [placed.boxes[name].middle]
        return round(sum(middles) / len(middles), 1)

    connected = {name for edge in edges for name in (edge.child, edge.parent)}
    return [sorted(level, key=pull) if connected.intersection(level) else level for level in levels]


def _reports(snapshot: Snapshot, modules: Mapping[str, Module]) -> list[str]:
    """The views people read, without the counts beneath them."""
    counts = {
        name
        for module in modules.values()
        for rollup in module.rollups
        for name in (rollup.name, *(level.name for level in rollup.coarser))
    }
    return [
        view.qualified
        for schema in snapshot.schemas
        for view in schema.views
        if view.schema == "reporting" and view.name not in counts
    ]


def _svg(placed: Layout, edges: list[_Edge], modules: list[str]) -> Iterator[str]:
    height = placed.height + 26
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
        f'width="{WIDTH}" height="{height:g}" role="img" aria-label="The tables of Groundplan">'
    )
    yield f"<style>\n{_STYLE}{_colours(modules, dark=False)}"
    yield f"@media (prefers-color-scheme: dark) {{\n{_DARK_STYLE}{_colours(modules, dark=True)}}}"
    yield "</style>"
    yield f'<rect class="ground" width="{WIDTH}" height="{height:g}" rx="8"/>'
    for panel in placed.panels:
        yield _panel(panel)
    for edge in edges:
        yield _edge(edge, placed.boxes)
    for box in placed.boxes.values():
        yield _box(box)
    yield (
        f'<text class="note" x="14" y="{placed.height + 12:g}">A line leads to the table referred '
        "to; dashed: kept by the database without a foreign key. Nearly every table also "
        "names its tenant.</text>"
    )
    yield "</svg>"


def _colours(modules: list[str], *, dark: bool) -> str:
    lines: list[str] = []
    for index, module in enumerate(modules):
        colours = COLOURS[index % len(COLOURS)]
        ground, line = colours[2:] if dark else colours[:2]
        lines.append(f".panel.{module} {{ fill: {ground}; }}\n")
        lines.append(f".box.{module}, .edge.{module} {{ stroke: {line}; }}\n")
        lines.append(f".title.{module}, .end.{module} {{ fill: {line}; }}\n")
    return "".join(lines)


def _panel(panel: Panel) -> str:
    title = panel.module if panel.module != "reporting" else "reporting (views)"
    return (
        f'<rect class="panel {panel.module}" x="{panel.x:.1f}" y="{panel.y:.1f}" '
        f'width="{panel.width:.1f}" height="{panel.height:.1f}" rx="8"/>\n'
        f'<text class="title {panel.module}" x="{panel.x + 12:.1f}" y="{panel.y + 19:.1f}">'
        f"{escape(title)}</text>"
    )


def _box(box: Box) -> str:
    return (
        f'<rect class="box {box.module}" x="{box.x:.1f}" y="{box.y:.1f}" '
        f'width="{box.width:.1f}" height="{BOX_HEIGHT}" rx="5"/>\n'
        f'<text class="label" x="{box.middle:.1f}" y="{box.y + 16:.1f}" text-anchor="middle">'
        f"{escape(box.name)}</text>"
    )


def _edge(edge: _Edge, boxes: Mapping[str, Box]) -> str:
    child, parent = boxes[edge.child], boxes[edge.parent]
    style = f"edge {child.module}{' implied' if edge.implied else ''}"
    # Leave and arrive a little towards the other, so that lines of one box fan out.
    lean = max(-1.0, min(1.0, (parent.middle - child.middle) / 300))
    x, end = child.middle + lean * child.width / 3, parent.middle - lean * parent.width / 3
    top = parent.bottom
    if child.y <= parent.y:  # Beside each other: a bow below both of them.
        y = child.bottom
        first, second = y + 18, top + 18
    else:
        y = child.y
        bend = max(14.0, (y - top) * 0.45)
        first, second = y - bend, top + bend
    curve = f"M{x:.1f} {y:.1f} C{x:.1f} {first:.1f} {end:.1f} {second:.1f} {end:.1f} {top:.1f}"
    return (
        f'<path class="{style}" d="{curve}"/>'
        f'<circle class="end {child.module}" cx="{end:.1f}" cy="{top:.1f}" r="2.6"/>'
    )
