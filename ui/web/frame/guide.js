/** The first minute as a Streamlit component. `ui/components/guide.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { GuideView } from "./guide_view.js";

const sheets = await loadSheets("kit/base.css", "frame/guide.css");

export default component("guide", sheets, (root) => new GuideView(root));
