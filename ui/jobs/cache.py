"""One decorator that computes once a process, also when several threads ask at the same moment, and keeps what fits.

    @cached(megabytes=64)
    def plane(model: str, digits: str) -> Plane: ...

A parameter called `model` or `digits` holds a name, and what is behind a name changes: the stamps of its files are part
of the key, so that a retrained checkpoint or a fresh download is computed anew. What is kept is bounded by its bytes
and never by a count: a page of two hundred models needs two hundred results.
"""

from __future__ import annotations

import hashlib
import inspect
import pickle
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np
import torch

from vae_core.errors import VaeCoreError

P = ParamSpec("P")
T = TypeVar("T")
Key = Callable[..., Hashable]

MEGABYTE = 2**20
# The parameters that hold a name of something on disk.
NAMES = ("model", "digits")
# Of each of them: what changes whenever the files behind a name do. Whoever reads those files puts it here.
STAMPS: dict[str, Callable[[str], Hashable]] = {}


def cached(megabytes: float, key: Key | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a function: `functools.lru_cache` that never runs twice for one key at the same time, and counts bytes.

    Sessions and routes run in threads of their own; the first minute of a process would otherwise compute the same
    encodings in each of them. An error goes to everybody who waits for that result, and is forgotten.

    Args:
        megabytes: see `Kept`.
        key: of the arguments; if not given, see `key_of`.
    """

    def decorate(compute: Callable[P, T]) -> Callable[P, T]:
        lock, kept, under_way = threading.Lock(), Kept[tuple[T]](megabytes), dict[Hashable, Future[T]]()
        find_key = key or key_of(compute)

        @wraps(compute)
        def find_or_compute(*args: P.args, **kwargs: P.kwargs) -> T:
            wanted = find_key(*args, **kwargs)
            with lock:
                if (known := kept.get(wanted)) is not None:
                    return known[0]
                future = under_way.get(wanted)
                mine = future is None
                if future is None:
                    future = under_way[wanted] = Future()
            if mine:
                try:
                    result = compute(*args, **kwargs)
                    if is_still(wanted, find_key, *args, **kwargs):
                        kept.put(wanted, (result,))
                except BaseException as error:
                    future.set_exception(error)
                else:
                    future.set_result(result)
                finally:
                    with lock:
                        del under_way[wanted]
            return future.result()

        return find_or_compute

    return decorate


def key_of(function: Callable[..., object]) -> Key:
    """The key of a call of that function: its arguments, which must be hashable, and `stamps` of them.

    The key raises what `STAMPS` do: a name behind which there is nothing has no results.
    """
    signature = inspect.signature(function)

    def key(*args: Any, **kwargs: Any) -> Hashable:
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        return tuple(call.arguments.values()), stamps(call.arguments)

    return key


def is_still(wanted: Hashable, key: Key, *args: Any, **kwargs: Any) -> bool:
    """Whether a call still has that key: else the files behind its names have changed while it was computed."""
    try:
        return key(*args, **kwargs) == wanted
    except VaeCoreError:
        return False


def stamps(arguments: Mapping[str, Any]) -> tuple[Hashable, ...]:
    """What changes with the files behind those arguments that are called as in `NAMES`; None is no name."""
    return tuple(STAMPS[name](arguments[name]) for name in NAMES if arguments.get(name) is not None)


def by_content(*args: Any, **kwargs: Any) -> Hashable:
    """A key for arguments that have no hash, such as lists and arrays: what is pickled alike has one result.

    The bytes are hashed and gone: nothing is ever read from them.
    """
    return hashlib.sha256(pickle.dumps((args, sorted(kwargs.items())))).digest()


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
