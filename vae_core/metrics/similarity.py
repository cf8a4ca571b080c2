"""How like its original a picture is; `ui/web/maths/similarity.js` measures the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SSIM_WINDOW = 7

Images = NDArray[np.floating]


def psnr(x_hat: Images, x: Images) -> NDArray[np.float64]:
    """Peak signal-to-noise ratio -10 log10(mean squared error) at peak 1: two [N, ...] -> [N], in dB.

    Infinite where both are equal.
    """
    error = np.square(x_hat.astype(np.float64) - x).reshape(len(x), -1).mean(1)
    with np.errstate(divide="ignore"):
        return np.asarray(-10 * np.log10(error))


def ssim(x_hat: Images, x: Images) -> NDArray[np.float64]:
    """Structural similarity: two [N, H, W] or [N, C, H, W] in [0, 1] -> [N] in [-1, 1], 1 where equal.

    Wang et al. (2004), equation 13, by scikit-image: windows of 7 x 7, sample covariance, `data_range=1`, mean over the
    windows that lie inside the picture, and over the channels.
    """
    from skimage.metrics import structural_similarity

    # One call for all pictures, in a column: windows that reach into the neighbour are those that do not count.
    columns = (pictures.astype(np.float64).reshape(-1, x.shape[-1]) for pictures in (x_hat, x))
    _, similarity = structural_similarity(  # type: ignore[no-untyped-call]
        *columns, data_range=1.0, win_size=SSIM_WINDOW, full=True
    )
    edge = SSIM_WINDOW // 2
    return np.asarray(similarity.reshape(x.shape)[..., edge:-edge, edge:-edge].reshape(len(x), -1).mean(1))
