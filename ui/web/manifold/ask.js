/** What both maps ask the server: only the answers to the latest question count. */

/**
 * @template T
 * @typedef {object} Answer
 * @property {T | null} found so far
 * @property {string | null} problem a sentence in its place
 * @property {boolean} busy more is on its way
 */

/** @template T */
export class Ask {
  /** @param {() => void} onChange an answer has come, or got better */
  constructor(onChange) {
    this.onChange = onChange;
    this.timer = 0;
    this.controller = new AbortController();
    /** @type {Answer<T>[]} of the left and the right map */
    this.answers = [NOTHING, NOTHING];
  }

  /**
   * @param {(side: number, signal: AbortSignal) => AsyncIterable<T> | null} question null where a side is not asked
   * @param {{delay?: number, keep?: boolean}} [options] in ms; keep shows the former answers until the new ones come
   */
  start(question, { delay = 0, keep = false } = {}) {
    const former = this.answers;
    this.drop();
    const { signal } = (this.controller = new AbortController());
    this.answers = former.map(({ found }) => ({ found: keep ? found : null, problem: null, busy: true }));
    this.timer = setTimeout(() => this.answers.forEach((_, side) => void this.follow(side, question, signal)), delay);
    this.onChange();
  }

  /**
   * @param {number} side
   * @param {(side: number, signal: AbortSignal) => AsyncIterable<T> | null} question
   * @param {AbortSignal} signal
   */
  async follow(side, question, signal) {
    const answer = this.answers[side];
    try {
      for await (const found of question(side, signal) ?? []) {
        if (signal.aborted) return;
        answer.found = found;
        this.onChange();
      }
    } catch (error) {
      if (signal.aborted) return;
      Object.assign(answer, { found: null, problem: /** @type {Error} */ (error).message });
    }
    answer.busy = false;
    this.onChange();
  }

  /** Nothing is asked any more, and nothing known. */
  drop() {
    clearTimeout(this.timer);
    this.controller.abort();
    this.answers = [NOTHING, NOTHING];
  }

  get busy() {
    return this.answers.some(({ busy }) => busy);
  }
}

/** A question with one answer. @template T @param {() => Promise<T>} ask @returns {AsyncGenerator<T>} */
export async function* once(ask) {
  yield await ask();
}

/** @type {Answer<any>} */
const NOTHING = Object.freeze({ found: null, problem: null, busy: false });
