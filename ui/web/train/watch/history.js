/** What is known of a run from the events it has told, see vae_core/training/events.py. */

/** @typedef {import("../server.js").Event} Event */
/** @typedef {{fault: string, words: string, advice: string}} Finding */
/** @typedef {"loss" | "reconstruction" | "kl"} Part */
/**
 * @typedef {object} Epoch
 * @property {number} epoch from 1
 * @property {number} loss @property {number} reconstruction @property {number} kl nats an image
 * @property {number} seconds that it took
 * @property {number} elapsed seconds of training up to its end
 * @property {number} told seconds since 1970
 * @property {number} perSecond images
 * @property {Float32Array} klCodes nats of each code; of none where they are not known, or it is an AE
 * @property {number | null} active codes that are used
 * @property {Uint8Array<ArrayBuffer> | null} frame a PNG
 * @property {Float32Array | null} codes [M, 2]
 * @property {Finding[]} findings
 */
/** @typedef {{step: number, at: number, seconds: number, loss: number, reconstruction: number, kl: number}} Step `at`: of the epoch, up to 1 */

const RECENT = 8;

export class History {
  constructor() {
    /** As many as are planned; 0 before that is known. */
    this.planned = 0;
    /** Steps an epoch. */
    this.stepsEach = 0;
    this.parameters = 0;
    /** Reconstruction of who always gives the mean of the training digits. @type {number | null} */
    this.meanImage = null;
    /** In what the reconstruction is counted. */
    this.likelihood = "";
    /** Of the digits whose codes are told; null where the model has not two codes. @type {Uint8Array | null} */
    this.labels = null;
    /** Seconds since 1970 when it last started, and the epochs done by then; 0 where it never did. */
    this.started = 0;
    this.resumedAt = 0;
    /** Of the first epoch. @type {Step[]} */
    this.steps = [];
    /** In order, each once. @type {Epoch[]} */
    this.epochs = [];
    /** Why it broke off; empty where it did not. */
    this.problem = "";
  }

  get last() {
    return this.epochs.at(-1);
  }

  /** Epochs done. */
  get done() {
    return this.last?.epoch ?? 0;
  }

  get isVae() {
    return this.epochs.some(({ kl, klCodes }) => kl > 0 || klCodes.length > 0);
  }

  /** @param {Event} event in any order, also twice; kinds of later versions are left alone */
  take(event) {
    if (event.event === "started") this.start(event);
    else if (event.event === "step") this.takeStep(event);
    else if (event.event === "epoch") this.takeEpoch(event);
    this.problem = event.event === "failed" ? event.words : "";
  }

  /** @param {Event} event */
  start({ time, epoch, epochs, steps, parameters, likelihood, mean_image = null, labels = null }) {
    Object.assign(this, { planned: epochs, stepsEach: steps, parameters, likelihood, meanImage: mean_image });
    this.labels = labels === null ? null : bytesOf(labels);
    [this.started, this.resumedAt] = [time, epoch];
    if (!epoch) this.steps = [];
    // What it goes on from is what is on disk.
    this.epochs = this.epochs.filter((one) => one.epoch <= epoch);
  }

  /** @param {Event} event */
  takeStep({ time, step, loss, reconstruction, kl }) {
    const at = Math.min(1, step / (this.stepsEach || step));
    put(this.steps, { step, at, seconds: time - this.started, loss, reconstruction, kl }, (one) => one.step);
  }

  /** @param {Event} event */
  takeEpoch(event) {
    const { epoch, loss, reconstruction, kl, seconds, time, active = null, findings = [] } = event;
    const codes = event.codes ? floatsOf(event.codes) : null;
    const frame = event.frame ? bytesOf(event.frame) : null;
    const klCodes = Float32Array.from(event.kl_codes ?? []);
    const numbers = { epoch, loss, reconstruction, kl, seconds, perSecond: event.images_per_second };
    put(
      this.epochs,
      { ...numbers, elapsed: 0, told: time, klCodes, active, frame, codes, findings },
      (one) => one.epoch,
    );
    let elapsed = 0;
    for (const one of this.epochs) one.elapsed = elapsed += one.seconds;
  }

  /** Seconds until it is done, at the pace of the last epochs, or in the first one of its steps; null where that is not known. */
  get secondsLeft() {
    const { epochs, steps, planned, stepsEach, started, resumedAt } = this;
    const step = steps.at(-1);
    if (!epochs.length) return step?.seconds ? (step.seconds / step.step) * (stepsEach * planned - step.step) : null;
    // What lies between two epochs counts, too: an epoch is told when it is saved.
    const since = epochs.filter(({ epoch }) => epoch > resumedAt).slice(-RECENT - 1);
    const before = [since[0]?.epoch === resumedAt + 1 ? started : NaN, ...since.map(({ told }) => told)];
    const paces = since.map(({ told }, i) => told - before[i]).filter(Number.isFinite);
    const pace = median(paces) ?? epochs[epochs.length - 1].seconds;
    return Math.max(0, pace * (planned - this.done));
  }
}

/**
 * @param {readonly Epoch[]} epochs @param {number} at in epochs, between whole ones as well
 * @returns {{before: Epoch, after: Epoch, share: number} | null} the two it lies between, and how far from the first;
 *   beyond an end that end twice; null where there are none
 */
export function around(epochs, at) {
  if (!epochs.length) return null;
  let [low, high] = [0, epochs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (epochs[middle].epoch <= at) low = middle;
    else high = middle - 1;
  }
  const before = epochs[low];
  const after = at > before.epoch ? (epochs[low + 1] ?? before) : before;
  const share = after === before ? 0 : (at - before.epoch) / (after.epoch - before.epoch);
  return { before, after, share };
}

/** @param {readonly Epoch[]} epochs @returns {string} the numbers of all as CSV */
export function csvOf(epochs) {
  const most = epochs.reduce((most, { klCodes }) => Math.max(most, klCodes.length), 0);
  const codes = Array.from({ length: most }, (_, d) => `kl_${d}`);
  const head = ["epoch", "loss", "reconstruction", "kl", "seconds", "images_per_second", "active", ...codes];
  const rows = epochs.map((one) => [
    ...[one.epoch, one.loss, one.reconstruction, one.kl, one.seconds, one.perSecond, one.active ?? ""],
    ...codes.map((_, d) => (d < one.klCodes.length ? Number(one.klCodes[d].toPrecision(6)) : "")),
  ]);
  return `${[head, ...rows].map((row) => row.join(",")).join("\r\n")}\r\n`;
}

/**
 * @template T
 * @param {T[]} list in order, and so it stays @param {T} one in place of what has the same key @param {(one: T) => number} key
 */
function put(list, one, key) {
  let place = list.length;
  while (place > 0 && key(list[place - 1]) >= key(one)) place -= 1;
  list.splice(place, place < list.length && key(list[place]) === key(one) ? 1 : 0, one);
}

/** @param {number[]} values @returns {number | undefined} of an even number the lower of the two in the middle */
const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

/** @param {string} text of base64 @returns {Uint8Array<ArrayBuffer>} */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {string} text base64 of float32, as every machine that has a browser keeps them @returns {Float32Array} */
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);
