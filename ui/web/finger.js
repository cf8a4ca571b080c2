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
  /** @type {{id: number, x: number, y: number, rest: string, wanted: number | null} | null} a finger of unknown intent */
  let finger = null;

  const way = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { x, y } = /** @type {{x: number, y: number}} */ (finger);
    return [Math.abs(clientX - x), Math.abs(clientY - y)];
  };
  const accept = () => {
    const wanted = finger?.wanted ?? null;
    finger = null;
    if (wanted !== null) onInput(wanted);
  };

  input.addEventListener("pointerdown", ({ pointerType, pointerId, clientX, clientY }) => {
    if (pointerType !== "touch") return;
    finger = { id: pointerId, x: clientX, y: clientY, rest: input.value, wanted: null };
  });
  input.addEventListener("pointermove", (event) => {
    if (event.pointerId !== finger?.id) return;
    const [across, along] = way(event);
    if (across >= SIDEWAYS_PX && across > along) accept();
  });
  input.addEventListener("pointerup", (event) => {
    if (event.pointerId !== finger?.id) return;
    if (Math.max(...way(event)) <= TAP_PX) accept();
    finger = null;
  });
  input.addEventListener("pointercancel", () => (finger = null));
  input.addEventListener("input", () => {
    if (!finger) return onInput(input.valueAsNumber);
    finger.wanted = input.valueAsNumber;
    input.value = finger.rest;
  });
}
