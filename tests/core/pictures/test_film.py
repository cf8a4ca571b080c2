import contextlib
import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageSequence
from torch import Tensor

from tests.tiny import CONFIGS, generator
from vae_core.models import Autoencoder
from vae_core.pictures import film
from vae_core.training.fit import new_model


class Pages(Autoencoder):
    """Decodes to one grey an image: the k-th image of the subject is k levels of grey."""

    def __init__(self) -> None:
        super().__init__(CONFIGS["ae"])

    def encode(self, x: Tensor) -> Tensor:
        return x.flatten(1)[:, :1]

    def decode(self, z: Tensor) -> Tensor:
        return z[:, :, None, None].expand(-1, 1, 28, 28)


def greys(count: int) -> Tensor:
    return (torch.arange(count) / 255)[:, None, None, None].expand(-1, 1, 28, 28)


def test_the_mosaic_reads_like_a_page_and_fewer_digits_leave_black_tiles() -> None:
    mosaic = film.frame(Pages(), greys(32))
    assert mosaic.shape == (112, 224)
    assert mosaic.dtype == np.uint8
    for index in range(32):
        row, column = divmod(index, 8)
        assert (mosaic[28 * row : 28 * row + 28, 28 * column : 28 * column + 28] == index).all()
    mosaic = film.frame(Pages(), greys(5) + 0.5)
    assert (mosaic[:28, : 5 * 28] > 0).all()
    assert not mosaic[28:].any()
    assert not mosaic[:28, 5 * 28 :].any()


def test_the_subject_is_noise_for_a_vae_and_the_first_digits_for_an_ae() -> None:
    x = torch.rand(40, 1, 28, 28)
    noise, again = (film.subject(new_model(CONFIGS["vae-logvar"], seed), x, generator(1)) for seed in (0, 5))
    assert noise.shape == (32, 4)
    assert torch.equal(noise, again)
    digits = film.subject(new_model(CONFIGS["ae"], 0), x, generator(1))
    assert torch.equal(digits, x[:32])
    x.zero_()
    assert digits.any()


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_frame_shows_what_the_model_decodes(kind: str) -> None:
    model = new_model(CONFIGS[kind], 0)
    subject = film.subject(model, torch.rand(40, 1, 28, 28), generator())
    z = model.encode(subject) if CONFIGS[kind].kind == "ae" else subject
    expected = model.decode(z)[9, 0].detach().numpy() * 255
    np.testing.assert_allclose(film.frame(model, subject)[28:56, 28:56], expected, atol=0.51)


def frames(count: int) -> list[film.Frame]:
    random = np.random.default_rng(count)
    return [random.integers(0, 256, (112, 224), np.uint8) for _ in range(count)]


def test_the_gif_opens_elsewhere_with_every_frame_and_its_time() -> None:
    with Image.open(io.BytesIO(film.to_gif(frames(5)))) as gif:
        assert gif.format == "GIF"
        assert gif.size == (224, 112)
        assert gif.n_frames == 5  # type: ignore[attr-defined]
        assert gif.info["loop"] == 0
        assert [image.info["duration"] for image in ImageSequence.Iterator(gif)] == [120, 120, 120, 120, 1500]


def test_frames_that_do_not_change_are_kept() -> None:
    """An epoch that changes nothing is still an epoch: a training that goes on counts them."""
    still, other = np.full((112, 224), 51, np.uint8), np.full((112, 224), 204, np.uint8)
    for planted in ([still] * 3 + [other] * 2, [still, other, other, still], [still] * 7, [other]):
        restored = film.from_gif(film.to_gif(planted))
        assert len(restored) == len(planted)
        np.testing.assert_array_equal(restored, planted)
        assert film.to_gif(restored) == film.to_gif(planted)


LEVELS = hnp.arrays(np.uint8, (112, 224), elements=st.integers(0, 15), fill=st.integers(0, 15)).map(lambda a: a * 17)


@given(st.lists(LEVELS, min_size=1, max_size=3, unique_by=lambda a: a.tobytes()))
def test_sixteen_greys_come_back_exactly(planted: list[film.Frame]) -> None:
    np.testing.assert_array_equal(film.from_gif(film.to_gif(planted)), planted)


def test_other_greys_come_back_as_the_nearest_of_the_sixteen() -> None:
    original = frames(3)
    restored = film.from_gif(film.to_gif(original))
    for before, after in zip(original, restored, strict=True):
        assert set(np.unique(after)) <= set(range(0, 256, 17))
        assert np.abs(before.astype(int) - after).max() <= 8
    assert film.to_gif(restored) == film.to_gif(original), "a second round changes nothing"


@pytest.mark.parametrize("size", [(65535, 65535), (12000, 12000), (4000, 60000), (0, 0)])
def test_a_film_that_says_it_is_huge_or_is_no_gif_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    width, height = (side.to_bytes(2, "little") for side in size)
    lie = b"GIF89a" + width + height + b"\x80\0\0" + bytes(6) + b"," + bytes(4) + width + height + b"\0\x02\x02L\x01\0;"
    with pytest.raises(ValueError, match=r"too large|no GIF, or damaged"):
        film.from_gif(lie)
    stream = io.BytesIO()
    Image.new("L", (224, 112)).save(stream, "PNG")
    with pytest.raises(ValueError, match="no GIF"):
        film.from_gif(stream.getvalue())


@given(st.data())
def test_whatever_the_bytes_only_a_value_error_comes_out(data: st.DataObject) -> None:
    whole = film.to_gif([np.full((112, 224), grey, np.uint8) for grey in (0, 90, 255)])
    content = bytearray(whole[: data.draw(st.integers(0, len(whole)))] + data.draw(st.binary(max_size=20)))
    for place in data.draw(st.lists(st.integers(0, max(0, len(content) - 1)), max_size=6)):
        if content:
            content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        film.from_gif(bytes(content))
