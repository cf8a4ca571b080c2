/** Histograms of every coordinate as a Streamlit component. `ui/components/coordinates.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { CoordinatesView } from "./view.js";

const sheets = await loadSheets("kit/base.css", "kit/histograms.css", "coordinates/coordinates.css");

export default component("coordinates", sheets, (root) => new CoordinatesView(root));
