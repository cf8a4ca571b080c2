/** The maps as the Manifold page has them. */

import { component } from "../kit/mount.js";
import legend from "../kit/styles/legend.css";
import map from "./map.css";
import { MapView } from "./view.js";

export default component("manifold_map", [legend, map], (root) => new MapView(root, "manifold_map"));
