"""What the pages say of the shipped models in numbers that they do not compute, and what they take as known."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from vae_core import losses
from vae_core.checkpoint import load
from vae_core.data import Digits, as_input
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import corrupt
from vae_core.spaces.intrinsic_dimension import two_nn


def said(repository: Path, page: str) -> str:
    """The page's text in one line, without the marks of formulas and code."""
    return " ".join(re.sub(r"[$`]", "", (repository / "pages" / f"{page}.py").read_text(encoding="utf-8")).split())


@pytest.mark.needs_mnist
@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("dae-masking-30", r"brightness of (?P<first>\d+) at the first pass, as clean ones have, and of (?P<last>\d+) "
         r"at the 20th; (?P<known>\d+) % and then (?P<left>\d+) % are recognised"),
        ("dae-gaussian-30", r"fades from (?P<first>\d+) to (?P<last>\d+), from (?P<known>\d+) % to (?P<left>\d+) %"),
    ],
)  # fmt: skip
def test_what_twenty_passes_do(
    name: str, claim: str, checkpoints_root: Path, repository: Path, mnist_train: Digits, mnist_test: Digits
) -> None:
    found = re.search(claim, said(repository, "denoise"))
    assert found, "the page says it no more"
    first, last, known, left = (int(found[key]) for key in ("first", "last", "known", "left"))
    model, x = load(checkpoints_root / name), (mnist_test.images[:500] / 255).astype(np.float32)
    kind = "masking" if "masking" in name else "gaussian"
    reader = KNeighborsClassifier(3).fit(
        mnist_train.images[:10_000].reshape(10_000, -1) / 255, mnist_train.labels[:10_000]
    )
    picture = torch.from_numpy(corrupt(x, kind, 0.5, 0, clip=False)).unsqueeze(1)  # type: ignore[arg-type]
    ink, share = [], []
    for n in range(20):
        picture = model.decode(model.encode(picture))
        if n in (0, 19):
            seen = picture.flatten(1).numpy()
            ink.append(seen.sum(1).mean())
            share.append(100 * np.mean(reader.predict(seen) == mnist_test.labels[:500]))
    np.testing.assert_allclose(ink, [first, last], atol=1)
    np.testing.assert_allclose(share, [known, left], atol=1)
    assert x.sum((1, 2)).mean() == pytest.approx(first, abs=1)


def test_draws_of_a_gaussian_lie_near_a_sphere(repository: Path) -> None:
    norms = np.linalg.norm(np.random.default_rng(0).standard_normal((20_000, 30)), axis=1)
    assert f"in 30, at a distance of {norms.mean():.1f} \\pm {norms.std():.1f} from 0" in said(
        repository, "interpolate"
    )


@pytest.mark.needs_mnist
def test_the_means_that_a_path_joins_lie_nearer(repository: Path, checkpoints_root: Path, mnist_test: Digits) -> None:
    norms = load(checkpoints_root / "vae-30").encode(as_input(mnist_test.images)).norm(dim=1)
    words = f"of vae-30, for MNIST's test digits, at {norms.mean():.1f} \\pm {norms.std():.1f}."
    assert words in said(repository, "interpolate")


@pytest.mark.needs_mnist
def test_pca_is_the_best_linear_code_of_the_digits_it_is_fitted_to(checkpoints_root: Path, mnist_train: Digits) -> None:
    """Also as they are seen, cut off at black and white, the shipped linear autoencoder does not beat it there."""
    x = as_input(mnist_train.images[:10_000])
    pca, linear = load(checkpoints_root / "pca-64"), load(checkpoints_root / "ae-linear-30")
    components = torch.where(torch.arange(64) < 30, pca.encode(x), 0)
    for shown in ("decode", "decoder_output"):
        best = losses.squared_error(getattr(pca, shown)(components), x).mean()
        assert best < losses.squared_error(getattr(linear, shown)(linear.encode(x)), x).mean()


def test_of_a_gaussian_in_thirty_dimensions_two_nn_sees_fewer(repository: Path) -> None:
    found = two_nn(np.random.default_rng(1).standard_normal((2500, 30)))
    assert f"2,500 draws of a Gaussian in 30 dimensions give {found.dimension:.0f}" in said(repository, "manifold")
    assert two_nn(np.random.default_rng(0).standard_normal((2500, 10))).dimension == pytest.approx(10, abs=0.6)


def test_means_lie_on_fewer_dimensions_than_samples(checkpoints_root: Path, uci: Digits) -> None:
    model, x = load(checkpoints_root / "vae-30"), as_input(uci.images)
    assert isinstance(model, VariationalAutoencoder)
    means, samples = model.encode(x), model.sample_code(x, torch.Generator().manual_seed(0))
    assert 2 * two_nn(means.numpy()).dimension < two_nn(samples.numpy()).dimension


def test_the_constant_of_gaussian_pixels(repository: Path) -> None:
    assert f"392 \\ln \\pi = {losses.gaussian_constant(784):.1f} nats" in said(repository, "models")
