"""Models: both on the same subject, and the films of their training, epoch by epoch."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Locator, expect

from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import Grey, OpenPage, Shown, Visit, grey
from ui.choices.link import DEFAULT_SEED
from vae_core import checkpoint

PAIR = ("ae-2", "vae-2")
FIRST_DIGITS = """async () => {
  const { loadTray } = await load("server/digit_set.js");
  const { labels, index } = await loadTray("uci");
  const of = (label) => Array.from(index).filter((_, place) => labels[place] === label);
  return Array.from({ length: 32 }, (_, k) => of(k % 10)[Math.floor(k / 10)]);
}"""


class LearningPage(Shown):
    component, path = "learning", "models"


def mosaic(canvas: Locator) -> Grey:
    """Grey levels [32, 28, 28]."""
    return grey(canvas, 4, 28, 8, 28).transpose(0, 2, 1, 3).reshape(32, 28, 28)


def test_both_show_the_same_subject_and_films_play_step_and_name_theirs(visit: Visit, oracle: Oracle) -> None:
    shown = visit(
        LearningPage, f"left={PAIR[0]}&right={PAIR[1]}", lambda page: page.emulate_media(reduced_motion="reduce")
    )
    page, root = shown.page, shown.root

    # The same digits, reconstructed by each.
    x = oracle.pixels(page.evaluate(FIRST_DIGITS))
    live = {name: root.locator(f"canvas[data-grid={name}]") for name in PAIR}
    for name, canvas in live.items():
        np.testing.assert_allclose(mosaic(canvas), oracle.reconstruct(name, x), atol=1.5 * LEVEL)
    # The same draws, decoded by each: two codes of one model decode alike, so what differs are the models.
    digits = mosaic(live[PAIR[0]])
    root.get_by_text("Draws of N(0, I), decoded").click()
    assert not np.array_equal(mosaic(live[PAIR[0]]), digits)
    z = page.evaluate(
        """async (seed) => {
          const { mulberry32, normals } = await load("maths/seeded_noise.js");
          const normal = normals(mulberry32(seed));
          return Array.from({ length: 32 }, () => [Math.fround(normal()), Math.fround(normal())]);
        }""",
        DEFAULT_SEED,
    )
    for name, canvas in live.items():
        np.testing.assert_allclose(mosaic(canvas), oracle.decode(name, z), atol=1.5 * LEVEL)
    films_play_and_step(shown, checkpoint.load_frames(oracle.root / PAIR[1]))


def films_play_and_step(shown: LearningPage, frames: np.ndarray) -> None:
    """Each film says what it shows. Without motion the last epoch stands, and nothing plays."""
    page, films = shown.page, shown.root.locator(".films")
    screen = films.locator(".right canvas")

    def expect_frame(number: int, frame: np.ndarray) -> None:
        expect(screen).to_have_attribute("data-epoch", str(number))
        np.testing.assert_allclose(255 * grey(screen, *frame.shape), frame, atol=1e-9)

    for words in (
        "ae-2 reconstructs the same 32 digits after every epoch",
        "vae-2 decodes the same 32 draws of N(0, I) after every epoch",
        f"epoch {len(frames)} of {len(frames)}",
    ):
        expect(films).to_contain_text(words)
    expect_frame(len(frames), frames[-1])
    # Away from the choice, whose keys these are, too.
    screen.click()
    page.keyboard.press("ArrowLeft")
    expect_frame(len(frames) - 1, frames[-2])
    page.keyboard.press("Home")
    expect(films).to_contain_text("epoch 1 of")
    expect_frame(1, frames[0])
    # It plays to its end by the space bar, and stands there.
    page.keyboard.press("Space")
    expect(films.get_by_role("button", name="Pause")).to_be_visible()
    expect(screen).to_have_attribute("data-epoch", str(len(frames)))
    expect(films.get_by_role("button", name="Play", exact=False)).to_be_visible()


def test_tables_of_models_cut_no_number_and_need_no_scrolling_on_a_projector(open_page: OpenPage, app: str) -> None:
    page = open_page(width=1920, height=1080)
    page.goto(f"{app}models")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible(timeout=40_000)
    for table in page.get_by_test_id("stDataFrame").all():
        table.scroll_into_view_if_needed()
        expect(table.locator("canvas").first).to_be_visible()
        scroller = table.locator(".dvn-scroller")
        assert scroller.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
