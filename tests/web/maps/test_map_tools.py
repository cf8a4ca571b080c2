"""Tools and layers of both pages with maps, against autograd, PyTorch, scikit-learn and SciPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import expect
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.neighbors import kneighbors_graph

from tests.web.map_page import MapPage
from vae_core import checkpoint
from vae_core.data import Digits
from vae_core.spaces import latent, projection

OpenMap = Callable[..., MapPage]
# Their decoders have no corners: what is known on a lattice of places is known between them.
NAMES = ("tiny-elu", "tiny-softplus")
PAIR = f"left={NAMES[0]}&right={NAMES[1]}"
ENDS = [[-0.5, 0.2], [0.4, -0.3]]
STEPS = 64
GREY = 2.5e-3
# What the link says of the tool and of what lies behind: the Manifold page's own are those that it opens with.
GEODESIC = {"latent_map": "behind=magnification&tool=geodesic", "manifold_map": ""}
GRAPH = {"latent_map": "behind=graph&tool=graph", "manifold_map": "surface=graph"}
LAYERS = {
    "Density": "density",
    "Lattice": "lattice",
    "Votes": "votes",
    "Nothing": "nothing",
    "Neighbour graph": "graph",
    "Magnification": "magnification",
}
both_pages = pytest.mark.parametrize("component", ["latent_map", "manifold_map"])
PROPOSE = """async () => {
  const { proposeStops } = await load("state/stops.js");
  proposeStops("uci", [{ row: 1, levels: null }, { row: 2, levels: null }]);
}"""


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


def pixel_of(maps: MapPage, place: list[float]) -> list[float]:
    return [(1 + place[0]) / 2 * maps.size, (1 - place[1]) / 2 * maps.size]


@pytest.mark.parametrize(
    ("component", "query", "layer", "tool"),
    [
        ("latent_map", "", "Nothing", "Pin"),
        ("latent_map", "behind=votes&surface=graph", "Votes", "Pin"),
        ("manifold_map", "behind=votes", "Magnification", "Geodesic"),
        ("manifold_map", "surface=graph", "Neighbour graph", "Path"),
    ],
)
def test_links_from_before_there_was_one_map(
    open_map: OpenMap, component: str, query: str, layer: str, tool: str
) -> None:
    maps = open_map(f"{PAIR}&{query}", component)
    for name in (layer, tool):
        expect(maps.root.get_by_role("radio", name=name)).to_be_checked()


@both_pages
def test_every_layer_is_drawn_on_both_pages(open_map: OpenMap, component: str) -> None:
    maps = open_map(f"{PAIR}&seed=3", component)
    first, key = {"latent_map": ("Nothing", "behind"), "manifold_map": ("Magnification", "surface")}[component]
    seen: list[str] = []
    for name, said in LAYERS.items():
        maps.choose(name)
        maps.await_query(**{key: None if name == first else said})
        maps.page.wait_for_function(
            "([canvas, seen]) => !seen.includes(canvas.toDataURL())",
            arg=[maps.root.locator(".base").first.element_handle(), seen],
        )
        seen.append(maps.root.locator(".base").first.evaluate("(canvas) => canvas.toDataURL()"))


@both_pages
def test_geodesics_and_magnification(open_map: OpenMap, served_checkpoints: Path, uci: Digits, component: str) -> None:
    ends = "_".join(str(value) for end in ENDS for value in end)
    maps = open_map(f"{PAIR}&ends={ends}&{GEODESIC[component]}", component)
    page = maps.page
    for side, name in enumerate(NAMES):
        line = [[a + t * (b - a) for a, b in zip(*ENDS, strict=True)] for t in np.linspace(0, 1, STEPS)]
        codes = [maps.codes(pixel_of(maps, place), (name,))[0] for place in (line[0], line[-1])]
        ways = np.linspace(0, 1, STEPS)[:, None]
        straight = decode(served_checkpoints, name, (1 - ways) * codes[0] + ways * codes[1])
        found = re.fullmatch(r"geodesic (\S+) · straight (\S+) \((\S+) %\)", maps.numbers(side))
        assert found
        assert float(found[2]) == pytest.approx(length(straight), abs=0.0051)
        assert float(found[1]) <= float(found[2])
        for row in (0, 1):
            film = maps.film(side, row)
            assert len(film) == 9
            np.testing.assert_allclose(film[[0, -1]], straight[[0, -1]], atol=GREY)
        middle = decode(served_checkpoints, name, np.mean(codes, axis=0, keepdims=True))
        np.testing.assert_allclose(maps.film(side, 1)[4], middle[0], atol=GREY)

    # The pointer reads both maps at one place, and the scale says which colours stand for what.
    for side in (0, 1):
        expect(maps.root.locator(".heat-scale").nth(side)).to_have_text(re.compile("^× .*× "))
    pixel = maps.hover(0, 0.7, 0.4)
    for side, (name, code) in enumerate(zip(NAMES, maps.codes(pixel, NAMES), strict=True)):
        axes = projection.plane(latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes).axes
        expected = magnification(served_checkpoints, name, code, axes)
        mantissa, _, power = maps.where(side).rpartition("× ")[2].replace("−", "-").partition("e")
        # Two digits of it are shown.
        assert float(mantissa) * 10 ** int(power or 0) == pytest.approx(expected, rel=0.06)

    # Clicks set the ends, on both maps; a third starts over; Escape clears; a held end goes along.
    maps.click(0, 0.25, 0.25)
    expect(maps.root.locator(".lengths").first).to_have_text("Click the other end.")
    maps.await_query(ends=None)
    maps.click(1, 0.75, 0.5)
    np.testing.assert_allclose(ends_of(maps), [-0.5, 0.5, 0.5, 0], atol=2.5 / maps.size)
    maps.settle()
    page.mouse.move(*maps.at(0, 0.75, 0.5))
    page.mouse.down()
    page.mouse.move(*maps.at(0, 0.75, 0.75), steps=3)
    page.mouse.up()
    maps.settle()
    page.wait_for_function("() => new URL(location.href).searchParams.get('ends')?.split('_')[3] < -0.4")
    assert "view" not in maps.query(), "the map moved with the end"
    maps.marks(0).focus()
    maps.press("Escape")
    maps.await_query(ends=None)
    expect(maps.root.locator(".lengths").first).to_have_text("Click two places for the geodesic between them.")
    maps.leave()
    maps.press("Enter", "Shift+ArrowRight", "Shift+ArrowUp", "Enter")
    np.testing.assert_allclose(ends_of(maps), [0, 0, 0.25, 0.25], atol=2e-3)
    assert "z" not in maps.query(), "a click pinned"


def ends_of(maps: MapPage) -> list[float]:
    """The link's ends, once it has any."""
    maps.page.wait_for_function("() => new URL(location.href).searchParams.has('ends')")
    return [float(part) for part in maps.query()["ends"].split("_")]


@both_pages
def test_the_neighbour_graph_and_paths_through_it(
    open_map: OpenMap, served_checkpoints: Path, uci: Digits, component: str
) -> None:
    maps = open_map(f"{PAIR}&{GRAPH[component]}", component)
    k = 4
    maps.root.get_by_label("Neighbours").fill(str(k))
    maps.await_query(neighbours=str(k))
    maps.settle()
    encodings = [latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).codes for name in NAMES]
    graphs = [kneighbors_graph(codes, k, mode="distance") for codes in encodings]
    graphs = [graph.maximum(graph.T) for graph in graphs]
    parts = [connected_components(graph, directed=False) for graph in graphs]
    for side, graph in enumerate(graphs):
        count, labels = parts[side]
        largest = np.bincount(labels).max() / len(labels)
        facts = maps.facts(side)
        assert facts.startswith(f"{graph.nnz // 2:,} arcs · ")
        if count == 1:
            assert facts.endswith("one part")
        else:
            shown = re.search(r"· ([\d,]+) parts; the largest holds (\S+) %", facts)
            assert shown
            assert int(shown[1].replace(",", "")) == count
            assert float(shown[2]) == pytest.approx(100 * largest, abs=0.5)

    # Two digits of the same part, in the open, where no other code is nearer to the click.
    places = maps.places(NAMES[0])
    rows = open_rows(places * maps.size, maps.size, parts[0][1])
    for row in rows:
        maps.click(0, *places[row])
    maps.await_query(stops=f"{rows[0]}.{rows[1]}")
    maps.settle()
    assert str(rows[1]) in maps.where(0)
    _, before = dijkstra(graphs[0], indices=rows[0], return_predecessors=True)
    path = [rows[1]]
    while path[-1] != rows[0]:
        path.append(int(before[path[-1]]))
    path.reverse()
    assert maps.numbers(0).startswith(f"path of {len(path)} digits · length ")
    np.testing.assert_allclose(maps.film(0, 0), uci.images[path] / 255, atol=1e-6)
    shown = decode(served_checkpoints, NAMES[0], encodings[0][path])
    np.testing.assert_allclose(maps.film(0, 1), shown, atol=GREY)
    maps.leave()
    expect_arc(maps, graphs[0], places)

    maps.root.get_by_label("Neighbours").fill("1")
    maps.await_query(neighbours="1")
    maps.settle()
    lonely = kneighbors_graph(encodings[0], 1)
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
    a, b = graph.nonzero()
    starts, ends = places[a], places[b]
    inside = ((np.minimum(starts, ends) > 0.02) & (np.maximum(starts, ends) < 0.98)).all(axis=1)
    longest = np.where(inside, np.linalg.norm(ends - starts, axis=1), 0).argmax()
    points = [(starts[longest] + t * (ends[longest] - starts[longest])).tolist() for t in (0.3, 0.5, 0.7)]
    maps.page.wait_for_function(
        """([canvas, points]) => points.every(([x, y]) => {
          const [left, top] = [x * canvas.width - 1, y * canvas.width - 1];
          return canvas.getContext("2d").getImageData(left, top, 3, 3).data.some((value, i) => i % 4 < 3 && value > 40);
        })""",
        arg=[maps.root.locator(".base").first.element_handle(), points],
    )


@both_pages
def test_a_model_of_one_code_gets_a_sentence_and_the_other_its_map_with_the_means_that_its_graph_joins(
    open_map: OpenMap, served_checkpoints: Path, uci: Digits, component: str
) -> None:
    name = "tiny-vae-logvar"
    maps = open_map(f"left=tiny-one-code&right={name}&{GRAPH[component]}", component)
    expect(maps.root.locator(".problem").first).to_have_text("tiny-one-code: it has 1 code, and a plane takes 2.")
    assert maps.numbers(1).startswith("path of ")
    means = latent.encodings(checkpoint.load(served_checkpoints / name), uci.images).means
    corners = [pixel_of(maps, place) for place in ([0, 0], [1, 0], [0, 1])]
    origin, right, up = (np.array(maps.codes(pixel, (name,))[0]) for pixel in corners)
    places = np.linalg.lstsq(np.stack([right - origin, up - origin], 1), (means - origin).T)[0].T
    x, y = maps.hover(1, 0.55, 0.45)
    pointed = [2 * x / maps.size - 1, 1 - 2 * y / maps.size]
    row = int(np.square(places - pointed).sum(axis=1).argmin())
    assert maps.where(1).endswith(f", no. {row}")

    # What Interpolate only proposed is no choice: the link could not bring it back.
    before = maps.film(1, 0)
    maps.page.evaluate(PROPOSE)
    maps.root.get_by_label("Neighbours").fill("9")
    maps.await_query(neighbours="9")
    maps.settle()
    np.testing.assert_array_equal(maps.film(1, 0)[[0, -1]], before[[0, -1]])
    maps.choose("Magnification")
    maps.choose("Geodesic")
    maps.settle()
    assert maps.numbers(1).startswith("geodesic ")
    expect(maps.root.locator(".below").first).to_be_hidden()


def test_a_pin_of_the_manifold_page_is_decoded_there_and_goes_along(
    open_map: OpenMap, served_checkpoints: Path
) -> None:
    maps = open_map("seed=3", "manifold_map")
    names = ("ae-30", "vae-30")
    maps.choose("Pin")
    opening = maps.where(0)
    assert "z" not in maps.query(), "nobody has chosen z"
    seen = []
    for x in (0.3, 0.6):
        codes = maps.codes(maps.pin(0, x, 0.4), names)
        for side, name in enumerate(names):
            np.testing.assert_allclose(
                maps.film(side, 0)[0], decode(served_checkpoints, name, [codes[side]])[0], atol=GREY
            )
        seen.append(maps.where(0))
    maps.press("Control+z")
    assert maps.where(0) == seen[0] != opening
    maps.marks(0).focus()
    maps.press("ArrowRight")
    assert maps.where(0) != seen[0]
    maps.press("Escape")
    assert maps.where(0) == opening
    maps.button("Undo").click()
    maps.button("Undo").click()
    maps.settle_frame()
    assert maps.where(0) == seen[0]
    expect(maps.root.get_by_role("status").filter(has_text="Pinned")).to_contain_text("ae-30: PC 1")

    # With the models that it was pinned in, and not those that the Latent map opens with.
    maps.page.get_by_role("link", name="Latent map").click()
    latent_map = MapPage(maps.page, maps.trouble)
    latent_map.wait()
    assert latent_map.where(0) == seen[0]


@both_pages
def test_with_another_tool_in_hand_control_and_z_leave_the_pins(open_map: OpenMap, component: str) -> None:
    maps = open_map(f"{PAIR}&z=1_1_1&tool=geodesic", component)
    undo = maps.button("Undo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    maps.choose("Pin")
    maps.pin(0, 0.3, 0.3)
    expect(undo).to_have_attribute("aria-disabled", "false")
    maps.choose("Path")
    # The Latent map shows z whatever tool is in hand, and so what it was before.
    expect(undo).to_have_attribute("aria-disabled", str(component == "manifold_map").lower())
