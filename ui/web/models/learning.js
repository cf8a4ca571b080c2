/** Two models on the same subject, and the films of their training. `ui/components/films.py` documents the data. */

import { component } from "../kit/mount.js";
import { loadSheets } from "../server/load.js";
import { LearningView } from "./view.js";

const sheets = await loadSheets("kit/base.css", "player/player.css", "models/learning.css");

export default component("learning", sheets, (root) => new LearningView(root));
