"""What is measured of a model, each number with its protocol.

One convention: pictures are compared as they are seen, in [0, 1]: a model's as `decode` returns it, a corrupted digit
clipped, also where the model is given it as it is. An error or a PSNR is a mean over the images; so the same model,
quantity and digits have one number in `evaluate`, in `training.json` and on every page.
"""

from vae_core.metrics.continuity import Continuity, continuity, continuity_between_digits
from vae_core.metrics.coverage import Coverage, completeness, precision_recall, stroke_features
from vae_core.metrics.denoising import Curve, curve, noisy_curve
from vae_core.metrics.evaluation import Metric, evaluate
from vae_core.metrics.health import Health, health
from vae_core.metrics.known_faults import Finding
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.similarity import psnr, ssim
from vae_core.metrics.tangency import Tangency, tangency

__all__ = [
    "Continuity",
    "Coverage",
    "Curve",
    "Finding",
    "Health",
    "Metric",
    "Tangency",
    "completeness",
    "continuity",
    "continuity_between_digits",
    "curve",
    "evaluate",
    "health",
    "noisy_curve",
    "precision_recall",
    "psnr",
    "squared_errors",
    "ssim",
    "stroke_features",
    "tangency",
]
