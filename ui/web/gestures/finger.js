/**
 * What a finger moves, and what it scrolls. On a range input it slides only once it is seen to go sideways, or to leave
 * where it came down.
 *
 * Browsers move a range to the finger as it comes down, before they know whether it will scroll the page.
 */

const SIDEWAYS_PX = 3;
const TAP_PX = 10;

/** @typedef {{clientX: number, clientY: number}} Point */

/** @param {Point} from @param {Point} to @returns {[number, number]} how far across, and along the page */
const way = (from, to) => [Math.abs(to.clientX - from.clientX), Math.abs(to.clientY - from.clientY)];

/** @param {Point} from @param {Point} to */
export function goesSideways(from, to) {
  const [across, along] = way(from, to);
  return across >= SIDEWAYS_PX && across > along;
}

/** @param {Point} from @param {Point} to @returns {boolean} whether a finger that went no farther has tapped */
export const isNear = (from, to) => Math.max(...way(from, to)) <= TAP_PX;

/**
 * One finger that comes down where `holds` says so drags, whatever way it goes; else the page may scroll under it.
 * @param {HTMLElement} place with `touch-action: pan-y`
 * @param {(event: TouchEvent) => boolean} holds asked after `pointerdown`
 */
export function keepFinger(place, holds) {
  const onTouch = (/** @type {TouchEvent} */ event) => {
    if (event.targetTouches.length === 1 && holds(event)) event.preventDefault();
  };
  place.addEventListener("touchstart", onTouch, { passive: false });
}

/**
 * @param {HTMLInputElement} input of type range
 * @param {(value: number) => void} onInput in place of the input's own event, by whatever it is moved
 */
export function guardFinger(input, onInput) {
  /** @type {(Point & {id: number, rest: string, wanted: number | null, slides: boolean}) | null} */
  let finger = null;

  const accept = () => {
    if (!finger || finger.slides) return;
    finger.slides = true;
    if (finger.wanted !== null) onInput(finger.wanted);
  };
  const forget = () => (finger = null);

  input.addEventListener("pointerdown", ({ pointerType, pointerId, clientX, clientY }) => {
    finger = null;
    if (pointerType !== "touch") return;
    finger = { id: pointerId, clientX, clientY, rest: input.value, wanted: null, slides: false };
  });
  input.addEventListener("pointermove", (event) => {
    if (event.pointerId === finger?.id && goesSideways(finger, event)) accept();
  });
  input.addEventListener("pointerup", (event) => {
    if (event.pointerId === finger?.id && isNear(finger, event)) accept();
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
