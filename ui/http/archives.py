"""A model as a zip: taken away, or brought from elsewhere. See `vae_core.storage.archive`."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.requests import Request

from ui import store
from ui.http.payload import Payload
from ui.training.manager import manager

ZIP = "application/zip"
# More than a model of as many parameters as may be trained by default, with its film.
MOST_BYTES = 150_000_000


def packed(model: str) -> Payload:
    """The checkpoint as a zip of its name.

    Raises:
        NotHereError: there is no such checkpoint.
    """
    found = Payload.of(store.packed(model), ZIP)
    # A checkpoint is called what its folder is called, a header holds less.
    name = re.sub(r"[^A-Za-z0-9._-]", "_", model)
    return replace(found, headers={"Content-Disposition": f'attachment; filename="{name}.zip"'})


def take_in(_: Request, body: bytes) -> str:
    """The body is a zip."""
    return manager().take_in(body)
