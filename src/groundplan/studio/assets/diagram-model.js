/* What there is to draw: the graph of the page, and which part of it is asked for. */
"use strict";

globalThis.tableDiagram = {};

(() => {
  const MAX_STEPS = 2;
  const MANY = 100;
  const COLUMNS = ["names", "keys", "all"];

  /* What the address says; what it does not say is as usual. */
  const readState = (address, usual) => {
    const asked = new URL(address).searchParams;
    const steps = Number(asked.get("steps"));
    return {
      focus: asked.get("focus"),
      steps: steps >= 1 && steps <= MAX_STEPS ? Math.trunc(steps) : 1,
      columns: COLUMNS.includes(asked.get("columns")) ? asked.get("columns") : usual,
      technical: asked.get("technical") === "yes",
      hidden: (asked.get("hide") ?? "").split(",").filter(Boolean),
      find: asked.get("find") ?? "",
    };
  };

  /* The address of a state; parameters of others stay. */
  const addressOf = (state, address, usual) => {
    const target = new URL(address);
    const say = (name, value) =>
      value ? target.searchParams.set(name, value) : target.searchParams.delete(name);
    say("focus", state.focus);
    say("steps", state.focus && state.steps > 1 ? String(state.steps) : "");
    say("columns", state.columns === usual ? "" : state.columns);
    say("technical", state.technical ? "yes" : "");
    say("hide", state.hidden.join(","));
    say("find", state.find);
    return target.href;
  };

  class Model {
    constructor(graph) {
      this.modules = graph.modules;
      this.tables = new Map(graph.tables.map((table) => [table.id, table]));
      this.references = graph.references.filter(
        (line) => this.tables.has(line.child) && this.tables.has(line.parent),
      );
      this.colours = new Map(graph.modules.map((each) => [each.name, each.colour]));
      this.near = new Map(graph.tables.map((table) => [table.id, new Set()]));
      for (const line of this.references) {
        this.near.get(line.child).add(line.parent);
        this.near.get(line.parent).add(line.child);
      }
    }

    /* How much of each table is shown unless something else is asked for. */
    get usualColumns() {
      return this.tables.size > MANY ? "names" : "keys";
    }

    colour(table) {
      return this.colours.get(table.schema) ?? 0;
    }

    /* Names of the tables that are at most so many references away; its own first. */
    neighbourhood(name, steps) {
      const found = new Set([name]);
      for (let step = 0; step < steps; step += 1) {
        for (const each of [...found]) this.near.get(each).forEach((other) => found.add(other));
      }
      return found;
    }

    /* The tables with their columns, and the references among them, that a state shows. */
    part(state) {
      const focus = this.tables.has(state.focus) ? state.focus : null;
      const wanted = focus ? this.neighbourhood(focus, state.steps) : null;
      const tables = [...this.tables.values()]
        .filter((table) => !wanted || wanted.has(table.id))
        .filter((table) => table.id === focus || !state.hidden.includes(table.schema))
        .map((table) => ({ table, columns: this.columns(table, state) }));
      const shown = new Set(tables.map(({ table }) => table.id));
      return {
        tables,
        references: this.references.filter(
          (line) => shown.has(line.child) && shown.has(line.parent),
        ),
      };
    }

    columns(table, state) {
      if (state.columns === "names") return [];
      const all = state.columns === "all";
      return table.columns.filter(
        (column) => column.key || (all && (state.technical || !column.technical)),
      );
    }

    /* What is said of a table to those who cannot see its lines. */
    label(table) {
      const parents = this.references.filter((line) => line.child === table.id);
      const children = this.references.filter((line) => line.parent === table.id);
      const names = (lines, end) => [...new Set(lines.map((line) => line[end]))].join(", ");
      let said = table.id;
      if (parents.length) said += `, refers to ${names(parents, "parent")}`;
      if (children.length) said += `, is referred to by ${names(children, "child")}`;
      return said;
    }

    /* Tables and columns in whose names the words occur, the best first. */
    find(words) {
      const wanted = words.trim().toLowerCase();
      if (!wanted) return [];
      const found = [];
      const note = (text, short, entry) => {
        const score = rank(text.toLowerCase(), short.toLowerCase(), wanted);
        if (score !== null) found.push({ ...entry, text, score });
      };
      for (const table of this.tables.values()) {
        note(table.id, table.name, { table: table.id, column: null });
        for (const column of table.columns) {
          note(`${table.id}.${column.name}`, column.name, { table: table.id, column: column.name });
        }
      }
      found.sort(
        (a, b) =>
          a.score - b.score || Boolean(a.column) - Boolean(b.column) || (a.text < b.text ? -1 : 1),
      );
      return found;
    }
  }

  /* 0 for the very name; more the further from it; null if it does not fit. A column whose table
     fits alone is no find: the table is one. */
  const rank = (text, short, wanted) => {
    if (short === wanted || text === wanted) return 0;
    if (short.startsWith(wanted)) return 1;
    if (short.includes(`_${wanted}`)) return 2;
    if (short.includes(wanted)) return 3;
    const place = text.indexOf(wanted);
    return place >= 0 && place + wanted.length > text.length - short.length ? 4 : null;
  };

  Object.assign(tableDiagram, { Model, readState, addressOf });
})();
