"""How far changes move reconstructions, on linear autoencoders whose answer is known."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from tests import tiny
from vae_core.errors import PathError
from vae_core.metrics import tangency
from vae_core.models import Autoencoder
from vae_core.spaces.manifold import jacobian

GREY = np.full((6, 28, 28), 128, np.uint8)


def projection(gain: float = 1.0, leak: float = 0.0, decoded: int = 3) -> Autoencoder:
    """Around mid-grey it projects onto a plane of `decoded` dimensions, enlarged by `gain`; of a direction off the
    plane it takes `leak` for a change along the first.
    """
    model = tiny.model("linear")
    basis = torch.linalg.qr(torch.randn(784, 4, generator=tiny.generator(1))).Q
    encode, decode = basis[:, :3].T.clone(), basis[:, :3].clone()
    encode[0] += leak * basis[:, 3]
    decode[:, decoded:] = 0
    middle = torch.full((784,), 0.5)
    for name, value in {
        "encoder.code.weight": encode,
        "encoder.code.bias": -encode @ middle,
        "decoder.out.weight": gain * decode,
        "decoder.out.bias": middle,
    }.items():
        model.get_parameter(name).copy_(value)
    return model


def test_a_projection_keeps_what_lies_in_its_plane() -> None:
    found = tangency(projection(), GREY, seed=4, directions=5)
    assert found.along_kept.shape == found.off_moved.shape == (6, 5)
    assert found.strongest.shape == (6, 3)
    for one in (found.along_kept, found.along_moved, found.strongest):
        np.testing.assert_allclose(one, 1, atol=1e-4)
    np.testing.assert_allclose(found.off_moved, 0, atol=1e-4)
    assert not found.strongest.flags.writeable


def test_half_is_half_at_any_length_and_a_dead_coordinate_is_no_direction() -> None:
    found = tangency(projection(gain=0.5, decoded=2), GREY, digits=4, length=2.0)
    assert len(found.along_kept) == 4
    for one in (found.along_kept, found.along_moved):
        np.testing.assert_allclose(one, 0.5, atol=1e-4)
    np.testing.assert_allclose(found.strongest[:, :2], 0.5, atol=1e-4)
    assert np.isnan(found.strongest[:, 2]).all()


def test_what_moves_another_way_is_not_kept() -> None:
    """The coordinates of the plane take each other's place: a change e_i comes back as e_j."""
    model = projection()
    weight = model.get_parameter("decoder.out.weight")
    weight.copy_(weight.roll(1, dims=1))
    found = tangency(model, GREY)
    np.testing.assert_allclose(found.along_moved, 1, atol=1e-4)
    np.testing.assert_allclose(found.along_kept.mean(), 0, atol=0.3)


def test_what_is_mistaken_moves_the_picture() -> None:
    """Random unit directions off the plane have a mean square of 1 / 781 along each of their axes."""
    found = tangency(projection(leak=20.0), np.repeat(GREY, 20, axis=0))
    assert np.square(found.off_moved).mean() == pytest.approx(20**2 / 781, rel=0.2)


def test_no_plane_is_a_sentence() -> None:
    with pytest.raises(PathError, match="no picture changes with its code"):
        tangency(projection(decoded=0), GREY)


def test_jacobians_of_several_threads_are_those_of_one() -> None:
    model = tiny.model()
    z = torch.randn(8, 4, generator=tiny.generator())
    expected = jacobian(model.decode, z)
    start = threading.Barrier(4)

    def work(_: int) -> list[torch.Tensor]:
        start.wait()
        return [jacobian(model.decode, z) for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        assert all(torch.equal(one, expected) for found in pool.map(work, range(4)) for one in found)
