"""The browser's noise, centring, similarity, batches and error maps against Python, scikit-image, planted answers."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from skimage.draw import disk, line
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.ui.frame.test_palette import VISIONS, distances
from vae_core import seeded_noise
from vae_core.config import CorruptionKind
from vae_core.data import Digits
from vae_core.pictures.mnist_format import mnist_format, quantise

KINDS: tuple[CorruptionKind, ...] = ("gaussian", "masking", "salt_and_pepper", "box")
SEEDS = (0, 7, 2**32 - 1)


def test_noise_as_in_python(modules: Page, uci: Digits) -> None:
    x = uci.images[0].astype(np.float32) / 255
    boxes: list[tuple[int, int, int, int]] = [(3, 5, 10, 2), (20, 20, 20, 20)]
    cases: list[dict[str, Any]] = [
        {"seed": seed, "kind": kind, "level": level, "clip": clip, "box": None}
        for seed, kind, level in product(SEEDS, KINDS, (0, 0.25, 0.5, 1))
        for clip in (True, False)
        if clip or kind == "gaussian"
    ]
    cases += [{"seed": 1, "kind": "box", "level": 0.5, "clip": True, "box": box} for box in boxes]
    fields, corrupted, rubbed = modules.evaluate(
        """async ([x, cases, seeds]) => {
          const { Noise, corrupt } = await load("maths/noise.js");
          const clean = Float32Array.from(x);
          const boxed = (box) => box && { x: box[0], y: box[1], w: box[2], h: box[3] };
          const apply = (given) =>
            Array.from(corrupt(clean, { ...given, box: boxed(given.box) }, new Noise(given.seed)));
          const mask = Uint8Array.from({ length: 784 }, (_, i) => i % 3);
          return [
            seeds.map((seed) => new Noise(seed)).map((n) => [n.uniforms, n.normals, n.rub].map((f) => Array.from(f))),
            cases.map(apply),
            apply({ seed: 7, kind: "masking", level: 0.5, rubbed: mask }),
          ];
        }""",
        [x.ravel().tolist(), cases, SEEDS],
    )
    for seed, (uniforms, normals, rub) in zip(SEEDS, fields, strict=True):
        np.testing.assert_allclose(uniforms, seeded_noise.uniforms(seed).ravel(), atol=1e-6)
        np.testing.assert_allclose(normals, seeded_noise.normals(seed).ravel(), atol=1e-6)
        np.testing.assert_allclose(rub, seeded_noise.uniforms(seed, index=1).ravel(), atol=1e-6)
    for case, picture in zip(cases, corrupted, strict=True):
        expected = seeded_noise.corrupt(x[None], **case).ravel()
        np.testing.assert_allclose(picture, expected, atol=1e-6, err_msg=str(case))
    masked = seeded_noise.corrupt(x[None], "masking", 0.5, 7).ravel()
    mixed = np.where(np.arange(784) % 3, seeded_noise.uniforms(7, index=1).ravel(), masked)
    np.testing.assert_allclose(rubbed, mixed, atol=1e-6)


def inks() -> dict[str, NDArray[np.uint8]]:
    """What a hand may leave on a pad, and what it may not."""
    rng = np.random.default_rng(0)

    def strokes(height: int, width: int, radius: int, count: int) -> NDArray[np.uint8]:
        ink = np.zeros((height, width), np.uint8)
        corners = rng.integers(0, (height, width), (count + 1, 2))
        for (row, column), (next_row, next_column) in pairwise(corners):
            for at in zip(*line(row, column, next_row, next_column), strict=True):
                ink[disk(at, radius, shape=ink.shape)] = 255
        return ink

    def spot(height: int, width: int, where: tuple[slice | int, slice | int], level: int = 255) -> NDArray[np.uint8]:
        ink = np.zeros((height, width), np.uint8)
        ink[where] = level
        return ink

    noise = rng.integers(0, 256, (61, 43)).astype(np.uint8)
    return {
        "strokes": strokes(80, 80, 5, 4),
        "one stroke at the border": strokes(60, 60, 7, 1),
        "tall": strokes(110, 30, 3, 3),
        "wide": strokes(25, 120, 2, 5),
        "smaller than its box": strokes(17, 13, 1, 3),
        "grey": np.minimum(strokes(50, 50, 4, 4), noise.mean().astype(np.uint8)),
        "noise": noise,
        "one pixel": spot(50, 70, (49, 0)),
        "a line": spot(60, 60, (slice(10, 50), 20)),
        "to be rounded up": spot(30, 30, (slice(2, 26), slice(4, 7))),
        "full": spot(33, 28, (slice(None), slice(None))),
        "blank": spot(20, 30, (0, 0), 0),
        "too faint": spot(20, 30, (slice(5, 15), slice(5, 15)), 25),
        "just ink": spot(20, 30, (slice(5, 15), slice(5, 15)), 26),
    }


def test_centring_as_in_python(modules: Page) -> None:
    cases = inks()
    answers = modules.evaluate(
        """async (inks) => {
          const { mnistFormat, quantise } = await load("maths/mnist_format.js");
          return inks.map(([height, width, levels]) => {
            const pixels = mnistFormat(Float32Array.from(levels, (v) => v / 255), width, height);
            return [Array.from(pixels), Array.from(quantise(pixels))];
          });
        }""",
        [[*ink.shape, ink.ravel().tolist()] for ink in cases.values()],
    )
    for (name, ink), (pixels, quantised) in zip(cases.items(), answers, strict=True):
        expected = mnist_format(ink.astype(np.float32) / 255)
        np.testing.assert_allclose(pixels, expected.ravel(), atol=1e-5, err_msg=name)
        np.testing.assert_allclose(quantised, quantise(np.array(pixels)), atol=1e-6, err_msg=name)
        assert (np.max(pixels) > 0) == (name not in ("blank", "too faint"))


def test_similarity_as_in_scikit_image(modules: Page, uci: Digits) -> None:
    rng = np.random.default_rng(0)
    digit, other = uci.images[:2].astype(np.float64) / 255
    noisy = digit + 0.5 * rng.normal(size=digit.shape)
    black, white, grey = np.zeros((28, 28)), np.ones((28, 28)), np.full((28, 28), 0.3)
    pairs = [
        (digit, other),
        (noisy, digit),
        (rng.random((28, 28)), digit),
        (black, white),
        (grey, white),
        (grey, digit),
    ]
    answers = modules.evaluate(
        """async (pairs) => {
          const { squaredError, psnr, ssim } = await load("maths/similarity.js");
          const padded = (start, pixels) => Float64Array.from([...Array(start).fill(9), ...pixels, 9]);
          return pairs.map(([a, b]) => {
            const shifted = [padded(5, a), padded(2, b), 5, 2];
            return [squaredError, psnr, ssim].map((measure) => [measure(a, b), measure(...shifted), measure(a, a)]);
          });
        }""",
        [[a.ravel().tolist(), b.ravel().tolist()] for a, b in pairs],
    )
    for (a, b), (error, psnr, ssim) in zip(pairs, answers, strict=True):
        assert error == pytest.approx([((a - b) ** 2).sum()] * 2 + [0], rel=1e-9)
        assert psnr == pytest.approx([peak_signal_noise_ratio(a, b, data_range=1)] * 2 + [np.inf], abs=1e-9)
        assert ssim == pytest.approx([structural_similarity(a, b, data_range=1)] * 2 + [1], abs=1e-9)


def test_a_batch_as_one_by_one(modules: Page, uci: Digits) -> None:
    """Against nn.js, which is tested against PyTorch."""
    names = [
        "ae-30",
        "vae-30",
        "tiny-linear",
        "tiny-tanh",
        "tiny-elu",
        "tiny-softplus",
        "tiny-bernoulli",
        "tiny-one-code",
    ]
    worst = modules.evaluate(
        """async ([names, digits]) => {
          const { loadModel } = await load("nn/nn.js");
          const { Batch } = await load("nn/batch.js");
          const { Noise, corrupt } = await load("maths/noise.js");
          const gaussian = { kind: "gaussian", level: 0.5, clip: false };
          const inputs = digits.flatMap((x, i) => Array.from(i % 2 ? x : corrupt(x, gaussian, new Noise(i))));
          const pixels = Float32Array.from(inputs);
          const apart = (a, b) => a.length === b.length ? Math.max(...a.map((v, i) => Math.abs(v - b[i]))) : Infinity;
          const differences = {};
          for (const model of await Promise.all(names.map(loadModel))) {
            const batch = new Batch(model, 7);
            // The full batch first: what it leaves behind must not reach the smaller ones.
            differences[model.name] = [7, 5, 4, 1].map((count) => {
              const pictures = batch.run(pixels.slice(0, count * 784), count);
              if (pictures.length !== count * 784) return Infinity;
              return Math.max(...Array.from({ length: count }, (_, i) => {
                const code = model.encode(pixels.subarray(i * 784, (i + 1) * 784)).slice();
                const found = batch.codes.subarray(i * code.length, (i + 1) * code.length);
                return Math.max(
                  apart(code, found),
                  apart(model.decode(code), pictures.subarray(i * 784, (i + 1) * 784)),
                );
              }));
            });
          }
          return differences;
        }""",
        [names, (uci.images[:7].reshape(7, -1) / 255).tolist()],
    )
    assert list(worst) == names
    for name, differences in worst.items():
        assert max(differences) < 1e-4, name


def test_where_ink_was_added_and_where_lost(modules: Page) -> None:
    added, lost, painted = modules.evaluate(
        """async () => {
          const { paintDifference, ADDED, LOST } = await load("maths/errors_map.js");
          const { digitCanvas } = await load("kit/digits.js");
          const canvas = digitCanvas();
          const xHat = new Float32Array(784), x = new Float32Array(784);
          xHat.set([1, 0, 0.7, 0.5, 0.4, 3]);
          x.set([0, 1, 0.5, 0.7, 0.4, 0]);
          paintDifference(canvas, xHat, x);
          return [ADDED, LOST, Array.from(canvas.getContext("2d").getImageData(0, 0, 6, 1).data)];
        }"""
    )
    rgb = np.array(painted).reshape(6, 4)[:, :3]
    full = [[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in (added, lost)]
    assert rgb[[0, 1]].tolist() == full
    assert rgb[5].tolist() == full[0]
    np.testing.assert_allclose(rgb[[2, 3]], np.sqrt(0.2) * np.array(full), atol=1)
    assert not rgb[4].any()
    assert min(distances([added, lost], vision)[0] for vision in VISIONS) > 40


def test_the_means_of_denoising_are_over_the_digits_that_the_corruption_changes(modules: Page) -> None:
    """Two digits of three are touched: the third is perfect before any model and counts for nobody; alone it does."""
    found = modules.evaluate(
        """async () => {
          const { meanLikeness } = await load("denoise/grid.js");
          const of = (psnr, ssim) => ({ psnr, ssim });
          const corrupted = [of(10, 0.5), of(Infinity, 1), of(20, 0.7)];
          const model = [of(12, 0.4), of(25, 0.9), of(16, 0.8)];
          const means = [meanLikeness(corrupted, corrupted), meanLikeness(model, corrupted)];
          const alone = meanLikeness(model.slice(1, 2), corrupted.slice(1, 2));
          return [...means, alone].map(({ psnr, ssim }) => [psnr, ssim]);
        }"""
    )
    np.testing.assert_allclose(found, [[15, 0.6], [14, 0.6], [25, 0.9]])
