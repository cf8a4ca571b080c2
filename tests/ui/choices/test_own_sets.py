"""Sets of one's own in a session: which are offered, with which models, and what is said of the others."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.any_picture import SETS, write_models, write_sets
from tests.ui.conftest import DEFAULTS, TestClient, address, notice, open_link, pages
from ui import store
from ui.choices import digit_sets
from ui.errors import NotHereError

BARS, COLOURED = SETS


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models") / "checkpoints")


@pytest.fixture
def own(own_root: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, of `SETS` and without MNIST, with models for both beside those of digits."""
    for model in models.iterdir():
        (own_root / model.name).symlink_to(model)
    monkeypatch.setenv("DIGITS_DIR", str(folder := write_sets(tmp_path / "data")))
    monkeypatch.setattr(digit_sets, "DATA_DIR", folder)
    return folder


def test_each_set_is_offered_with_the_models_of_its_pictures(own: Path) -> None:
    app = open_link()
    assert address(app) == DEFAULTS
    assert app.radio(key="digits").options == ["UCI", BARS, COLOURED]
    for name in SETS:
        app.radio(key="digits").set_value(name).run()
        assert not app.exception
        assert not notice(app)
        assert [option.split(" ")[0] for option in app.selectbox(key="left").options] == [
            f"{kind}-{name}" for kind in ("ae", "dae", "vae")
        ]
        assert address(app) == DEFAULTS | {"left": f"ae-{name}", "right": f"vae-{name}", "digits": name}


def test_models_that_were_chosen_come_back_with_their_pictures(own: Path) -> None:
    app = open_link({"left": "linear", "right": "vae-2"})
    app.radio(key="digits").set_value(COLOURED).run()
    app.selectbox(key="left").set_value(f"dae-{COLOURED}").run()
    app.radio(key="digits").set_value("uci").run()
    assert {address(app)[side] for side in ("left", "right")} == {"linear", "vae-2"}
    app.radio(key="digits").set_value(COLOURED).run()
    assert address(app)["left"] == f"dae-{COLOURED}"
    assert not notice(app)


def test_a_link_to_a_model_of_other_pictures_opens_its_set(own: Path) -> None:
    app = open_link({"left": f"dae-{BARS}"})
    assert (address(app)["left"], address(app)["digits"]) == (f"dae-{BARS}", BARS)
    both = open_link({"left": f"dae-{BARS}", "digits": "uci"})
    assert address(both) == DEFAULTS
    assert "it takes pictures of another size, so ae-30 is shown" in notice(both)


def test_a_set_that_leaves_takes_nothing_with_it(own: Path) -> None:
    app = open_link({"digits": BARS})
    (own / f"{BARS}.safetensors").unlink()
    app.run()
    # So few pictures are all shown, and so many stay.
    assert address(app) == DEFAULTS | {"count": "500"}
    assert f"“{BARS}” is no longer here: UCI digits take its place." in notice(app)


def test_what_fits_nothing_is_named(own: Path) -> None:
    (own / f"{BARS}.safetensors").unlink()
    lonely = {"images": np.zeros((9, 8, 9), np.uint8), "labels": np.arange(9)}
    safetensors.numpy.save_file(lonely, own / "lonely.safetensors")
    (own / "broken.safetensors").write_bytes(b"no")
    (own / ".hidden.safetensors").write_bytes(b"no")
    safetensors.numpy.save_file(lonely, own / "uci.safetensors")
    safetensors.numpy.save_file(lonely, own / "which? #1.safetensors")
    problems = store.problems()
    assert {name for name in problems if name.startswith(("ae", "vae"))} == {f"ae-{BARS}", f"vae-{BARS}"}
    assert problems[f"vae-{BARS}"] == "there is no set of pictures of 1 x 20 x 16"
    assert problems["lonely.safetensors"] == "there is no model of pictures of 1 x 8 x 9"
    assert problems["broken.safetensors"].startswith("broken.safetensors is no safetensors file")
    assert problems["which? #1.safetensors"].startswith("its name must be of letters")
    assert store.sets() == ("uci", COLOURED)
    assert len(digit_sets.load("uci")) == 1797
    app = open_link()
    assert "3 checkpoints and 3 sets cannot be used" in [fold.label for fold in app.sidebar.expander]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("pictures", SETS)
def test_every_page_runs(own: Path, pictures: str) -> None:
    app = open_link({"digits": pictures})
    for _ in pages(app):
        assert not notice(app)
        assert address(app)["digits"] == pictures


def test_other_pictures_than_its_own_no_model_is_given(own: Path, client: TestClient) -> None:
    for path in ("encodings", "means", "planes", "errors", "whereabouts", "magnification"):
        answer = client.get(f"/{path}/vae-30/{BARS}.safetensors")
        assert (answer.status_code, answer.text) == (
            404,
            f"vae-30 takes pictures of 1 x 28 x 28, and those of {BARS} are of 1 x 20 x 16.",
        )
    with pytest.raises(NotHereError):
        store.encodings(f"vae-{BARS}", COLOURED)
    drawn = client.get(f"/paths/vae-{BARS}/{BARS}.safetensors?path=straight&stops=3.~eJx")
    assert (drawn.status_code, drawn.text) == (404, "A stop is one of the rows 0 to 239: only digits can be drawn.")
