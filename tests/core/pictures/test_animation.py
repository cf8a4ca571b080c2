import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vae_core.errors import ConfigError
from vae_core.pictures import animation
from vae_core.pictures.animation import FORMATS, Format, Frames


def noise(count: int, *shape: int) -> Frames:
    return np.random.default_rng(count).integers(0, 256, (count, *(shape or (28, 28))), np.uint8)


def reopened(content: bytes) -> tuple[list[Image.Image], list[int], Image.Image]:
    film = Image.open(io.BytesIO(content))
    frames, durations = [], []
    for index in range(getattr(film, "n_frames", 1)):
        film.seek(index)
        film.load()
        frames.append(film.convert("RGB"))
        durations.append(film.info["duration"])
    return frames, durations, film


@pytest.mark.parametrize("kind", FORMATS)
def test_a_film_opens_elsewhere_with_every_frame_its_size_and_its_time(kind: Format) -> None:
    planted = animation.enlarge(noise(8), 84)
    frames, durations, film = reopened(animation.animate(planted, kind, frames_a_second=30))
    assert film.format == kind.upper()
    assert film.size == (84, 84)
    assert film.info["loop"] == 0
    assert len(frames) == 8
    assert sum(durations) == pytest.approx(8000 / 30, abs=5 if kind == "gif" else 0.5)
    assert set(durations) <= ({30, 40} if kind == "gif" else {33, 34})
    for frame, expected in zip(frames, planted, strict=True):
        np.testing.assert_array_equal(np.asarray(frame), np.repeat(expected[..., None], 3, 2))


@pytest.mark.parametrize("kind", FORMATS)
def test_colours_once_through_a_single_frame_and_a_still_one(kind: Format) -> None:
    few = (noise(3, 28, 28, 3) // 128) * 255
    content = animation.animate(few, kind, frames_a_second=10, loop=False)
    frames, durations, film = reopened(content)
    assert durations == [100, 100, 100]
    assert film.info.get("loop", "never") == ("never" if kind == "gif" else 1)
    for frame, expected in zip(frames, few, strict=True):
        np.testing.assert_array_equal(np.asarray(frame), expected)
    with Image.open(io.BytesIO(animation.animate(noise(1), kind))) as still:
        assert still.size == (28, 28)
    # Frames that do not change last as long.
    _, durations, _ = reopened(animation.animate(noise(3)[[0, 0, 1, 1, 1, 2]], kind, frames_a_second=10))
    assert durations == [200, 300, 100]


@pytest.mark.parametrize("size", [28, 50, 84, 100])
def test_an_enlarged_pixel_is_a_block(size: int) -> None:
    frames = noise(2)
    large = animation.enlarge(frames, size)
    assert large.shape == (2, size, size)
    picks = np.arange(size) * 28 // size
    np.testing.assert_array_equal(large, frames[:, picks][:, :, picks])
    assert animation.enlarge(noise(2, 14, 28, 3), size).shape == (2, size // 2, size, 3)


@pytest.mark.parametrize("colour", [(), (3,)])
def test_films_stand_side_by_side_under_their_captions(colour: tuple[int, ...]) -> None:
    left, right = noise(2, 28, 28, *colour), noise(3, 28, 28, *colour)[:2]
    both = animation.side_by_side([("ae-30", left), ("vae-30", right)], 140)
    assert both.shape[0] == 2
    assert both.shape[3:] == colour
    band = both.shape[1] - 140
    np.testing.assert_array_equal(both[:, band:, :140], animation.enlarge(left, 140))
    np.testing.assert_array_equal(both[:, band:, -140:], animation.enlarge(right, 140))
    assert not both[:, :, 140:-140].any(), "a gap"
    for caption in (both[0, :band, :140], both[0, :band, -140:]):
        inked = caption.reshape(band, 140, -1).max(2) > 60
        assert 20 < inked.sum() < 0.4 * inked.size
    assert not np.array_equal(both[0, :band, :140], both[0, :band, -140:])
    with pytest.raises(ValueError, match="one shape"):
        animation.side_by_side([("a", left), ("b", right[:1])], 140)


def test_a_long_caption_is_made_to_fit() -> None:
    (frame,) = animation.side_by_side([("vae-2-reconstruction-only", noise(1))], 84)
    inked = np.flatnonzero(frame[:14].max(0) > 40)
    assert 0 < inked[0] < 10
    assert 74 < inked[-1] < 83


def test_a_strip_shows_all_frames_in_a_row() -> None:
    frames = noise(4)
    with Image.open(io.BytesIO(animation.strip(frames, 56))) as png:
        assert png.format == "PNG"
        row = np.asarray(png)
    assert row.shape == (56, 4 * 56 + 3)
    for index, expected in enumerate(animation.enlarge(frames, 56)):
        np.testing.assert_array_equal(row[:, index * 57 : index * 57 + 56], expected)


def test_pictures_become_greys_and_what_is_out_of_range_says_so() -> None:
    pictures: NDArray[np.float32] = np.array([[[-0.1, 0.0, 0.5, 1.0, 1.2]]], np.float32)
    np.testing.assert_array_equal(animation.as_frames(pictures), [[[0, 0, 128, 255, 255]]])
    frames = noise(1)
    with pytest.raises(ConfigError, match="size is 9000; it must be 28 to 840"):
        animation.enlarge(frames, 9000)
    with pytest.raises(ConfigError, match="frames a second is 0; it must be 1 to 50"):
        animation.animate(frames, "gif", 0)
    with pytest.raises(ConfigError, match="frames is 0"):
        animation.animate(frames[:0], "gif")
    with pytest.raises(ConfigError, match="'png'"):
        animation.animate(frames, "png")  # type: ignore[arg-type]
