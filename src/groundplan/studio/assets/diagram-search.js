/* Finding a table or a column by its name: a combobox with what was found beneath it. */
"use strict";

(() => {
  const MOST = 12;

  /* ``jump`` is called with what was chosen, ``changed`` with the words and all that was found. */
  class Finder {
    constructor(input, list, model, { jump, changed }) {
      Object.assign(this, { input, list, model, jump, changed });
      this.found = [];
      this.active = 0;
      input.addEventListener("input", () => this.open());
      input.addEventListener("focus", () => input.value && this.open());
      input.addEventListener("blur", () => this.close());
      input.addEventListener("keydown", (event) => this.key(event));
    }

    /* The words come from the address. */
    say(words) {
      if (this.input.value !== words) this.input.value = words;
      this.look();
    }

    /* What is typed from now on is searched for. */
    take() {
      this.input.focus();
      this.input.select();
    }

    look() {
      const all = this.model.find(this.input.value);
      this.found = all.slice(0, MOST);
      this.list.replaceChildren(...this.found.map((each, place) => this.option(each, place)));
      this.changed(this.input.value.trim(), all);
    }

    option(each, place) {
      const element = document.createElement("li");
      element.id = `found-${place}`;
      element.setAttribute("role", "option");
      const kind = document.createElement("span");
      kind.className = "muted";
      kind.textContent = each.column ? ` column of ${each.table}` : " table";
      element.append(each.column ?? each.table, kind);
      // Before the box loses the focus, which closes the list.
      element.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.choose(place);
      });
      return element;
    }

    nothing() {
      const element = document.createElement("li");
      element.className = "muted";
      element.setAttribute("role", "option");
      element.setAttribute("aria-disabled", "true");
      element.textContent = "No table or column of that name";
      return element;
    }

    open() {
      this.look();
      if (!this.input.value.trim()) {
        this.close();
        return;
      }
      if (!this.found.length) this.list.replaceChildren(this.nothing());
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      if (this.found.length) this.point(0);
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }

    point(place) {
      this.active = (place + this.found.length) % this.found.length;
      [...this.list.children].forEach((option, number) => {
        option.setAttribute("aria-selected", String(number === this.active));
      });
      const option = this.list.children[this.active];
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    choose(place) {
      this.close();
      this.jump(this.found[place]);
    }

    key(event) {
      if (event.key === "Escape") {
        this.escape();
        event.preventDefault();
        event.stopPropagation();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.found.length) {
        event.preventDefault();
        if (this.list.hidden) this.open();
        else this.point(this.active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && this.found.length) {
        event.preventDefault();
        this.choose(Math.min(this.active, this.found.length - 1));
      }
    }

    /* First the list goes, then the words. */
    escape() {
      if (!this.list.hidden) {
        this.close();
        return;
      }
      this.input.value = "";
      this.look();
      this.input.blur();
    }
  }

  Object.assign(tableDiagram, { Finder });
})();
