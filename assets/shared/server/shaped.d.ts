/** An array of more than one dimension, row by row, as `wire.js` reads it. */
export type Shaped<Numbers> = Numbers & { shape: number[] };
