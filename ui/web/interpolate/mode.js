/** What the ways of going between digits have in common: see `Mode`. */

import { Choice } from "../kit/controls.js";

/**
 * @typedef {object} Side a model of the pair; one where both are the same
 * @property {string} name of the checkpoint
 * @property {string} label
 * @property {string} colour
 * @property {import("../nn/nn.js").Model} model
 * @property {import("../nn/encodings.js").Encodings} encodings
 * @property {import("../maths/whereabouts.js").Located["where"]} [where]
 */
/**
 * @typedef {object} Host what the view gives to every mode it makes
 * @property {import("../hand/tray.js").Tray} tray
 * @property {import("../kit/slices.js").Slices} slices one for all; a mode begins its tasks' names with its own
 * @property {() => void} changed the pictures are others from now on: stage and strips follow in the next frame
 * @property {(t: number) => void} seek in the player's time; pauses it
 * @property {() => number} time of the player: 0 to 1, or in knots where it is endless
 * @property {() => void} rest the hand is done: `heard` is told, and the link
 */
/**
 * @typedef {object} Nearest the real digit next to a picture
 * @property {number} row @property {number} label
 * @property {number} distance between the pictures, each pixel in [0, 1]
 * @property {Uint8Array | Float32Array | null} pixels null until they are here
 */
/**
 * @typedef {object} Opened
 * @property {Side[]} sides one or two
 * @property {string} digits the set
 * @property {number} seed
 * @property {boolean} arrives the visitor comes from another page, and the digit in hand with them
 */
/**
 * One way of going between digits. Made once, `new SomeMode(host)`; opened whenever it is chosen, or models, digits or
 * seed have changed; only the open one is asked for anything.
 *
 * @typedef {object} Mode
 * @property {"between" | "corners" | "attribute" | "walk"} name
 * @property {HTMLElement} above its own controls, over the pictures
 * @property {HTMLElement} below tables and charts, under the player
 * @property {HTMLElement} [replacesStage] in place of the large pictures and their strips
 * @property {import("../player/player.js").Timeline} timeline read after `open`; what `Player.open`
 *   takes; its duration may change with the pictures
 * @property {import("../kit/controls.js").Action[]} actions by key, as long as it is open
 * @property {(opened: Opened) => Promise<void> | void} open
 * @property {(chosen: import("../hand/tray.js").Chosen, change: import("../hand/pad.js").DigitChange) => void} onDigit the digit in hand has
 *   changed in the tray, at every stroke sample; calls `host.changed()` where the pictures have
 * @property {() => void} redecode class-conditional models draw another digit; calls `host.changed()`
 * @property {(side: number, t: number, out: Float32Array) => void} pictureAt [pixels] in [0, 1], well below a millisecond
 * @property {(side: number, t: number) => Float32Array | null} codeAt null where the picture has no code
 * @property {(t: number) => void} onTime at most once a frame, after the pictures: marks of its own
 * @property {(side: number, t: number) => Nearest | null} [nearestAt] a real digit
 *   beside the large picture; null where it is not known yet
 * @property {() => string} [problem] one sentence above the pictures; empty for none
 * @property {() => string} fileName such as "7-to-3-slerp"
 * @property {() => string} caption what `heard` says of what is on show
 * @property {() => (string | number)[][]} [rows] of the CSV, its head first, in place of frame, t, model and codes
 * @property {(name: string) => void} [saveStill] in place of the PNG of the strips
 * @property {() => void} [recolour] the sides' colours have changed; those that come by `left` and `right` of the page follow
 * @property {() => void} close leaves nothing running; may be opened again
 */

/** @typedef {Mode["name"]} ModeName */
/** @type {import("../kit/controls.js").Option<ModeName>[]} */
const MODES = [
  ["between", "Between digits", "From one digit to the next"],
  ["corners", "Four corners", "A blend of four digits"],
  ["attribute", "Attribute", "What makes one class another, added to any digit"],
  ["walk", "Random walk", "A smooth walk that never ends"],
];

/** @param {(mode: ModeName) => void} onMode */
export const modeChoice = (onMode) => new Choice("Mode", "mode", MODES, onMode, { kind: "modes" });
