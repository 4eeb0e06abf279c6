// @ts-check
/** What the weights on show are, and what sharing them saves, in sentences with the layer's numbers. */

const whole = (/** @type {number} */ value) => value.toLocaleString("en-US");

/** One sentence on what is drawn. @param {import("../answers.d.ts").FiltersAnswer} body of the view "filters" @returns {string} */
export function headline(body) {
  const { form, total, inputs, picture, values } = body;
  if (form === "vector") return `${whole(total)} values, one for each channel.`;
  if (form === "matrix") return `A matrix of ${whole(inputs)} inputs (rows) by ${whole(total)} units (columns)${body.gates.length ? `; each quarter`.replace("quarter", body.gates.length === 4 ? "quarter" : "third") + ` of the columns is a gate: ${body.gates.join(", ")}` : ""}.`;
  const [, , depth, height, width] = values.shape;
  const size = [depth > 1 && depth, (height > 1 || depth > 1 || body.kind.includes("2D") || picture) && height, width].filter(Boolean).join(" × ");
  if (picture) return `${whole(total)} units, each with a weight for every value of ${picture.name} (${picture.shape.join(" × ")}), drawn in their places.`;
  return `${whole(total)} filters of ${size}${inputs > 1 ? `, each with one plane for each of its ${whole(inputs)} inputs` : ""}.`;
}

/** Paragraphs for "What am I looking at?". @param {import("../answers.d.ts").FiltersAnswer} body @returns {string[]} */
export function explained(body) {
  const texts = [];
  if (body.form === "filters" && !body.picture) {
    texts.push("A filter is slid over the input; at each place its weights are multiplied with the values below them and summed. Orange weights are positive, blue ones negative, so a filter with orange beside blue answers to an edge between them.");
  }
  if (body.picture) texts.push("The unit answers most strongly to pictures that are bright where its weights are orange and dark where they are blue.");
  if (body.form === "matrix") texts.push("Each column holds the weights of one unit: z[k] = b[k] + Σ x[m] · w[m, k]. In the difference to an earlier epoch, a column without colour belongs to a unit that has learnt nothing: after ReLU, most likely one that is silent for every example.");
  if (body.inputs === 3 && body.form === "filters") texts.push("As RGB, the three planes are red, green and blue of one picture; middle grey is a weight of 0.");
  return [...texts, "Near zero: the share of weights whose size is at most 1 % of the largest. Change: the Euclidean distance of a tensor from the epoch it is compared with."];
}

/** @param {import("../answers.d.ts").Sharing | null} sharing @returns {string[]} */
export function sharingSentences(sharing) {
  if (!sharing) return [];
  const { shared, shared_formula, alone, alone_formula, dense, dense_formula } = sharing;
  return [`Sharing: one filter serves all places, so the layer has ${shared_formula} = ${whole(shared)} weights. If each place had its own, there would be ${alone_formula} = ${whole(alone)}. A dense layer from the same input to the same output would have ${dense_formula} = ${whole(dense)}.`];
}
