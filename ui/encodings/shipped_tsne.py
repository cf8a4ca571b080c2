"""t-SNEs that come with the app: of all UCI digits, as a visitor asks for them first; `bench.shipped_tsne` makes them.

Each is kept under what it was made of: the model's weights, the digits, which codes, and the settings. A model that is
retrained under the same name finds none, and its t-SNE grows before the visitor as that of any other.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import safetensors.numpy

from ui import store
from ui.choices import digit_sets, view
from ui.choices.link import DEFAULT_SEED
from ui.choices.view import Cloud
from ui.files import stamp
from ui.jobs.cache import cached
from vae_core.checkpoint import WEIGHTS_FILE
from vae_core.spaces.projection import Array

FOLDER = Path(__file__).resolve().parent / "shipped"
FILE = FOLDER / "t-sne.safetensors"
DIGITS = "uci"
KEY_LENGTH = 24


def find(model: str, digits: str, cloud: Cloud, seed: int) -> Array | None:
    """The points, float32 [N, components]; None where none of just these codes came with the app.

    Args:
        model: name of a checkpoint.
        digits: "uci" or "mnist".
        cloud: as `ui.encodings.projections.Plot` has it; its method is "t-sne".
        seed: of the choice of digits and of the t-SNE.

    Raises:
        NotHereError: the checkpoint has left.
    """
    if digits != DIGITS or seed != DEFAULT_SEED:
        return None
    return shipped().get(key(model, cloud, seed))


@cached(megabytes=16, key=lambda: stamp(FOLDER))
def shipped() -> dict[str, Array]:
    """All of them by `key`."""
    found: dict[str, Array] = safetensors.numpy.load_file(FILE) if FILE.is_file() else {}
    for points in found.values():
        points.setflags(write=False)
    return found


def key(model: str, cloud: Cloud, seed: int) -> str:
    """What the points are made of, in few characters.

    Raises:
        NotHereError: the checkpoint has left.
    """
    made_of = (_hash_of_weights(model), _hash_of_digits(DIGITS), view.address_query(cloud, seed), store.ENCODINGS_SEED)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:KEY_LENGTH]


@cached(megabytes=1)
def _hash_of_weights(model: str) -> str:
    return hashlib.sha256(store.content(model, WEIGHTS_FILE)).hexdigest()


@cached(megabytes=1)
def _hash_of_digits(digits: str) -> str:
    return hashlib.sha256(digit_sets.load(digits).images.tobytes()).hexdigest()
