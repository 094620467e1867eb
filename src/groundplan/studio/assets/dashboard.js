/* The dashboard while it is open: word comes when its numbers have changed, and htmx swaps them. */
"use strict";

(() => {
  const MARKED = 2000;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let source = null;
  let heard = "";
  let before = null;

  const panels = () => document.getElementById("panels");

  const shown = (text, tone) => {
    const badge = document.getElementById("live");
    if (!badge) return;
    badge.hidden = false;
    badge.className = `badge ${tone}`;
    if (badge.textContent !== text) badge.textContent = text;
  };

  const say = (text) => {
    const told = document.getElementById("told");
    if (told) told.textContent = text;
  };

  const live = () => shown("Live", "good");

  const lost = () => {
    if (document.getElementById("live")?.textContent.startsWith("Conn")) return;
    shown("Connection lost, trying again", "warn");
    say("Connection lost, trying again. The numbers are those of before.");
  };

  /* Numbers are fetched where they differ from those in the page, and somebody looks. */
  const compare = () => {
    const found = panels();
    if (!heard || !found || document.hidden) return;
    if (JSON.parse(heard).mark !== found.dataset.mark) {
      globalThis.htmx?.trigger(found, "groundplan:changed");
    }
  };

  const listen = () => {
    const url = panels()?.dataset.live;
    if (source && source.groundplanUrl === url && source.readyState !== EventSource.CLOSED) return;
    source?.close();
    source = null;
    if (!url || !globalThis.EventSource) return;
    heard = "";
    source = new EventSource(url);
    source.groundplanUrl = url;
    source.addEventListener("heads", (event) => {
      heard = event.data;
      live();
      compare();
    });
    source.addEventListener("lost", lost);
    source.addEventListener("error", () => {
      lost();
      // A browser tries again by itself, unless it was answered with something else.
      if (source?.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    });
  };

  const remember = () => {
    const found = panels();
    if (!found) return null;
    return {
      orders: Number(found.dataset.orders),
      url: found.dataset.live,
      numbers: new Map(
        [...found.querySelectorAll("[data-number]")].map((one) => [
          one.dataset.number,
          one.textContent,
        ]),
      ),
      open: [...found.querySelectorAll("details[open]")].map((one) => one.id),
    };
  };

  const orders = (number) => `${Math.abs(number)} order${Math.abs(number) === 1 ? "" : "s"}`;

  const tell = (then, found) => {
    const more = Number(found.dataset.orders) - then.orders;
    say(
      more > 0
        ? `${orders(more)} more`
        : more < 0
          ? `${orders(more)} fewer`
          : "The numbers have changed",
    );
    for (const one of found.querySelectorAll("[data-number]")) {
      if (then.numbers.get(one.dataset.number) === one.textContent || still.matches) continue;
      one.classList.add("changed");
      setTimeout(() => one.classList.remove("changed"), MARKED);
    }
  };

  const swapped = () => {
    const found = panels();
    const then = before;
    before = null;
    if (!found) return;
    if (then) {
      for (const id of then.open) document.getElementById(id)?.setAttribute("open", "");
      if (then.url === found.dataset.live) tell(then, found);
    }
    if (source?.groundplanUrl === found.dataset.live) live();
    listen();
    compare();
  };

  document.documentElement.classList.add("scripted");
  document.addEventListener("DOMContentLoaded", listen);
  document.addEventListener("visibilitychange", compare);
  document.addEventListener("htmx:beforeSwap", () => {
    before = remember();
  });
  document.addEventListener("htmx:afterSettle", swapped);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && listen());
})();
