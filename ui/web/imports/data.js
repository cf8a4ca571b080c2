/** What Python says: see ui/components/imports.py. */

/** @typedef {{name: string, label: string, shape: number[]}} DigitSet */
/** @typedef {import("./files.js").Rules & {why: string, sets: DigitSet[], names: string[], left: string, right: string, digits: string}} Data */

export {};
