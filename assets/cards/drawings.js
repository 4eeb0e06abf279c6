// @ts-check
/** The small drawings of a card: a scatter of points and the class balance, as SVG text over plain data. */

/** @param {[number, number][]} points from 0 to 1, y upwards @param {number[]} labels @param {string[]} colours */
export function scatter(points, labels, colours) {
  const dots = points
    .map(([x, y], at) => {
      const colour = colours[(labels[at] ?? 0) % colours.length];
      return `<circle cx="${(6 + 148 * x).toFixed(1)}" cy="${(84 - 78 * y).toFixed(1)}" r="2.4" style="color:${colour}"/>`;
    })
    .join("");
  return `<svg viewBox="0 0 160 90" role="presentation" preserveAspectRatio="xMidYMid meet">${dots}</svg>`;
}

/** One bar per class, as high as the class has examples. @param {number[]} balance @param {string[]} colours none: all alike */
export function balanceBars(balance, colours) {
  const most = Math.max(1, ...balance);
  const width = 100 / balance.length;
  const bars = balance
    .map((n, at) => {
      const height = Math.max(0.8, (15 * n) / most);
      const colour = colours.length ? colours[at % colours.length] : "currentColor";
      return `<rect x="${(at * width + width * 0.1).toFixed(2)}" y="${(16 - height).toFixed(2)}" width="${(width * 0.8).toFixed(2)}" height="${height.toFixed(2)}" fill="${colour}"/>`;
    })
    .join("");
  return `<svg viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

/** The balance in a sentence. @param {number[]} balance @param {string[]} classes */
export function balanceWords(balance, classes) {
  const [least, most] = [Math.min(...balance), Math.max(...balance)];
  const name = (/** @type {number} */ n) => classes[balance.indexOf(n)] ?? `class ${balance.indexOf(n)}`;
  const group = (/** @type {number} */ n) => n.toLocaleString("en");
  if (least === most) return `Class balance: ${group(most)} examples of each class.`;
  return `Class balance: from ${group(least)} (${name(least)}) to ${group(most)} (${name(most)}) examples a class.`;
}
