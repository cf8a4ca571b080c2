/** Reconstructions as a Streamlit component. `ui/components/reconstruct.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { ReconstructView } from "./view.js";

const sheets = await loadSheets(
  "kit/base.css",
  "hand/tray.css",
  "hand/pad.css",
  "reconstruct/reconstruct.css",
  "reconstruct/reconstruct_below.css",
);

export default component("reconstruct", sheets, (root) => new ReconstructView(root));
