/** What Python says: see ui/components/imports.py. */

/** @typedef {{name: string, label: string, shape: number[]}} DigitSet */
/** @typedef {Record<"encoder" | "decoder", string[]>} Halves pages that show an encoder alone, and a decoder alone */
/** @typedef {{left: string, right: string, digits: string}} Choice */
/** @typedef {import("./files.js").Rules & Choice & {why: string, sets: DigitSet[], names: string[], halves: Halves}} Data */

export {};
