"""What the page Reconstruct shows, against PyTorch, scikit-image and NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.web.conftest import go_blank
from tests.web.oracle import LEVEL, Oracle
from tests.web.reconstruct_page import ReconstructPage
from tests.web.shown import SEVEN, OpenPage, Shown, Visit, await_query, fits, grey, keep_away, mount, saved

NAMES = ("tiny-ae", "tiny-linear", "tiny-one-code", "tiny-vae-sigma")
QUERY = "left=tiny-ae&also=tiny-linear,tiny-one-code&right=tiny-vae-sigma&seed=5"
ROW = 17
# The samples' numbers: a stream of their own, two above the seed, of four coordinates.
EPS = """async () => {
  const { mulberry32, normals } = await load("maths/seeded_noise.js");
  const normal = normals(mulberry32(7));
  return Array.from({ length: 256 }, normal);
}"""


def test_one_digit_through_four_models(visit: Visit, oracle: Oracle) -> None:
    shown = visit(ReconstructPage, f"{QUERY}&row={ROW}")
    page, labels = shown.page, oracle.uci.labels
    assert shown.digit() == f"digit {labels[ROW]}, no. {ROW}"
    expect_reconstructions(shown, oracle, oracle.pixels(ROW))
    expect_samples(shown, oracle, oracle.pixels(ROW))
    expect_errors(shown, oracle)

    # A digit of the gallery, the worst of a bar, is taken in hand.
    errors = squared_errors(oracle, "tiny-ae")
    worst = int(errors.argmax())
    shown.bars("tiny-ae").focus()
    shown.press("End")
    *_, last = [one for title in ("best", "median", "worst") for one in shown.found(title)]
    assert (last["row"], last["error"]) == (worst, pytest.approx(errors[worst], abs=0.006))
    page.get_by_role("button", name=f"Number {worst} of the set").click()
    expect(shown.root.locator(".original .name")).to_have_text(f"digit {labels[worst]}, no. {worst}")
    await_query(page, row=str(worst))
    assert shown.numbers()["tiny-ae"][0] == pytest.approx(errors[worst], abs=0.006)

    # Drawing: every model follows, nobody asks the server.
    before, sent = shown.pictures(), shown.traffic.sent
    shown.press("d")
    shown.draw(*SEVEN)
    after, original = shown.pictures(), shown.original()
    assert not any(np.array_equal(after[name], before[name]) for name in NAMES)
    assert set(np.round(original.ravel() * 15, 6) % 1) == {0.0}
    expect_reconstructions(shown, oracle, original)
    expect_samples(shown, oracle, original)
    page.wait_for_url("**drawn=*")
    assert "row=" not in page.url
    assert shown.traffic.sent == sent > 0
    shown.press("Escape")
    expect(shown.root.locator(".paper")).to_be_hidden()

    expect_png(shown)
    first = shown.root.locator(".rows .row").nth(1).locator("canvas").first
    whole = grey(first)
    np.testing.assert_allclose(whole, after["tiny-ae"], atol=1.01 * LEVEL)
    shown.root.get_by_role("radiogroup", name="What the models' rows show").get_by_text("errors").click()
    difference = grey(shown.root.locator('[data-difference="tiny-ae"]'))
    np.testing.assert_array_equal(grey(first), difference)
    assert np.abs(difference - whole).max() > 0.1

    shown.press("g")
    assert ", no. " in shown.digit()


def show(page: Page, *names: str) -> None:
    """The component on a page without the app."""
    models = [{"name": name, "label": "a model", "colour": {"light": "#C4700A", "dark": "#F0A63C"}} for name in names]
    mount(page, "reconstruct/reconstruct.js", {"models": models, "digits": "uci", "seed": 5})


def test_what_does_not_arrive_is_said_and_other_models_come_and_go(
    open_page: OpenPage, app: str, oracle: Oracle, forgiven: list[str]
) -> None:
    page = go_blank(open_page(width=400), app)
    keep_away(page, "**/checkpoints/tiny-one-code/decoder.safetensors")
    show(page, "tiny-one-code")
    shown = ReconstructPage(page)
    alert = shown.root.locator(".alert").first
    expect(alert).to_contain_text("checkpoints/tiny-one-code/decoder.safetensors did not arrive.")
    page.unroute_all()
    keep_away(page, "**/errors/**")
    alert.get_by_role("button", name="Try again").click()
    Shown.wait(shown)
    expect(alert).to_be_hidden()
    assert list(shown.pictures()) == ["tiny-one-code"]
    expect(shown.root.locator(".spread")).to_be_hidden()

    errors = shown.root.locator(".errors-of-set")
    expect(errors.get_by_role("alert")).to_contain_text("errors/tiny-one-code/uci.safetensors did not arrive.")
    page.unroute_all()
    errors.get_by_role("button", name="Try again").click()
    shown.wait()
    assert [len(shown.found(title)) for title in ("best", "median", "worst")] == [8, 8, 8]

    keep_away(page, "**/checkpoints/tiny-tanh/encoder.safetensors")
    show(page, "tiny-one-code", "tiny-tanh")
    expect(alert).to_contain_text("The page still shows tiny-one-code.")
    page.unroute_all()
    show(page, "tiny-one-code", "tiny-vae-logvar", "tiny-bernoulli")
    expect(shown.root.locator("[data-cloud]")).to_have_count(2)
    assert list(shown.pictures()) == ["tiny-one-code", "tiny-vae-logvar", "tiny-bernoulli"]
    assert fits(page)
    page.evaluate("window.unmount()")
    expect(shown.root).to_be_empty()
    forgiven.append("ERR_FAILED")


def test_of_a_set_of_two_classes_a_row_has_two_digits(modules: Page, oracle: Oracle) -> None:
    index = np.int32([np.flatnonzero(oracle.uci.labels == label)[0] for label in (3, 8)])
    of_two = {"images": oracle.uci.images[index], "labels": oracle.uci.labels[index].astype(np.uint8), "index": index}
    body = safetensors.numpy.save({**of_two, "size": np.int32([2])})
    modules.route("**/digits/uci/tray.safetensors", lambda route: route.fulfill(body=body))
    show(modules, "tiny-one-code")
    shown = ReconstructPage(modules)
    shown.wait()
    for row in shown.root.locator(".rows .row").all():
        expect(row.locator("canvas:visible")).to_have_count(2)


def expect_reconstructions(shown: ReconstructPage, oracle: Oracle, original: NDArray[Any]) -> None:
    """The pictures are PyTorch's, the numbers scikit-image's."""
    pictures, numbers, original = shown.pictures(), shown.numbers(), original.astype(np.float64)
    assert list(pictures) == list(numbers) == list(NAMES)
    np.testing.assert_allclose(shown.original(), original, atol=0.51 * LEVEL)
    for name in NAMES:
        x_hat = oracle.reconstruct(name, original)
        np.testing.assert_allclose(pictures[name], x_hat, atol=0.6 * LEVEL)
        expected = [
            np.square(x_hat - original).sum(),
            peak_signal_noise_ratio(original, x_hat, data_range=1),
            structural_similarity(original, x_hat, data_range=1),
        ]
        for value, number, step in zip(numbers[name], expected, (0.01, 0.1, 0.001), strict=True):
            assert value == pytest.approx(number, abs=0.51 * step), name


@torch.inference_mode()
def expect_samples(shown: ReconstructPage, oracle: Oracle, pixels: NDArray[Any]) -> None:
    """Of z = mu + sigma eps, with eps from the seed."""
    name = "tiny-vae-sigma"
    mu, logvar = oracle.model(name).posterior(oracle.as_tensor(pixels).reshape(1, 1, 28, 28))  # type: ignore[operator]
    eps = oracle.as_tensor(shown.page.evaluate(EPS)).reshape(64, -1)
    samples = oracle.decode(name, mu + (0.5 * logvar).exp() * eps)
    shown.steady("[data-cloud] canvas")
    canvases = shown.root.locator(f"[data-cloud={name}] canvas").all()
    for canvas, picture in zip(canvases, [*samples[:8], samples.mean(0), 2 * samples.std(0)], strict=True):
        np.testing.assert_allclose(grey(canvas), picture, atol=0.6 * LEVEL)


def squared_errors(oracle: Oracle, name: str) -> NDArray[np.float64]:
    """Of each digit of the set, [N]."""
    x = oracle.pixels(slice(None))
    return np.square(oracle.reconstruct(name, x) - x).sum((1, 2))


def expect_errors(shown: ReconstructPage, oracle: Oracle) -> None:
    """Medians, the best and the worst of the whole set, and the digits of each bar."""
    for name in NAMES:
        errors = squared_errors(oracle, name)
        row = shown.root.locator(".bars-row").filter(has=shown.page.locator(f'[data-errors-of="{name}"]'))
        assert float(row.locator(".median").inner_text().split()[-1]) == pytest.approx(np.median(errors), abs=0.006)
        assert shown.numbers()[name][0] == pytest.approx(errors[ROW], abs=0.006)
    errors = squared_errors(oracle, "tiny-ae")
    for title, ranks in (("best", slice(0, 8)), ("worst", slice(-8, None))):
        assert [one["error"] for one in shown.found(title)] == pytest.approx(np.sort(errors)[ranks], abs=0.006)
    median = [one["error"] for one in shown.found("median")]
    assert min(median) - 0.006 <= np.median(errors) <= max(median) + 0.006

    seen, total = shown.walk("tiny-ae"), 0
    for text in seen:
        words = text.replace(",", "").split()
        low, high, count = float(words[2]), float(words[4]), int(words[5])
        total += count
        assert 0 < count <= np.count_nonzero((errors >= low - 0.006) & (errors <= high + 0.006))
    assert total == len(errors)
    assert shown.root.locator(".caption").inner_text() == f"tiny-ae: {seen[-1]}"


def expect_png(shown: ReconstructPage) -> None:
    """The pictures are on it, unblurred."""
    name, file = saved(shown.page, "s")
    assert name == f"reconstruct-{'-'.join(NAMES)}.png"
    pixels = np.asarray(Image.open(file).convert("L")) / 255
    # Doubled: 24 of margin and title, pictures of 196 with 16 between them; 7 pixels each, twice.
    for i, picture in enumerate([shown.original(), *shown.pictures().values()]):
        left = 48 + i * 2 * (196 + 16)
        there = pixels[96 : 96 + 392, left : left + 392]
        np.testing.assert_allclose(there, np.kron(picture, np.ones((14, 14))), atol=0.01)
