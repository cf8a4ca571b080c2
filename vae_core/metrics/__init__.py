"""What is measured of a model, each number with its protocol."""

from vae_core.metrics.continuity import Continuity, continuity, continuity_between_digits
from vae_core.metrics.coverage import Coverage, completeness, precision_recall, stroke_features
from vae_core.metrics.evaluation import Metric, evaluate, pca_squared_error

__all__ = [
    "Continuity",
    "Coverage",
    "Metric",
    "completeness",
    "continuity",
    "continuity_between_digits",
    "evaluate",
    "pca_squared_error",
    "precision_recall",
    "stroke_features",
]
