/**
 * Keeps the browser's address in step with the session, and copies it on request.
 *
 * The address is replaced, never pushed: one entry in the history for each page, none for each choice.
 *
 * Beside it "Present": the page alone, without sidebar and header; its style is in frame.css. It goes on from page to
 * page, as the modules do, and is part of the link.
 *
 * @typedef {import("../state/live_link.js").Query} Query
 * @typedef {{query: Query, keys: string[], codes: [number, number]}} LinkData `codes`: how many each model has
 */

import { closeOnEscape, listenForKeys } from "../gestures/keys.js";
import { actionButton } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";
import { onReplaced } from "../server/load.js";
// This is on every page, and so are words that are cut off and files that are dropped.
import "./words.js";
import "../hand/incoming.js";
import { followSet } from "../state/chosen.js";
import { liveQuery, onAnnounce } from "../state/live_link.js";
import { get, KEYS, put, query as tableQuery } from "../state/parameters.js";
import { followStops } from "../state/stops.js";
import { z } from "../state/z.js";

const STYLE = `
:host { display: block; min-height: 2.5rem; }
[data-component] { display: flex; gap: 6px; }
button, input {
  box-sizing: border-box; flex: 1 1 0; min-width: 0; height: 2.5rem; margin: 0; padding: 0 0.5rem; white-space: nowrap;
  font: inherit; font-size: 0.875rem; color: var(--st-text-color);
  background: color-mix(in srgb, var(--st-background-color) 97%, white); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 8px);
}
button { cursor: pointer; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
[hidden] { display: none; }
kbd { margin-left: 5px; padding: 0 4px; border-radius: 4px; font: inherit; font-size: 11px;
  background: color-mix(in srgb, currentColor 9%, transparent); }
`;

const COPIED_FOR_MS = 2000;
// Safari refuses the hundredth change of the address within 30 seconds.
const SETTLE_MS = 350;
const AGAIN_MS = 100;

/** @type {WeakMap<Node, ReturnType<typeof build>>} */
const views = new WeakMap();

/**
 * @param {{data: LinkData, parentElement: ShadowRoot | HTMLElement, setTriggerValue: (key: string, value: unknown) =>
 *   void}} component
 * @returns {() => void} called when the component leaves the page
 */
export default function mount({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = build(parentElement);
    views.set(parentElement, view);
  }
  view.live = () => ({ ...data, query: known(data, true) });
  view.again = () => setTriggerValue("again", true);
  followSet(data.query.digits);
  followStops(data.query.digits);
  const { left = "", right = "" } = data.query;
  z.note([left, right].map((name, side) => ({ name, dim: data.codes[side] })));
  replaceAddress({ ...data, query: known(data) });
  return () => {
    view.remove();
    views.delete(parentElement);
  };
}

/**
 * @param {LinkData} data
 * @param {URL} url the address now
 * @returns {string}
 */
export function addressFor(data, url) {
  for (const key of [...data.keys, ...KEYS]) url.searchParams.delete(key);
  for (const [key, text] of Object.entries(data.query)) if (text !== undefined) url.searchParams.append(key, text);
  return url.href;
}

/**
 * @param {LinkData} data
 * @param {boolean} isLive with what Python hears of a moment later, too
 * @returns {Query} what the address is to say
 */
function known(data, isLive = false) {
  return { ...data.query, ...tableQuery(), ...(isLive ? liveQuery() : {}) };
}

/** @param {LinkData} data */
function replaceAddress(data) {
  const address = addressFor(data, new URL(window.location.href));
  if (address !== window.location.href) window.history.replaceState(window.history.state, "", address);
}

/** @param {ShadowRoot | HTMLElement} parent */
function build(parent) {
  const style = element("style", {}, STYLE);
  const title = "Copy a link that restores what is chosen here";
  const copy = element("button", { type: "button", title, "aria-live": "polite" }, "Copy link");
  const words = "Link that restores what is chosen here: copy it with Ctrl-C";
  const field = element("input", { readonly: true, hidden: true, "aria-label": words });
  const present = actionButton(presentAction);
  const stopListening = listenForKeys([presentAction]);

  const root = element("div", { "data-component": "copy-link" }, copy, field, present);
  parent.append(style, root);

  let timer = 0;
  let settling = 0;
  let again = 0;
  const view = {
    /** @type {() => LinkData} */
    live: () => ({ query: {}, keys: [], codes: [0, 0] }),
    again: () => {},
    remove: () => {
      keepReplaced();
      window.clearTimeout(again);
      window.clearTimeout(timer);
      window.clearTimeout(settling);
      withdraw();
      stopListening();
      style.remove();
      root.remove();
    },
  };

  // Of several answers that a model is no longer here, one run of the page is enough: it brings the new one whole.
  const keepReplaced = onReplaced(() => {
    window.clearTimeout(again);
    again = window.setTimeout(() => view.again(), AGAIN_MS);
  });

  const withdraw = onAnnounce(() => {
    window.clearTimeout(settling);
    // Read at once: the source may have left with its page by then.
    const data = view.live();
    settling = window.setTimeout(() => replaceAddress(data), SETTLE_MS);
  });

  copy.addEventListener("click", async () => {
    const address = addressFor(view.live(), new URL(window.location.href));
    if (await copied(address)) {
      copy.textContent = "Copied";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (copy.textContent = "Copy link"), COPIED_FOR_MS);
      return;
    }
    field.value = address;
    field.hidden = false;
    copy.hidden = true;
    field.focus();
    field.select();
  });
  field.addEventListener("blur", () => {
    field.hidden = true;
    copy.hidden = false;
  });

  root.dataset.ready = "true";
  return view;
}

/**
 * The clipboard is absent on plain http outside localhost, and a visitor may deny it.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

const MARK = "data-presenting";

/** @type {(() => void) | null} ends it */
let leave = null;

function togglePresenting() {
  if (leave) return leave();
  const root = document.documentElement;
  const closed = closeOnEscape(togglePresenting);
  const title = "Sidebar and header again (P or Escape)";
  const leaving = button("Leave", togglePresenting, { class: "leave-presentation", title });
  document.body.append(leaving);
  root.setAttribute(MARK, "");
  leave = () => {
    leave = null;
    closed();
    leaving.remove();
    root.removeAttribute(MARK);
    put("present", false);
  };
  put("present", true);
}

/** For `listenForKeys`. @type {import("../kit/controls.js").Action} */
const presentAction = {
  name: "Present",
  key: "p",
  title: "The page alone, without sidebar and header",
  run: togglePresenting,
};

if (get("present")) togglePresenting();
