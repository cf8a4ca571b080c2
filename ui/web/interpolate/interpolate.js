/** The way between digits as a Streamlit component. `ui/components/interpolate.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { InterpolateView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "hand/tray.css",
  "hand/pad.css",
  "player/player.css",
  "player/along.css",
  "player/take_away.css",
  "interpolate/interpolate.css",
  "interpolate/interpolate_stops.css",
  "interpolate/between/interpolate_table.css",
  "interpolate/corners/interpolate_corners.css",
  "interpolate/interpolate_modes.css",
);

export default component("interpolate", sheets, (root) => new InterpolateView(root));
