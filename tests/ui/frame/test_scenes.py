"""Things to see: each stage can be set, and what is said of it is so, on the models that ship."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.ui.conftest import component, notice, open_link
from ui.frame.scenes import SCENES, Scene, scenes
from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.metrics.coverage import completeness, precision_recall, stroke_features
from vae_core.metrics.reconstruction import squared_errors
from vae_core.metrics.similarity import psnr
from vae_core.metrics.tangency import tangency
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.noise.seeded_noise import corrupt
from vae_core.objective import gaussians
from vae_core.objective.rate_distortion import rate_distortion
from vae_core.spaces import neighbour_graph, paths
from vae_core.spaces.latent import Encodings, encodings
from vae_core.spaces.normality import describe

SHIPPED = Path(__file__).resolve().parents[3] / "checkpoints"
NAMES = [folder.name for folder in sorted(SHIPPED.iterdir())]


@cache
def model(name: str) -> Autoencoder:
    return checkpoint.load(SHIPPED / name)


def vae(name: str) -> VariationalAutoencoder:
    found = model(name)
    assert isinstance(found, VariationalAutoencoder)
    return found


def measured(name: str, metric: str) -> float:
    return float(checkpoint.load_training(SHIPPED / name)["test"][metric]["value"])


@pytest.fixture(scope="module", params=["uci_digits", pytest.param("mnist_digits", marks=pytest.mark.needs_mnist)])
def digits(request: pytest.FixtureRequest) -> Digits:
    """1,200 digits of either set; a sentence holds for both."""
    found: Digits = request.getfixturevalue({"uci_digits": "uci", "mnist_digits": "mnist_test"}[request.param])
    return Digits(found.images[:1200], found.labels[:1200], found.name)


@cache
def codes_of(name: str, digits: str, content: bytes) -> Encodings:
    return encodings(model(name), np.frombuffer(content, np.uint8).reshape(-1, 28, 28))


def codes(name: str, digits: Digits) -> Encodings:
    return codes_of(name, digits.name, digits.images.tobytes())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.page}-{scene.key}")
def test_every_stage_is_set_as_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS_DIR", str(SHIPPED))
    app = open_link(scene.query)
    assert notice(app) == ""
    said = component(app, "copy_link")["query"]
    assert {key: said.get(key, value) for key, value in scene.query.items()} == scene.query


def test_no_page_is_without_and_no_two_share_a_name() -> None:
    pages = {path.stem for path in (SHIPPED.parent / "pages").glob("*.py")}
    assert {scene.page for scene in SCENES} == pages
    assert len({(scene.page, scene.key) for scene in SCENES}) == len(SCENES)
    for page in pages:
        assert 2 <= len(scenes(page, NAMES)) <= 3, page


def test_what_takes_a_model_that_is_not_here_is_not_offered() -> None:
    for left_out in NAMES:
        offered = scenes("desk", [name for name in NAMES if name != left_out])
        assert all(left_out not in scene.query.values() for scene in offered)
    assert scenes("desk", []) == []


def test_the_vae_draws_digits_from_the_prior_more_often_than_the_ae(digits: Digits) -> None:
    """Desk, "hole"; Interpolate, "walk": the walk is N(0, I) at every moment."""
    precision = [completeness(model(name), digits.images)["prior"].precision for name in ("ae-30", "vae-30")]
    assert precision[1] > 1.5 * precision[0]


def test_sixteen_coordinates_of_the_vae_do_nothing(digits: Digits) -> None:
    """Desk, "unused"."""
    inactive = np.flatnonzero(~codes("vae-30", digits).active)
    assert len(inactive) == 16
    for name, moves in (("vae-30", False), ("ae-30", True)):
        vae, z = model(name), torch.tensor(codes(name, digits).means[:64])
        moved = z.clone()
        moved[:, inactive] += 2
        change = (vae.decode(moved) - vae.decode(z)).square().sum((1, 2, 3)).median().item()
        assert (change > 5) == moves, (name, change)


@pytest.mark.needs_mnist
def test_a_collapsed_vae_draws_the_mean_digit_whatever_z_is(mnist_train: Digits) -> None:
    """Desk, "collapse"."""
    collapsed = model("vae-2-beta-10")
    drawn = collapsed.decode(3 * torch.randn(500, 2, generator=torch.Generator().manual_seed(0)))
    mean = as_input(mnist_train.images).mean(0)
    per_pixel = (drawn - mean).square().mean((1, 2, 3)).sqrt()
    assert per_pixel.max().item() < 0.04
    assert measured("vae-2-beta-10", "active_units") == 0


def test_codes_are_given_up_at_first_and_come_back_where_beta_lets_them() -> None:
    """Train, "again" and "given-up"."""
    kl, at_ten = (
        [entry["kl"] for entry in checkpoint.load_training(SHIPPED / name)["history"]]
        for name in ("vae-2", "vae-2-beta-10")
    )
    assert [round(kl[epoch - 1], 1) for epoch in (1, 2, 50)] == [2.8, 1.1, 5.5]
    assert min(kl) == kl[1]
    # The model that has collapsed draws the mean digit.
    mean = checkpoint.load_frames(SHIPPED / "vae-2-beta-10")[-1] / 255
    second, *_, last = (
        np.sqrt(np.mean((frame / 255 - mean) ** 2)) for frame in checkpoint.load_frames(SHIPPED / "vae-2")[1:]
    )
    assert second < 0.1 < 0.15 < last
    assert round(at_ten[0], 1) == 0.1
    assert round(at_ten[-1], 2) == 0
    assert max(at_ten) == at_ten[0]


def test_codes_reach_beyond_the_prior_without_a_kl_term(digits: Digits) -> None:
    """Latent map, "whole" and "no-kl"."""
    for name, beyond in (("ae-2", True), ("vae-2-reconstruction-only", True), ("vae-2", False)):
        # 95 % of N(0, I) lies within this distance of 0.
        outside = (np.linalg.norm(codes(name, digits).codes, axis=1) > 2.448).mean()
        assert (outside > 0.35) == beyond, (name, outside)


def test_a_larger_beta_keeps_less_and_depth_pays() -> None:
    """Latent map, "beta"; Models, "depth"."""
    assert 3.5 < measured("ae-linear-30", "squared_error") / measured("ae-30", "squared_error") < 4.5
    assert round(measured("vae-2", "kl"), 1) == 5.5
    assert round(measured("vae-2-beta-3", "kl"), 1) == 3.6
    assert measured("vae-2-beta-3", "squared_error_at_mu") > 1.05 * measured("vae-2", "squared_error_at_mu")


def test_coordinates_of_the_vae_are_bell_curves(digits: Digits) -> None:
    """Encodings, "bell"."""
    ae, vae = (describe(codes(name, digits).codes) for name in ("ae-30", "vae-30"))
    assert np.median(vae.gap) < 0.5 * np.median(ae.gap)
    assert np.median(codes("ae-30", digits).std) > 1.5 * np.median(codes("vae-30", digits).std)


def test_neighbours_show_the_same_digit(digits: Digits) -> None:
    """Encodings, "classes"."""
    for name in ("ae-30", "vae-30"):
        graph = neighbour_graph.neighbours(codes(name, digits).means, 10)
        assert (digits.labels[graph.rows] == digits.labels[:, None]).mean() > 0.7, name


def test_thirty_numbers_keep_more_than_two(digits: Digits) -> None:
    """Reconstruct, "few-codes"."""
    two, thirty = (squared_errors(model(name), digits.images).mean() for name in ("ae-2", "ae-30"))
    assert two > 4 * thirty


def slant(pictures: torch.Tensor) -> torch.Tensor:
    """How far strokes lean, [N, 1, H, W] -> [N]: the covariance of their columns and rows over the variance of rows."""
    p = pictures[:, 0].double()
    p = p / p.sum((1, 2), keepdim=True)
    y, x = torch.meshgrid(*(torch.arange(side).double() for side in p.shape[1:]), indexing="ij")
    dy, dx = (at - (p * at).sum((1, 2), keepdim=True) for at in (y, x))
    return (p * dx * dy).sum((1, 2)) / (p * dy * dy).sum((1, 2))


def test_another_digit_in_the_same_hand_leans_as_much(digits: Digits) -> None:
    """Reconstruct, "told": beside the slant that the digit's class has by itself."""
    x, labels = as_input(digits.images), torch.tensor(digits.labels)
    z, own = model("cvae-16").given(labels).encode(x), slant(x)
    for label in range(10):
        own[labels == label] -= own[labels == label].mean()
    for label in range(10):
        others = labels != label
        drawn = slant(model("cvae-16").given(label).decode(z[others]))
        assert torch.corrcoef(torch.stack([own[others], drawn]))[0, 1] > 0.5, label


def test_samples_of_a_code_differ(digits: Digits) -> None:
    """Reconstruct, "uncertain"."""
    for name in ("vae-2", "vae-30"):
        vae, x = model(name), as_input(digits.images[:100])
        generator = torch.Generator().manual_seed(0)
        samples = torch.stack([vae.decode(vae.sample_code(x, generator)) for _ in range(16)])
        assert samples.std(0).amax((1, 2, 3)).median().item() > 0.1, name


def noisy(digits: Digits, level: float) -> torch.Tensor:
    pictures = digits.images[:100].astype(np.float32) / 255
    return torch.tensor(corrupt(pictures, "gaussian", level, seed=0, clip=False))[:, None]


def test_noise_is_taken_away_by_what_was_trained_on_it(digits: Digits) -> None:
    """Denoise, "trained" and "untrained"."""
    corrupted = noisy(digits, 0.5)
    clean = digits.images[:100].reshape(-1, 28, 28) / 255

    def likeness(name: str) -> float:
        net = model(name)
        return float(np.mean(psnr(net.decode(net.encode(corrupted)).reshape(-1, 28, 28).numpy(), clean)))

    trained = likeness("dae-gaussian-30")
    assert trained > likeness("ae-30") + 3
    assert trained > likeness("dae-masking-30") + 5


def test_twenty_passes_fade_or_swell(digits: Digits) -> None:
    """Denoise, "passes"."""
    clean = digits.images[:100].sum() / 255 / 100
    for name, swells in (("dae-gaussian-30", False), ("dae-masking-30", True)):
        net, x = model(name), noisy(digits, 0.3)
        for _ in range(20):
            x = net.decode(net.encode(x))
        ink = x.sum().item() / 100
        assert ink > 1.5 * clean if swells else ink < 0.9 * clean, (name, ink, clean)


def test_a_path_through_digits_shows_more_digits_than_a_cross_fade(digits: Digits) -> None:
    """Interpolate, "cross-fade" and "digits"."""
    half = len(digits) // 2
    manifold = stroke_features(as_input(digits.images[:half]))
    rng = np.random.default_rng(0)
    pairs = rng.permutation(np.arange(half, len(digits)))[:240].reshape(-1, 2)
    pairs = pairs[digits.labels[pairs[:, 0]] != digits.labels[pairs[:, 1]]]
    fades = (as_input(digits.images[pairs[:, 0]]) + as_input(digits.images[pairs[:, 1]])) / 2
    faded = precision_recall(manifold, stroke_features(fades)).precision
    for name in ("ae-30", "vae-30"):
        net, means = model(name), codes(name, digits).means
        graph = neighbour_graph.graph(means, 10)
        on_way = [neighbour_graph.shortest_path(graph, int(a), int(b)).rows for a, b in pairs]
        middles = np.stack([paths.through(means[rows], 65)[32] for rows in on_way if len(rows) > 1])
        shown = precision_recall(manifold, stroke_features(net.decode(torch.tensor(middles)))).precision
        assert shown > faded + 0.1, (name, shown, faded)


def test_noise_moves_the_ae_and_not_the_denoising_one(digits: Digits) -> None:
    """Manifold, "noise"."""
    moved = [tangency(model(name), digits.images, digits=30).off_moved.mean() for name in ("ae-30", "dae-gaussian-30")]
    assert moved[1] < 0.3 * moved[0]


def test_codes_collapse_one_by_one_as_beta_rises(digits: Digits) -> None:
    """Objective, "collapse"."""
    points = [rate_distortion(vae(f"vae-2-beta-{beta}"), digits.images) for beta in (5, 7, 10)]
    assert [point.active for point in points] == [2, 1, 0]
    means = codes("vae-2-beta-7", digits).means
    across, along = np.linalg.eigvalsh(np.cov(means.T))
    assert across < 0.01 * along


def test_a_divergence_is_no_distance() -> None:
    """Objective, "asymmetry"."""
    narrow = gaussians.Gaussian(0, 0.25)
    assert f"{gaussians.kl(narrow):.2f} {gaussians.kl(gaussians.STANDARD, narrow):.2f}" == "0.92 6.11"
