"""A small net for files that go wrong, and what an importer must then say."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.core.imports.keras import keras_files as kf
from vae_core.imports.net import FoundNet, NetFileError


def layers() -> list[kf.Written]:
    rng = np.random.default_rng(0)
    return kf.named([
        kf.convolution(rng, 1, 2, 3, padding="same", strides=2, activation="relu"), kf.normalisation(rng, 2),
        kf.flatten(), kf.dense(rng, 50, 3), kf.leaky(0.1),
    ])  # fmt: skip


DESCRIPTION = kf.functional(layers(), (10, 10, 1), [layers()[-1].name])


def refused(read: Callable[..., FoundNet], path: Path, why: str) -> None:
    with pytest.raises(NetFileError, match=why) as caught:
        read([path])
    assert str(caught.value).startswith(f"{path.name}: ")
    assert "\n" not in str(caught.value)


def read_or_refused(read: Callable[..., FoundNet], path: Path) -> None:
    problem = ""
    try:
        found = read([path])
    except NetFileError as error:
        problem = str(error)
    if problem:
        assert re.fullmatch(rf"{re.escape(path.name)}: .+", problem)
    else:
        assert found.encoder is not None or found.decoder is not None
