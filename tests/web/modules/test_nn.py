"""nn.js and encodings.js against PyTorch and NumPy, for every shipped checkpoint and one of each kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from vae_core import checkpoint
from vae_core.data import Digits, as_input
from vae_core.models import VariationalAutoencoder
from vae_core.spaces import latent

COUNT = 12
TOLERANCE = 1e-4

RUN = """async ([name, codes, images]) => {
  const { loadModel } = await load("server/models.js");
  const model = await loadModel(name);
  const posterior = (x) => { const { mu, sigma } = model.posterior(x); return [Array.from(mu), Array.from(sigma)]; };
  return [
    codes.map((z) => Array.from(model.decode(z))),
    images.map((x) => Array.from(model.encode(x))),
    model.config.kind === "vae" ? images.map(posterior) : [],
  ];
}"""


def test_every_checkpoint_as_in_pytorch(modules: Page, served_checkpoints: Path, uci: Digits) -> None:
    entries = checkpoint.available(served_checkpoints)
    assert len(entries) >= 10
    x = as_input(uci.images[:COUNT])
    for entry in entries:
        model = checkpoint.load(entry.path)
        z = 2 * torch.randn(COUNT, model.config.latent_dim, generator=torch.Generator().manual_seed(0))
        pictures, codes, posteriors = modules.evaluate(RUN, [entry.name, z.tolist(), x.flatten(1).tolist()])
        expected = model.decode(z).flatten(1)
        np.testing.assert_allclose(pictures, expected, atol=TOLERANCE, rtol=0, err_msg=f"{entry.name} decode")
        np.testing.assert_allclose(codes, model.encode(x), atol=TOLERANCE, rtol=1e-5, err_msg=f"{entry.name} encode")
        if isinstance(model, VariationalAutoencoder):
            mu, logvar = model.posterior(x)
            expected = torch.stack([mu, (0.5 * logvar).exp()], dim=1)
            np.testing.assert_allclose(posteriors, expected, atol=1e-4, rtol=1e-4, err_msg=f"{entry.name} posterior")
            assert np.min(posteriors, axis=0)[1].min() > 0


def test_a_model_that_does_not_fit_its_config_is_refused(modules: Page) -> None:
    answers = modules.evaluate(
        """async () => {
          const { Model } = await load("nn/nn.js");
          const config = { kind: "ae", latent_dim: 1, encoder: [], decoder: [], activation: "relu", output: "linear" };
          const tensor = (...shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)) });
          const good = {
            "encoder.code.weight": tensor(1, 784), "encoder.code.bias": tensor(1),
            "decoder.out.weight": tensor(784, 1), "decoder.out.bias": tensor(784),
          };
          const { "decoder.out.bias": _, ...missing } = good;
          const attempt = (config, tensors) => {
            try { return String(new Model("m", config, tensors).latentDim); } catch (error) { return error.message; }
          };
          return [
            attempt(config, good),
            attempt(config, missing),
            attempt({ ...config, latent_dim: 2 }, good),
            attempt({ ...config, activation: "gelu" }, good),
            attempt({ ...config, output: "toString" }, good),
            attempt({ ...config, kind: "vae", scale: "width" }, { "encoder.mu.weight": tensor(1, 784), ...good,
              "encoder.mu.bias": tensor(1) }),
            (() => { try { new Model("m", config, good).posterior([]); } catch (error) { return error.message; } })(),
          ];
        }"""
    )
    assert answers[0] == "1"
    for answer, words in zip(
        answers[1:],
        ["decoder.out.bias is missing", "encoder.code.weight is [1,784]", "gelu", "toString", "width", "no posterior"],
        strict=True,
    ):
        assert words in answer


@pytest.mark.parametrize("name", ["vae-30", "tiny-tanh"])
def test_encodings_as_in_numpy(modules: Page, served_checkpoints: Path, uci: Digits, name: str) -> None:
    model = checkpoint.load(served_checkpoints / name)
    expected = latent.encodings(model, uci.images)
    rng = np.random.default_rng(0)
    eps = rng.normal(size=model.config.latent_dim)
    fitted = modules.evaluate(
        """async ([name, eps]) => {
          const { loadEncodings } = await load("server/models.js");
          return Array.from((await loadEncodings(name, "uci")).fitted(eps, 0.5));
        }""",
        [name, eps.tolist()],
    )
    np.testing.assert_allclose(fitted, expected.mean + 0.5 * expected.cholesky @ eps, rtol=1e-4, atol=1e-5)


def test_two_decoders_take_less_than_two_milliseconds(modules: Page, served_checkpoints: Path) -> None:
    shown = ["ae-30", "vae-16" if (served_checkpoints / "vae-16").exists() else "vae-30"]
    milliseconds = modules.evaluate(
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
