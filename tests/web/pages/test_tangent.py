"""The experiment of the page Manifold against PyTorch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.conftest import go_blank
from tests.web.map_page import OpenMap
from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import SEVEN, TINY, TINY_NAMES, OpenPage, Visit, await_query, fits, keep_away, mount, query, saved
from tests.web.tangent_page import TangentPage
from ui.choices import drawn
from vae_core.spaces import manifold
from vae_core.spaces.manifold import Tangent

Array = NDArray[np.float32]
LEFT, RIGHT = "ae-30", "tiny-one-code"
FOUR_CODES = "tiny-ae"
ROW = 17
Z = [0.5, -1.0, 0.25, 2.0]


def plane_at(oracle: Oracle, name: str, pixels: Array) -> Tangent:
    return manifold.tangent(oracle.model(name).decode, oracle.encode(name, pixels))


def off(plane: Tangent, k: int) -> Array:
    """The direction off the manifold that comes by `n`, k times."""
    return manifold.directions(plane, 8, seed=0)[1][k]


def turned(plane: Tangent, i: int) -> tuple[Array, Array]:
    """A direction as pictures and as codes, which adds ink."""
    sign = np.sign(plane.left[:, i].sum())
    return sign * plane.left[:, i], sign * plane.right[i]


def expect_trial(shown: TangentPage, oracle: Oracle, name: str, image: Array, u: Array, off: Array, a: float) -> None:
    """The pictures and the numbers of both changes are those of `manifold.kept`."""
    found = manifold.kept(oracle.model(name), image, np.stack([np.sign(a) * u, np.sign(a) * off]), abs(a))
    for i, kind in enumerate(("along", "off")):
        np.testing.assert_allclose(shown.trial(name, f"{kind} shown"), found.perturbed[i].clip(0, 1), atol=LEVEL)
        np.testing.assert_allclose(shown.trial(name, f"{kind} back"), found.reconstructed[i], atol=LEVEL)
        expected = [100 * found.moved[i], 100 * found.share[i]][: 2 - i]
        np.testing.assert_allclose(np.array(shown.numbers(name, kind), float), expected, atol=0.6)


def test_a_digit_is_changed_along_the_manifold_and_off_it(visit: Visit, oracle: Oracle) -> None:
    link = f"left={LEFT}&right={RIGHT}&row={ROW}&direction=2&seed=5&also=&surface=graph"
    shown = visit(TangentPage, link)
    # Without a code there is no choice.
    expect(shown.source(1)).to_be_disabled()
    image = oracle.pixels(ROW)
    planes = {name: plane_at(oracle, name, image) for name in (LEFT, RIGHT)}
    most = max(plane.singular[0] for plane in planes.values())
    for (name, plane), chosen in zip(planes.items(), (1, 0), strict=True):
        u, v = turned(plane, chosen)
        expect_trial(shown, oracle, name, image, u, off(plane, 0), 3.0)
        z = oracle.encode(name, image)
        steps = np.linspace(-3, 3, 9, dtype=np.float32)[:, None] / plane.singular[chosen]
        np.testing.assert_allclose(shown.walk(name), oracle.decode(name, z + steps * v), atol=LEVEL)
        np.testing.assert_allclose(shown.trial(name, "same shown"), image, atol=LEVEL)
        np.testing.assert_allclose(shown.trial(name, "same back"), oracle.decode(name, z), atol=LEVEL)
        effective = f"effective rank {plane.effective_rank:.1f} of {len(z)}"
        expect(shown.half(name).locator(".tag .name")).to_have_text(effective)
        heights = np.pad(plane.singular / most, (0, len(z) - len(plane.singular)))
        np.testing.assert_allclose(shown.bars(name), heights, atol=0.02)
        column = shown.root.get_by_label(f"Columns of the Jacobian of {name}").locator("[title]").first
        length = np.linalg.norm(plane.jacobian[:, 0])
        expect(column).to_have_attribute("title", f"z₀: the picture moves {length:.3f} a unit")

    u = another_length_and_direction_are_the_browsers(shown, oracle, planes, image)

    # Red is the root of the ink that is added, and none where some is taken.
    shown.root.get_by_text("changes", exact=True).click()
    shown.settle()
    added = np.square(shown.trial(LEFT, "along shown"))
    np.testing.assert_allclose(added, (2 * u).clip(0, 1).reshape(28, 28), atol=0.01)
    shown.root.get_by_text("pictures", exact=True).click()
    a_drawn_digit_has_a_plane_of_its_own(shown, oracle)

    name, file = saved(shown.page, "s")
    assert name == f"tangent-{LEFT}-{RIGHT}.png"
    with Image.open(file) as picture:
        assert picture.width > 1000


def another_length_and_direction_are_the_browsers(
    shown: TangentPage, oracle: Oracle, planes: dict[str, Tangent], image: Array
) -> Array:
    """The direction along which the left model now goes."""
    sent = shown.traffic.sent
    shown.go(-1.5)
    shown.press("n")
    shown.direction(RIGHT, 1).click()
    await_query(shown.page, direction=None)
    for name, plane in planes.items():
        expect_trial(shown, oracle, name, image, turned(plane, 0)[0], off(plane, 1), -1.5)
    shown.direction(LEFT, 1).focus()
    shown.press("ArrowRight")
    await_query(shown.page, direction="2")
    expect(shown.direction(LEFT, 2)).to_have_attribute("data-current", "")
    u, _ = turned(planes[LEFT], 1)
    expect_trial(shown, oracle, LEFT, image, u, off(planes[LEFT], 1), -1.5)
    assert shown.traffic.sent == sent > 0
    shown.go(0)
    assert shown.numbers(LEFT, "along") == [None, None]
    shown.go(2)
    expect(shown.root.locator("> .heard")).to_contain_text(f"Direction 2. {LEFT}: moves ")
    return u


def a_drawn_digit_has_a_plane_of_its_own(shown: TangentPage, oracle: Oracle) -> None:
    shown.press("d")
    shown.draw(*SEVEN, steps=3)
    shown.page.wait_for_url("**drawn=*")
    shown.wait_for_planes()
    levels = drawn.unpack(query(shown.page)["drawn"])
    assert levels is not None
    mine = (levels / 15).astype(np.float32)
    plane = plane_at(oracle, LEFT, mine)
    u = plane.left[:, 1]
    # It points as the one of the plane before, which depends on when the hand paused.
    u = u * np.sign((shown.trial(LEFT, "along shown") - mine).ravel() @ u)
    expect_trial(shown, oracle, LEFT, mine, u, off(plane, 1), 2.0)
    shown.press("Escape")


def test_what_is_pinned_on_the_map_below_is_followed(open_map: OpenMap, oracle: Oracle) -> None:
    maps = open_map(f"{TINY}&surface=nothing&surfacetool=pin&also=", "manifold_map")
    shown = TangentPage(maps.page)
    shown.wait()
    expect(shown.source(1)).to_be_disabled()
    for x in (0.3, 0.6):
        maps.wait()
        codes = maps.codes(maps.pin(0, x, 0.4), TINY_NAMES)
        expect(shown.source(1)).to_be_enabled()
        shown.root.get_by_text("Pinned z", exact=True).click()
        shown.wait_for_planes()
        for name, z in zip(TINY_NAMES, codes, strict=True):
            np.testing.assert_allclose(shown.trial(name, "same shown"), oracle.decode(name, z), atol=LEVEL)

    # A digit that is picked takes the place of the code, and goes on doing so.
    shown.press("g")
    digit = shown.trial(TINY_NAMES[0], "same shown")
    maps.press("Control+z")
    np.testing.assert_array_equal(shown.trial(TINY_NAMES[0], "same shown"), digit)


def show(page: Page, *names: str) -> None:
    """The component on a page without the app, of the code in the link."""
    models = [{"name": name, "label": "a model", "colour": {"light": "#C4700A", "dark": "#F0A63C"}} for name in names]
    page.evaluate("async () => (await load('state/parameters.js')).put('at', 'z')")
    mount(page, "tangent/tangent.js", {"models": models, "digits": "uci", "seed": 5})


def test_a_pinned_code_has_a_plane_of_its_own_and_what_does_not_arrive_is_said(
    open_page: OpenPage, app: str, oracle: Oracle, forgiven: list[str]
) -> None:
    page = go_blank(open_page(width=400), app)
    sentence = "The picture does not change with the code here, so there is no tangent plane."
    page.route("**/tangents/tiny-one-code/**", lambda route: route.fulfill(json={"problem": sentence}))
    keep_away(page, late := "**/tangents/tiny-vae-logvar/**", encoder := "**/checkpoints/tiny-ae/encoder.safetensors")
    shown = TangentPage(page)
    page.evaluate("async (z) => (await load('state/parameters.js')).put('z', z)", "_".join(map(str, Z)))
    show(page, FOUR_CODES)
    alert = shown.root.locator(":scope > .alert")
    expect(alert).to_contain_text("checkpoints/tiny-ae/encoder.safetensors did not arrive.")
    page.unroute(encoder)
    alert.get_by_role("button", name="Try again").click()
    shown.wait()
    z = np.array(Z, np.float32)
    x = oracle.decode(FOUR_CODES, z).astype(np.float32)
    plane = manifold.tangent(oracle.model(FOUR_CODES).decode, z)
    expect_trial(shown, oracle, FOUR_CODES, x, turned(plane, 0)[0], off(plane, 0), 3.0)
    assert fits(page)

    # A digit that is picked takes the place of the code.
    assert shown.source(1).is_checked()
    shown.press("g")
    assert shown.source(0).is_checked()
    show(page, RIGHT, "tiny-vae-logvar")
    shown.wait()
    for name, words, again in ((RIGHT, sentence, False), ("tiny-vae-logvar", "did not arrive.", True)):
        lack = shown.half(name).locator(".alert")
        expect(lack).to_contain_text(words)
        expect(lack.get_by_role("button", name="Try again")).to_be_visible(visible=again)
        expect(shown.half(name).locator(".trial")).to_be_hidden()
    page.unroute(late)
    shown.half("tiny-vae-logvar").get_by_role("button", name="Try again").click()
    expect(shown.half("tiny-vae-logvar").locator(".trial")).to_be_visible()
    expect(shown.half(RIGHT)).to_contain_text(sentence)
    page.evaluate("window.unmount()")
    expect(shown.root).to_be_empty()
    forgiven.append("ERR_FAILED")
