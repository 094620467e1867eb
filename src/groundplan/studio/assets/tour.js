/* A step of the walkthrough: points at what it is about, and goes on by key. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector(".tour");
  if (!panel) return;
  document.body.classList.add("touring");
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const place = panel.dataset.place ? document.querySelector(panel.dataset.place) : null;
  if (place) {
    place.classList.add("toured");
    const isTall = place.getBoundingClientRect().height > innerHeight * 0.6;
    place.scrollIntoView({ block: isTall ? "start" : "center", behavior: isCalm ? "auto" : "smooth" });
  }
  panel.querySelector("h2").focus({ preventScroll: true });

  // A part of the page that was loaded anew is still what the step is about.
  document.addEventListener("htmx:afterSettle", () => {
    if (panel.isConnected && panel.dataset.place) {
      document.querySelector(panel.dataset.place)?.classList.add("toured");
    }
  });

  const follow = (selector) => panel.querySelector(selector)?.click();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const within = event.target instanceof Element ? event.target : document.body;
    if (within.closest("input, select, textarea, [contenteditable], svg, pre")) return;
    if (event.key === "ArrowRight" || event.key === "n") follow("[rel=next]");
    else if (event.key === "ArrowLeft" || event.key === "p") follow("[rel=prev]");
    else if (event.key === "Escape") {
      panel.remove();
      document.querySelectorAll(".toured").forEach((each) => each.classList.remove("toured"));
      document.body.classList.remove("touring");
      const clean = new URL(location.href);
      clean.searchParams.delete("tour");
      history.replaceState(history.state, "", clean);
      document.getElementById("main").focus({ preventScroll: true });
    }
  });
});
