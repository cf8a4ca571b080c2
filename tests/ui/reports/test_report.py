"""What is measured in the background, and the page that waits for it."""

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.ui.conftest import SECONDS, until
from ui.errors import NotHereError
from ui.jobs.job import Job
from ui.reports import report
from ui.reports.report import Report


def test_it_answers_at_once_and_has_the_result_later(own_root: Path) -> None:
    gate, begun = threading.Event(), list[str]()

    @Report
    def measure(model: str, seed: int = 0) -> str:
        begun.append(model)
        assert gate.wait(SECONDS)
        return f"{model} {seed}"

    assert measure.ask("ae-30") is measure.ask("ae-30", seed=0) is None
    gate.set()
    until(lambda: measure.ask("ae-30") == "ae-30 0")
    tiny.write_checkpoint(own_root, "ae-30", "ae", seed=1)
    assert measure.ask("ae-30") is None, "it is another one now"
    until(lambda: measure.ask("ae-30"))
    assert begun == ["ae-30"] * 2


def test_what_changes_while_it_is_measured_is_measured_anew(own_root: Path) -> None:
    begun: list[str] = []

    @Report
    def measure(model: str) -> int:
        begun.append(model)
        if len(begun) == 1:
            (own_root / model).rename(own_root / "aside")
            raise NotHereError("it has left")
        return len(begun)

    assert measure.ask("ae-30") is None
    until(lambda: begun and not any(thread.name == "The measure measure" for thread in threading.enumerate()))
    with pytest.raises(NotHereError, match="no checkpoint"):
        measure.ask("ae-30")
    (own_root / "aside").rename(own_root / "ae-30")
    until(lambda: measure.ask("ae-30") == 2)


def test_a_page_may_wait_for_any_number_of_things_and_settles() -> None:
    begun: list[int] = []

    @Report
    def measure(value: int) -> int:
        begun.append(value)
        return value

    until(lambda: None not in [measure.ask(value) for value in range(300)])
    assert sorted(begun) == list(range(300))


def test_an_error_goes_to_the_one_who_asks_and_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    failures = [RuntimeError("broken")]

    @Report
    def measure() -> int:
        if failures:
            raise failures.pop()
        return 5

    def fails() -> bool:
        try:
            return measure.ask() is not None
        except RuntimeError:
            return True

    until(fails)
    until(lambda: measure.ask() == 5)


looked_at: list[Job[str] | None] = []


def test_the_page_runs_anew_when_more_is_known_or_was_given_up() -> None:
    def script() -> None:
        import streamlit as st

        from tests.ui.reports.test_report import looked_at
        from ui.jobs import pending

        st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        with pending.watched():
            if st.session_state["runs"] == 1:
                for job in looked_at:
                    pending.note(lambda job=job: job)  # type: ignore[misc]

    for state, runs in (("waiting", 1), ("running", 1), ("done", 2), ("failed", 2), ("", 2)):
        waiting, job = Job("other", str), Job("key", str)
        job.state = state  # type: ignore[assignment]
        looked_at[:] = [waiting, job if state else None]
        app = AppTest.from_function(script).run()
        assert not app.exception
        assert app.session_state["runs"] == runs


def test_a_table_says_what_is_not_known_and_what_is_not_there() -> None:
    class Found:
        problem = "too few"

        def cells(self) -> dict[str, str]:
            return {"size": "–"}

    found = [Found(), None]
    assert report.rows(["a_b", None], found, ["size"]) == [{"": r"a\_b", "size": "–"}, {"": "pixels", "size": "…"}]
    assert report.problems(["a_b", None], found) == [r"a\_b: too few."]
