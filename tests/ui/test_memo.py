from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ui.memo import Memo


def test_threads_that_ask_together_wait_for_one_computation() -> None:
    calls: list[int] = []
    start = threading.Barrier(8)

    def slow(value: int) -> list[int]:
        calls.append(value)
        time.sleep(0.05)
        return [value]

    once = Memo(slow, size=4)

    def ask(_: int) -> list[int]:
        start.wait()
        return once(3)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(ask, range(8)))
    assert calls == [3]
    assert all(result is results[0] for result in results)


def test_an_error_reaches_the_caller_and_is_forgotten() -> None:
    failures = [OSError("not yet")]

    def compute() -> int:
        if failures:
            raise failures.pop()
        return 5

    once = Memo(compute, size=1)
    with pytest.raises(OSError, match="not yet"):
        once()
    assert once() == once() == 5


def test_the_results_used_last_are_kept() -> None:
    calls: list[int] = []
    once = Memo(lambda value: calls.append(value), size=2)
    for value in (1, 2, 1, 3, 1, 2):
        once(value)
    assert calls == [1, 2, 3, 2]
