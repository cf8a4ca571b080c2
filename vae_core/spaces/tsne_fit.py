"""scikit-learn's t-SNE, which tells where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE, _t_sne
from threadpoolctl import threadpool_limits

ITERATIONS = 1000
# Threads would change the points, which depend on the order of each sum; and where another program has one of the
# cores, threads of a low priority wait for each other: on two cores, 51 s instead of 7.
THREADS = 1

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
OnStep = Callable[[int, Array], None]


def fit(codes: Array, components: int, perplexity: float, seed: int, on_step: OnStep | None = None) -> NDArray[Any]:
    """Points [N, components] from a PCA start; from a random one where D is too small (van der Maaten & Hinton, 2008).

    Args:
        codes: float32 [N, D].
        components: 2 or 3.
        perplexity: below N.
        seed: of the start, and of what breaks ties.
        on_step: is given the number of each iteration, from 0, and the points before it, float32 [N, components];
            with it scikit-learn prints what it does before its iterations.
    """
    embedding = TSNE(
        components,
        perplexity=perplexity,
        max_iter=ITERATIONS,
        init="pca" if codes.shape[1] >= components else "random",
        random_state=seed,
        verbose=0 if on_step is None else 2,
    )
    with threadpool_limits(THREADS), _each_step(components, on_step):
        return np.asarray(embedding.fit_transform(codes))


@contextmanager
def _each_step(components: int, on_step: OnStep | None) -> Iterator[None]:
    """scikit-learn has no callback: the function that its gradient descent asks at every step tells where it stands.

    The points that come out are the same to the bit. It is the module that is changed: one t-SNE at a time.
    """
    if on_step is None:
        yield
        return
    descend, count = _t_sne._gradient_descent, itertools.count()

    def tell(objective: Any, points: Wide, *args: Any, **kwargs: Any) -> Any:
        def told(points: Wide, *args: Any, **kwargs: Any) -> Any:
            on_step(next(count), points.astype(np.float32).reshape(-1, components))
            return objective(points, *args, **kwargs)

        return descend(told, points, *args, **kwargs)

    _t_sne._gradient_descent = tell
    try:
        yield
    finally:
        _t_sne._gradient_descent = descend
