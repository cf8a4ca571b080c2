"""The graph that joins each digit's code to its nearest: proximity arcs, their parts, and paths along them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from sklearn.neighbors import NearestNeighbors

from vae_core.arrays import Frozen
from vae_core.errors import DisconnectedError, PathError

NeighbourMetric = Literal["euclidean", "cosine"]
METRICS: tuple[NeighbourMetric, ...] = get_args(NeighbourMetric)

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class NeighbourGraph(Frozen):
    """An undirected graph of N digits; arrays read-only.

    Attributes:
        arcs: int64 [E, 2], the rows that each arc joins, the smaller first; in ascending order.
        lengths: float64 [E], not negative; 0 between twins.
        count: N.
        k: neighbours of each digit.
        metric: by which they were found.
        mutual: whether an arc takes both of its digits to be neighbours of the other, or one.
        weight: what `lengths` are measured in: "latent", by `metric`, or "pixels", between decoded pictures.
        components: how many connected parts the graph has.
        labels: int32 [N], which part each digit is in; 0 is the largest.
    """

    arcs: Rows
    lengths: Wide
    count: int
    k: int
    metric: NeighbourMetric
    mutual: bool
    weight: Literal["latent", "pixels"]
    components: int
    labels: NDArray[np.int32]

    @property
    def matrix(self) -> csr_array:
        """The lengths, symmetric [N, N]; an arc of length 0 is a stored 0."""
        return _symmetric(self.arcs, self.lengths, self.count)


@dataclass(frozen=True)
class GraphPath:
    """A shortest path.

    Attributes:
        rows: from source to target, both included.
        length: the sum of its arcs.
    """

    rows: list[int]
    length: float


@dataclass(frozen=True)
class Neighbours(Frozen):
    """Each code's nearest others, from which graphs of as many neighbours and fewer are made; arrays read-only.

    Attributes:
        distances: float64 [N, k], ascending.
        rows: int64 [N, k].
        metric: by which they were found.
    """

    distances: Wide
    rows: Rows
    metric: NeighbourMetric


def graph(codes: Array, k: int, metric: NeighbourMetric = "euclidean", mutual: bool = False) -> NeighbourGraph:
    """Joins each code to its k nearest others (the first step of Isomap: Tenenbaum, de Silva & Langford, 2000).

    Args:
        codes: float32 [N, D], at least two.
        k: 1 to N - 1.
        metric: "euclidean", or "cosine": the angle in radians between two codes, seen from 0. A code that is 0 has no
            direction and is taken to be at pi / 3, 60 degrees, from all others.
        mutual: an arc takes both digits to be among the k nearest of the other; else one suffices.

    Raises:
        PathError: k is out of range, there are fewer than two codes, or some are not finite.
    """
    return graph_of(neighbours(codes, k, metric), k, mutual)


def neighbours(codes: Array, k: int, metric: NeighbourMetric = "euclidean") -> Neighbours:
    """Finds each code's k nearest others; the arguments and errors are those of `graph`."""
    count = len(codes)
    if count < 2:
        raise PathError(f"a neighbour graph takes at least two digits, not {count}")
    _require_k(k, count)
    if not np.isfinite(codes).all():
        raise PathError("some of the codes are not finite numbers")
    distances, rows = NearestNeighbors(n_neighbors=k).fit(_searched(codes, metric)).kneighbors()
    # The chord of an angle on the unit sphere is 2 sin(angle / 2).
    lengths = 2 * np.arcsin(np.minimum(distances / 2, 1)) if metric == "cosine" else distances
    return Neighbours(lengths, rows.astype(np.int64), metric)


def graph_of(found: Neighbours, k: int, mutual: bool = False) -> NeighbourGraph:
    """The graph of the first k of the neighbours found.

    Raises:
        PathError: k is not among 1 to N - 1.
        ValueError: fewer neighbours were found.
    """
    count, most = found.rows.shape
    _require_k(k, count)
    if k > most:
        raise ValueError(f"{most} neighbours were found, not {k}")
    here, there = np.repeat(np.arange(count), k), found.rows[:, :k].ravel()
    # A pair as one number: pairs of numbers take ten times as long to sort.
    pairs = np.minimum(here, there) * count + np.maximum(here, there)
    pairs, first, times = np.unique(pairs, return_index=True, return_counts=True)
    kept = times == 2 if mutual else np.ones(len(pairs), bool)
    arcs = np.stack(np.divmod(pairs[kept], count), axis=1)
    lengths = found.distances[:, :k].ravel()[first[kept]]
    components, labels = connected_components(_symmetric(arcs, lengths, count), directed=False)
    by_size = np.argsort(-np.bincount(labels), kind="stable")
    return NeighbourGraph(
        arcs=arcs,
        lengths=lengths,
        count=count,
        k=k,
        metric=found.metric,
        mutual=mutual,
        weight="latent",
        components=int(components),
        labels=np.argsort(by_size)[labels].astype(np.int32),
    )


def nearest_row(codes: Array, z: Array, metric: NeighbourMetric = "euclidean") -> int:
    """The row of the code nearest to one that may be no digit's: float32 [N, D] and [D]."""
    everyone, one = _searched(codes, metric), _searched(z[None], metric)
    return int(np.square(everyone - one).sum(1).argmin())


def in_pixels(graph: NeighbourGraph, pictures: Array) -> NeighbourGraph:
    """The same arcs, as long as the distance between the pictures that their ends decode to.

    Chen et al. (2019), *Fast Approximate Geodesics for Deep Generative Models*: the shortest path through such a graph
    stands in for the geodesic.

    Args:
        graph: of N digits.
        pictures: float32 [N, ...] in [0, 1].
    """
    flat = pictures.reshape(len(pictures), -1)
    # Arc by arc in blocks: all at once, 100,000 arcs would take 600 MB.
    blocks = np.array_split(graph.arcs, max(1, len(graph.arcs) // 5000))
    lengths = [np.linalg.norm(flat[block[:, 0]] - flat[block[:, 1]], axis=1) for block in blocks]
    return replace(graph, lengths=np.concatenate(lengths).astype(np.float64), weight="pixels")


def shortest_path(graph: NeighbourGraph, source: int, target: int) -> GraphPath:
    """The shortest path between two rows (Dijkstra, 1959); from a row to itself it is that row, of length 0.

    Raises:
        DisconnectedError: the two are in separate parts of the graph.
    """
    if graph.labels[source] != graph.labels[target]:
        parts = f"different parts of the graph ({graph.components} in all)"
        wider = f"take more than k = {graph.k} neighbours" + (", or not only mutual ones" if graph.mutual else "")
        raise DisconnectedError(f"no path joins the two digits, which lie in {parts}; {wider}")
    lengths, before = dijkstra(graph.matrix, indices=source, return_predecessors=True)
    rows = [target]
    while rows[-1] != source:
        rows.append(int(before[rows[-1]]))
    return GraphPath(rows[::-1], float(lengths[target]))


def _require_k(k: int, count: int) -> None:
    if not 1 <= k < count:
        raise PathError(f"k is {k}; with {count} digits it must be 1 to {count - 1}")


def _searched(codes: Array, metric: NeighbourMetric) -> Wide:
    """Codes whose Euclidean distances are ordered as the metric's."""
    wide = codes.astype(np.float64)
    if metric == "euclidean":
        return wide
    # On the unit sphere the shorter chord belongs to the smaller angle, and a search tree finds chords fast.
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.where(norms > 0, norms, 1))


def _symmetric(arcs: Rows, lengths: Wide, count: int) -> csr_array:
    """Through coordinates, for sums and maxima of sparse matrices would drop the zeros that join twins."""
    there, back = arcs.T
    rows, columns = np.concatenate([there, back]), np.concatenate([back, there])
    return coo_array((np.concatenate([lengths, lengths]), (rows, columns)), shape=(count, count)).tocsr()
