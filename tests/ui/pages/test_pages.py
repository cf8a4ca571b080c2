import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.ui.conftest import CHECKPOINTS, TRAINING, captions, component, open_link, open_page, page, pages
from ui import store
from ui.reports import catalogue
from vae_core import checkpoint
from vae_core.checkpoint import available
from vae_core.metrics import evaluate
from vae_core.peers import PEERS, Peer
from vae_core.recipes import RECIPES
from vae_core.training.fit import new_model

SHIPPED = Path(__file__).resolve().parents[3] / "checkpoints"


pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.mark.usefixtures("root")
def test_every_page_shows_every_kind_of_model_on_both_sides() -> None:
    app = open_link()
    for model in CHECKPOINTS:
        app.selectbox(key="left").set_value(model)
        app.selectbox(key="right").set_value(model).run()
        for name in pages(app):
            assert app.title[0].value.endswith("?"), (model, name)


def test_every_shipped_model_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS_DIR", str(SHIPPED))
    names = [entry.name for entry in available(SHIPPED)]
    app = open_link()
    for i, (left, right) in enumerate(zip(names, names[1:] + names[:1], strict=True)):
        app.switch_page(page("desk"))
        app.selectbox(key="left").set_value(left)
        app.selectbox(key="right").set_value(right).run()
        assert not app.exception
        data = component(app, "desk")
        assert [data["left"]["name"], data["right"]["name"]] == [left, right]
        # It treats both sides alike: every other pair has each model once.
        if i % 2 == 0:
            app.switch_page(page("models")).run()
            assert not app.exception


@pytest.mark.parametrize("digits", ["uci", pytest.param("mnist", marks=pytest.mark.needs_mnist)])
def test_every_page_takes_both_sets_of_digits(digits: str, root: Path, request: pytest.FixtureRequest) -> None:
    if digits == "mnist":
        request.getfixturevalue("mnist")
    app = open_link({"digits": digits})
    for name in pages(app):
        assert app.radio(key="digits").value == digits, name


@pytest.mark.usefixtures("root")
def test_the_table_of_models_holds_all_of_them_with_their_metrics() -> None:
    app = open_page("models")
    table = app.dataframe[0].value.set_index("name")
    assert set(table.index) == set(CHECKPOINTS)
    assert table.loc["dae-30", "kind"] == "DAE"
    assert table.loc["ae-30", "squared_error"] == 3.5
    made = app.dataframe[1].value.set_index("name")
    assert made.loc["ae-30", "layers"] == "784-6-4-5-7-784"
    assert made.loc["linear", "parameters"] == 784 * 3 + 3 + 3 * 784 + 784
    assert made.loc["ae-30", "epochs"] == 2


def epoch(**changes: Any) -> dict[str, Any]:
    return TRAINING["history"][0] | changes  # type: ignore[index]


def metric(value: Any, **changes: Any) -> dict[str, Any]:
    return {"value": value, "unit": "dB", "protocol": "decoded at mu"} | changes


ODD_RECORDS: dict[str, Any] = {
    "nothing": {},
    "no object": [1],
    "null everywhere": dict.fromkeys(["test", "history", "digits", "seconds", "corruption"]),
    "digits as a list": {"digits": ["mnist"]},
    "unknown digits": {"digits": "letters"},
    "no digits": {"digits": ""},
    "digits alone": {"digits": "mnist"},
    "a bare metric": {"test": {"psnr": 3.2}},
    "a list of metrics": {"test": [3.2]},
    "a metric without a value": {"test": {"psnr": {"unit": "dB"}}},
    "a metric that is null": {"digits": "mnist", "test": dict.fromkeys(["psnr", "kl", "bce"], metric(None))},
    "one metric of two null": {"test": {"psnr": metric(None), "kl": metric(3)}},
    "a metric that is a text": {"test": {"psnr": metric("3.2")}},
    "a metric that is no number": {"test": {"psnr": metric(float("nan"))}},
    "a metric that is infinite": {"test": {"psnr": metric(float("inf"))}},
    "a huge metric": {"test": {"psnr": metric(10**30), "active_units": metric(1e300)}},
    "a metric nobody knows": {"test": {"beauty": metric(1.0)}},
    "Markdown as a unit": {"test": {"psnr": metric(3.2, unit="![x](http://evil) :red[x] $x$")}},
    "a history that is a number": {"history": 5},
    "a history of numbers": {"history": [5, 6]},
    "an empty history": {"history": []},
    "epochs without a loss": {"history": [{"epoch": 1}]},
    "an epoch with a text": {"history": [epoch(loss="9")]},
    "an epoch with null": {"history": [epoch(), epoch(kl=None)]},
    "a loss that is no number": {"history": [epoch(loss=float("nan"))]},
    "a huge loss": {"history": [epoch(loss=10**30), epoch(loss=1e308)]},
    "a loss below 0": {"history": [epoch(loss=-3.0, reconstruction=-3.0, kl=0)]},
    "an epoch with a remark": {"history": [epoch(remark="slow")]},
    "epochs in disorder": {"history": [epoch(epoch=3), epoch(epoch=-1), epoch(epoch=2.5)]},
    "seconds as a text": {"seconds": "long"},
    "many seconds": {"seconds": 10**30},
    "corruption of no known kind": {"corruption": "rain"},
}


def strange(root: Path, *odd: str) -> list[str]:
    """A checkpoint for each of these records."""
    for record in odd:
        shutil.copytree(root / "vae-2", root / record)
        (root / record / "training.json").write_text(json.dumps(ODD_RECORDS[record]))
    return list(odd)


@pytest.mark.parametrize("pair", list(zip(*[iter(ODD_RECORDS)] * 2, strict=True)), ids=" and ".join)
def test_pages_stand_whatever_strangers_say_of_their_trainings(pair: tuple[str, str], own_root: Path) -> None:
    left, right = strange(own_root, *pair)
    app = open_link({"left": left, "right": right})
    for name in pages(app):
        assert (app.selectbox(key="left").value, app.selectbox(key="right").value) == pair, name


def test_the_page_of_the_models_stands_whatever_bystanders_say_of_their_training(own_root: Path) -> None:
    names = strange(own_root, *ODD_RECORDS)
    (own_root / "vae-2" / "training.json").write_text(json.dumps({"seconds": 10**400}))
    app = open_page("models", left="vae-2")
    assert set(app.dataframe[0].value["name"]) == {*CHECKPOINTS, *names}


def test_what_is_null_or_unknown_is_shown_as_such(own_root: Path) -> None:
    record = {"digits": "letters", "test": {"psnr": metric(None), "kl": metric(3, unit="nats_per_image")}}
    (own_root / "vae-2" / "training.json").write_text(json.dumps(record))
    row = next(row for row in catalogue.model_rows() if row["name"] == "vae-2")
    assert (row["digits"], row["psnr"], row["kl"], row["epochs"], row["seconds"]) == ("letters", None, 3, None, None)
    assert catalogue.headline("vae-2") == r"KL 3.00 nats\_per\_image"


def test_a_checkpoint_says_what_of_its_training_is_not_here(own_root: Path) -> None:
    pair = {"left": "vae-2", "right": "vae-2"}
    app = open_page("models", **pair)
    assert captions(app).count("No test metrics recorded.") == 2
    assert "not finished" not in captions(app)
    assert component(app, "films")["left"]["film"] is None
    frames = [np.zeros((112, 224), np.uint8)] * 2
    model = checkpoint.load(own_root / "vae-2")
    checkpoint.save(own_root / "vae-2", model, {}, frames, optimizer_state={"step": torch.zeros(1)})
    app.run()
    assert captions(app).count("Its training is not finished.") == 2
    assert component(app, "films")["right"]["film"] == "draws"
    assert "No test metrics" not in captions(app)


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
    for digits, shown in (("uci", []), ("mnist", [("9.19", "15.68", "theirs"), ("0.0254", "0.0200", "ours")])):
        folder = make_checkpoint("ae-16", training={"digits": digits, "test": test})
        monkeypatch.setenv("CHECKPOINTS_DIR", str(folder.parent))
        assert [(row["theirs"], row["ours"], row["closer"]) for row in catalogue.peer_rows()] == shown
