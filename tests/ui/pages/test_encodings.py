"""The page Encodings: every projection of every kind of model."""

import re
from itertools import product

import numpy as np
import pytest
from scipy import stats

from tests.ui.conftest import CHECKPOINTS, DEFAULTS, address, component, few_digits, notice, open_link, open_page, page
from tests.ui.jobs.fake_tsne import FakeJobs, tsne
from tests.ui.pages.encodings_page import is_stale, problems, said, sides, statuses
from ui import store
from ui.choices.link import DEFAULT_SEED
from ui.choices.view import KERNEL_PARAMETERS
from vae_core.spaces.projection import KERNELS, METHODS

__all__ = ["tsne"]
pytestmark = pytest.mark.usefixtures("root")


@pytest.mark.parametrize("left", CHECKPOINTS)
def test_every_projection_of_every_kind_of_model(left: str) -> None:
    app = open_page("encodings", left=left, count="500")
    dim = store.entry(left).config.latent_dim
    for method, components in product([method for method in METHODS if method != "t-sne"], [2, 3]):
        app.button_group(key="method").set_value(method)
        app.button_group(key="axes").set_value(components).run()
        assert not app.exception
        assert f"method={method}&components={components}" in sides(app)[0]["projection"]
        drawn = {"pca": dim >= components, "raw": dim == components, "kernel-pca": True}[method]
        for side, can, status in zip(sides(app), (drawn, method != "raw"), statuses(app), strict=True):
            assert len(side["axes"]) == components
            assert (side["problem"] is None) == can
            assert status == (200 if can else 404)
            if not can:
                assert side["problem"].startswith(f"{side['name']}: it has ")
                assert side["problem"].endswith(".")


def test_what_raw_codes_take_is_said_before_they_are_chosen_and_they_are_called_as_on_the_desk() -> None:
    def label(**query: str) -> str:
        return str(open_page("encodings", **query).button_group(key="method").options[-1])

    assert label(left="vae-2") == label(right="vae-2") == "Raw codes"
    assert label(left="ae-30", right="vae-30") == "Raw codes (only of 2)"
    assert label(left="vae-2", right="vae-30", axes="3") == "Raw codes (only of 3)"
    assert sides(open_page("encodings", left="vae-2", method="raw"))[0]["axes"] == ["z₀", "z₁"]


def test_it_opens_on_the_pca_of_2000_digits_and_says_what_the_numbers_mean() -> None:
    app = open_page("encodings")
    assert "method=pca&components=2&count=2000" in sides(app)[0]["projection"]
    assert [side["axes"] for side in sides(app)] == [["PC 1", "PC 2"]] * 2
    assert not is_stale(app)
    for line in ("[AE](#term-ae)] ae-30: [KL](#term-kl) ", "[VAE](#term-vae)] vae-30: KL "):
        assert line in said(app)
    told = [element.value for element in app.main.markdown if re.search(r"raws from \[?N\(0, I\)", element.value)]
    assert len(told) == 1
    assert component(app, "coordinates")["right"]["name"] == "vae-30"
    assert address(app) == DEFAULTS


def test_a_kernel_shows_its_own_parameters_and_a_linear_projection_none() -> None:
    app = open_page("encodings", method="kernel-pca")
    for kernel in KERNELS:
        app.selectbox(key="kernel").set_value(kernel).run()
        assert {field.key for field in app.main.number_input} == set(KERNEL_PARAMETERS[kernel])
        assert [box.key for box in app.main.selectbox] == ["count", "kernel"]
    for method in ("pca", "raw"):
        app.button_group(key="method").set_value(method).run()
        assert not app.main.number_input
        assert [box.key for box in app.main.selectbox] == ["count"]


def test_what_is_chosen_is_drawn_kept_over_pages_and_in_the_address() -> None:
    app = open_page("encodings")
    app.button_group(key="method").set_value("kernel-pca").run()
    app.button_group(key="axes").set_value(3).run()
    app.selectbox(key="count").set_value(500)
    app.selectbox(key="kernel").set_value("poly").run()
    app.number_input(key="degree").set_value(2)
    app.number_input(key="gamma").set_value(0.25)
    app.number_input(key="coef0").set_value(-1.5).run()
    chosen = DEFAULTS | {"method": "kernel-pca", "axes": "3", "count": "500", "kernel": "poly"}
    chosen |= {"gamma": "0.25", "degree": "2", "coef0": "-1.5"}
    assert address(app) == chosen
    drawn = sides(app)[0]["projection"]
    settings = "method=kernel-pca&components=3&kernel=poly&degree=2&gamma=0.25&coef0=-1.5&count=500"
    assert f"?{settings}&seed={DEFAULT_SEED}&v=" in drawn
    for name in ("desk", "models"):
        assert address(app.switch_page(page(name)).run()) == chosen
    for again in (app.switch_page(page("encodings")).run(), open_page("encodings", **chosen)):
        assert sides(again)[0]["projection"] == drawn
        assert address(again) == chosen


def test_parameters_that_are_out_of_sight_are_kept() -> None:
    app = open_page("encodings", method="kernel-pca", gamma="0.5")
    app.selectbox(key="kernel").set_value("linear").run()
    app.button_group(key="method").set_value("pca").run()
    assert address(app)["gamma"] == "0.5"
    app.button_group(key="method").set_value("kernel-pca").run()
    app.selectbox(key="kernel").set_value("rbf").run()
    assert "gamma=0.5" in sides(app)[0]["projection"]


def test_a_link_with_nonsense_opens_on_defaults_and_says_so() -> None:
    keys = ["method", "axes", "count", "kernel", "gamma", "degree", "coef0", "perplexity"]
    app = open_link(dict.fromkeys(keys, "![x](http://evil)"))
    assert notice(app).count("This link's") == len(keys)
    assert address(app.switch_page(page("encodings")).run()) == DEFAULTS


@pytest.mark.needs_mnist
@pytest.mark.usefixtures("mnist")
def test_mnist_has_more_digits_to_choose_from() -> None:
    app = open_page("encodings", digits="mnist")
    assert app.selectbox(key="count").options == [f"{n:,} digits" for n in (500, 1000, 2000, 5000, 10_000)]
    app.selectbox(key="count").set_value(10_000).run()
    assert "count=10000" in sides(app)[0]["projection"]
    app.radio(key="digits").set_value("uci").run()
    assert not app.exception
    assert app.selectbox(key="count").options == ["500 digits", "1,000 digits", "1,797 digits"]
    assert "count=2000" in sides(app)[0]["projection"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("count", "classes"), [(2, 2), (3, 1), (12, 1)])
def test_few_digits_or_a_single_class_give_a_picture_or_a_sentence(
    count: int, classes: int, method: str, tsne: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_digits(monkeypatch, count, classes)
    app = open_page("encodings", left="vae-2", method=method, axes="3")
    assert statuses(app) == [404 if problem else 200 for problem in problems(app)]
    if count <= 3:
        too_few = f"{count} digits are too few, a 3D plot takes at least 4"
        assert all(problem and (too_few in problem or "codes" in problem) for problem in problems(app))


def test_the_codes_that_are_projected_are_chosen_and_linked() -> None:
    app = open_page("encodings")
    app.button_group(key="codes").set_value("mean").run()
    left, right = sides(app)
    assert "codes" not in left["projection"]
    assert "codes=mean" in right["projection"]
    assert address(app)["codes"] == "mean"
    assert "codes=mean" in sides(open_page("encodings", codes="mean"))[1]["projection"]


@pytest.mark.parametrize("left", ["ae-1", "linear", "vae-30"])
def test_the_table_has_the_numbers_of_every_coordinate(left: str) -> None:
    app = open_page("encodings", left=left, right="vae-2")
    table = app.dataframe[0].value
    for name in (left, "vae-2"):
        codes = store.encodings(name, "uci").codes
        dim = codes.shape[1]
        np.testing.assert_allclose(table[f"{name} mean"][:dim], codes.mean(0), atol=1e-5)
        np.testing.assert_allclose(table[f"{name} std"][:dim], codes.std(0, ddof=1), rtol=1e-4)
        gaps = [stats.kstest(code, "norm").statistic for code in codes.T.astype(float)]
        np.testing.assert_allclose(table[f"{name} D"][:dim], gaps, atol=1e-5)
        assert table[f"{name} shape D"][:dim].between(0, 1).all()
        assert table[f"{name} mean"][dim:].isna().all()
    assert table["coordinate"].tolist() == list(range(len(table)))
    assert len(table) == max(store.entry(name).config.latent_dim for name in (left, "vae-2"))
