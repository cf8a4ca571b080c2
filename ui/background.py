"""What takes seconds is computed in a thread of its own, one thing after the other, while pages look in for it."""

from __future__ import annotations

import atexit
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Background(Generic[T]):
    """Results by key. A page asks again and again until it has one; what it asks for no more is forgotten in time.

    Of what waits, the thing that was asked for last comes first: visitors who have gone on hold up nobody. The thread
    ends where nothing waits; a process that ends waits for what is under way, since one that took torch from a running
    thread would abort.
    """

    def __init__(self, name: str, kept: int, waiting: int) -> None:
        """
        Args:
            name: of the thread.
            kept: so many results are kept, those asked for last.
            waiting: so many things wait at most.
        """
        self._name, self._kept, self._most = name, kept, waiting
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._waiting: OrderedDict[Hashable, Callable[[], T]] = OrderedDict()
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
            self._results.move_to_end(key)
            if result.exception():
                del self._results[key]
        return result.result()

    def _enqueue(self, key: Hashable, compute: Callable[[], T]) -> None:
        if key == self._current:
            return
        self._waiting[key] = compute
        self._waiting.move_to_end(key)
        while len(self._waiting) > self._most:
            self._waiting.popitem(last=False)
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
                if not self._waiting:
                    self._busy = False
                    return
                self._current, compute = self._waiting.popitem()
            result: Future[T] = Future()
            try:
                result.set_result(compute())
            except BaseException as error:
                result.set_exception(error)
            with self._lock:
                self._results[self._current] = result
                self._current = None
                while len(self._results) > self._kept:
                    self._results.popitem(last=False)
