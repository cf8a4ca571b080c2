/** What the desk's buttons and keys do. */

import { savePng } from "./png.js";

/**
 * @param {import("./desk.js").DeskView} desk
 * @returns {import("../kit/toolbar.js").Action[]}
 */
export function deskActions(desk) {
  return [
    {
      name: "Random z",
      key: "r",
      title: "z from N(0, I), the same for both",
      run: () => draw(desk, ({ encodings }, eps) => eps.slice(0, encodings.dim)),
    },
    {
      name: "Fitted Gaussian",
      key: "f",
      title: "z from a Gaussian fitted to each model's codes, from the same ε",
      run: () => draw(desk, ({ encodings }, eps) => encodings.fitted(eps)),
    },
    {
      name: "Zero",
      key: "0",
      title: "Every slider to 0",
      run: () => desk.change((state) => state.resetAll()),
    },
    {
      name: "Digit",
      key: "g",
      title: "Each model's code of a random digit",
      run: () => desk.pickDigit(),
    },
    {
      name: "Undo",
      key: "z",
      control: true,
      title: "Undo",
      enabled: () => desk.state?.canUndo ?? false,
      run: () => desk.travel((state) => state.undo()),
    },
    {
      name: "Redo",
      key: "z",
      control: true,
      shift: true,
      title: "Redo",
      enabled: () => desk.state?.canRedo ?? false,
      run: () => desk.travel((state) => state.redo()),
    },
    {
      name: "Save PNG",
      key: "s",
      title: "Save what is on the desk as a PNG",
      run: () => savePng(desk),
    },
  ];
}

/**
 * @param {import("./desk.js").DeskView} desk
 * @param {(side: import("./load.js").Side, eps: Float32Array) => Float32Array} sampler from the same N(0, 1)
 *   numbers for both models
 */
function draw(desk, sampler) {
  if (!desk.state) return;
  const eps = Float32Array.from({ length: desk.state.dim }, desk.normal);
  const [left, right] = desk.sides.map((side) => sampler(side, eps));
  desk.change((state) => state.replace([left, right]));
}
