/**
 * Tells Python what the address says when the server is connected again after a break, and the visitor what a link got
 * wrong that only the browser reads.
 *
 * A server forgets a session two minutes after its connection broke, and all of them when it is started anew. Streamlit
 * says nothing of it, asks for the page on screen with the query it was opened with, and for the next one with none.
 */

import { tell } from "../kit/notices.js";
import { onRefused, refused } from "../state/parameters.js";
import "./words.js";

// Streamlit tells the state of its connection nowhere else.
const CONNECTION = "data-test-connection-state";

const LONGEST_TEXT = 40;

/** @param {string} text of an address @returns {string} as `ui.choices.link.quoted` has it */
export function quoted(text) {
  const seen = [...text.replace(/(?! )[\p{C}\p{Z}]/gu, "").trim()];
  if (!seen.length) return "(empty)";
  return `“${seen.length > LONGEST_TEXT ? `${seen.slice(0, LONGEST_TEXT - 1).join("")}…` : seen.join("")}”`;
}

let returns = 0;
let told = 0;

function tellRefused() {
  for (const { key, text, rule } of refused.slice(told))
    tell(`This link's ${key} ${quoted(text)}: it must be ${rule}.`);
  told = refused.length;
}

tellRefused();
onRefused(tellRefused);

/** @param {{setStateValue: import("../kit/mount.js").Send}} component @returns {() => void} */
export default function mount({ setStateValue }) {
  const place = document.querySelector(`[${CONNECTION}]`);
  if (!place) return () => {};
  const isConnected = () => place.getAttribute(CONNECTION) === "CONNECTED";
  let wasConnected = isConnected();
  const observer = new MutationObserver(() => {
    const isBack = isConnected() && !wasConnected;
    wasConnected = isConnected();
    if (isBack) setStateValue("returned", { count: ++returns, query: window.location.search.slice(1) });
  });
  observer.observe(place, { attributes: true, attributeFilter: [CONNECTION] });
  return () => observer.disconnect();
}
