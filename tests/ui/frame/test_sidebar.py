import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.core import idx
from tests.ui.conftest import Mirror, address, notice, open_link, page, wait_until_over
from ui.choices import digit_sets
from vae_core.errors import DigitsError


def fail(data_dir: Path) -> None:
    raise DigitsError("MNIST could not be downloaded: the server answered 503")


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


def bars(app: AppTest) -> list[tuple[Any, Any]]:
    return [(bar.value, bar.text) for bar in app.get("progress")]


def test_a_download_goes_on_while_its_visitor_does_other_things(mirror: Mirror) -> None:
    app = open_link()
    app.button(key="download").click().run()
    mirror.wait_for_half()
    for _ in ("a change of a widget", "and of the page"):
        app.number_input(key="seed").set_value(7).run()
        assert bars(app) == [(50, "MNIST: 5.0 of 10.0 MB")]
        assert "download" not in keys(app)
        assert address(app)["digits"] == "uci"
        app.switch_page(page("models"))
    mirror.end()
    app.run()
    assert mirror.calls == 1
    assert not bars(app)
    assert not notice(app)
    assert address(app)["digits"] == app.radio(key="digits").value == "mnist"
    app.radio(key="digits").set_value("uci").run()
    assert address(app)["digits"] == "uci"


def test_a_download_is_everybodys_and_only_who_asked_goes_over_to_mnist(mirror: Mirror) -> None:
    asking, other, late = open_link(), open_link(), open_link()
    asking.button(key="download").click().run()
    mirror.wait_for_half()
    late.button(key="download").click().run()
    assert len(bars(other.run())) == len(bars(late)) == 1
    del asking
    mirror.end()
    assert mirror.calls == 1
    assert [address(app.run())["digits"] for app in (other, late)] == ["uci", "mnist"]
    assert address(open_link({"digits": "mnist"}))["digits"] == "mnist", "it outlives the session that asked"
    assert other.radio(key="digits").options == ["UCI", "MNIST"]
    assert not {"download"} & keys(other)


def test_a_download_that_fails_says_why_and_leaves_uci(mirror: Mirror) -> None:
    app, other = open_link(), open_link()
    app.button(key="download").click().run()
    mirror.end(fail)
    for _ in range(2):
        for session in (app, other):
            session.run()
            assert [error.value for error in session.error] == [
                "MNIST could not be downloaded\\: the server answered 503. The app stays on UCI digits."
            ]
            assert address(session)["digits"] == "uci"
            assert not session.exception
            assert not bars(session)
    other.button(key="download").click().run()
    mirror.end()
    assert [address(session.run())["digits"] for session in (app, other)] == ["uci", "mnist"]
    assert not app.error
    assert not other.error


def asked() -> AppTest:
    """A session that has asked for the download."""
    return open_link().button(key="download").click().run()


def test_what_ends_while_a_page_is_drawn_is_not_missed(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    app = asked()
    mirror.wait_for_half()
    names, looks = digit_sets.names, iter(range(1000))

    def ends_after_the_first_look() -> tuple[str, ...]:
        found = names()
        if next(looks) == 0:
            mirror.end()
        return found

    monkeypatch.setattr(digit_sets, "names", ends_after_the_first_look)
    assert address(app.run())["digits"] == "mnist"
    assert not bars(app)


def test_damaged_files_are_said_and_a_download_mends_them(mirror: Mirror, tmp_path: Path) -> None:
    images = idx.write(tmp_path / "no-mnist") / "t10k-images-idx3-ubyte"
    images.write_bytes(images.read_bytes()[:1000])
    app = open_link({"digits": "mnist"})
    assert address(app)["digits"] == "uci"
    said = next(caption.value for caption in app.sidebar.caption if "MNIST" in caption.value)
    assert "t10k-images-idx3-ubyte is truncated\\: 1000 bytes instead of 3152" in said
    assert str(tmp_path) not in said
    app.button(key="download").click().run()
    mirror.end(lambda data_dir: images.write_bytes(idx.files()[images.name]))
    app.run()
    assert address(app)["digits"] == "mnist"
    assert not app.sidebar.caption


def test_a_download_that_mends_nothing_is_no_success(mirror: Mirror) -> None:
    app = asked()
    mirror.end(lambda data_dir: (idx.write(data_dir) / "t10k-labels-idx1-ubyte").unlink())
    app.run()
    assert address(app)["digits"] == "uci"
    assert [error.value for error in app.error] == [
        "MNIST has arrived and cannot be used\\: t10k-labels-idx1-ubyte is missing. The app stays on UCI digits."
    ]
    assert not notice(app)
    assert "download" in keys(app)


def test_a_folder_that_cannot_be_written_is_named_without_those_above_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "no-mnist").write_text("a file")
    app = asked()
    wait_until_over()
    said = app.run().error[0].value
    assert "cannot be written to MNIST/raw" in said
    assert str(tmp_path) not in said


def test_a_broken_checkpoint_is_named_with_what_is_wrong(own_root: Path, tmp_path: Path) -> None:
    (own_root / "vae-2" / "config.json").write_text("{")
    (own_root / "linear" / "model.safetensors").unlink()
    app = open_link({"left": "vae-2"})
    folded = app.sidebar.expander[0]
    assert folded.label == "2 checkpoints cannot be used"
    said = [caption.value for caption in folded.caption]
    assert any("vae-2" in line and "JSON" in line for line in said)
    assert any("linear" in line and "missing" in line for line in said)
    assert str(tmp_path) not in "".join(said)
    assert address(app)["left"] == "ae-30"
    shown = ["ae-1 · AE, 1 code", "ae-30 · AE, 4 codes", "dae-30 · DAE, 4 codes", "vae-30 · VAE, 4 codes"]
    assert app.selectbox(key="left").options == shown


@pytest.mark.parametrize("broken", [False, True])
def test_without_a_model_the_visitor_is_told_what_to_run(
    broken: bool, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    if broken:
        (mine / "ae-30").mkdir(parents=True)
    monkeypatch.setenv("CHECKPOINTS_DIR", str(mine))
    app = open_link({"left": "ae-30", "seed": "x"})
    assert "no trained model" in app.title[0].value
    assert "make checkpoints" in app.markdown[0].value
    assert len(app.expander) == broken
    shutil.rmtree(mine, ignore_errors=True)
    shutil.copytree(root, mine)
    assert address(app.run())["left"] == "ae-30"


def test_models_are_sorted_by_kind_and_size(root: Path) -> None:
    names = [option.split(" · ")[0] for option in open_link().selectbox(key="right").options]
    assert names == ["ae-1", "linear", "ae-30", "dae-30", "vae-2", "vae-30"]
