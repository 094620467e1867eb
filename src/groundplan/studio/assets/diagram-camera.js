/* Looking at the picture: moving and zooming change one transform, once a frame at most. */
"use strict";

(() => {
  const SMALLEST = 0.04;
  const LARGEST = 2.5;
  const FAR = 0.5;
  const MARGIN = 40;
  const GLIDE = 220;

  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  class Camera {
    constructor(frame, world, changed) {
      this.frame = frame;
      this.world = world;
      this.changed = changed;
      this.view = { x: 0, y: 0, scale: 1 };
      this.size = { width: 1, height: 1 };
      this.asked = 0;
      this.gliding = 0;
      this.fitted = true;
      this.isFar = false;
      this.isHeld = false;
      this.watchPointers();
      frame.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      // A browser that brings a focused table into view must not scroll the frame itself.
      frame.addEventListener("scroll", () => frame.scrollTo(0, 0));
      const resized = () => (this.fitted ? this.fit(false) : this.set(this.view));
      new ResizeObserver(resized).observe(frame);
    }

    get room() {
      return { width: this.frame.clientWidth, height: this.frame.clientHeight };
    }

    /* A new picture of this size. */
    show(size) {
      this.size = size;
    }

    set(view, keepsGliding = false) {
      if (!keepsGliding) cancelAnimationFrame(this.gliding);
      this.view = this.bounded(view);
      if (!this.asked) this.asked = requestAnimationFrame(() => this.apply());
    }

    apply() {
      this.asked = 0;
      if (this.isHeld) return;
      const { x, y, scale } = this.view;
      this.world.setAttribute(
        "transform",
        `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(4)})`,
      );
      const isFar = scale < FAR;
      if (isFar !== this.isFar) {
        this.isFar = isFar;
        this.world.classList.toggle("far", isFar);
      }
      this.changed(scale);
    }

    /* The picture never leaves the frame. */
    bounded({ x, y, scale }) {
      const bounds = Math.min(LARGEST, Math.max(SMALLEST, scale));
      const axis = (at, length, room) => {
        const near = room - length - MARGIN;
        return Math.min(Math.max(near, MARGIN), Math.max(Math.min(near, MARGIN), at));
      };
      return {
        x: axis(x, this.size.width * bounds, this.room.width),
        y: axis(y, this.size.height * bounds, this.room.height),
        scale: bounds,
      };
    }

    moveBy(x, y) {
      this.fitted = false;
      this.set({ ...this.view, x: this.view.x + x, y: this.view.y + y });
    }

    /* ``at``: the point of the frame that stays where it is. */
    zoomBy(factor, at = { x: this.room.width / 2, y: this.room.height / 2 }) {
      this.fitted = false;
      const scale = Math.min(LARGEST, Math.max(SMALLEST, this.view.scale * factor));
      const grown = scale / this.view.scale;
      this.set({
        x: at.x - (at.x - this.view.x) * grown,
        y: at.y - (at.y - this.view.y) * grown,
        scale,
      });
    }

    fit(glides = true) {
      const { width, height } = this.room;
      const scale = Math.min(
        1,
        (width - MARGIN) / this.size.width,
        (height - MARGIN) / this.size.height,
      );
      const view = {
        x: (width - this.size.width * scale) / 2,
        y: (height - this.size.height * scale) / 2,
        scale,
      };
      this.go(view, glides);
      this.fitted = true;
    }

    /* Brings a box into view: in the middle and large enough to be read, or just into view. */
    reveal(box, centred) {
      const { width, height } = this.room;
      const { x, y, scale } = this.view;
      const left = x + box.x * scale;
      const upper = y + box.y * scale;
      const isSeen =
        left >= 0 &&
        upper >= 0 &&
        left + box.width * scale <= width &&
        upper + box.height * scale <= height;
      if (!centred && isSeen) return;
      const wanted = centred ? Math.max(scale, 0.9) : scale;
      this.fitted = false;
      this.go({
        x: width / 2 - (box.x + box.width / 2) * wanted,
        y: height / 2 - (box.y + Math.min(box.height / 2, (height * 0.45) / wanted)) * wanted,
        scale: wanted,
      });
    }

    go(view, glides = true) {
      cancelAnimationFrame(this.gliding);
      const from = this.view;
      const to = this.bounded(view);
      if (!glides || calm.matches) {
        this.set(to);
        return;
      }
      const begun = performance.now();
      const step = (now) => {
        const share = Math.min(1, Math.max(0, (now - begun) / GLIDE));
        const eased = 1 - (1 - share) ** 3;
        const between = (key) => from[key] + (to[key] - from[key]) * eased;
        this.set({ x: between("x"), y: between("y"), scale: between("scale") }, true);
        if (share < 1) this.gliding = requestAnimationFrame(step);
      };
      this.gliding = requestAnimationFrame(step);
    }

    /* While it is held, the picture lies as the page says, and not as the camera does. */
    hold(isHeld) {
      this.isHeld = isHeld;
      this.world.classList.toggle("far", !isHeld && this.isFar);
      if (isHeld) this.world.removeAttribute("transform");
      else this.apply();
    }

    place(event) {
      const bounds = this.frame.getBoundingClientRect();
      return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    }

    /* The wheel is left to the page at the edge of the picture, and where all of it is in view. */
    wheel(event) {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const strength = event.deltaMode ? 0.05 : 0.0022;
        const wanted = Math.max(-60, Math.min(60, event.deltaY));
        this.zoomBy(Math.exp(-wanted * strength * (event.deltaMode ? 1 : 2)), this.place(event));
        return;
      }
      const unit = event.deltaMode ? 20 : 1;
      const sideways = event.shiftKey && !event.deltaX;
      const { x, y, scale } = this.view;
      const { width, height } = this.room;
      const over = (length, room) => (length * scale + 2 * MARGIN > room ? unit : 0);
      const across = over(this.size.width, width) * (sideways ? event.deltaY : event.deltaX);
      const down = over(this.size.height, height) * (sideways ? 0 : event.deltaY);
      if (across || down) this.moveBy(-across, -down);
      if (x !== this.view.x || y !== this.view.y) event.preventDefault();
    }

    watchPointers() {
      const down = new Map();
      const { frame } = this;
      let moved = false;
      frame.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        if (!down.size) moved = false;
        down.set(event.pointerId, { ...this.place(event), from: this.place(event) });
      });
      frame.addEventListener("pointermove", (event) => {
        const last = down.get(event.pointerId);
        if (!last) return;
        const now = this.place(event);
        if (!moved && Math.hypot(now.x - last.from.x, now.y - last.from.y) < 4) return;
        if (!moved) {
          moved = true;
          // Not earlier: a captured pointer would click the frame and not the table.
          for (const id of down.keys()) frame.setPointerCapture(id);
          frame.classList.add("moving");
        }
        const others = [...down].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
        if (others.length) this.pinch(others[0], last, now);
        else this.moveBy(now.x - last.x, now.y - last.y);
        Object.assign(last, now);
      });
      const up = (event) => {
        down.delete(event.pointerId);
        if (!down.size) frame.classList.remove("moving");
      };
      frame.addEventListener("pointerup", up);
      frame.addEventListener("pointercancel", up);
      frame.addEventListener("lostpointercapture", up);
      frame.addEventListener(
        "click",
        (event) => {
          if (!moved) return;
          // Whoever moved the picture did not mean the table under the pointer.
          event.preventDefault();
          event.stopPropagation();
          moved = false;
        },
        true,
      );
      frame.addEventListener("dragstart", (event) => event.preventDefault());
    }

    pinch(other, last, now) {
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      this.moveBy((now.x - last.x) / 2, (now.y - last.y) / 2);
      if (before > 0 && after > 0) this.zoomBy(after / before, middle);
    }
  }

  Object.assign(tableDiagram, { Camera });
})();
