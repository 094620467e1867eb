/* Finding a table or a column by its name: a combobox with what was found beneath it. */
"use strict";

(() => {
  const MOST = 12;

  /* ``jump`` is called with what was chosen, ``changed`` with the words and all that was found. */
  const search = (input, list, model, { jump, changed }) => {
    let found = [];
    let active = 0;

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const point = (place) => {
      active = (place + found.length) % found.length;
      [...list.children].forEach((option, number) => {
        option.setAttribute("aria-selected", String(number === active));
        if (number === active) {
          input.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
    };

    const option = (each, number) => {
      const element = document.createElement("li");
      element.id = `found-${number}`;
      element.setAttribute("role", "option");
      const kind = document.createElement("span");
      kind.className = "muted";
      kind.textContent = each.column ? ` column of ${each.table}` : " table";
      element.append(each.column ?? each.table, kind);
      // Before the box loses the focus, which closes the list.
      element.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(number);
      });
      return element;
    };

    const look = () => {
      const all = model.find(input.value);
      found = all.slice(0, MOST);
      list.replaceChildren(...found.map(option));
      changed(input.value.trim(), all);
    };

    const open = () => {
      look();
      if (!input.value.trim()) {
        close();
        return;
      }
      if (!found.length) {
        const nothing = document.createElement("li");
        nothing.className = "muted";
        nothing.setAttribute("role", "option");
        nothing.setAttribute("aria-disabled", "true");
        nothing.textContent = "No table or column of that name";
        list.replaceChildren(nothing);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (found.length) point(0);
    };

    const choose = (number) => {
      close();
      jump(found[number]);
    };

    input.addEventListener("input", open);
    input.addEventListener("focus", () => input.value && open());
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        if (list.hidden) {
          input.value = "";
          look();
          input.blur();
        } else {
          close();
        }
        event.preventDefault();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
        event.preventDefault();
        if (list.hidden) open();
        else point(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && found.length) {
        event.preventDefault();
        choose(Math.min(active, found.length - 1));
      }
    });

    return {
      /* The words come from the address. */
      say(words) {
        if (input.value !== words) input.value = words;
        look();
      },
    };
  };

  Object.assign(tableDiagram, { search });
})();
