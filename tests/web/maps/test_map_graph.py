"""The neighbour graph of both pages with maps, and paths through it, against scikit-learn and SciPy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.neighbors import kneighbors_graph

from tests.web.map_page import MapPage, OpenMap
from tests.web.maps.test_map_tools import NAMES, PAIR, both_pages
from tests.web.oracle import GREY, Oracle
from tests.web.shown import await_query

LINK = {"latent_map": "behind=graph&tool=graph", "manifold_map": "surface=graph"}
PROPOSE = """async () => {
  const { proposeStops } = await load("state/stops.js");
  proposeStops("uci", [{ row: 1, levels: null }, { row: 2, levels: null }]);
}"""
IS_DRAWN = """([canvas, points]) => points.every(([x, y]) => {
  const [left, top] = [x * canvas.width - 1, y * canvas.width - 1];
  return canvas.getContext("2d").getImageData(left, top, 3, 3).data.some((value, i) => i % 4 < 3 && value > 40);
})"""


def ask_for(maps: MapPage, neighbours: int) -> None:
    maps.root.get_by_label("Neighbours").fill(str(neighbours))
    await_query(maps.page, neighbours=str(neighbours))
    maps.answered()


@both_pages
def test_the_neighbour_graph_and_paths_through_it(open_map: OpenMap, oracle: Oracle, component: str) -> None:
    maps = open_map(f"{PAIR}&{LINK[component]}", component)
    ask_for(maps, 4)
    codes = [oracle.encodings(name).codes for name in NAMES]
    graphs = [kneighbors_graph(each, 4, mode="distance") for each in codes]
    graphs = [graph.maximum(graph.T) for graph in graphs]
    parts = [connected_components(graph, directed=False) for graph in graphs]
    for side, (graph, (count, labels)) in enumerate(zip(graphs, parts, strict=True)):
        facts = maps.facts(side)
        assert facts.startswith(f"{graph.nnz // 2:,} arcs · ")
        if count == 1:
            assert facts.endswith("one part")
        else:
            shown = re.search(r"· ([\d,]+) parts; the largest holds (\S+) %", facts)
            assert shown
            assert int(shown[1].replace(",", "")) == count
            assert float(shown[2]) == pytest.approx(100 * np.bincount(labels).max() / len(labels), abs=0.5)

    # Two digits of the same part, in the open, where no other code is nearer to the click.
    places = maps.places(NAMES[0])
    rows = open_rows(places * maps.size, maps.size, parts[0][1])
    for row in rows:
        maps.click_at(0, *places[row])
    await_query(maps.page, stops=f"{rows[0]}.{rows[1]}")
    maps.answered()
    assert str(rows[1]) in maps.where(0)
    _, before = dijkstra(graphs[0], indices=rows[0], return_predecessors=True)
    path = [rows[1]]
    while path[-1] != rows[0]:
        path.append(int(before[path[-1]]))
    path.reverse()
    assert maps.numbers(0).startswith(f"path of {len(path)} digits · length ")
    np.testing.assert_allclose(maps.film(0, 0), oracle.pixels(path), atol=1e-6)
    np.testing.assert_allclose(maps.film(0, 1), oracle.decode(NAMES[0], codes[0][path]), atol=GREY)
    maps.leave()
    expect_arc(maps, graphs[0], places)

    ask_for(maps, 1)
    lonely = kneighbors_graph(codes[0], 1)
    count, labels = connected_components(lonely.maximum(lonely.T), directed=False)
    assert labels[rows[0]] != labels[rows[1]], "plant two digits that one neighbour does not join"
    words = f"No path joins the two digits, which lie in different parts of the graph ({count} in all)"
    assert words in maps.numbers(0)
    assert f"{count} parts" in maps.facts(0)


def open_rows(pixels: NDArray[np.float64], size: float, labels: NDArray[np.int32]) -> list[int]:
    """Two rows of the largest part whose points are alone on the map and far from each other."""
    inside = np.flatnonzero(
        ((pixels > 30) & (pixels < size - 30)).all(axis=1) & (labels == np.bincount(labels).argmax())
    )
    distance = np.linalg.norm(pixels[inside][:, None] - pixels[None], axis=2)
    distance[np.arange(len(inside)), inside] = np.inf
    alone = inside[distance.min(axis=1) > 4]
    apart = np.linalg.norm(pixels[alone][:, None] - pixels[alone][None], axis=2)
    first, second = np.unravel_index(apart.argmax(), apart.shape)
    return [int(alone[first]), int(alone[second])]


def expect_arc(maps: MapPage, graph: Any, places: NDArray[np.float64]) -> None:
    """Something is drawn all along the arc that is longest on the left map: no pixel is as dark as the ground."""
    starts, ends = (places[rows] for rows in graph.nonzero())
    inside = ((np.minimum(starts, ends) > 0.02) & (np.maximum(starts, ends) < 0.98)).all(axis=1)
    longest = np.where(inside, np.linalg.norm(ends - starts, axis=1), 0).argmax()
    points = [(starts[longest] + t * (ends[longest] - starts[longest])).tolist() for t in (0.3, 0.5, 0.7)]
    maps.page.wait_for_function(IS_DRAWN, arg=[maps.root.locator(".base").first.element_handle(), points])


@both_pages
def test_a_model_of_one_code_gets_a_sentence_and_the_other_its_map_with_the_means_that_its_graph_joins(
    open_map: OpenMap, oracle: Oracle, component: str
) -> None:
    name = "tiny-vae-logvar"
    maps = open_map(f"left=tiny-one-code&right={name}&{LINK[component]}", component)
    expect(maps.root.locator(".problem").first).to_have_text("tiny-one-code: it has 1 code, and a plane takes 2.")
    assert maps.numbers(1).startswith("path of ")
    means = oracle.encodings(name).means
    corners = [maps.pixel_of(place) for place in ((0, 0), (1, 0), (0, 1))]
    origin, right, up = (np.array(maps.codes(pixel, (name,))[0]) for pixel in corners)
    places = np.linalg.lstsq(np.stack([right - origin, up - origin], 1), (means - origin).T)[0].T
    x, y = maps.hover(1, 0.55, 0.45)
    pointed = [2 * x / maps.size - 1, 1 - 2 * y / maps.size]
    row = int(np.square(places - pointed).sum(axis=1).argmin())
    assert maps.where(1).endswith(f", no. {row}")

    # What Interpolate only proposed is no choice: the link could not bring it back.
    before = maps.film(1, 0)
    maps.page.evaluate(PROPOSE)
    ask_for(maps, 9)
    np.testing.assert_array_equal(maps.film(1, 0)[[0, -1]], before[[0, -1]])
    maps.choose("Magnification")
    maps.choose("Geodesic")
    maps.answered()
    assert maps.numbers(1).startswith("geodesic ")
    expect(maps.root.locator(".below").first).to_be_hidden()
