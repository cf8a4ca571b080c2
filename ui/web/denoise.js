/** Denoise as a Streamlit component. `ui/components/denoise.py` documents the data. */

import { DenoiseView } from "./denoise_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "tray.css", "pad.css", "denoise.css", "denoise_grid.css");

export default component("denoise", sheets, (root) => new DenoiseView(root));
