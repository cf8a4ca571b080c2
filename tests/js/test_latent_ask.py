"""latent_ask.js asks the app's routes."""

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tests.js.node import Node
from vae_core import checkpoint
from vae_core.data import as_input, uci_digits
from vae_core.spaces import manifold, paths

MODEL, PLANE = "tiny-vae-logvar", "tiny-tanh"
ASK = """async ([model, plane]) => {
  const ask = await load("server/latent_ask.js");
  const { askFilm } = await load("server/film.js");
  const { loadPlane } = await load("map/plane.js");
  const all = async (lines) => {
    const found = [];
    for await (const line of lines) found.push(line);
    return found;
  };
  const said = (work) => work().then(() => "nothing", (error) => `${error.name}: ${error.message}`);
  const set = { model, digits: "uci" };
  const onMap = { model: plane, digits: "uci" };
  const graph = { k: 12, distance: "cosine", mutual: false };
  const frames = Uint8Array.from({ length: 3 * 784 }, (_, i) => (i * 7) % 256);
  const film = (panels) => askFilm({ panels, format: "webp", size: 28, fps: 10, loop: true });
  // The caption is drawn by a browser; here it is black.
  const getImageData = (_x, _y, width, height) => new ImageData(width, height);
  const g = { fillRect() {}, fillText() {}, measureText: () => ({ width: 0 }), getImageData };
  document.createElement = () => ({ getContext: () => g });
  const { origin, axes, centre, half } = await loadPlane(plane, "uci");
  return {
    slerp: await ask.askPath({ ...set, stops: "3.77", path: "slerp" }),
    pixels: await ask.askPath({ ...set, stops: "5.5", path: "pixels" }),
    along: await ask.askPath({ ...set, stops: "3.77", path: "graph", graph }),
    graph: await ask.askGraph({ ...set, ...graph }),
    geodesic: await all(ask.askGeodesic({ ...set, stops: "3.77" })),
    onPlane: await all(ask.askPlaneGeodesic({ ...onMap, from: [0.5, -0.25], to: [-0.75, 0.125] })),
    tangent: await ask.askTangent({ ...set, at: "3" }),
    pinned: (await ask.askTangent({ ...set, z: [0.5, -1, 0, 2.125] })).z,
    magnification: await ask.askMagnification(onMap),
    plane: { origin, axes, centre, half },
    film: new Uint8Array(await (await film([{ caption: "A", frames }])).arrayBuffer()),
    problems: [
      await said(() => ask.askPath({ ...set, stops: "3.77", path: "graph", graph: { ...graph, k: 1, mutual: true } })),
      await said(() => ask.askMagnification({ model: "tiny-one-code", digits: "uci" })),
      await said(() => all(ask.askPlaneGeodesic({ model: "tiny-one-code", digits: "uci", from: [0, 0], to: [1, 1] }))),
      await said(() => film([])),
      await said(() => ask.askTangent({ ...set, at: "3" }, AbortSignal.abort())),
      await said(async () => {
        const away = new AbortController();
        for await (const _ of ask.askGeodesic({ ...set, stops: "30.1000" }, away.signal)) away.abort();
      }),
    ],
  };
}"""


def test_every_question_is_answered_as_the_core_does(served_node: Node, served_checkpoints: Path) -> None:
    found = served_node.evaluate(ASK, [MODEL, PLANE])
    model, images = checkpoint.load(served_checkpoints / MODEL), uci_digits().images
    ends = model.encode(as_input(images[[3, 77]])).numpy()
    expected = paths.measure(model, paths.slerp(*ends, 64), images)
    slerp = found["slerp"]
    np.testing.assert_allclose(np.reshape(slerp["curve"], (64, 4)), paths.slerp(*ends, 64), atol=1e-5)
    for name in ("length", "energy", "jump", "speed", "nearest"):
        np.testing.assert_allclose(slerp[name], getattr(expected, name), rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(slerp["nearestRow"], expected.nearest_row)
    assert (found["pixels"]["curve"], found["pixels"]["jump"], found["pixels"]["length"]) == (None, None, 0)

    along, graph = found["along"]["rows"], found["graph"]
    assert (along[0], along[-1]) == (3, 77)
    arcs = set(map(tuple, np.reshape(graph["arcs"], (-1, 2))))
    assert arcs >= {(min(pair), max(pair)) for pair in pairwise(along)}
    assert (len(graph["part"]), graph["parts"]) == (1797, max(graph["part"]) + 1)

    first, *_, last = found["geodesic"]
    np.testing.assert_allclose(np.reshape(first["curve"], (64, 4)), paths.straight(*ends, 64), atol=1e-5)
    assert (first["round"], first["done"], last["done"]) == (0, False, True)
    assert last["length"] <= first["length"]
    assert len(last["speed"]) == len(last["nearest"]) - 1 == len(last["nearestRow"]) - 1 == 63

    # The browser's plane says which codes the server's normalised places are.
    plane, flat = found["plane"], checkpoint.load(served_checkpoints / PLANE)
    line = found["onPlane"][-1]
    places = np.reshape(line["places"], (64, 2))
    np.testing.assert_allclose(places[[0, -1]], [[0.5, -0.25], [-0.75, 0.125]], atol=1e-5)
    points = np.array(plane["centre"]) + plane["half"] * places
    codes = torch.tensor(np.array(plane["origin"]) + points @ np.reshape(plane["axes"], (2, 2)), dtype=torch.float32)
    length = float(flat.decode(codes).flatten(1).diff(dim=0).norm(dim=1).sum())
    assert line["length"] <= line["straightLength"]
    np.testing.assert_allclose(line["length"], length, rtol=1e-3)
    shown = found["magnification"]
    middle = (shown["extent"] - shown["extent"] / shown["side"]) * np.array([-1, 1])
    corner = torch.tensor(np.array(plane["centre"]) + plane["half"] * middle, dtype=torch.float32)
    factor = manifold.magnification(manifold.jacobian(flat.decode, corner[None]))
    np.testing.assert_allclose(shown["log10"][0], factor.log10().item(), atol=1e-3)

    tangent, expected_tangent = found["tangent"], manifold.tangent(model.decode, ends[0])
    np.testing.assert_allclose(np.reshape(tangent["jacobian"], (4, 784)), expected_tangent.jacobian.T, atol=1e-5)
    assert found["pinned"].tolist() == [0.5, -1, 0, 2.125]
    film = Image.open(io.BytesIO(bytes(found["film"])))
    assert film.n_frames == 3
    np.testing.assert_array_equal(np.asarray(film.convert("L"))[-28:].ravel(), np.arange(784) * 7 % 256)

    disconnected, no_plane, no_map, no_film, *aborted = found["problems"]
    assert disconnected.startswith("LoadError: No path joins the two digits")
    assert no_plane == no_map == "LoadError: tiny-one-code: it has 1 code, and a plane takes 2."
    assert no_film == "LoadError: A film has 1 to 4 panels."
    assert all(words.startswith("AbortError: ") for words in aborted)
