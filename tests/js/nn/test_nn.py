"""nn.js and encodings.js against PyTorch and NumPy, for every shipped checkpoint and one of each kind."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.js.node import Node
from vae_core import checkpoint
from vae_core.data import Digits, as_input, examples
from vae_core.models import VariationalAutoencoder
from vae_core.spaces import latent

COUNT = 12
TOLERANCE = 1e-4

RUN = """async ([name, codes, images]) => {
  const { loadModel } = await load("server/models.js");
  const model = await loadModel(name);
  const posterior = (x) => { const { mu, sigma } = model.posterior(x); return [mu, sigma]; };
  return [
    model.canDecode ? codes.map((z) => model.decode(z).slice()) : [],
    model.canEncode ? images.map((x) => model.encode(x).slice()) : [],
    model.scale ? images.map(posterior) : [],
  ];
}"""


def test_every_checkpoint_as_in_pytorch(served_node: Node, served_checkpoints: Path) -> None:
    entries = checkpoint.available(served_checkpoints)
    assert len(entries) >= 10
    for entry in entries:
        # The digit that nobody has chosen is 0.
        model = checkpoint.load(entry.path).given(0)
        x = examples(model.config.shape, COUNT)
        z = 2 * torch.randn(COUNT, model.config.latent_dim, generator=torch.Generator().manual_seed(0))
        pictures, codes, posteriors = served_node.evaluate(RUN, [entry.name, z.numpy(), x.flatten(1).numpy()])
        if "decoder" in model.config.parts:
            expected = model.decode(z).flatten(1)
            np.testing.assert_allclose(pictures, expected, atol=TOLERANCE, rtol=0, err_msg=f"{entry.name} decode")
        if "encoder" in model.config.parts:
            expected = model.encode(x)
            np.testing.assert_allclose(codes, expected, atol=TOLERANCE, rtol=1e-5, err_msg=f"{entry.name} encode")
        if isinstance(model, VariationalAutoencoder):
            mu, logvar = model.posterior(x)
            expected = torch.stack([mu, (0.5 * logvar).exp()], dim=1)
            np.testing.assert_allclose(posteriors, expected, atol=1e-4, rtol=1e-4, err_msg=f"{entry.name} posterior")
            assert np.min(posteriors, axis=0)[1].min() > 0


@pytest.mark.parametrize("name", ["vae-30", "tiny-tanh"])
def test_encodings_as_in_numpy(served_node: Node, served_checkpoints: Path, uci: Digits, name: str) -> None:
    model = checkpoint.load(served_checkpoints / name)
    expected = latent.encodings(model, uci.images)
    rng = np.random.default_rng(0)
    eps = rng.normal(size=model.config.latent_dim)
    fitted = served_node.evaluate(
        """async ([name, eps]) => {
          const { loadEncodings } = await load("server/models.js");
          return (await loadEncodings(name, "uci")).fitted(eps, 0.5);
        }""",
        [name, eps],
    )
    np.testing.assert_allclose(fitted, expected.mean + 0.5 * expected.cholesky @ eps, rtol=1e-4, atol=1e-5)


def test_two_decoders_take_less_than_two_milliseconds(served_node: Node, served_checkpoints: Path) -> None:
    shown = ["ae-30", "vae-16" if (served_checkpoints / "vae-16").exists() else "vae-30"]
    milliseconds = served_node.evaluate(
        """async (names) => {
          const { loadModel } = await load("server/models.js");
          const models = await Promise.all(names.map(loadModel));
          const z = Float32Array.from({ length: 30 }, (_, i) => Math.sin(i));
          const times = [];
          for (let i = 0; i < 200; i++) {
            const start = performance.now();
            for (const model of models) model.decode(z);
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[100];
        }""",
        shown,
    )
    assert milliseconds < 2


def test_a_batch_as_one_by_one(served_node: Node, uci: Digits) -> None:
    """Against nn.js, which is tested against PyTorch."""
    kinds = ("linear", "tanh", "elu", "softplus", "bernoulli", "one-code")
    names = ["ae-30", "vae-30", *(f"tiny-{kind}" for kind in kinds)]
    worst = served_node.evaluate(
        """async ([names, digits]) => {
          const { loadModel } = await load("server/models.js");
          const { Batch } = await load("nn/batch.js");
          const { Noise, corrupt } = await load("maths/seeded_noise.js");
          const { DIGIT } = await load("nn/shape.js");
          const gaussian = { kind: "gaussian", level: 0.5, clip: false };
          const pixels = new Float32Array(7 * 784);
          digits.forEach((x, i) => pixels.set(i % 2 ? x : corrupt(x, gaussian, new Noise(i, DIGIT)), i * 784));
          const apart = (a, b) => a.length === b.length ? Math.max(...a.map((v, i) => Math.abs(v - b[i]))) : Infinity;
          const differences = {};
          for (const model of await Promise.all(names.map(loadModel))) {
            const batch = new Batch(model, 7);
            // The full batch first: what it leaves behind must not reach the smaller ones.
            differences[model.name] = [7, 5, 4, 1].map((count) => {
              const pictures = batch.run(pixels.slice(0, count * 784), count);
              if (pictures.length !== count * 784) return Infinity;
              return Math.max(...Array.from({ length: count }, (_, i) => {
                const code = model.encode(pixels.subarray(i * 784, (i + 1) * 784)).slice();
                const found = batch.codes.subarray(i * code.length, (i + 1) * code.length);
                return Math.max(
                  apart(code, found),
                  apart(model.decode(code), pictures.subarray(i * 784, (i + 1) * 784)),
                );
              }));
            });
          }
          return differences;
        }""",
        [names, as_input(uci.images[:7]).flatten(1).numpy()],
    )
    assert list(worst) == names
    for name, differences in worst.items():
        assert max(differences) < 1e-4, name
