// @ts-check
/** The engine's badge: warming up, the device's name when warm, or what failed. Polls /api/health; tells Python once when it turns ready. */

/** @typedef {{warming: boolean, device?: string}} Data as Python saw it */
/** @typedef {import("../shared/streamlit.d.ts").Mount<Data | null>} Mount */
/** @typedef {{engine: string, device?: string, waiting?: number, running?: number, error?: {what: string} | null}} Health */

/** @type {Record<string, number>} */
const EVERY_MS = { warming: 700, ready: 10000, failed: 3000, away: 2000 };

/** @type {WeakMap<object, { stop: () => void, update: (component: Mount) => void }>} */
const badges = new WeakMap();

/** @param {Mount} component */
export function render(component) {
  const known = badges.get(component.parentElement);
  if (known) known.update(component);
  else badges.set(component.parentElement, start(component));
  return () => {
    badges.get(component.parentElement)?.stop();
    badges.delete(component.parentElement);
  };
}

/** @param {Mount} component */
function start(component) {
  const badge = document.createElement("div");
  badge.className = "np-badge";
  badge.setAttribute("role", "status");
  badge.innerHTML = '<span class="np-badge-dot" aria-hidden="true"></span><span class="np-badge-text"></span>';
  component.parentElement.appendChild(badge);
  let current = component;
  let told = !component.data?.warming;
  let timer = 0;

  async function poll() {
    const health = await read();
    draw(badge, health);
    if (health.engine === "ready" && !told) {
      told = true;
      current.setTriggerValue("ready", true);
    }
    timer = window.setTimeout(poll, EVERY_MS[health.engine] ?? 2000);
  }
  draw(badge, { engine: component.data?.warming ? "warming" : "ready", device: component.data?.device });
  poll();
  return {
    stop: () => {
      window.clearTimeout(timer);
      badge.remove();
    },
    update: (/** @type {Mount} */ next) => {
      current = next;
      if (next.data?.warming) told = false;
    },
  };
}

/** @returns {Promise<Health>} */
async function read() {
  try {
    const answer = await fetch("/api/health", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return await answer.json();
  } catch {
    return { engine: "away" };
  }
}

/** @param {HTMLElement} badge @param {Health} health */
function draw(badge, health) {
  /** @type {Record<string, string>} */
  const words = {
    warming: "Engine warming up",
    ready: health.device || "Engine ready",
    failed: "Engine failed to start",
    away: "Server not reached",
  };
  const waiting = health.waiting ? ` · ${health.waiting} waiting` : "";
  const text = (words[health.engine] ?? health.engine) + waiting;
  badge.dataset.state = health.engine;
  const label = /** @type {HTMLElement} */ (badge.querySelector(".np-badge-text"));
  if (label.textContent !== text) label.textContent = text;
  badge.title = health.error?.what ?? (health.engine === "warming" ? "TensorFlow is loading in its own process; building a network works meanwhile." : "");
}
