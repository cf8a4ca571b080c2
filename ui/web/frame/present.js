/**
 * Presenting: the page alone, without sidebar and header; their style is in frame.css. It goes on from page to page, as
 * the modules do, and is part of the link.
 */

import { closeOnEscape } from "../gestures/keys.js";
import { element } from "../kit/dom.js";
import { get, put } from "../state/parameters.js";

const MARK = "data-presenting";

/** @type {(() => void) | null} ends it */
let leave = null;

/** @returns {boolean} */
export const isPresenting = () => leave !== null;

export function togglePresenting() {
  if (leave) return leave();
  const root = document.documentElement;
  const closed = closeOnEscape(togglePresenting);
  const button = element(
    "button",
    {
      type: "button",
      class: "leave-presentation",
      title: "Sidebar and header again (P or Escape)",
      onclick: togglePresenting,
    },
    "Leave",
  );
  document.body.append(button);
  root.setAttribute(MARK, "");
  leave = () => {
    leave = null;
    closed();
    button.remove();
    root.removeAttribute(MARK);
    put("present", false);
  };
  put("present", true);
}

/** For `listenForKeys`. @type {import("../kit/toolbar.js").Action} */
export const presentAction = {
  name: "Present",
  key: "p",
  title: "The page alone, without sidebar and header",
  run: togglePresenting,
};

if (get("present")) togglePresenting();
