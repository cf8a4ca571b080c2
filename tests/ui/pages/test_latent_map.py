"""The page Latent map: its component, its pin, and its table of measures."""

import re
import threading
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import (
    CHECKPOINTS,
    SECONDS,
    address,
    captions,
    component,
    few_digits,
    open_page,
    read_table,
    until,
)
from ui import store
from ui.choices import digit_sets
from ui.reports import map_report
from ui.reports.map_report import Measures
from vae_core.metrics import Continuity, Coverage, completeness, continuity_between_digits

pytestmark = pytest.mark.usefixtures("root")
SOURCES = ("real", "reconstructed", "prior", "fitted")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Measures:
    """What every model measures, at once."""
    coverage = {source: Coverage(0.1 * i, 0.05 * i) for i, source in enumerate(SOURCES)}
    walk = Continuity(np.array([2.0, 6.0, 0.0]), np.array([1.0, 2.0, 0.0]), np.array([0.5, 1.5, 0.0]), steps=4)
    found = Measures(coverage, walk)
    monkeypatch.setattr(map_report.measures, "ask", lambda model, digits, seed: found)
    return found


def table(app: AppTest) -> dict[str, list[str]]:
    return read_table(app.main.table[0])


@pytest.mark.usefixtures("measured")
def test_a_model_without_a_plane_gets_a_sentence_and_the_other_its_map() -> None:
    app = open_page("latent_map")
    for left in CHECKPOINTS:
        app.selectbox(key="left").set_value(left).run()
        data = component(app, "latent_map")
        assert [data["left"]["name"], data["right"]["name"]] == [left, "vae-30"]
        problem = "it has 1 code, and a plane takes 2" if left == "ae-1" else None
        assert data["problems"] == {"left": problem, "right": None}


@pytest.mark.needs_mnist
@pytest.mark.usefixtures("measured", "mnist")
def test_mnist_has_a_map_and_a_protocol_too() -> None:
    app = open_page("latent_map", digits="mnist", left="vae-2")
    data = component(app, "latent_map")
    assert (data["digits"], data["problems"]) == ("mnist", {"left": None, "right": None})
    assert "MNIST" in app.main.caption[0].value
    assert address(app)["digits"] == "mnist"


@pytest.mark.usefixtures("measured")
def test_the_way_to_the_desk_takes_the_models_along() -> None:
    (link,) = open_page("latent_map", left="ae-30").main.get("page_link")
    assert link.proto.page == ""
    assert "left=ae-30" in link.proto.query_string


@pytest.mark.usefixtures("measured")
def test_the_table_sets_the_models_side_by_side() -> None:
    shown = table(open_page("latent_map"))
    assert list(shown) == ["", "ae-30", "vae-30"]
    assert shown["ae-30"] == ["0.0 %", "10.0 %", "20.0 %", "30.0 %", "10.0 %", "15.0 %", "2.50 ± 0.50", "1.00 ± 0.00"]
    assert shown[""][2] == "Precision · z from N(0, I)"
    assert shown[""][4] == "Recall · z from N(0, I)"
    assert list(table(open_page("latent_map", right="ae-30"))) == ["", "ae-30"]


def test_the_map_does_not_wait_for_its_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def slowly(*arguments: Any) -> dict[str, Coverage]:
        assert release.wait(SECONDS)
        return completeness(*arguments)

    monkeypatch.setattr(map_report, "completeness", slowly)
    few_digits(monkeypatch, 40, 10)
    app = open_page("latent_map", seed="77")
    assert component(app, "latent_map")
    assert set(table(app)["ae-30"]) == set(table(app)["vae-30"]) == {"…"}
    release.set()
    until(lambda: "…" not in table(app)["ae-30"] + table(app)["vae-30"], app.run)
    images = digit_sets.load("uci").images
    for name in ("ae-30", "vae-30"):
        coverage = completeness(store.model(name), images, 77)
        walk = continuity_between_digits(store.model(name), images, seed=77)
        expected = [coverage[source].precision for source in SOURCES]
        shares = [float(cell.removesuffix(" %")) / 100 for cell in table(app)[name][:4]]
        assert shares == pytest.approx(expected, abs=6e-4)
        assert table(app)[name][6] == f"{walk.detour.mean():.2f} ± {walk.detour.std():.2f}"
    assert "20 pictures against 20 UCI digits" in captions(app)
    assert "Seed 77" in captions(app)


@pytest.mark.parametrize(("count", "classes"), [(2, 2), (3, 1), (7, 3), (12, 1)])
def test_few_digits_give_numbers_or_a_sentence(count: int, classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, count, classes)
    app = open_page("latent_map", left="vae-2")
    problems = component(app, "latent_map")["problems"]
    expected = f"{count} digits are too few, a plane takes at least 3" if count < 3 else None
    assert problems == {"left": expected, "right": expected}
    assert (f"at least 8 digits to say, and there are {count}" in captions(app)) == (count < 8)


def test_what_does_not_move_has_no_numbers() -> None:
    still = Continuity(np.zeros(3), np.zeros(3), np.zeros(3), steps=4)
    coverage = dict.fromkeys(SOURCES, Coverage(0, 0))
    rows = map_report.rows(["ae-30"], [Measures(coverage, still)])
    assert [row["ae-30"] for row in rows[-2:]] == ["–", "–"]
    assert all(re.fullmatch(r"0\.0 %", row["ae-30"]) for row in rows[:-2])
