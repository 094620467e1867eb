/* Where everything stands: sizes of boxes from their texts, places and lines from ELK. */
"use strict";

(() => {
  const here = document.currentScript.src;
  const HEAD = 30;
  const ROW = 22;
  const FOOT = 5;
  const SIDE = 10;
  const NARROWEST = 130;
  const WIDEST = 300;
  const WIDEST_HEAD = 480;
  const TYPE_ROOM = 104;
  const GAP = 30;
  const BESIDE = 70;
  const MANY = 100;
  const LAID_OUT_BY = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.randomSeed": "1",
    "elk.layered.spacing.nodeNodeBetweenLayers": "64",
    "elk.layered.spacing.edgeNodeBetweenLayers": "26",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.spacing.nodeNode": "26",
    "elk.spacing.edgeNode": "18",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.nodeSelfLoop": "26",
  };

  /* Texts */

  const family = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim();
  const FONTS = {
    title: `600 13px ${family || "sans-serif"}`,
    schema: `400 13px ${family || "sans-serif"}`,
    column: `400 12px ${family || "sans-serif"}`,
    type: `400 11px ${family || "sans-serif"}`,
    mark: `700 9px ${family || "sans-serif"}`,
  };
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  const width = (text, font) => {
    const key = `${font}\n${text}`;
    let found = widths.get(key);
    if (found === undefined) {
      pen.font = FONTS[font];
      found = pen.measureText(text).width;
      widths.set(key, found);
    }
    return found;
  };

  const letters = globalThis.Intl?.Segmenter ? new Intl.Segmenter("en") : null;

  /* As much of a text as there is room for. Never cuts through what people see as one letter. */
  const cut = (text, font, room) => {
    if (width(text, font) <= room) return text;
    const parts = letters ? [...letters.segment(text)].map((each) => each.segment) : [...text];
    let low = 0;
    let high = parts.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (width(`${parts.slice(0, middle).join("")}…`, font) <= room) low = middle;
      else high = middle - 1;
    }
    return `${parts.slice(0, low).join("")}…`;
  };

  /* Boxes */

  const box = ({ table, columns }) => {
    const marks = columns.map((column) => column.marks.join(" "));
    const marksRoom = Math.ceil(Math.max(0, ...marks.map((mark) => width(mark, "mark"))));
    const indent = SIDE + marksRoom + (marksRoom ? 8 : 0);
    const types = columns.map((column) => cut(column.type, "type", TYPE_ROOM));
    const names = width(`${table.schema}.`, "schema") + width(table.name, "title");
    const heading = names + 2 * SIDE + 24;
    const wanted = columns.map(
      (column, place) =>
        indent + width(column.name, "column") + 14 + width(types[place], "type") + SIDE,
    );
    // A table's name tells it from the others, so it gets more room than names of columns.
    const whole = Math.ceil(
      Math.max(
        NARROWEST,
        Math.min(WIDEST_HEAD, heading),
        Math.min(WIDEST, Math.max(0, ...wanted)),
      ),
    );
    const schema = cut(`${table.schema}.`, "schema", whole / 2);
    return {
      table,
      width: whole,
      height: HEAD + columns.length * ROW + (columns.length ? FOOT : 0),
      indent,
      schema,
      schemaWidth: width(schema, "schema"),
      title: cut(table.name, "title", whole - 2 * SIDE - 24 - width(schema, "schema")),
      rows: columns.map((column, place) => ({
        column,
        mark: marks[place],
        type: types[place],
        name: cut(
          column.name,
          "column",
          whole - indent - SIDE - 14 - width(types[place], "type"),
        ),
        y: HEAD + place * ROW,
      })),
    };
  };

  /* Where a line meets a box: the middle of the row of the column, or of the head. */
  const rowMiddle = (each, column) => {
    const row = each.rows.find((candidate) => candidate.column.name === column);
    return row ? row.y + ROW / 2 : HEAD / 2;
  };

  /* Lines of different kinds end beside each other, because they look different to their end. */
  const parentEnds = (lines, boxes) => {
    const middle = (line) => rowMiddle(boxes.get(line.parent), line.targets[0]);
    const place = (line) => `${line.parent}\n${middle(line)}`;
    const kind = (line) => Number(!line.mandatory) + 2 * Number(line.implied);
    const kinds = new Map();
    for (const line of lines) {
      kinds.set(place(line), (kinds.get(place(line)) ?? new Set()).add(kind(line)));
    }
    return (line) => {
      const found = [...kinds.get(place(line))].sort();
      const apart = found.length > 2 ? (ROW - 6) / (found.length - 1) : ROW / 2;
      return middle(line) + (found.indexOf(kind(line)) - (found.length - 1) / 2) * apart;
    };
  };

  /* Too large for the placement that looks best, which then takes three times as long. */
  const isLarge = (boxes) =>
    boxes.size > MANY && [...boxes.values()].some((each) => each.rows.length);

  /* What ELK is asked. What is referred to stands to the left of what refers to it. */
  const question = (boxes, lines) => {
    const ports = new Map([...boxes.keys()].map((name) => [name, new Map()]));
    const port = (name, side, y) => {
      const id = `${name}|${side}|${y}`;
      ports.get(name).set(id, {
        id,
        x: side === "EAST" ? boxes.get(name).width : 0,
        y,
        width: 0,
        height: 0,
        layoutOptions: { "elk.port.side": side },
      });
      return id;
    };
    const parentEnd = parentEnds(lines, boxes);
    const edges = lines.map((line, number) => ({
      id: String(number),
      sources: [port(line.parent, "EAST", parentEnd(line))],
      targets: [
        port(
          line.child,
          line.child === line.parent ? "EAST" : "WEST",
          rowMiddle(boxes.get(line.child), line.columns[0]),
        ),
      ],
    }));
    return {
      id: "tables",
      layoutOptions: {
        ...LAID_OUT_BY,
        "elk.layered.nodePlacement.strategy": isLarge(boxes)
          ? "LINEAR_SEGMENTS"
          : "NETWORK_SIMPLEX",
      },
      children: [...boxes].map(([id, each]) => ({
        id,
        width: each.width,
        height: each.height,
        layoutOptions: { "elk.portConstraints": "FIXED_POS" },
        ports: [...ports.get(id).values()],
      })),
      edges,
    };
  };

  /* The part of the answer that is drawn, small enough to be kept. */
  const answered = (answer) => ({
    tables: Object.fromEntries(answer.children.map((each) => [each.id, [each.x, each.y]])),
    lines: (answer.edges ?? []).map((edge) => {
      const [section] = edge.sections;
      return [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map((point) => [
        Math.round(point.x * 10) / 10,
        Math.round(point.y * 10) / 10,
      ]);
    }),
  });

  /* Groups of tables that hang together, a table that no line leads to by itself, the largest
     first. Each with its lines, and moved to its own upper left corner. */
  const groupsOf = (boxes, lines) => {
    const group = new Map(boxes.map((each) => [each.table.id, { boxes: [each], lines: [] }]));
    for (const line of lines) {
      const one = group.get(line.reference.child);
      const other = group.get(line.reference.parent);
      if (one !== other) {
        one.boxes.push(...other.boxes);
        one.lines.push(...other.lines);
        for (const each of other.boxes) group.set(each.table.id, one);
      }
      one.lines.push(line);
    }
    const found = [...new Set(group.values())].sort((a, b) => b.boxes.length - a.boxes.length);
    for (const each of found) {
      const points = each.lines.flatMap((line) => line.points);
      const left = Math.min(...each.boxes.map((box) => box.x), ...points.map(([x]) => x));
      const upper = Math.min(...each.boxes.map((box) => box.y), ...points.map(([, y]) => y));
      const right = [...each.boxes.map((box) => box.x + box.width), ...points.map(([x]) => x)];
      const lower = [...each.boxes.map((box) => box.y + box.height), ...points.map(([, y]) => y)];
      Object.assign(each, { width: Math.max(...right) - left, height: Math.max(...lower) - upper });
      move(each, -left, -upper);
    }
    return found;
  };

  const move = (group, x, y) => {
    for (const each of group.boxes) Object.assign(each, { x: each.x + x, y: each.y + y });
    for (const line of group.lines) {
      line.points = line.points.map(([left, upper]) => [left + x, upper + y]);
    }
  };

  /* Groups in rows of so much room: where each goes, and how large it all is. */
  const inRows = (groups, room) => {
    const places = [];
    let [x, y, tallest, widest] = [0, 0, 0, 0];
    for (const each of groups) {
      if (x && x + each.width > room) [x, y, tallest] = [0, y + tallest + GAP, 0];
      places.push([x, y]);
      widest = Math.max(widest, x + each.width);
      x += each.width + GAP;
      tallest = Math.max(tallest, each.height);
    }
    return { places, width: widest, height: y + tallest };
  };

  /* The largest group, and all others beneath or beside it: whichever fits a window better. */
  const arrange = (boxes, lines, aspect) => {
    const [main, ...rest] = groupsOf(boxes, lines);
    if (!main) return { width: 0, height: 0 };
    const whole = (x, y, rows) => ({
      x,
      y,
      rows,
      width: Math.max(main.width, x + rows.width),
      height: Math.max(main.height, y + rows.height),
    });
    const ways = rest.length ? [] : [whole(0, 0, inRows([], 0))];
    for (let room = WIDEST; rest.length && room < 40 * WIDEST; room *= 1.15) {
      ways.push(whole(main.width + BESIDE, 0, inRows(rest, room)));
      ways.push(whole(0, main.height + BESIDE, inRows(rest, room)));
    }
    const badness = (way) => Math.max(way.width, way.height * aspect);
    const best = ways.reduce((found, way) => (badness(way) < badness(found) ? way : found));
    rest.forEach((each, place) => {
      const [x, y] = best.rows.places[place];
      move(each, best.x + x, best.y + y);
    });
    return { width: best.width, height: best.height };
  };

  /* ELK: in a worker, or in the page where there can be none (a file that was opened) */

  const elk = () => {
    const waiting = new Map();
    let next = 0;
    let worker = null;
    let inPage = null;

    const loadInPage = () =>
      (inPage ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL("vendor/elk/elk.bundled.js", here).href;
        script.addEventListener("load", () => resolve(new ELK()));
        script.addEventListener("error", () => reject(new Error("ELK could not be loaded")));
        document.head.append(script);
      }));

    const begin = () => {
      worker = new Worker(new URL("diagram-worker.js", here));
      worker.addEventListener("message", ({ data }) => {
        const asked = waiting.get(data.id);
        waiting.delete(data.id);
        if (!asked) return;
        if (data.error) asked.reject(data.error);
        else asked.resolve(data.data);
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        worker = null;
        inPage ??= loadInPage();
        for (const asked of waiting.values()) asked.again();
        waiting.clear();
      });
      worker.postMessage({ id: -1, cmd: "register", algorithms: ["layered"] });
    };

    const inWorker = (graph) =>
      new Promise((resolve, reject) => {
        const id = next;
        next += 1;
        const again = () => loadInPage().then((found) => found.layout(graph)).then(resolve, reject);
        waiting.set(id, { resolve, reject, again });
        worker.postMessage({ id, cmd: "layout", graph, layoutOptions: {}, options: {} });
      });

    return (graph) => {
      if (!worker && !inPage) {
        try {
          begin();
        } catch {
          return loadInPage().then((found) => found.layout(graph));
        }
      }
      return worker ? inWorker(graph) : loadInPage().then((found) => found.layout(graph));
    };
  };

  /* A number for a text, the same for the same one (FNV-1a, twice 32 bits). */
  const digest = (text) => {
    let low = 0x811c9dc5;
    let high = 0x01000193;
    for (let place = 0; place < text.length; place += 1) {
      const letter = text.charCodeAt(place);
      low = Math.imul(low ^ letter, 0x01000193);
      high = Math.imul(high ^ letter, 0x85ebca6b);
    }
    return `${(low >>> 0).toString(36)}-${(high >>> 0).toString(36)}-${text.length}`;
  };

  const keep = {
    read(key) {
      try {
        return JSON.parse(sessionStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // No room, or not allowed: it is laid out again the next time.
      }
    },
  };

  const ask = elk();

  /* What ELK answers to a question, from what is kept if it has been asked before. */
  const answerTo = async (graph) => {
    const key = `diagram ${digest(JSON.stringify(graph))}`;
    let found = keep.read(key);
    if (!found) {
      found = answered(await ask(graph));
      keep.write(key, found);
    }
    return found;
  };

  /* The boxes and lines of a part of the model, each with its place; for a window whose width is
     ``aspect`` times its height. */
  const layOut = async ({ tables, references }, aspect) => {
    const connected = new Set(references.flatMap((line) => [line.child, line.parent]));
    const boxes = tables.map(box);
    const bound = new Map(boxes.map((each) => [each.table.id, each]));
    for (const name of bound.keys()) if (!connected.has(name)) bound.delete(name);
    const answer = bound.size
      ? await answerTo(question(bound, references))
      : { tables: {}, lines: [] };
    for (const each of boxes) [each.x, each.y] = answer.tables[each.table.id] ?? [0, 0];
    const lines = references.map((reference, number) => ({
      reference,
      points: answer.lines[number],
    }));
    return { boxes, lines, ...arrange(boxes, lines, aspect) };
  };

  Object.assign(tableDiagram, { layOut, width, HEAD, ROW, SIDE });
})();
