import importlib
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.ui.conftest import DEFAULTS, MAIN, address, component, notice, open_link, page
from ui import store
from ui.choices import state
from ui.components.address import Returned

pytestmark = pytest.mark.usefixtures("root")
AROUND = {"state.start": "choices.state.start", "sidebar.show": "frame.sidebar.show", "guide": "components.guide.guide"}
LINK = {"left": "vae-30", "right": "vae-2", "digits": "uci", "seed": "4294967295"}


def test_a_link_restores_everything_and_survives_page_changes() -> None:
    app = open_link(LINK)
    for name in ("desk", "models", "desk", "desk"):
        assert address(app.switch_page(page(name)).run()) == LINK
    assert not notice(app)
    app.button(key="swap").click().run()
    assert address(app) == LINK | {"left": "vae-2", "right": "vae-30"}
    assert not notice(app)


def test_a_first_visitor_sees_the_articles_pair_and_what_is_chosen_is_what_the_address_says() -> None:
    app = open_link()
    assert address(app) == DEFAULTS
    assert not notice(app)
    app.selectbox(key="left").set_value("linear")
    app.number_input(key="seed").set_value(7).run()
    assert address(app) == DEFAULTS | {"left": "linear", "seed": "7"}
    assert address(open_link(address(app))) == address(app)


def test_the_link_counts_once_then_the_session() -> None:
    app = open_link({"seed": "5"})
    app.number_input(key="seed").set_value(6).run()
    app.query_params["seed"] = "5"
    app.switch_page(page("models")).run()
    assert address(app)["seed"] == "6"


def test_a_link_with_nonsense_opens_on_defaults_and_names_every_part_once() -> None:
    app = open_link(dict.fromkeys(LINK, "![x](http://evil)"))
    assert address(app) == DEFAULTS
    assert notice(app).count("This link's") == len(LINK)
    assert all(key in notice(app) for key in LINK)
    assert "“![x](http://evil)”" in notice(app)
    told = component(app, "notices")
    assert component(app.run(), "notices") == told


def test_a_checkpoint_that_leaves_is_replaced(own_root: Path) -> None:
    app = open_link({"left": "vae-2"})
    shutil.rmtree(own_root / "vae-2")
    app.run()
    assert address(app) == DEFAULTS
    assert "“vae-2” is no longer here" in notice(app)


@pytest.mark.parametrize("after", ["state.start", "sidebar.show", "guide"])
@pytest.mark.parametrize("gone", ["vae-2", "linear"])
def test_a_checkpoint_that_leaves_while_a_page_runs_is_replaced(
    own_root: Path, after: str, gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is shown, and one that is only offered."""
    app = open_link({"left": "vae-2"})
    where, _, name = f"ui.{AROUND[after]}".rpartition(".")
    module = importlib.import_module(where)
    before = getattr(module, name)

    def leaves(*given: object) -> None:
        before(*given)
        shutil.rmtree(own_root / gone, ignore_errors=True)

    monkeypatch.setattr(module, name, leaves)
    told = ""
    for path in ("models", "encodings", "desk"):
        app.switch_page(page(path)).run()
        assert not app.exception
        told += notice(app)
    assert gone not in store.models()
    assert ("“vae-2” is no longer here" in told) == (gone == "vae-2")


@pytest.mark.needs_mnist
@pytest.mark.usefixtures("mnist")
def test_mnist_can_be_chosen_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = open_link({"digits": "mnist"})
    assert address(app)["digits"] == "mnist"
    assert component(app, "desk")["digits"] == "mnist"
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "no-mnist"))
    app.run()
    assert address(app)["digits"] == "uci"
    assert "MNIST is no longer here" in notice(app)


@pytest.mark.parametrize("seed", [-5, -1, 2**32, 10**12])
def test_a_number_that_is_no_seed_says_what_a_seed_is_and_changes_nothing(seed: int) -> None:
    app = open_link({"seed": "7"})
    app.number_input(key="seed").set_value(seed).run()
    assert notice(app) == f"Seed “{seed}”: a seed is a whole number from 0 to 4294967295, so it stays 7."
    assert app.number_input(key="seed").value == 7
    assert address(app)["seed"] == "7"
    told = notice(app)
    app.number_input(key="seed").set_value(8).run()
    assert notice(app) == told
    assert address(app)["seed"] == "8"


def test_the_map_opens_on_the_pair_that_a_plane_shows_whole_until_somebody_chooses(own_root: Path) -> None:
    tiny.write_checkpoint(own_root, "ae-2", "ae")
    app = open_link()
    assert pair(app) == ("ae-30", "vae-30")
    assert pair(app.switch_page(page("latent_map")).run()) == ("ae-2", "vae-2")
    assert pair(app.switch_page(page("desk")).run()) == ("ae-30", "vae-30")
    app.selectbox(key="left").set_value("ae-1").run()
    assert pair(app.switch_page(page("latent_map")).run()) == ("ae-1", "vae-30")
    asked = open_link({"left": "ae-30"})
    assert pair(asked.switch_page(page("latent_map")).run()) == ("ae-30", "vae-30")


def pair(app: AppTest) -> tuple[str, str]:
    return address(app)["left"], address(app)["right"]


def test_a_server_that_has_forgotten_the_session_hears_of_it_from_the_browser_once() -> None:
    app = open_link({"seed": "5"})
    for count, seed in ((1, "11"), (2, "12")):
        app.session_state["address"] = {"returned": {"count": count, "query": f"left=linear&seed={seed}"}}
        app.switch_page(page("models")).run()
        assert address(app) == DEFAULTS | {"left": "linear", "seed": seed}
    app.number_input(key="seed").set_value(7).run()
    assert address(app)["seed"] == "7"
    assert not notice(app)


@pytest.mark.parametrize(
    "said",
    [
        *(None, 3, {}, [1, "seed=4"]),
        *({"count": count, "query": "seed=4"} for count in ("1", True, 0, -1, 1.5)),
        {"count": 1, "query": ["seed"]},
    ],
)
def test_what_no_browser_says_changes_nothing(said: object) -> None:
    app = AppTest.from_file(MAIN, default_timeout=60)
    for _ in ("at the first run", "and later"):
        app.session_state["address"] = {"returned": said}
        assert address(app.run()) == DEFAULTS
        assert not app.exception
        assert not notice(app)


class QueryParams(dict[str, str]):
    def to_dict(self) -> dict[str, str]:
        return dict(self)


class Session(dict[str, object]):
    """A session that breaks a run off at one of the looks into it, as Streamlit does where a newer run waits."""

    looks_left = -1

    def _look(self) -> None:
        self.looks_left -= 1
        if self.looks_left == -1:
            raise InterruptedError

    def __getitem__(self, key: str) -> object:
        self._look()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: object) -> None:
        self._look()
        super().__setitem__(key, value)

    def __contains__(self, key: object) -> bool:
        self._look()
        return super().__contains__(key)

    def get(self, key: str, default: object = None) -> object:
        self._look()
        return super().get(key, default)


def test_a_run_broken_off_anywhere_loses_nothing_of_what_the_browser_says(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Returned(1, LINK | {"seed": "none"})

    def begin(session: Session, looks: int) -> bool:
        monkeypatch.setattr(st, "session_state", session)
        session.looks_left = looks
        try:
            state.start(said, "desk")
        except InterruptedError:
            return False
        return True

    monkeypatch.setattr(st, "query_params", QueryParams())
    whole = Session()
    assert begin(whole, -1)
    assert state.query() == LINK | {"seed": DEFAULTS["seed"]}
    assert len(state.notices()) == 1
    looks = 0
    while not begin(session := Session(), looks):
        assert begin(session, -1), looks
        assert state.query() == LINK | {"seed": DEFAULTS["seed"]}, looks
        assert len(state.notices()) >= 1, looks
        looks += 1
    assert looks > 40
