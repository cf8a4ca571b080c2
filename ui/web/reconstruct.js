/** Reconstructions as a Streamlit component. `ui/components/reconstruct.py` documents the data. */

import { loadSheets } from "./load.js";
import { component } from "./mount.js";
import { ReconstructView } from "./reconstruct_view.js";

const sheets = await loadSheets("base.css", "tray.css", "pad.css", "reconstruct.css", "reconstruct_below.css");

export default component("reconstruct", sheets, (root) => new ReconstructView(root));
