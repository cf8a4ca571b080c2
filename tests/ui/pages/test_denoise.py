"""The page Denoise: what its component gets and says, and its curves."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ui.conftest import component, few_digits, open_page, until
from ui import store
from ui.choices import drawn
from ui.choices.link import DEFAULT_SEED
from ui.figures.denoising import Line, denoising
from ui.reports import denoise_report
from vae_core.data import uci_digits
from vae_core.metrics.denoising import Curve, curve, noisy_curve

RUBBED = drawn.pack(np.eye(28, dtype=np.uint8) * 15)
ASKED = {
    **{"level": "0.35", "clip": "1", "noise": "4294967295", "box": "3_4_10_9", "rubbed": RUBBED},
    **{"times": "7", "shown": "one", "row": "12", "corruption": "box"},
}


@pytest.mark.usefixtures("root", "unmeasured")
def test_the_component_gets_what_the_link_asks() -> None:
    app = open_page("denoise", also="dae-30,ae-1", **ASKED)
    data = component(app, "denoise")
    assert [model["name"] for model in data["models"]] == ["ae-30", "dae-30", "ae-1", "vae-30"]
    assert data["corruption"] == "box"
    one_code = "it has 1 code, and a plane takes 2"
    assert data["problems"] == {"ae-30": None, "dae-30": None, "ae-1": one_code, "vae-30": None}
    assert app.main.get("download_button")[0].proto.disabled
    assert "A box cut out on 1,000 UCI digits" in app.main.caption[0].value


def test_curves_are_measured_in_the_background_and_shown(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, 12, 10)
    monkeypatch.setattr(denoise_report, "LEVELS", (0.0, 0.5, 1.0))
    app = open_page("denoise", left="dae-30", right="dae-30", also="")
    until(lambda: not app.main.get("download_button")[0].proto.disabled, app.run)
    assert not app.exception

    images = uci_digits().images[:12]
    own = noisy_curve(images, "gaussian", denoise_report.LEVELS, DEFAULT_SEED, clip=False)
    found = curve(store.model("dae-30"), images, "gaussian", denoise_report.LEVELS, DEFAULT_SEED, clip=False)
    asked = [denoise_report.curves.ask(name, "uci", "gaussian", DEFAULT_SEED) for name in (None, "dae-30")]
    for one, expected in zip(asked, (own, found), strict=True):
        assert one is not None
        np.testing.assert_array_equal(one.psnr_mean, expected.psnr_mean)
    rows = list(csv.DictReader(io.StringIO(denoise_report.file(["corrupted", "dae-30"], [own, found], "gaussian"))))
    assert [(row["model"], row["level"]) for row in rows[2:4]] == [("corrupted", "1"), ("dae-30", "0")]
    assert float(rows[4]["psnr_mean"]) == pytest.approx(found.psnr_mean[1], abs=1e-4)
    assert float(rows[4]["ssim_std"]) == pytest.approx(found.ssim_std[1], abs=1e-4)
    assert denoise_report.trained_level("dae-30", "gaussian") == 0.5
    assert denoise_report.trained_level("dae-30", "masking") is None
    assert denoise_report.trained_level("vae-2", "gaussian") is None


def test_the_figure_leaves_out_what_is_infinite_and_tells_equal_colours_apart() -> None:
    levels = np.array([0.0, 0.5])
    psnr_and_ssim = ([np.inf, 9.0], [0.0, 2.0], [1.0, 0.5], [0.0, 0.1])
    known = Curve(levels, *map(np.array, psnr_and_ssim), changed=np.array([0, 12]))
    lines = [Line("corrupted", "original", known), Line("a", "dae", known, 0.5), Line("b", "dae", None)]

    def drawn_lines(measure: Any) -> dict[str, Any]:
        return {trace.name: trace for trace in denoising(lines, measure, "σ").data if trace.name}

    psnr = drawn_lines("psnr")
    assert list(psnr) == ["corrupted", "a", "b"]
    assert (list(psnr["a"].x), list(psnr["a"].y), list(psnr["b"].y)) == ([0.5], [9.0], [])
    assert list(drawn_lines("ssim")["a"].y) == [1.0, 0.5]
    assert psnr["a"].line.color == psnr["b"].line.color != psnr["corrupted"].line.color
    assert psnr["a"].line.dash != psnr["b"].line.dash
    figure = denoising(lines, "psnr", "σ")
    assert list(figure.data[0].y) == [11.0, 7.0]
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0.5, 0.5)]
