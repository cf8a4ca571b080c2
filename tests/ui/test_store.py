from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ui import store


def test_models_are_sorted_as_a_reader_counts(
    make_checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["m-2-beta-0.1", "m-2-beta-0.25", "m-2-beta-3", "m-2-beta-10", "m-2-kl-only", "m-10"]
    for name in reversed(names):
        monkeypatch.setenv("CHECKPOINTS_DIR", str(make_checkpoint(name).parent))
    assert list(store.models()) == names
