"""Whatever lies in a folder of checkpoints costs at most the checkpoint it belongs to, with its sentence."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import odd, tiny
from tests.ui.conftest import PAGES, TestClient, component, few_digits, open_link, page
from ui import store
from ui.reports import denoise_report

BESIDE = [
    *(f"/checkpoints/{{}}/{file}" for file in ("config.json", "training.json", "model.safetensors", "film.gif")),
    *(f"/{kind}/{{}}/uci.safetensors" for kind in ("encodings", "means", "planes", "errors", "magnification")),
    "/paths/{}/uci.safetensors?path=straight&stops=3.77",
    "/tangents/{}/uci.safetensors?at=3",
    "/graphs/{}/uci.safetensors?k=5&distance=euclidean&mutual=0",
    "/geodesics/{}/uci.ndjson?stops=3.77",
    *(f"/projections/{{}}/uci.{kind}?method=pca&components=2&count=500&seed=3" for kind in ("safetensors", "csv")),
]


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path, unmeasured: None) -> Path:
    """A root of two good checkpoints that the app looks at, where nothing is measured in the background."""
    mine = tmp_path / "odd"
    for name in ("ae-30", "vae-30"):
        shutil.copytree(root / name, mine / name)
    monkeypatch.setenv("CHECKPOINTS_DIR", str(mine))
    few_digits(monkeypatch, 90, 10)
    return mine


def assert_one_sentence(problem: str) -> None:
    problem.encode()
    assert len(problem.splitlines()) == 1, problem
    assert len(problem) < 1000


@settings(
    max_examples=15,
    # Each example takes a second: to make a failing one smaller would take an hour.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=odd.folders(), page_number=st.integers(0, len(PAGES) - 1), side=st.sampled_from(["left", "right"]))
def test_every_page_and_every_route_answers_beside_any_folder(
    two: Path, client: TestClient, made: tuple[str, Callable[[Path], Path]], page_number: int, side: str
) -> None:
    _, make = made
    folder = make(two)
    try:
        models, problems = store.models(), store.problems()
        assert {"ae-30", "vae-30"} <= models.keys()
        (name,) = (models.keys() | problems.keys()) - {"ae-30", "vae-30"}
        for problem in problems.values():
            assert_one_sentence(problem)
        for path in BESIDE:
            answer = client.get(path.format(quote(name, safe="")))
            assert answer.status_code in ((200, 404) if name in models else (404,)), (path, answer.text)
            if name in models and "film.gif" not in path and "training.json" not in path:
                assert answer.status_code == 200, (path, answer.text)
        for path in ("/checkpoints/ae-30/model.safetensors", "/encodings/vae-30/uci.safetensors"):
            assert client.get(path).status_code == 200
        app = open_link({side: name} if name in models else {})
        app.switch_page(page(PAGES[page_number])).run()
        assert not app.exception, PAGES[page_number]
        assert app.title[0].value.endswith("?")
        if name in models:
            app.switch_page(page("desk")).run()
            assert component(app, "desk")[side]["name"] == name
        else:
            assert any(expander.label == "1 checkpoint cannot be used" for expander in app.sidebar.expander)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "corruption",
    [10**400, [], "gaussian", {"kind": "gaussian", "level": 10**400}, {"kind": []}, {}],
    ids=["huge", "list", "text", "huge level", "no kind", "empty"],
)
def test_a_corruption_of_somebody_elses_is_none_that_is_known(corruption: Any, two: Path) -> None:
    tiny.write_checkpoint(two, "odd", "ae", training={"corruption": corruption})
    assert denoise_report.trained_level("odd", "gaussian") is None
    tiny.write_checkpoint(two, "odd", "ae", training={"corruption": {"kind": "gaussian", "level": 0.5}})
    assert denoise_report.trained_level("odd", "gaussian") == 0.5
    assert denoise_report.trained_level("odd", "box") is None
