"""Interpolate's other modes against Python: four corners, attribute, random walk."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from scipy.spatial.distance import cdist

from tests.web.conftest import Watch
from tests.web.desk_page import TWO_FRAMES
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.errors import PathError
from vae_core.metrics.whereabouts import AT_THE_EDGE, NO_DIGIT, digit_manifold, whereabouts
from vae_core.models import Autoencoder
from vae_core.spaces.latent import encodings
from vae_core.spaces.paths import attribute, four_corners, random_walk

ROOT = "[data-component=interpolate]"
# One of them has a single code, where there is little to go around in.
NAMES = ("tiny-one-code", "vae-30")
LEVEL = 1.01 / 255
CELLS = 9
FRAMES = 64
SIDEWAYS = "(main) => main.scrollWidth - main.clientWidth"
Array = NDArray[np.float32]


class ModesPage:
    """The page Interpolate, in whichever mode."""

    def __init__(self, page: Page, models: dict[str, Autoencoder]) -> None:
        self.page = page
        self.models = models
        self.root = page.locator(ROOT)

    def wait(self, mode: str) -> None:
        """Until the mode can be used; then time stands still at its start."""
        expect(self.page.locator(f'{ROOT}[data-ready="true"][data-mode={mode}]')).to_be_visible(timeout=30_000)
        self.press("Home")

    def choose(self, mode: str, words: str) -> None:
        self.root.get_by_role("radiogroup", name="Mode").get_by_text(words).click()
        self.wait(mode)

    def press(self, *keys: str) -> None:
        """Keys of the page, and not of what has the focus."""
        self.page.locator("h1").click()
        for key in keys:
            self.page.keyboard.press(key)
        self.page.evaluate(TWO_FRAMES)

    def pictures(self, selector: str = "canvas[data-model]") -> dict[str, NDArray[np.float64]]:
        """By model, grey levels in [0, 1]."""
        found: list[list[str]] = self.root.locator(selector).evaluate_all(
            "(all) => all.map((c) => [c.dataset.model ?? c.dataset.grid, c.toDataURL().split(',')[1]])"
        )
        greys = {name: Image.open(io.BytesIO(base64.b64decode(png))).convert("L") for name, png in found}
        return {name: np.asarray(grey) / 255 for name, grey in greys.items()}

    def check(self, expected: dict[str, Array]) -> None:
        """The large pictures are these [28, 28]."""
        found = self.pictures()
        assert list(found) == list(expected)
        for name, picture in found.items():
            np.testing.assert_allclose(picture, expected[name], atol=LEVEL, err_msg=name)

    def check_codes(self, expected: dict[str, Array]) -> None:
        """The large pictures are these codes [D], decoded."""
        self.check({name: decoded(self.models[name], z)[0] for name, z in expected.items()})

    def check_grids(self, digits: Digits, rows: list[int]) -> dict[str, Array]:
        """All cells lie between these digits; what they are to be, [81, 28, 28] by model."""
        self.page.evaluate(TWO_FRAMES)
        expect(self.root.locator(".corners[data-drawn=true]")).to_be_visible()
        corners = {name: encoded(model, digits.images[rows]) for name, model in self.models.items()}
        expected = {
            name: decoded(self.models[name], four_corners(z00, z01, z10, z11, CELLS))
            for name, (z00, z01, z10, z11) in corners.items()
        }
        for name, grid in self.pictures("canvas[data-grid]").items():
            cells = grid.reshape(CELLS, 28, CELLS, 28).swapaxes(1, 2).reshape(-1, 28, 28)
            np.testing.assert_allclose(cells, expected[name], atol=LEVEL, err_msg=name)
        return expected

    def until_link(self, **parts: str) -> None:
        self.page.wait_for_function(
            "(parts) => { const query = new URL(location.href).searchParams;"
            " return Object.entries(parts).every(([key, text]) => query.get(key) === text); }",
            arg=parts,
        )


@torch.inference_mode()
def decoded(model: Autoencoder, codes: Array) -> Array:
    z = torch.from_numpy(codes.astype(np.float32)).reshape(-1, model.config.latent_dim)
    return model.decode(z).squeeze(1).numpy()


@torch.inference_mode()
def encoded(model: Autoencoder, images: NDArray[np.uint8]) -> Array:
    return model.encode(as_input(images)).numpy()


def test_pictures_of_all_modes_are_pythons(
    open_page: Callable[..., tuple[Page, Watch]],
    app: str,
    served_checkpoints: Path,
    uci: Digits,
    tmp_path: Path,
) -> None:
    models = {name: load(served_checkpoints / name) for name in NAMES}
    page, _ = open_page()
    modes = ModesPage(page, models)
    page.goto(f"{app}interpolate?left={NAMES[0]}&right={NAMES[1]}&mode=corners&corners=17.20.25.39&row=20")
    modes.wait("corners")
    row = check_corners(modes, uci, tmp_path)
    modes.choose("attribute", "Attribute")
    check_attribute(modes, uci, row)
    modes.choose("walk", "Random walk")
    check_walk(modes, uci)
    check_class_means(page)
    check_stops(page)
    check_strips(page)


def check_corners(modes: ModesPage, uci: Digits, folder: Path) -> int:
    """The row that stands at a corner now, and is in hand."""
    root, page = modes.root, modes.page
    grids = modes.check_grids(uci, [17, 20, 25, 39])
    corners = root.locator(".corner")
    expect(corners.nth(1)).to_have_attribute("aria-pressed", "true")
    boxes = [box for corner in corners.all() if (box := corner.bounding_box())]
    assert len({(box["x"], box["y"]) for box in boxes}) == 4, "each has a place of its own"

    # One handle in both squares, by keys and by the pointer.
    field, other = root.locator(".field").first, root.locator(".field").last
    for key in ["Shift+ArrowRight"] * 6 + ["Shift+ArrowDown"] * 2:
        field.press(key)
    assert corners.locator(".weight").all_text_contents() == ["19 %", "56 %", "6 %", "19 %"]
    modes.check({name: grid[2 * CELLS + 6] for name, grid in grids.items()})
    other.click()
    assert field.get_attribute("aria-valuetext") == ", ".join(
        f"25 % {place}" for place in ("upper left", "upper right", "lower left", "lower right")
    )

    # Around the square: two thirds of the way are a third of the lower edge, from the right.
    modes.press("End", *["ArrowLeft"] * 21)
    ends = {name: encoded(model, uci.images[[25, 39]]) for name, model in modes.models.items()}
    modes.check_codes({name: (2 * left + right) / 3 for name, (left, right) in ends.items()})

    # The digit that is picked stands at the corner that is selected; the picture to keep is that of the squares.
    root.locator(".tray-grid button").first.click()
    page.wait_for_function("() => /corners=17\\.(?!20\\.)\\d+\\.25\\.39/.test(location.href)")
    row = int(page.url.split("corners=17.")[1].split(".")[0])
    modes.check_grids(uci, [17, row, 25, 39])
    with page.expect_download() as download:
        root.get_by_role("button", name="PNG").click()
    assert download.value.suggested_filename.endswith(f"-four-corners-7-{uci.labels[row]}-5-9.png")
    download.value.save_as(folder / "grid.png")
    with Image.open(folder / "grid.png") as kept:
        assert kept.width > 2 * 2 * CELLS * 28
    return row


def check_attribute(modes: ModesPage, uci: Digits, row: int) -> None:
    root = modes.root
    # The 8 may have been proposed; what is chosen, by way of another, stays.
    for label in ("From 3", "To 9", "To 8"):
        root.get_by_label(label).check(force=True)
    modes.until_link(mode="attribute", classes="3_8")
    codes = {name: encoded(model, uci.images) for name, model in modes.models.items()}
    vectors = {name: attribute(z, uci.labels, 3, 8) for name, z in codes.items()}
    for key, strength in (("Home", -0.5), ("End", 1.5)):
        modes.press(key)
        modes.check_codes({name: codes[name][row] + strength * vectors[name] for name in NAMES})
    assert modes.page.get_by_test_id("stMain").evaluate(SIDEWAYS) == 0
    for band, name in zip(root.locator(".band").all(), NAMES, strict=False):
        means = np.stack([codes[name][uci.labels == label].mean(0) for label in range(10)])
        along = codes[name][row] + np.linspace(-0.5, 1.5, FRAMES)[:, None] * vectors[name]
        nearest = np.linalg.norm(along[:, None] - means, axis=2).argmin(1)
        assert band.locator(".parts span").all_text_contents() == [str(label) for label, _ in groupby(nearest)]
        expect(band.locator(".nearest-mean")).to_have_text(f"nearest mean: {nearest[-1]}")
    root.get_by_label("From 8").check(force=True)
    expect(root.get_by_text("Both classes are the same: nothing moves.")).to_be_visible()


def check_walk(modes: ModesPage, uci: Digits) -> None:
    root, page = modes.root, modes.page
    page.keyboard.press("n")
    page.wait_for_function("() => new URL(location.href).searchParams.has('walk')")
    seed = int(page.url.split("walk=")[-1].split("&")[0])
    fitted = {name: encodings(model, uci.images) for name, model in modes.models.items()}
    noise = {name: random_walk(model.config.latent_dim, 2, seed, 1 / 63) for name, model in modes.models.items()}
    for k in (0, 1):
        modes.check_codes({name: fitted[name].mean + fitted[name].cholesky @ noise[name][k] for name in NAMES})
        modes.press("ArrowRight")
    modes.press("Home")
    root.get_by_label("N(0, I)").check(force=True)
    page.evaluate(TWO_FRAMES)
    modes.check_codes({name: noise[name][0] for name in NAMES})
    manifold = digit_manifold(uci.images)
    for place, name in zip(root.locator(".whereabouts .place").all(), NAMES, strict=True):
        picture = modes.models[name].decode(torch.tensor(noise[name][:1]))
        share = whereabouts(manifold, picture).share[0]
        kind = "digits" if share <= AT_THE_EDGE else "edge" if share <= NO_DIGIT else "none"
        expect(place).to_have_attribute("data-kind", kind)
    assert root.evaluate("(root) => root.getRootNode().host.offsetHeight - root.offsetHeight") < 2


def check_class_means(page: Page) -> None:
    """On planted codes, one class of which has no digits."""
    rng = np.random.default_rng(0)
    codes = (100 + rng.normal(size=(60, 3))).astype(np.float32)
    labels = rng.choice([0, 1, 2, 3, 5, 6, 7, 8, 9], 60)
    found: dict[str, Any] = page.evaluate(
        """async ([codes, labels]) => {
          const at = load;
          const { ClassMeans } = await at("maths/class_means.js");
          const { ClassChooser } = await at("interpolate/attribute.js");
          const means = new ClassMeans(Float32Array.from(codes.flat()), 3, labels);
          const chooser = new ClassChooser("From", () => {});
          chooser.lacking = Array.from({ length: 10 }, (_, label) => !means.has(label));
          let said = "";
          try { means.attribute(4, 3); } catch (error) { said = error.message; }
          return {
            vector: Array.from(means.attribute(3, 8)), said, nearest: codes.map((z) => means.nearest(z)),
            lacking: chooser.choice.options.flatMap(({ input }, label) => input.disabled ? [label] : []),
            why: chooser.choice.options[4].element.title,
          };
        }""",
        [codes.tolist(), labels.tolist()],
    )
    np.testing.assert_allclose(found["vector"], attribute(codes, labels, 3, 8), rtol=1e-6, atol=1e-7)
    with pytest.raises(PathError, match="there is no 4 among these digits"):
        attribute(codes, labels, 4, 3)
    assert found["said"] == found["why"] + "."
    assert found["lacking"] == [4]
    classes = np.unique(labels)
    means = np.stack([codes[labels == label].mean(0, dtype=np.float64) for label in classes])
    assert found["nearest"] == classes[cdist(codes, means).argmin(1)].tolist()


def check_stops(page: Page) -> None:
    """The link says only what was chosen. Stops set elsewhere are newer than the digit in hand, which is newer than
    those that were here before.
    """
    found: dict[str, Any] = page.evaluate(
        """async () => {
          const at = load;
          const [kept, { Tour }] = [await at("state/stops.js"), await at("interpolate/between/tour.js")];
          const { query } = await at("state/parameters.js");
          const stops = (...rows) => rows.map((row) => ({ row, levels: null }));
          const until = async (holds) => {
            while (!holds()) await new Promise(requestAnimationFrame);
          };
          await kept.openStops("uci", 1797);
          kept.proposeStops("uci", stops(3, 4));
          kept.setCorners("uci", stops(5, 6, 7, 8));
          await until(() => query().corners);
          const proposed = query().stops ?? "";
          kept.setStops("uci", stops(1, 2));
          const set = { name: "uci", label: () => 0, pixels: () => new Float32Array(784) };
          const chosen = { own: false, row: 9 };
          const tray = { set, chosen, rows: async () => {}, refresh() {} };
          const tour = new Tour(tray, { onStops() {}, onRest() {} });
          const arrive = async () => {
            await tour.open("uci", 0, true);
            return tour.stops.map(({ row }) => row);
          };
          const arrived = [await arrive(), await arrive()];
          await until(() => query().stops);
          return { proposed, arrived, link: query().stops };
        }"""
    )
    assert found == {"proposed": "", "arrived": [[1, 2], [9, 2]], "link": "9.2"}


def check_strips(page: Page) -> None:
    """Pictures that change before a strip is done: it goes on where it was, and gets to its end."""
    pictures: list[int] = page.evaluate(
        """async () => {
          const { Cinema } = await load("interpolate/cinema.js");
          const cinema = new Cinema({ start() {}, cancel() {} }, () => {});
          cinema.stage.announce([{ name: "left" }, { name: "right" }]);
          const seen = [];
          for (let change = 0; change < 4; change++) {
            const work = cinema.develop({ pictureAt: (side, t) => seen.push(20 * t + 100 * side) });
            for (let step = 0; step < 6; step++) work.next();
          }
          cinema.close();
          return seen.map(Math.round);
        }"""
    )
    assert set(pictures) == {100 * side + 2 * k for side in (0, 1) for k in range(11)}
