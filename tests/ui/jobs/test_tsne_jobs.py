from __future__ import annotations

import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.core.spaces.test_tsne import assert_gone
from tests.ui.jobs.tsne_bench import CODES, CONFIG, PATIENCE, Bench, FakeRunner
from ui.jobs.tsne_jobs import IDLE_SECONDS, Job, TsneJobs
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, ProjectionConfig, project
from vae_core.spaces.tsne import TsneJob


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(processes: int = 1, kept: int = 32) -> Bench:
        made.append(Bench(processes, kept))
        return made[-1]

    yield make
    for bench in made:
        bench.jobs.close()


def wait_for(jobs: TsneJobs) -> None:
    for thread in list(jobs._threads):
        thread.join(PATIENCE)


def test_all_who_ask_for_a_key_join_one_job(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    assert bench.jobs.peek(1) is None
    assert bench.ask(1).state == "running"
    bench.until(lambda: bench.ask(1) == Job("running", 0.25))
    bench.runner(1).progress = 0.5
    assert bench.jobs.peek(1) == Job("running", 0.5)
    bench.runner(1).finish()
    bench.until(lambda: bench.state(1) == "done")
    job = bench.ask(1)
    assert job.progress == 1
    assert job.error is None
    assert job.result
    np.testing.assert_array_equal(job.result.points, np.ones((4, 2)))
    assert len(bench.runners[1]) == 1


@pytest.mark.parametrize("processes", [1, 2])
def test_the_others_wait_in_the_order_in_which_they_asked(make_bench: Callable[..., Bench], processes: int) -> None:
    bench = make_bench(processes)
    states = [bench.ask(seed).state for seed in range(5)]
    assert states == ["running"] * processes + ["waiting"] * (5 - processes)
    bench.ask(4)
    for seed in range(5):
        runner = bench.runner(seed)
        ahead = seed + processes
        assert set(bench.runners) <= set(range(ahead)), "no more at a time, and none before its turn"
        runner.finish()
        bench.until(lambda seed=seed: bench.state(seed) == "done")


def test_a_job_that_its_visitor_leaves_ends_and_makes_room(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    for seed in (1, 2, 3):
        bench.ask(seed)
    bench.runner(1)
    bench.jobs.leave([2], "A")
    assert bench.jobs.peek(2) is None
    bench.until(lambda: bench.jobs.peek(1) == Job("running", 0.25))
    bench.jobs.leave([1], "A")
    assert bench.jobs.peek(1) is None
    assert bench.runner(1).cancelled
    bench.runner(3)
    assert 2 not in bench.runners, "it was left while it waited"
    bench.jobs.leave(["unknown"], "A")


def test_a_job_goes_on_until_its_last_visitor_leaves(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1, "A")
    bench.until(lambda: bench.jobs.peek(1, "B") == Job("running", 0.25))
    bench.jobs.leave([1], "A")
    bench.jobs.leave([1], "A")
    assert bench.jobs.peek(1) == Job("running", 0.25), "a look without a visitor"
    assert not bench.runner(1).cancelled
    bench.jobs.leave([1], "B")
    assert bench.runner(1).cancelled
    assert bench.jobs.peek(1) is None


def test_a_visitor_who_has_gone_without_a_word_keeps_no_job(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1, "gone")
    bench.now = 1
    bench.until(lambda: bench.jobs.peek(1, "A") == Job("running", 0.25))
    bench.now = IDLE_SECONDS
    bench.jobs.leave([1], "unknown")
    assert not bench.runner(1).cancelled
    bench.now = IDLE_SECONDS + 1
    bench.jobs.leave([1], "A")
    assert bench.runner(1).cancelled


def test_what_is_left_while_it_waits_leaves_nothing_in_memory(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1)
    codes = CODES.copy()
    kept = weakref.ref(codes)
    bench.jobs.ask(2, codes, CONFIG, 2, "A")
    del codes
    assert kept() is not None
    bench.jobs.leave([2], "A")
    assert kept() is None


def test_what_was_left_before_its_process_was_there_is_ended_then(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    may_start = threading.Event()
    start = bench.jobs._start

    def slowly(codes: Array, config: ProjectionConfig, seed: int) -> FakeRunner:
        may_start.wait(PATIENCE)
        return start(codes, config, seed)

    bench.jobs._start = slowly
    assert bench.ask(1).state == "running"
    bench.jobs.leave([1], "A")
    may_start.set()
    bench.until(lambda: bench.runner(1).cancelled)
    assert bench.state(1) is None


def test_a_job_that_was_left_starts_anew_when_asked_again(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1)
    bench.runner(1)
    bench.jobs.leave([1], "A")
    assert bench.ask(1).state in ("waiting", "running")
    bench.runner(1, turn=1).finish()
    bench.until(lambda: bench.state(1) == "done")
    bench.jobs.leave([1], "A")
    assert bench.state(1) == "done", "what is done stays"


def test_of_what_is_left_together_nothing_begins(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    for seed in (1, 2, 3):
        bench.ask(seed)
    bench.until(lambda: bench.jobs.peek(1) == Job("running", 0.25))
    bench.jobs.leave([1, 2], "A")
    bench.runner(3)
    assert 2 not in bench.runners


def test_a_failure_is_kept_until_asked_again(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1)
    bench.runner(1).finish(ProjectionError("its points are lost"))
    bench.until(lambda: bench.state(1) == "failed")
    assert bench.jobs.peek(1) == Job("failed", error="its points are lost")
    bench.ask(1)
    bench.runner(1, turn=1).finish()
    bench.until(lambda: bench.state(1) == "done")


def test_codes_that_t_sne_refuses_are_a_failure_too() -> None:
    jobs = TsneJobs()
    jobs.ask("few", CODES, CONFIG, 0, "A")
    wait_for(jobs)
    assert jobs.peek("few") == Job("failed", error="perplexity 5 takes more than 5 digits, not 4")


def test_what_nobody_foresaw_ends_the_job_and_reaches_the_log(
    make_bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", logged.append)
    bench = make_bench()
    bench.ask(1)
    bench.ask(2)
    bench.runner(1).finish(ZeroDivisionError("unforeseen"))
    bench.until(lambda: bench.state(1) == "failed")
    assert bench.jobs.peek(1) == Job("failed", error="t-SNE broke off, the server's log says why")
    bench.runner(2)
    bench.until(lambda: logged)
    assert logged[0].exc_type is ZeroDivisionError


def test_a_job_that_nobody_looks_at_ends_and_is_forgotten(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    for seed in (1, 2, 3):
        bench.ask(seed)
    bench.until(lambda: bench.jobs.peek(1) == Job("running", 0.25))
    bench.now = IDLE_SECONDS
    bench.jobs.sweep()
    assert not bench.runner(1).cancelled, "not yet"
    bench.jobs.peek(2)
    bench.jobs.peek(3, "A")
    bench.now = IDLE_SECONDS + 1
    bench.jobs.sweep()
    assert bench.runner(1).cancelled
    assert bench.jobs.peek(1) is None
    assert bench.jobs.peek(2) is None
    bench.runner(3)
    assert 2 not in bench.runners
    assert bench.ask(1).state == "waiting", "it starts anew"


def test_what_is_done_stays_though_nobody_looks(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.ask(1)
    bench.runner(1).finish()
    bench.until(lambda: bench.state(1) == "done")
    bench.now = 10 * IDLE_SECONDS
    bench.jobs.sweep()
    assert bench.state(1) == "done"


def test_a_running_job_sees_to_the_sweeping_itself() -> None:
    started: list[TsneJob] = []

    def start(codes: Array, config: ProjectionConfig, seed: int) -> TsneJob:
        started.append(TsneJob(codes, config, seed))
        return started[-1]

    jobs = TsneJobs(start, idle=0.2)
    codes = np.random.default_rng(0).standard_normal((3000, 10)).astype(np.float32)
    jobs.ask("left", codes, ProjectionConfig("t-sne", 3), 0, "A")
    wait_for(jobs)
    assert started[0].cancelled
    assert_gone(started[0].pid)
    assert jobs.peek("left") is None


def test_the_results_looked_at_last_are_kept(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(kept=2)
    for seed in (1, 2, 3):
        bench.now = seed
        bench.ask(seed)
        bench.runner(seed).finish()
        bench.until(lambda seed=seed: bench.state(seed) == "done")
        bench.now += 0.5
        bench.jobs.peek(1)
    assert [bench.state(seed) for seed in (1, 2, 3)] == ["done", None, "done"]


def test_a_real_job_gives_the_points_of_project() -> None:
    codes = np.random.default_rng(0).standard_normal((40, 3)).astype(np.float32)
    jobs = TsneJobs()
    jobs.ask("key", codes, CONFIG, 3, "A")
    wait_for(jobs)
    job = jobs.peek("key")
    assert job
    assert job.result
    np.testing.assert_array_equal(job.result.points, project(codes, CONFIG, 3).points)


def test_an_interpreter_that_ends_leaves_no_process(repository: Path) -> None:
    program = """
import numpy, time
from ui.jobs.tsne_jobs import jobs
from vae_core.spaces.projection import ProjectionConfig
codes = numpy.random.default_rng(0).standard_normal((3000, 10)).astype("f")
jobs.ask("key", codes, ProjectionConfig("t-sne", 3), 0, "A")
while jobs.peek("key").progress < 0.01:
    time.sleep(0.01)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    # The process of the t-SNE would have inherited the pipes: they read as ended only when it is gone.
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
