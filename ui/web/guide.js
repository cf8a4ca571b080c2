/** The first minute as a Streamlit component. `ui/components/guide.py` documents the data. */

import { GuideView } from "./guide_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "guide.css");

export default component("guide", sheets, (root) => new GuideView(root));
