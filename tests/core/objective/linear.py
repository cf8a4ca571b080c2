"""Linear VAEs, whose evidence and posterior are known in closed form: probabilistic PCA (Tipping & Bishop, 1999)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from vae_core.config import ModelConfig
from vae_core.models import VariationalAutoencoder, build

SHAPE = (1, 8, 8)
PIXELS = 64
VARIANCE = 0.5

Array = NDArray[np.float64]


@torch.no_grad()
def linear_vae(codes: int, seed: int = 0, off: float = 0.0, spread: float = 1.0) -> VariationalAutoencoder:
    """x_hat = W z + b, random W and b; the exact posterior, its mean moved by `off` and its sigma times `spread`."""
    config = ModelConfig(kind="vae", latent_dim=codes, scale="logvar", output="linear", shape=SHAPE)
    model = build(config)
    assert isinstance(model, VariationalAutoencoder)
    generator = np.random.default_rng(seed)
    # Orthogonal columns: then the exact posterior is diagonal, as an encoder's is.
    columns, _ = np.linalg.qr(generator.standard_normal((PIXELS, codes)))
    w = columns * generator.uniform(0.5, 2, codes)
    b = generator.uniform(0, 1, PIXELS)
    posterior = VARIANCE / (VARIANCE + np.square(w).sum(0))
    encoder = (w * posterior / VARIANCE).T
    values = {
        "encoder.mu.weight": encoder,
        "encoder.mu.bias": off - encoder @ b,
        "encoder.scale.weight": np.zeros((codes, PIXELS)),
        "encoder.scale.bias": np.log(posterior * spread**2),
        "decoder.out.weight": w,
        "decoder.out.bias": b,
    }
    model.load_state_dict({name: torch.from_numpy(value).float() for name, value in values.items()})
    return model.eval().requires_grad_(False)


def weights(model: VariationalAutoencoder) -> tuple[Array, Array]:
    """W [P, D] and b [P]."""
    state = model.state_dict()
    return state["decoder.out.weight"].double().numpy(), state["decoder.out.bias"].double().numpy()


def log_evidence(model: VariationalAutoencoder, x: Array, variance: float = VARIANCE) -> Array:
    """ln N(x; b, W W^T + variance I) of pictures [N, P]."""
    w, b = weights(model)
    return np.asarray(multivariate_normal(b, w @ w.T + variance * np.eye(len(b))).logpdf(x))
