// @ts-check
/** What the Playground asks the server over HTTP. Answers are wire messages or JSON; what goes wrong is a Fault. */

import { Fault, faultOf } from "../../shared/server/look.js";
import { decode } from "../../shared/server/wire.js";

const LOST = { what: "The server does not answer.", fix: "Check that it runs; this page tries again by itself." };

/**
 * @param {string} address
 * @param {{method?: string, body?: unknown, type?: string, signal?: AbortSignal}} [options] body: sent as JSON unless it is text or a file; with one the method is POST
 * @returns {Promise<any>} rejects with a Fault, or an AbortError
 */
export async function request(address, { method, body, type, signal } = {}) {
  const raw = typeof body === "string" || body instanceof Blob;
  const headers = body === undefined ? undefined : { "Content-Type": type ?? (raw ? "text/plain" : "application/json") };
  const options = { method: method ?? (body === undefined ? "GET" : "POST"), headers, body: raw ? body : body === undefined ? undefined : JSON.stringify(body), signal };
  const lost = (/** @type {Error} */ error) => {
    throw error.name === "AbortError" ? error : new Fault(LOST);
  };
  const answer = await fetch(address, { ...options, cache: "no-store", credentials: "same-origin" }).catch(lost);
  if (!answer.ok) throw await faultOf(answer);
  if (answer.status === 204) return null;
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  return isJson ? answer.json().catch(lost) : decode(await answer.arrayBuffer().catch(lost));
}

/** The same for every object with the same content, whatever the order of its keys. @param {unknown} value @returns {string} */
export function canonical(value) {
  const sorted = (/** @type {string} */ _, /** @type {unknown} */ inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner;
  return JSON.stringify(value ?? null, sorted);
}
