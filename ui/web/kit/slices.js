/** Long work in slices of a few milliseconds, one in each frame: the hand's own work always finds room. */

// Painting what was done comes on top.
const SLICE_MS = 3;

/**
 * @typedef {object} Task
 * @property {Iterator<unknown>} steps
 * @property {(done: boolean) => void} onSlice
 */

export class Slices {
  /** @param {number} [budget] milliseconds of a frame for all tasks together */
  constructor(budget = SLICE_MS) {
    this.budget = budget;
    /** @type {Map<string, Task>} */
    this.tasks = new Map();
    /** Names of tasks that are to begin anew. @type {Set<string>} */
    this.outrun = new Set();
    this.frame = 0;
  }

  /**
   * Starts at the next frame; what goes by the same name and is not done yet is dropped.
   * @param {string} name
   * @param {Iterator<unknown>} steps such as a generator's; each well below a millisecond
   * @param {(done: boolean) => void} onSlice after each frame in which it got on
   */
  start(name, steps, onSlice) {
    this.tasks.set(name, { steps, onSlice });
    this.frame ||= requestAnimationFrame(this.work);
  }

  /**
   * Begins anew where something has changed, and not before what is under way has ended: what keeps changing would never
   * let it.
   * @param {string} name @param {() => Iterator<unknown>} begin
   * @param {(isLast: boolean) => void} [onEnd] of each time; the last one where nothing has changed meanwhile
   */
  follow(name, begin, onEnd = () => {}) {
    if (this.tasks.has(name)) return void this.outrun.add(name);
    this.start(name, begin(), (isDone) => {
      if (!isDone) return;
      const isOutrun = this.outrun.delete(name);
      onEnd(!isOutrun);
      if (isOutrun) this.follow(name, begin, onEnd);
    });
  }

  /** @param {string} name */
  cancel(name) {
    this.outrun.delete(name);
    this.tasks.delete(name);
  }

  stop() {
    this.tasks.clear();
    this.outrun.clear();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** A step of each task in turn, as long as there is time; of each at least one, however late the frame. */
  work = () => {
    this.frame = 0;
    const deadline = performance.now() + this.budget;
    const round = [...this.tasks];
    let open = round;
    do {
      open = open.filter(([name, task]) => {
        if (!task.steps.next().done) return true;
        this.tasks.delete(name);
        return false;
      });
    } while (open.length && performance.now() < deadline);
    if (this.tasks.size) this.frame ||= requestAnimationFrame(this.work);
    for (const [name, task] of round) task.onSlice(this.tasks.get(name) !== task);
  };
}
