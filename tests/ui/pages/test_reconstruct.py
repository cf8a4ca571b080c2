"""The page Reconstruct: its component, the errors it fetches, and what codes of every size keep."""

import csv
import io
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pytest
import torch

from tests import tiny
from tests.ui.conftest import TRAINING, TestClient, arrays, captions, component, few_digits, kinds, open_page, until
from ui import store
from ui.choices import digit_sets
from ui.figures.error import fidelity
from ui.reports import error_report
from ui.reports.error_report import Fidelity
from vae_core import losses
from vae_core.data import as_input

pytestmark = pytest.mark.usefixtures("root")
WHOLE = TRAINING | {"beta": 1.0, "reconstruction_weight": 1.0}


def test_the_component_gets_the_models_and_what_the_link_says() -> None:
    app = open_page("reconstruct", left="ae-1", right="ae-1", also="vae-2", digits="uci", seed="9")
    data = component(app, "reconstruct")
    assert [model["name"] for model in data["models"]] == ["ae-1", "vae-2"]
    assert (data["digits"], data["seed"]) == ("uci", 9)
    assert "there are none" in captions(app), "none says how it was trained"


@pytest.mark.parametrize("name", ["ae-1", "vae-30"])
def test_errors_are_those_of_the_decoded_means(name: str, client: TestClient) -> None:
    found = arrays(client, f"/errors/{name}/uci.safetensors")
    model, x = store.model(name), as_input(digit_sets.load("uci").images)
    with torch.inference_mode():
        expected = np.square((model.decode(model.encode(x)) - x).flatten(1).numpy()).sum(1)
    assert kinds(found) == {"squared_error": ("float32", (1797,))}
    np.testing.assert_allclose(found["squared_error"], expected, rtol=1e-4)
    for path in (f"/errors/{name}/none.safetensors", "/errors/none/uci.safetensors"):
        assert client.get(path).status_code == 404


def test_codes_of_every_size(own_root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was trained on the whole objective to its end, uncorrupted; PCA with each number of components."""
    for name, kind, training in (
        ("ae-4", "ae", WHOLE),
        ("vae-4", "vae-logvar", WHOLE),
        ("beta-3", "vae-logvar", WHOLE | {"beta": 3.0}),
        ("noisy", "ae", WHOLE | {"corruption": {"kind": "masking", "level": 0.5}}),
        (error_report.PCA, "linear", None),
    ):
        tiny.write_checkpoint(own_root, name, kind, training=training)
    few_digits(monkeypatch, 20, 10)
    assert sorted(error_report.models("uci")) == ["ae-4", error_report.PCA, "vae-4"]
    app = open_page("reconstruct", seed="9")
    until(lambda: not app.get("download_button")[0].proto.disabled, app.run)
    assert not app.exception
    assert "20 UCI digits" in captions(app)
    assert "Seed of z 9" in captions(app)

    found = [one for name in error_report.models("uci") for one in error_report.ask(name, "uci", 9) or []]
    of_pca = [(one.codes, one.series) for one in found if one.model == error_report.PCA]
    assert of_pca == [(1, "PCA"), (2, "PCA"), (3, "PCA")]
    x = as_input(digit_sets.load("uci").images)
    with torch.inference_mode():
        pca, vae = store.model(error_report.PCA), store.model("vae-4")
        z = pca.encode(x)
        z[:, 2:] = 0
        expected = {
            (error_report.PCA, 2, "code"): pca.decode(z),
            ("vae-4", 4, "mu"): vae.decode(vae.encode(x)),
            ("vae-4", 4, "one sample of z"): vae.decode(vae.sample_code(x, torch.Generator().manual_seed(9))),
        }
        for key, x_hat in expected.items():
            (one,) = (one for one in found if (one.model, one.codes, one.decoded) == key)
            assert one.squared_error == pytest.approx(losses.squared_error(x_hat, x).mean().item(), rel=1e-4)
            assert one.psnr == pytest.approx(losses.psnr(x_hat, x).mean().item(), rel=1e-4)
    rows = list(csv.DictReader(io.StringIO(error_report.file(found))))
    assert len(rows) == len(found) == 6
    assert float(rows[0]["squared_error"]) == found[0].squared_error


FOUND = [
    Fidelity("pca-64", "PCA", 16, "code", 26.0, 14.0),
    Fidelity("pca-64", "PCA", 30, "code", 14.0, 17.0),
    Fidelity("ae-16", "AE", 16, "code", 5.5, 22.0),
    Fidelity("ae-30", "AE", 30, "code", 3.5, 24.0),
    Fidelity("vae-30-sigma", "VAE", 30, "mu", 10.0, 18.0),
    Fidelity("vae-30-sigma", "VAE", 30, "one sample of z", 12.0, 18.0),
    Fidelity("vae-30", "VAE", 30, "mu", 10.5, 19.0),
    Fidelity("vae-30", "VAE", 30, "one sample of z", 17.0, 17.0),
    Fidelity("vae-16", "VAE", 16, "mu", 11.0, 18.0),
    Fidelity("vae-16", "VAE", 16, "one sample of z", 13.0, 18.0),
]
PLAIN = (
    "**30 codes**: squared error 14.00 by PCA, 3.50 by ae-30, 25 % of it. "
    "What the regular code of vae-30 costs: 10.50 at μ, 3.0 × ae-30, and 17.00 from one sample of z."
)


def test_the_headline_speaks_of_the_pair_or_of_the_plain_recipes() -> None:
    assert error_report.headline(FOUND) == PLAIN
    assert error_report.headline(FOUND[::-1], ("linear", "noisy")) == PLAIN
    assert "vae-30-sigma costs: 10.00 at μ, 2.9 × ae-30, and 12.00" in error_report.headline(FOUND, ("vae-30-sigma",))
    other = error_report.headline(FOUND, ("vae-30", "ae-16"))
    assert "**16 codes**: squared error 26.00 by PCA, 5.50 by ae-16" in other
    assert "vae-30 costs: 10.50 at μ, 3.0 × ae-30" in other, "beside an AE of its own size"
    assert "vae" not in error_report.headline(FOUND[:4])
    assert error_report.headline(FOUND[4:]) == ""
    waiting = [replace(one, squared_error=nan) for one in FOUND]
    assert "squared error … by PCA, … by ae-30, … % of it" in error_report.headline(waiting)


def test_the_figure_draws_each_series_by_the_size_of_the_code() -> None:
    traces = {trace.name: (list(trace.x), list(trace.y)) for trace in fidelity(FOUND[::-1], "psnr").data}
    assert traces["PCA"] == ([16, 30], [14.0, 17.0])
    assert traces["AE"] == ([16, 30], [22.0, 24.0])
    assert traces["VAE at μ"][0] == [16, 30, 30]
    assert sorted(traces["VAE at μ"][1]) == [18.0, 18.0, 19.0]
    assert traces["linear AE"] == ([], [])
