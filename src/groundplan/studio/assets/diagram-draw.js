/* The picture: SVG made of elements and text nodes, never of markup. */
"use strict";

(() => {
  const { HEAD, ROW, SIDE, width } = tableDiagram;
  const SVG = "http://www.w3.org/2000/svg";
  const CORNER = 6;
  const FAR_SIZE = 34;

  const make = (name, attributes, ...children) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null) element.setAttribute(key, String(value));
    }
    element.append(...children);
    return element;
  };

  const told = (text) => make("title", {}, text);

  /* Lines */

  const round = (number) => Math.round(number * 10) / 10;

  /* Along the points, with round corners. */
  const along = (points) => {
    const [first] = points;
    let path = `M${first[0]} ${first[1]}`;
    for (let place = 1; place < points.length - 1; place += 1) {
      const [before, corner, after] = points.slice(place - 1, place + 2);
      const near = (end) => {
        const length = Math.hypot(end[0] - corner[0], end[1] - corner[1]) || 1;
        const share = Math.min(CORNER, length / 2) / length;
        return `${round(corner[0] + (end[0] - corner[0]) * share)} ${round(
          corner[1] + (end[1] - corner[1]) * share,
        )}`;
      };
      path += ` L${near(before)} Q${corner[0]} ${corner[1]} ${near(after)}`;
    }
    const last = points.at(-1);
    return `${path} L${last[0]} ${last[1]}`;
  };

  /* At the table referred to: one, or one at most. ``to``: 1 where the line leaves to the right. */
  const parentEnd = ([x, y], to, mandatory) => {
    const bar = (at) => `M${x + at * to} ${y - 4}v8`;
    if (mandatory) return [make("path", { class: "end", d: `${bar(6)} ${bar(10)}` })];
    return [
      make("path", { class: "end", d: bar(6) }),
      make("circle", { class: "zero", cx: x + 12 * to, cy: y, r: 3.3 }),
    ];
  };

  /* At the table that refers: any number, or one at most. */
  const childEnd = ([x, y], to, single) => {
    const d = single
      ? `M${x + 7 * to} ${y - 4.5}v9`
      : `M${x} ${y - 5.5}L${x + 10 * to} ${y}L${x} ${y + 5.5}`;
    return [
      make("path", { class: "end", d }),
      make("circle", { class: "zero", cx: x + 13.5 * to, cy: y, r: 3.5 }),
    ];
  };

  const sayLine = (line) => {
    const place = (table, columns) => `${table} (${columns.join(", ")})`;
    const child = place(line.child, line.columns);
    const ends = `${child} refers to ${place(line.parent, line.targets)}`;
    const one = line.mandatory ? "exactly one" : "one or none";
    const many = line.single ? "at most one row" : "any number of rows";
    const kept = line.implied ? "No foreign key: kept by a rule or by the database." : line.rule;
    return `${ends}\nA row names ${one}; ${many} may name the same.\n${kept}`;
  };

  const line = ({ reference, points }, model) => {
    const [first, second] = points;
    const [last, before] = [points.at(-1), points.at(-2)];
    const kind = ["line", `c${model.colour(model.tables.get(reference.child))}`];
    if (!reference.mandatory) kind.push("optional");
    if (reference.implied) kind.push("implied");
    const path = along(points);
    return make(
      "g",
      { class: kind.join(" "), "data-child": reference.child, "data-parent": reference.parent },
      told(sayLine(reference)),
      make("path", { class: "reach", d: path }),
      make("path", { class: "stroke", d: path }),
      ...parentEnd(first, Math.sign(second[0] - first[0]) || 1, reference.mandatory),
      ...childEnd(last, Math.sign(before[0] - last[0]) || -1, reference.single),
    );
  };

  /* Tables */

  const sayColumn = (column, lines) => {
    const said = [`${column.name}: ${column.whole_type}${column.required ? "" : ", may be null"}`];
    if (column.marks.includes("PK")) said.push("Primary key.");
    if (column.marks.includes("UQ")) said.push("Unique.");
    if (column.computed) said.push("Computed by the database.");
    for (const each of lines) {
      const kept = each.implied ? ", without a foreign key" : "";
      said.push(`Refers to ${each.parent} (${each.targets.join(", ")})${kept}.`);
    }
    if (column.comment) said.push(column.comment);
    return said.join("\n");
  };

  const row = (each, box, lines) => {
    const { column } = each;
    const kind = ["row"];
    if (!column.required) kind.push("optional");
    if (column.marks.includes("PK")) kind.push("primary");
    const middle = each.y + ROW / 2;
    return make(
      "g",
      { class: kind.join(" "), "data-column": column.name },
      told(sayColumn(column, lines)),
      make("rect", { class: "bar", x: 1, y: each.y, width: box.width - 2, height: ROW }),
      ...(each.mark ? [make("text", { class: "mark", x: SIDE, y: middle + 3 }, each.mark)] : []),
      make("text", { class: "column", x: box.indent, y: middle + 4 }, each.name),
      make("text", { class: "type", x: box.width - SIDE, y: middle + 4 }, each.type),
    );
  };

  /* A name in so many lines, broken after its underscores, none much longer than the others. */
  const broken = (name, lines) => {
    const parts = name.split(/(?<=_)/);
    const wanted = name.length / lines;
    const found = [""];
    for (const part of parts) {
      const last = found.at(-1);
      const isFull = last && last.length + part.length / 2 > wanted;
      if (isFull && found.length < lines) found.push(part);
      else found[found.length - 1] = last + part;
    }
    return found;
  };

  /* The name as large as the box allows, for when the rows are too small to be read. */
  const farTitle = (box) => {
    const fitted = [1, 2, 3].map((count) => {
      const lines = broken(box.title, count);
      const natural = Math.max(...lines.map((each) => width(each, "title"))) / 13;
      const size = Math.min((box.height - 6) / (lines.length * 1.15), (box.width - 14) / natural);
      return { lines, size: round(Math.min(size, FAR_SIZE)) };
    });
    const { lines, size } = fitted.reduce((best, each) => (each.size > best.size ? each : best));
    const middle = (box.height - (lines.length - 1) * size * 1.15) / 2 + size * 0.34;
    return make(
      "text",
      { class: "far-title", "font-size": size },
      ...lines.map((each, place) =>
        make("tspan", { x: box.width / 2, y: round(middle + place * size * 1.15) }, each),
      ),
    );
  };

  const top = (wide, tall) =>
    `M0 ${tall}V7a7 7 0 0 1 7-7H${wide - 7}a7 7 0 0 1 7 7V${tall}z`;

  const opener = (box) =>
    make(
      "a",
      { class: "opener", href: box.table.href, "aria-label": `Open ${box.table.id}`, tabindex: -1 },
      told(`Open ${box.table.id}`),
      make("rect", { class: "reach", x: box.width - 28, y: 3, width: 25, height: HEAD - 6, rx: 4 }),
      make("path", {
        class: "sign",
        d: `M${box.width - 19} ${HEAD / 2 - 4}h8v8M${box.width - 11} ${HEAD / 2 - 4}l-9 9`,
      }),
    );

  const table = (box, model, isFocus) => {
    const kind = ["table", `c${model.colour(box.table)}`];
    if (box.table.folded) kind.push("folded");
    if (isFocus) kind.push("focus");
    const leaving = (column) =>
      model.references.filter(
        (each) => each.child === box.table.id && each.columns.includes(column.name),
      );
    const about = [box.table.id, box.table.comment].filter(Boolean).join("\n");
    return make(
      "g",
      {
        class: kind.join(" "),
        "data-table": box.table.id,
        transform: `translate(${round(box.x)} ${round(box.y)})`,
        tabindex: 0,
        role: "group",
        "aria-label": model.label(box.table),
      },
      make("rect", { class: "box", width: box.width, height: box.height, rx: 7 }),
      make(
        "g",
        { class: "heading" },
        told(about),
        make(box.rows.length ? "path" : "rect", {
          class: "head",
          ...(box.rows.length
            ? { d: top(box.width, HEAD) }
            : { width: box.width, height: HEAD, rx: 7 }),
        }),
        make("text", { class: "schema", x: SIDE, y: HEAD / 2 + 4.5 }, box.schema),
        make("text", { class: "name", x: SIDE + box.schemaWidth, y: HEAD / 2 + 4.5 }, box.title),
      ),
      make(
        "g",
        { class: "rows" },
        ...box.rows.map((each) => row(each, box, leaving(each.column))),
      ),
      make("rect", { class: "rim", width: box.width, height: box.height, rx: 7 }),
      farTitle(box),
      opener(box),
    );
  };

  /* Fills the world with a scene of layOut(). */
  const draw = (world, scene, model, focus) => {
    const lines = make("g", { class: "lines", "aria-hidden": "true" });
    lines.append(...scene.lines.map((each) => line(each, model)));
    const tables = make("g", { class: "tables" });
    tables.append(...scene.boxes.map((each) => table(each, model, each.table.id === focus)));
    world.replaceChildren(lines, tables);
  };

  Object.assign(tableDiagram, { draw, make });
})();
