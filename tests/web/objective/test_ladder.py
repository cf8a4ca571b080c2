"""The ladder of beta against PyTorch: three maps, one place, one draw, and what a hand on the slider does."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray
from playwright.sync_api import Page, Route, expect
from scipy.spatial import cKDTree

from tests.web.conftest import go_blank
from tests.web.objective.ladder_page import LadderPage
from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import Held, OpenPage, Visit, await_query, box, fits, mount
from ui.figures import palette
from vae_core import recipes
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective.rate_distortion import Point, rate_distortion
from vae_core.spaces.alignment import aligned

Array = NDArray[np.float64]
ENDS = ("vae-2-reconstruction-only", "vae-2-kl-only")
DRAWS = 16


class Ladder:
    """The rungs that are served, in order, and where their maps have the digits."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.names = [name for name in recipes.ladder() if (oracle.root / name).exists()]
        self.betas = [recipes.ladder()[name] for name in self.names]
        codes = np.stack([oracle.encode(name, oracle.pixels(slice(2000))) for name in self.names])
        self.points, self.axes = aligned(codes, self.names.index("vae-2"))

    def home(self, rung: int) -> tuple[Array, float]:
        """The middle of a map and half its side: all but 1 in 400 codes at either end, and 95 % of N(0, I)."""
        ordered = np.sort(self.points[rung].astype(np.float64), axis=0)
        cut, reach = int(0.0025 * len(ordered)), np.sqrt(-2 * np.log(0.05))
        low, high = np.minimum(ordered[cut], -reach), np.maximum(ordered[-1 - cut], reach)
        return (low + high) / 2, float(1.06 * (high - low).max() / 2)

    def places(self, rung: int) -> Array:
        """[N, 2] in the home square, -1 to 1, y upwards."""
        middle, half = self.home(rung)
        return np.asarray((self.points[rung] - middle) / half)

    def code(self, rung: int, place: Array) -> Array:
        middle, half = self.home(rung)
        return np.asarray((middle + half * place) @ self.axes[rung])

    def point(self, rung: int) -> Point:
        model = self.oracle.model(self.names[rung])
        assert isinstance(model, VariationalAutoencoder)
        return rate_distortion(model, self.oracle.uci.images)


@pytest.fixture(scope="module")
def ladder(oracle: Oracle) -> Ladder:
    oracle.need("vae-2", "vae-2-beta-0.3", "vae-2-beta-3", *ENDS)
    return Ladder(oracle)


def spot(shown: LadderPage) -> Array:
    """The place that the link has."""
    shown.page.wait_for_function("() => new URL(location.href).searchParams.has('spot')")
    shown.page.wait_for_timeout(400)
    text: str = shown.page.evaluate("new URL(location.href).searchParams.get('spot')")
    return np.array([float(part) for part in text.split("_")])


def nearest(at: float) -> int:
    """As the browser rounds."""
    return int(np.floor(at + 0.5))


def expect_rung(shown: LadderPage, ladder: Ladder, side: int, rung: int, place: Array, eps: Array) -> None:
    """Codes, both kinds of decoded pictures and numbers of a map are those of PyTorch."""
    name, beta = ladder.names[rung], ladder.betas[rung]
    z = ladder.code(rung, place)
    np.testing.assert_allclose(shown.where(side), z, atol=0.006 * ladder.home(rung)[1])
    np.testing.assert_allclose(shown.picture(side), ladder.oracle.decode(name, z), atol=2 * LEVEL)
    np.testing.assert_allclose(shown.samples(side), ladder.oracle.decode(name, eps), atol=LEVEL)
    point = ladder.point(rung)
    error, kl = (0, 1) if beta is None else (1, beta)
    assert shown.bill(side) == {
        "squared error": f"{error} × {point.distortion:.1f}",
        "KL, nats": f"{kl:g} × {point.rate:.2f}",
        "sum": f"{point.rate if beta is None else point.loss(beta):.1f}",
        "active codes": f"{point.active} of 2",
    }
    # Each digit in the colour of its class, where no other is near.
    pixels = shown.colours(side)
    at = len(pixels) * (1 + ladder.places(rung) * (1, -1)) / 2
    inside = (at.min(axis=1) > 3) & (at.max(axis=1) < len(pixels) - 3)
    alone = cKDTree(at).query(at, k=2)[0][:, 1] > 5
    column, row = at[inside & alone].astype(int).T
    colours = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in palette.DIGITS["dark"]])
    wanted = colours[ladder.oracle.uci.labels[:2000][inside & alone]]
    same = np.abs(pixels[row, column, :3] - wanted).max(axis=1) < 40
    # Some lie under the circle, its name, or the cross.
    assert same.sum() >= 0.8 * len(same) > (5 if point.active else -1), (name, same.mean(), len(same))


def test_a_place_is_decoded_on_all_three_maps_and_draws_are_the_same(shared: Visit, ladder: Ladder) -> None:
    shown = shared(LadderPage, "seed=5&rung=0.3&samples=2")
    rungs = (0, ladder.names.index("vae-2-beta-0.3"), len(ladder.names) - 1)
    eps = normals(6, shape=(2 * DRAWS, 2))[0].reshape(2, DRAWS, 2)
    for side in range(3):
        shown.hover(side, 0.31 + 0.15 * side, 0.42)
        shown.page.mouse.move(5, 5)
        # It stays where it was.
        place = spot(shown)
        np.testing.assert_allclose(place, [2 * (0.31 + 0.15 * side) - 1, 0.16], atol=0.015)
        for one, rung in enumerate(rungs):
            expect_rung(shown, ladder, one, rung, place, eps[1])
    assert shown.names() == [ladder.names[rung] for rung in rungs]
    shown.press("n")
    await_query(shown.page, samples="3")
    drawn = normals(6, shape=(3 * DRAWS, 2))[0].reshape(3, DRAWS, 2)[2]
    for one, rung in enumerate(rungs):
        np.testing.assert_allclose(shown.samples(one), ladder.oracle.decode(ladder.names[rung], drawn), atol=LEVEL)


def test_keys_walk_the_ladder_and_the_cross(shared: Visit, ladder: Ladder) -> None:
    shown = shared(LadderPage, "seed=5&rung=0.3&samples=2")
    shown.slider.focus()
    last = len(ladder.names) - 1
    for key, rung in (("End", last), ("ArrowLeft", last - 1), ("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2)):
        shown.press(key)
        shown.await_rung(rung)
        assert shown.names()[1] == ladder.names[rung]
        beta = ladder.betas[rung]
        title = "KL only" if beta is None else f"Both, β = {beta:g}" if beta else "Reconstruction only"
        assert shown.rung(1).locator("h3").inner_text() == title == shown.slider.get_attribute("aria-valuetext")
        await_query(shown.page, rung="kl-only" if beta is None else f"{beta:g}")
    shown.hover(2, 0.5, 0.5)
    before = spot(shown)
    shown.rung(0).locator(".codes").focus()
    shown.press("ArrowRight", "Shift+ArrowUp")
    place = np.array([before[0] + 0.05, before[1] + 0.25])
    await_query(shown.page, spot="_".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in place))
    for side, rung in enumerate((0, 2, last)):
        z = ladder.code(rung, place)
        np.testing.assert_allclose(shown.picture(side), ladder.oracle.decode(ladder.names[rung], z), atol=2 * LEVEL)


def test_a_drag_glides_and_tells_nobody(shared: Visit, ladder: Ladder) -> None:
    shown = shared(LadderPage, "seed=5&rung=0.3&samples=2")
    page, track = shown.page, box(shown.slider)
    shown.slider.focus()
    shown.press("Home")
    shown.await_rung(0)
    dot = shown.root.locator(".curve .now")
    seen = set()
    with shown.silence():
        page.mouse.move(track.left + 8, track.top + track.height / 2)
        page.mouse.down()
        for x in np.linspace(8, track.width - 8, 25):
            page.mouse.move(track.left + x, track.top + track.height / 2)
            shown.settle()
            assert shown.names()[1] == ladder.names[nearest(shown.at)]
            seen.add((shown.colours(1)[..., :3].tobytes(), dot.get_attribute("cx"), dot.get_attribute("cy")))
        assert len(seen) > 20
        # Half-way, each digit is half-way.
        share = 2.5 / (len(ladder.names) - 1)
        page.mouse.move(track.left + 8 + share * (track.width - 16), track.top + track.height / 2)
        shown.settle()
        at = shown.at
        assert 2.3 < at < 2.7
        places = ladder.places(2) + (at - 2) * (ladder.places(3) - ladder.places(2))
        pixels = shown.colours(1)
        column, row = (len(pixels) * (1 + places * (1, -1)) / 2).clip(0, len(pixels) - 1).astype(int).T
        lit = pixels[row, column, :3].max(axis=1) > 60
        assert lit.mean() > 0.95
        page.mouse.up()
        shown.await_rung(nearest(at))
    await_query(page, rung=f"{ladder.betas[nearest(at)]:g}")


def test_a_link_restores_it_and_what_the_ladder_lacks_is_let_go(visit: Visit, ladder: Ladder) -> None:
    shown = visit(LadderPage, "rung=kl-only&spot=-0.5_0.25", width=400, theme="dark")
    last = len(ladder.names) - 1
    assert shown.at == last
    assert shown.names()[1] == ENDS[1]
    z = ladder.code(0, np.array([-0.5, 0.25]))
    np.testing.assert_allclose(shown.picture(0), ladder.oracle.decode(ENDS[0], z), atol=2 * LEVEL)
    assert fits(shown.page)
    other = visit(LadderPage, "rung=2.5")
    assert other.names()[1] == "vae-2"
    await_query(other.page, rung=None)
    # All of it is above the fold.
    assert box(other.root).bottom < 800


def test_a_decoder_that_is_late_leaves_the_last_picture(open_page: OpenPage, app: str, ladder: Ladder) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    held = Held(page, "**/checkpoints/vae-2-beta-3/decoder.safetensors")
    shown = LadderPage(page)
    page.goto(f"{app}objective")
    expect(shown.root).to_have_attribute("data-ready", "true", timeout=60_000)
    expect(shown.slider).to_have_attribute("aria-busy", "true")
    rung = ladder.names.index("vae-2-beta-3")
    before = shown.picture(1)
    shown.slider.focus()
    shown.press("ArrowRight")
    # Without motion it is there at once.
    assert shown.at == rung
    expect(shown.rung(1).locator(".where")).to_have_text("loading vae-2-beta-3 …")
    assert shown.names()[1] == "vae-2"
    np.testing.assert_array_equal(shown.picture(1), before)
    held.end()
    expect(shown.models.nth(1)).to_have_attribute("data-model", "vae-2-beta-3")
    shown.wait()


def show(page: Page, ladder: Ladder, rungs: list[int], lack: str) -> None:
    """The component on a page without the app, of some rungs only."""
    common = {"version": "", "label": "", "colour": {}, "shape": [1, 28, 28]}
    models = [{**common, "name": ladder.names[i], "beta": ladder.betas[i]} for i in rungs]
    data = {"rungs": models, "lack": lack, "digits": "uci", "seed": 5, "colours": palette.digits_for_browser()}
    mount(page, "objective/ladder/ladder.js", data)


def test_what_there_is_of_the_ladder_is_shown(open_page: OpenPage, app: str, ladder: Ladder) -> None:
    page = go_blank(open_page(), app)
    here = [ladder.names.index("vae-2"), ladder.names.index("vae-2-beta-3")]
    labels = ladder.oracle.uci.labels[:2000].astype(np.uint8)
    codes = {"points": ladder.points[here], "axes": ladder.axes[here], "labels": labels}
    standings = {"rate": np.ones(2), "distortion": np.full(2, 30.0), "active": np.ones(2, np.int32)}

    def fulfil(route: Route) -> None:
        found = codes if "rungs" in route.request.url else standings
        route.fulfill(body=safetensors.numpy.save(found), content_type="application/octet-stream")

    page.route("**/ladders/**", fulfil)
    shown = LadderPage(page)
    show(page, ladder, here, "The ladder lacks an end.")
    shown.wait()
    assert [shown.rung(side).is_visible() for side in range(3)] == [False, True, False]
    expect(shown.root.get_by_text("The ladder lacks an end.")).to_be_visible()
    assert shown.names() == ["vae-2"]
    assert shown.bill(1)["sum"] == "31.0"
    show(page, ladder, [], "There is no ladder.")
    expect(shown.root.get_by_text("There is no ladder.")).to_be_visible()
    expect(shown.root.locator(".stage")).to_be_hidden()
    page.evaluate("window.unmount()")
    expect(shown.root).to_be_empty()
