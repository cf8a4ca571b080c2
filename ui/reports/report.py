"""What is measured of models in seconds: in the background, once a process, while a page shows what is known."""

from __future__ import annotations

import atexit
import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Generic, ParamSpec, Protocol, TypeVar

from ui.choices import link
from ui.jobs import pending
from ui.jobs.cache import is_still, key_of
from ui.jobs.job import ANYBODY, CancelledError, Jobs, Task

P = ParamSpec("P")
T = TypeVar("T")

UNKNOWN, NOTHING = "…", "–"
# Pages look in twice a second, on a server with much to do every few seconds.
IDLE_SECONDS = 15.0


class Report(Generic[P, T]):
    """Decorates a function of names that measures for seconds; what is called `model` and `digits` is keyed by its
    files, see `ui.jobs.cache`.

    Of what waits, the thing that was asked for last comes first, and what nobody has asked for lately is not begun:
    visitors who have gone on hold up nobody, and a page may wait for as many things as it shows.
    """

    def __init__(self, measure: Callable[P, T], idle: float = IDLE_SECONDS) -> None:
        self.measure, self._key = measure, key_of(measure)
        self.jobs: Jobs[T] = Jobs(f"The measure {measure.__name__}", newest_first=True, idle=idle)
        # A process that took torch from a running thread would abort.
        atexit.register(self.jobs.close)

    def ask(self, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The result; None where it is not known yet, and then the page is run anew once it is, see `ui.jobs.pending`.

        An error of the function goes to the one who asks next, and is forgotten.

        Raises:
            NotHereError: no such checkpoint or set of digits can be used here.
        """
        key = self._key(*args, **kwargs)
        look = partial(self.jobs.find, key, ANYBODY)

        def work(_task: Task) -> T:
            try:
                return self.measure(*args, **kwargs)
            finally:
                if not is_still(key, self._key, *args, **kwargs):
                    raise CancelledError

        job = look() or self.jobs.ask(key, work)
        if job.exception:
            self.jobs.forget(key)
            raise job.exception
        if not job.is_over:
            pending.note(look)
        return job.result


class Cells(Protocol):
    """What has a row in a table: texts by column; and why there is nothing to find, in words without full stop."""

    @property
    def problem(self) -> str: ...
    def cells(self) -> Mapping[str, str]: ...


def rows(models: Sequence[str | None], found: Sequence[Cells | None], columns: Sequence[str]) -> list[dict[str, str]]:
    """A table with a row for each model, or for the pixels where it is None; `UNKNOWN` where it is not known yet."""
    cells = [dict.fromkeys(columns, UNKNOWN) if one is None else one.cells() for one in found]
    return [{"": _label(model), **texts} for model, texts in zip(models, cells, strict=True)]


def problems(models: Sequence[str | None], found: Sequence[Cells | None]) -> list[str]:
    """A sentence for each of which there is nothing to find."""
    pairs = zip(models, found, strict=True)
    return [f"{_label(model)}: {one.problem}." for model, one in pairs if one and one.problem]


def as_csv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A file of numbers to keep."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    return text.getvalue()


def _label(model: str | None) -> str:
    return "pixels" if model is None else link.plain(model)
