"""What takes seconds is computed in a thread of its own, one thing after the other, while pages look in for it."""

from __future__ import annotations

import atexit
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from ui.jobs.memo import Kept

T = TypeVar("T")

# Pages look in twice a second, on a server with much to do every few seconds.
PATIENCE_SECONDS = 15.0
MEGABYTES = 64


class Background(Generic[T]):
    """Results by key. A page asks again and again until it has one; what it asks for no more is forgotten in time.

    Of what waits, the thing that was asked for last comes first, and what nobody has asked for lately is not begun:
    visitors who have gone on hold up nobody, and a page may wait for as many things as it shows. The thread
    ends where nothing waits; a process that ends waits for what is under way, since one that took torch from a running
    thread would abort.
    """

    def __init__(
        self,
        name: str,
        megabytes: float = MEGABYTES,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            name: of the thread.
            megabytes: what the results that are kept may take together; those asked for last are.
            patience: so many seconds after it was asked for, a thing is not begun any more.
            clock: seconds.
        """
        self._name, self._patience, self._clock = name, patience, clock
        self._lock = threading.Lock()
        self._results: Kept[Future[T]] = Kept(megabytes)
        self._waiting: OrderedDict[Hashable, tuple[Callable[[], T], float]] = OrderedDict()
        self._current: Hashable = None
        self._busy = False
        self._thread: threading.Thread | None = None
        atexit.register(self._finish)

    def ask(self, key: Hashable, compute: Callable[[], T]) -> T | None:
        """The result; None where it is not there yet, and then it is on its way.

        Args:
            key: not None; stands for what `compute` gives.
            compute: an error of it goes to the one who asks next, and is forgotten.
        """
        with self._lock:
            result = self._results.get(key)
            if result is None:
                self._enqueue(key, compute)
                return None
            if result.exception():
                self._results.drop(key)
        return result.result()

    def _enqueue(self, key: Hashable, compute: Callable[[], T]) -> None:
        if key == self._current:
            return
        self._waiting[key] = compute, self._clock()
        self._waiting.move_to_end(key)
        if not self._busy:
            self._busy = True
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _finish(self) -> None:
        with self._lock:
            self._waiting.clear()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                compute = self._next()
                if compute is None:
                    self._busy = False
                    return
            result: Future[T] = Future()
            try:
                result.set_result(compute())
            except BaseException as error:
                result.set_exception(error)
            with self._lock:
                self._results.put(self._current, result)
                self._current = None

    def _next(self) -> Callable[[], T] | None:
        """What was asked for last; None where that is too long ago, and then all that waits is forgotten."""
        if self._waiting:
            key, (compute, asked) = self._waiting.popitem()
            if self._clock() - asked <= self._patience:
                self._current = key
                return compute
            self._waiting.clear()
        return None
