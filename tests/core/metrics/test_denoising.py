from pathlib import Path

import numpy as np
import pytest
import torch

from tests import tiny
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.metrics import curve, noisy_curve, squared_errors, ssim
from vae_core.noise.seeded_noise import corrupt

LEVELS = (0.0, 0.5)


@pytest.mark.parametrize("kind", ["vae-logvar", "linear"])
def test_the_squared_error_of_each_digit_by_hand(kind: str, uci: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae_core.metrics.reconstruction.BATCH", 4)
    model = tiny.model(kind)
    images = uci.images[:10]
    x_hat = model.decode(model.encode(as_input(images))).squeeze(1).numpy()
    expected = ((np.clip(x_hat, 0, 1) - images / 255) ** 2).sum((1, 2))
    np.testing.assert_allclose(squared_errors(model, images), expected, rtol=1e-4)


def test_a_curve_is_what_the_model_makes_of_the_seeded_noise(uci: Digits) -> None:
    model, images = tiny.model(), uci.images[:6]
    x = (images / 255).astype(np.float32)
    for clip in (True, False):
        found = curve(model, images, "gaussian", LEVELS, 3, clip)
        noisy = torch.from_numpy(corrupt(x, "gaussian", 0.5, 3, clip=clip)).unsqueeze(1)
        x_hat = model.decode(model.encode(noisy)).squeeze(1).numpy()
        decibels = -10 * np.log10(np.square(x_hat - x).mean((1, 2)))
        assert found.psnr_mean[1] == pytest.approx(decibels.mean(), rel=1e-5)
        assert found.psnr_std[1] == pytest.approx(decibels.std(), rel=1e-4)


def test_the_corrupted_digits_are_measured_clipped_and_untouched_ones_do_not_count(uci: Digits) -> None:
    images = uci.images[:6]
    found = noisy_curve(images, "gaussian", LEVELS, 3, clip=False)
    assert (found.psnr_mean[0], found.psnr_std[0]) == (np.inf, 0)
    assert (found.ssim_mean[0], found.ssim_std[0]) == (pytest.approx(1), pytest.approx(0))
    assert found.psnr_mean[1] == pytest.approx(noisy_curve(images, "gaussian", LEVELS, 3).psnr_mean[1])


def test_all_means_are_over_the_digits_that_the_corruption_changes(uci: Digits) -> None:
    """A box of one pixel hides in the black margin of most digits: the model's mean leaves them out, too."""
    model, images = tiny.model(), uci.images[:200]
    x = (images / 255).astype(np.float32)
    noisy = corrupt(x, "box", 0.04, 0)
    changed = (noisy != x).any((1, 2))
    assert 10 < changed.sum() < 190
    x_hat = model.decode(model.encode(torch.from_numpy(noisy).unsqueeze(1))).squeeze(1).numpy()
    own, found = noisy_curve(images, "box", (0.0, 0.04), 0), curve(model, images, "box", (0.0, 0.04), 0)
    for one, pictures in ((own, noisy), (found, x_hat)):
        decibels = -10 * np.log10(np.square(pictures - x).mean((1, 2))[changed])
        assert one.psnr_mean[1] == pytest.approx(decibels.mean(), rel=1e-5)
        assert one.psnr_std[1] == pytest.approx(decibels.std(), rel=1e-4)
        assert one.ssim_mean[1] == pytest.approx(ssim(pictures, x)[changed].mean())
        assert one.changed.tolist() == [0, changed.sum()]
    assert np.isfinite(found.psnr_mean[0]), "where nothing is changed, all digits count"


@pytest.mark.needs_mnist
def test_on_its_own_corruption_a_denoising_autoencoder_is_five_decibels_ahead(
    checkpoints_root: Path, mnist_test: Digits
) -> None:
    reached = {
        name: curve(checkpoint.load(checkpoints_root / name), mnist_test.images[:1000], "gaussian", (0.5,), 0, False)
        for name in ("ae-30", "dae-gaussian-30")
    }
    assert reached["dae-gaussian-30"].psnr_mean[0] > 19.2
    assert reached["ae-30"].psnr_mean[0] < reached["dae-gaussian-30"].psnr_mean[0] - 5
    assert reached["dae-gaussian-30"].ssim_mean[0] > reached["ae-30"].ssim_mean[0] + 0.2
