"""What codes of every size keep of the digits, measured in the background once a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace
from math import isnan, nan
from typing import Literal

import torch

from ui import store
from ui.choices import digit_sets, link
from ui.reports.report import UNKNOWN, Report, as_csv
from vae_core import losses
from vae_core.config import ModelConfig
from vae_core.data import as_input

PCA = "pca-64"

Series = Literal["PCA", "linear AE", "AE", "VAE"]


@dataclass(frozen=True)
class Fidelity:
    """How near the pictures are that a model decodes from codes of one size.

    Attributes:
        model: name of the checkpoint.
        series: what it is compared as.
        codes: latent_dim, or the principal components that were kept.
        decoded: "code", or of a VAE "mu" or "one sample of z".
        squared_error: summed over pixels, mean per image.
        psnr: dB, peak 1, mean per image.
    """

    model: str
    series: Series
    codes: int
    decoded: Literal["code", "mu", "one sample of z"]
    squared_error: float
    psnr: float


def models(digits: str) -> list[str]:
    """The checkpoints that are compared: PCA, and what was trained to its end on the whole objective, uncorrupted."""
    return [name for name in store.whole_models(digits) if name == PCA or _is_comparable(name)]


def ask(name: str, digits: str, seed: int) -> list[Fidelity] | None:
    """`fidelities` where they are known, see `Report.ask`; the seed changes nothing but a VAE's samples."""
    return fidelities.ask(name, digits, seed if store.models()[name].kind == "vae" else 0)


@Report
@torch.inference_mode()
def fidelities(model: str, digits: str, seed: int) -> list[Fidelity]:
    """What a model's codes keep.

    Args:
        model: one of `models`.
        digits: "uci" or "mnist".
        seed: of the one sample of z.
    """
    loaded, x = store.given(model, digits), as_input(digit_sets.load(digits).images)
    means = loaded.encode(x)

    def measured(one: Fidelity) -> Fidelity:
        z = means
        if one.decoded == "one sample of z":
            z = loaded.sample_code(x, torch.Generator().manual_seed(seed))
        elif one.series == "PCA":
            z = means.clone()
            z[:, one.codes :] = 0
        x_hat = loaded.decode(z)
        error, psnr = losses.squared_error(x_hat, x), losses.psnr(x_hat, x)
        return replace(one, squared_error=error.mean().item(), psnr=psnr.mean().item())

    return [measured(one) for one in unknown(model)]


def unknown(name: str) -> list[Fidelity]:
    """What `ask` gives in the end, each number NaN: it keeps the places."""
    config = store.entry(name).config
    series, codes = _series(name, config), config.latent_dim
    if series == "VAE":
        return [
            Fidelity(name, series, codes, "mu", nan, nan),
            Fidelity(name, series, codes, "one sample of z", nan, nan),
        ]
    sizes = range(1, codes + 1) if series == "PCA" else (codes,)
    return [Fidelity(name, series, size, "code", nan, nan) for size in sizes]


def headline(found: Sequence[Fidelity], pair: Sequence[str] = ()) -> str:
    """What depth gains over PCA with as many codes, and what a VAE pays for a regular code, in Markdown.

    Of a deep AE and a VAE of `pair`, where there is one; else of the plain recipe: the AE of the largest size that PCA
    has, too, and the VAE of the AE's size. Each VAE is compared with an AE of its own size.

    Args:
        found: as `ask` gives it, in any order.
        pair: models that the visitor looks at.

    Returns:
        Empty where PCA has no size of a deep AE.
    """
    deep = _chosen([one for one in found if one.series == "AE" and _of(found, "PCA", one.codes)], pair)
    if deep is None:
        return ""
    pca = _of(found, "PCA", deep.codes)[0]
    deep_name = link.plain(deep.model)
    words = (
        f"**{deep.codes} codes**: squared error {_text(pca.squared_error)} by PCA, {_text(deep.squared_error)} by "
        f"{deep_name}, {_text(100 * deep.squared_error / pca.squared_error, 0)} % of it."
    )
    means = [one for one in found if one.decoded == "mu" and _of(found, "AE", one.codes)]
    vae = _chosen([one for one in means if one.model in pair or one.codes == deep.codes], pair)
    if vae is None:
        return words
    peer = deep if vae.codes == deep.codes else min(_of(found, "AE", vae.codes), key=_plainness)
    sampled = next(one for one in found if one.model == vae.model and one.decoded == "one sample of z")
    return (
        f"{words} What the regular code of {link.plain(vae.model)} costs: {_text(vae.squared_error)} at μ, "
        f"{_text(vae.squared_error / peer.squared_error, 1)} × {link.plain(peer.model)}, and "
        f"{_text(sampled.squared_error)} from one sample of z."
    )


def protocol(digits: str, seed: int) -> str:
    """How it was measured, in one line."""
    count = len(digit_sets.load(digits))
    return (
        f"{count:,} {digit_sets.label(digits)}; squared error summed over pixels, PSNR with peak 1, both mean "
        f"per image, decoded pictures clipped to [0, 1]. PCA fitted on MNIST's training digits. Seed of z {seed}."
    )


def file(found: Sequence[Fidelity]) -> str:
    """One line for each size of each model, as CSV."""
    return as_csv([field.name for field in fields(Fidelity)], map(astuple, found))


def _is_comparable(name: str) -> bool:
    about = store.training(name)
    whole = about.get("beta") == 1 and about.get("reconstruction_weight") == 1
    return whole and store.role(name) != "dae" and not store.entry(name).is_unfinished


def _series(name: str, config: ModelConfig) -> Series:
    if config.kind == "vae":
        return "VAE"
    if name == PCA:
        return "PCA"
    return "AE" if config.encoder or config.decoder else "linear AE"


def _of(found: Sequence[Fidelity], series: Series, codes: int) -> list[Fidelity]:
    return [one for one in found if one.series == series and one.codes == codes]


def _chosen(found: Sequence[Fidelity], pair: Sequence[str]) -> Fidelity | None:
    """The first of `pair`; else the largest, and of those the one whose name adds least to that of its kind."""
    by_name = {one.model: one for one in found}
    looked_at = next((by_name[name] for name in pair if name in by_name), None)
    return looked_at or min(found, key=_plainness, default=None)


def _plainness(one: Fidelity) -> tuple[int, int, str]:
    return -one.codes, len(one.model), one.model


def _text(value: float, decimals: int = 2) -> str:
    return UNKNOWN if isnan(value) else f"{value:.{decimals}f}"
