from __future__ import annotations

import numpy as np
import pytest

from vae_core.spaces.alignment import aligned


@pytest.mark.parametrize("start", [0, 1, 3])
def test_planted_turns_and_mirrors_are_found(start: int) -> None:
    rng = np.random.default_rng(start)
    cloud = rng.normal(size=(200, 2)) * (3, 1)
    turns = [np.linalg.qr(rng.normal(size=(2, 2)))[0] for _ in range(4)]
    # Each as large as it likes: what is turned is the shape.
    clouds = np.stack([scale * cloud @ turn for scale, turn in zip((4, 1, 0.1, 1e-4), turns, strict=True)])
    points, axes = aligned(clouds.astype(np.float32), start)
    own = cloud @ turns[start]
    for scale, found in zip((4, 1, 0.1, 1e-4), points, strict=True):
        np.testing.assert_allclose(found, scale * own, atol=1e-5 * scale)
    np.testing.assert_array_equal(axes[start], np.eye(2))
    np.testing.assert_allclose(points @ axes, clouds, rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(axes @ axes.transpose(0, 2, 1), np.tile(np.eye(2), (4, 1, 1)), atol=1e-6)


def test_neighbours_come_no_farther_from_each_other_and_codes_of_nothing_stay() -> None:
    rng = np.random.default_rng(0)
    clouds = rng.normal(size=(5, 300, 2)).astype(np.float32)
    clouds[3] = 0
    points, _ = aligned(clouds, 2)
    moved = np.square(np.diff(points, axis=0)).sum((1, 2))
    assert (moved <= np.square(np.diff(clouds, axis=0)).sum((1, 2)) * (1 + 1e-5)).all()
    assert not points[3].any()
