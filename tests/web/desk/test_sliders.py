"""Which coordinates the sliders show of two models, and how far they go."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.desk_page import GREY, DeskPage, assert_decoded
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent
from vae_core.training import new_model

OpenDesk = Callable[..., DeskPage]


def middle(desk: DeskPage, i: int) -> tuple[int, ...]:
    """The colour in the middle of a slider's thumb at 0."""
    image = Image.open(io.BytesIO(desk.slider(i).screenshot())).convert("RGB")
    found = image.getpixel((image.width // 2, image.height - 11))
    assert isinstance(found, tuple)
    return found


def test_models_of_different_size_share_what_they_have(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk("left=tiny-tanh&right=tiny-vae-logvar")
    desk.unfold()
    z = desk.values()
    assert len(z) == 4
    names = ("tiny-tanh", "tiny-vae-logvar")
    assert_decoded(desk, served_checkpoints, z[:2], z, names)

    desk.press("0")
    assert middle(desk, 0) != (255, 255, 255)
    assert middle(desk, 3) == (255, 255, 255), "a right-only thumb is a ring"
    desk.press("Control+z")

    for i in (1, 3):
        desk.slider(i).focus()
        desk.press("PageUp")
        z[i] += 0.5
    np.testing.assert_allclose(desk.values(), z, atol=2e-3)
    assert_decoded(desk, served_checkpoints, z[:2], z, names)


@pytest.mark.parametrize("names", [("ae-30", "vae-30"), ("vae-30", "ae-16"), ("ae-30", "vae-16")])
def test_what_one_of_two_models_uses_is_shown(
    names: tuple[str, str], open_desk: OpenDesk, served_checkpoints: Path, uci: Digits
) -> None:
    if not all((served_checkpoints / name).exists() for name in names):
        pytest.skip("these models are not shipped")
    desk = open_desk(f"left={names[0]}&right={names[1]}")
    found = {name: latent.encodings(checkpoint.load(served_checkpoints / name), uci.images) for name in names}
    (ae,), (vae,) = ([name for name in names if name.startswith(kind)] for kind in ("ae", "vae"))
    listed = ".list > .slider, .list > .others, .list > .inactive"
    shown = desk.root.locator(listed).evaluate_all("(all) => all.map((one) => one.innerText.split('\\n')[0])")
    used = np.flatnonzero(found[vae].active)
    others = [i for i in range(len(found[vae].active)) if i not in used and i < len(found[ae].active)]
    folded = [i for i in range(len(found[vae].active)) if i not in used and i >= len(found[ae].active)]
    if not len(used) < len(found[vae].active):
        pytest.skip(f"every coordinate of this {vae} is active")
    dims = desk.root.locator(".list > .slider input").evaluate_all("(all) => all.map((one) => Number(one.dataset.dim))")
    assert dims[: len(used)] == sorted(used, key=lambda i: -found[vae].activity[i])
    assert set(dims[len(dims) - len(others) :]) == set(others)
    label = f"Inactive in {vae}, active in {ae}:"
    assert shown.index(label) == len(dims) - len(others) if others else label not in shown
    expect(desk.root.locator(".inactive input")).to_have_count(len(folded))
    if folded:
        desk.root.get_by_text(f"{len(folded)} inactive coordinates of {vae}").click()
        desk.slider(folded[0]).focus()
        desk.press("ArrowRight")
        expect(desk.slider(folded[0])).to_be_visible()


READ_RANGES = (
    """(all) => all.map((one) => [Number(one.dataset.dim), Number(one.min), Number(one.max), Number(one.step)])"""
)


@pytest.mark.parametrize("names", [("ae-30", "vae-30"), ("ae-2", "vae-2-reconstruction-only")])
def test_a_slider_goes_as_far_as_the_codes(
    names: tuple[str, str], open_desk: OpenDesk, served_checkpoints: Path, uci: Digits
) -> None:
    if not all((served_checkpoints / name).exists() for name in names):
        pytest.skip("these models are not shipped")
    desk = open_desk(f"left={names[0]}&right={names[1]}&z=" + "_".join("0" * latent_dim(served_checkpoints, names[0])))
    codes = [latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes for name in names]
    for i, low, high, step in desk.root.locator("input[data-dim]").evaluate_all(READ_RANGES):
        beyond = [float((np.abs(each[:, i]) > high).mean()) for each in codes]
        assert max(beyond) <= 0.005
        spread = max(float(np.abs(each[:, i].mean()) + 3 * each[:, i].std()) for each in codes)
        farthest = max(float(np.abs(each[:, i]).max()) for each in codes)
        assert spread <= high + 1e-6
        assert high <= 2 * max(spread, farthest)
        assert low == -high
        assert 1e-5 <= step / high <= 1e-3


def latent_dim(root: Path, name: str) -> int:
    return checkpoint.load(root / name).config.latent_dim


def test_a_model_of_another_scale_is_moved_and_linked_alike(
    open_page: Callable[..., Any], app: str, served_checkpoints: Path
) -> None:
    """Its codes a million times as small, and its decoder a million times as strong: the same, but for the numbers."""
    model = checkpoint.load(served_checkpoints / "tiny-ae")
    root = served_checkpoints
    for name, factor in (("tiny-small", 1e-6), ("tiny-large", 1e6)):
        state = {key: value.clone() for key, value in model.state_dict().items()}
        for part in ("weight", "bias"):
            state[f"encoder.code.{part}"] *= factor
        state["decoder.hidden.0.weight"] /= factor
        other = new_model(model.config, 0)
        other.load_state_dict(state)
        checkpoint.save(root / name, other, {})
    pages = []
    for name in ("tiny-ae", "tiny-small", "tiny-large"):
        page, watch = open_page()
        page.goto(f"{app}?left={name}&right={name}")
        desk = DeskPage(page, watch.trouble)
        desk.wait()
        desk.button("A 7, ").first.click()
        desk.slider(1).focus()
        desk.press("ArrowRight")
        pages.append(desk)
    one, *others = pages
    for desk, factor in zip(others, (1e-6, 1e6), strict=True):
        assert desk.place(0) == one.place(0)
        np.testing.assert_allclose(np.array(desk.values()) / factor, one.values(), rtol=1e-3, atol=1e-3)
        for of in ("max", "step"):
            numbers = [float(page.slider(1).get_attribute(of) or 0) for page in (desk, one)]
            assert numbers[0] / factor == pytest.approx(numbers[1], rel=1e-6)
        np.testing.assert_allclose(desk.picture(0), one.picture(0), atol=GREY)
        # Its link, opened anew, shows the same picture.
        expect(desk.page).to_have_url(re.compile("[?&]z="))
        again, watch = open_page()
        again.goto(desk.page.url)
        opened = DeskPage(again, watch.trouble)
        opened.wait()
        np.testing.assert_allclose(opened.values(), desk.values(), rtol=1e-5)
        np.testing.assert_allclose(opened.picture(0), desk.picture(0), atol=1.01 / 255)
    for name in ("tiny-small", "tiny-large"):
        shutil.rmtree(root / name)


def test_two_vaes_are_ranked_together(open_desk: OpenDesk, served_checkpoints: Path, uci: Digits) -> None:
    partners = [name for name in ("vae-30-sigma", "vae-2") if (served_checkpoints / name).exists()]
    if not partners:
        pytest.skip("these models are not shipped")
    desk = open_desk(f"left=vae-30&right={partners[0]}")
    for partner in partners:
        if partner != partners[0]:
            desk.choose("Right", partner)
        found = [
            latent.encodings(checkpoint.load(served_checkpoints / name), uci.images) for name in ("vae-30", partner)
        ]
        assert_ranked(desk, found)


def assert_ranked(desk: DeskPage, found: list[latent.Encodings]) -> None:
    dim = max(len(e.mean) for e in found)

    def having(i: int) -> list[latent.Encodings]:
        return [e for e in found if i < len(e.mean)]

    by_activity = sorted(range(dim), key=lambda i: -max(e.activity[i] for e in having(i)))
    used = [i for i in by_activity if any(e.active[i] for e in having(i))]
    shown = desk.root.locator("input[data-dim]").evaluate_all("(all) => all.map((input) => Number(input.dataset.dim))")
    assert shown == used + [i for i in by_activity if i not in used]
    expect(desk.root.locator(".inactive input[data-dim]")).to_have_count(dim - len(used))


def test_where_all_coordinates_are_inactive_they_are_shown(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    if not (served_checkpoints / "vae-2-kl-only").exists():
        pytest.skip("this model is not shipped")
    desk = open_desk("left=ae-2&right=vae-2-kl-only")
    expect(desk.slider(0)).to_be_visible()
    expect(desk.root.get_by_text("Inactive in vae-2-kl-only, active in ae-2:")).to_be_visible()
    expect(desk.root.locator(".inactive")).to_have_count(0)
    desk.choose("Left", "vae-2-kl-only")
    expect(desk.slider(0)).to_be_visible()
    expect(desk.root.get_by_text("2 inactive coordinates of vae-2-kl-only")).to_be_visible()
    expect(desk.root.get_by_text("vae-2-kl-only encodes nothing here.")).to_be_visible()
