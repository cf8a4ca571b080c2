/** What both maps ask the server: only the answers to the latest question count. */

/**
 * @template T
 * @typedef {object} Answer
 * @property {T | null} found so far
 * @property {string | null} problem a sentence in its place
 * @property {boolean} busy more is on its way
 */
/** @typedef {{name: string, plane: object | null}} Side a model, which is not asked where it has no map */
/**
 * @template T
 * @typedef {(model: string, signal: AbortSignal) => AsyncIterable<T> | Promise<T>[]} Question
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
   * @param {Side[]} sides @param {Question<T>} question
   * @param {{delay?: number, keep?: boolean}} [options] in ms; keep shows the former answers until the new ones come
   */
  start(sides, question, { delay = 0, keep = false } = {}) {
    const former = this.answers;
    this.drop();
    const { signal } = (this.controller = new AbortController());
    this.answers = former.map(({ found }) => ({ found: keep ? found : null, problem: null, busy: true }));
    this.timer = setTimeout(() => {
      sides.forEach(({ name, plane }, side) => {
        void this.follow(this.answers[side], () => (plane ? question(name, signal) : []), signal);
      });
    }, delay);
    this.onChange();
  }

  /** @param {Answer<T>} answer @param {() => AsyncIterable<T> | Promise<T>[]} question @param {AbortSignal} signal */
  async follow(answer, question, signal) {
    try {
      for await (const found of question()) {
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

/** @type {Answer<any>} */
const NOTHING = Object.freeze({ found: null, problem: null, busy: false });
