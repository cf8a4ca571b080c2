from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import CHECKPOINTS, component, open_link, page
from ui import catalogue, store
from vae_core.checkpoint import available
from vae_core.data import find_mnist
from vae_core.metrics import evaluate
from vae_core.peers import PEERS, Peer
from vae_core.recipes import RECIPES
from vae_core.training import new_model

SHIPPED = Path(__file__).resolve().parents[2] / "checkpoints"
PAGES = [path.stem for path in sorted((Path(__file__).resolve().parents[2] / "pages").glob("*.py"))]
MNIST = find_mnist()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("left", CHECKPOINTS)
@pytest.mark.usefixtures("root")
def test_every_page_shows_every_kind_of_model_on_both_sides(name: str, left: str) -> None:
    app = open_link({"left": left, "right": left}).switch_page(page(name)).run()
    assert not app.exception
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("left", [entry.name for entry in available(SHIPPED)])
def test_every_pair_of_shipped_models(left: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS_DIR", str(SHIPPED))
    app = open_link({"left": left})
    for right in [entry.name for entry in available(SHIPPED)]:
        app.selectbox(key="right").set_value(right).run()
        assert not app.exception
        data = component(app, "desk")
        assert [data["left"]["name"], data["right"]["name"]] == [left, right]
    app.switch_page(page("models")).run()
    assert not app.exception


@pytest.mark.parametrize("digits", ["uci", pytest.param("mnist", marks=pytest.mark.needs_mnist)])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_takes_both_sets_of_digits(
    name: str, digits: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if digits == "mnist":
        monkeypatch.setenv("DIGITS_DIR", str(MNIST))
    app = open_link({"digits": digits}).switch_page(page(name)).run()
    assert app.radio(key="digits").value == digits
    assert not app.exception


@pytest.mark.usefixtures("root")
def test_the_table_of_models_holds_all_of_them_with_their_metrics() -> None:
    app = open_link().switch_page(page("models")).run()
    table = app.dataframe[0].value.set_index("name")
    assert set(table.index) == set(CHECKPOINTS)
    assert table.loc["dae-30", "kind"] == "DAE"
    assert table.loc["ae-30", "squared_error"] == 3.5
    assert table.loc["ae-30", "layers"] == "784-6-4-5-7-784"
    assert table.loc["linear", "parameters"] == 784 * 3 + 3 + 3 * 784 + 784
    assert table.loc["ae-30", "epochs"] == 2


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: f"{peer.checkpoint} {peer.what}")
def test_a_peer_stands_beside_a_number_that_a_recipe_gives(peer: Peer, uci) -> None:  # type: ignore[no-untyped-def]
    recipe = RECIPES[peer.checkpoint]
    metrics = evaluate(new_model(recipe.model, 0), uci.images[:4], recipe.training.corruption)
    assert peer.metric in {metric.name for metric in metrics}


@pytest.mark.usefixtures("root")
def test_a_peer_is_left_out_where_its_checkpoint_is_not_here() -> None:
    shown, here = {row["checkpoint"] for row in catalogue.peer_rows()}, set(store.models())
    assert shown <= here
    assert {peer.checkpoint for peer in PEERS} - here, "some are not here"


def test_a_peer_stands_beside_our_number_in_its_unit(
    make_checkpoint: Callable[..., Path], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = {"squared_error": {"value": 20 * 0.784, "unit": "per image", "protocol": "decoded from the code"}}
    for digits, shown in (("uci", []), ("mnist", [("9.19", "15.68", "theirs"), ("0.0269", "0.0200", "ours")])):
        folder = make_checkpoint("ae-16", training={"digits": digits, "test": test})
        monkeypatch.setenv("CHECKPOINTS_DIR", str(folder.parent))
        assert [(row["theirs"], row["ours"], row["closer"]) for row in catalogue.peer_rows()] == shown
