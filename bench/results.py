"""The README's results table, from what `training.json` of each checkpoint says: `python -m bench.results`.

The numbers of others carry their source and protocol; they are quoted, not measured here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vae_core.checkpoint import load_training

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- results: python -m bench.results -->", "<!-- end of results -->"


@dataclass(frozen=True)
class Row:
    """One of our numbers and whom it stands beside."""

    checkpoint: str
    metric: str
    label: str
    others: str


ROWS = (
    Row(
        "vae-30",
        "squared_error_plus_kl",
        "squared error + KL, one sample of z",
        "29.16: the article author's own weights (mathybit/ml-tutorials, sigma)",
    ),
    Row("vae-30-sigma", "squared_error_plus_kl", "squared error + KL, one sample of z", "29.16: the same"),
    Row("vae-30", "squared_error_at_mu", "squared error, decoded at mu", "11.82: the article author's weights"),
    Row("ae-30", "squared_error", "squared error", "9.19: the article author's autoencoder, with 16 codes"),
    Row("ae-linear-30", "squared_error", "squared error", "{pca:.2f}: PCA with 30 components, scikit-learn"),
    Row(
        "vae-16",
        "bce_plus_kl",
        "grey BCE + KL, nats, one sample of z",
        "105.59: pytorch/examples, 784-400-20; 103.90: MLP VAE 784-600-100",
    ),
    Row("ae-16", "bce", "grey BCE, nats (its floor on MNIST is 45.5)", ""),
    Row(
        "dae-gaussian-30",
        "denoised_psnr",
        "PSNR at sigma 0.5, unclipped, dB",
        "{noisy_gaussian:.1f}: the noisy input itself; 18.8: a DAE 784-512-64",
    ),
    Row(
        "dae-masking-30",
        "denoised_psnr",
        "PSNR at half the pixels masked, dB",
        "{noisy_masking:.1f}: the masked input itself",
    ),
)


def value(checkpoint: str, metric: str) -> float:
    """A test metric of a shipped checkpoint, as its `training.json` records it."""
    return float(load_training(ROOT / "checkpoints" / checkpoint)["test"][metric]["value"])


def table() -> str:
    """The table in Markdown."""
    measured = {
        "pca": value("ae-linear-30", "pca_squared_error"),
        "noisy_gaussian": value("dae-gaussian-30", "corrupted_psnr"),
        "noisy_masking": value("dae-masking-30", "corrupted_psnr"),
    }
    lines = ["| checkpoint | what, mean per image | here | beside |", "|---|---|---|---|"]
    for row in ROWS:
        number = f"{value(row.checkpoint, row.metric):.2f}"
        lines.append(f"| `{row.checkpoint}` | {row.label} | **{number}** | {row.others.format(**measured)} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """`text` with the table between its two markers brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
