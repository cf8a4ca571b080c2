"""What a step leaves in the folder of an import: what was found, with all that another process builds it of again."""

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from tests.core.imports.nets import trained
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.data import Digits
from vae_core.errors import ConfigError
from vae_core.imports import files, wishes
from vae_core.imports.choice import RULES
from vae_core.imports.net import NetFileError
from vae_core.imports.settled import Settled, Wishes
from vae_core.imports.steps import candidates, folder, work
from vae_core.imports.trial import model_of, settle
from vae_core.models import parameter_count
from vae_core.training.run import held_out_digits


def bring(place: Path, sent: Mapping[str, bytes], **known: Any) -> list[str]:
    (place / folder.FILES).mkdir()
    for name, content in sent.items():
        (place / folder.FILES / name).write_bytes(content)
    asked = {"step": "try", "files": list(sent), "digits": "uci", "wishes": {}, "shape": None, **known}
    folder.ask(place, asked)
    return list(sent)


def saved(name: str) -> bytes:
    stream = io.BytesIO()
    torch.save(trained(name).state_dict(), stream)
    return stream.getvalue()


def tried(place: Path, sent: Mapping[str, bytes], **known: Any) -> dict[str, Any]:
    bring(place, sent, **known)
    work.carry_out(place)
    return folder.read(place / folder.FOUND)


def row(url: str) -> np.ndarray:
    """The pictures of a row, [10, H, W] or [10, H, W, 3]."""
    kind, content = url.split(",")
    assert kind == "data:image/png;base64"
    strip = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
    return np.stack(np.split(strip, 10, axis=1))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the net of "two heads" was tried."""
    made = tmp_path_factory.mktemp("import")
    tried(made, {"net.pt": saved("two heads")})
    return made


def built(place: Path) -> Settled:
    return settle(files.read([place / "files" / "net.pt"]), held_out_digits("uci"))


def test_what_was_found_is_shown_with_its_numbers_and_pictures(place: Path) -> None:
    found = folder.read(place / folder.FOUND)
    shown, settled = found["shown"], built(place)
    config = settled.model.config
    assert json.dumps(shown, allow_nan=False)
    assert (shown["digits"], shown["pictures"], shown["shape"]) == ("uci", 256, [1, 28, 28])
    assert (shown["layers"], shown["parameters"]) == (config.layers, parameter_count(config))
    assert ModelConfig.from_json(found["model"]) == config
    assert (shown["guesses"], shown["warnings"]) == (list(settled.guesses), [])
    assert len(shown["candidates"]) == 6
    assert [each["words"] for each in shown["candidates"]] == ["", *(each.words for each in settled.runners_up)]
    labels = held_out_digits("uci").labels
    rows = [int(np.flatnonzero(labels == label)[0]) for label in range(10)]
    images = held_out_digits("uci").images[rows]
    np.testing.assert_array_equal(row(shown["originals"]), images)
    for each, candidate in zip((settled.best, *settled.runners_up), shown["candidates"], strict=True):
        assert (candidate["loss"], candidate["squared_error"]) == (each.loss, each.error)
        model = model_of(settled.layouts[0], each)
        x = torch.from_numpy(images / np.float32(255))[:, None]
        drawn = model.decode(model.encode(x))[:, 0].numpy() * 255
        assert np.abs(row(candidate["picture"]) - drawn).max() < 0.51


@pytest.mark.parametrize("number", [0, 3])
def test_each_candidate_can_be_kept(place: Path, number: int) -> None:
    settled = built(place)
    chosen = (settled.best, *settled.runners_up)[number]
    folder.ask(place, {"step": "keep", "candidate": number, "files": ["net.pt"]})
    work.carry_out(place)
    kept, expected = checkpoint.load(place / folder.CHECKPOINT), model_of(settled.layouts[0], chosen)
    assert kept.config == expected.config
    for name, tensor in expected.state_dict().items():
        assert torch.equal(kept.state_dict()[name], tensor)
    about = checkpoint.load_training(place / folder.CHECKPOINT)
    assert about["imported"]["chosen"] == chosen.words
    assert (about["imported"]["squared_error"], about["imported"]["files"]) == (round(chosen.error, 4), ["net.pt"])
    assert len(about["imported"]["runners_up"]) == 5
    rule = wishes.rule_text(chosen.choice.encoder)
    assert any(f"after hidden layers comes {rule}" in guess for guess in about["imported"]["guesses"])
    assert about["test"]["squared_error_at_mu"]["value"] > 0


def test_what_takes_labels_draws_with_them(tmp_path: Path) -> None:
    found = tried(tmp_path, {"net.pt": saved("class-conditional")})
    net, shown = trained("class-conditional"), found["shown"]
    originals = torch.from_numpy(row(shown["originals"]) / np.float32(255))[:, None]
    y = torch.arange(10)
    drawn = net.decode(net.heads(originals, y)[0], y)[:, 0].numpy() * 255
    assert np.abs(row(shown["candidates"][0]["picture"]) - drawn).max() < 0.6


def test_coloured_pictures_have_three_channels(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shapes = {"enc.weight": (8, 3, 4, 4), "mu.weight": (4, 512), "grow.weight": (512, 4), "dec.weight": (8, 3, 4, 4)}
    state = {name: torch.randn(shape) / 20 for name, shape in shapes.items()}
    stream = io.BytesIO()
    torch.save(state, stream)
    shown = tried(tmp_path, {"net.pt": stream.getvalue()}, shape=[3, 16, 16])["shown"]
    assert shown["shape"] == [3, 16, 16]
    assert {row(each).shape for each in (shown["originals"], shown["candidates"][0]["picture"])} == {(10, 16, 16, 3)}
    # It has learnt nothing.
    assert len(shown["warnings"]) == 1


def test_of_a_small_set_the_row_has_what_there_is() -> None:
    images = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    labels = np.array([1, 1, 1, 0, 2, 0, 0, 0, 2, 2])
    few = candidates._one_of_each_class(Digits(images, labels, "mine"))
    assert few.images[:, 0, 0].tolist() == [3, 0, 4, 1, 2, 5, 6, 7, 8, 9]
    assert few.labels.tolist() == [labels[i] for i in few.images[:, 0, 0]]


def questions(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in found["shown"]["questions"]}


def test_what_was_open_is_asked_and_an_answer_is_not_tried(place: Path, tmp_path: Path) -> None:
    before = questions(folder.read(place / folder.FOUND))
    found = {"activation": "relu", "input": "unit", "output": "sigmoid", "scale": "logvar", "shape": [1, 28, 28]}
    assert {key: each["value"] for key, each in before.items()} == found
    assert not any(each["known"] for each in before.values())
    answers = {"activation": "leaky_relu:0.2", "input": "signed", "output": "tanh", "scale": "softplus"}
    after = questions(tried(tmp_path, {"net.pt": saved("two heads")}, wishes=answers, shape="1x28x28"))
    assert {key: each["value"] for key, each in after.items()} == {**answers, "shape": [1, 28, 28]}
    assert all(each["known"] for each in after.values())
    for each in (*before.values(), *after.values()):
        assert each["value"] in [option["value"] for option in each["options"]]
        assert each["label"]
        # Every option is an answer.
        for option in each["options"]:
            if each["key"] == "shape":
                assert wishes.shape(option["value"])
            else:
                assert wishes.wishes({each["key"]: option["value"]}) != Wishes()


def test_an_autoencoder_has_no_second_number_to_ask_of(tmp_path: Path) -> None:
    found = questions(tried(tmp_path, {"net.pt": saved("dense autoencoder")}))
    assert found.keys() == {"activation", "input", "output"}
    assert len(found["activation"]["options"]) == len(RULES)
    assert found["activation"]["value"] == "gelu"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"activation": "leaky_relu:1e9"}, "after the colon stands a slope"),
        ({"activation": ["relu"]}, "it must be one of relu"),
        ({"scale": 3}, "it must be one of logvar"),
        ({"shape": [1, 28, 28]}, "nothing to know of the name 'shape'"),
    ],
)
def test_an_answer_that_is_none_is_refused(known: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        wishes.wishes(known)


@pytest.mark.parametrize("known", ["28x28", "1x28x28x1", [1, 28], [1, 28, 7], [True, 28, 28], {}, 5, "ax1x1", ["1"]])
def test_a_shape_that_is_none_is_refused(known: object) -> None:
    with pytest.raises(ConfigError, match="as in 1x28x28"):
        wishes.shape(known)


def test_files_of_pythae_are_a_folder_and_other_json_is_passed_over(tmp_path: Path) -> None:
    config = json.dumps({"name": "VAEConfig", "input_dim": [1, 28, 28], "latent_dim": 6}).encode()
    beside = {"encoder.pkl": b"code", "training_config.json": b"{}"}
    for name, sent in (
        ("pythae", {"model_config.json": config, "model.pt": saved("two heads"), **beside}),
        ("specs", {"specs.json": b"{}", "net.pt": saved("two heads")}),
    ):
        (tmp_path / name).mkdir()
        bring(tmp_path / name, sent)
        found = files.read(work._paths(tmp_path / name, list(sent)))
        assert found.encoder is not None


def test_what_cannot_be_taken_is_left_as_one_sentence(tmp_path: Path) -> None:
    bring(tmp_path, {"page.pt": b"<html>"})
    with pytest.raises(NetFileError), folder.told(tmp_path):
        work.carry_out(tmp_path)
    assert folder.said(tmp_path, folder.PROBLEM).startswith("page.pt: it is a page of the web")
    assert folder.said(tmp_path, folder.DOING) == "reading the file"
    folder.ask(tmp_path, {"step": "try"})
    assert folder.said(tmp_path, folder.PROBLEM) == ""
