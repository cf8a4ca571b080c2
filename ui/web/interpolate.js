/** The way between digits as a Streamlit component. `ui/components/interpolate.py` documents the data. */

import { InterpolateView } from "./interpolate_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets(
  "base.css",
  "tray.css",
  "pad.css",
  "player.css",
  "along.css",
  "take_away.css",
  "interpolate.css",
  "interpolate_stops.css",
  "interpolate_table.css",
  "interpolate_corners.css",
  "interpolate_modes.css",
);

export default component("interpolate", sheets, (root) => new InterpolateView(root));
