"""Which files are those of one net, and what it may be called, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import odd
from tests.js.node import Node
from vae_core.imports import files, tensors
from vae_core.training.plan import NAME

RULES = {
    **{"endings": list(files.READERS), "weights": list(tensors.PYTHAE_WEIGHTS), "config": tensors.PYTHAE_CONFIG},
    "bytes": 1_000_000,
}
JUDGE = """async ([dropped, rules]) => {
  const { netOf } = await load("imports/files.js");
  const placed = dropped.map(([path, size]) => ({ path, file: { name: path.split("/").at(-1), size } }));
  const { files, ...rest } = netOf(placed, rules);
  return { ...rest, files: files?.map(({ name }) => name) };
}"""
CALL = """async ([files, endings, taken]) => {
  const { nameFor } = await load("imports/files.js");
  return files.map((file) => nameFor(file, endings, taken));
}"""


def judged(node: Node, *dropped: str, size: int = 10) -> dict[str, Any]:
    found: dict[str, Any] = node.evaluate(JUDGE, [[[path, size] for path in dropped], RULES])
    return found


@pytest.mark.parametrize("ending", files.READERS)
def test_every_ending_that_can_be_read_is_taken_in_any_case(node: Node, ending: str) -> None:
    for name in (f"net{ending}", f"NET{ending.upper()}"):
        assert judged(node, name) == {"files": [name], "name": name}


def test_parts_of_a_net_go_together_and_a_zip_goes_alone(node: Node) -> None:
    assert judged(node, "encoder.keras", "decoder.keras")["files"] == ["encoder.keras", "decoder.keras"]
    for names, name in {
        ("encoder.keras", "decoder.keras"): ".keras",
        ("my_vae-Encoder.onnx", "my_vae-Decoder.onnx"): "my_vae.onnx",
        ("decoder_of_digits.h5", "encoder_of_digits.h5"): "_of_digits.h5",
        ("my_encoders.h5", "other.h5"): "my_encoders.h5",
        ("decoder.onnx",): "decoder.onnx",
        ("runs/best/encoder.h5", "runs/best/decoder.h5"): "best",
    }.items():
        assert judged(node, *names) == {"files": [each.split("/")[-1] for each in names], "name": name}
    assert judged(node, "mine.zip")["files"] == ["mine.zip"]
    assert judged(node, "mine.zip", "net.pth")["problem"] == "mine.zip is a whole checkpoint: drop it alone."


def test_of_a_pythae_folder_its_net_is_taken_and_of_others_what_may_be_one(node: Node) -> None:
    pythae = ("model.pt", "model_config.json", "environment.json", "encoder.pkl")
    assert judged(node, *(f"runs/final_model/{name}" for name in pythae)) == {
        "files": ["model.pt", "model_config.json"],
        "name": "final_model",
    }
    both = judged(node, *(f"runs/{run}/{name}" for run in "ab" for name in pythae))
    assert both["problem"] == "There are 2 nets in it, runs/a, runs/b: one at a time."
    assert judged(node, "keras/README.md", "keras/e.h5", "keras/d.h5")["files"] == ["e.h5", "d.h5"]
    # Chosen one by one, they lie in no folder.
    assert judged(node, "model.pt", "model_config.json")["files"] == ["model.pt", "model_config.json"]


@pytest.mark.parametrize(
    ("dropped", "size", "words"),
    [
        ((), 1, "There is no net in it: files of nets end in .pt"),
        (("a/readme.md", "a/b/notes.txt"), 1, "There is no net in it: files of nets end in .pt"),
        (("seven.csv",), 1, "seven.csv is no net: files of nets end in .pt"),
        (("net.pth", "notes"), 1, "notes is no net"),
        (("net.pth",), 0, "net.pth is empty."),
        (("net.pth",), 1_000_001, "That is 1.0 MB, and this server takes at most 1.0 MB."),
        (("e.h5", "d.h5"), 600_000, "That is 1.2 MB, and this server takes at most 1.0 MB."),
        (tuple(f"a/{k}.pth" for k in range(501)), 1, "More than 500 files: one net at a time."),
    ],
)
def test_what_is_no_net_is_said_in_a_sentence(node: Node, dropped: tuple[str, ...], size: int, words: str) -> None:
    found = judged(node, *dropped, size=size)
    assert "files" not in found
    assert found["problem"].startswith(words)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(odd.NAMES, max_size=8), st.sampled_from(list(files.READERS)))
def test_whatever_a_file_is_called_its_checkpoint_has_a_name(node: Node, names: list[str], ending: str) -> None:
    called = node.evaluate(CALL, [[name + ending for name in names], RULES["endings"], ["net"]])
    assert all(NAME.fullmatch(name) and name != "net" for name in called)


def test_a_checkpoint_is_called_as_its_file_is(node: Node) -> None:
    called = node.evaluate(CALL, [["My VAE (2).PTH", "vae.pth.tar", "é.h5", "--.pt"], RULES["endings"], ["vae", "net"]])
    assert called == ["my-vae-2", "vae-2", "e", "net-2"]
