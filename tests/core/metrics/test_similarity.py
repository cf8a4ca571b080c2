import numpy as np
import pytest
from skimage.metrics import structural_similarity

from vae_core.metrics import psnr, ssim


def test_psnr_of_a_known_distance() -> None:
    x = np.random.default_rng(0).random((3, 28, 28), np.float32)
    x_hat = x + np.array([0, 0.1, -0.01], np.float32)[:, None, None]
    np.testing.assert_allclose(psnr(x_hat, x), [np.inf, 20, 40], rtol=1e-5)


def test_ssim_of_constant_pictures_is_the_luminance_term_and_of_equal_ones_is_one() -> None:
    grey = [np.full((1, 28, 28), value) for value in (0.2, 0.6)]
    assert ssim(*grey) == pytest.approx((2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4))
    x = np.random.default_rng(0).random((2, 28, 28), np.float32)
    np.testing.assert_allclose(ssim(x, x), 1, atol=1e-12)


@pytest.mark.parametrize("shape", [(28, 28), (20, 16), (3, 32, 32), (3, 8, 64)])
def test_ssim_is_that_of_each_pair_alone(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, x_hat = rng.random((5, *shape)), rng.normal(0.5, 1, (5, *shape))
    axis = 0 if len(shape) == 3 else None
    alone = [structural_similarity(a, b, data_range=1.0, channel_axis=axis) for a, b in zip(x_hat, x, strict=True)]
    np.testing.assert_allclose(ssim(x_hat, x), alone, atol=1e-12)
