// @ts-check
/** Section "Groups": is the network as good for some as for others? Accuracy by class, by a property, by a column, by own tags. */

import { element, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { faultOf } from "../../shared/server/look.js";
import { Answering } from "./answering.js";
import { card, field, reading, table } from "./pieces.js";

/** Microsoft, Face++ and IBM as the notes have them: accuracy for darker men, darker women, lighter men, lighter women. */
const SHADES = [["Microsoft", "94.0 %", "79.2 %", "100 %", "98.3 %", "20.8"], ["Face++", "99.3 %", "65.5 %", "99.2 %", "94.0 %", "33.8"], ["IBM", "88.0 %", "65.3 %", "99.7 %", "92.9 %", "34.4"]];

const MOST_TAGS = 30;
const MOST_TAGGED = 15_000; // examples with tags in all; a question has at most 256 kB

/** What a person wrote about an example. @typedef {{example: string, note: string, tags: string[]}} Mark */

export class Groups {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.by = "class";
    this.count = 4;
    this.offer = "";
    this.turn = 0; // grows whenever tags may have changed: an example was open, or the section was left
    /** @type {string | null} */
    this.picture = null; // the example that was open last
    /** @type {import("../answers.d.ts").GroupOption[]} */
    this.options = [];
    /** @type {Answering<"groups">} */
    this.answering = new Answering(context, (answer) => this.draw(answer));

    this.choice = element("select", { "aria-label": "Group by", onchange: () => this.regroup(this.choice.value) }, element("option", { value: "class", text: "True class" }));
    const count = element("input", { type: "range", min: 2, max: 6, step: 1, value: this.count, "aria-label": "Groups", oninput: () => this.cut(Number(count.value)) });
    this.counted = element("output", { text: String(this.count) });
    this.cutting = field("into", "More groups show finer differences but hold fewer examples each", count, this.counted, element("span", { class: "npi-quiet", text: "groups" }));
    this.says = element("p", { class: "npm-score-says", "aria-live": "polite" });
    this.rows = element("div", { class: "npm-score-scroll" });
    this.rest = element("p", { class: "npi-quiet" });
    this.reading = element("p");
    const shades = table("Gender Shades: accuracy by group", ["Gender classifier", "Darker men", "Darker women", "Lighter men", "Lighter women", "Largest gap"], SHADES);
    this.answering.content.append(this.says,
      card("Accuracy by group", this.rows, this.rest,
        reading(this.reading, element("p", { text: "Such a table made the study Gender Shades known (Buolamwini and Gebru 2018): products sold as accurate failed for one group far more often than for the others." }), element("div", { class: "npm-score-scroll" }, shades))));
    this.root = element("div", { class: "npm-score" },
      element("div", { class: "npm-score-controls" }, field("Group by", "Another property shows whether it decides over right and wrong", this.choice), this.cutting), this.answering.root);
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.view = view;
    if (this.offer && this.offer !== view.anatomy.data) [this.by, this.options] = ["class", []]; // another data set has other properties
    this.offer = view.anatomy.data;
    if (view.picture !== this.picture) this.turn++;
    this.picture = view.picture;
    this.ask();
  }

  hide() {
    this.turn++;
    this.answering.drop();
  }

  /** @param {string} by */
  regroup(by) {
    this.by = by;
    this.ask();
  }

  /** @param {number} count */
  cut(count) {
    this.count = count;
    setText(this.counted, String(count));
    this.ask();
  }

  ask() {
    if (!this.view) return;
    const option = this.options.find(({ by }) => by === this.by);
    this.cutting.hidden = !option?.is_cut;
    const question = { view: /** @type {const} */ ("groups"), by: this.by, groups: option?.is_cut ? this.count : null };
    if (this.by !== "tags") return this.answering.want(this.view, question);
    const { data } = this.view.anatomy;
    this.answering.want(this.view, { ...question, turn: this.turn }, async (signal) => {
      await this.context.kept();
      return this.context.ask({ ...question, sets: await tags(data, signal) }, { signal });
    });
  }

  /** @param {import("../answers.d.ts").GroupsAnswer} answer */
  draw(answer) {
    this.options = answer.options;
    const chosen = /** @type {import("../answers.d.ts").GroupOption} */ (this.options.find(({ by }) => by === answer.by)); // it was asked for
    const kinds = answer.options.map(({ by, title, explanation }) => element("option", { value: by, text: title, title: explanation, selected: by === this.by }));
    this.choice.replaceChildren(...kinds);
    this.cutting.hidden = !chosen.is_cut;
    setText(this.says, verdict(answer, chosen));
    const right = answer.groups.reduce((sum, group) => sum + group.right, 0);
    const all = answer.groups.reduce((sum, group) => sum + group.n, 0);
    const untagged = answer.by === "tags" && answer.groups.length < 2;
    this.rows.replaceChildren(untagged ? element("p", { text: "None of these examples has a tag yet. Open an example in the gallery and give it one." }) : this.bars(answer, chosen));
    const left = answer.left_out ? `These are the ${whole(answer.groups.length)} least accurate of ${whole(answer.groups.length + answer.left_out)} groups. ` : "";
    setText(this.rest, `${left}Groups of fewer than ${answer.small} examples take no part in the largest gap.`);
    this.rest.hidden = !left && answer.groups.every((group) => group.n >= answer.small);
    setText(this.reading, explained(answer, chosen, right / all));
  }

  /** @param {import("../answers.d.ts").GroupsAnswer} answer @param {import("../answers.d.ts").GroupOption} chosen */
  bars(answer, chosen) {
    const rows = answer.groups.map((group, i) => {
      const some = group.n > answer.positions[i].length ? ` (the first ${whole(answer.positions[i].length)})` : "";
      const title = `${chosen.title}: ${group.name}${some}`;
      const open = element("button", { class: "npm-score-link", type: "button", text: group.name, title: "Opens the gallery with the examples of this group", onclick: () => this.context.gallery({ among: { title, positions: Array.from(answer.positions[i]) } }) });
      return [open, whole(group.n), bar(group), percent(group.share), `${percent(group.interval[0])} – ${percent(group.interval[1])}`, percent(1 - group.share)];
    });
    const found = table(`Accuracy by ${chosen.title}`, [chosen.title, "Examples", "", "Right", "95 % interval", "Wrong"], rows);
    found.classList.add("npm-score-groups");
    return found;
  }
}

/** A group's share with its interval, from 0 to 100 %. @param {import("../answers.d.ts").Group} group */
function bar({ share, interval: [low, high], n }) {
  const place = `--share: ${100 * share}%; --low: ${100 * low}%; --high: ${100 * high}%`;
  return element("span", { class: `npm-score-groupbar${n < 10 ? " npm-score-few" : ""}`, style: place, "aria-hidden": "true" });
}

/** The largest gap in a sentence. @param {import("../answers.d.ts").GroupsAnswer} answer @param {import("../answers.d.ts").GroupOption} chosen */
function verdict({ gap, groups, by }, { is_cut: isCut, title }) {
  if (!gap) return groups.length < 2 ? "There is only one group, so there is nothing to compare." : "No two groups hold ten examples or more, so their difference says nothing.";
  const [worst, best] = [gap.worst, gap.best].map((name) => (isCut ? `${title} ${name}` : `“${name}”`));
  const said = `The largest gap: ${worst} is right ${points(gap.difference)} points less often than ${best}`;
  if (gap.difference === 0) return "All groups are right equally often.";
  if (!gap.interval) return `${said}. ${by === "tags" ? "An example may have several tags, so this difference has no simple interval." : ""}`.trim();
  const range = `95 % interval ${points(gap.interval[0])} to ${points(gap.interval[1])}`;
  if (gap.together && gap.together[0] > 0) return `${said} (${range}). Chance alone seldom makes a gap as large${gap.pairs > 1 ? `, even as the largest of ${gap.pairs}` : ""}.`;
  if (gap.interval[0] > 0 && gap.pairs > 1) return `${said} (${range}). But it is the largest of ${gap.pairs} differences, and the largest of so many may well come about by chance.`;
  return `${said} (${range}). With so few examples that may be chance.`;
}

/** A difference of shares in percentage points. @param {number} difference */
const points = (difference) => (100 * difference).toFixed(1).replace(/^-0\.0$/, "0.0").replace("-", "−");

/** @param {import("../answers.d.ts").GroupsAnswer} answer @param {import("../answers.d.ts").GroupOption} chosen @param {number} accuracy */
function explained({ groups, gap }, chosen, accuracy) {
  const first = groups[0];
  const one = first ? ` ${first.name}: ${whole(first.right)} ÷ ${whole(first.n)} = ${percent(first.share)}.` : "";
  const test = gap?.interval && gap.together ? ` The interval of the largest gap is Newcombe's (1998, method 10): difference ± the two distances to the Wilson bounds, squared, added and rooted. Taken as the largest of ${gap.pairs} pair${gap.pairs > 1 ? "s" : ""} it runs from ${points(gap.together[0])} to ${points(gap.together[1])} points (Bonferroni).` : "";
  return `${chosen.title}: ${chosen.explanation}. A bar is right ÷ examples, from 0 to 100 %.${one} The thin line is the interval in which the true share lies with 95 % confidence (Wilson 1927). All together: ${percent(accuracy)}.${test}`;
}

/**
 * The tags of a person on a data set, with their examples: the thirty most used.
 * @param {string} data
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, string[]>>}
 */
async function tags(data, signal) {
  const answer = await fetch(`/api/marks/${encodeURIComponent(data)}`, { signal, cache: "no-store" });
  if (!answer.ok) throw await faultOf(answer);
  const { marks, tags: used } = await answer.json();
  const names = Object.keys(used).sort((a, b) => used[b] - used[a]).slice(0, MOST_TAGS);
  let room = MOST_TAGGED;
  const sets = names.map((name) => {
    const examples = marks.filter((/** @type {Mark} */ mark) => mark.tags.includes(name)).map((/** @type {Mark} */ mark) => mark.example).slice(0, room);
    room -= examples.length;
    return [name, examples];
  });
  return Object.fromEntries(sets);
}
