// @ts-check
/** Redraws at most 30 times a second, less often when drawing is dear, and not at all in a hidden tab. */

const SHORTEST = 1000 / 30; // milliseconds between two frames
const CALM = 250; // for people who asked for reduced motion
const SHARE = 0.65; // of the time may go into drawing, so that clicks are answered between two frames

/**
 * @param {() => void} draw
 * @returns {{ask: () => void, stop: () => void}} ask: something changed; many calls before the next frame cost one drawing
 */
export function frames(draw) {
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let asked = false;
  let running = 0;
  let next = 0;

  /** @param {number} now */
  function frame(now) {
    running = 0;
    if (now < next) return wait();
    asked = false;
    const begin = performance.now();
    draw();
    const cost = performance.now() - begin;
    next = now + Math.max(reduced.matches ? CALM : SHORTEST - 2, cost / SHARE);
    if (asked) wait();
  }

  function wait() {
    running ||= requestAnimationFrame(frame);
  }

  return {
    ask() {
      asked = true;
      wait();
    },
    stop() {
      cancelAnimationFrame(running);
    },
  };
}
