"""An app on small random checkpoints, opened by a link."""

import json
import math
import re
import shutil
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.core import idx
from ui.choices.link import DEFAULT_SEED
from ui.http.pages import NAMES
from ui.http.routes import ROUTES
from ui.jobs import downloads
from ui.jobs.cache import STAMPS
from ui.jobs.job import Jobs
from ui.reports.report import Report
from vae_core import data

with warnings.catch_warnings():
    # New versions of Starlette ask for httpx2, older ones know only httpx.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient"]

MAIN = Path(__file__).resolve().parents[2] / "ui" / "main.py"
PAGES = sorted(NAMES)
CHECKPOINTS = {
    **{"ae-30": "ae", "dae-30": "ae", "linear": "linear", "ae-1": "one-code"},
    **{"vae-30": "vae-logvar", "vae-2": "bernoulli"},
}
DEFAULTS = {"left": "ae-30", "right": "vae-30", "digits": "uci", "seed": str(DEFAULT_SEED)}
TRAINING = {
    "digits": "mnist",
    "corruption": None,
    "seconds": 2.5,
    "test": {"squared_error": {"value": 3.5, "unit": "per image", "protocol": "decoded from the code"}},
    "history": [
        {"epoch": 1, "loss": 9.0, "reconstruction": 7.0, "kl": 2.0, "seconds": 1.0, "images_per_second": 10.0},
        {"epoch": 2, "loss": 8.0, "reconstruction": 6.0, "kl": 2.0, "seconds": 1.5, "images_per_second": 8.0},
    ],
}

# Before any test takes it away.
MNIST = data.find_mnist()
# What takes one on a quiet machine.
SECONDS = 60


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has written to disk is seen at once, not within a second."""
    monkeypatch.setattr("ui.files.LOOK_SECONDS", 0.0)


@pytest.fixture(scope="session")
def small_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six models of 1 to 4 codes: with a training and without one, and a denoising one; read only."""
    root = tmp_path_factory.mktemp("small") / "checkpoints"
    for name, kind in CHECKPOINTS.items():
        corruption = {"kind": "gaussian", "level": 0.5} if name == "dae-30" else None
        training = None if name == "vae-2" else TRAINING | {"corruption": corruption}
        tiny.write_checkpoint(root, name, kind, training=training)
    return root


@pytest.fixture
def own_root(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `root` that the app looks at and the test may change."""
    mine = tmp_path / "mine"
    shutil.copytree(root, mine)
    monkeypatch.setenv("CHECKPOINTS_DIR", str(mine))
    return mine


@pytest.fixture
def root(small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The app looks at `small_checkpoints`, and finds no MNIST."""
    monkeypatch.setenv("CHECKPOINTS_DIR", str(small_checkpoints))
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "no-mnist"))
    monkeypatch.setattr("ui.choices.digit_sets.DATA_DIR", tmp_path / "data")
    monkeypatch.setattr("ui.jobs.downloads.jobs", Jobs("The download of MNIST", idle=math.inf))
    return small_checkpoints


@pytest.fixture
def mnist(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app of `root` finds MNIST, for tests marked `needs_mnist`."""
    monkeypatch.setenv("DIGITS_DIR", str(MNIST))


@pytest.fixture
def client(root: Path) -> TestClient:
    """Asks the routes of an app that looks at `root`."""
    return TestClient(Starlette(routes=ROUTES))


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures stay on their way: each of these checkpoints would keep a core busy for seconds."""
    monkeypatch.setattr(Report, "ask", lambda *_, **__: None)


def until(condition: Callable[[], object], step: Callable[[], object] = lambda: time.sleep(0.005)) -> None:
    """Takes a step, such as a run of a page, until what is in other threads has come to that."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        step()


def open_page(name: str, **query: str) -> AppTest:
    """A new session on that page, opened by a link with this query."""
    app = open_link(query).switch_page(page(name)).run()
    assert not app.exception
    return app


def open_link(query: Mapping[str, str] | None = None) -> AppTest:
    """A new session on the desk, opened by a link with this query."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def pages(app: AppTest) -> Iterator[str]:
    """Goes from page to page, each of which stands."""
    for name in PAGES:
        app.switch_page(page(name)).run()
        assert not app.exception, name
        yield name


def address(app: AppTest) -> dict[str, str]:
    """The query that the browser's address is made to show."""
    return dict(component(app, "copy_link")["query"])


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What Python hands to a live component."""
    found = next(element for element in app.get("bidi_component") if element.key == key)
    return dict(json.loads(found.proto.json))


def arrays(client: TestClient, path: str) -> dict[str, NDArray[Any]]:
    """What the server sends."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream"), answer.text
    return dict(safetensors.numpy.load(answer.content))


def kinds(found: Mapping[str, NDArray[Any]]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Types and shapes."""
    return {key: (str(array.dtype), array.shape) for key, array in found.items()}


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.main.caption)


def notice(app: AppTest) -> str:
    """What the visitor has been told on the side, in this session; empty where nothing was."""
    if not any(element.key == "notices" for element in app.get("bidi_component")):
        return ""
    return "\n".join(sentence for _, sentence in component(app, "notices")["notices"])


def read_table(table: Any) -> dict[str, list[str]]:
    """A table's cells by heading, as they are read: without the links of terms that explain themselves."""
    cells = {column: list(table.value[column]) for column in table.value}
    return {_read(column): [_read(cell) for cell in column_cells] for column, column_cells in cells.items()}


def _read(markdown: object) -> str:
    return re.sub(r"\[([^\]]*)\]\(#term-[a-z-]+\)", r"\1", str(markdown))


def page(name: str) -> str:
    """The path of a page as `AppTest.switch_page` takes it."""
    return f"../pages/{name}.py"


class Mirror:
    """Stands for `vae_core.download.download_mnist`: half of it arrives, and it ends when and how the test says."""

    def __init__(self) -> None:
        self.calls = 0
        self._half, self._end = threading.Event(), threading.Event()
        self._put: Callable[[Path], object] = idx.write

    def __call__(self, data_dir: Path, on_progress: Callable[[int, int | None], None]) -> None:
        self.calls += 1
        on_progress(5_000_000, 10_000_000)
        self._half.set()
        assert self._end.wait(SECONDS)
        self._put(data_dir)

    def wait_for_half(self) -> None:
        assert self._half.wait(SECONDS)

    def end(self, put: Callable[[Path], object] = idx.write) -> None:
        """Lets it end by writing what `put` writes into the data folder; returns when the app knows."""
        self._put = put
        self._end.set()
        wait_until_over()
        self._half.clear()
        self._end.clear()


def few_digits(monkeypatch: pytest.MonkeyPatch, count: int, classes: int) -> None:
    """Makes UCI a set of so few digits, of so many classes."""
    found = data.uci_digits()
    rows = np.flatnonzero(found.labels < classes)[:count]
    few = data.Digits(found.images[rows], found.labels[rows], "uci")
    monkeypatch.setattr(data, "uci_digits", lambda: few)
    # What has been computed from the whole set is out of date.
    monkeypatch.setitem(STAMPS, "digits", lambda name: ("few", count, classes))


def wait_until_over() -> None:
    """Until no download runs."""
    until(lambda: not downloads.is_running())


@pytest.fixture
def mirror(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Where the app of `root` downloads MNIST from, which has four test digits here."""
    idx.shrink_mnist(monkeypatch)
    mirror = Mirror()
    monkeypatch.setattr("vae_core.download.download_mnist", mirror)
    yield mirror
    mirror.end(lambda data_dir: None)
