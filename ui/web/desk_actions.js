/** What the desk's buttons and keys do. */

/**
 * @param {import("./desk_view.js").DeskView} desk
 * @returns {import("./toolbar.js").Action[]}
 */
export function deskActions(desk) {
  return [
    {
      name: "Random z",
      key: "r",
      title: "z from N(0, I), the same for both",
      run: () => desk.drawZ(({ encodings }, eps) => eps.slice(0, encodings.dim)),
    },
    {
      name: "Fitted Gaussian",
      key: "f",
      title: "z from a Gaussian fitted to each model's codes, from the same ε",
      run: () => desk.drawZ(({ encodings }, eps) => encodings.fitted(eps)),
    },
    {
      name: "Zero",
      key: "0",
      title: "Every slider to 0",
      run: () => desk.change((state) => state.resetAll()),
    },
    {
      name: "Digit",
      key: "d",
      title: "Each model's code of a random digit",
      run: () => desk.pickDigit(),
    },
    {
      name: "Undo",
      key: "z",
      control: true,
      title: "Undo",
      run: () => desk.travel((state) => state.undo()),
    },
    {
      name: "Redo",
      key: "z",
      control: true,
      shift: true,
      title: "Redo",
      run: () => desk.travel((state) => state.redo()),
    },
    {
      name: "Save PNG",
      key: "s",
      title: "Save what is on the desk as a PNG",
      run: () => desk.savePng(),
    },
  ];
}
