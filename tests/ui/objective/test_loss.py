"""What the block about the loss is told: the spectrum of the set, what models have, both errors of one net."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests import tiny
from tests.ui.conftest import TRAINING, TestClient, arrays, component, few_digits, open_page, until
from ui import store
from ui.choices import digit_sets
from ui.http import objective_payload
from ui.reports import objective_report
from vae_core.data import as_input
from vae_core.objective import grey

pytestmark = pytest.mark.usefixtures("root")


def test_what_the_models_have_is_measured_while_the_page_is_shown(
    own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_digits(monkeypatch, 60, 10)
    for name, about in {
        "kl-only": {"beta": 1.0, "reconstruction_weight": 0.0},
        "half": {"beta": 1.0, "reconstruction_weight": 2.0},
        "odd": {"beta": "one", "reconstruction_weight": None},
    }.items():
        tiny.write_checkpoint(own_root, name, "vae-logvar", training=TRAINING | about)
    app = open_page("objective")
    until(lambda: all(one["active"] is not None for one in component(app, "loss")["survivors"]), app.run)
    until(lambda: component(app, "loss")["errors"]["grey"], app.run)
    data = component(app, "loss")
    assert (data["digits"], data["subject"], data["shape"]) == ("uci", "60 UCI digits", [1, 28, 28])
    wanted = [("half", 0.5), ("kl-only", None)]
    assert [(one["name"], one["beta"]) for one in data["survivors"]] == wanted
    for one in data["survivors"]:
        assert (one["error"], one["latent_dim"]) == ("squared_error", 4)
        assert one["active"] == store.encodings(one["name"], "uci").active.sum()
    found, x = data["errors"], as_input(digit_sets.load("uci").images)
    model = store.model(found["name"])
    for pixels, pictures in (("grey", x), ("binary", x.round())):
        errors = grey.errors(model, model.encode(pictures), pictures)
        means = {name: getattr(errors, name).mean() for name in found[pixels]}
        assert found[pixels] == pytest.approx(means, rel=1e-5)
    assert found["binary"]["floor"] == 0


def test_errors_are_those_of_a_vae_of_squared_errors_whose_pixels_are_probabilities(own_root: Path) -> None:
    # vae-2 has learnt from cross-entropy here.
    assert objective_report.model_of_errors("uci") == "vae-30"
    shutil.rmtree(own_root / "vae-30")
    assert objective_report.model_of_errors("uci") is None
    assert component(open_page("objective"), "loss")["errors"] is None


@pytest.mark.usefixtures("unmeasured")
def test_what_is_not_known_yet_keeps_its_place(own_root: Path) -> None:
    training = own_root / "vae-30" / "training.json"
    about = {"beta": 1.0, "reconstruction_weight": 1.0}
    training.write_text(json.dumps(TRAINING | about))
    data = component(open_page("objective"), "loss")
    assert [(one["name"], one["active"]) for one in data["survivors"]] == [("vae-30", None)]
    assert data["errors"] == {"name": "vae-30", "grey": None, "binary": None}


def test_the_spectrum_is_numpys(client: TestClient) -> None:
    images = digit_sets.load("uci").images
    found = arrays(client, "/spectra/uci/variances.safetensors")["variances"]
    flat = images.reshape(len(images), -1) / 255
    singular = np.linalg.svd(flat - flat.mean(0), compute_uv=False)
    np.testing.assert_allclose(found, singular**2 / len(flat), atol=1e-9)


def test_a_spectrum_that_would_take_minutes_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objective_payload, "MOST_PIXELS", 783)
    answer = client.get("/spectra/uci/variances.safetensors")
    assert answer.json()["problem"] == "The spectrum of pictures is known up to 783 pixels; these have 784."
