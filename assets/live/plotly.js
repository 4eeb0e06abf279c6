// @ts-check
/** Plotly, loaded once from our own server as the script that the `plotly` package ships. */

/** @type {Promise<any> | null} */
let loading = null;

/**
 * The first call says the version, so that browsers may keep the script for as long as it stays the same.
 * Begins to load at the first call; every call answers with the same promise. A failed load may be tried again.
 * @param {string} [version]
 * @returns {Promise<any>}
 */
export function plotly(version = "") {
  const present = /** @type {any} */ (window).Plotly;
  if (present?.react) return Promise.resolve(present);
  loading ??= restful().then(() => load(version));
  return loading;
}

/** The page's first moments belong to what a person can already use; parsing 5 MB waits until they are over. */
function restful() {
  return new Promise((resolve) => ("requestIdleCallback" in window ? requestIdleCallback(resolve, { timeout: 1500 }) : setTimeout(resolve, 300)));
}

/** @param {string} version @returns {Promise<any>} */
function load(version) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${location.origin}/assets/plotly.min.js?v=${encodeURIComponent(version)}`;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error("The chart library did not load."));
    };
    document.head.append(script);
  });
}
