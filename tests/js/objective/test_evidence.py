"""The ELBO, ln p(x) and both errors of one picture as Python has them of the same draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests import tiny
from tests.js.node import Node
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective import grey
from vae_core.objective.evidence import evidence, running
from vae_core.training.fit import new_model

DRAWS = 150
TOLERANCE = 1e-5

RUNNING = """async (some) => {
  const { Running } = await load("maths/evidence.js");
  return some.map((weights) => {
    const path = new Running(weights.length);
    for (const weight of weights) path.add(weight);
    return [path.estimate, path.standardError, path.effective];
  });
}"""
# Of each picture in turn, as a page has it: the last is asked for.
EVIDENCE = """async ([config, tensors, pictures, seed, draws, size]) => {
  const { Model } = await load("nn/nn.js");
  const { Batch } = await load("nn/batch.js");
  const { Evidence } = await load("maths/evidence.js");
  const { errors } = await load("maths/grey.js");
  const model = new Model("m", config, tensors).takeEncoder(tensors);
  const found = new Evidence(new Batch(model, size), seed, draws);
  let counts;
  for (const x of pictures) {
    counts = [];
    for (found.begin(x); !found.isDone; ) {
      found.step();
      counts.push(found.count);
    }
  }
  const { reconstruction, kl, elbo, logEvidence, standardError, effective, gap, constant } = found;
  const both = model.config.output === "sigmoid" && errors(model, found.mu, pictures.at(-1));
  return { reconstruction, kl, elbo, logEvidence, standardError, effective, gap, constant, counts, both };
}"""


def models() -> dict[str, ModelConfig]:
    """Of every kind of likelihood, output, scale, and of other pictures."""
    of = tiny.CONFIGS
    return {
        **{name: of[name] for name in ("vae-logvar", "vae-sigma", "bernoulli")},
        "one-code": ModelConfig(kind="vae", latent_dim=1, encoder=(6,), decoder=(5,), scale="sigma"),
        "linear": ModelConfig(kind="vae", latent_dim=3, scale="logvar", output="linear"),
        "colour": ModelConfig(kind="vae", latent_dim=5, encoder=(6,), decoder=(5,), scale="logvar", shape=(3, 32, 32)),
        "colour-bernoulli": ModelConfig(
            kind="vae", latent_dim=2, decoder=(5,), scale="logvar", likelihood="bernoulli", shape=(3, 32, 32)
        ),
    }


def ask(node: Node, model: VariationalAutoencoder, pictures: torch.Tensor, seed: int, draws: int, size: int) -> Any:
    state = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    tensors = {name: {"shape": list(value.shape), "data": value.ravel()} for name, value in state.items()}
    arrays = pictures.flatten(1).numpy()
    return node.evaluate(EVIDENCE, [model.config.to_json(), tensors, arrays, seed, draws, size])


def expect_as_python(found: Any, model: VariationalAutoencoder, x: torch.Tensor, seed: int, draws: int) -> None:
    wanted = evidence(model, x, normals(seed, 0, draws, (model.config.latent_dim,)))
    path = running(wanted.log_weights)
    expected = {
        "reconstruction": wanted.reconstruction,
        "kl": wanted.kl,
        "elbo": wanted.elbo,
        "logEvidence": wanted.log_evidence,
        "constant": wanted.constant,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=TOLERANCE, abs=1e-6), name
    # What is left of numbers that nearly cancel, or of their exponentials.
    size = abs(wanted.elbo)
    assert found["gap"] == pytest.approx(wanted.gap, rel=TOLERANCE, abs=TOLERANCE * size)
    assert found["standardError"] == pytest.approx(path.standard_error[-1], rel=1e-3, abs=TOLERANCE)
    assert found["effective"] == pytest.approx(path.effective[-1], rel=1e-3)


def test_running_estimates(node: Node) -> None:
    rng = np.random.default_rng(0)
    spreads = np.repeat([0, 0.1, 2, 50, 900], 20)
    some = [rng.normal(rng.uniform(-900, 900), spread, rng.integers(1, 60)) for spread in spreads]
    for weights, found in zip(some, node.evaluate(RUNNING, some), strict=True):
        path = running(weights)
        for one, wanted in zip(found, (path.estimate, path.standard_error, path.effective), strict=True):
            np.testing.assert_allclose(one, wanted, rtol=1e-9, atol=1e-5)


@pytest.mark.parametrize("size", [1, 7, 16])
@pytest.mark.parametrize("kind", models())
def test_of_every_kind_of_vae(node: Node, kind: str, size: int) -> None:
    model = new_model(models()[kind], seed=3).eval().requires_grad_(False)
    assert isinstance(model, VariationalAutoencoder)
    pictures = torch.rand(2, *model.config.shape, generator=torch.Generator().manual_seed(size))
    if size == 7:
        pictures = pictures.round()
    found = ask(node, model, pictures, 9, DRAWS, size)
    assert found["counts"] == [min(DRAWS, count + size) for count in range(0, DRAWS, size)]
    x = pictures[1:]
    expect_as_python(found, model, x, 9, DRAWS)
    mu, _ = model.posterior(x)
    if model.config.output == "linear":
        with pytest.raises(ObjectiveError):
            grey.errors(model, mu, x)
        return
    wanted = grey.errors(model, mu, x)
    assert found["both"]["squaredError"] == pytest.approx(wanted.squared_error[0], rel=TOLERANCE)
    assert found["both"]["crossEntropy"] == pytest.approx(wanted.cross_entropy[0], rel=TOLERANCE)
    assert found["both"]["floor"] == pytest.approx(wanted.floor[0], rel=TOLERANCE, abs=1e-9)


@pytest.mark.parametrize("name", ["vae-30", "vae-16", "vae-2-reconstruction-only"])
def test_of_shipped_models_and_all_draws(node: Node, checkpoints_root: Path, name: str) -> None:
    model = checkpoint.load(checkpoints_root / name)
    assert isinstance(model, VariationalAutoencoder)
    x = torch.zeros(1, 1, 28, 28)
    x[0, 0, 6:22, 13:15] = 0.9
    expect_as_python(ask(node, model, x, 42, 5000, 16), model, x, 42, 5000)


def test_a_sigma_too_small_for_a_number_has_its_logarithm(node: Node) -> None:
    model = new_model(models()["one-code"], seed=0).eval().requires_grad_(False)
    assert isinstance(model, VariationalAutoencoder)
    wide = new_model(models()["vae-logvar"], seed=0).eval().requires_grad_(False)
    assert isinstance(wide, VariationalAutoencoder)
    model.encoder.get_parameter("scale.weight").zero_()
    model.encoder.get_parameter("scale.bias").zero_()
    wide.encoder.get_parameter("scale.weight").zero_()
    wide.encoder.get_parameter("scale.bias").fill_(-300.0)
    for one in (model, wide):
        x = torch.rand(1, *one.config.shape, generator=torch.Generator().manual_seed(0))
        expect_as_python(ask(node, one, x, 5, 20, 4), one, x, 5, 20)


def test_a_decoder_without_sigmoid_is_refused_in_the_cores_words(node: Node) -> None:
    model = new_model(models()["linear"], seed=0)
    with pytest.raises(ObjectiveError) as refused:
        grey.errors(model, torch.zeros(1, 3), torch.zeros(1, 1, 28, 28))
    words = node.evaluate(
        """async () => {
          const { errors } = await load("maths/grey.js");
          try { errors({ config: { output: "linear" } }, [], []); } catch (error) { return error.message; }
        }"""
    )
    assert words == str(refused.value)
