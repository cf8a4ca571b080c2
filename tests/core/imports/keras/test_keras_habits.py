"""What people build with Keras beside its own layers: losses as layers, nets in nets, channels first."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.core.imports.carried_out import code, decoded
from tests.core.imports.keras import keras_files as kf
from tests.core.imports.keras.test_keras import CLOSE, check_encoder, first, pictures, rng, vae_layers
from vae_core.imports import keras
from vae_core.imports.net import NetFileError


def own(kind: str, inbound: list[str]) -> kf.Written:
    return kf.Written(kind, {}, lambda x: x, inbound=inbound)


class Whole:
    """A VAE as one functional net, whose layers can be led elsewhere."""

    def __init__(self) -> None:
        self.encoder = vae_layers(3)
        self.decoder = kf.named([kf.dense(rng(7), 2, 100, "sigmoid"), kf.reshape(10, 10, 1)], "d_")
        self.mu, self.head, self.sampling = self.encoder[3:]

    def check(self, path: Path, *more: kf.Written, **nodes: list[tuple[str, int]]) -> tuple[str, ...]:
        """That it is taken as it is, with `more` layers at its end, and what was guessed.

        Args:
            path: of the file.
            more: further layers.
            nodes: of the layer at that place of the encoder, in place of what it takes: a layer and its output each.
        """
        layers = kf.named([*self.encoder, *self.decoder, *more])
        description = kf.functional(layers, (10, 10, 1), [layers[-1].name], keras=2)
        for each in description["config"]["layers"]:
            if each["name"] in nodes:
                each["inbound_nodes"] = [[[name, 0, output, {}] for name, output in nodes[each["name"]]]]
        net = keras.read([kf.write_h5(path, layers, description)])
        x, z = pictures(1, 10, 10, 1), rng(2).normal(size=(3, 2))
        trunk = self.encoder[:3]
        for number, head in enumerate((self.mu, self.head)):
            np.testing.assert_allclose(code(net, first(x), number), kf.run([*trunk, head], x), **CLOSE)
        np.testing.assert_allclose(decoded(net, z), kf.run(self.decoder, z).reshape(3, -1), **CLOSE)
        return net.guesses


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("is_turned", [True, False])
def test_a_loss_that_is_a_layer_gives_the_picture(tmp_path: Path, count: int, is_turned: bool) -> None:
    """It takes the net's input and what is drawn, and mu and the second head where it computes the KL, too."""
    whole = Whole()
    pictures = ["model_input", whole.decoder[-1].name]
    takes = [*(pictures[::-1] if is_turned else pictures), whole.mu.name, whole.head.name]
    loss = own("CustomVariationalLayer", takes[:count])
    guesses = whole.check(tmp_path / "vae.h5", loss)
    assert f"layer '{loss.name}', CustomVariationalLayer, passes on what 'd_dense_7' gives" in guesses


def test_a_loss_that_is_a_layer_may_give_all_that_it_takes(tmp_path: Path) -> None:
    whole = Whole()
    kl = own("KLDivergenceLayer", [whole.mu.name, whole.head.name])
    kl.name = "kl"
    whole.encoder.insert(5, kl)
    guesses = whole.check(tmp_path / "vae.h5", **{whole.sampling.name: [("kl", 0), ("kl", 1)]})
    assert f"layer 'kl', KLDivergenceLayer, passes on what '{whole.mu.name}' gives" in guesses
    with pytest.raises(NetFileError, match="'kl', KLDivergenceLayer: there is no such layer here, of 3 outputs"):
        whole.check(tmp_path / "vae.h5", **{whole.sampling.name: [("kl", 0), ("kl", 2)]})


def test_a_program_in_a_layer_is_called_one(tmp_path: Path) -> None:
    layers = kf.named([kf.flatten(), own("Lambda", ["flatten_7"]), kf.dense(rng(), 100, 3)])
    path = kf.write_h5(tmp_path / "e.h5", layers, kf.functional(layers, (10, 10, 1), [layers[-1].name]))
    with pytest.raises(NetFileError, match="Lambda: what it computes stands in it as a program, which is never run"):
        keras.read([path])


@pytest.mark.parametrize("says_input", [True, False])
def test_a_net_of_nets_in_order(tmp_path: Path, says_input: bool) -> None:
    parts = {
        "encoder": kf.named([kf.flatten(), kf.dense(rng(1), 100, 8, "relu"), kf.dense(rng(2), 8, 3)], "e_"),
        "decoder": kf.named([kf.dense(rng(3), 3, 100, "sigmoid"), kf.reshape(10, 10, 1)], "d_"),
    }
    sizes: dict[str, tuple[int, ...]] = {"encoder": (10, 10, 1), "decoder": (3,)}
    nets: list[dict[str, Any]] = [kf.sequential(layers, sizes[name], name) for name, layers in parts.items()]
    start = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 10, 10, 1], "name": "x"}}
    whole = {"class_name": "Sequential", "config": {"name": "ae", "layers": [start] * says_input + nets}}
    net = keras.read([kf.write_nested_h5(tmp_path / "ae.h5", parts, whole)])
    x, z = pictures(1, 10, 10, 1), rng(2).normal(size=(3, 3))
    np.testing.assert_allclose(code(net, first(x)), kf.run(parts["encoder"], x), **CLOSE)
    np.testing.assert_allclose(decoded(net, z), kf.run(parts["decoder"], z).reshape(3, -1), **CLOSE)


@pytest.mark.parametrize("form", ["Keras 2", "Keras 3"])
@pytest.mark.parametrize("names", [("encoder", "decoder"), ("vae_encoder_v1", "vae_decoder_v1")])
def test_descriptions_beside_weights(tmp_path: Path, form: str, names: tuple[str, str]) -> None:
    """`to_json` and `save_weights`, of encoder and decoder; another JSON lies there, too."""
    parts = {
        names[0]: kf.named([kf.flatten(), kf.dense(rng(1), 100, 8, "elu"), kf.dense(rng(2), 8, 3)], "e_"),
        names[1]: kf.named([kf.dense(rng(3), 3, 100, "sigmoid"), kf.reshape(10, 10, 1)], "d_"),
    }
    other = tmp_path / "training.json"
    other.write_text("[1, 2]")
    paths = [other]
    for (name, layers), size in zip(parts.items(), ((10, 10, 1), (3,)), strict=True):
        text = tmp_path / f"{name}.json"
        text.write_text(json.dumps(kf.sequential(layers, size, name)))
        file = tmp_path / f"{name}.weights.h5"
        if form == "Keras 2":
            kf.write_h5(file, layers, None)
        else:
            file.write_bytes(kf.weights_h5(layers))
        paths += [file, text]
    net = keras.read(paths)
    x, z = pictures(1, 10, 10, 1), rng(2).normal(size=(3, 3))
    np.testing.assert_allclose(code(net, first(x)), kf.run(parts[names[0]], x), **CLOSE)
    np.testing.assert_allclose(decoded(net, z), kf.run(parts[names[1]], z).reshape(3, -1), **CLOSE)
    with pytest.raises(NetFileError, match="it describes a net whose weights, an HDF5 file, must come along"):
        keras.read(paths[2::2])


def test_channels_first(tmp_path: Path) -> None:
    x = pictures(0, 9, 10, 3)
    layers = [kf.convolution(rng(0), 3, 4, 3, activation="relu"), kf.flatten(), kf.dense(rng(1), 4 * 7 * 8, 3)]
    for layer in layers[:2]:
        layer.config["data_format"] = "channels_first"
    layers = kf.named(layers)
    check_encoder(kf.write_h5(tmp_path / "e.h5", layers, kf.sequential(layers, (3, 9, 10))), layers, x)


@pytest.mark.parametrize("slopes", [[0.25], [0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]])
def test_a_learnt_slope(tmp_path: Path, slopes: list[float]) -> None:
    x, alpha = pictures(0, 9, 10, 3), np.array(slopes).reshape(1, 1, -1)
    slope = kf.Written("PReLU", {"shared_axes": [1, 2]}, lambda x: np.where(x > 0, x, alpha * x), [alpha])
    layers = kf.named([kf.convolution(rng(0), 3, 4, 3), slope, kf.flatten(), kf.dense(rng(1), 4 * 7 * 8, 3)])
    path = kf.write_h5(tmp_path / "e.h5", layers, kf.sequential(layers, (9, 10, 3)))
    if len(set(slopes)) == 1:
        check_encoder(path, layers, x)
    else:
        with pytest.raises(NetFileError, match="PReLU: it has a slope for each of its numbers"):
            keras.read([path])
