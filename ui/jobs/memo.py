"""Compute once a process, also when several threads ask at the same moment; keep what fits, those used last.

What is kept is bounded by its bytes and never by a count: a page of two hundred models needs two hundred results.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np
import torch

P = ParamSpec("P")
T = TypeVar("T")

MEGABYTE = 2**20


class Kept(Generic[T]):
    """Results by key: those used last, as many as fit, and the newest always. Any thread may use it."""

    def __init__(self, megabytes: float) -> None:
        """
        Args:
            megabytes: what the results may take together, as `weigh` weighs them.
        """
        self._most = int(megabytes * MEGABYTE)
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._weight = 0

    def get(self, key: Hashable) -> T | None:
        """The result, which counts as used; None where there is none."""
        with self._lock:
            if key not in self._results:
                return None
            self._results.move_to_end(key)
            return self._results[key][0]

    def put(self, key: Hashable, result: T) -> None:
        """Keeps a result, and drops those that were used longest ago where there are too many."""
        weight = weigh(result)
        with self._lock:
            self._weight += weight - self._results.pop(key, (None, 0))[1]
            self._results[key] = result, weight
            while self._weight > self._most and len(self._results) > 1:
                self._weight -= self._results.popitem(last=False)[1][1]

    def drop(self, key: Hashable) -> None:
        """Forgets the result; does nothing where there is none."""
        with self._lock:
            self._weight -= self._results.pop(key, (None, 0))[1]


class Memo(Generic[P, T]):
    """`functools.lru_cache` that never runs twice for one key at the same time, keeps no errors, and counts bytes.

    Sessions and routes run in threads of their own; the first minute of a process would otherwise compute the same
    encodings in each of them.
    """

    def __init__(
        self, compute: Callable[P, T], megabytes: float, key: Callable[[Any, Any], Hashable] | None = None
    ) -> None:
        """
        Args:
            compute: what is computed.
            megabytes: see `Kept`.
            key: of positional and named arguments; if not given, they are the key and must be hashable.
        """
        self._compute, self._key = compute, key or _themselves
        self._lock = threading.Lock()
        self._kept: Kept[tuple[T]] = Kept(megabytes)
        self._under_way: dict[Hashable, Future[T]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result for these arguments; an error goes to everybody who waits for it, and is forgotten."""
        key = self._key(args, kwargs)
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                return known[0]
            future = self._under_way.get(key)
            mine = future is None
            if future is None:
                future = self._under_way[key] = Future()
        if mine:
            try:
                result = self._compute(*args, **kwargs)
            except BaseException as error:
                self._end(key)
                future.set_exception(error)
            else:
                self._kept.put(key, (result,))
                self._end(key)
                future.set_result(result)
        return future.result()

    def _end(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]


def memo(megabytes: float) -> Callable[[Callable[P, T]], Memo[P, T]]:
    """Decorates a function of hashable arguments; keeps the results used last, as many as fit into `megabytes`."""
    return lambda compute: Memo(compute, megabytes)


def memo_by_content(megabytes: float) -> Callable[[Callable[P, T]], Memo[P, T]]:
    """As `memo`, for arguments that have no hash, such as lists and arrays: what is pickled alike has one result."""
    return lambda compute: Memo(compute, megabytes, _content)


def _themselves(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Hashable:
    return args, tuple(sorted(kwargs.items()))


def _content(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Hashable:
    return hashlib.sha256(pickle.dumps((args, sorted(kwargs.items())))).digest()


def weigh(thing: object) -> int:
    """About how many bytes it takes, with all that it holds: of arrays and tensors what they show of their memory."""
    seen: set[int] = set()

    def weight(one: Any) -> int:
        if id(one) in seen:
            return 0
        seen.add(id(one))
        if isinstance(one, np.ndarray | torch.Tensor):
            return int(one.nbytes)
        if isinstance(one, type):
            return 0
        own = sys.getsizeof(one)
        if isinstance(one, Mapping):
            return own + sum(weight(key) + weight(value) for key, value in one.items())
        if isinstance(one, tuple | list | set | frozenset):
            return own + sum(map(weight, one))
        return own + sum(map(weight, getattr(one, "__dict__", {}).values()))

    return weight(thing)
