"""Class-conditional nets of Keras: the class is a number, which a layer writes one-hot or as a learned row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.core.imports.carried_out import decoded
from tests.core.imports.keras import keras_files as kf
from tests.core.imports.keras.test_keras import CLOSE, rng
from vae_core.imports import keras
from vae_core.imports.net import NetFileError

CLASSES, WORDS, DIM = 10, 4, 2
TABLE = rng(7).normal(size=(CLASSES, WORDS)).astype(np.float32)
SPREAD = kf.dense(rng(8), WORDS, 3, "tanh")


def decoder(path: Path, way: list[kf.Written], number: list[int | None], count: int, is_first: bool) -> Path:
    """A file of z and the number of a class; the class goes its own way before it is joined."""
    net = kf.named([kf.dense(rng(0), DIM + count, 8, "relu"), kf.dense(rng(1), 8, 100, "sigmoid")], "net_")
    way = kf.named(way, "way_")
    description = kf.functional([*way, *net], (DIM,), [net[-1].name], "decoder", 2)
    config: dict[str, Any] = description["config"]
    label = {"class_name": "InputLayer", "name": "y", "config": {"batch_input_shape": number, "name": "y"}}
    ends = [way[-1].name, "decoder_input"] if is_first else ["decoder_input", way[-1].name]
    node = [[[end, 0, 0, {}] for end in ends]]
    joint = {"class_name": "Concatenate", "name": "both", "config": {"name": "both", "axis": -1}, "inbound_nodes": node}
    config["layers"][1]["inbound_nodes"] = [[["y", 0, 0, {}]]]
    config["layers"][len(way) + 1]["inbound_nodes"] = [[["both", 0, 0, {}]]]
    config["layers"][1:1] = [label]
    config["layers"].append(joint)
    config["input_layers"].append(["y", 0, 0])
    return kf.write_h5(path, [*way, *net], description)


def embedding() -> kf.Written:
    return kf.Written("Embedding", {"input_dim": CLASSES, "output_dim": WORDS}, lambda x: x, [TABLE])


def encoding(mode: str) -> kf.Written:
    return kf.Written("CategoryEncoding", {"num_tokens": CLASSES, "output_mode": mode}, lambda x: x)


WAYS: dict[str, tuple[list[kf.Written], list[int | None], np.ndarray]] = {
    "learned": ([embedding(), kf.flatten()], [None, 1], TABLE),
    "a scalar": ([embedding()], [None], TABLE),
    "layers": ([embedding(), kf.flatten(), SPREAD], [None, 1], kf.run([SPREAD], TABLE)),
    "one-hot": ([encoding("one_hot")], [None, 1], np.eye(CLASSES)),
}


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_the_class_is_taken_one_hot(way: str, is_first: bool, tmp_path: Path) -> None:
    layers, number, table = WAYS[way]
    net = keras.read([decoder(tmp_path / "decoder.h5", layers, number, table.shape[1], is_first)])
    assert net.decoder is not None
    assert [link.layer.to_json()["type"] for link in net.decoder][:3] == ["label", "dense", "activation"]
    y, z = np.array([3, 1, 4]), rng(3).normal(size=(3, DIM)).astype(np.float32)
    joined = np.concatenate([table[y], z] if is_first else [z, table[y]], axis=1)
    own = [kf.dense(rng(0), joined.shape[1], 8, "relu"), kf.dense(rng(1), 8, 100, "sigmoid")]
    np.testing.assert_allclose(decoded(net, z, y), kf.run(own, joined), **CLOSE)


def test_what_takes_no_class_is_named(tmp_path: Path) -> None:
    with pytest.raises(NetFileError, match="CategoryEncoding: it does not write the class one-hot"):
        keras.read([decoder(tmp_path / "a.h5", [encoding("multi_hot")], [None, 1], CLASSES, True)])
    with pytest.raises(NetFileError, match="Embedding: it takes something else than the number of a class"):
        keras.read([decoder(tmp_path / "b.h5", [embedding()], [None, 3], CLASSES, True)])
