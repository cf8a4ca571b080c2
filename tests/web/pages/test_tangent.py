"""The experiment of the page Manifold against PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.conftest import Watch, go_blank
from tests.web.map_page import MapPage
from tests.web.tangent_page import ROOT, TangentPage
from tests.web.traffic import Traffic
from ui.choices import drawn
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.models import Autoencoder
from vae_core.spaces import manifold
from vae_core.spaces.manifold import Tangent

OpenPage = Callable[..., tuple[Page, Watch]]
Array = NDArray[np.float32]

LEFT, RIGHT = "ae-30", "tiny-one-code"
FOUR_CODES = "tiny-ae"
ROW = 17
LEVEL = 1 / 255
SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.5, 0.8)]
MOUNT = """async ([data, z]) => {
  const { default: mount } = await load("tangent/tangent.js");
  const { put } = await load("state/parameters.js");
  put("at", "z");
  if (z) put("z", z);
  window.host ??= document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  window.unmount = mount({ data, parentElement: window.host, setTriggerValue: () => {} });
}"""
COLOUR = {"light": "#C4700A", "dark": "#F0A63C"}
Z = [0.5, -1.0, 0.25, 2.0]


def as_tensor(values: Array) -> torch.Tensor:
    """[D] or [1, 28, 28] -> a batch of one."""
    return torch.from_numpy(np.asarray(values, np.float32))[None]


def plane_at(model: Autoencoder, image: Array) -> Tangent:
    return manifold.tangent(model.decode, model.encode(as_input(image[None]))[0].numpy())


def turned(plane: Tangent, i: int) -> tuple[Array, Array]:
    """A direction as pictures and as codes, which adds ink."""
    sign = np.sign(plane.left[:, i].sum())
    return sign * plane.left[:, i], sign * plane.right[i]


def expect_trial(
    shown: TangentPage, name: str, model: Autoencoder, image: Array, u: Array, off: Array, a: float
) -> None:
    """The pictures and the numbers of both changes are those of `manifold.kept`."""
    found = manifold.kept(model, image, np.stack([np.sign(a) * u, np.sign(a) * off]), abs(a))
    for i, kind in enumerate(("along", "off")):
        np.testing.assert_allclose(shown.picture(name, f"{kind} shown"), found.perturbed[i].clip(0, 1), atol=LEVEL)
        np.testing.assert_allclose(shown.picture(name, f"{kind} back"), found.reconstructed[i], atol=LEVEL)
        expected = [100 * found.moved[i], 100 * found.share[i]][: 2 - i]
        np.testing.assert_allclose(np.array(shown.numbers(name, kind), float), expected, atol=0.6)


def test_a_digit_is_changed_along_the_manifold_and_off_it(
    open_page: OpenPage, app: str, served_checkpoints: Path, uci: Digits, tmp_path: Path
) -> None:
    page, _ = open_page()
    traffic = Traffic(page)
    page.goto(f"{app}manifold?left={LEFT}&right={RIGHT}&row={ROW}&direction=2&seed=5&also=&surface=graph")
    shown = TangentPage(page)
    shown.wait()
    # Without a code there is no choice.
    expect(shown.root.locator("input[name=source]").nth(1)).to_be_disabled()
    models = {name: load(served_checkpoints / name) for name in (LEFT, RIGHT)}
    image = (uci.images[ROW] / 255).astype(np.float32)
    planes = {name: plane_at(model, uci.images[ROW]) for name, model in models.items()}
    off = {name: manifold.directions(plane, 8, seed=0)[1] for name, plane in planes.items()}
    chosen = {LEFT: 1, RIGHT: 0}

    for name, model in models.items():
        u, v = turned(planes[name], chosen[name])
        expect_trial(shown, name, model, image, u, off[name][0], 3.0)
        z = model.encode(as_input(uci.images[[ROW]]))[0].numpy()
        steps = np.linspace(-3, 3, 9, dtype=np.float32)[:, None] / planes[name].singular[chosen[name]]
        walked = model.decode(torch.from_numpy(z + steps * v))[:, 0].numpy()
        np.testing.assert_allclose(shown.walk(name), walked, atol=LEVEL)
        np.testing.assert_allclose(shown.picture(name, "same shown"), image, atol=LEVEL)
        np.testing.assert_allclose(shown.picture(name, "same back"), model.decode(as_tensor(z))[0, 0], atol=LEVEL)
        effective = f"effective rank {planes[name].effective_rank:.1f} of {len(z)}"
        expect(shown.half(name).locator(".tag .name")).to_have_text(effective)
        most = max(plane.singular[0] for plane in planes.values())
        heights = np.pad(planes[name].singular / most, (0, len(z) - len(planes[name].singular)))
        np.testing.assert_allclose(shown.bars(name), heights, atol=0.02)
        title = shown.root.get_by_label(f"Columns of the Jacobian of {name}").locator("[title]").first
        length = np.linalg.norm(planes[name].jacobian[:, 0])
        expect(title).to_have_attribute("title", f"z₀: the picture moves {length:.3f} a unit")

    # Another length, another direction, another way off: all in the browser.
    sent = traffic.sent
    shown.go(-1.5)
    shown.press("n")
    shown.direction(RIGHT, 1).click()
    page.wait_for_url(lambda url: "direction" not in url)
    for name, model in models.items():
        u, _ = turned(planes[name], 0)
        expect_trial(shown, name, model, image, u, off[name][1], -1.5)
    shown.direction(LEFT, 1).focus()
    shown.press("ArrowRight")
    page.wait_for_url("**direction=2*")
    expect(shown.direction(LEFT, 2)).to_have_attribute("data-current", "")
    u, _ = turned(planes[LEFT], 1)
    expect_trial(shown, LEFT, models[LEFT], image, u, off[LEFT][1], -1.5)
    assert traffic.sent == sent > 0
    shown.go(0)
    assert shown.numbers(LEFT, "along") == [None, None]
    shown.go(2)
    status = shown.root.locator("> .heard")
    expect(status).to_contain_text(f"Direction 2. {LEFT}: moves ")

    # Red is the root of the ink that is added, and none where some is taken.
    shown.root.get_by_text("changes", exact=True).click()
    shown.settle_frame()
    added = np.square(shown.picture(LEFT, "along shown"))
    np.testing.assert_allclose(added, (2 * u).clip(0, 1).reshape(28, 28), atol=0.01)
    shown.root.get_by_text("pictures", exact=True).click()

    shown.press("d")
    shown.draw(SEVEN)
    page.wait_for_url("**drawn=*")
    shown.wait_for_planes()
    levels = drawn.unpack(page.url.partition("drawn=")[2].partition("&")[0])
    assert levels is not None
    mine = (levels / 15).astype(np.float32)
    plane = manifold.tangent(models[LEFT].decode, models[LEFT].encode(as_tensor(mine[None]))[0].numpy())
    u = plane.left[:, 1]
    # It points as the one of the plane before, which depends on when the hand paused.
    u = u * np.sign((shown.picture(LEFT, "along shown") - mine).ravel() @ u)
    expect_trial(shown, LEFT, models[LEFT], mine, u, manifold.directions(plane, 8, seed=0)[1][1], 2.0)
    shown.press("Escape")

    with page.expect_download() as download:
        shown.press("s")
    assert download.value.suggested_filename == f"tangent-{LEFT}-{RIGHT}.png"
    download.value.save_as(tmp_path / "tangent.png")
    with Image.open(tmp_path / "tangent.png") as picture:
        assert picture.width > 1000


def test_what_is_pinned_on_the_map_below_is_followed(
    open_map: Callable[..., MapPage], served_checkpoints: Path
) -> None:
    names = (FOUR_CODES, "tiny-vae-logvar")
    models = [load(served_checkpoints / name) for name in names]
    maps = open_map(f"left={names[0]}&right={names[1]}&surface=nothing&surfacetool=pin&also=", "manifold_map")
    shown = TangentPage(maps.page)
    shown.wait()
    pinned = shown.root.locator("input[name=source]").nth(1)
    expect(pinned).to_be_disabled()
    for x in (0.3, 0.6):
        maps.wait()
        codes = maps.codes(maps.pin(0, x, 0.4), names)
        expect(pinned).to_be_enabled()
        shown.root.get_by_text("Pinned z", exact=True).click()
        shown.wait_for_planes()
        for name, model, z in zip(names, models, codes, strict=True):
            decoded = model.decode(torch.tensor([z], dtype=torch.float32))[0, 0]
            np.testing.assert_allclose(shown.picture(name, "same shown"), decoded, atol=LEVEL)

    # A digit that is picked takes the place of the code, and goes on doing so.
    shown.press("g")
    digit = shown.picture(names[0], "same shown")
    maps.press("Control+z")
    shown.settle_frame()
    np.testing.assert_array_equal(shown.picture(names[0], "same shown"), digit)


def test_pinned_codes_and_what_does_not_arrive(open_page: OpenPage, app: str, served_checkpoints: Path) -> None:
    page, watch = open_page(width=400)
    go_blank(page, app)
    page.evaluate("document.body.style.margin = '12px'")
    sentence = "The picture does not change with the code here, so there is no tangent plane."
    page.route("**/tangents/tiny-one-code/**", lambda route: route.fulfill(json={"problem": sentence}))
    page.route("**/tangents/tiny-vae-logvar/**", lambda route: route.abort())
    page.route("**/checkpoints/tiny-ae/encoder.safetensors", lambda route: route.abort())
    shown = TangentPage(page)
    mount(page, FOUR_CODES, z="_".join(map(str, Z)))
    alert = shown.root.locator(":scope > .alert")
    expect(alert).to_contain_text("checkpoints/tiny-ae/encoder.safetensors did not arrive.")
    page.unroute("**/checkpoints/tiny-ae/encoder.safetensors")
    alert.get_by_role("button", name="Try again").click()
    shown.wait()
    model = load(served_checkpoints / FOUR_CODES)
    z = np.array(Z, np.float32)
    x = model.decode(as_tensor(z))[0, 0].numpy()
    plane = manifold.tangent(model.decode, z)
    expect_trial(shown, FOUR_CODES, model, x, turned(plane, 0)[0], manifold.directions(plane, 8, seed=0)[1][0], 3.0)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    # A digit that is picked takes the place of the code.
    assert shown.root.locator("input[name=source]").nth(1).is_checked()
    shown.press("g")
    assert shown.root.locator("input[name=source]").nth(0).is_checked()
    mount(page, RIGHT, "tiny-vae-logvar")
    shown.wait()
    for name, words, again in ((RIGHT, sentence, False), ("tiny-vae-logvar", "did not arrive.", True)):
        lack = shown.half(name).locator(".alert")
        expect(lack).to_contain_text(words)
        expect(lack.get_by_role("button", name="Try again")).to_be_visible(visible=again)
        expect(shown.half(name).locator(".trial")).to_be_hidden()
    page.unroute("**/tangents/tiny-vae-logvar/**")
    shown.half("tiny-vae-logvar").get_by_role("button", name="Try again").click()
    expect(shown.half("tiny-vae-logvar").locator(".trial")).to_be_visible()
    expect(shown.half(RIGHT)).to_contain_text(sentence)
    page.evaluate("window.unmount()")
    expect(page.locator(ROOT)).to_be_empty()
    watch.trouble[:] = [line for line in watch.trouble if "ERR_FAILED" not in line]


def mount(page: Page, *names: str, z: str = "") -> None:
    models = [{"name": name, "label": "a model", "colour": COLOUR} for name in names]
    page.evaluate(MOUNT, [{"models": models, "digits": "uci", "seed": 5}, z])
