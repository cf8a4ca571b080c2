"""The browser's noise, centring, similarity and error maps against Python and scikit-image."""

import dataclasses
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from skimage.draw import disk, line
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.js.node import Node
from tests.ui.frame.test_palette import VISIONS, distances
from tests.web.tray_page import same_digit
from vae_core.config import DIGIT, CorruptionKind, Shape
from vae_core.data import Digits, examples
from vae_core.noise import seeded_noise
from vae_core.pictures import picture
from vae_core.pictures.mnist_format import mnist_format, quantise

KINDS: tuple[CorruptionKind, ...] = ("gaussian", "masking", "salt_and_pepper", "box")
SEEDS = (0, 7, 2**32 - 1)


# Digits, higher than wide, in colour, and with an odd number of pixels.
SHAPES: list[Shape] = [DIGIT, (1, 20, 16), (3, 32, 32), (3, 9, 11)]
of_any_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


@of_any_shape
def test_noise_as_in_python(shape: Shape, node: Node) -> None:
    x = np.random.default_rng(0).random(shape, np.float32)
    boxes: list[tuple[int, int, int, int]] = [(3, 5, 10, 2), (20, 20, 20, 20)]
    cases: list[dict[str, Any]] = [
        {"seed": seed, "kind": kind, "level": level, "clip": clip, "box": None}
        for seed, kind, level in product(SEEDS, KINDS, (0, 0.25, 0.5, 1))
        for clip in (True, False)
        if clip or kind == "gaussian"
    ]
    cases += [{"seed": 1, "kind": "box", "level": 0.5, "clip": True, "box": box} for box in boxes]
    fields, corrupted, rubbed = node.evaluate(
        """async ([x, sizes, cases, seeds]) => {
          const { Noise, corrupt } = await load("maths/seeded_noise.js");
          const { Shape } = await load("nn/shape.js");
          const shape = new Shape(sizes);
          const boxed = (box) => box && { x: box[0], y: box[1], w: box[2], h: box[3] };
          const apply = (given) => corrupt(x, { ...given, box: boxed(given.box) }, new Noise(given.seed, shape));
          const mask = Uint8Array.from({ length: shape.area }, (_, i) => i % 3);
          return [
            seeds.map((seed) => new Noise(seed, shape)).map((noise) => [noise.uniforms, noise.normals, noise.rub]),
            cases.map(apply),
            apply({ seed: 7, kind: "masking", level: 0.5, rubbed: mask }),
          ];
        }""",
        [x.ravel(), shape, cases, SEEDS],
    )
    for seed, (uniforms, normals, rub) in zip(SEEDS, fields, strict=True):
        np.testing.assert_allclose(uniforms, seeded_noise.uniforms(seed, shape=shape).ravel(), atol=1e-6)
        np.testing.assert_allclose(normals, seeded_noise.normals(seed, shape=shape).ravel(), atol=1e-6)
        np.testing.assert_allclose(rub, seeded_noise.uniforms(seed, index=1, shape=shape).ravel(), atol=1e-6)
    for case, found in zip(cases, corrupted, strict=True):
        expected = seeded_noise.corrupt(x[None], **case).ravel()
        np.testing.assert_allclose(found, expected, atol=1e-6, err_msg=str(case))
    masked = seeded_noise.corrupt(x[None], "masking", 0.5, 7)[0]
    is_rubbed = np.arange(shape[1] * shape[2]).reshape(shape[1:]) % 3 > 0
    mixed = np.where(is_rubbed, seeded_noise.uniforms(7, index=1, shape=shape)[0], masked)
    np.testing.assert_allclose(rubbed, mixed.ravel(), atol=1e-6)


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


def test_centring_as_in_python(node: Node) -> None:
    cases = inks()
    answers = node.evaluate(
        """async (inks) => {
          const { mnistFormat, quantise } = await load("maths/mnist_format.js");
          return inks.map(([height, width, levels]) => {
            const pixels = mnistFormat(Float32Array.from(levels, (v) => v / 255), width, height);
            return [pixels.slice(), quantise(pixels)];
          });
        }""",
        [[*ink.shape, ink.ravel()] for ink in cases.values()],
    )
    for (name, ink), (pixels, quantised) in zip(cases.items(), answers, strict=True):
        expected = mnist_format(ink.astype(np.float32) / 255)
        np.testing.assert_allclose(pixels, expected.ravel(), atol=1e-5, err_msg=name)
        np.testing.assert_allclose(quantised, quantise(pixels), atol=1e-6, err_msg=name)
        assert (np.max(pixels) > 0) == (name not in ("blank", "too faint"))


@of_any_shape
def test_similarity_as_in_scikit_image(shape: Shape, node: Node, uci: Digits) -> None:
    rng = np.random.default_rng(0)
    digit, other = examples(shape, 2).double().numpy()
    noisy = digit + 0.5 * rng.normal(size=digit.shape)
    black, white, grey = np.zeros(shape), np.ones(shape), np.full(shape, 0.3)
    pairs = [(digit, other), (noisy, digit), (rng.random(shape), digit)]
    pairs += [(black, white), (grey, white), (grey, digit)]
    answers = node.evaluate(
        """async ([pairs, sizes]) => {
          const { squaredError, psnr, ssim } = await load("maths/similarity.js");
          const { Shape } = await load("nn/shape.js");
          const shape = new Shape(sizes);
          return pairs.map(([a, b]) =>
            [squaredError, psnr, ssim].map((measure) => [measure(a, b, shape), measure(a, a, shape)]));
        }""",
        [[[a.ravel(), b.ravel()] for a, b in pairs], shape],
    )
    for (a, b), (error, psnr, ssim) in zip(pairs, answers, strict=True):
        assert error == pytest.approx([((a - b) ** 2).sum(), 0], rel=1e-9)
        assert psnr == pytest.approx([peak_signal_noise_ratio(a, b, data_range=1), np.inf], abs=1e-9)
        assert ssim == pytest.approx([structural_similarity(a, b, data_range=1, channel_axis=0), 1], abs=1e-9)


def test_the_digit_in_a_box_as_in_python(node: Node) -> None:
    """Strokes of every width, in boxes that cut them, at every threshold; and boxes with nothing in them."""
    rng = np.random.default_rng(0)
    cases: list[tuple[NDArray[np.uint8], picture.Box, float]] = []
    for k in range(24):
        image = Image.new("L", (int(rng.integers(20, 300)), int(rng.integers(20, 300))))
        points = [tuple(place) for place in rng.random((4, 2)) * image.size]
        ImageDraw.Draw(image).line(points, 255, int(rng.choice([1, 3, 9, 30])), joint="curve")
        ink = np.asarray(image.filter(ImageFilter.GaussianBlur(float(rng.choice([0, 1, 3])))))
        left, right = sorted(rng.choice(image.width + 1, 2, replace=False).tolist())
        top, bottom = sorted(rng.choice(image.height + 1, 2, replace=False).tolist())
        whole = picture.Box(0, 0, image.width, image.height)
        cases.append((ink, whole if k % 2 else picture.Box(left, top, right, bottom), (0.05, 0.2, 0.5, 0.85)[k % 4]))
    answers = node.evaluate(
        """async (cases) => {
          const { digitIn } = await load("hand/upload_digit.js");
          return cases.map(([width, height, levels, box, threshold]) =>
            digitIn({ levels, width, height }, box, threshold));
        }""",
        [[*ink.shape[::-1], ink.ravel(), dataclasses.astuple(box), threshold] for ink, box, threshold in cases],
    )
    for (ink, box, threshold), levels in zip(cases, answers, strict=True):
        assert same_digit(levels.reshape(28, 28), picture.digit_in(ink, box, threshold))
    assert sum(levels.any() for levels in answers) >= 12, "most hold a digit"


def test_where_ink_was_added_and_where_lost(node: Node) -> None:
    added, lost, painted = node.evaluate(
        """async () => {
          const { paintDifference, ADDED, LOST } = await load("maths/errors_map.js");
          const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
          const [xHat, x] = [new Float32Array(784), new Float32Array(784)];
          xHat.set([1, 0, 0.7, 0.5, 0.4, 3]);
          x.set([0, 1, 0.5, 0.7, 0.4, 0]);
          paintDifference(canvas, xHat, x);
          return [ADDED, LOST, canvas.image.data.subarray(0, 24)];
        }"""
    )
    rgb = painted.reshape(6, 4)[:, :3]
    full = [[int(colour[k : k + 2], 16) for k in (1, 3, 5)] for colour in (added, lost)]
    assert rgb[[0, 1, 5]].tolist() == [*full, full[0]]
    np.testing.assert_allclose(rgb[[2, 3]], np.sqrt(0.2) * np.array(full), atol=1)
    assert not rgb[4].any()
    assert min(distances([added, lost], vision)[0] for vision in VISIONS) > 40
