/** The latent map as a Streamlit component. `ui/components/latent_map.py` documents the data. */

import { loadSheets } from "./load.js";
import { MapView } from "./map_view.js";
import { component } from "./mount.js";

const sheets = await loadSheets(
  "base.css",
  "legend.css",
  "tray.css",
  "pad.css",
  "panel.css",
  "map_frame.css",
  "latent_map.css",
);

export default component("latent_map", sheets, (root) => new MapView(root));
