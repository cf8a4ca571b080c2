"""An app on small random checkpoints, opened by a link."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests import tiny

with warnings.catch_warnings():
    # New versions of Starlette ask for httpx2, older ones know only httpx.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient", "address", "component", "notice", "open_link", "page"]

MAIN = Path(__file__).resolve().parents[2] / "ui" / "main.py"
CHECKPOINTS = {"ae-30": "ae", "dae-30": "ae", "linear": "linear", "vae-30": "vae-logvar", "vae-2": "bernoulli"}
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

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def small_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five models of 2 to 4 codes: with a training and without one, and a denoising one; read only."""
    root = tmp_path_factory.mktemp("small") / "checkpoints"
    for name, kind in CHECKPOINTS.items():
        corruption = {"kind": "gaussian", "level": 0.5} if name == "dae-30" else None
        training = None if name == "vae-2" else TRAINING | {"corruption": corruption}
        tiny.write_checkpoint(root, name, kind, training=training)
    return root


@pytest.fixture
def root(small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The app looks at `small_checkpoints`, and finds no MNIST."""
    monkeypatch.setenv("CHECKPOINTS_DIR", str(small_checkpoints))
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "no-mnist"))
    monkeypatch.setattr("ui.store.DATA_DIR", tmp_path / "data")
    return small_checkpoints


def open_link(query: Mapping[str, str] | None = None) -> AppTest:
    """A new session on the desk, opened by a link with this query."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def address(app: AppTest) -> dict[str, str]:
    """The query that the browser's address is made to show."""
    return dict(component(app, "copy_link")["query"])


def component(app: AppTest, key: str) -> dict[str, Any]:
    """What Python hands to a live component."""
    found = next(element for element in app.get("bidi_component") if element.key == key)
    return dict(json.loads(found.proto.json))


def notice(app: AppTest) -> str:
    """What the visitor is told on the side; empty where nothing is."""
    return "\n".join(toast.value for toast in app.toast)


def page(name: str) -> str:
    """The path of a page as `AppTest.switch_page` takes it."""
    return f"../pages/{name}.py"
