// @ts-check
/**
 * What a person chose on a page about one run: which tab, layer, picture, weights. Kept in the address behind `#`, so that a refresh and a
 * link show the same, and in the browser tab's storage, so that leaving the page and coming back does. Streamlit rewrites what stands behind `?`.
 */

/** @typedef {{tab?: string, layer?: string, unit?: number, picture?: string, prepare?: Record<string, any>, weights?: "now" | "best" | number}} Choices */

const NUMBERS = new Set(["unit", "weights"]);
const OBJECTS = new Set(["prepare"]);
const FOLLOWED = "np.followed"; // set when the link that opened the page was read

/**
 * The choices made on a page for a run; those behind `#` come first.
 * @param {string} page the key of a page about a run
 * @param {string | null} run
 * @returns {Record<string, any>}
 */
export function recall(page, run) {
  const linked = parse(location.hash.slice(1) || (run ? followed() : ""));
  if (Object.keys(linked).length) return linked;
  try {
    const kept = JSON.parse(sessionStorage.getItem(`np.${page}`) ?? "{}");
    return kept.run === run ? (kept.choices ?? {}) : {};
  } catch {
    return {}; // storage is switched off or holds something foreign
  }
}

/**
 * Keeps the choices. Also for another page, before going there: `remember("inside", run, {picture: "test:12"}, {away: true})`.
 * @param {string} page
 * @param {string | null} run
 * @param {Record<string, any>} choices JSON values; null and undefined are left out
 * @param {{away?: boolean}} [options] away: for a page that is not on show; its address stays as it is
 */
export function remember(page, run, choices, { away = false } = {}) {
  const kept = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== null && value !== undefined));
  try {
    sessionStorage.setItem(`np.${page}`, JSON.stringify({ run, choices: kept }));
  } catch {
    // Storage is switched off: the address keeps them.
  }
  if (away) return;
  const hash = text(kept);
  if (location.hash.slice(1) === hash) return;
  try {
    history.replaceState(history.state, "", location.pathname + location.search + (hash && `#${hash}`));
  } catch {
    // Too many changes at once: the next one is kept.
  }
}

/**
 * What stood behind `#` in the link that opened this page, once: Streamlit may have rewritten the address before the page is drawn.
 * Empty for another page or run than the present one's.
 */
function followed() {
  if (performance.getEntriesByName(FOLLOWED).length) return "";
  performance.mark(FOLLOWED); // on the load's own timeline, for a bundle may be loaded more than once
  const name = performance.getEntriesByType("navigation")[0]?.name;
  if (!name) return "";
  const [then, now] = [new URL(name), new URL(location.href)];
  const isSame = then.pathname === now.pathname && then.searchParams.get("run") === now.searchParams.get("run");
  return isSame ? then.hash.slice(1) : "";
}

/** tab=maps&picture=test:12 @param {Record<string, any>} choices */
function text(choices) {
  const said = (/** @type {any} */ value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return new URLSearchParams(Object.entries(choices).map(([name, value]) => [name, said(value)])).toString().replaceAll("%3A", ":");
}

/** @param {string} hash without the # @returns {Record<string, any>} */
function parse(hash) {
  if (!hash.includes("=")) return {};
  return Object.fromEntries([...new URLSearchParams(hash)].map(([name, value]) => [name, valueOf(name, value)]).filter(([, value]) => value !== undefined));
}

/** Undefined where it makes no sense: a link may be cut short or written by hand. @param {string} name @param {string} value */
function valueOf(name, value) {
  if (NUMBERS.has(name)) return /^\d+$/.test(value) ? Number(value) : name === "weights" && /^(now|best)$/.test(value) ? value : undefined;
  if (!OBJECTS.has(name)) return value;
  if (!value.startsWith("{")) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
