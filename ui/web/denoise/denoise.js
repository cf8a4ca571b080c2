/** Denoise as a Streamlit component. `ui/components/denoise.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { DenoiseView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "hand/tray.css",
  "hand/pad.css",
  "denoise/denoise.css",
  "denoise/denoise_grid.css",
);

export default component("denoise", sheets, (root) => new DenoiseView(root));
