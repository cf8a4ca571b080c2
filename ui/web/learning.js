/** Two models on the same subject, and the films of their training. `ui/components/films.py` documents the data. */

import { LearningView } from "./learning_view.js";
import { loadSheets } from "./load.js";
import { component } from "./mount.js";

const sheets = await loadSheets("base.css", "player.css", "learning.css");

export default component("learning", sheets, (root) => new LearningView(root));
