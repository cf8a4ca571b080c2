"""Denoise against PyTorch, scikit-image and the seeded noise of Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.web.conftest import Watch
from tests.web.denoise_page import SCROLL_OVER, DenoisePage, Row
from tests.web.traffic import Traffic
from ui.choices import drawn
from vae_core.checkpoint import load
from vae_core.data import Digits
from vae_core.seeded_noise import corrupt, uniforms

MODELS = ("tiny-ae", "tiny-linear", "tiny-vae-sigma")
PAIR = "left=tiny-ae&also=tiny-linear&right=tiny-vae-sigma"
LEVEL = 1.01 / 255
RUBBED = np.zeros((28, 28), np.uint8)
RUBBED[5:9, 10:20] = 15
Pictures = NDArray[np.float32]


@torch.inference_mode()
def passes(checkpoint: Path, noisy: Pictures, times: int) -> Pictures:
    """What PyTorch makes of the digits, [N, 28, 28]."""
    model, x = load(checkpoint), torch.from_numpy(noisy).unsqueeze(1)
    for _ in range(times):
        x = model.decode(model.encode(x))
    return x.squeeze(1).numpy()


def check(
    rows: dict[str, Row], root: Path, kind: Any, level: float, seed: int, times: int, rubbed: Any = None, **options: Any
) -> None:
    """Pictures and numbers are those of Python."""
    x = rows["clean"].pictures.astype(np.float32)
    noisy = corrupt(x, kind, level, seed, same=True, **options)
    if rubbed is not None:
        noisy = np.where(rubbed > 0, uniforms(seed, 1), noisy).astype(np.float32)
    expected = {"corrupted": noisy.clip(0, 1)} | {name: passes(root / name, noisy, times) for name in MODELS}
    changed = (expected["corrupted"] != x).any((1, 2))
    counted = changed if changed.any() else ~changed
    assert list(rows) == ["clean", *expected]
    quality: dict[str, NDArray[np.float64]] = {}
    for name, pictures in expected.items():
        row = rows[name]
        np.testing.assert_allclose(row.pictures, pictures, atol=LEVEL)
        psnr = [peak_signal_noise_ratio(a, b, data_range=1) for a, b in zip(x, pictures, strict=True)]
        ssim = [structural_similarity(a, b, data_range=1) for a, b in zip(x, pictures, strict=True)]
        each = np.transpose([psnr, ssim])
        quality[name] = np.concatenate([each, each[counted].mean(0, keepdims=True)])
        shown = np.array([[one.replace("∞", "inf") for one in line] for line in row.numbers], float)
        np.testing.assert_allclose(shown[:, 0], quality[name][:, 0], atol=0.051)
        np.testing.assert_allclose(shown[:, 1], quality[name][:, 1], atol=0.0051)
        np.testing.assert_array_equal(row.better, quality[name] > quality["corrupted"])


def rubbed_in(address: str) -> NDArray[np.uint8] | None:
    """[28, 28] levels of 0 to 15 that a link says are rubbed in; None where it says none."""
    return drawn.unpack(dict(parse_qsl(urlsplit(address).query)).get("rubbed", ""))


def test_every_picture_and_number_is_pythons_and_the_link_restores_them(
    open_page: Callable[..., tuple[Page, Watch]], app: str, served_checkpoints: Path, uci: Digits
) -> None:
    page, _ = open_page()
    traffic = Traffic(page)
    denoise = DenoisePage(page)
    packed = drawn.pack(RUBBED)
    asked = f"row=17&level=0.35&noise=7&times=3&corruption=salt_and_pepper&rubbed={packed}"
    page.goto(f"{app}denoise?{PAIR}&{asked}")
    denoise.wait()
    rows = denoise.rows()
    np.testing.assert_allclose(rows["clean"].pictures[0], uci.images[17] / 255)
    assert len(rows["clean"].pictures) == 8
    check(rows, served_checkpoints, "salt_and_pepper", 0.35, 7, 3, RUBBED)

    # The slider and the passes: the server hears nothing of them.
    sent = traffic.sent
    assert 0.5 < denoise.slide([0.2, 0.9, 0.4, 0.1, 0.7]) < 0.9
    denoise.press(*["ArrowLeft"] * 3)
    denoise.root.locator("input.level").fill("0.6")
    assert denoise.root.locator("input.level").evaluate(SCROLL_OVER) == 0.6
    denoise.root.locator("input.times").fill("1")
    denoise.root.get_by_role("button", name="Clear").first.click()
    check(denoise.rows(), served_checkpoints, "salt_and_pepper", 0.6, 7, 1)
    assert traffic.sent == sent

    # Another corruption is Python's to know, for its curves.
    denoise.root.get_by_text("Gaussian", exact=True).click()
    denoise.root.get_by_label("clipped").check()
    check(denoise.rows(), served_checkpoints, "gaussian", 0.6, 7, 1)
    denoise.until_link(corruption=None, clip="1", level="0.6")
    denoise.root.get_by_label("clipped").uncheck()
    check(denoise.rows(), served_checkpoints, "gaussian", 0.6, 7, 1, clip=False)
    expect(page.get_by_text("Gaussian noise, given to the models unclipped, on")).to_be_visible()
    denoise.until_link(corruption=None, clip=None, level="0.6", times=None, rubbed=None, noise="7")

    # A box: dragged by its middle, by a corner, and by keys.
    denoise.root.get_by_text("Box", exact=True).click()
    top, left = (12 * uniforms(7)[0, 0, :2]).astype(int)
    denoise.drag(2, [(left + 8, top + 8), (14, 15)])
    denoise.drag(0, [(14 + 9, 15 + 9), (21, 28)])
    denoise.press("ArrowLeft", "ArrowUp", "Shift+ArrowLeft")
    denoise.until_link(corruption="box", box="5_6_14_21")
    check(denoise.rows(), served_checkpoints, "box", 0.6, 7, 1, box=(5, 6, 14, 21))

    # Rubbed in by a pointer and by keys, on all of them.
    denoise.press("b")
    denoise.drag(1, [(20, 3), (26, 3)])
    denoise.frame(0).focus()
    denoise.press("ArrowRight", "Space")
    # In the link a moment after the drag, and again after the keys.
    page.wait_for_url(lambda address: (mask := rubbed_in(address)) is not None and mask[14, 15] == 15)
    rubbed = rubbed_in(page.url)
    assert rubbed is not None
    assert rubbed[3, 20:26].min() == 15
    check(denoise.rows(), served_checkpoints, "box", 0.6, 7, 1, rubbed, box=(5, 6, 14, 21))

    denoise.press("n")
    denoise.root.get_by_text("1 digit", exact=True).click()
    denoise.until_link(box=None, shown="one")
    seed = int(page.evaluate("new URL(location.href).searchParams.get('noise')"))
    assert seed != 7
    before = denoise.rows()
    assert len(before["clean"].pictures) == 1
    check(before, served_checkpoints, "box", 0.6, seed, 1, rubbed)
    command = denoise.root.locator("code")
    expect(command).to_have_text(
        "python -m vae_core train ae-30 --corruption box --level 0.6 --out checkpoints/dae-box-0.6"
    )
    with page.expect_download() as saved:
        denoise.press("s")
    assert saved.value.suggested_filename == "denoise-tiny-ae-tiny-linear-tiny-vae-sigma.png"

    # Kept over page changes, and by the link in a browser that knows nothing.
    page.get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="Which checkpoint")).to_be_visible()
    page.get_by_role("link", name="Denoise").click()
    denoise.wait()
    after = denoise.rows()
    np.testing.assert_array_equal(after["tiny-ae"].pictures, before["tiny-ae"].pictures)
    denoise.until_link(left="tiny-ae", also="tiny-linear", shown="one", noise=str(seed))
    page.reload()
    denoise.wait()
    after = denoise.rows()
    np.testing.assert_array_equal(after["tiny-ae"].pictures, before["tiny-ae"].pictures)

    # All eight again, and five beside the pad; a click on a clean one takes it in hand.
    denoise.root.get_by_text("8 digits", exact=True).click()
    second = denoise.rows()["clean"].pictures[1]
    denoise.press("d")
    assert len(denoise.rows()["clean"].pictures) == 5
    denoise.press("Escape")
    denoise.root.locator(".original .cell").first.focus()
    denoise.press("ArrowRight", "Enter")
    assert np.array_equal(denoise.rows()["clean"].pictures[0], second)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
