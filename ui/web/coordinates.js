/** Histograms of every coordinate as a Streamlit component. `ui/components/coordinates.py` documents the data. */

import { CoordinatesView } from "./coordinates_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "histograms.css", "coordinates.css");

export default component("coordinates", sheets, (root) => new CoordinatesView(root));
