/**
 * A finger on a range input slides it only once it is seen to go sideways, or to leave where it came down.
 *
 * Browsers move a range to the finger as it comes down, before they know whether it will scroll the page.
 */

const SIDEWAYS_PX = 3;
const TAP_PX = 10;

/**
 * @param {HTMLInputElement} input of type range
 * @param {(value: number) => void} onInput in place of the input's own event, by whatever it is moved
 */
export function guardFinger(input, onInput) {
  /** @type {{id: number, x: number, y: number, rest: string, wanted: number | null, slides: boolean} | null} */
  let finger = null;

  const way = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { x, y } = /** @type {{x: number, y: number}} */ (finger);
    return [Math.abs(clientX - x), Math.abs(clientY - y)];
  };
  const accept = () => {
    if (!finger || finger.slides) return;
    finger.slides = true;
    if (finger.wanted !== null) onInput(finger.wanted);
  };
  const forget = () => (finger = null);

  input.addEventListener("pointerdown", ({ pointerType, pointerId, clientX, clientY }) => {
    finger = null;
    if (pointerType !== "touch") return;
    finger = { id: pointerId, x: clientX, y: clientY, rest: input.value, wanted: null, slides: false };
  });
  input.addEventListener("pointermove", (event) => {
    if (event.pointerId !== finger?.id) return;
    const [across, along] = way(event);
    if (across >= SIDEWAYS_PX && across > along) accept();
  });
  input.addEventListener("pointerup", (event) => {
    if (event.pointerId === finger?.id && Math.max(...way(event)) <= TAP_PX) accept();
  });
  // The browser has taken the finger, and goes on moving the range until it is lifted.
  input.addEventListener("pointercancel", () => {
    if (finger) Object.assign(finger, { id: NaN, slides: false });
  });
  for (const type of ["touchend", "touchcancel"]) input.addEventListener(type, forget, { passive: true });
  input.addEventListener("input", () => {
    if (!finger || finger.slides) return onInput(input.valueAsNumber);
    finger.wanted = input.valueAsNumber;
    input.value = finger.rest;
  });
}
