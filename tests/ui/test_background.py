from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from ui.background import Background

SECONDS = 20


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


@pytest.fixture
def background() -> Background[str]:
    return Background("test", kept=2, waiting=2)


def test_it_answers_at_once_and_has_the_result_later(background: Background[str]) -> None:
    work = Work()
    assert background.ask("a", work("a")) is None
    assert background.ask("a", work("a")) is None
    work.end("a")
    until(lambda: background.ask("a", work("a")) == "A")
    assert work.begun == ["a"]


def test_what_was_asked_for_last_comes_first_and_the_stale_is_dropped(background: Background[str]) -> None:
    work = Work()
    background.ask("a", work("a"))
    until(lambda: work.begun == ["a"])
    for name in ("b", "c", "d", "c"):
        background.ask(name, work(name))
    work.end("a", "b", "c", "d")
    until(lambda: len(work.begun) == 3)
    assert work.begun == ["a", "c", "d"]
    until(lambda: background.ask("b", work("b")) == "B")


def test_it_keeps_the_results_that_were_asked_for_last(background: Background[str]) -> None:
    work = Work()
    work.end("a", "b", "c")
    for name in ("a", "b", "a", "c"):
        until(lambda name=name: background.ask(name, work(name)))  # type: ignore[misc]
    assert background.ask("a", work("a")) == "A"
    assert background.ask("b", work("b")) is None
    assert work.begun[:3] == ["a", "b", "c"]


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
