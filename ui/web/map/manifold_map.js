/** The maps as the Manifold page has them. */

import legend from "../kit/legend.css";
import { component } from "../kit/mount.js";
import map from "./map.css";
import { MapView } from "./view.js";

export default component("manifold_map", [legend, map], (root) => new MapView(root, "manifold_map"));
