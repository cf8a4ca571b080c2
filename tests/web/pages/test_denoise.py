"""Denoise against PyTorch, scikit-image and the seeded noise of Python."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.web.denoise_page import SCROLL_OVER, DenoisePage
from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import Visit, await_query, fits, query, query_of, saved
from ui.choices import drawn
from vae_core.noise.seeded_noise import corrupt, uniforms

MODELS = ("tiny-ae", "tiny-linear", "tiny-vae-sigma")
PAIR = "left=tiny-ae&also=tiny-linear&right=tiny-vae-sigma"
RUBBED = np.zeros((28, 28), np.uint8)
RUBBED[5:9, 10:20] = 15


def check(
    shown: DenoisePage,
    oracle: Oracle,
    kind: Any,
    level: float,
    *,
    seed: int = 7,
    times: int = 1,
    rubbed: Any = None,
    **options: Any,
) -> None:
    """Pictures and numbers are those of Python."""
    rows = shown.rows()
    x = rows["clean"].pictures.astype(np.float32)
    noisy = corrupt(x, kind, level, seed, same=True, **options)
    if rubbed is not None:
        noisy = np.where(rubbed > 0, uniforms(seed, 1), noisy).astype(np.float32)
    expected = {"corrupted": noisy.clip(0, 1)}
    for name in MODELS:
        expected[name] = noisy
        for _ in range(times):
            expected[name] = oracle.reconstruct(name, expected[name])
    changed = (expected["corrupted"] != x).any((1, 2))
    counted = changed if changed.any() else ~changed
    assert list(rows) == ["clean", *expected]
    quality: dict[str, NDArray[np.float64]] = {}
    for name, pictures in expected.items():
        row, pictures = rows[name], pictures.astype(np.float32)
        np.testing.assert_allclose(row.pictures, pictures, atol=1.01 * LEVEL)
        psnr = [peak_signal_noise_ratio(a, b, data_range=1) for a, b in zip(x, pictures, strict=True)]
        ssim = [structural_similarity(a, b, data_range=1) for a, b in zip(x, pictures, strict=True)]
        each = np.transpose([psnr, ssim])
        quality[name] = np.concatenate([each, each[counted].mean(0, keepdims=True)])
        written = np.array([[one.replace("∞", "inf") for one in line] for line in row.numbers], float)
        np.testing.assert_allclose(written[:, 0], quality[name][:, 0], atol=0.051)
        np.testing.assert_allclose(written[:, 1], quality[name][:, 1], atol=0.0051)
        np.testing.assert_array_equal(row.better, quality[name] > quality["corrupted"])


def rubbed_in(address: str) -> NDArray[np.uint8] | None:
    """[28, 28] levels of 0 to 15 that a link says are rubbed in; None where it says none."""
    return drawn.unpack(query_of(address).get("rubbed", ""))


def test_every_picture_and_number_is_pythons_and_the_link_restores_them(visit: Visit, oracle: Oracle) -> None:
    asked = f"row=17&level=0.35&noise=7&times=3&corruption=salt_and_pepper&rubbed={drawn.pack(RUBBED)}"
    denoise = visit(DenoisePage, f"{PAIR}&{asked}")
    clean = denoise.rows()["clean"].pictures
    np.testing.assert_allclose(clean[0], oracle.pixels(17))
    assert len(clean) == 8
    check(denoise, oracle, "salt_and_pepper", 0.35, times=3, rubbed=RUBBED)

    # The slider and the passes: the server hears nothing of them.
    sent = denoise.traffic.sent
    assert 0.5 < denoise.slide(0.2, 0.9, 0.4, 0.1, 0.7) < 0.9
    denoise.press(*["ArrowLeft"] * 3)
    denoise.level.fill("0.6")
    assert denoise.level.evaluate(SCROLL_OVER) == 0.6
    denoise.root.locator("input.times").fill("1")
    denoise.button("Clear").first.click()
    check(denoise, oracle, "salt_and_pepper", 0.6)
    assert denoise.traffic.sent == sent

    another_corruption_changes_page_and_link(denoise, oracle)
    rubbed = a_box_is_moved_and_noise_rubbed_in(denoise, oracle)
    new_noise_one_digit_and_its_recipe_are_kept(denoise, oracle, rubbed)

    # All eight again, and five beside the pad; a click on a clean one takes it in hand.
    denoise.root.get_by_text("8 digits", exact=True).click()
    second = denoise.rows()["clean"].pictures[1]
    denoise.press("d")
    assert len(denoise.rows()["clean"].pictures) == 5
    denoise.press("Escape")
    denoise.root.locator(".original .cell").first.focus()
    denoise.press("ArrowRight", "Enter")
    assert np.array_equal(denoise.rows()["clean"].pictures[0], second)
    assert fits(denoise.page)


def another_corruption_changes_page_and_link(denoise: DenoisePage, oracle: Oracle) -> None:
    """It is Python's to know, for its curves."""
    page = denoise.page
    denoise.root.get_by_text("Gaussian", exact=True).click()
    denoise.root.get_by_label("clipped").check()
    check(denoise, oracle, "gaussian", 0.6)
    await_query(page, corruption=None, clip="1", level="0.6")
    denoise.root.get_by_label("clipped").uncheck()
    check(denoise, oracle, "gaussian", 0.6, clip=False)
    expect(page.get_by_text("Gaussian noise, given to the models unclipped, on")).to_be_visible()
    await_query(page, corruption=None, clip=None, level="0.6", times=None, rubbed=None, noise="7")


def a_box_is_moved_and_noise_rubbed_in(denoise: DenoisePage, oracle: Oracle) -> NDArray[np.uint8]:
    """A box is dragged by its middle, by a corner, and by keys; noise is rubbed by a pointer and by keys, on all."""
    denoise.root.get_by_text("Box", exact=True).click()
    top, left = (12 * uniforms(7)[0, 0, :2]).astype(int)
    denoise.drag(2, (left + 8, top + 8), (14, 15))
    denoise.drag(0, (14 + 9, 15 + 9), (21, 28))
    denoise.press("ArrowLeft", "ArrowUp", "Shift+ArrowLeft")
    await_query(denoise.page, corruption="box", box="5_6_14_21")
    check(denoise, oracle, "box", 0.6, box=(5, 6, 14, 21))

    denoise.press("b")
    denoise.drag(1, (20, 3), (26, 3))
    denoise.frame(0).focus()
    denoise.press("ArrowRight", "Space")
    # In the link a moment after the drag, and again after the keys.
    denoise.page.wait_for_url(lambda address: (mask := rubbed_in(address)) is not None and mask[14, 15] == 15)
    rubbed = rubbed_in(denoise.page.url)
    assert rubbed is not None
    assert rubbed[3, 20:26].min() == 15
    check(denoise, oracle, "box", 0.6, rubbed=rubbed, box=(5, 6, 14, 21))
    return rubbed


def new_noise_one_digit_and_its_recipe_are_kept(
    denoise: DenoisePage, oracle: Oracle, rubbed: NDArray[np.uint8]
) -> None:
    page = denoise.page
    denoise.press("n")
    denoise.root.get_by_text("1 digit", exact=True).click()
    await_query(page, box=None, shown="one")
    seed = query(page)["noise"]
    assert seed != "7"
    before = denoise.rows()
    assert len(before["clean"].pictures) == 1
    check(denoise, oracle, "box", 0.6, seed=int(seed), rubbed=rubbed)
    way = denoise.root.get_by_role("link", name="Train a model against this corruption").get_attribute("href")
    assert query_of(way or "").items() >= {"kind": "dae", "corrupt": "box", "corruptby": "0.6", "digits": "uci"}.items()
    assert saved(page, "s")[0] == "denoise-tiny-ae-tiny-linear-tiny-vae-sigma.png"

    # Kept over page changes, and by the link in a browser that knows nothing.
    denoise.come_back("Denoise")
    np.testing.assert_array_equal(denoise.rows()["tiny-ae"].pictures, before["tiny-ae"].pictures)
    await_query(page, left="tiny-ae", also="tiny-linear", shown="one", noise=seed)
    page.reload()
    denoise.wait()
    np.testing.assert_array_equal(denoise.rows()["tiny-ae"].pictures, before["tiny-ae"].pictures)
