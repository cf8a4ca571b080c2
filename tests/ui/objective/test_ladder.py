"""The ladder of beta on the page Objective: which rungs there are, what is said of those that are missing, and where
they have the digits.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette

from tests.any_picture import SETS, write_sets
from tests.ui.conftest import TestClient, arrays, component, few_digits, kinds, open_page, until
from ui.choices import digit_sets
from ui.http.routes import ROUTES
from ui.reports import ladder
from vae_core import recipes
from vae_core.checkpoint import load
from vae_core.data import as_input
from vae_core.models import VariationalAutoencoder
from vae_core.objective.rate_distortion import rate_distortion

ENDS = ("vae-2-reconstruction-only", "vae-2-kl-only")
NAMES = ("vae-2-reconstruction-only", "vae-2-beta-0.1", "vae-2", "vae-2-kl-only")


@pytest.fixture
def shipped(own_root: Path, checkpoints_root: Path) -> Path:
    """A folder with some rungs of the ladder, among models that are none: one has the name of a rung."""
    shutil.rmtree(own_root / "vae-2")
    for name in NAMES:
        shutil.copytree(checkpoints_root / name, own_root / name)
    return own_root


@pytest.mark.usefixtures("root")
def test_without_any_model_of_it_the_page_says_so() -> None:
    data = component(open_page("objective"), "ladder")
    assert data["rungs"] == []
    # There is one called vae-2, and it is another.
    assert data["lack"].startswith("None of the models of the ladder of beta is among the checkpoints: ")
    assert all(name in data["lack"] for name in recipes.ladder())


def test_pictures_of_another_size_have_no_ladder(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.choices.digit_sets.DATA_DIR", write_sets(tmp_path / "sets"))
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "sets"))
    assert "bars" in SETS
    assert ladder.rungs("bars") == []
    assert ladder.lack("bars") == (
        "The models of the ladder of beta take pictures of 1 x 28 x 28, and those of bars are of 1 x 20 x 16."
    )
    client = TestClient(Starlette(routes=ROUTES))
    for kind in ("rungs", "standings"):
        answer = client.get(f"/ladders/bars/{kind}.safetensors")
        assert answer.json() == {"problem": "No model of the ladder takes these pictures."}


def test_rungs_stand_in_order_and_an_end_that_is_missing_is_named(shipped: Path) -> None:
    data = component(open_page("objective", seed="9"), "ladder")
    assert [(rung["name"], rung["beta"]) for rung in data["rungs"]] == list(zip(NAMES, (0, 0.1, 1, None), strict=True))
    assert (data["lack"], data["digits"], data["seed"]) == ("", "uci", 9)
    shutil.rmtree(shipped / ENDS[1])
    # Who looks while another does sees what was there before.
    until(lambda: ladder.lack("uci"))
    assert ladder.lack("uci") == "The ladder lacks an end: vae-2-kl-only is not among the checkpoints."
    shutil.rmtree(shipped / ENDS[0])
    until(lambda: ENDS[0] in ladder.lack("uci"))
    assert ladder.lack("uci") == (
        "The ladder lacks an end: vae-2-reconstruction-only and vae-2-kl-only are not among the checkpoints."
    )


def test_the_server_says_where_each_rung_has_the_digits(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, 60, 10)
    client = TestClient(Starlette(routes=ROUTES))
    found = arrays(client, "/ladders/uci/rungs.safetensors")
    assert kinds(found) == {
        "axes": ("float32", (4, 2, 2)),
        "labels": ("uint8", (60,)),
        "points": ("float32", (4, 60, 2)),
    }
    digits = digit_sets.load("uci")
    np.testing.assert_array_equal(found["labels"], digits.labels)
    standings = arrays(client, "/ladders/uci/standings.safetensors")
    for i, name in enumerate(NAMES):
        model = load(shipped / name)
        assert isinstance(model, VariationalAutoencoder)
        codes = model.encode(as_input(digits.images)).numpy()
        np.testing.assert_allclose(found["points"][i] @ found["axes"][i], codes, atol=1e-4 * np.abs(codes).max())
        point = rate_distortion(model, digits.images)
        assert (standings["rate"][i], standings["distortion"][i], standings["active"][i]) == pytest.approx(
            (point.rate, point.distortion, point.active)
        )
    # The codes of vae-2 are its own.
    np.testing.assert_array_equal(found["axes"][2], np.eye(2))
    assert standings["active"].tolist() == [2, 2, 2, 0]
