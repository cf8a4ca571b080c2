"""Which coordinates the sliders show of two models, and how far they go."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.desk_page import DeskPage, OpenDesk
from tests.web.oracle import LEVEL, LINK_GREY, Oracle
from vae_core import checkpoint
from vae_core.spaces.latent import Encodings
from vae_core.training.fit import new_model

READ_DIMS = "(all) => all.map((input) => Number(input.dataset.dim))"
READ_RANGES = "(all) => all.map(({ dataset, min, max, step }) => [dataset.dim, min, max, step].map(Number))"


def middle(desk: DeskPage, i: int) -> object:
    """The colour in the middle of a slider's thumb at 0."""
    image = Image.open(io.BytesIO(desk.slider(i).screenshot())).convert("RGB")
    return image.getpixel((image.width // 2, image.height - 11))


def test_models_of_different_size_share_what_they_have(open_desk: OpenDesk, oracle: Oracle) -> None:
    names = ("tiny-tanh", "tiny-vae-logvar")
    desk = open_desk(f"left={names[0]}&right={names[1]}")
    desk.unfold()
    z = desk.values()
    assert len(z) == 4
    desk.expect_decoded(oracle, names, z[:2], z)

    desk.press("0")
    assert middle(desk, 0) != (255, 255, 255)
    assert middle(desk, 3) == (255, 255, 255), "a right-only thumb is a ring"
    desk.press("Control+z")

    for i in (1, 3):
        desk.nudge(i, "PageUp")
        z[i] += 0.5
    np.testing.assert_allclose(desk.values(), z, atol=2e-3)
    desk.expect_decoded(oracle, names, z[:2], z)


@pytest.mark.parametrize("names", [("ae-30", "vae-30"), ("vae-30", "ae-16"), ("ae-30", "vae-16")])
def test_what_one_of_two_models_uses_is_shown(names: tuple[str, str], open_desk: OpenDesk, oracle: Oracle) -> None:
    oracle.need(*names)
    ae, vae = sorted(names)
    found = oracle.encodings(vae)
    size, shared = len(found.active), len(oracle.encodings(ae).active)
    used, unused = np.flatnonzero(found.active), np.flatnonzero(~found.active)
    if not len(unused):
        pytest.skip(f"every coordinate of this {vae} is active")
    others, folded = unused[unused < shared], unused[unused >= shared]
    desk = open_desk(f"left={names[0]}&right={names[1]}")
    listed = ".list > .slider, .list > .others, .list > .inactive"
    shown = desk.root.locator(listed).evaluate_all("(all) => all.map((one) => one.innerText.split('\\n')[0])")
    dims = desk.root.locator(".list > .slider input").evaluate_all(READ_DIMS)
    assert len(used) < size
    assert dims[: len(used)] == sorted(used, key=lambda i: -found.activity[i])
    assert set(dims[len(dims) - len(others) :]) == set(others)
    label = f"Inactive in {vae}, active in {ae}:"
    assert shown.index(label) == len(dims) - len(others) if len(others) else label not in shown
    expect(desk.root.locator(".inactive input")).to_have_count(len(folded))
    if len(folded):
        desk.root.get_by_text(f"{len(folded)} inactive coordinates of {vae}").click()
        desk.nudge(int(folded[0]), "ArrowRight")
        expect(desk.slider(int(folded[0]))).to_be_visible()


@pytest.mark.parametrize("names", [("ae-30", "vae-30"), ("ae-2", "vae-2-reconstruction-only")])
def test_a_slider_goes_as_far_as_the_codes(names: tuple[str, str], open_desk: OpenDesk, oracle: Oracle) -> None:
    oracle.need(*names)
    codes = [oracle.encodings(name).codes for name in names]
    desk = open_desk(f"left={names[0]}&right={names[1]}&z={'_'.join('0' * codes[0].shape[1])}")
    for i, low, high, step in desk.root.locator("input[data-dim]").evaluate_all(READ_RANGES):
        columns = [each[:, int(i)] for each in codes]
        assert max((np.abs(column) > high).mean() for column in columns) <= 0.005
        spread = max(float(np.abs(column.mean()) + 3 * column.std()) for column in columns)
        farthest = max(float(np.abs(column).max()) for column in columns)
        assert spread <= high + 1e-6
        assert high <= 2 * max(spread, farthest)
        assert low == -high
        assert 1e-5 <= step / high <= 1e-3


FACTORS = {"tiny-small": 1e-6, "tiny-large": 1e6}


@pytest.fixture
def scaled(oracle: Oracle) -> Iterator[None]:
    """`tiny-ae` with codes a million times as small or large, and a decoder a million times as strong or weak."""
    model = checkpoint.load(oracle.root / "tiny-ae")
    for name, factor in FACTORS.items():
        state = {key: value.clone() for key, value in model.state_dict().items()}
        for part in ("weight", "bias"):
            state[f"encoder.code.{part}"] *= factor
        state["decoder.hidden.0.weight"] /= factor
        other = new_model(model.config, 0)
        other.load_state_dict(state)
        checkpoint.save(oracle.root / name, other, {})
    yield
    for name in FACTORS:
        shutil.rmtree(oracle.root / name)


@pytest.mark.usefixtures("scaled")
def test_a_model_of_another_scale_is_moved_and_linked_alike(open_desk: OpenDesk) -> None:
    desks = {}
    for name in ("tiny-ae", *FACTORS):
        desks[name] = desk = open_desk(f"left={name}&right={name}")
        desk.click("A 7, ")
        desk.nudge(1, "ArrowRight")
    one = desks["tiny-ae"]
    for name, factor in FACTORS.items():
        desk = desks[name]
        assert desk.place(0) == one.place(0)
        np.testing.assert_allclose(np.array(desk.values()) / factor, one.values(), rtol=1e-3, atol=1e-3)
        for of in ("max", "step"):
            mine, wanted = (float(each.slider(1).get_attribute(of) or 0) for each in (desk, one))
            assert mine / factor == pytest.approx(wanted, rel=1e-6)
        np.testing.assert_allclose(desk.picture(0), one.picture(0), atol=LINK_GREY)
        # Its link, opened anew, shows the same picture.
        expect(desk.page).to_have_url(re.compile("[?&]z="))
        opened = open_desk(desk.page.url.partition("?")[2])
        np.testing.assert_allclose(opened.values(), desk.values(), rtol=1e-5)
        np.testing.assert_allclose(opened.picture(0), desk.picture(0), atol=1.01 * LEVEL)


def test_two_vaes_are_ranked_together(open_desk: OpenDesk, oracle: Oracle) -> None:
    partners = [name for name in ("vae-30-sigma", "vae-2") if (oracle.root / name).exists()]
    if not partners:
        pytest.skip("these models are not shipped")
    desk = open_desk(f"left=vae-30&right={partners[0]}")
    for partner in partners:
        if partner != partners[0]:
            desk.choose("Right", partner)
        expect_ranked(desk, [oracle.encodings(name) for name in ("vae-30", partner)])


def expect_ranked(desk: DeskPage, found: list[Encodings]) -> None:
    dim = max(len(e.mean) for e in found)

    def having(i: int) -> list[Encodings]:
        return [e for e in found if i < len(e.mean)]

    by_activity = sorted(range(dim), key=lambda i: -max(e.activity[i] for e in having(i)))
    used = [i for i in by_activity if any(e.active[i] for e in having(i))]
    shown = desk.root.locator("input[data-dim]").evaluate_all(READ_DIMS)
    assert shown == used + [i for i in by_activity if i not in used]
    expect(desk.root.locator(".inactive input[data-dim]")).to_have_count(dim - len(used))


def test_where_all_coordinates_are_inactive_they_are_shown(open_desk: OpenDesk, oracle: Oracle) -> None:
    oracle.need("vae-2-kl-only")
    desk = open_desk("left=ae-2&right=vae-2-kl-only")
    expect(desk.slider(0)).to_be_visible()
    expect(desk.root.get_by_text("Inactive in vae-2-kl-only, active in ae-2:")).to_be_visible()
    expect(desk.root.locator(".inactive")).to_have_count(0)
    desk.choose("Left", "vae-2-kl-only")
    expect(desk.slider(0)).to_be_visible()
    for words in ("2 inactive coordinates of vae-2-kl-only", "vae-2-kl-only encodes nothing here."):
        expect(desk.root.get_by_text(words)).to_be_visible()
