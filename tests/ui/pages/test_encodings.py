"""The page Encodings: every projection of every kind of model, and its t-SNE."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import CHECKPOINTS, TestClient, address, component, few_digits, notice, open_link, page
from tests.ui.jobs.fake_tsne import FakeJobs, tsne
from ui import store
from ui.choices.link import DEFAULT_SEED
from ui.choices.view import KERNEL_PARAMETERS
from ui.encodings import projections, shipped_tsne
from ui.http.routes import ROUTES
from vae_core.data import find_mnist
from vae_core.spaces.projection import KERNELS, METHODS

__all__ = ["tsne"]
pytestmark = pytest.mark.usefixtures("root")
MNIST = find_mnist()
DEFAULTS = {"left": "ae-30", "right": "vae-30", "digits": "uci", "seed": str(DEFAULT_SEED)}


def open_encodings(**query: str) -> AppTest:
    return open_link(query).switch_page(page("encodings")).run()


def sides(app: AppTest) -> list[dict[str, Any]]:
    data = component(app, "projection")
    return [data["left"], data["right"]]


def status(address: str) -> int:
    return int(TestClient(Starlette(routes=ROUTES)).get(f"/{address}").status_code)


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.main.caption, *app.main.markdown))


@pytest.mark.parametrize("left", CHECKPOINTS)
def test_every_projection_of_every_kind_of_model(left: str) -> None:
    app = open_encodings(left=left, count="500")
    dim = store.entry(left).config.latent_dim
    for method, components in product([method for method in METHODS if method != "t-sne"], [2, 3]):
        app.button_group(key="method").set_value(method)
        app.button_group(key="axes").set_value(components).run()
        assert not app.exception
        assert f"method={method}&components={components}" in sides(app)[0]["projection"]
        drawn = {"pca": dim >= components, "raw": dim == components, "kernel-pca": True}[method]
        for side, can in zip(sides(app), (drawn, method != "raw"), strict=True):
            assert len(side["axes"]) == components
            assert (side["problem"] is None) == can
            assert status(side["projection"]) == (200 if can else 404)
            if not can:
                assert side["problem"].startswith(f"{side['name']}: it has ")
                assert side["problem"].endswith(".")


def test_what_raw_codes_take_is_said_before_they_are_chosen() -> None:
    def label(**query: str) -> str:
        return str(open_encodings(**query).button_group(key="method").options[-1])

    assert label(left="vae-2") == label(right="vae-2") == "Raw codes"
    assert label(left="ae-30", right="vae-30") == "Raw codes (only of 2)"
    assert label(left="vae-2", right="vae-30", axes="3") == "Raw codes (only of 3)"


def test_raw_codes_are_called_as_on_the_desk() -> None:
    assert sides(open_encodings(left="vae-2", method="raw"))[0]["axes"] == ["z₀", "z₁"]


def test_it_opens_on_the_pca_of_2000_digits_and_says_what_the_numbers_mean() -> None:
    app = open_encodings()
    assert "method=pca&components=2&count=2000" in sides(app)[0]["projection"]
    assert [side["axes"] for side in sides(app)] == [["PC 1", "PC 2"]] * 2
    assert component(app, "projection")["stale"] is False
    for line in ("[AE](#term-ae)] ae-30: [KL](#term-kl) ", "[VAE](#term-vae)] vae-30: KL "):
        assert line in said(app)
    told = [element.value for element in app.main.markdown if re.search(r"raws from \[?N\(0, I\)", element.value)]
    assert len(told) == 1
    assert component(app, "coordinates")["right"]["name"] == "vae-30"
    assert address(app) == DEFAULTS


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_shows_its_own_parameters_and_no_others(kernel: str) -> None:
    app = open_encodings(method="kernel-pca", kernel=kernel)
    shown = {field.key for field in app.main.number_input}
    assert shown == set(KERNEL_PARAMETERS[kernel])  # type: ignore[index]
    assert [box.key for box in app.main.selectbox] == ["count", "kernel"]


@pytest.mark.parametrize("method", ["pca", "raw"])
def test_a_linear_projection_has_no_parameters(method: str) -> None:
    app = open_encodings(method=method)
    assert not app.main.number_input
    assert [box.key for box in app.main.selectbox] == ["count"]


def test_what_is_chosen_is_drawn_kept_over_pages_and_in_the_address() -> None:
    app = open_encodings()
    app.button_group(key="method").set_value("kernel-pca").run()
    app.button_group(key="axes").set_value(3).run()
    app.selectbox(key="count").set_value(500)
    app.selectbox(key="kernel").set_value("poly").run()
    app.number_input(key="degree").set_value(2)
    app.number_input(key="gamma").set_value(0.25)
    app.number_input(key="coef0").set_value(-1.5).run()
    chosen = {
        **{"method": "kernel-pca", "axes": "3", "count": "500"},
        **{"kernel": "poly", "gamma": "0.25", "degree": "2", "coef0": "-1.5"},
    }
    assert address(app) == DEFAULTS | chosen
    drawn = sides(app)[0]["projection"]
    settings = "method=kernel-pca&components=3&kernel=poly&degree=2&gamma=0.25&coef0=-1.5&count=500"
    assert f"?{settings}&seed={DEFAULT_SEED}&v=" in drawn
    for name in ("desk", "models"):
        app.switch_page(page(name)).run()
        assert address(app) == DEFAULTS | chosen
    app.switch_page(page("encodings")).run()
    assert sides(app)[0]["projection"] == drawn
    assert address(app) == DEFAULTS | chosen
    again = open_encodings(**address(app))
    assert sides(again)[0]["projection"] == drawn
    assert address(again) == address(app)


def test_parameters_that_are_out_of_sight_are_kept() -> None:
    app = open_encodings(method="kernel-pca", gamma="0.5")
    app.selectbox(key="kernel").set_value("linear").run()
    app.button_group(key="method").set_value("pca").run()
    assert address(app)["gamma"] == "0.5"
    app.button_group(key="method").set_value("kernel-pca").run()
    app.selectbox(key="kernel").set_value("rbf").run()
    assert "gamma=0.5" in sides(app)[0]["projection"]


def test_a_link_with_nonsense_opens_on_defaults_and_says_so() -> None:
    keys = ["method", "axes", "count", "kernel", "gamma", "degree", "coef0", "perplexity"]
    app = open_encodings(**dict.fromkeys(keys, "![x](http://evil)"))
    assert not app.exception
    assert address(app) == DEFAULTS
    desk = open_link(dict.fromkeys(keys, "![x](http://evil)"))
    assert notice(desk).count("This link's") == len(keys)


@pytest.mark.needs_mnist
def test_mnist_has_more_digits_to_choose_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITS_DIR", str(MNIST))
    app = open_encodings(digits="mnist")
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
    app = open_encodings(left="vae-2", method=method, axes="3")
    assert not app.exception
    for side in sides(app):
        assert status(side["projection"]) == (404 if side["problem"] else 200)
        if count <= 3:
            assert (
                f"{count} digits are too few, a 3D plot takes at least 4" in side["problem"]
                or "codes" in side["problem"]
            )


def test_tsne_is_awaited_beside_the_pca_and_then_drawn(tsne: FakeJobs) -> None:
    app = open_encodings(method="t-sne", count="500", seed="101")
    data = component(app, "projection")
    assert data["stale"] is True
    assert "method=pca" in data["left"]["projection"]
    assert [status(side["growing"]["address"]) for side in sides(app)] == [200, 200]
    assert data["left"]["growing"]["axes"] == ["t-SNE 1", "t-SNE 2"]
    first = tsne.wait_for(1)
    assert len(first.codes) == 500
    app.run()
    assert [bar.proto.text for bar in app.get("progress")] == ["ae-30 · 25 %", "vae-30 · waits"]
    first.end()
    tsne.wait_for(2).end()
    for plot in tsne_plots(app):
        tsne.wait_until_over(plot)
    app.run()
    assert not app.get("progress")
    data = component(app, "projection")
    assert data["stale"] is False
    assert [side["growing"] for side in sides(app)] == [None, None]
    assert "method=t-sne&components=2&perplexity=30" in data["left"]["projection"]
    assert data["left"]["axes"] == ["t-SNE 1", "t-SNE 2"]
    assert [status(side["projection"]) for side in sides(app)] == [200, 200]
    app.switch_page(page("models")).run()
    app.switch_page(page("encodings")).run()
    assert component(app, "projection")["stale"] is False
    assert len(tsne.started) == 2


def tsne_plots(app: AppTest) -> list[projections.Plot]:
    return list(app.session_state["tsne.asked"])


def test_what_came_with_the_app_is_shown_and_only_the_other_one_computed(
    tsne: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = np.ones((1797, 2), np.float32)
    came = {"ae-30"}
    monkeypatch.setattr(shipped_tsne, "find", lambda model, *_: points if model in came else None)
    app = open_encodings(method="t-sne")
    assert [bar.proto.text.split(" · ")[0] for bar in app.get("progress")] == ["vae-30"]
    assert component(app, "projection")["stale"] is True
    tsne.wait_for(1)
    came.add("vae-30")
    app.run()
    assert not app.get("progress")
    assert component(app, "projection")["stale"] is False
    assert [status(side["projection"]) for side in sides(app)] == [200, 200]
    assert len(tsne.started) == 1


def test_the_codes_that_are_projected_are_chosen_and_linked() -> None:
    app = open_encodings()
    app.button_group(key="codes").set_value("mean").run()
    left, right = sides(app)
    assert "codes" not in left["projection"]
    assert "codes=mean" in right["projection"]
    assert address(app)["codes"] == "mean"
    assert "codes=mean" in sides(open_encodings(codes="mean"))[1]["projection"]


def test_a_cancelled_tsne_stays_so_until_it_is_started_again(tsne: FakeJobs) -> None:
    app = open_encodings(method="t-sne", count="500", seed="102")
    tsne.wait_for(1)
    app.button(key="tsne-cancel").click().run()
    for _ in range(2):
        assert "t-SNE was cancelled" in said(app)
        assert component(app, "projection")["stale"] is False
        assert [side["problem"] for side in sides(app)] == [None, None]
        assert len(tsne.started) == 1
        app.run()
    app.button(key="tsne-start-again").click().run()
    assert tsne.wait_for(2)
    assert component(app, "projection")["stale"] is True


def test_what_another_visitor_cancels_goes_on_for_this_one(tsne: FakeJobs) -> None:
    first, second = (open_encodings(method="t-sne", count="500", seed="103") for _ in range(2))
    runner = tsne.wait_for(1)
    for _ in range(2):
        first.button(key="tsne-cancel").click().run()
        assert "t-SNE was cancelled" in said(first)
        second.run()
        assert "t-SNE was cancelled" not in said(second)
        assert component(second, "projection")["stale"] is True
        first.button(key="tsne-start-again").click().run()
        assert component(first, "projection")["stale"] is True
    first.number_input(key="perplexity").set_value(50.0).run()
    assert not runner.wait(0)
    second.button(key="tsne-cancel").click().run()
    assert runner.wait(0)
    assert tsne.wait_for(2).config.perplexity == 50


def test_a_tsne_that_fails_says_so_in_its_place_and_can_be_tried_again(tsne: FakeJobs) -> None:
    app = open_encodings(method="t-sne", count="500", seed="104")
    tsne.wait_for(1).end("its points went beyond all numbers")
    tsne.wait_for(2).end()
    for plot in tsne_plots(app):
        tsne.wait_until_over(plot)
    for _ in range(2):
        app.run()
        assert [side["problem"] for side in sides(app)] == ["ae-30: its points went beyond all numbers.", None]
        assert [status(side["projection"]) for side in sides(app)] == [404, 200]
        assert len(tsne.started) == 2
    app.button(key="tsne-start-again").click().run()
    tsne.wait_for(3).end()
    tsne.wait_until_over(tsne_plots(app)[0])
    app.run()
    assert [side["problem"] for side in sides(app)] == [None, None]


def test_another_perplexity_ends_the_tsne_that_nobody_wants_any_more(tsne: FakeJobs) -> None:
    app = open_encodings(method="t-sne", count="500", seed="105")
    tsne.wait_for(1)
    left, right = tsne_plots(app)
    app.number_input(key="perplexity").set_value(50.0).run()
    assert [tsne.jobs.peek(plot) for plot in (left, right)] == [None, None]
    assert tsne.wait_for(2).config.perplexity == 50
    assert component(app, "projection")["stale"] is True


def test_one_model_on_both_sides_is_computed_once(tsne: FakeJobs) -> None:
    app = open_encodings(right="ae-30", method="t-sne", count="500", seed="106")
    tsne.wait_for(1).end()
    tsne.wait_until_over(tsne_plots(app)[0])
    app.run()
    assert component(app, "projection")["stale"] is False
    assert len(tsne.started) == 1
    assert len(app.dataframe[0].value.columns) == 1 + 5


@pytest.mark.parametrize("left", ["ae-1", "linear", "vae-30"])
def test_the_table_has_the_numbers_of_every_coordinate(left: str) -> None:
    app = open_encodings(left=left, right="vae-2")
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
