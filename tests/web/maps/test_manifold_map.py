"""Magnification, geodesics and the neighbour graph on the map, against autograd, PyTorch, scikit-learn and SciPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.neighbors import kneighbors_graph

from tests.web.manifold_map_page import ManifoldMapPage
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent, projection

OpenPage = Callable[..., tuple[Page, Any]]
# Their decoders have no corners: what is known on a lattice of places is known between them.
NAMES = ("tiny-elu", "tiny-softplus")
ENDS = [[-0.5, 0.2], [0.4, -0.3]]
STEPS = 64
PROPOSE = """async () => {
  const { proposeStops } = await load("state/stops.js");
  proposeStops("uci", [{ row: 1, levels: null }, { row: 2, levels: null }]);
}"""
GREY = 2.5e-3


def decode(root: Path, name: str, codes: Any) -> NDArray[np.float64]:
    return checkpoint.load(root / name).decode(torch.tensor(codes, dtype=torch.float32))[:, 0].double().numpy()


def length(pictures: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(np.diff(pictures, axis=0)).sum(axis=(1, 2))).sum())


def magnification(root: Path, name: str, code: list[float], axes: NDArray[np.float32]) -> float:
    """sqrt(det G) of the decoder on its plane, by reverse mode in float64."""
    model = checkpoint.load(root / name).double()
    found = torch.autograd.functional.jacobian(lambda z: model.decode(z[None]).flatten(), torch.tensor(code).double())
    plane = found @ torch.tensor(axes).double().T
    return float(torch.linalg.det(plane.T @ plane).sqrt())


@pytest.fixture
def open_manifold(open_page: OpenPage, app: str) -> Callable[..., ManifoldMapPage]:
    def open_manifold(query: str) -> ManifoldMapPage:
        page, _ = open_page()
        page.goto(f"{app}manifold?{query}")
        manifold = ManifoldMapPage(page)
        manifold.wait()
        return manifold

    return open_manifold


def test_magnification_geodesics_and_the_neighbour_graph(
    open_manifold: Callable[..., ManifoldMapPage], served_checkpoints: Path, uci: Digits, tmp_path: Path
) -> None:
    manifold = open_manifold(f"left={NAMES[0]}&right={NAMES[1]}&ends={'_'.join(str(v) for end in ENDS for v in end)}")
    page, size = manifold.page, manifold.size
    encodings = [latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes for name in NAMES]
    axes = [projection.plane(codes).axes for codes in encodings]

    for side, name in enumerate(NAMES):
        line = [[a + t * (b - a) for a, b in zip(*ENDS, strict=True)] for t in np.linspace(0, 1, STEPS)]
        straight = decode(served_checkpoints, name, manifold.codes(name, line))
        found = re.fullmatch(r"geodesic (\S+) · straight (\S+) \((\S+) %\)", manifold.numbers(side))
        assert found
        assert float(found[2]) == pytest.approx(length(straight), abs=0.0051)
        assert float(found[1]) <= float(found[2])
        ends = straight[[0, -1]]
        for row in (0, 1):
            film = manifold.film(side, row)
            assert len(film) == 9
            np.testing.assert_allclose(film[[0, -1]], ends, atol=GREY)
        middle = manifold.codes(name, [[(a + b) / 2 for a, b in zip(*ENDS, strict=True)]])
        np.testing.assert_allclose(manifold.film(side, 1)[4], decode(served_checkpoints, name, middle)[0], atol=GREY)

    # The pointer reads both maps at one place.
    page.mouse.move(*manifold.at(0, 0.7 * size, 0.4 * size))
    for side, name in enumerate(NAMES):
        words = manifold.where(side)
        box = manifold.marks(0).bounding_box()
        assert box
        place = [2 * 0.7 - 1, 1 - 2 * 0.4]
        (code,) = manifold.codes(name, [place])
        expected = magnification(served_checkpoints, name, code, axes[side])
        mantissa, _, power = words.rpartition("× ")[2].replace("−", "-").partition("e")
        # Two digits of it are shown.
        assert float(mantissa) * 10 ** int(power or 0) == pytest.approx(expected, rel=0.06)

    # Clicks set the ends, on both maps; a third starts over; Escape clears; a held end goes along.
    manifold.click(0, 0.25 * size, 0.25 * size)
    expect(manifold.root.locator(".lengths").first).to_have_text("Click the other end.")
    manifold.click(1, 0.75 * size, 0.5 * size)
    manifold.settle()
    chosen = [float(part) for part in manifold_ends(manifold)]
    np.testing.assert_allclose(chosen, [-0.5, 0.5, 0.5, 0], atol=2.5 / size)
    page.mouse.move(*manifold.at(0, 0.75 * size, 0.5 * size))
    page.mouse.down()
    page.mouse.move(*manifold.at(0, 0.75 * size, 0.75 * size), steps=3)
    page.mouse.up()
    manifold.settle()
    page.wait_for_function("() => new URL(location.href).searchParams.get('ends')?.split('_')[3] < -0.4")
    assert "view" not in manifold.query(), "the map moved with the end"
    manifold.marks(0).focus()
    page.keyboard.press("Escape")
    manifold.await_query(ends=None)
    expect(manifold.root.locator(".lengths").first).to_have_text("Click two places for the geodesic between them.")
    page.mouse.move(5, 5)
    for key in ("Enter", "Shift+ArrowRight", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    manifold.settle()
    np.testing.assert_allclose([float(part) for part in manifold_ends(manifold)], [0, 0, 0.25, 0.25], atol=2e-3)

    # The neighbour graph, at first of the stops of Interpolate, of which nobody has chosen any.
    k = 4
    manifold.root.get_by_text("Neighbour graph").click()
    manifold.root.get_by_label("Neighbours").fill(str(k))
    manifold.await_query(surface="graph", neighbours=str(k))
    manifold.settle()
    graphs = [kneighbors_graph(codes, k, mode="distance") for codes in encodings]
    graphs = [graph.maximum(graph.T) for graph in graphs]
    parts = [connected_components(graph, directed=False) for graph in graphs]
    for side, graph in enumerate(graphs):
        count, labels = parts[side]
        largest = np.bincount(labels).max() / len(labels)
        facts = manifold.facts(side)
        assert facts.startswith(f"{graph.nnz // 2:,} arcs · ")
        if count == 1:
            assert facts.endswith("one part")
        else:
            shown = re.search(r"· ([\d,]+) parts; the largest holds (\S+) %", facts)
            assert shown
            assert int(shown[1].replace(",", "")) == count
            assert float(shown[2]) == pytest.approx(100 * largest, abs=0.5)

    # Two digits of the same part, in the open, where no other code is nearer to the click.
    rows = open_rows(manifold, encodings[0], parts[0][1])
    for x, y in manifold.pixels(NAMES[0], rows):
        manifold.click(0, x, y)
    manifold.await_query(stops=f"{rows[0]}.{rows[1]}")
    manifold.settle()
    assert str(rows[1]) in manifold.where(0)
    _, before = dijkstra(graphs[0], indices=rows[0], return_predecessors=True)
    path = [rows[1]]
    while path[-1] != rows[0]:
        path.append(int(before[path[-1]]))
    path.reverse()
    assert manifold.numbers(0).startswith(f"path of {len(path)} digits · length ")
    np.testing.assert_allclose(manifold.film(0, 0), uci.images[path] / 255, atol=1e-6)
    shown = decode(served_checkpoints, NAMES[0], encodings[0][path])
    np.testing.assert_allclose(manifold.film(0, 1), shown, atol=GREY)

    # Arcs are drawn where they are: along the longest, no pixel is as dark as the ground.
    manifold.page.mouse.move(5, 5)
    assert arc_is_drawn(manifold, graphs[0])

    with page.expect_download() as download:
        page.keyboard.press("m")
    download.value.save_as(tmp_path / "maps.png")
    assert download.value.suggested_filename == f"graph-{NAMES[0]}-{NAMES[1]}.png"
    with Image.open(tmp_path / "maps.png") as picture:
        assert picture.size[0] > 1500

    manifold.root.get_by_label("Neighbours").fill("1")
    manifold.await_query(neighbours="1")
    manifold.settle()
    lonely = kneighbors_graph(encodings[0], 1)
    count, labels = connected_components(lonely.maximum(lonely.T), directed=False)
    assert labels[rows[0]] != labels[rows[1]], "plant two digits that one neighbour does not join"
    assert f"No path joins the two digits, which lie in different parts of the graph ({count} in all)" in (
        manifold.numbers(0)
    )
    assert f"{count} parts" in manifold.facts(0)


def manifold_ends(manifold: ManifoldMapPage) -> list[str]:
    """The link's ends, once it has any."""
    manifold.page.wait_for_function("() => new URL(location.href).searchParams.has('ends')")
    return manifold.query()["ends"].split("_")


def open_rows(manifold: ManifoldMapPage, codes: NDArray[np.float32], labels: NDArray[np.int32]) -> list[int]:
    """Two rows of the largest part whose points are alone on the map and far from each other."""
    pixels = np.array(manifold.pixels(NAMES[0], list(range(len(codes)))))
    inside = np.flatnonzero(
        ((pixels > 30) & (pixels < manifold.size - 30)).all(axis=1) & (labels == np.bincount(labels).argmax())
    )
    distance = np.linalg.norm(pixels[inside][:, None] - pixels[None], axis=2)
    distance[np.arange(len(inside)), inside] = np.inf
    alone = inside[distance.min(axis=1) > 4]
    apart = np.linalg.norm(pixels[alone][:, None] - pixels[alone][None], axis=2)
    first, second = np.unravel_index(apart.argmax(), apart.shape)
    return [int(alone[first]), int(alone[second])]


def arc_is_drawn(manifold: ManifoldMapPage, graph: Any) -> bool:
    """Whether something is drawn all along the arc that is longest on the left map."""
    a, b = graph.nonzero()
    pixels = np.array(manifold.pixels(NAMES[0], list(range(graph.shape[0]))))
    starts, ends = pixels[a], pixels[b]
    inside = ((np.minimum(starts, ends) > 5) & (np.maximum(starts, ends) < manifold.size - 5)).all(axis=1)
    longest = np.where(inside, np.linalg.norm(ends - starts, axis=1), 0).argmax()
    points = [list(map(float, starts[longest] + t * (ends[longest] - starts[longest]))) for t in (0.3, 0.5, 0.7)]
    manifold.page.wait_for_function(
        """([points, size]) => {
          const canvas = document.querySelectorAll("*");
          const root = [...canvas].map(({ shadowRoot }) => shadowRoot?.querySelector("[data-component=manifold_map]"))
            .find(Boolean);
          const base = root.querySelector(".base");
          const scale = base.width / size;
          return points.every(([x, y]) => {
            const { data } = base.getContext("2d").getImageData(x * scale - 1, y * scale - 1, 3, 3);
            return data.some((value, i) => i % 4 < 3 && value > 40);
          });
        }""",
        arg=[points, manifold.size],
    )
    return True


def test_a_model_of_one_code_gets_a_sentence_and_the_other_its_map_with_the_means_that_its_graph_joins(
    open_manifold: Callable[..., ManifoldMapPage], served_checkpoints: Path, uci: Digits
) -> None:
    name = "tiny-vae-logvar"
    manifold = open_manifold(f"left=tiny-one-code&right={name}&surface=graph")
    problem = manifold.root.locator(".problem").first
    expect(problem).to_have_text("tiny-one-code: it has 1 code, and a plane takes 2.")
    assert manifold.numbers(1).startswith("path of ")
    means = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).means
    origin, right, up = np.array(manifold.codes(name, [[0, 0], [1, 0], [0, 1]]))
    places = np.linalg.lstsq(np.stack([right - origin, up - origin], 1), (means - origin).T)[0].T
    # The mean that is farthest out.
    row = int(np.square(places).sum(axis=1).argmax())
    (x, y), size = places[row], manifold.size
    manifold.page.mouse.move(*manifold.at(1, (1 + x) / 2 * size, (1 - y) / 2 * size))
    assert manifold.where(1).endswith(f", no. {row}")

    # What Interpolate only proposed is no choice: the link could not bring it back.
    before = manifold.film(1, 0)
    manifold.page.evaluate(PROPOSE)
    manifold.root.get_by_label("Neighbours").fill("9")
    manifold.await_query(neighbours="9")
    manifold.settle()
    np.testing.assert_array_equal(manifold.film(1, 0)[[0, -1]], before[[0, -1]])
    manifold.root.get_by_text("Magnification").click()
    manifold.settle()
    assert manifold.numbers(1).startswith("geodesic ")
    expect(manifold.root.locator(".below").first).to_be_hidden()
