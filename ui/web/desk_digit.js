/** The digit in hand on the desk: each model's code of it. */

/** @typedef {import("./desk_view.js").DeskView} DeskView */

const NONE = -1;

export class DeskDigit {
  /** @param {DeskView} desk */
  constructor(desk) {
    this.desk = desk;
    /** How many the desk could undo after each step of the drawing; NONE where it took no step. @type {number[]} */
    this.steps = [];
    /** @type {number | undefined} */
    this.stroke = undefined;
  }

  /**
   * What a desk opens with where no z is given and somebody chose a digit.
   * @param {import("./desk_view.js").DeskData} data @param {import("./desk_load.js").Side[]} sides
   * @returns {[number[], number[]] | null} a code each
   */
  opening(data, sides) {
    const { tray, state, fromHand } = this.desk;
    this.steps = [];
    if ((!state || fromHand) && !data.z && !tray.chosen.byChance) return codes(sides, tray.chosen.pixels);
    tray.unmark();
    return null;
  }

  /** @param {import("./tray.js").Chosen} chosen @param {import("./pad.js").Deed} deed */
  take(chosen, deed) {
    const { desk, steps } = this;
    const { state } = desk;
    if (!state) return;
    const isNext = deed.stroke === undefined ? deed.replaced : deed.stroke !== this.stroke;
    this.stroke = deed.stroke;
    if (isNext) steps.push(NONE);
    const last = deed.undone || deed.cancelled ? steps.pop() : undefined;
    // The desk has gone back by itself.
    if (deed.cancelled) return;
    const before = state.past.length;
    if (last === before) {
      desk.travel((one) => one.undo());
    } else if (chosen.byChance) {
      desk.tray.unmark();
    } else {
      const gesture = deed.stroke === undefined ? null : `stroke ${deed.stroke}`;
      desk.change((one) => one.replace(codes(desk.sides, chosen.pixels)), { gesture, keepDigit: true });
      if ((deed.stroke || deed.replaced) && state.past.length > before) steps[steps.length - 1] = state.past.length;
    }
  }
}

/** @param {import("./desk_load.js").Side[]} sides @param {Float32Array} pixels @returns {[number[], number[]]} */
function codes(sides, pixels) {
  const [left, right] = sides.map(({ model }) => Array.from(model.encode(pixels)));
  return [left, right];
}
