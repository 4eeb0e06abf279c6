// @ts-check
/** What every part of the Playground may read and do. The parts know nothing else of the page, the server or Streamlit. */

/** @typedef {import("./store.js").State} State */
/** @typedef {import("./answers.d.ts").Answers} Answers */
/** @template {keyof Answers} View @typedef {import("./answers.d.ts").Question<View>} Question */
/**
 * @typedef {{
 *   state: State,
 *   change: (patch: import("./messages.d.ts").Patch) => void,
 *   command: (command: object) => Promise<boolean>,
 *   ask: <View extends keyof Answers>(question: Question<View>, options?: {signal?: AbortSignal}) => Promise<Answers[View]>,
 *   follow: <View extends keyof Answers>(question: Question<View>, draw: (body: Answers[View]) => void, fail: (error: import("./store.js").Wrong) => void) => () => void,
 *   set: (patch: Partial<State>) => void,
 *   shown: (id: string) => boolean,
 * }} Context
 */

/**
 * state: what is known now. change: a patch of the sketch. command: to the run, which begins paused where there is none yet.
 * ask, follow: questions about the network on show. set: what is looked at, nothing of the experiment. shown: false where a class view hides a control.
 * @param {import("./game.js").Game} game
 * @returns {Context}
 */
export function contextOf(game) {
  return {
    get state() {
      return game.store.state;
    },
    change: (patch) => game.editing.change(patch),
    command: (command) => game.playing.command(command),
    ask: (question, options) => game.seeing.ask(question, options),
    follow: (question, draw, fail) => game.seeing.follow(question, draw, fail),
    set: (patch) => game.look(patch),
    shown: (id) => !game.store.state.hidden.has(id),
  };
}
