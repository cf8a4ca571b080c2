"""What the page Reconstruct shows, against PyTorch, scikit-image and NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.web.conftest import Watch, go_blank
from tests.web.reconstruct_page import ROOT, Grey, ReconstructPage
from tests.web.traffic import Traffic
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.models import Autoencoder, VariationalAutoencoder

OpenPage = Callable[..., tuple[Page, Watch]]

NAMES = ("tiny-ae", "tiny-linear", "tiny-one-code", "tiny-vae-sigma")
QUERY = "left=tiny-ae&also=tiny-linear,tiny-one-code&right=tiny-vae-sigma&seed=5"
ROW = 17
LEVEL = 1 / 255
SEVEN = [(0.3, 0.25), (0.7, 0.25), (0.5, 0.8)]
# The samples' numbers: a stream of their own, two above the seed, of four coordinates.
EPS = """async () => {
  const { mulberry32, normals } = await load("maths/random.js");
  const normal = normals(mulberry32(7));
  return Array.from({ length: 256 }, normal);
}"""
MOUNT = """async (data) => {
  const { default: mount } = await load("reconstruct/reconstruct.js");
  window.host ??= document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  window.unmount = mount({ data, parentElement: window.host, setTriggerValue: () => {} });
}"""
COLOUR = {"light": "#C4700A", "dark": "#F0A63C"}


@torch.inference_mode()
def reconstructed(model: Autoencoder, x: torch.Tensor) -> Grey:
    """[28, 28]"""
    return model.decode(model.encode(x))[0, 0].double().numpy()


def test_one_digit_through_four_models(
    open_page: OpenPage, app: str, served_checkpoints: Path, uci: Digits, tmp_path: Path
) -> None:
    page, _ = open_page()
    traffic = Traffic(page)
    page.goto(f"{app}reconstruct?{QUERY}&row={ROW}")
    shown = ReconstructPage(page)
    shown.wait()
    models = {name: load(served_checkpoints / name) for name in NAMES}

    assert shown.digit() == f"digit {uci.labels[ROW]}, no. {ROW}"
    x = as_input(uci.images[[ROW]])
    expect_reconstructions(shown, models, x)
    expect_samples(shown, models["tiny-vae-sigma"], x)
    expect_errors(shown, models, uci)

    # A digit of the gallery, the worst of a bar, is taken in hand.
    errors = squared_errors(models["tiny-ae"], uci)
    worst = int(errors.argmax())
    shown.bars("tiny-ae").focus()
    shown.press("End")
    *_, last = [one for title in ("best", "median", "worst") for one in shown.found(title)]
    assert (last["row"], last["error"]) == (worst, pytest.approx(errors[worst], abs=0.006))
    page.get_by_role("button", name=f"Number {worst} of the set").click()
    expect(shown.root.locator(".original .name")).to_have_text(f"digit {uci.labels[worst]}, no. {worst}")
    page.wait_for_url(f"**row={worst}*")
    assert shown.numbers()["tiny-ae"][0] == pytest.approx(errors[worst], abs=0.006)

    # Drawing: every model follows, nobody asks the server.
    before, sent = shown.pictures(), traffic.sent
    shown.press("d")
    shown.draw(SEVEN)
    after = shown.pictures()
    assert not any(np.array_equal(after[name], before[name]) for name in NAMES)
    x = torch.tensor(shown.original(), dtype=torch.float32).reshape(1, 1, 28, 28)
    assert set(np.round(shown.original().ravel() * 15, 6) % 1) == {0.0}
    expect_reconstructions(shown, models, x)
    expect_samples(shown, models["tiny-vae-sigma"], x)
    page.wait_for_url("**drawn=*")
    assert "row=" not in page.url
    assert traffic.sent == sent > 0
    shown.press("Escape")
    expect(shown.root.locator(".paper")).to_be_hidden()

    expect_png(shown, tmp_path)
    first = shown.root.locator(".rows .row").nth(1).locator("canvas")
    whole = shown.grey(first.first)
    np.testing.assert_allclose(whole, after["tiny-ae"], atol=1.01 * LEVEL)
    shown.root.get_by_role("radiogroup", name="What the models' rows show").get_by_text("errors").click()
    difference = shown.grey(shown.root.locator('[data-difference="tiny-ae"]'))
    np.testing.assert_array_equal(shown.grey(first.first), difference)
    assert np.abs(difference - whole).max() > 0.1

    shown.press("g")
    assert ", no. " in shown.digit()


def test_one_model_and_what_does_not_arrive(open_page: OpenPage, app: str, uci: Digits) -> None:
    page, watch = open_page(width=400)
    go_blank(page, app)
    page.evaluate("document.body.style.margin = '12px'")
    page.route("**/checkpoints/tiny-one-code/decoder.safetensors", lambda route: route.abort())
    mount(page, "tiny-one-code")
    shown = ReconstructPage(page)
    alert = shown.root.locator(".alert").first
    expect(alert).to_contain_text("checkpoints/tiny-one-code/decoder.safetensors did not arrive.")
    page.unroute_all()
    page.route("**/errors/**", lambda route: route.abort())
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(f'{ROOT}[data-ready="true"]')).to_be_visible()
    expect(alert).to_be_hidden()
    assert list(shown.pictures()) == ["tiny-one-code"]
    expect(shown.root.locator(".spread")).to_be_hidden()

    errors = shown.root.locator(".errors-of-set")
    expect(errors.get_by_role("alert")).to_contain_text("errors/tiny-one-code/uci.safetensors did not arrive.")
    page.unroute_all()
    errors.get_by_role("button", name="Try again").click()
    shown.wait()
    assert [len(shown.found(title)) for title in ("best", "median", "worst")] == [8, 8, 8]

    page.route("**/checkpoints/tiny-tanh/encoder.safetensors", lambda route: route.abort())
    mount(page, "tiny-one-code", "tiny-tanh")
    expect(alert).to_contain_text("The page still shows tiny-one-code.")
    page.unroute_all()
    mount(page, "tiny-one-code", "tiny-vae-logvar", "tiny-bernoulli")
    expect(shown.root.locator("[data-cloud]")).to_have_count(2)
    assert list(shown.pictures()) == ["tiny-one-code", "tiny-vae-logvar", "tiny-bernoulli"]
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.evaluate("window.unmount()")
    expect(shown.root).to_be_empty()
    expect_few_digits(shown, uci)
    watch.trouble[:] = [line for line in watch.trouble if "ERR_FAILED" not in line]


def expect_few_digits(shown: ReconstructPage, uci: Digits) -> None:
    """Of a set of two classes, a digit each: the row ends there."""
    index = [int(np.flatnonzero(uci.labels == label)[0]) for label in (3, 8)]
    tray = {
        "images": uci.images[index],
        "labels": uci.labels[index].astype(np.uint8),
        "index": np.int32(index),
        "size": np.int32([2]),
    }
    body = safetensors.numpy.save(tray)
    shown.page.route("**/digits/uci/tray.safetensors", lambda route: route.fulfill(body=body))
    mount(shown.page, "tiny-one-code")
    shown.wait()
    for row in shown.root.locator(".rows .row").all():
        expect(row.locator("canvas:visible")).to_have_count(2)
    shown.page.unroute_all()


def mount(page: Page, *names: str) -> None:
    models = [{"name": name, "label": "a model", "colour": COLOUR} for name in names]
    page.evaluate(MOUNT, {"models": models, "digits": "uci", "seed": 5})


def expect_reconstructions(shown: ReconstructPage, models: dict[str, Autoencoder], x: torch.Tensor) -> None:
    """The pictures are PyTorch's, the numbers scikit-image's."""
    pictures, numbers = shown.pictures(), shown.numbers()
    assert list(pictures) == list(numbers) == list(NAMES)
    original = x[0, 0].double().numpy()
    np.testing.assert_allclose(shown.original(), original, atol=0.51 * LEVEL)
    for name, model in models.items():
        x_hat = reconstructed(model, x)
        np.testing.assert_allclose(pictures[name], x_hat, atol=0.6 * LEVEL)
        expected = [
            np.square(x_hat - original).sum(),
            peak_signal_noise_ratio(original, x_hat, data_range=1),
            structural_similarity(original, x_hat, data_range=1),
        ]
        for value, number, step in zip(numbers[name], expected, (0.01, 0.1, 0.001), strict=True):
            assert value == pytest.approx(number, abs=0.51 * step), name


@torch.inference_mode()
def expect_samples(shown: ReconstructPage, model: Autoencoder, x: torch.Tensor) -> None:
    """Of z = mu + sigma eps, with eps from the seed."""
    assert isinstance(model, VariationalAutoencoder)
    mu, logvar = model.posterior(x)
    eps = torch.tensor(shown.page.evaluate(EPS), dtype=torch.float32).reshape(64, -1)
    pixels = model.decode(mu + (0.5 * logvar).exp() * eps)[:, 0].double().numpy()
    shown.steady("[data-cloud] canvas")
    canvases = shown.root.locator("[data-cloud=tiny-vae-sigma] canvas").all()
    expected = [*pixels[:8], pixels.mean(0), 2 * pixels.std(0)]
    for canvas, picture in zip(canvases, expected, strict=True):
        np.testing.assert_allclose(shown.grey(canvas), picture, atol=0.6 * LEVEL)


@torch.inference_mode()
def squared_errors(model: Autoencoder, digits: Digits) -> Grey:
    x = as_input(digits.images)
    return np.square((model.decode(model.encode(x)) - x).flatten(1).double().numpy()).sum(1)


def expect_errors(shown: ReconstructPage, models: dict[str, Autoencoder], digits: Digits) -> None:
    """Medians, the best and the worst of the whole set, and the digits of each bar."""
    for name, model in models.items():
        errors = squared_errors(model, digits)
        row = shown.root.locator(".bars-row").filter(has=shown.page.locator(f'[data-errors-of="{name}"]'))
        assert float(row.locator(".median").inner_text().split()[-1]) == pytest.approx(np.median(errors), abs=0.006)
        assert shown.numbers()[name][0] == pytest.approx(errors[ROW], abs=0.006)
    errors = squared_errors(models["tiny-ae"], digits)
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


def expect_png(shown: ReconstructPage, folder: Path) -> None:
    """The pictures are on it, unblurred."""
    with shown.page.expect_download() as download:
        shown.press("s")
    assert download.value.suggested_filename == f"reconstruct-{'-'.join(NAMES)}.png"
    path = folder / "comparison.png"
    download.value.save_as(path)
    pixels: Any = np.asarray(Image.open(path).convert("L")) / 255
    # Doubled: 24 of margin and title, pictures of 196 with 16 between them; 7 pixels each, twice.
    for i, picture in enumerate([shown.original(), *shown.pictures().values()]):
        left = 48 + i * 2 * (196 + 16)
        np.testing.assert_allclose(
            pixels[96 : 96 + 392, left : left + 392], np.kron(picture, np.ones((14, 14))), atol=0.01
        )
