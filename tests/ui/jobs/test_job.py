"""Jobs that end when the test says, their visitors and their clock."""

import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.ui.conftest import SECONDS, until
from ui.jobs.job import IDLE_SECONDS, Job, Jobs, Task
from vae_core.errors import ProjectionError


class Work:
    """Ends when the test says so, or at once where it is cancelled and can be ended."""

    def __init__(self, name: str, can_be_ended: bool) -> None:
        self.name, self.cancelled, self.told = name, False, threading.Event()
        self._can_be_ended, self._over = can_be_ended, threading.Event()
        self._error: Exception | None = None

    def __call__(self, task: Task) -> str:
        if self._can_be_ended:
            task.on_cancel(self._cancel)
        task.tell(0.25, "a quarter", partial=self.name)
        self.told.set()
        assert self._over.wait(SECONDS)
        if self._error:
            raise self._error
        return self.name.upper()

    def end(self, error: Exception | None = None) -> None:
        self._error = self._error or error
        self._over.set()

    def _cancel(self) -> None:
        self.cancelled = True
        self.end(ProjectionError("it was cancelled"))


class Bench:
    """Jobs called by letters, each for the work of that name; and what has begun, in this order."""

    def __init__(self, can_be_ended: bool = True, **settings: Any) -> None:
        self.now = 0.0
        self.begun: list[Work] = []
        self._can_be_ended, self._news = can_be_ended, threading.Condition()
        self.jobs: Jobs[str] = Jobs("The work", clock=lambda: self.now, **settings)

    def ask(self, names: str, visitor: str = "A") -> None:
        for name in names:
            self.jobs.ask(name, partial(self._work, name), visitor)

    def work(self, name: str, turn: int = 0) -> Work:
        """Once it has begun, for the first or the second time, and has told how far it is."""
        with self._news:
            assert self._news.wait_for(lambda: len(self._of(name)) > turn, SECONDS)
        assert self._of(name)[turn].told.wait(SECONDS)
        return self._of(name)[turn]

    def finish(self, name: str, error: Exception | None = None, turn: int = 0) -> None:
        """Returns when its job is over."""
        work, job = self.work(name, turn), self.job(name)
        work.end(error)
        until(lambda: job.is_over)

    def job(self, name: str) -> Job[str]:
        job = self.jobs.find(name)
        assert job
        return job

    @property
    def states(self) -> str:
        """Of all that are known: "a running, b waiting"."""
        return ", ".join(f"{name} {job.state}" for name in "abcde" if (job := self.jobs.find(name)))

    @property
    def order(self) -> str:
        return "".join(work.name for work in self.begun)

    def close(self) -> None:
        for work in self.begun:
            work.end()
        self.jobs.close()

    def _of(self, name: str) -> list[Work]:
        return [work for work in self.begun if work.name == name]

    def _work(self, name: str, task: Task) -> str:
        work = Work(name, self._can_be_ended)
        with self._news:
            self.begun.append(work)
            self._news.notify_all()
        return work(task)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """With the settings that a test is parametrised by."""
    bench = Bench(**getattr(request, "param", {}))
    yield bench
    bench.close()


def settings(**given: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", [given], indirect=True, ids=[""])


def test_all_who_ask_for_a_key_join_one_job(bench: Bench) -> None:
    assert bench.jobs.find("a") is None
    for visitor in "ABA":
        bench.ask("a", visitor)
    bench.work("a")
    job = bench.job("a")
    assert (job.state, job.progress, job.words, job.partial) == ("running", 0.25, "a quarter", "a")
    bench.finish("a")
    bench.ask("a")
    assert bench.job("a") is job
    assert (job.state, job.progress, job.result, job.error, job.partial) == ("done", 1, "A", None, None)
    assert bench.order == "a"


@pytest.mark.parametrize(("at_once", "bench"), [(n, {"at_once": n}) for n in (1, 2, 3)], indirect=["bench"])
def test_so_many_run_at_once_and_the_others_wait_in_order(at_once: int, bench: Bench) -> None:
    bench.ask("abcde")
    states = [bench.job(name).state for name in "abcde"]
    assert states == ["running"] * at_once + ["waiting"] * (5 - at_once)
    bench.ask("e")
    for i, name in enumerate("abcde"):
        bench.work(name)
        assert set(bench.order) <= set("abcde"[: i + at_once]), "no more at a time, and none before its turn"
        bench.finish(name)


@settings(newest_first=True)
def test_where_the_newest_is_first_what_was_looked_at_last_is_next(bench: Bench) -> None:
    bench.ask("abcdc")
    for name in "acdb":
        bench.finish(name)
    assert bench.order == "acdb"


@pytest.mark.parametrize("left", [["b", "a"], ["ab"]], ids=["one by one", "together"])
def test_what_its_visitor_leaves_ends_or_does_not_begin_and_makes_room(left: list[str], bench: Bench) -> None:
    bench.ask("abc")
    work = bench.work("a")
    for names in left:
        bench.jobs.leave([*names, "unknown"], "A")
    assert work.cancelled
    bench.work("c")
    assert (bench.order, bench.states) == ("ac", "c running")
    bench.ask("a")
    assert bench.job("a").state == "waiting", "it starts anew when it is asked for again"
    bench.finish("c")
    bench.finish("a", turn=1)
    bench.jobs.leave(["a"], "A")
    assert bench.job("a").result == "A", "what is done stays"


def test_a_job_goes_on_until_its_last_visitor_leaves(bench: Bench) -> None:
    bench.ask("a", "A")
    work = bench.work("a")
    assert bench.jobs.find("a", "B")
    for visitor in ("A", "A", "nobody"):
        bench.jobs.leave(["a"], visitor)
        bench.jobs.find("a")
    assert not work.cancelled
    bench.jobs.leave(["a"], "B")
    assert work.cancelled, "a look without a visitor keeps nothing going"
    assert bench.states == ""


def test_what_nobody_looks_at_any_more_does_not_begin_or_ends(bench: Bench) -> None:
    bench.ask("abc")
    work = bench.work("a")
    bench.now = IDLE_SECONDS
    bench.jobs.sweep()
    assert not work.cancelled, "not yet"
    bench.jobs.find("b")
    bench.jobs.find("c", "A")
    bench.now += 1
    bench.jobs.sweep()
    assert work.cancelled
    bench.work("c")
    assert (bench.order, bench.states) == ("ac", "c running")
    bench.finish("c")
    bench.now += 10 * IDLE_SECONDS
    bench.jobs.sweep()
    assert bench.states == "c done", "what is done stays though nobody looks"


def test_a_visitor_who_has_gone_without_a_word_keeps_no_job(bench: Bench) -> None:
    bench.ask("a", "gone")
    work = bench.work("a")
    bench.now = 1
    bench.jobs.find("a", "A")
    bench.now = IDLE_SECONDS + 1
    bench.jobs.leave(["a"], "unknown")
    assert not work.cancelled
    bench.jobs.leave(["a"], "A")
    assert work.cancelled


@settings(can_be_ended=False)
def test_what_cannot_be_ended_comes_to_its_end_unless_it_tells_how_far_it_is(bench: Bench) -> None:
    bench.ask("a")
    bench.work("a")
    bench.jobs.leave(["a"], "A")
    bench.finish("a")
    assert bench.job("a").result == "A"

    def tell(task: Task) -> str:
        while True:
            task.tell(0.5)

    bench.jobs.ask("b", tell)
    until(lambda: bench.job("b").progress)
    bench.jobs.cancel("b")
    bench.ask("c")
    bench.finish("c")
    assert bench.states == "a done, c done", "the cancelled one has made room"


def test_what_was_left_before_it_could_be_ended_is_ended_then(bench: Bench) -> None:
    for leave in (lambda: bench.jobs.leave(["a"], "A"), lambda: bench.jobs.cancel("a")):
        may_begin, ended = threading.Event(), threading.Event()

        def slowly(task: Task, may_begin: Any = may_begin, ended: Any = ended) -> str:
            assert may_begin.wait(SECONDS)
            task.on_cancel(ended.set)
            task.tell(0)
            return "too late"

        bench.jobs.ask("a", slowly, "A")
        leave()
        may_begin.set()
        assert ended.wait(SECONDS)
        until(lambda: bench.states == "")


def test_what_is_left_while_it_waits_leaves_nothing_in_memory(bench: Bench) -> None:
    bench.ask("a")
    codes = np.zeros(4)
    kept = weakref.ref(codes)
    bench.jobs.ask("b", lambda task, codes=codes: str(codes), "A")  # type: ignore[misc]
    del codes
    assert kept() is not None
    bench.jobs.leave(["b"], "A")
    assert kept() is None


def test_a_failure_is_kept_until_asked_again_and_what_nobody_foresaw_reaches_the_log(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", logged.append)
    bench.ask("ab")
    bench.finish("a", ProjectionError("its points are lost"))
    job = bench.job("a")
    assert (job.state, job.error, job.result) == ("failed", "its points are lost", None)
    bench.finish("b", ZeroDivisionError("unforeseen"))
    assert bench.job("b").error == "The work broke off, the server's log says why"
    bench.ask("a")
    bench.finish("a", turn=1)
    assert bench.states == "a done, b failed"
    until(lambda: logged)
    assert [each.exc_type for each in logged] == [ZeroDivisionError]


def test_the_results_looked_at_last_are_kept_as_many_as_fit(bench: Bench) -> None:
    jobs: Jobs[bytes] = Jobs("test", megabytes=2.5)
    begun: list[str] = []

    def megabyte(name: str, task: Task) -> bytes:
        begun.append(name)
        return bytes(2**20)

    for name in "abacab":
        job = jobs.ask(name, partial(megabyte, name))
        until(lambda job=job: job.is_over)  # type: ignore[misc]
    assert begun == ["a", "b", "c", "b"]
