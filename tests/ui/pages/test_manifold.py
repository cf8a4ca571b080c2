"""The page Manifold: its component, what is kept of changes, and how many dimensions there are."""

from pathlib import Path

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.ui.conftest import captions, component, few_digits, open_page, read_table, until
from ui import store
from ui.choices import digit_sets
from ui.figures.tangency import moved_by_direction
from ui.reports import dimension_report
from vae_core.data import as_input
from vae_core.metrics import Tangency, tangency
from vae_core.spaces.intrinsic_dimension import two_nn

pytestmark = pytest.mark.usefixtures("root")


def tables(app: AppTest) -> list[dict[str, list[str]]]:
    return [read_table(table) for table in app.main.table]


def test_both_reports_are_measured_while_the_page_is_shown(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_digits(monkeypatch, 40, 10)
    app = open_page("manifold", left=tiny.write_flat(own_root, "tanh"), right="vae-30", also="ae-1", seed="9")
    data = component(app, "tangent")
    assert [model["name"] for model in data["models"]] == ["flat", "vae-30"]
    assert (data["digits"], data["seed"]) == ("uci", 9)
    until(lambda: not any("…" in column for table in tables(app) for column in table.values()), app.run)
    assert not app.exception
    moved, dimensions = tables(app)
    images = digit_sets.load("uci").images
    found = tangency(store.model("vae-30"), images, 9)
    assert moved[""] == ["flat", "ae-1", "vae-30"]
    shares = [moved[column][2] for column in moved if column]
    parts = (found.along_moved, found.along_kept, found.off_moved)
    cells = [f"{100 * part.mean():.0f} ± {100 * part.std():.0f} %" for part in parts]
    assert [share.replace("\N{NO-BREAK SPACE}", " ") for share in shares] == cells
    assert {moved[column][0] for column in moved if column} == {"–"}

    assert dimensions[""] == ["flat", "ae-1", "vae-30", "pixels"]
    x = as_input(images)
    with torch.inference_mode():
        codes = store.model("vae-30").encode(x).numpy()
        drawn = store.model("vae-30").sample_code(x, torch.Generator().manual_seed(9)).numpy()
    expected = [f"{two_nn(points, seed=9).dimension:.1f}" for points in (codes, drawn, x.flatten(1).numpy())]
    of_codes, of_samples, of_gaussian = (dimensions[words] for words in dimension_report.ESTIMATES.values())
    assert [of_codes[2], of_samples[2], of_codes[3]] == expected
    assert (of_codes[0], of_samples[1], of_samples[3]) == ("–", "–", "–")
    assert 2 < float(of_gaussian[2]) < 6
    assert 10 < float(of_gaussian[3]) < 784, "too low"
    assert dimensions["Coordinates"] == ["2", "1", "4", "784"]
    for words in (
        "flat: no picture changes with its code, so there is no tangent plane.",
        "flat: an intrinsic dimension takes at least three different points, not 1.",
        "40 UCI digits, 8 random directions each, changed by 1",
        "without the 10 % of points",
        "it comes out too low",
        "Seed 9",
    ):
        assert words in captions(app)


@pytest.mark.usefixtures("unmeasured")
def test_one_model_on_both_sides_is_shown_once_and_without_a_plane_has_no_map() -> None:
    app = open_page("manifold", left="ae-1", right="ae-1", also="")
    assert [model["name"] for model in component(app, "tangent")["models"]] == ["ae-1"]
    data = component(app, "manifold_map")
    assert [data["left"]["name"], data["right"]["name"], data["digits"]] == ["ae-1", "ae-1", "uci"]
    assert data["problems"] == dict.fromkeys(("left", "right"), "it has 1 code, and a plane takes 2")


def test_the_figure_ends_where_the_rank_does_and_what_is_off_stands_apart() -> None:
    nothing = np.zeros((2, 1))
    strongest = np.array([[1.0, 0.5, np.nan], [0.8, np.nan, np.nan]])
    found = Tangency(nothing, nothing, np.array([[0.2], [0.4]]), strongest)
    (trace,) = moved_by_direction({"ae": found}, {"ae": "#123456"}).data
    assert list(trace.x) == [1, 2, None, 6]
    assert list(trace.y) == pytest.approx([90, 50, None, 30])
    assert not moved_by_direction({}, {}).data
