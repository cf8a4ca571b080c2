/** What Python says: see ui/components/train.py. */

/** @typedef {{name: string, summary: string, model: Record<string, any>, training: Record<string, any>}} Recipe */
/** @typedef {{name: string, label: string, shape: number[], images: number, classes: number[]}} DigitSet */
/** @typedef {{light: string, dark: string}} Colour */
/** @typedef {{digits: string, recipes: Recipe[], sets: DigitSet[], colours: {light: string[], dark: string[]}, kinds: Record<"ae" | "dae" | "vae", Colour>}} Data */

export {};
