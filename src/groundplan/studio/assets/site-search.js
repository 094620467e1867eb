/* Search over the static site. Its index is a script that is loaded when somebody begins to look. */
"use strict";

(() => {
  const MOST = 12;
  const box = document.querySelector("[data-site-search]");
  if (!box) return;
  const field = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const told = box.querySelector("[role=status]");
  let entries = null;
  let chosen = -1;

  const load = () => {
    if (entries) return;
    entries = [];
    const script = document.createElement("script");
    script.src = box.dataset.index;
    script.addEventListener("load", () => {
      entries = window.groundplanSearch.map((entry) => ({
        entry,
        name: entry[1].toLowerCase(),
        // The table of a column counts less than its own name.
        own: entry[0] === "column" ? entry[1].toLowerCase().lastIndexOf(".") : -1,
        text: `${entry[1]} ${entry[2]}`.toLowerCase(),
      }));
      show();
    });
    document.head.append(script);
  };

  /* The nearer a word is to the beginning of a name, the better; tables before their columns. */
  const kinds = ["module", "table", "report", "column", "rule"];
  const score = ({ entry, name, own, text }, words) => {
    // Of rules, the declared ones first: nearly every column is never null.
    let sum = kinds.indexOf(entry[0]) + (entry[2].startsWith("NotNull ") ? 25 : 0);
    for (const word of words) {
      if (!text.includes(word)) return -1;
      const at = Math.max(name.indexOf(word, own), name.indexOf(word));
      if (at < 0) sum += 60;
      else if (at < own) sum += 50;
      else if (name.endsWith(`.${word}`) || name === word) sum += 0;
      else sum += at > 0 && /[\w]/.test(name[at - 1]) && name[at - 1] !== "_" ? 30 : 10;
      sum += Math.min(name.length, 100) / 50;
    }
    return sum;
  };

  const find = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return null;
    return entries
      .map((each, place) => ({ each, place, points: score(each, words) }))
      .filter(({ points }) => points >= 0)
      .sort((a, b) => a.points - b.points || a.place - b.place);
  };

  const line = ([kind, name, text, page], place) => {
    const link = document.createElement("a");
    link.id = `site-found-${place}`;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.href = box.dataset.root + page;
    link.tabIndex = -1;
    const label = document.createElement("span");
    label.className = "kind";
    label.textContent = kind;
    const what = document.createElement("b");
    what.textContent = name;
    const more = document.createElement("small");
    more.textContent = text;
    link.append(label, what, more);
    return link;
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, each) => {
      item.setAttribute("aria-selected", String(each === place));
      if (each === place) item.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `site-found-${place}`);
  };

  const hide = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const show = () => {
    const found = find(field.value);
    if (!found) {
      told.textContent = "";
      hide();
      return;
    }
    list.replaceChildren(...found.slice(0, MOST).map(({ each }, place) => line(each.entry, place)));
    list.hidden = found.length === 0;
    field.setAttribute("aria-expanded", String(found.length > 0));
    told.textContent = found.length === 0 ? "Nothing found" : `${found.length} found`;
    choose(found.length > 0 ? 0 : -1);
  };

  field.addEventListener("focus", load);
  field.addEventListener("input", () => {
    load();
    show();
  });
  field.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape") hide();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") choose(chosen < last ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : last);
    else if (event.key === "Enter" && chosen >= 0) list.children[chosen].click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) hide();
  });
  box.hidden = false;
})();
