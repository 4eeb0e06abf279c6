// @ts-check
/** Plotly, loaded once from our own server as the script that the `plotly` package ships. */

/** @type {Promise<any> | null} */
let loading = null;

/**
 * Begins to load at the first call; every call answers with the same promise. A failed load may be tried again.
 * @returns {Promise<any>}
 */
export function plotly() {
  const present = /** @type {any} */ (window).Plotly;
  if (present?.react) return Promise.resolve(present);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("/assets/plotly.min.js", location.origin).href;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error("The chart library did not load."));
    };
    document.head.append(script);
  });
  return loading;
}
