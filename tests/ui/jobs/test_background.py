from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ui.jobs.background import Background

SECONDS = 60


class Work:
    """Computations that begin in some order and end when the test says."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._gates: dict[str, threading.Event] = {}

    def __call__(self, name: str) -> Callable[[], str]:
        gate = self._gates.setdefault(name, threading.Event())

        def compute() -> str:
            self.begun.append(name)
            assert gate.wait(SECONDS)
            return name.upper()

        return compute

    def end(self, *names: str) -> None:
        for name in names:
            self._gates.setdefault(name, threading.Event()).set()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def background(clock: Clock) -> Background[str]:
    return Background("test", patience=10, clock=clock)


def test_it_answers_at_once_and_has_the_result_later(background: Background[str]) -> None:
    work = Work()
    assert background.ask("a", work("a")) is None
    assert background.ask("a", work("a")) is None
    work.end("a")
    until(lambda: background.ask("a", work("a")) == "A")
    assert work.begun == ["a"]


def test_what_was_asked_for_last_comes_first(background: Background[str]) -> None:
    work = Work()
    background.ask("a", work("a"))
    until(lambda: work.begun == ["a"])
    for name in ("b", "c", "d", "c"):
        background.ask(name, work(name))
    work.end("a", "b", "c", "d")
    until(lambda: len(work.begun) == 4)
    assert work.begun == ["a", "c", "d", "b"]


def test_what_nobody_asks_for_any_more_is_not_begun(background: Background[str], clock: Clock) -> None:
    work = Work()
    background.ask("a", work("a"))
    until(lambda: work.begun == ["a"])
    background.ask("left", work("left"))
    clock.now = 11
    background.ask("b", work("b"))
    work.end("a", "b", "left", "c")
    until(lambda: background.ask("b", work("b")) == "B")
    until(lambda: background.ask("c", work("c")) == "C")
    assert work.begun == ["a", "b", "c"]


def test_a_page_may_wait_for_any_number_of_things_and_settles() -> None:
    """However many models there are: each is computed once, and then all of them are known at once."""
    background: Background[int] = Background("test")
    begun: list[int] = []

    def compute(value: int) -> Callable[[], int]:
        def run() -> int:
            begun.append(value)
            return value

        return run

    until(lambda: None not in [background.ask(value, compute(value)) for value in range(300)])
    assert sorted(begun) == list(range(300))


def test_it_keeps_the_results_that_were_asked_for_last_as_many_as_fit() -> None:
    background: Background[bytes] = Background("test", megabytes=2.5)
    begun: list[str] = []

    def megabyte(name: str) -> Callable[[], bytes]:
        def compute() -> bytes:
            begun.append(name)
            return bytes(2**20)

        return compute

    for name in ("a", "b", "a", "c", "a", "b"):
        until(lambda name=name: background.ask(name, megabyte(name)))  # type: ignore[misc]
    assert begun == ["a", "b", "c", "b"]


def test_an_error_goes_to_the_one_who_asks_and_is_forgotten(background: Background[str]) -> None:
    def fail() -> str:
        raise RuntimeError("broken")

    def asked() -> bool:
        try:
            background.ask("a", fail)
        except RuntimeError:
            return True
        return False

    until(asked)
    work = Work()
    work.end("a")
    until(lambda: background.ask("a", work("a")) == "A")


def test_it_computes_one_thing_at_a_time(background: Background[str]) -> None:
    work = Work()
    for name in ("a", "b"):
        background.ask(name, work(name))
    until(lambda: len(work.begun) == 1)
    before = list(work.begun)
    work.end(*before)
    until(lambda: len(work.begun) == 2)
    work.end("a", "b")
    assert before[0] == work.begun[0]
