"""Pictures that are no digits, higher than wide and in colour, and models of them, on every page."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.any_picture import SETS, bars, write_models, write_sets
from tests.web.conftest import LOAD, WELCOMED, Watch, free_port, server
from tests.web.shown import await_query, box, drag, go_to, saved, settle
from vae_core import checkpoint
from vae_core.data import as_input
from vae_core.pictures import animation

# With what each shows.
PAGES = {
    **{"Latent map": "latent_map", "Encodings": "projection", "Reconstruct": "reconstruct", "Denoise": "denoise"},
    **{"Interpolate": "interpolate", "Objective": "evidence", "Manifold": "tangent", "Models": "learning"},
    **{"Latent desk": "desk"},
}
BARS, COLOURED = SETS
LEVEL = 0.6 / 255
READ = """(canvas) => Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models") / "checkpoints")


@pytest.fixture(scope="module")
def other_app(models: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that has these sets and models, and UCI digits without any."""
    folder = tmp_path_factory.mktemp("others")
    data = write_sets(folder / "data")
    with server(repository, models, folder / "log.txt", free_port(), DIGITS_DIR=str(data)) as address:
        yield address


@pytest.fixture
def tab(browser: Browser, other_app: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.add_init_script(WELCOMED + LOAD)
    page = context.new_page()
    watch = Watch(page, other_app)
    yield page
    context.close()
    watch.check()


def picture(page: Page, selector: str) -> np.ndarray:
    """[C, H, W] in [0, 1] of the first such canvas: one channel where it is grey."""
    canvas = page.locator(selector).first
    height, width = (int(canvas.get_attribute(side) or 0) for side in ("height", "width"))
    found = np.reshape(canvas.evaluate(READ), (height, width, 4))[..., :3].transpose(2, 0, 1) / 255
    return found[:1] if (found == found[:1]).all() else found


def is_whole(page: Page) -> None:
    """Every component of the page is ready, and none complains."""
    expect(page.locator("[data-component][data-ready=true]").nth(1)).to_be_attached(timeout=60_000)
    expect(page.locator("[data-component][data-ready=false]")).to_have_count(0, timeout=60_000)
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def decoded(page: Page, models: Path, name: str, z: torch.Tensor) -> None:
    """The large picture of a model is that of PyTorch."""
    expected = checkpoint.load(models / name).decode(z)[0].detach().numpy()
    np.testing.assert_allclose(picture(page, f".big[data-model={name}]"), expected, atol=LEVEL)


@pytest.mark.parametrize("name", SETS)
def test_every_page_shows_pictures_of_their_size(tab: Page, other_app: str, models: Path, name: str) -> None:
    _, height, width = SETS[name]
    tab.goto(f"{other_app}?digits={name}")
    is_whole(tab)
    for page, component in PAGES.items():
        go_to(tab, page)
        expect(tab.locator(f"[data-component={component}]")).to_be_visible()
        is_whole(tab)
        sizes = tab.locator("canvas[data-model]").evaluate_all("(all) => all.map((one) => [one.height, one.width])")
        assert all(size == [height, width] for size in sizes), page
    tab.keyboard.press("0")
    expect(tab.locator('input[data-dim="0"]')).to_have_value("0")
    settle(tab)
    for kind, codes in (("ae", 2), ("vae", 4)):
        decoded(tab, models, f"{kind}-{name}", torch.zeros(1, codes))


def test_other_pictures_take_the_place_of_those_before(tab: Page, other_app: str, models: Path) -> None:
    tab.goto(f"{other_app}reconstruct?digits={BARS}")
    is_whole(tab)
    for name in (COLOURED, BARS):
        tab.get_by_role("radiogroup", name="Digits").get_by_text(name, exact=True).click()
        expect(tab.locator(f".big[data-model=vae-{name}]")).to_be_visible()
        is_whole(tab)
        number = tab.get_by_label("Number in the set")
        number.fill("5")
        number.press("Enter")
        expect(tab.locator(".original .name")).to_contain_text("no. 5")
        settle(tab)
        x = as_input(bars(SETS[name])[0][5:6])
        np.testing.assert_allclose(picture(tab, ".original .big"), x[0].numpy(), atol=LEVEL)
        decoded(tab, models, f"vae-{name}", checkpoint.load(models / f"vae-{name}").encode(x))


def test_what_needs_digits_says_so(tab: Page, other_app: str) -> None:
    tab.goto(f"{other_app}reconstruct?digits={BARS}")
    is_whole(tab)
    alert = tab.get_by_role("alert").filter(has_text="Only digits can be drawn or uploaded, pictures of 1 x 28 x 28")
    for button in ("Draw", "Upload"):
        tab.reload()
        is_whole(tab)
        tab.get_by_role("button", name=button, exact=button == "Upload").first.click(force=True)
        expect(alert).to_be_visible()
        expect(tab.locator(".paper")).to_be_hidden()


def test_a_box_goes_where_the_hand_is_on_a_high_picture(tab: Page, other_app: str) -> None:
    tab.goto(f"{other_app}denoise?digits={BARS}&corruption=box&level=0.3&shown=one&box=0_0_5_5")
    is_whole(tab)
    frame = box(tab.locator(".corrupted .frame").first)
    assert frame.height / frame.width == pytest.approx(20 / 16, rel=0.02)
    drag(tab, frame.at(2.5 / 16, 2.5 / 20), frame.at(12.5 / 16, 16.5 / 20))
    await_query(tab, box="10_14_5_5")
    corrupted = picture(tab, ".corrupted canvas")[0]
    assert not corrupted[14:19, 10:15].any()
    assert corrupted[5:14, :10].any()


@pytest.mark.parametrize("name", SETS)
def test_a_film_is_of_the_pictures(tab: Page, other_app: str, name: str) -> None:
    tab.goto(f"{other_app}interpolate?digits={name}")
    is_whole(tab)
    _, file = saved(tab, tab.get_by_role("button", name="GIF"))
    with Image.open(file) as film:
        assert film.n_frames > 1
        _, height, width = SETS[name]
        # Two models side by side, each under its caption.
        assert film.height == round(420 * height / width) + animation.caption_height(420)
        assert film.width == 2 * 420 + 10
