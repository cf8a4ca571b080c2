"""What the browser shows of a checkpoint."""

from __future__ import annotations

from typing import Any

from ui import palette, store


def model_data(name: str) -> dict[str, Any]:
    """{"name": of the checkpoint, "label": a few words, "colour": {"light": "#..", "dark": "#.."}}.

    Raises:
        ui.store.NotHereError: it cannot be used.
    """
    return {"name": name, "label": store.describe(name), "colour": palette.for_browser()[store.role(name)]}
