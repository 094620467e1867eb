/* The picture as a file of its own: what it looks like here, written into it. */
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const EDGE = 24;
  const KEPT = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
  ];
  const OF_TEXT = ["font-family", "font-size", "font-weight", "text-anchor", "unicode-bidi"];
  const LEFT_OUT = ".reach, .opener, .far-title";

  /* Looks that elements share become one class each. */
  const styled = (original, copy, looks) => {
    const look = getComputedStyle(original);
    if (look.display === "none") return false;
    const names = original.localName === "text" ? [...KEPT, ...OF_TEXT] : KEPT;
    const rule = names.map((name) => `${name}: ${look.getPropertyValue(name)};`).join(" ");
    if (!looks.has(rule)) looks.set(rule, `s${looks.size}`);
    copy.setAttribute("class", looks.get(rule));
    return true;
  };

  const strip = (element) => {
    for (const name of [...element.getAttributeNames()]) {
      if (/^(aria-|data-|role$|tabindex$)/.test(name)) element.removeAttribute(name);
    }
  };

  /* The text of an SVG file with the whole picture, however much of it is in view. */
  const asFile = (world, size, title) => {
    // Measured as it looks near by: with its rows, and without what the pointer has marked.
    const marks = [...world.classList];
    world.classList.remove("far");
    const copy = world.cloneNode(true);
    const looks = new Map();
    const originals = [world, ...world.querySelectorAll("*")];
    const copies = [copy, ...copy.querySelectorAll("*")];
    originals.forEach((original, place) => {
      const each = copies[place];
      if (original.localName === "title") return;
      if (original.closest(LEFT_OUT) || !styled(original, each, looks)) each.remove();
      else strip(each);
    });
    world.classList.add(...marks);
    copy.removeAttribute("transform");

    const file = document.createElementNS(SVG, "svg");
    const [wide, tall] = [size.width + 2 * EDGE, size.height + 2 * EDGE].map(Math.ceil);
    file.setAttribute("viewBox", `${-EDGE} ${-EDGE} ${wide} ${tall}`);
    file.setAttribute("width", wide);
    file.setAttribute("height", tall);
    const name = document.createElementNS(SVG, "title");
    name.textContent = title;
    const style = document.createElementNS(SVG, "style");
    style.textContent = [...looks].map(([rule, each]) => `.${each} { ${rule} }`).join("\n");
    const ground = document.createElementNS(SVG, "rect");
    const colour = getComputedStyle(world.closest(".diagram-frame")).backgroundColor;
    for (const [key, value] of [["x", -EDGE], ["y", -EDGE], ["width", wide], ["height", tall]]) {
      ground.setAttribute(key, value);
    }
    ground.setAttribute("fill", colour);
    file.append(name, style, ground, copy);
    const text = new XMLSerializer().serializeToString(file);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
  };

  const download = (text, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  Object.assign(tableDiagram, { asFile, download });
})();
