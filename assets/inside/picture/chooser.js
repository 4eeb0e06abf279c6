// @ts-check
/** Which picture: the one on show, and the ways to another: from the data set, drawn, uploaded, from the camera. */

import { isReady } from "../../page/runpage.js";
import { element } from "../../shared/dom/element.js";
import { CameraSource } from "./camera.js";
import { DataSource } from "./dataset.js";
import { DrawSource } from "./drawing.js";
import { Prepare } from "./prepare.js";
import { Present } from "./present.js";
import { UploadSource } from "./upload.js";

/** @typedef {import("../context.js").View} View */
/** @typedef {"data" | "draw" | "upload" | "camera"} Mode */

const MODES = /** @type {[Mode, string, string][]} */ ([
  ["data", "Data set", "Pictures that the network was trained and tested with"],
  ["draw", "Draw", "Draw one yourself → the network answers as you draw"],
  ["upload", "Upload", "Your own pictures, from this computer or the clipboard"],
  ["camera", "Camera", "What your camera sees → the network answers a few times a second"],
]);

export class PictureChooser {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.stop = () => {};
    this.asked = "";
    /** @type {Mode} */
    this.mode = "data";
    this.run = "";
    this.present = new Present();
    this.sources = { data: new DataSource(context), draw: new DrawSource(context), upload: new UploadSource(context), camera: new CameraSource(context) };
    this.prepare = new Prepare((prepare) => {
      const { source, title } = this.context.host.view.picture;
      this.context.choose({ picture: { source, title, prepare } });
    });
    this.buttons = MODES.map(([mode, text, title]) => element("button", { type: "button", class: "npi-button", title, text, "aria-pressed": "false", onclick: () => this.turn(mode) }));
    this.modes = element("div", { class: "npi-buttons", role: "group", "aria-label": "Where the picture comes from" }, ...this.buttons);
    this.place = element("div", { class: "npi-source-place" });
    this.choose = element("div", { class: "npi-choose" }, this.modes, this.place, this.prepare.root);
    this.root = element("section", { class: "npi-picture", "aria-label": "Picture", hidden: true, onkeydown: (event) => this.key(event) },
      this.present.root, this.choose);
  }

  /** @param {import("../context.js").PageView} view */
  show(view) {
    this.root.hidden = !isReady(view) || !view.picture.source;
    if (!isReady(view) || !view.picture.source) return this.hide();
    if (view.run !== this.run) {
      this.run = view.run ?? "";
      this.mode = view.picture.source.startsWith("upload:") ? "upload" : "data";
    }
    this.modes.hidden = view.anatomy.kind !== "pictures";
    if (view.anatomy.kind !== "pictures") this.mode = "data";
    this.draw(view);
    const key = JSON.stringify([view.run, view.picture.source, view.picture.prepare, view.weights, view.live, view.status]);
    if (key === this.asked) return;
    this.stop();
    this.asked = key;
    this.stop = this.context.follow({ view: "picture" }, (body) => this.answered(body), (error) => this.present.fail(error));
  }

  /** @param {View} view */
  draw(view) {
    const source = this.sources[this.mode];
    if (this.place.firstElementChild !== source.root) this.place.replaceChildren(source.root);
    const side = /** @type {any} */ (source).tools ?? this.choose; // beside the paper there is room for it
    if (this.prepare.root.parentElement !== side) side.append(this.prepare.root);
    this.root.dataset.mode = this.mode;
    source.show(view);
    MODES.forEach(([mode], i) => this.buttons[i].setAttribute("aria-pressed", String(mode === this.mode)));
    this.prepare.root.hidden = !view.picture.source.startsWith("upload:");
    if (!this.prepare.root.hidden) this.prepare.draw(view.picture.prepare, view.anatomy);
  }

  /** @param {Mode} mode */
  turn(mode) {
    if (mode === this.mode) return;
    this.sources[this.mode].hide();
    this.mode = mode;
    this.draw(this.context.view);
  }

  /** @param {import("../answers.d.ts").PictureAnswer} body */
  answered(body) {
    const { anatomy, picture } = this.context.host.view;
    if (!anatomy) return;
    const own = picture.source.startsWith("upload:");
    this.present.draw(body, anatomy, (own && picture.title !== picture.source && picture.title) || body.title);
  }

  /** Left and right go through the pictures. @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    const source = /** @type {any} */ (this.sources[this.mode]);
    if (!by || !source.step || event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return;
    event.preventDefault();
    source.step(by);
  }

  /** Nothing is asked and no camera is on any more. */
  hide() {
    this.stop();
    this.asked = "";
    for (const source of Object.values(this.sources)) source.hide();
  }
}
