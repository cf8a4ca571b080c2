"""Models: both on the same subject, and the films of their training, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from ui.choices.link import DEFAULT_SEED
from vae_core import checkpoint
from vae_core.data import Digits, as_input

OpenPage = Callable[..., tuple[Page, Any]]
PAIR = ("ae-2", "vae-2")
GREY = 1.5
ROOT = '[data-component=learning][data-ready="true"]'
READ = """(canvas) => Array.from(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0))"""
FIRST_DIGITS = """async () => {
  const { loadTray } = await load("server/digit_set.js");
  const { labels, index } = await loadTray("uci");
  const of = (label) => Array.from(index).filter((_, place) => labels[place] === label);
  return Array.from({ length: 32 }, (_, k) => of(k % 10)[Math.floor(k / 10)]);
}"""


def mosaic(canvas: Locator) -> NDArray[np.float64]:
    """Grey levels [32, 28, 28]."""
    grey = np.reshape(canvas.evaluate(READ), (4, 28, 8, 28))
    return np.asarray(grey.transpose(0, 2, 1, 3).reshape(32, 28, 28), np.float64)


def test_both_show_the_same_subject_and_films_play_step_and_name_theirs(
    open_page: OpenPage, app: str, served_checkpoints: Path, uci: Digits
) -> None:
    page, _ = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app}models?left={PAIR[0]}&right={PAIR[1]}")
    root = page.locator(ROOT)
    expect(root).to_be_visible(timeout=40_000)
    models = [checkpoint.load(served_checkpoints / name) for name in PAIR]

    # The same digits, reconstructed by each.
    x = as_input(uci.images[page.evaluate(FIRST_DIGITS)])
    live = [root.locator(f"canvas[data-grid={name}]") for name in PAIR]
    for canvas, model in zip(live, models, strict=True):
        wanted = model.decode(model.encode(x)).squeeze(1).numpy() * 255
        np.testing.assert_allclose(mosaic(canvas), wanted, atol=GREY)
    # The same draws, decoded by each: two codes of one model decode alike, so what differs are the models.
    digits = mosaic(live[0])
    root.get_by_text("Draws of N(0, I), decoded").click()
    assert not np.array_equal(mosaic(live[0]), digits)
    z = page.evaluate(
        """async (seed) => {
          const { mulberry32, normals } = await load("maths/random.js");
          const normal = normals(mulberry32(seed));
          return Array.from({ length: 32 }, () => [Math.fround(normal()), Math.fround(normal())]);
        }""",
        DEFAULT_SEED,
    )
    for canvas, model in zip(live, models, strict=True):
        wanted = model.decode(x.new_tensor(z)).squeeze(1).numpy() * 255
        np.testing.assert_allclose(mosaic(canvas), wanted, atol=GREY)

    # Each film says what it shows. Without motion the last epoch stands, and nothing plays.
    films = root.locator(".films")
    expect(films).to_contain_text("ae-2 reconstructs the same 32 digits after every epoch")
    expect(films).to_contain_text("vae-2 decodes the same 32 draws of N(0, I) after every epoch")
    frames = checkpoint.load_frames(served_checkpoints / PAIR[1])
    screen = films.locator(".right canvas")
    expect(films).to_contain_text(f"epoch {len(frames)} of {len(frames)}")
    expect(screen).to_have_attribute("data-epoch", str(len(frames)))
    # Away from the choice, whose keys these are, too.
    screen.click()
    page.keyboard.press("ArrowLeft")
    expect(screen).to_have_attribute("data-epoch", str(len(frames) - 1))
    np.testing.assert_array_equal(np.reshape(screen.evaluate(READ), frames[0].shape), frames[-2])
    page.keyboard.press("Home")
    expect(films).to_contain_text("epoch 1 of")
    np.testing.assert_array_equal(np.reshape(screen.evaluate(READ), frames[0].shape), frames[0])
    # It plays to its end by the space bar, and stands there.
    page.keyboard.press("Space")
    expect(films.get_by_role("button", name="Pause")).to_be_visible()
    expect(screen).to_have_attribute("data-epoch", str(len(frames)))
    expect(films.get_by_role("button", name="Play", exact=False)).to_be_visible()


def test_tables_of_models_cut_no_number_and_need_no_scrolling_on_a_projector(open_page: OpenPage, app: str) -> None:
    page, _ = open_page(width=1920, height=1080)
    page.goto(f"{app}models")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=40_000)
    for table in page.get_by_test_id("stDataFrame").all():
        table.scroll_into_view_if_needed()
        expect(table.locator("canvas").first).to_be_visible()
        scroller = table.locator(".dvn-scroller")
        assert scroller.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
