"""A decoder or an encoder alone stands where it suffices, and another takes its place elsewhere."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests import tiny
from tests.ui.conftest import PAGES, TestClient, address, notice, open_link, page, pages
from tests.ui.http.test_routes import ALL_KINDS
from ui import store
from ui.choices.link import PARTS_OF_PAGES
from ui.reports import map_frame, map_report
from ui.reports.report import NOTHING
from vae_core.config import PARTS

SAYS = {
    "the-decoder": "It is a decoder alone: it has no encoder.",
    "the-encoder": "It is an encoder alone: it has no decoder.",
}
HALVES = {"the-decoder": "decoder", "the-encoder": "encoder"}


@pytest.fixture(autouse=True)
def halves(own_root: Path) -> None:
    for name, half in HALVES.items():
        tiny.write_checkpoint(own_root, name, half)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_offers_what_it_can_show(name: str) -> None:
    app = open_link()
    app.switch_page(page(name)).run()
    needed = PARTS_OF_PAGES.get(name, PARTS)
    shown = {half for half, part in HALVES.items() if set(needed) <= {part}}
    for side in ("left", "right"):
        options = {option.split(" ")[0] for option in app.selectbox(key=side).options}
        assert options & set(HALVES) == shown
        assert "vae-30" in options


def test_another_takes_its_place_where_it_does_not_suffice_and_it_comes_back() -> None:
    app = open_link({"left": "the-decoder", "right": "vae-2"})
    assert not notice(app)
    app.switch_page(page("reconstruct")).run()
    assert address(app)["left"] == "ae-30"
    assert "“the-decoder” is a decoder alone: ae-30 takes its place." in notice(app)
    app.switch_page(page("encodings")).run()
    assert address(app)["left"] == "ae-30"
    app.switch_page(page("latent_map")).run()
    assert address(app)["left"] == "the-decoder"
    app.switch_page(page("desk")).run()
    assert address(app)["left"] == "the-decoder"
    app.switch_page(page("denoise")).run()
    app.selectbox(key="left").set_value("linear").run()
    app.switch_page(page("desk")).run()
    assert (address(app)["left"], address(app)["right"]) == ("linear", "vae-2")


def test_every_page_stands_with_two_halves() -> None:
    for left, right in (HALVES, tuple(reversed(HALVES)), *((name, name) for name in HALVES)):
        app = open_link({"left": left, "right": right})
        for name in pages(app):
            chosen = {address(app)["left"], address(app)["right"]}
            assert all(set(PARTS_OF_PAGES.get(name, PARTS)) <= set(store.entry(each).config.parts) for each in chosen)


@pytest.mark.parametrize("path", [path for path in ALL_KINDS if "ae-30" in path or "vae-2" in path])
def test_what_a_half_has_not_is_refused_in_a_sentence(client: TestClient, path: str) -> None:
    for name in HALVES:
        answer = client.get(path.replace("vae-30", name).replace("vae-2", name).replace("ae-30", name))
        assert answer.status_code in (200, 404)
        if "json" in answer.headers["content-type"] and "problem" in answer.json():
            assert answer.json()["problem"] == SAYS[name]
        elif answer.status_code == 404:
            assert answer.text.endswith(".")


@pytest.mark.parametrize("path", ["/means/the-decoder/uci.safetensors", "/graphs/the-decoder/uci.safetensors"])
def test_what_stands_for_codes_of_a_decoder_alone_is_no_digits_code(client: TestClient, path: str) -> None:
    assert client.get(path).json() == {"problem": SAYS["the-decoder"]}


def test_the_map_of_a_decoder_alone_is_that_of_n_0_i(client: TestClient) -> None:
    found = safetensors.numpy.load(client.get("/planes/the-decoder/uci.safetensors").content)
    np.testing.assert_array_equal(found["axes"], np.eye(2))
    assert {len(found[name]) for name in ("points", "residual", "labels")} == {0}
    assert map_frame.frame("the-decoder", "uci").places(np.array([[3 * 1.06, -3 * 1.06]])).tolist() == [[1, -1]]


def test_measures_of_a_decoder_alone_are_those_that_take_no_encoder() -> None:
    few = map_report.measures.measure("the-decoder", "uci", 0)
    (column,) = [name for name in map_report.rows(["the-decoder"], [few])[0] if name]
    cells = [row[column] for row in map_report.rows(["the-decoder"], [few])]
    assert [cell == NOTHING for cell in cells] == [False, True, False, True, False, True, True, True]


def test_halves_of_pictures_of_which_no_model_is_whole_are_named(own_root: Path) -> None:
    for name in store.models():
        if name not in HALVES:
            (own_root / name / "model.safetensors").unlink()
    assert not store.sets()
    assert all("half a model" in store.problems()[name] for name in HALVES)
