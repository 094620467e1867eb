/* The page of a table: finding a column, and copying a statement. */
"use strict";

(() => {
  const prepareFinding = (box) => {
    const field = box.querySelector("input[type=search]");
    const technical = box.querySelector("[data-technical]");
    const told = box.querySelector("output");
    const rows = [...document.querySelectorAll(".columns-table tbody tr")];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        const isWanted =
          (technical.checked || !row.classList.contains("technical")) &&
          words.every((word) => texts[place].includes(word));
        row.hidden = !isWanted;
        if (isWanted) shown += 1;
      });
      told.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
    };
    field.addEventListener("input", apply);
    technical.addEventListener("change", apply);
    box.hidden = false;
    // A field that the browser has filled again after a reload.
    apply();
  };

  /* Pages that were opened from a file have no clipboard of the modern kind. */
  const copyByHand = (block) => {
    const range = document.createRange();
    range.selectNodeContents(block);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  };

  const copy = async (block) => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      return true;
    } catch {
      return copyByHand(block);
    }
  };

  const prepareCopying = (button) => {
    const label = button.firstChild;
    const block = button.parentElement.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      label.textContent = (await copy(block)) ? "Copied" : "Press Ctrl-C";
      setTimeout(() => (label.textContent = "Copy"), 2000);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-find]").forEach(prepareFinding);
    document.querySelectorAll("[data-copy]").forEach(prepareCopying);
  });
})();
