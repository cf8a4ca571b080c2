"""What a browser says of where a picture lies is what Python says, at a cost that no frame feels."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.js.node import Node
from vae_core import checkpoint
from vae_core.config import Shape
from vae_core.data import Digits, as_input
from vae_core.metrics import stroke_features
from vae_core.metrics.whereabouts import AT_THE_EDGE, NO_DIGIT, digit_manifold, whereabouts

MEASURE = """async ([name, pictures, codes]) => {
  const { DigitManifold, lineOf, strokeFeatures } = await load("maths/whereabouts.js");
  const { loadModel, locate } = await load("server/models.js");
  const side = { name, model: await loadModel(name) };
  const before = lineOf(side, codes[0], pictures[0]).words;
  await locate([side, side], "uci");
  const times = [];
  const found = pictures.map((picture, k) => {
    const start = performance.now();
    const { apart, share } = side.where.manifold.measure(picture);
    times.push(performance.now() - start);
    return { apart, share, ...lineOf(side, codes[k], picture) };
  });
  const features = pictures.slice(0, 20).map((picture) => strokeFeatures(picture, side.model.shape).slice());
  return { before, found, features, milliseconds: times.sort((a, b) => a - b)[times.length >> 1] };
}"""


@pytest.mark.parametrize("name", ["ae-2", "vae-30", "tiny-ae"])
def test_the_browser_says_what_python_says(name: str, served_node: Node, served_checkpoints: Path, uci: Digits) -> None:
    if not (served_checkpoints / name).exists():
        pytest.skip(f"{name} is not shipped")
    model = checkpoint.load(served_checkpoints / name)
    manifold = digit_manifold(uci.images)
    generator = torch.Generator().manual_seed(0)
    own = model.encode(as_input(uci.images))
    draws = torch.randn(60, model.config.latent_dim, generator=generator)
    # The worst that the model makes of a digit are among them.
    worst = np.argsort(-whereabouts(manifold, model.decode(own)).share)[:40].copy()
    codes = torch.cat([draws, own[:100], own[worst]])
    pictures = model.decode(codes)
    answer = served_node.evaluate(MEASURE, [name, pictures.reshape(-1, 784).numpy(), codes.numpy()])
    assert answer["before"] == ""
    np.testing.assert_allclose(answer["features"], stroke_features(pictures[:20]).numpy(), atol=1e-4)
    expected = whereabouts(manifold, pictures)
    np.testing.assert_allclose([one["apart"] for one in answer["found"]], expected.apart, rtol=1e-3)
    np.testing.assert_allclose([one["share"] for one in answer["found"]], expected.share, atol=5e-3)
    for k, (one, share) in enumerate(zip(answer["found"], expected.share.tolist(), strict=True)):
        if min(abs(share - AT_THE_EDGE), abs(share - NO_DIGIT)) < 5e-3:
            continue
        own_code = k >= len(draws)
        kind = "digits" if share <= AT_THE_EDGE else "edge" if share <= NO_DIGIT or own_code else "none"
        assert one["kind"] == kind
        words = {"digits": "where digits lie", "edge": "at their edge", "none": "where no digit lies"}
        assert one["words"] == words[kind]
        assert f"{int(100 * one['share'])} % of the digits" in one["title"]
    assert all(one["kind"] != "none" for one in answer["found"][len(draws) :]), "a digit's own code"
    assert answer["milliseconds"] < 2


@pytest.mark.parametrize("shape", [(1, 20, 16), (3, 32, 32), (3, 9, 11)], ids=str)
def test_strokes_of_any_picture_as_in_python(shape: Shape, node: Node) -> None:
    pictures = torch.rand(5, *shape, generator=torch.Generator().manual_seed(0))
    found = node.evaluate(
        """async ([pictures, sizes]) => {
          const { strokeFeatures } = await load("maths/whereabouts.js");
          const { Shape } = await load("nn/shape.js");
          return pictures.map((picture) => strokeFeatures(picture, new Shape(sizes)).slice());
        }""",
        [pictures.flatten(1).numpy(), shape],
    )
    np.testing.assert_allclose(found, stroke_features(pictures).numpy(), atol=1e-4)
