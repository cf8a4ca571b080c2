/**
 * Tells Python what the address says when the server is connected again after a break, and what a link got wrong that
 * only the browser reads.
 *
 * A server forgets a session two minutes after its connection broke, and all of them when it is started anew. Streamlit
 * says nothing of it, asks for the page on screen with the query it was opened with, and for the next one with none.
 */

import { onRefused, refused } from "../state/parameters.js";
import "./words.js";

// Streamlit tells the state of its connection nowhere else.
const CONNECTION = "data-test-connection-state";

let returns = 0;
let told = 0;

/** @param {{setStateValue: import("../kit/mount.js").Send}} component @returns {() => void} */
export default function mount({ setStateValue }) {
  const tell = () => {
    if (told === refused.length) return;
    told = refused.length;
    setStateValue(
      "refused",
      refused.map(({ key, text, rule }) => [key, text, rule]),
    );
  };
  tell();
  const leave = onRefused(tell);
  const place = document.querySelector(`[${CONNECTION}]`);
  if (!place) return leave;
  const isConnected = () => place.getAttribute(CONNECTION) === "CONNECTED";
  let wasConnected = isConnected();
  const observer = new MutationObserver(() => {
    const isBack = isConnected() && !wasConnected;
    wasConnected = isConnected();
    if (isBack) setStateValue("returned", { count: ++returns, query: window.location.search.slice(1) });
  });
  observer.observe(place, { attributes: true, attributeFilter: [CONNECTION] });
  return () => {
    leave();
    observer.disconnect();
  };
}
