/** The latent map as a Streamlit component. `ui/components/latent_map.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { MapView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "kit/legend.css",
  "hand/tray.css",
  "hand/pad.css",
  "projection/panel.css",
  "map/map_frame.css",
  "map/latent_map.css",
);

export default component("latent_map", sheets, (root) => new MapView(root));
