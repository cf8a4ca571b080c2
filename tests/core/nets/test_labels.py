"""Class-conditional models: a label goes with every picture and every code, wherever these are encoded and decoded."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.tiny import generator
from vae_core import checkpoint, losses
from vae_core.config import ModelConfig, TrainingConfig
from vae_core.data import Digits, as_input
from vae_core.errors import LabelError
from vae_core.metrics import completeness, continuity_between_digits, curve, evaluate, squared_errors, tangency
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.noise.seeded_noise import corrupt
from vae_core.pictures import film
from vae_core.recipes import Recipe
from vae_core.spaces import manifold
from vae_core.spaces.latent import encodings
from vae_core.training.fit import fit, new_model
from vae_core.training.run import Run

CLASSES = 10
AE = ModelConfig(kind="ae", latent_dim=3, encoder=(8,), decoder=(8,), classes=CLASSES)
VAE = dataclasses.replace(AE, kind="vae", scale="logvar")
QUICK = TrainingConfig(epochs=2, batch_size=64, learning_rate=5e-3)


@pytest.fixture(scope="module")
def few(uci: Digits) -> Digits:
    return Digits(uci.images[:200], uci.labels[:200], "uci")


def model(config: ModelConfig = AE) -> Autoencoder:
    return new_model(config, 0).eval().requires_grad_(False)


def one_by_one(conditional: Autoencoder, x: Tensor, labels: NDArray[np.int64]) -> Tensor:
    """Reconstructions, each computed alone."""
    given = [(conditional.given(y), x[i : i + 1]) for i, y in enumerate(labels)]
    return torch.cat([one.decode(one.encode(image)) for one, image in given])


def test_a_label_changes_code_and_picture(few: Digits) -> None:
    x = as_input(few.images)
    codes = [model().given(y).encode(x) for y in (3, 7)]
    assert not torch.equal(*codes)
    assert not torch.equal(model().given(3).decode(codes[0]), model().given(7).decode(codes[0]))
    torch.testing.assert_close(model().given(3).encode(x), model().given([3] * len(x)).encode(x))


def test_it_joins_a_one_hot_to_picture_and_code(few: Digits) -> None:
    """The forward pass of a dense net from its tensors alone."""
    weights = {name: tensor.double().numpy() for name, tensor in model().state_dict().items()}
    one_hot, h = np.eye(CLASSES)[few.labels], few.images.reshape(len(few), -1) / 255
    for part, head in (("encoder", "code"), ("decoder", "out")):
        h = np.concatenate([h, one_hot], axis=1)
        for name in (f"{part}.hidden.0", f"{part}.{head}"):
            h = h @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
            h = np.maximum(h, 0) if "hidden" in name else h
    given = model().given(few.labels)
    found = given.decode(given.encode(as_input(few.images))).flatten(1).numpy()
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-h)), atol=1e-5)


def test_a_model_without_classes_takes_any_labels_and_asks_for_none(few: Digits) -> None:
    plain = model(ModelConfig(kind="ae", latent_dim=3))
    assert plain.given(few.labels) is plain.given(None) is plain
    assert plain.rows([0, 1]) is plain
    assert plain.labels is None


def test_labels_are_bound_to_a_model_of_the_same_weights() -> None:
    bare = new_model(AE, 0)
    given = bare.given([1, 2])
    assert bare.labels is None
    assert type(given) is type(bare)
    assert all(a is b for a, b in zip(bare.parameters(), given.parameters(), strict=True))
    assert given.state_dict().keys() == bare.state_dict().keys()
    assert given.rows([1, 0, 1]).labels.tolist() == [2, 1, 2]  # type: ignore[union-attr]
    assert given.rows(np.array([False, True])).labels.tolist() == [2]  # type: ignore[union-attr]
    assert bare.given(5).rows([4, 5, 6]).labels.tolist() == [5]  # type: ignore[union-attr]


@pytest.mark.parametrize("labels", [-1, 10, [0, 3, 12], np.array([2, -3])])
def test_a_label_that_is_none_is_a_sentence(labels: object) -> None:
    with pytest.raises(LabelError, match=r"there is no label -?[0-9]+ in a model of 10 classes"):
        model().given(labels)  # type: ignore[arg-type]


def test_no_labels_or_too_few_are_a_sentence(few: Digits) -> None:
    x = as_input(few.images)
    for work in (model().encode, model().decode, model().rows):
        with pytest.raises(LabelError, match="a class-conditional model takes a label"):
            work(x)  # type: ignore[operator]
    with pytest.raises(LabelError, match="there are 3 labels for 200 pictures"):
        model().given([1, 2, 3]).encode(x)
    with pytest.raises(LabelError, match="takes a label"):
        next(fit(new_model(AE, 0), few.images, QUICK))


@pytest.mark.parametrize("config", [AE, VAE], ids=["ae", "vae"])
def test_an_epoch_shows_each_digit_with_its_own_label(config: ModelConfig, few: Digits) -> None:
    """A learning rate of nothing leaves the model as it was."""
    learned, still = new_model(config, 0), TrainingConfig(epochs=1, batch_size=64, learning_rate=1e-30)
    (report,) = fit(learned.given(few.labels), few.images, still)
    given, x = model(config).given(few.labels), as_input(few.images)
    if isinstance(given, VariationalAutoencoder):
        assert report.kl == pytest.approx(losses.kl_divergence(*given.posterior(x)).mean().item(), rel=1e-5)
        drawn = torch.Generator().manual_seed(still.seed)
        frame = film.frame(given.rows(range(32)), film.subject(given, x, drawn))
    else:
        expected = losses.squared_error(one_by_one(given, x, few.labels), x).mean().item()
        assert report.reconstruction == pytest.approx(expected, rel=1e-5)
        frame = film.frame(given.rows(range(32)), x[:32])
    np.testing.assert_array_equal(report.frame, frame)


def test_the_same_seed_gives_the_same_weights_to_the_bit(few: Digits) -> None:
    def trained(labels: NDArray[np.int64]) -> list[Tensor]:
        made = new_model(VAE, 0)
        assert len(list(fit(made.given(labels), few.images, QUICK))) == 2
        return list(made.state_dict().values())

    first, again, other = trained(few.labels), trained(few.labels), trained(few.labels[::-1].copy())
    assert all(map(torch.equal, first, again))
    assert not all(map(torch.equal, first, other))


def test_a_run_trains_measures_and_keeps_it(few: Digits, tmp_path: Path) -> None:
    run = Run(Recipe("mine", "", VAE, QUICK), tmp_path / "mine", few, few, leave_out=(4,))
    assert len(list(run.epochs())) == 2
    about = checkpoint.load_training(tmp_path / "mine")
    again = checkpoint.load(tmp_path / "mine").given(few.labels)
    assert about["test"] == {metric.name: metric.to_json() for metric in evaluate(again, few.images)}
    assert len(checkpoint.load_frames(tmp_path / "mine")) == 2
    assert checkpoint.entry(tmp_path / "mine").problem is None


def test_metrics_are_of_each_digit_with_its_own_label(few: Digits) -> None:
    x = as_input(few.images)
    expected = losses.squared_error(one_by_one(model(), x, few.labels), x)
    given = model().given(few.labels)
    np.testing.assert_allclose(squared_errors(given, few.images), expected, rtol=1e-4)
    found = {metric.name: metric.value for metric in evaluate(given, few.images)}
    assert found["squared_error"] == pytest.approx(expected.mean().item(), rel=1e-4)


def test_denoising_leaves_out_digits_and_keeps_the_labels_of_the_others(few: Digits) -> None:
    """A box of a tenth misses some digits."""
    found = curve(model().given(few.labels), few.images, "box", [0.1], seed=0)
    noisy = corrupt(few.images / np.float32(255), "box", 0.1, 0)
    changed = (np.clip(noisy, 0, 1) != few.images / np.float32(255)).any((1, 2))
    assert 0 < changed.sum() < len(few)
    x = as_input(few.images[changed])
    restored = one_by_one(model(), torch.tensor(noisy[changed]).reshape(-1, 1, 28, 28), few.labels[changed])
    np.testing.assert_allclose(found.psnr_mean, losses.psnr(restored, x).mean(), rtol=1e-4)


def test_codes_are_of_each_digit_with_its_own_label(few: Digits) -> None:
    given = model(VAE).given(few.labels)
    assert isinstance(given, VariationalAutoencoder)
    found = encodings(given, few.images, seed=1)
    x = as_input(few.images)
    alone = torch.cat([model(VAE).given(y).encode(x[i : i + 1]) for i, y in enumerate(few.labels)])
    np.testing.assert_allclose(found.means, alone, atol=1e-5)


def test_lines_are_decoded_with_the_label_where_they_start(few: Digits) -> None:
    found = continuity_between_digits(model().given(few.labels), few.images, lines=4, seed=0)
    pick = np.random.default_rng(0)
    starts = pick.integers(len(few), size=4)
    ends = (starts + pick.integers(1, len(few), size=4)) % len(few)
    x = as_input(few.images)
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        a = model().given(few.labels[start]).encode(x[start : start + 1])
        b = model().given(few.labels[end]).encode(x[end : end + 1])
        path = model().given(few.labels[start]).decode(torch.lerp(a, b, torch.linspace(0, 1, 65)[:, None])).flatten(1)
        assert found.length[i] == pytest.approx(path.diff(dim=0).norm(dim=1).sum().item(), rel=1e-4)


def test_jacobians_are_those_of_each_label() -> None:
    z, y = torch.randn(5, 3, generator=generator()), [0, 9, 3, 3, 1]
    found = manifold.jacobian(model().given(y).decode, z)
    for i, label in enumerate(y):
        torch.testing.assert_close(found[i], manifold.jacobian(model().given(label).decode, z[i : i + 1])[0])


def test_digits_that_are_drawn_at_random_keep_their_labels(few: Digits) -> None:
    """A model that draws its label's own picture and nothing else shows whose label it was given."""
    told = new_model(dataclasses.replace(AE, decoder=(), encoder=()), 0).eval().requires_grad_(False)
    weight = told.get_parameter("decoder.out.weight").zero_()
    told.get_parameter("decoder.out.bias").zero_()
    means = np.stack([few.images[few.labels == y].mean(0).ravel() / 255 for y in range(CLASSES)])
    weight[:, 3:] = torch.tensor(np.log((means + 0.01) / (1.01 - means)), dtype=torch.float32).T
    found = completeness(told.given(few.labels), few.images)
    assert found["prior"] == found["fitted"] == found["reconstructed"]
    assert found["prior"] != found["real"]


def test_what_moves_a_digit_is_of_its_own_label(few: Digits) -> None:
    rows = np.random.default_rng(0).permutation(len(few))[:20]
    found = tangency(model().given(few.labels), few.images, digits=20)
    alone = [tangency(model().given(few.labels[row]), few.images[row : row + 1]).strongest[0] for row in rows]
    np.testing.assert_allclose(found.strongest, alone, rtol=1e-3, atol=1e-4)
