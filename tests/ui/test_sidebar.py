from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import address, open_link
from vae_core.data import find_mnist
from vae_core.errors import DigitsError

MNIST = find_mnist()


@pytest.mark.usefixtures("root")
def test_a_download_that_fails_says_why_and_leaves_uci(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data_dir: Path, on_progress: Callable[[int, int | None], None]) -> None:
        on_progress(100, 1000)
        on_progress(200, None)
        raise DigitsError("MNIST could not be downloaded: the server answered 503")

    monkeypatch.setattr("vae_core.download.download_mnist", fail)
    app = open_link()
    app.button(key="download").click().run()
    assert [error.value for error in app.error] == [
        "MNIST could not be downloaded\\: the server answered 503. The app stays on UCI digits."
    ]
    assert address(app)["digits"] == "uci"
    assert not app.exception


@pytest.mark.needs_mnist
@pytest.mark.usefixtures("root")
def test_a_download_that_succeeds_shows_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    def copy(data_dir: Path, on_progress: Callable[[int, int | None], None]) -> None:
        on_progress(1000, 1000)
        (data_dir / "MNIST").mkdir(parents=True)
        (data_dir / "MNIST" / "raw").symlink_to(Path(str(MNIST)) / "MNIST" / "raw")

    monkeypatch.setattr("vae_core.download.download_mnist", copy)
    app = open_link()
    app.button(key="download").click().run()
    assert not app.error
    assert address(app)["digits"] == "mnist"
    assert "download" not in [button.key for button in app.button]


@pytest.mark.usefixtures("root")
def test_half_a_download_is_not_taken_for_mnist(tmp_path: Path) -> None:
    raw = tmp_path / "no-mnist" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "t10k-images-idx3-ubyte").write_bytes(b"half")
    app = open_link({"digits": "mnist"})
    assert address(app)["digits"] == "uci"
    assert app.button(key="download")
    assert not app.exception


def test_a_broken_checkpoint_is_named_with_what_is_wrong(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(root, mine)
    (mine / "vae-2" / "config.json").write_text("{")
    (mine / "linear" / "model.safetensors").unlink()
    monkeypatch.setenv("CHECKPOINTS_DIR", str(mine))
    app = open_link({"left": "vae-2"})
    assert not app.exception
    folded = app.sidebar.expander[0]
    assert folded.label == "2 checkpoints cannot be used"
    said = [caption.value for caption in folded.caption]
    assert any("vae-2" in line and "JSON" in line for line in said)
    assert any("linear" in line and "missing" in line for line in said)
    assert str(tmp_path) not in "".join(said)
    assert address(app)["left"] == "ae-30"
    assert app.selectbox(key="left").options == [
        "ae-30 · AE, 4 codes",
        "dae-30 · DAE, 4 codes",
        "vae-30 · VAE, 4 codes",
    ]


@pytest.mark.parametrize("broken", [False, True])
def test_without_a_model_the_visitor_is_told_what_to_run(
    broken: bool, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    if broken:
        (mine / "ae-30").mkdir(parents=True)
    monkeypatch.setenv("CHECKPOINTS_DIR", str(mine))
    app = open_link({"left": "ae-30", "seed": "x"})
    assert not app.exception
    assert "no trained model" in app.title[0].value
    assert "make checkpoints" in app.markdown[0].value
    assert len(app.expander) == broken
    shutil.rmtree(mine, ignore_errors=True)
    shutil.copytree(root, mine)
    assert address(app.run())["left"] == "ae-30"


def test_models_are_sorted_by_kind_and_size(root: Path) -> None:
    names = [option.split(" · ")[0] for option in open_link().selectbox(key="right").options]
    assert names == ["linear", "ae-30", "dae-30", "vae-2", "vae-30"]
