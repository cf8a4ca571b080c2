"""Import on the page Models: what Python tells the browser, and what a net that has come changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import streamlit as st

from tests.ui.conftest import component, open_link, page
from ui.choices import state
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.imports import files
from vae_core.training.fit import new_model

pytestmark = pytest.mark.usefixtures("root", "unmeasured")


def test_the_browser_knows_what_is_taken_what_is_here_and_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_link({"left": "linear"}).switch_page(page("models")).run()
    data = component(app, "imports")
    assert data["endings"] == list(files.READERS)
    assert (data["left"], data["right"], data["digits"], data["why"]) == ("linear", "vae-30", "uci", "")
    assert {"ae-30", "vae-2", "linear"} <= set(data["names"])
    assert data["sets"] == [{"name": "uci", "label": "UCI", "shape": [1, 28, 28]}]
    monkeypatch.setenv("LATENT_IMPORT_MB", "7")
    assert component(app.run(), "imports")["bytes"] == 7_000_000
    monkeypatch.setenv("LATENT_IMPORT_MB", "much")
    assert component(app.run(), "imports")["why"].startswith("LATENT_IMPORT_MB is 'much'")
    monkeypatch.delenv("LATENT_IMPORT_MB")
    monkeypatch.setenv("LATENT_TRAINING", "off")
    assert component(app.run(), "imports")["why"] == "Training is switched off on this server."


@pytest.fixture
def colours(own_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures of 3 x 8 x 8, and nothing yet that takes them."""
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path))
    images = np.random.default_rng(0).integers(0, 256, (20, 3, 8, 8), dtype=np.uint8)
    labels = np.arange(20) % 10
    safetensors.numpy.save_file({"images": images, "labels": labels}, tmp_path / "colours.safetensors")
    return own_root


def test_what_has_come_stands_on_the_left_with_pictures_that_it_takes(
    colours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = {"left": "ae-30", "right": "vae-2", "digits": "uci"}
    monkeypatch.setattr(st, "session_state", session)
    before = dict(session)
    for nothing in ("no-such", "", 3, ["ae-1"], None):
        state.show_new(nothing)
        assert session == before
    state.show_new("ae-1")
    assert session == before | {"left": "ae-1"}
    checkpoint.save(colours / "mine", new_model(ModelConfig(kind="ae", latent_dim=2, shape=(3, 8, 8)), 0), None)
    state.show_new("mine")
    assert session == before | {"left": "mine", "digits": "colours"}
    state.show_new("linear")
    assert session == before | {"left": "linear"}
