"""Nets of any layers, one picture at a time and several at once, as PyTorch carries them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from tests.js.nn.nets import configs, random_model, tensors
from tests.js.node import JavaScriptError, Node
from vae_core.config import ModelConfig
from vae_core.models import Autoencoder, VariationalAutoencoder

COUNT = 5
TOLERANCE = 1e-4

# Of a batch the full one first: what it leaves behind must not reach the smaller one.
RUN = """async ([config, tensors, pictures, codes, labels, label]) => {
  const { Model } = await load("nn/nn.js");
  const { Batch } = await load("nn/batch.js");
  const model = new Model("m", config, tensors).takeEncoder(tensors);
  model.chosen = () => label;
  const batch = new Batch(model, pictures.length);
  const flat = (rows) => Float32Array.from(rows.flatMap((row) => [...row]));
  const some = labels.slice(0, 3);
  const [x, z] = [flat(pictures), flat(codes)];
  const [before, beforeZ] = [x.slice(), z.slice()];
  const found = {
    raw: codes.map((code) => model.logits(code).slice()),
    decoded: codes.map((code) => model.decode(code).slice()),
    encoded: pictures.map((picture, i) => model.encode(picture, labels[i]).slice()),
    asLabel: model.encode(pictures[0]).slice(),
    posterior: model.scale ? pictures.map((picture, i) => model.posterior(picture, labels[i])) : [],
    manyRaw: batch.logits(z).slice(),
    manyDecoded: batch.decode(z).slice(),
    manyEncoded: batch.encode(x, undefined, labels).slice(),
    manyAsLabel: batch.encode(x).slice(0, model.latentDim),
    fewRan: batch.run(flat(pictures.slice(0, 3)), 3, some).slice(),
    fewEncoded: batch.codes.slice(0, 3 * model.latentDim),
  };
  const isKept = (a, b) => a.every((value, i) => Object.is(value, b[i]));
  const isAllKept = isKept(x, before) && isKept(z, beforeZ) && isKept(flat(pictures), x) && isKept(flat(codes), z);
  return { ...found, isAllKept };
}"""


def near(found: Iterable[Any], expected: Tensor, what: str) -> None:
    """To 1e-4, of numbers beyond 1 relative to the largest of them."""
    wanted = expected.flatten().numpy()
    tolerance = TOLERANCE * max(1, np.abs(wanted).max(initial=0))
    np.testing.assert_allclose(np.array(list(found)).ravel(), wanted, rtol=0, atol=tolerance, err_msg=what)


def compare(node: Node, model: Autoencoder, seed: int) -> None:
    """Everything that a model and a batch can be asked."""
    config = model.config
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(COUNT, *config.shape, generator=generator)
    x *= torch.rand(x.shape, generator=generator) < 0.6
    z = torch.randn(COUNT, config.latent_dim, generator=generator)
    labels = torch.randint(max(1, config.classes), (COUNT,), generator=generator)
    label = int(labels[-1])
    told, decoding = model.given(labels), model.given(label)
    arrays = [x.flatten(1).numpy(), z.numpy(), labels.tolist(), label]
    found = node.evaluate(RUN, [config.to_json(), tensors(model), *arrays])
    encoded, as_label = told.encode(x), decoding.encode(x[:1])
    raw, decoded, ran = decoding.raw(z), decoding.decode(z), told.decode(encoded)
    for name, expected in {"raw": raw, "decoded": decoded, "encoded": encoded, "asLabel": as_label}.items():
        near(found[name], expected, name)
        near(found[f"many{name[0].upper()}{name[1:]}"], expected, f"{name} of many")
    near(found["fewEncoded"], encoded[:3], "encoded of few")
    near(found["fewRan"], ran[:3], "run of few")
    if isinstance(told, VariationalAutoencoder):
        mu, logvar = told.posterior(x)
        for name, expected in {"mu": mu, "logvar": logvar, "sigma": (0.5 * logvar).exp()}.items():
            near([one[name] for one in found["posterior"]], expected, name)
    assert found["isAllKept"]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(configs(), st.integers(0, 1000))
def test_any_net_as_in_pytorch(node: Node, config: ModelConfig, seed: int) -> None:
    compare(node, random_model(config, seed), seed)


def test_a_label_that_is_none_is_refused(node: Node) -> None:
    config = ModelConfig(kind="ae", latent_dim=2, classes=3)
    ask = """async ([config, tensors, label]) => {
      const { Model } = await load("nn/nn.js");
      const model = new Model("m", config, tensors);
      return model.decode([0, 1], label).length;
    }"""
    asked = [config.to_json(), tensors(random_model(config, 0))]
    assert node.evaluate(ask, [*asked, 2]) == 784
    for label in (3, -1, 0.5, "1"):
        with pytest.raises(JavaScriptError, match=r"ModelError: the label is .*; it must be a whole number"):
            node.evaluate(ask, [*asked, label])
