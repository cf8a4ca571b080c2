"""Compute once a process, also when several threads ask at the same moment."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Memo(Generic[P, T]):
    """`functools.lru_cache` that never runs twice for one key at the same time and keeps no errors.

    Sessions and routes run in threads of their own; the first minute of a process would otherwise compute the same
    encodings in each of them.
    """

    def __init__(self, compute: Callable[P, T], size: int) -> None:
        self._compute = compute
        self._size = size
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result for these hashable arguments; an error goes to everybody who waits for it, and is forgotten."""
        key = (args, tuple(sorted(kwargs.items())))
        with self._lock:
            future = self._results.get(key)
            mine = future is None
            if future is None:
                future = self._results[key] = Future()
                while len(self._results) > self._size:
                    self._results.popitem(last=False)
            else:
                self._results.move_to_end(key)
        if mine:
            try:
                future.set_result(self._compute(*args, **kwargs))
            except BaseException as error:
                with self._lock:
                    self._results.pop(key, None)
                future.set_exception(error)
        return future.result()


def memo(size: int) -> Callable[[Callable[P, T]], Memo[P, T]]:
    """Decorates a function of hashable arguments; keeps the `size` results used last."""
    return lambda compute: Memo(compute, size)
