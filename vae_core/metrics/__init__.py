"""What is measured of a model, each number with its protocol."""

from vae_core.metrics.continuity import Continuity, continuity, continuity_between_digits
from vae_core.metrics.coverage import Coverage, completeness, precision_recall, stroke_features
from vae_core.metrics.denoising import Curve, curve, noisy_curve
from vae_core.metrics.evaluation import Metric, evaluate, pca_squared_error
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.similarity import psnr, ssim
from vae_core.metrics.tangency import Tangency, tangency

__all__ = [
    "Continuity",
    "Coverage",
    "Curve",
    "Metric",
    "Tangency",
    "completeness",
    "continuity",
    "continuity_between_digits",
    "curve",
    "evaluate",
    "noisy_curve",
    "pca_squared_error",
    "precision_recall",
    "psnr",
    "squared_errors",
    "ssim",
    "stroke_features",
    "tangency",
]
