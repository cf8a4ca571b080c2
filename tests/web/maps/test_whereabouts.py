"""What a browser says of where a picture lies is what Python says, at a cost that no frame feels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from tests.web.desk_page import DeskPage
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.metrics import stroke_features
from vae_core.metrics.whereabouts import AT_THE_EDGE, NO_DIGIT, digit_manifold, whereabouts

MEASURE = """async ([name, pictures, codes]) => {
  const { DigitManifold, lineOf, locate, strokeFeatures } = await load("maths/whereabouts.js");
  const side = { name };
  const before = lineOf(side, codes[0], pictures[0]).words;
  await locate([side, side], "uci");
  const times = [];
  const found = pictures.map((picture, k) => {
    const start = performance.now();
    const { apart, share } = side.where.manifold.measure(picture);
    times.push(performance.now() - start);
    return { apart, share, ...lineOf(side, codes[k], picture) };
  });
  const features = pictures.slice(0, 20).map((picture) => Array.from(strokeFeatures(picture)));
  return { before, found, features, milliseconds: times.sort((a, b) => a - b)[times.length >> 1] };
}"""


@pytest.mark.parametrize("name", ["ae-2", "vae-30", "tiny-ae"])
def test_the_browser_says_what_python_says(name: str, modules: Page, served_checkpoints: Path, uci: Digits) -> None:
    if not (served_checkpoints / name).exists():
        pytest.skip(f"{name} is not shipped")
    model = checkpoint.load(served_checkpoints / name)
    manifold = digit_manifold(uci.images)
    generator = torch.Generator().manual_seed(0)
    own = model.encode(as_input(uci.images))
    draws = torch.randn(60, model.config.latent_dim, generator=generator)
    # The worst that the model makes of a digit are among them.
    worst = np.argsort(-whereabouts(manifold, model.decode(own)).share)[:40].copy()
    codes = torch.cat([draws, own[:100], own[worst]])
    pictures = model.decode(codes)
    answer = modules.evaluate(MEASURE, [name, pictures.reshape(-1, 784).tolist(), codes.tolist()])
    assert answer["before"] == ""
    np.testing.assert_allclose(answer["features"], stroke_features(pictures[:20]).numpy(), atol=1e-4)
    expected = whereabouts(manifold, pictures)
    np.testing.assert_allclose([one["apart"] for one in answer["found"]], expected.apart, rtol=1e-3)
    np.testing.assert_allclose([one["share"] for one in answer["found"]], expected.share, atol=5e-3)
    for k, (one, share) in enumerate(zip(answer["found"], expected.share.tolist(), strict=True)):
        if min(abs(share - AT_THE_EDGE), abs(share - NO_DIGIT)) < 5e-3:
            continue
        own_code = k >= len(draws)
        kind = "digits" if share <= AT_THE_EDGE else "edge" if share <= NO_DIGIT or own_code else "none"
        assert one["kind"] == kind
        words = {"digits": "where digits lie", "edge": "at their edge", "none": "where no digit lies"}
        assert one["words"] == words[kind]
        assert f"{int(100 * one['share'])} % of the digits" in one["title"]
    assert all(one["kind"] != "none" for one in answer["found"][len(draws) :]), "a digit's own code"
    assert answer["milliseconds"] < 2


def test_a_digit_lies_where_digits_lie_and_what_does_not_arrive_is_said(
    open_page: Callable[..., tuple[Page, Any]], open_desk: Callable[..., DeskPage], app: str
) -> None:
    desk = open_desk("left=ae-30&right=vae-30")
    desk.button("A 0, ").first.click()
    desk.settle_frame()
    assert [desk.place(side) for side in (0, 1)] == ["where digits lie"] * 2
    page, _ = open_page()
    page.route("**/whereabouts/*.safetensors", lambda route: route.fulfill(body=b"", status=200))
    page.goto(f"{app}?left=ae-30&right=vae-30")
    desk = DeskPage(page, [])
    desk.wait()
    expect(desk.root.locator(".place").first).to_contain_text("whereabouts/uci.safetensors: too short")
    assert len(desk.values()) == 30
