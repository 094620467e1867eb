/* The diagram of tables: what is asked for stands in the address, and the picture follows it. */
"use strict";

(() => {
  const { Model, Camera, Finder, readState, addressOf, layOut, draw, asFile, download } =
    tableDiagram;
  const STEP = 80;
  const TWICE = 450;
  const PATIENCE = 250;

  class Diagram {
    constructor(root) {
      this.root = root;
      this.model = new Model(JSON.parse(this.find("#graph").textContent));
      this.frame = this.find(".diagram-frame");
      this.svg = this.find(".diagram-picture");
      this.world = this.find(".diagram-world");
      this.state = readState(location.href, this.model.usualColumns);
      this.scene = null;
      this.shape = null;
      this.seen = new Map();
      this.found = [];
      this.asked = 0;
      this.tall = 0;
      this.find(".diagram-body").hidden = false;
      const zoom = this.find("[data-zoom]");
      this.camera = new Camera(this.frame, this.world, (scale) => {
        zoom.textContent = `${Math.round(scale * 100)} %`;
      });
      this.finder = new Finder(this.find("#find"), this.find("#found"), this.model, {
        jump: (each) => this.jump(each),
        changed: (words, all) => this.searched(words, all),
      });
      this.watchAddress();
      this.watchPointer();
      this.watchFocus();
      this.watchKeys();
      this.watchControls();
      this.watchPaper();
      this.finder.say(this.state.find);
      this.show();
    }

    find(selector) {
      return this.root.querySelector(selector);
    }

    /* The address */

    watchAddress() {
      addEventListener("popstate", () => {
        this.state = readState(location.href, this.model.usualColumns);
        this.finder.say(this.state.find);
        this.show();
      });
    }

    /* ``isStep``: the back button leads to what was before. */
    remember(isStep) {
      const address = addressOf(this.state, location.href, this.model.usualColumns);
      if (address === location.href) return;
      try {
        history[isStep ? "pushState" : "replaceState"](null, "", address);
      } catch {
        // A file that was opened may not be allowed to: then the address stays as it is.
      }
    }

    ask(change, isStep = true) {
      this.state = { ...this.state, ...change };
      this.remember(isStep);
      return this.show();
    }

    enter(name) {
      this.ask({ focus: name });
    }

    leave() {
      if (this.state.focus) this.ask({ focus: null });
    }

    openPage(name) {
      location.assign(this.model.tables.get(name).href);
    }

    /* The picture */

    /* What the picture depends on, as one text. */
    wantedShape() {
      const { focus, steps } = this.state;
      return JSON.stringify({ ...this.state, find: "", steps: focus && steps });
    }

    aspect() {
      const { width, height } = this.camera.room;
      return Math.min(2, Math.max(0.6, width / Math.max(1, height)));
    }

    async show() {
      this.reflect();
      this.asked += 1; // What was asked for before this is no longer wanted.
      const mine = this.asked;
      const shape = this.wantedShape();
      if (this.shape === shape) {
        this.mark();
        this.say("");
        return;
      }
      const slow = setTimeout(() => this.say("Laying out the tables …", true), PATIENCE);
      try {
        const scene = await layOut(this.model.part(this.state), this.aspect());
        if (mine === this.asked) this.present(scene, shape);
      } catch (error) {
        if (mine === this.asked) {
          this.say(`The tables could not be laid out: ${error.message ?? error}`);
        }
      } finally {
        clearTimeout(slow);
      }
    }

    /* What was seen before is seen again as it was left. */
    present(scene, shape) {
      if (this.shape) this.seen.set(this.shape, this.camera.fitted ? null : this.camera.view);
      const hadFocus = this.activeTable();
      this.shape = shape;
      this.scene = scene;
      draw(this.world, scene, this.model, this.state.focus);
      this.grow();
      this.camera.show(scene);
      const view = this.seen.get(shape);
      if (view) this.camera.go(view, false);
      else this.camera.fit(false);
      if (hadFocus) (this.node(hadFocus) ?? this.frame).focus({ preventScroll: true });
      this.mark();
      this.say(scene.boxes.length ? "" : "No tables: all modules are hidden.");
    }

    /* A small diagram needs no large frame; it never shrinks under the pointer. */
    grow() {
      this.tall = Math.max(this.tall, Math.ceil(this.scene.height) + 90);
      this.frame.style.setProperty("--picture", `${this.tall}px`);
    }

    say(text, isBusy = false) {
      this.find(".diagram-status").textContent = text;
      this.frame.setAttribute("aria-busy", String(isBusy));
    }

    node(name) {
      const nodes = [...this.world.querySelectorAll(".table")];
      return nodes.find((each) => each.dataset.table === name);
    }

    box(name) {
      return this.scene?.boxes.find((each) => each.table.id === name);
    }

    activeTable() {
      return document.activeElement?.closest?.(".table")?.dataset.table ?? null;
    }

    /* Controls say what the state is. */
    reflect() {
      const { focus, columns, steps, technical, hidden } = this.state;
      const focused = this.model.tables.get(focus);
      this.find(".diagram-focus").hidden = !focused;
      if (focused) {
        const link = this.find(".diagram-focus a");
        link.textContent = focus;
        link.href = focused.href;
      }
      this.find(`input[name="columns"][value="${columns}"]`).checked = true;
      this.find(`input[name="steps"][value="${steps}"]`).checked = true;
      this.find('input[name="technical"]').checked = technical;
      this.find('input[name="technical"]').disabled = columns !== "all";
      for (const button of this.root.querySelectorAll("[data-module]")) {
        button.setAttribute("aria-pressed", String(!hidden.includes(button.dataset.module)));
      }
    }

    /* Search */

    searched(words, all) {
      this.found = words ? all : [];
      this.state = { ...this.state, find: words };
      this.remember(false);
      this.mark();
    }

    /* What was searched for stands out. */
    mark() {
      const tables = new Set(this.found.filter((each) => !each.column).map((each) => each.table));
      const columns = new Set(
        this.found.filter((each) => each.column).map((each) => `${each.table}.${each.column}`),
      );
      for (const node of this.world.querySelectorAll(".table")) {
        const name = node.dataset.table;
        node.classList.toggle("match", tables.has(name));
        for (const row of node.querySelectorAll(".row")) {
          row.classList.toggle("match", columns.has(`${name}.${row.dataset.column}`));
        }
      }
    }

    /* Leads to a table or column, wherever it hides. */
    async jump({ table, column }) {
      const { schema, columns } = this.model.tables.get(table);
      const wanted = columns.find((each) => each.name === column);
      const change = { hidden: this.state.hidden.filter((name) => name !== schema) };
      if (this.state.focus && !this.box(table)) change.focus = null;
      if (wanted && !wanted.key) change.columns = "all";
      else if (wanted && this.state.columns === "names") change.columns = "keys";
      if (wanted?.technical) change.technical = true;
      await this.ask(change, change.focus === null);
      const box = this.box(table);
      if (!box) return;
      const row = box.rows.find((each) => each.column.name === column);
      this.camera.reveal(row ? { ...box, y: box.y + row.y - 40, height: 100 } : box, true);
      this.node(table).focus({ preventScroll: true });
    }

    /* Pointer: a click shows the neighbours, a second one opens the page of the table. */

    watchPointer() {
      let last = null;
      this.svg.addEventListener("click", (event) => {
        if (event.target.closest("a")) return;
        const isSoon = last && event.timeStamp - last.time < TWICE;
        // By then another picture may lie under the pointer, which has not moved.
        if (isSoon && Math.hypot(event.clientX - last.x, event.clientY - last.y) < 8) {
          this.openPage(last.table);
          return;
        }
        const table = event.target.closest(".table")?.dataset.table;
        last = table && { table, time: event.timeStamp, x: event.clientX, y: event.clientY };
        if (table && table !== this.state.focus) this.enter(table);
      });
      this.svg.addEventListener("pointerover", (event) => {
        if (this.frame.classList.contains("moving")) return;
        this.light(event.target.closest(".table")?.dataset.table);
      });
      this.svg.addEventListener("pointerleave", () => this.light(null));
    }

    watchFocus() {
      this.svg.addEventListener("focusin", (event) => {
        const name = event.target.closest(".table")?.dataset.table;
        if (!name) return;
        this.light(name);
        if (event.target.matches(":focus-visible")) this.camera.reveal(this.box(name), false);
      });
      this.svg.addEventListener("focusout", () => this.light(null));
    }

    /* The lines of a table stand out. */
    light(name) {
      this.world.classList.toggle("lit", Boolean(name));
      for (const line of this.world.querySelectorAll(".line")) {
        const { child, parent } = line.dataset;
        line.classList.toggle("hot", Boolean(name) && (child === name || parent === name));
      }
    }

    /* Keys */

    watchKeys() {
      const { camera } = this;
      const acts = {
        ArrowLeft: () => camera.moveBy(STEP, 0),
        ArrowRight: () => camera.moveBy(-STEP, 0),
        ArrowUp: () => camera.moveBy(0, STEP),
        ArrowDown: () => camera.moveBy(0, -STEP),
        "+": () => camera.zoomBy(1.25),
        "=": () => camera.zoomBy(1.25),
        "-": () => camera.zoomBy(0.8),
        0: () => camera.fit(),
        Enter: () => this.enterOrOpen(this.activeTable()),
      };
      this.frame.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (!acts[event.key] || event.target.closest("a")) return;
        event.preventDefault();
        acts[event.key]();
      });
      document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Escape" && !event.defaultPrevented) this.leave();
        const typing = "input:not([type=radio], [type=checkbox]), select, textarea";
        if (event.key === "/" && !event.target.matches(typing)) {
          event.preventDefault();
          this.finder.take();
        }
      });
    }

    enterOrOpen(name) {
      if (!name) return;
      if (name === this.state.focus) this.openPage(name);
      else this.enter(name);
    }

    /* Controls */

    watchControls() {
      const acts = {
        in: () => this.camera.zoomBy(1.25),
        out: () => this.camera.zoomBy(0.8),
        fit: () => this.camera.fit(),
        leave: () => this.leave(),
        save: () => this.save(),
      };
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.do) acts[button.dataset.do]();
        if (button?.dataset.module) this.toggle(button.dataset.module);
      });
      this.root.addEventListener("change", ({ target }) => {
        if (target.name === "columns") this.ask({ columns: target.value });
        if (target.name === "steps") this.ask({ steps: Number(target.value) });
        if (target.name === "technical") this.ask({ technical: target.checked });
      });
    }

    toggle(module) {
      const { hidden } = this.state;
      const others = hidden.filter((each) => each !== module);
      this.ask({ hidden: hidden.includes(module) ? others : [...others, module] });
    }

    save() {
      if (!this.scene) return;
      download(asFile(this.world, this.scene, document.title), `${this.root.dataset.name}.svg`);
    }

    /* Paper shows the whole picture. */
    watchPaper() {
      addEventListener("beforeprint", () => {
        if (!this.scene) return;
        const { width, height } = this.scene;
        this.svg.setAttribute("viewBox", `-8 -8 ${width + 16} ${height + 16}`);
        this.camera.hold(true);
      });
      addEventListener("afterprint", () => {
        this.svg.removeAttribute("viewBox");
        this.camera.hold(false);
      });
    }
  }

  document.querySelectorAll("[data-diagram]").forEach((root) => new Diagram(root));
})();
