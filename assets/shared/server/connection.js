// @ts-check
/** One WebSocket that comes back by itself: decoded messages in, JSON commands out. Knows nothing of runs or the screen. */

import { decode } from "./wire.js";

/** @typedef {"connecting" | "open" | "lost" | "unknown" | "refused"} ConnectionState */

const FIRST_WAIT = 250; // milliseconds; doubles up to the longest
const LONGEST_WAIT = 8000;
const STALE = 10000; // silence after which a page that comes back into view asks anew
const FINAL = /** @type {Record<number, ConnectionState>} */ ({ 4404: "unknown", 4403: "refused" });

/**
 * @param {string} path such as "/live/abc"
 * @param {{onMessage: (message: import("../run/events.d.ts").Message) => void, onState: (state: ConnectionState) => void}} listener
 * @returns {{send: (message: object) => boolean, close: () => void}} send says whether the message went out
 */
export function connect(path, { onMessage, onState }) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  /** @type {WebSocket | null} */
  let socket = null;
  let wait = FIRST_WAIT;
  let timer = 0;
  let heard = 0;
  let closed = false;

  function open() {
    clearTimeout(timer);
    if (closed) return;
    const mine = new WebSocket(url);
    socket = mine;
    mine.binaryType = "arraybuffer";
    mine.onopen = () => mine === socket && onState("open");
    mine.onmessage = (event) => {
      if (mine !== socket || !(event.data instanceof ArrayBuffer)) return;
      heard = Date.now();
      wait = FIRST_WAIT;
      onMessage(decode(event.data));
    };
    mine.onclose = (event) => mine === socket && lose(event.code);
  }

  /** @param {number} code */
  function lose(code) {
    socket = null;
    if (closed) return;
    if (FINAL[code]) {
      stop();
      onState(FINAL[code]);
      return;
    }
    onState("lost");
    timer = window.setTimeout(open, wait * (0.75 + Math.random() / 2)); // jitter: tabs do not come back all at once
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  // A closed laptop leaves a socket that is dead without knowing it.
  function wake() {
    if (document.hidden || closed || (socket && Date.now() - heard < STALE)) return;
    const old = socket;
    socket = null;
    old?.close();
    open();
  }

  function stop() {
    closed = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    window.removeEventListener("online", wake);
  }

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  onState("connecting");
  open();
  return {
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    close() {
      stop();
      socket?.close();
      socket = null;
    },
  };
}
