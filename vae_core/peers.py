"""The numbers of others, each with its protocol and with the number of ours that was measured in the same way.

All on MNIST's 10,000 test digits. The corrupted digits themselves and PCA, fitted on the training digits, are measured
here, pictures in [0, 1] as everywhere (`vae_core.metrics`); the other numbers are quoted as they were published.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """A published or measured number, and which of our numbers stands beside it.

    Attributes:
        what: the model and where the number comes from.
        protocol: how it was measured; ours is measured in the same way.
        unit: of both numbers.
        value: theirs.
        checkpoint, metric: ours, a key of `test` in that checkpoint's training.json.
        scale: ours is multiplied by this to have their unit.
        more_is_better: which way the comparison goes.
    """

    what: str
    protocol: str
    unit: str
    value: float
    checkpoint: str
    metric: str
    scale: float = 1.0
    more_is_better: bool = False

    def is_behind(self, ours: float) -> bool:
        """Whether our metric, in its own unit, is the better number."""
        scaled = ours * self.scale
        return scaled > self.value if self.more_is_better else scaled < self.value

    def shown(self, value: float) -> str:
        """A number in the unit of the comparison, with as many decimals as it deserves."""
        return f"{value:.4f}" if abs(value) < 1 else f"{value:.2f}"


PEERS = (
    Peer(
        "the article's VAE (mathybit/ml-tutorials), 784-250-30, learns sigma",
        "squared error + KL, one sample of z",
        "nats per image",
        29.16,
        "vae-30-sigma",
        "squared_error_plus_kl",
    ),
    Peer(
        "the same",
        "squared error + KL, one sample of z",
        "nats per image",
        29.16,
        "vae-30",
        "squared_error_plus_kl",
    ),
    Peer(
        "the same, decoded at mu",
        "squared error",
        "per image",
        11.82,
        "vae-30",
        "squared_error_at_mu",
    ),
    Peer("the article's AE, 16 codes, tanh", "squared error", "per image", 9.19, "ae-16", "squared_error"),
    Peer("PCA, 30 components", "squared error", "per image", 12.59, "ae-30", "squared_error"),
    Peer("PCA, 30 components", "squared error", "per image", 12.59, "ae-linear-30", "squared_error"),
    Peer(
        "Hinton & Salakhutdinov (2006), 784-1000-500-250-30",
        "squared error",
        "per image",
        3.00,
        "ae-deep-30",
        "squared_error",
    ),
    Peer(
        "pytorch/examples, VAE 784-400-20, 10 epochs",
        "grey BCE + KL, one sample of z",
        "nats per image",
        105.59,
        "vae-16",
        "bce_plus_kl",
    ),
    Peer(
        "VAE 784-600-100, 15 epochs",
        "grey BCE + KL, one sample of z",
        "nats per image",
        103.90,
        "vae-16",
        "bce_plus_kl",
    ),
    Peer(
        "DAE 784-512-64, 15 epochs",
        "PSNR at Gaussian noise of sigma 0.5, mean per image",
        "dB",
        18.8,
        "dae-gaussian-30",
        "denoised_psnr",
        more_is_better=True,
    ),
    Peer(
        "the noisy digit itself",
        "PSNR at Gaussian noise of sigma 0.5, mean per image",
        "dB",
        9.38,
        "dae-gaussian-30",
        "denoised_psnr",
        more_is_better=True,
    ),
    Peer(
        "the masked digit itself",
        "PSNR with half the pixels masked, mean per image",
        "dB",
        12.77,
        "dae-masking-30",
        "denoised_psnr",
        more_is_better=True,
    ),
    Peer("PCA, 2 components", "mean squared error", "per pixel", 0.0555, "ae-2", "squared_error", 1 / 784),
    Peer("PCA, 16 components", "mean squared error", "per pixel", 0.0254, "ae-16", "squared_error", 1 / 784),
)
