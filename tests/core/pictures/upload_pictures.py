"""Pictures of handwritten digits as visitors have them: a digit's ink, drawn large on paper of many kinds, by seed."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from skimage.morphology import disk, skeletonize

Array = NDArray[np.float64]


@dataclass
class Scene:
    """What is photographed.

    Attributes:
        ink: [H, W] in [0, 1], the digit's strokes where they lie on the paper.
        rng: what is left to chance.
        size: of the digit's field of 28 x 28, in pixels.
        corner: row and column of that field.
    """

    ink: Array
    rng: np.random.Generator
    size: int
    corner: tuple[int, int]

    @property
    def places(self) -> tuple[Array, Array]:
        """Row and column of every pixel, from -1 to 1."""
        y, x = (np.linspace(-1, 1, side) for side in self.ink.shape)
        return np.broadcast_to(y[:, None], self.ink.shape), np.broadcast_to(x, self.ink.shape)


def enlarged(digit: NDArray[np.uint8], size: int) -> Array:
    """uint8 [28, 28] -> [size, size]: smooth strokes with a sharp edge."""
    smooth = ndimage.zoom(digit / 255, size / 28, order=3, mode="grid-constant", grid_mode=True)
    return np.clip((smooth - 0.5) * size / 28 / 2 + 0.5, 0, 1)


def scene(digit: NDArray[np.uint8], seed: int, large: bool = True) -> Scene:
    """A digit of 40 to 75 % of the height, anywhere on paper of 400 to 900 pixels a side."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(400, 900), rng.integers(400, 900)
    size = int(min(height, width) * rng.uniform(0.55, 0.95) if large else min(height, width) * rng.uniform(0.35, 0.5))
    top, left = rng.integers(0, height - size + 1), rng.integers(0, width - size + 1)
    ink = np.zeros((height, width))
    ink[top : top + size, left : left + size] = enlarged(digit, size)
    return Scene(ink, rng, size, (int(top), int(left)))


def photographed(grey: Array, rng: np.random.Generator, noise: float = 0.012, quality: int = 85) -> bytes:
    """[H, W] in [0, 1] -> a JPEG: slightly out of focus, noisy, yellowish."""
    soft = ndimage.gaussian_filter(grey, rng.uniform(0.4, 1.2)) + rng.normal(0, noise, grey.shape)
    colours = np.clip(soft[..., None] * np.array([1, 0.98, 0.93]), 0, 1)
    stream = io.BytesIO()
    Image.fromarray((colours * 255).astype(np.uint8)).save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _rules(shape: tuple[int, int], rng: np.random.Generator, squared: bool) -> Array:
    """[H, W] in [0, 1]: the rules of paper, slightly turned."""
    y, x = np.indices(shape, dtype=np.float64)
    turn = np.deg2rad(rng.uniform(-3, 3))
    pitch = min(shape) / rng.uniform(7, 22)
    thickness = rng.uniform(1, max(1.5, min(shape) / 300))
    found = np.zeros(shape)
    for across, along in ((y, x), (x, -y))[: 1 + squared]:
        place = (across * np.cos(turn) - along * np.sin(turn) + rng.uniform(0, pitch)) % pitch
        found = np.maximum(found, np.clip(thickness / 2 + 0.5 - np.abs(place - pitch / 2), 0, 1))
    return found


def ruled(ink: float, strength: tuple[float, float], squared: bool) -> Callable[[Scene], bytes]:
    def make(s: Scene) -> bytes:
        rules = s.rng.uniform(*strength) * _rules(s.ink.shape, s.rng, squared)
        return photographed(0.9 - np.maximum(ink * s.ink, rules), s.rng)

    return make


def coloured_rules(s: Scene) -> bytes:
    """Blue or red squares, ink in blue or black, as a screenshot or scan without loss."""
    colours = np.ones((*s.ink.shape, 3)) * 0.97
    rule = np.array([[0.45, 0.65, 0.95], [0.95, 0.6, 0.6], [0.6, 0.85, 0.65]])[s.rng.integers(3)]
    pen = np.array([[0.1, 0.1, 0.5], [0.1, 0.1, 0.1]])[s.rng.integers(2)]
    for mask, colour in ((_rules(s.ink.shape, s.rng, squared=True), rule), (s.ink, pen)):
        colours = colours + mask[..., None] * (colour - colours)
    stream = io.BytesIO()
    Image.fromarray((colours * 255).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def on_a_table(s: Scene, rules: bool = False) -> bytes:
    """A sheet with rounded corners, slightly turned, on a dark table with a grain."""
    margins = [int(s.rng.uniform(0.08, 0.3) * min(s.ink.shape)) for _ in range(2)]
    s.ink = np.pad(s.ink, margins[0] // 2)
    tall, wide = (side + 2 * margins[1] for side in s.ink.shape)
    sheet = Image.new("L", (wide, tall))
    edge, radius = margins[1] // 2, int(s.rng.choice([0, 0.03, 0.1]) * min(s.ink.shape))
    ImageDraw.Draw(sheet).rounded_rectangle((edge, edge, wide - edge, tall - edge), radius, fill=255)
    cover = np.asarray(sheet.rotate(s.rng.uniform(-8, 8), Image.Resampling.BILINEAR), float) / 255
    s.ink = np.pad(s.ink, margins[1])
    table = s.rng.uniform(0.1, 0.4) + 0.25 * ndimage.gaussian_filter(s.rng.normal(size=(tall, wide)), (1, 25))
    paper = 0.88 - 0.65 * s.ink
    if rules:
        paper = np.minimum(paper, 0.88 - 0.25 * _rules(s.ink.shape, s.rng, squared=True))
    return photographed(table + cover * (paper - table), s.rng)


def half_a_sheet(s: Scene) -> bytes:
    """One or two edges of the sheet are on the picture, as where a photo was taken askew."""
    y, x = s.places
    turn = s.rng.uniform(0, 2 * np.pi)
    along = np.cos(turn) * x + np.sin(turn) * y
    reach = along[s.ink > 0.5].max() + 0.06
    grown = np.clip((reach - along) * 200, 0, 1)
    return photographed(0.25 + grown * (0.62 - 0.6 * s.ink), s.rng)


def framed(s: Scene) -> bytes:
    """A frame of 1 to 5 pixels at the very edge of the picture or a little inside."""
    grey = 0.95 - 0.85 * s.ink
    thick, inset = int(s.rng.integers(1, 6)), int(s.rng.choice([0, 0, 3, 8]))
    far = inset + thick
    frame = np.ones(grey.shape, bool)
    frame[far:-far, far:-far] = False
    if inset:
        frame[:inset] = frame[-inset:] = frame[:, :inset] = frame[:, -inset:] = False
    inner = ndimage.zoom(s.ink, [(n - 2 * far - 4) / n for n in s.ink.shape], order=1)
    ink = np.zeros_like(s.ink)
    ink[far + 2 : far + 2 + inner.shape[0], far + 2 : far + 2 + inner.shape[1]] = inner
    s.ink = ink
    return photographed(np.where(frame, 0.1, 0.95 - 0.85 * ink), s.rng, noise=0.004)


def _around(s: Scene, room: float) -> tuple[float, float, float, float]:
    """Left, top, right, bottom around the ink."""
    rows, columns = (np.flatnonzero((s.ink > 0.5).any(axis)) for axis in (1, 0))
    gap = room * max(np.ptp(rows), np.ptp(columns))
    return columns[0] - gap, rows[0] - gap, columns[-1] + gap, rows[-1] + gap


def _padded(s: Scene) -> None:
    s.ink = np.pad(s.ink, max(s.ink.shape) // 3)


def in_a_box(s: Scene) -> bytes:
    _padded(s)
    image = Image.new("L", s.ink.shape[::-1])
    box = _around(s, s.rng.uniform(0.12, 0.4))
    ImageDraw.Draw(image).rectangle(box, outline=255, width=int(s.rng.integers(2, 9)))
    line = np.asarray(image.rotate(s.rng.uniform(-2, 2)), float) / 255
    return photographed(0.9 - 0.7 * np.maximum(s.ink, line), s.rng)


def circled(s: Scene) -> bytes:
    _padded(s)
    image = Image.new("L", s.ink.shape[::-1])
    left, top, right, bottom = _around(s, s.rng.uniform(0.3, 0.5))
    middle, reach = (left + right) / 2, max(right - left, bottom - top) / 2
    box = (middle - reach * s.rng.uniform(0.85, 1), top, middle + reach * s.rng.uniform(0.85, 1), bottom)
    ImageDraw.Draw(image).ellipse(box, outline=255, width=int(s.rng.integers(3, 12)))
    return photographed(0.9 - 0.7 * np.maximum(s.ink, np.asarray(image, float) / 255), s.rng)


def hard_shadow(s: Scene) -> bytes:
    y, x = s.places
    turn = s.rng.uniform(0, 2 * np.pi)
    along = np.cos(turn) * x + np.sin(turn) * y - s.rng.uniform(-0.5, 0.5)
    shadow = np.clip(along * s.rng.uniform(30, 300), 0, 1)
    light = 0.9 - s.rng.uniform(0.2, 0.45) * shadow
    return photographed(light * (1 - 0.75 * s.ink), s.rng)


def uneven_light(s: Scene) -> bytes:
    y, x = s.places
    turn = s.rng.uniform(0, 2 * np.pi)
    light = 0.65 + 0.3 * (np.cos(turn) * x + np.sin(turn) * y) / 1.4 - 0.08 * (x**2 + y**2)
    return photographed(light * (1 - 0.6 * s.ink), s.rng)


def _with_a_pen(s: Scene, share: tuple[float, float]) -> None:
    """The same digit in strokes of a share of the field's side."""
    bones = skeletonize(s.ink > 0.5)
    radius = max(0.0, s.size * s.rng.uniform(*share) / 2 - 0.5)
    s.ink = np.clip(radius + 1 - ndimage.distance_transform_edt(~bones), 0, 1)


def light_pencil(s: Scene) -> bytes:
    _with_a_pen(s, (0.02, 0.06))
    return photographed(0.9 - s.rng.uniform(0.1, 0.22) * s.ink, s.rng)


def broad_marker(s: Scene) -> bytes:
    s.ink = ndimage.grey_dilation(s.ink, footprint=disk(max(1, s.size // 60)))
    return photographed(0.9 - 0.75 * s.ink, s.rng)


def specks(s: Scene) -> bytes:
    """Dust and a few short scratches."""
    grey = 0.9 - 0.7 * s.ink
    for _ in range(12):
        row, column = (int(s.rng.integers(0, n - 6)) for n in grey.shape)
        grey[row : row + s.rng.integers(1, 6), column : column + s.rng.integers(1, 6)] = 0.2
    return photographed(grey, s.rng)


def two_digits(s: Scene) -> bytes:
    """A smaller copy of it, upside down, stands beside it."""
    other = s.ink[::-2, ::2]
    rows, columns = np.flatnonzero((other > 0.5).any(1)), np.flatnonzero((other > 0.5).any(0))
    other = other[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = np.flatnonzero((s.ink > 0.5).any(0))
    gap = s.size // 5
    ink = np.pad(s.ink, ((0, 0), (0, other.shape[1] + gap + 20)))
    s.ink = np.pad(s.ink, ((0, 0), (0, other.shape[1] + gap + 20)))
    top, left = (ink.shape[0] - other.shape[0]) // 2, own[-1] + gap
    ink[top : top + other.shape[0], left : left + other.shape[1]] = np.maximum(
        ink[top : top + other.shape[0], left : left + other.shape[1]], other
    )
    return photographed(0.9 - 0.7 * ink, s.rng)


KINDS: dict[str, Callable[[Scene], bytes]] = {
    "plain": lambda s: photographed(0.9 - 0.7 * s.ink, s.rng),
    "white_on_black": lambda s: photographed(0.08 + 0.85 * s.ink, s.rng),
    "much_noise": lambda s: photographed(0.85 - 0.6 * s.ink, s.rng, noise=0.06),
    "bad_jpeg": lambda s: photographed(0.9 - 0.6 * s.ink, s.rng, quality=12),
    "thin_pen": lambda s: (_with_a_pen(s, (0.008, 0.02)), photographed(0.92 - 0.75 * s.ink, s.rng))[1],
    "lined": ruled(0.65, (0.12, 0.45), squared=False),
    "squared": ruled(0.65, (0.1, 0.4), squared=True),
    "sheet_with_rules_on_a_table": lambda s: on_a_table(s, rules=True),
    **{
        make.__name__: make
        for make in (
            uneven_light, hard_shadow, specks, light_pencil, broad_marker, coloured_rules, on_a_table, half_a_sheet,
            framed, in_a_box, circled, two_digits,
        )
    },
}  # fmt: skip
