/** The latent desk as a Streamlit component. `ui/components/desk.py` documents the data. */

import { DeskView } from "./desk_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "histograms.css", "sliders.css", "tray.css", "pad.css", "desk.css");

export default component("desk", sheets, (root) => new DeskView(root));
