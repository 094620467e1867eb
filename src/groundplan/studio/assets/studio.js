/* What every page has: tables that sort, and fragments that say when they cannot be loaded. */
"use strict";

(() => {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return a !== "" && b !== "" && !Number.isNaN(x - y) ? x - y : collator.compare(a, b);
  };

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell ? cell.dataset.value ?? cell.textContent.trim() : "";
  };

  /* Tables with data-sortable: their headers become buttons. */
  const makeSortable = (table) => {
    if (table.dataset.sortable === "on") return;
    table.dataset.sortable = "on";
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      if (header.hasAttribute("data-unsortable")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const descending = header.getAttribute("aria-sort") === "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const body = table.tBodies[0];
        const sign = descending ? -1 : 1;
        [...body.rows]
          .sort((a, b) => sign * compare(value(a, column), value(b, column)))
          .forEach((row) => body.append(row));
      });
    });
  };

  const begin = (root) => root.querySelectorAll("table[data-sortable]").forEach(makeSortable);

  document.addEventListener("DOMContentLoaded", () => begin(document));
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));

  const failed = (event) => {
    const target = event.detail.target ?? event.detail.elt;
    const note = document.createElement("p");
    note.className = "notice bad";
    note.setAttribute("role", "alert");
    note.textContent =
      event.type === "htmx:sendError"
        ? "The studio does not answer. Is it still running in its terminal?"
        : "That could not be loaded: the database or the studio had a problem. Load the page again.";
    target.prepend(note);
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
})();
