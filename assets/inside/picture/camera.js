// @ts-check
/** The camera: a few pictures a second go to the network, until they are frozen. The camera is off whenever it is out of sight. */

import { element, setText } from "../../shared/dom/element.js";
import { faultBox } from "../../shared/dom/fault.js";
import { Fault, isAbort } from "../../shared/server/look.js";
import { usual } from "./prepare.js";
import { send } from "./send.js";

const WIDTH = 320; // pixels of a picture that is sent
const EVERY = 333; // milliseconds
const PATIENCE = 2000; // milliseconds a slow answer is waited for before the next picture is shown; in a training run some answer is always awaited
const REASONS = /** @type {Record<string, [string, string]>} */ ({
  NotAllowedError: ["The camera may not be used.", "Allow it for this page in the browser’s address bar, then start it again."],
  NotFoundError: ["No camera was found.", "Connect one, or use Draw or Upload."],
  NotReadableError: ["The camera is in use elsewhere.", "Close the other program that uses it, then start it again."],
  OverconstrainedError: ["There is no camera on that side.", "Switch back."],
});

export class CameraSource {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {MediaStream | null} */
    this.stream = null;
    this.facing = "user";
    this.frozen = false;
    this.timer = 0;
    this.tries = 0; // to start it: of a start that was overtaken or left, the camera goes off at once
    this.shown = 0; // when a picture was last put on show
    /** @type {string | null} */
    this.last = null;
    this.video = element("video", { class: "npi-video", muted: true, playsinline: true, "aria-label": "What the camera sees" });
    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => element("button", { type: "button", class: "npi-button", text, title, onclick });
    this.start = button("Start camera", "The browser asks for leave; a few pictures a second go to this server and are looked at by the network", () => this.open());
    this.freeze = button("Freeze", "Keeps this picture → look at it in peace", () => this.hold(!this.frozen));
    this.turn = button("Other camera", "Front or back camera", () => this.switch());
    this.fault = element("div", { "aria-live": "polite" });
    this.tools = element("div", { class: "npi-draw-tools" }, element("p", { class: "npi-quiet", text: "About three pictures a second go to this server; only the last one is kept." }), element("span", { class: "npi-buttons" }, this.start, this.freeze, this.turn), this.fault);
    this.root = element("div", { class: "npi-source npi-camera" }, this.video, this.tools);
    this.hidden = () => document.hidden && this.hide();
    this.draw();
  }

  show() {}

  async open() {
    this.close();
    this.fault.replaceChildren();
    const mine = ++this.tries;
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new Fault({ what: "This page may not use a camera.", expected: "an address that begins with https:// or http://localhost", got: location.origin, fix: "Open the page at such an address." });
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.facing, width: { ideal: 640 } } });
      if (mine !== this.tries) return off(stream);
      document.addEventListener("visibilitychange", this.hidden);
      this.stream = this.video.srcObject = stream;
      await this.video.play();
      if (mine !== this.tries) return;
      this.frozen = false;
      this.grab();
    } catch (error) {
      if (mine !== this.tries) return;
      this.close();
      this.fault.replaceChildren(faultBox(faultOfCamera(error)));
    }
    this.draw();
  }

  /** Sends what the camera sees, and again when the answer is in. */
  async grab() {
    clearTimeout(this.timer);
    const { stream, video } = this;
    if (!stream || this.frozen) return;
    const begun = performance.now();
    try {
      const canvas = new OffscreenCanvas(WIDTH, Math.round((WIDTH * video.videoHeight) / (video.videoWidth || 1)) || WIDTH);
      canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
      const id = await send(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }), { name: "The camera’s picture", instead: this.last });
      this.last = id;
      if (this.stream !== stream) return;
      const { view } = this.context.host;
      if (view.anatomy && (!this.context.isBusy || performance.now() - this.shown > PATIENCE)) {
        this.shown = performance.now();
        const prepare = view.picture.title === TITLE ? view.picture.prepare : usual(view.anatomy);
        this.context.choose({ picture: { source: `upload:${id}`, title: TITLE, prepare } });
      }
      this.fault.replaceChildren();
    } catch (error) {
      if (!isAbort(error)) this.fault.replaceChildren(faultBox(error));
    }
    if (this.stream === stream && !this.frozen) this.timer = window.setTimeout(() => this.grab(), Math.max(0, EVERY - (performance.now() - begun)));
  }

  /** @param {boolean} frozen */
  hold(frozen) {
    this.frozen = frozen;
    if (frozen) this.video.pause();
    else {
      this.video.play();
      this.grab();
    }
    this.draw();
  }

  switch() {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.open();
  }

  draw() {
    this.start.hidden = this.stream !== null;
    this.video.hidden = this.freeze.hidden = this.turn.hidden = this.stream === null;
    setText(this.freeze, this.frozen ? "Go on" : "Freeze");
    this.freeze.setAttribute("aria-pressed", String(this.frozen));
  }

  close() {
    this.tries++;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.hidden);
    if (this.stream) off(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  hide() {
    this.close();
    this.draw();
  }
}

/** @param {MediaStream} stream */
function off(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {unknown} error */
function faultOfCamera(error) {
  if (error instanceof Fault) return error;
  const { name = "", message = String(error) } = /** @type {Partial<Error>} */ (error ?? {});
  const [what, fix] = REASONS[name] ?? ["The camera could not be started.", "Try another camera, or use Draw or Upload."];
  return new Fault({ what, got: REASONS[name] ? "" : message, fix });
}

const TITLE = "From the camera";
