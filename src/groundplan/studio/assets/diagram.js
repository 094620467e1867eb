/* The diagram of tables: what is asked for stands in the address, and the picture follows it. */
"use strict";

(() => {
  const { Model, Camera, readState, addressOf, layOut, draw, search, asFile, download } =
    tableDiagram;
  const STEP = 80;
  const TWICE = 450;
  const PATIENCE = 250;

  const begin = (root) => {
    const model = new Model(JSON.parse(root.querySelector("#graph").textContent));
    const find = (selector) => root.querySelector(selector);
    const frame = find(".diagram-frame");
    const svg = find(".diagram-picture");
    const world = find(".diagram-world");
    const status = find(".diagram-status");
    const zoom = find("[data-zoom]");
    const usual = model.usualColumns;
    let state = readState(location.href, usual);
    let scene = null;
    let looked = null;
    const seen = new Map();
    let found = [];
    let request = 0;

    find(".diagram-body").hidden = false;
    const camera = new Camera(frame, world, (scale) => {
      zoom.textContent = `${Math.round(scale * 100)} %`;
    });

    /* The address */

    const remember = (isStep) => {
      const address = addressOf(state, location.href, usual);
      if (address === location.href) return;
      try {
        history[isStep ? "pushState" : "replaceState"](null, "", address);
      } catch {
        // A file that was opened may not be allowed to: then the address stays as it is.
      }
    };

    const ask = (change, isStep = true) => {
      state = { ...state, ...change };
      remember(isStep);
      return show();
    };

    addEventListener("popstate", () => {
      state = readState(location.href, usual);
      finder.say(state.find);
      show();
    });

    /* The picture */

    const aspect = () => {
      const { width, height } = camera.room;
      return Math.min(2, Math.max(0.6, width / Math.max(1, height)));
    };

    const shape = () => JSON.stringify({ ...state, find: "", steps: state.focus && state.steps });

    const show = async () => {
      reflect();
      const wanted = shape();
      request += 1; // What was asked for before this is no longer wanted.
      const mine = request;
      if (looked === wanted) {
        mark();
        say("");
        return;
      }
      const slow = setTimeout(() => say("Laying out the tables …", true), PATIENCE);
      try {
        const next = await layOut(model.part(state), aspect());
        if (mine !== request) return;
        present(next, wanted);
      } catch (error) {
        if (mine === request) say(`The tables could not be laid out: ${error.message ?? error}`);
      } finally {
        clearTimeout(slow);
      }
    };

    /* What was seen before is seen again as it was left. */
    const present = (next, wanted) => {
      if (looked) seen.set(looked, camera.fitted ? null : camera.view);
      looked = wanted;
      const hadFocus = activeTable();
      scene = next;
      draw(world, scene, model, state.focus);
      grow();
      camera.show(scene);
      const view = seen.get(wanted);
      if (view) camera.go(view, false);
      else camera.fit(false);
      if (hadFocus) (tableNode(hadFocus) ?? frame).focus({ preventScroll: true });
      mark();
      say(scene.boxes.length ? "" : "No tables: all modules are hidden.");
    };

    /* A small diagram needs no large frame; it never shrinks under the pointer. */
    let tall = 0;
    const grow = () => {
      tall = Math.max(tall, Math.ceil(scene.height) + 90);
      frame.style.setProperty("--picture", `${tall}px`);
    };

    const say = (text, isBusy = false) => {
      status.textContent = text;
      frame.setAttribute("aria-busy", String(isBusy));
    };

    const tableNode = (name) =>
      [...world.querySelectorAll(".table")].find((each) => each.dataset.table === name);
    const activeTable = () => document.activeElement?.closest?.(".table")?.dataset.table ?? null;
    const boxOf = (name) => scene?.boxes.find((each) => each.table.id === name);

    /* Controls say what the state is. */
    const reflect = () => {
      const isFocused = model.tables.has(state.focus);
      const about = find(".diagram-focus");
      about.hidden = !isFocused;
      root.classList.toggle("focused", isFocused);
      if (isFocused) {
        const link = about.querySelector("a");
        link.textContent = state.focus;
        link.href = model.tables.get(state.focus).href;
      }
      for (const [name, value] of [["columns", state.columns], ["steps", String(state.steps)]]) {
        find(`input[name="${name}"][value="${value}"]`).checked = true;
      }
      find('input[name="technical"]').checked = state.technical;
      find('input[name="technical"]').disabled = state.columns !== "all";
      for (const button of root.querySelectorAll("[data-module]")) {
        const isShown = !state.hidden.includes(button.dataset.module);
        button.setAttribute("aria-pressed", String(isShown));
      }
    };

    /* What was searched for stands out. */
    const mark = () => {
      const tables = new Set(found.filter((each) => !each.column).map((each) => each.table));
      const columns = new Set(
        found.filter((each) => each.column).map((each) => `${each.table}.${each.column}`),
      );
      for (const node of world.querySelectorAll(".table")) {
        const name = node.dataset.table;
        node.classList.toggle("match", tables.has(name));
        for (const row of node.querySelectorAll(".row")) {
          row.classList.toggle("match", columns.has(`${name}.${row.dataset.column}`));
        }
      }
    };

    /* Leads to a table or column, wherever it hides. */
    const jump = async ({ table, column }) => {
      const hidden = state.hidden.filter((name) => name !== model.tables.get(table).schema);
      const asked = model.tables.get(table).columns.find((each) => each.name === column);
      const change = { hidden };
      if (state.focus && !boxOf(table)) change.focus = null;
      if (asked && !asked.key) change.columns = "all";
      else if (asked && state.columns === "names") change.columns = "keys";
      if (asked?.technical) change.technical = true;
      await ask(change, change.focus === null);
      const box = boxOf(table);
      if (!box) return;
      const row = box.rows.find((each) => each.column.name === column);
      camera.reveal(row ? { ...box, y: box.y + row.y - 40, height: 100 } : box, true);
      tableNode(table).focus({ preventScroll: true });
    };

    const finder = search(find("#find"), find("#found"), model, {
      jump,
      changed(words, all) {
        found = words ? all : [];
        state = { ...state, find: words };
        remember(false);
        mark();
      },
    });

    const enter = (name) => ask({ focus: name });
    const leave = () => state.focus && ask({ focus: null });
    const openPage = (name) => location.assign(model.tables.get(name).href);

    /* Pointer: a click shows the neighbours, a second one opens the page of the table. */

    let last = null;
    svg.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const near = last && event.timeStamp - last.time < TWICE;
      if (near && Math.hypot(event.clientX - last.x, event.clientY - last.y) < 8) {
        openPage(last.table);
        return;
      }
      const table = event.target.closest(".table")?.dataset.table;
      last = table && { table, time: event.timeStamp, x: event.clientX, y: event.clientY };
      if (table && table !== state.focus) enter(table);
    });

    const light = (name) => {
      world.classList.toggle("lit", Boolean(name));
      for (const line of world.querySelectorAll(".line")) {
        line.classList.toggle(
          "hot",
          Boolean(name) && (line.dataset.child === name || line.dataset.parent === name),
        );
      }
    };
    svg.addEventListener("pointerover", (event) => {
      if (frame.classList.contains("moving")) return;
      light(event.target.closest(".table")?.dataset.table);
    });
    svg.addEventListener("pointerleave", () => light(null));
    svg.addEventListener("focusin", (event) => {
      const name = event.target.closest(".table")?.dataset.table;
      if (!name) return;
      light(name);
      if (event.target.matches(":focus-visible")) camera.reveal(boxOf(name), false);
    });
    svg.addEventListener("focusout", () => light(null));

    /* Keys */

    const keys = {
      ArrowLeft: () => camera.moveBy(STEP, 0),
      ArrowRight: () => camera.moveBy(-STEP, 0),
      ArrowUp: () => camera.moveBy(0, STEP),
      ArrowDown: () => camera.moveBy(0, -STEP),
      "+": () => camera.zoomBy(1.25),
      "=": () => camera.zoomBy(1.25),
      "-": () => camera.zoomBy(0.8),
      0: () => camera.fit(),
      Enter: () => {
        const table = activeTable();
        if (!table) return;
        if (table === state.focus) openPage(table);
        else enter(table);
      },
    };
    frame.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = keys[event.key];
      if (!act || event.target.closest("a")) return;
      event.preventDefault();
      act();
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && !event.defaultPrevented) leave();
      const isTyping = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
      if (event.key === "/" && !isTyping) {
        event.preventDefault();
        find("#find").focus();
        find("#find").select();
      }
    });

    /* Controls */

    const does = {
      in: () => camera.zoomBy(1.25),
      out: () => camera.zoomBy(0.8),
      fit: () => camera.fit(),
      leave,
      save: () =>
        scene && download(asFile(world, scene, document.title), `${root.dataset.name}.svg`),
    };
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.do) does[button.dataset.do]();
      if (button?.dataset.module) {
        const name = button.dataset.module;
        const isHidden = state.hidden.includes(name);
        ask({ hidden: isHidden ? state.hidden.filter((each) => each !== name) : [...state.hidden, name] });
      }
    });
    root.addEventListener("change", ({ target }) => {
      if (target.name === "columns") ask({ columns: target.value });
      if (target.name === "steps") ask({ steps: Number(target.value) });
      if (target.name === "technical") ask({ technical: target.checked });
    });

    /* Paper shows the whole picture. */
    addEventListener("beforeprint", () => {
      if (!scene) return;
      svg.setAttribute("viewBox", `-8 -8 ${scene.width + 16} ${scene.height + 16}`);
      camera.hold(true);
    });
    addEventListener("afterprint", () => {
      svg.removeAttribute("viewBox");
      camera.hold(false);
    });

    finder.say(state.find);
    show();
  };

  document.querySelectorAll("[data-diagram]").forEach(begin);
})();
