// @ts-check
/** Asks the server what a network sees: one question, one answer of numbers and arrays. See `POST /api/runs/{run}/look` in docs/api.md. */

import { decode } from "./wire.js";

/** What was not answered and why: `what`, `expected`, `got` and `fix` as sentences, "" where there is nothing to say; `status` as HTTP has it, 0 without an answer. */
export class Fault extends Error {
  /** @param {{what?: string, expected?: string, got?: string, fix?: string}} error @param {number} [status] */
  constructor(error, status = 0) {
    super(error.what || "The server gave no answer.");
    this.name = "Fault";
    this.what = this.message;
    this.expected = error.expected ?? "";
    this.got = error.got ?? "";
    this.fix = error.fix ?? "";
    this.status = status;
  }
}

/** @type {Map<string, {answer: Promise<any>, stop: AbortController, askers: number}>} */
const pending = new Map();

/**
 * Equal questions that are asked while the first is still open share its answer, so do not change what you get.
 * @param {string} run
 * @param {Record<string, unknown>} question `{view: "maps", …}`; null and undefined count as left out
 * @param {{signal?: AbortSignal}} [options] when it aborts, the promise rejects with its reason (an AbortError)
 * @returns {Promise<any>} rejects with a Fault
 */
export function look(run, question, { signal } = {}) {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const body = JSON.stringify(question);
  const key = `${run} ${body}`;
  let open = pending.get(key);
  if (!open) {
    const stop = new AbortController();
    const forget = () => pending.get(key) === open && pending.delete(key);
    open = { answer: post(`/api/runs/${encodeURIComponent(run)}/look`, body, stop.signal).finally(forget), stop, askers: 0 };
    open.answer.catch(() => {}); // the askers hear of it
    pending.set(key, open);
  }
  const shared = open;
  shared.askers++;
  if (!signal) return shared.answer;
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (--shared.askers === 0) {
        shared.stop.abort();
        if (pending.get(key) === shared) pending.delete(key);
      }
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    shared.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** @param {string} address @param {string} body @param {AbortSignal} signal */
async function post(address, body, signal) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body, signal, cache: /** @type {RequestCache} */ ("no-store"), credentials: /** @type {RequestCredentials} */ ("same-origin") };
  const lost = (/** @type {Error} */ error) => {
    throw error.name === "AbortError" ? error : new Fault({ what: "The server does not answer.", fix: "Check that it runs; this page tries again by itself." });
  };
  const answer = await fetch(address, options).catch(lost);
  if (!answer.ok) throw await faultOf(answer);
  return decode(await answer.arrayBuffer().catch(lost)); // it may go away in the middle of an answer
}

/**
 * The error that an answer of the API tells of.
 * @param {Response} answer
 * @returns {Promise<Fault>}
 */
export async function faultOf(answer) {
  const said = await answer.json().catch(() => null);
  return new Fault(said?.error ?? { what: `The server answered with error ${answer.status}.`, fix: "Reload the page." }, answer.status);
}

/** @param {unknown} error whether it may pass by itself: an engine that still warms up, a server that comes back */
export function isPassing(error) {
  const { name, status } = /** @type {Partial<Fault>} */ (error ?? {}); // by its name, for each bundle has a class of its own
  return name === "Fault" && (status === 0 || status === 503);
}

/** @param {unknown} error whether somebody took the question back, which is no fault */
export function isAbort(error) {
  return /** @type {Partial<Error> | null | undefined} */ (error)?.name === "AbortError";
}
