"""What the browser shows of a checkpoint."""

from __future__ import annotations

from typing import Any

from ui import store
from ui.figures import palette


def model_data(name: str) -> dict[str, Any]:
    """{"name": of the checkpoint, "version": `store.version`, "label": a few words, "colour": {..}, "shape":
    channels, height and width of its pictures, "classes": of the label that it is told, 0 where it is told none}.

    Raises:
        ui.store.NotHereError: it cannot be used.
    """
    shelved = store.entry(name)
    return {
        "name": name,
        "version": shelved.version,
        "label": shelved.description,
        "colour": palette.for_browser()[shelved.role],
        "shape": list(shelved.config.shape),
        "classes": shelved.config.classes,
    }
