/** The latent desk as a Streamlit component. `ui/components/desk.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { DeskView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "kit/histograms.css",
  "kit/sliders.css",
  "hand/tray.css",
  "hand/pad.css",
  "desk/desk.css",
);

export default component("desk", sheets, (root) => new DeskView(root));
