"""The check-up on the page Models: what is shown while it is measured, what of each model, and of which pictures."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import safetensors.numpy

from tests import tiny
from tests.ui.conftest import CHECKPOINTS, captions, component, few_digits, open_page, until
from ui import store
from ui.choices import digit_sets
from ui.figures.health import activities
from ui.reports import health_report
from ui.reports.health_report import Found, headline
from ui.reports.report import UNKNOWN
from vae_core import checkpoint
from vae_core.data import uci_digits
from vae_core.metrics import Finding, Health, health
from vae_core.metrics.known_faults import Fault
from vae_core.training.fit import new_model


def planted(**changes: Any) -> Health:
    two = np.array([0.25, -0.0], np.float32)
    told: dict[str, Any] = {
        **{"pictures": 1000, "squared_error": 5.625, "sampled_squared_error": 7.5, "mean_picture_error": 25.0},
        **{"activity": np.array([1.5, 0.0], np.float32), "active": np.array([True, False])},
        **{"mean": -two, "deviation": 4 * two, "beta": 0.96, "findings": ()},
    }
    return Health(**told | changes)


def plain(markdown: str) -> str:
    return re.sub(r"\[([^\]]*)\]\(#term-[a-z-]+\)", r"\1", markdown)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "KL 1.50 nats · 1 of 2 codes active · means −0.25 to 0.00, deviations 0.00 to 1.00 · beta about 0.96"),
        ({"beta": 1e-5}, "beta below 0.0005"),
        ({"beta": 12.04}, "beta about 12"),
    ],
)
def test_the_line_of_a_vae(changes: Mapping[str, Any], said: str) -> None:
    line = headline("vae-2", Found(planted(**changes)))
    assert line.startswith(":blue[VAE] vae-2: squared error 5.62 at μ, 7.50 at a sample · ")
    assert line.endswith(said)


@pytest.mark.usefixtures("root")
def test_the_line_keeps_its_places_and_says_what_cannot_be_known() -> None:
    for model, found in (("vae-2", planted()), ("ae-30", planted(sampled_squared_error=None, beta=None))):
        known, unknown = headline(model, Found(found)), headline(model, None)
        assert known.count(" · ") == unknown.count(" · ")
        assert UNKNOWN in unknown
        assert UNKNOWN not in known
    assert headline("ae-30", Found(None, "too few")) == ":orange[AE] ae-30: too few."
    assert "beta" not in headline("vae-2", Found(planted(beta=None)))


def test_every_fault_has_a_word_for_a_cell() -> None:
    assert set(health_report.SHORT) == set(get_args(Fault))
    findings = (Finding("sigma", "a.", "b."), Finding("range", "a.", "b."))
    assert Found(planted(findings=findings)).cell == "sigma misread, not in [0, 1]"
    assert (Found(planted()).cell, Found(None, "too few").cell) == ("none", "–")


def test_a_bar_for_each_code_and_faint_ones_for_those_that_say_nothing() -> None:
    figure = activities(planted(), 2, "#123456")
    (bars,) = figure.data
    assert list(bars.y) == [1.5, 0.0]
    assert bars.marker.opacity[0] == 1 > bars.marker.opacity[1] > 0
    assert figure.layout.yaxis.title.text == "KL, nats"
    of_ae = activities(planted(sampled_squared_error=None), 2, "#123456")
    assert of_ae.layout.yaxis.title.text == "variance"
    empty = activities(None, 2, "#123456")
    assert not empty.data
    assert empty.layout.height == figure.layout.height


def test_both_models_are_checked_while_the_page_is_shown(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, 60, 10)
    flat = tiny.write_flat(own_root, "vae-logvar")
    app = open_page("models", left=flat, right="vae-30")
    assert "faults" not in app.dataframe[0].value
    app.button(key="check-up-all").click().run()
    until(lambda: UNKNOWN not in list(app.dataframe[0].value["faults"]), app.run)
    assert not app.exception
    images = digit_sets.load("uci").images
    faults = dict(zip(app.dataframe[0].value["name"], app.dataframe[0].value["faults"], strict=True))
    assert set(faults) == {*CHECKPOINTS, flat}
    assert faults[flat] == "collapsed"
    said, markdown = plain(captions(app)), "\n".join(plain(element.value) for element in app.main.markdown)
    for model in (flat, "vae-30"):
        expected = health(store.model(model), images)
        assert expected is not None
        assert faults[model] == Found(expected).cell
        assert headline(model, Found(expected)) in said
        for finding in expected.findings:
            assert f"**{finding.words}** {finding.advice}" in markdown
    for side, model in (("left", flat), ("right", "vae-30")):
        figure = component(app, f"activities-{side}")["figure"]
        assert '"bar"' in figure, model
    assert "Up to 60 UCI digits" in said


def test_a_model_of_other_pictures_is_checked_on_those_and_one_of_none_is_not(
    own_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few_digits(monkeypatch, 30, 10)
    for name, side in (("small", 8), ("lonely", 9)):
        config = replace(tiny.CONFIGS["ae"], shape=(1, side, side))
        checkpoint.save(own_root / name, new_model(config, 0))
    data = tmp_path / "sets"
    data.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    safetensors.numpy.save_file({"images": images, "labels": np.arange(40) % 10}, data / "tiles.safetensors")
    monkeypatch.setenv("DIGITS_DIR", str(data))
    until(lambda: UNKNOWN not in health_report.faults("uci", ()).values())
    found = health_report.faults("uci", ())
    assert found["lonely"] is None
    expected = health(store.model("small"), images)
    assert found["small"] == Found(expected).cell != "–"


@pytest.mark.usefixtures("root")
def test_of_too_few_pictures_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, 10, 10)
    until(lambda: health_report.health.ask("ae-30", "uci"))
    found = health_report.health.ask("ae-30", "uci")
    assert found is not None
    assert headline("ae-30", found).endswith("ae-30: a check-up takes at least 20 pictures.")
    assert found.cell == "–"


def test_a_model_that_is_told_the_digit_is_told_that_of_each_picture(own_root: Path) -> None:
    model = new_model(replace(tiny.CONFIGS["ae"], classes=10), 0).eval().requires_grad_(False)
    checkpoint.save(own_root / "told", model)
    until(lambda: health_report.health.ask("told", "uci"))
    digits = uci_digits()
    expected = health(model, digits.images, digits.labels)
    found = health_report.health.ask("told", "uci")
    assert found
    assert found.health
    assert expected
    assert found.health.squared_error == pytest.approx(expected.squared_error)
    assert health_report.faults("uci", ["told"])["told"] == found.cell


def test_numbers_that_are_none_break_nothing() -> None:
    figure = activities(planted(activity=np.array([math.inf, 1], np.float32)), 2, "#123456")
    assert figure.to_json()
