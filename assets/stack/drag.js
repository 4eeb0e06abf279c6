// @ts-check
/** Moving a row by mouse, pen or finger: the row follows the pointer, a line shows where it will go, the page scrolls at its edges. */

const THRESHOLD = 5; // px before a press becomes a drag
const EDGE = 70; // px from the edge of the scrolling area where it begins to scroll

/** @typedef {{reach: (name: string) => [number, number], drop: (name: string, to: number) => void, refused: (name: string) => void}} Dragging */

/** @param {HTMLElement} list the `ol` of rows @param {Dragging} on */
export function enableDrag(list, on) {
  list.addEventListener("pointerdown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest(".nps-row"));
    const handle = target.closest(".nps-grip") ?? (event.pointerType === "mouse" ? target.closest(".nps-main, .nps-volume, .nps-figures") : null);
    if (!row || !handle || event.button !== 0) return;
    if (target.closest(".nps-grip")) event.preventDefault();
    press(list, row, event, on);
  });
}

/** @param {HTMLElement} list @param {HTMLElement} row @param {PointerEvent} start @param {Dragging} on */
function press(list, row, start, on) {
  const watch = new AbortController();
  const options = { signal: watch.signal };
  /** @type {Drag | null} */
  let drag = null;
  const finish = (/** @type {boolean} */ keep) => {
    watch.abort();
    drag?.end(keep);
  };
  window.addEventListener("pointermove", (event) => {
    if (event.pointerId !== start.pointerId) return;
    if (!drag && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > THRESHOLD) drag = new Drag(list, row, start, on);
    drag?.to(event.clientX, event.clientY);
  }, options);
  window.addEventListener("pointerup", (event) => event.pointerId === start.pointerId && finish(true), options);
  window.addEventListener("pointercancel", (event) => event.pointerId === start.pointerId && finish(false), options);
  window.addEventListener("blur", () => finish(false), options);
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    finish(false);
  }, { signal: watch.signal, capture: true });
}

class Drag {
  /** @type {number} */
  low;
  /** @type {number} */
  high;
  /** @type {number} */
  wished;

  /** @param {HTMLElement} list @param {HTMLElement} row @param {PointerEvent} start @param {Dragging} on */
  constructor(list, row, start, on) {
    this.list = list;
    this.row = row;
    this.on = on;
    this.name = row.dataset.name ?? "";
    [this.low, this.high] = on.reach(this.name);
    const card = /** @type {HTMLElement} */ (row.querySelector(".nps-card"));
    const box = card.getBoundingClientRect();
    this.offset = { x: start.clientX - box.left, y: start.clientY - box.top };
    this.ghost = document.createElement("div");
    this.ghost.className = "nps-ghost";
    this.ghost.style.cssText = `width:${box.width}px;height:${box.height}px;--purpose:${row.style.getPropertyValue("--purpose")}`;
    this.ghost.append(card.cloneNode(true));
    this.line = document.createElement("div");
    this.line.className = "nps-line";
    list.append(this.ghost, this.line);
    list.classList.add("nps-dragging");
    row.classList.add("nps-lifted");
    this.scroller = scrollerOf(list);
    this.point = { x: start.clientX, y: start.clientY };
    this.frame = requestAnimationFrame(() => this.#tick());
    this.place = -1;
  }

  /** @param {number} x @param {number} y */
  to(x, y) {
    this.point = { x, y };
    this.#draw();
  }

  /** @param {boolean} keep */
  end(keep) {
    cancelAnimationFrame(this.frame);
    this.ghost.remove();
    this.line.remove();
    this.list.classList.remove("nps-dragging");
    this.row.classList.remove("nps-lifted");
    // The click that follows a drag must not select.
    const stop = (/** @type {Event} */ event) => event.stopPropagation();
    window.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", stop, { capture: true }), 0);
    if (!keep || this.place < 0) return;
    if (this.wished !== this.place) this.on.refused(this.name);
    this.on.drop(this.name, this.place);
  }

  #draw() {
    const rows = /** @type {HTMLElement[]} */ ([...this.list.querySelectorAll(".nps-row")]);
    const rest = rows.filter((row) => row !== this.row);
    const boxes = rest.map((row) => /** @type {HTMLElement} */ (row.querySelector(".nps-card")).getBoundingClientRect());
    const own = this.offset.y;
    const middle = this.point.y - own + this.ghost.offsetHeight / 2;
    this.wished = boxes.filter((box) => box.top + box.height / 2 < middle).length;
    this.place = Math.min(this.high, Math.max(this.low, this.wished));
    const frame = this.list.getBoundingClientRect();
    this.ghost.style.transform = `translate(${this.point.x - this.offset.x - frame.left}px, ${this.point.y - own - frame.top}px)`;
    const above = boxes[this.place - 1];
    const below = boxes[this.place];
    const y = above && below ? (above.bottom + below.top) / 2 : below ? below.top - 6 : above ? above.bottom + 6 : frame.height / 2;
    const moved = this.place !== rows.indexOf(this.row);
    this.line.style.transform = `translateY(${y - frame.top}px)`;
    this.line.style.opacity = moved ? "1" : "0";
    this.line.classList.toggle("nps-stopped", this.wished !== this.place);
  }

  #tick() {
    const box = this.scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : this.scroller.getBoundingClientRect();
    const over = this.point.y - (box.bottom - EDGE);
    const under = box.top + EDGE - this.point.y;
    const speed = over > 0 ? Math.min(over, EDGE) / 5 : under > 0 ? -Math.min(under, EDGE) / 5 : 0;
    if (speed) {
      this.scroller.scrollBy(0, speed);
      this.#draw();
    }
    this.frame = requestAnimationFrame(() => this.#tick());
  }
}

/** The nearest ancestor that scrolls. @param {HTMLElement} node @returns {Element} */
function scrollerOf(node) {
  for (let at = node.parentElement; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}
