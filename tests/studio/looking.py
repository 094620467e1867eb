"""What a diagram shows, as a test sees it."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.studio.running import Tab

READY = ".diagram-frame[aria-busy=false] .table"

# Every table with its place, every line with its ends, in the picture's own units.
SCENE = r"""() => {
  const place = (node) => node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const tables = {};
  for (const node of document.querySelectorAll(".diagram-world .table")) {
    const [x, y] = place(node);
    const box = node.querySelector(".box");
    const rows = {};
    for (const row of node.querySelectorAll(".row")) {
      const bar = row.querySelector(".bar");
      rows[row.dataset.column] = y + Number(bar.getAttribute("y")) + bar.getAttribute("height") / 2;
    }
    tables[node.dataset.table] = {
      x, y, rows,
      width: Number(box.getAttribute("width")), height: Number(box.getAttribute("height")),
    };
  }
  const lines = [...document.querySelectorAll(".diagram-world .line")].map((node) => {
    const path = node.querySelector(".stroke").getAttribute("d");
    const numbers = path.match(/-?[\d.]+/g).map(Number);
    return {
      child: node.dataset.child, parent: node.dataset.parent, kinds: [...node.classList],
      start: numbers.slice(0, 2), end: numbers.slice(-2),
      said: node.querySelector("title").textContent,
      circles: node.querySelectorAll(".zero").length,
    };
  });
  return {tables, lines};
}"""


_layouts: dict[str, str] = {}


def laid_out(tab: Tab, path: str) -> Page:
    """A page with its diagram, if it has one."""
    page = tab.open(path)
    if page.locator("[data-diagram]").count():
        page.wait_for_selector(READY)
        kept = page.evaluate("() => JSON.stringify({...sessionStorage})")
        _layouts.update(json.loads(kept))
    return page


def looked_at(tab: Tab, path: str) -> Page:
    """The same, from layouts that earlier tests have made: they take a second each."""
    tab.page.add_init_script(
        f"for (const [key, value] of Object.entries({json.dumps(_layouts)}))"
        " sessionStorage.setItem(key, value);"
    )
    return laid_out(tab, path)


def shown(page: Page) -> set[str]:
    """Names of the tables in the picture."""
    nodes = page.locator(".diagram-world .table")
    return set(nodes.evaluate_all("nodes => nodes.map((node) => node.dataset.table)"))


def transform(page: Page) -> str:
    """Where the picture was moved to."""
    found = page.locator(".diagram-world").get_attribute("transform")
    assert found is not None
    return found


def box(page: Page, name: str) -> tuple[float, float]:
    """The middle of the head of a table, in the window."""
    found = page.locator(f'.diagram-world .table[data-table="{name}"] .box').bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 3, found["y"] + min(10, found["height"] / 3)
