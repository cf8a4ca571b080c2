"""Keras files: the numbers that come out are those of Keras's own formulas, and of the files that people published."""

import io
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.imports import carried_out
from tests.core.imports.carried_out import code, decoded, real_file
from tests.core.imports.keras import keras_files as kf
from vae_core.imports import keras
from vae_core.imports.net import NetFileError

CLOSE: dict[str, float] = {"rtol": 1e-5, "atol": 1e-5}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def first(pictures: np.ndarray) -> np.ndarray:
    """Channels last -> channels first."""
    return np.moveaxis(pictures, -1, 1)


def pictures(seed: int, *size: int) -> np.ndarray:
    return rng(seed).uniform(size=(3, *size))


def check_encoder(path: Path, layers: list[kf.Written], x: np.ndarray) -> None:
    net = keras.read([path])
    assert net.shape == first(x).shape[1:]
    np.testing.assert_allclose(code(net, first(x)), kf.run(layers, x), **CLOSE)


@given(
    kernel=st.integers(1, 5),
    strides=st.integers(1, 3),
    dilation_rate=st.integers(1, 2),
    groups=st.sampled_from([1, 2]),
    padding=st.sampled_from(["same", "valid"]),
    function=st.sampled_from(sorted(kf.FUNCTIONS)),
    side=st.integers(10, 13),
    seed=st.integers(0, 99),
)
def test_convolutions(tmp_path_factory: Any, kernel: int, side: int, seed: int, function: str, **config: Any) -> None:
    convolution = kf.convolution(rng(seed), 2, 4, kernel, activation=function, **config)
    before = kf.convolution(rng(seed), 1, 2, 3, padding="same")
    x = pictures(seed, side, side + 1, 1)
    numbers = kf.run([before, convolution, kf.flatten()], x).shape[1]
    layers = kf.named([before, convolution, kf.flatten(), kf.dense(rng(seed), numbers, 5)])
    path = tmp_path_factory.mktemp("h5") / "encoder.h5"
    check_encoder(kf.write_h5(path, layers, kf.sequential(layers, x.shape[1:])), layers, x)


@given(
    kernel=st.integers(1, 5),
    strides=st.integers(1, 4),
    padding=st.sampled_from(["same", "valid"]),
    function=st.sampled_from(["relu", "sigmoid", "linear"]),
    channels=st.sampled_from([1, 3]),
    seed=st.integers(0, 99),
)
def test_transposed_convolutions_after_a_dense_layer(
    tmp_path_factory: Any, kernel: int, strides: int, padding: str, function: str, channels: int, seed: int
) -> None:
    layers = kf.named([
        kf.dense(rng(seed), 2, 4 * 5 * 3, "relu"),
        kf.reshape(4, 5, 3),
        kf.transposed(rng(seed), 3, 2, kernel, strides=strides, padding=padding, activation=function),
        kf.upsampling(3),
        kf.transposed(rng(seed), 2, channels, 3, padding="same", activation="sigmoid"),
    ])  # fmt: skip
    z = rng(seed).normal(size=(3, 2))
    path = tmp_path_factory.mktemp("keras") / "decoder.keras"
    net = keras.read([kf.write_archive(path, kf.sequential(layers, (2,)), kf.weights_h5(layers))])
    expected = first(kf.run(layers, z))
    assert net.shape == expected.shape[1:]
    assert net.encoder is None
    np.testing.assert_allclose(decoded(net, z), expected.reshape(3, -1), **CLOSE)


@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("window", "stride"), [(2, None), (3, 2), (2, 1), (2, 3)])
def test_pooling(tmp_path: Path, kind: str, padding: str, window: int, stride: int | None) -> None:
    x = pictures(0, 11, 12, 3) - 0.5
    layers = [kf.convolution(rng(), 3, 4, 3), kf.pooling(kind, window, stride, padding), kf.flatten()]
    layers = kf.named([*layers, kf.dense(rng(), kf.run(layers, x).shape[1], 4)])
    path = kf.write_h5(tmp_path / "encoder.h5", layers, kf.functional(layers, x.shape[1:], [layers[-1].name]))
    sides = kf.run(layers[:1], x).shape[1:3]
    step = stride or window
    is_even = padding == "valid" or all(max((-(-side // step) - 1) * step + window - side, 0) == 0 for side in sides)
    if kind == "MaxPooling2D" or is_even:
        check_encoder(path, layers, x)
    else:
        with pytest.raises(NetFileError, match=r"'average_pooling2d_8', AveragePooling2D: its means are of fewer"):
            keras.read([path])


@given(order=st.permutations(range(6)), is_row=st.booleans(), parts=st.tuples(st.booleans(), st.booleans()))
def test_batch_normalisation_anywhere(
    tmp_path_factory: Any, order: list[int], is_row: bool, parts: tuple[bool, bool]
) -> None:
    """Folded into what is before it, or a layer of its own; functions between, and zeros that are no border."""
    some = [kf.normalisation(rng(1), 4, *parts), kf.activation("tanh"), kf.normalisation(rng(2), 4)]
    some += [kf.leaky(0.1), kf.dropout(), kf.leaky(0.3, "alpha")]
    between = [some[i] for i in order]
    x = pictures(3, 8, 9, 1)
    if is_row:
        layers = [kf.flatten(), kf.dense(rng(0), 72, 4), *between, kf.dense(rng(4), 4, 3)]
    else:
        layers = [kf.convolution(rng(0), 1, 4, 3), *between, kf.flatten(), kf.dense(rng(4), 168, 3)]
    layers = kf.named(layers)
    path = tmp_path_factory.mktemp("h5") / "encoder.h5"
    check_encoder(kf.write_h5(path, layers, kf.sequential(layers, x.shape[1:])), layers, x)


def test_zeros_around_a_picture_go_into_the_convolution(tmp_path: Path) -> None:
    x = pictures(0, 9, 10, 3)
    layers = [kf.zeros(1, 2, 3, 0), kf.convolution(rng(), 3, 3, 4, strides=2, padding="same"), kf.flatten()]
    layers = kf.named([*layers, kf.dense(rng(), kf.run(layers, x).shape[1], 4)])
    check_encoder(kf.write_h5(tmp_path / "e.h5", layers, kf.sequential(layers, x.shape[1:])), layers, x)


def vae_layers(seed: int) -> list[kf.Written]:
    trunk = [kf.convolution(rng(seed), 1, 3, 3, strides=2, activation="relu", padding="same"), kf.flatten()]
    hidden = kf.dense(rng(seed), 5 * 5 * 3, 6, "relu")
    mu, logvar = kf.dense(rng(seed + 1), 6, 2), kf.dense(rng(seed + 2), 6, 2)
    sampling = kf.Written("Sampling", {}, lambda x: x)
    layers = kf.named([*trunk, hidden, mu, logvar, sampling])
    mu.inbound = logvar.inbound = [hidden.name]
    sampling.inbound = [mu.name, logvar.name]
    return layers


@pytest.mark.parametrize("keras_version", [2, 3])
@pytest.mark.parametrize("form", ["h5", "keras", "keras, without names"])
def test_a_vae_in_two_files(tmp_path: Path, keras_version: int, form: str) -> None:
    layers = vae_layers(5)
    *trunk, mu, logvar, sampling = layers
    last = kf.dense(rng(8), 12, 100, "sigmoid")
    generator = kf.named([kf.dense(rng(7), 2, 12, "elu"), last, kf.reshape(10, 10, 1)], "d_")
    names = [mu.name, logvar.name, sampling.name]
    encoder = kf.functional(layers, (10, 10, 1), names, "encoder", keras_version)
    decoder = kf.functional(generator, (2,), [generator[-1].name], "decoder", keras_version)
    paths = []
    for name, description, each in (("e", encoder, layers), ("d", decoder, generator)):
        if form == "h5":
            paths.append(kf.write_h5(tmp_path / f"{name}.h5", each, description))
        else:
            weights = kf.weights_h5(each, says_names=form == "keras")
            paths.append(kf.write_archive(tmp_path / f"{name}.keras", description, weights))
    x, z = pictures(1, 10, 10, 1), rng(2).normal(size=(3, 2))
    for order in (paths, paths[::-1]):
        net = keras.read(order)
        assert net.shape == (1, 10, 10)
        assert any("'sampling_12', Sampling, draws the code" in guess for guess in net.guesses)
        for head, layer in enumerate((mu, logvar)):
            np.testing.assert_allclose(code(net, first(x), head), kf.run([*trunk, layer], x), **CLOSE)
        np.testing.assert_allclose(decoded(net, z), kf.run(generator[:2], z), **CLOSE)


@pytest.mark.parametrize("keras_version", [2, 3])
def test_a_vae_made_of_nets_in_one_file(tmp_path: Path, keras_version: int) -> None:
    """As in the oldest tutorials: Lambda for the sampling, `vae = Model(x, decoder(encoder(x)[2]))`."""
    layers = vae_layers(1)
    *trunk, mu, logvar, sampling = layers
    sampling.kind, sampling.config = "Lambda", {"function": ["4wAAAA==", None, None], "function_type": "lambda"}
    generator = kf.named([kf.dense(rng(7), 2, 12, "tanh"), kf.dense(rng(8), 12, 100, "sigmoid")], "d_")
    names = [mu.name, logvar.name, sampling.name]
    encoder = kf.functional(layers, (10, 10, 1), names, "encoder", keras_version)
    decoder = kf.functional(generator, (2,), [generator[-1].name], "decoder", keras_version)

    def node(name: str, at: int, output: int) -> Any:
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [name, at, output]}}
        return {"args": [tensor], "kwargs": {}} if keras_version == 3 else [[name, at, output, {}]]

    entry = {
        "class_name": "InputLayer",
        "name": "x",
        "config": {"batch_input_shape": [None, 10, 10, 1], "name": "x"},
        "inbound_nodes": [],
    }
    inner = [
        {**encoder, "name": "encoder", "inbound_nodes": [node("x", 0, 0)]},
        {**decoder, "name": "decoder", "inbound_nodes": [node("encoder", 1, 2)]},
    ]
    whole = {
        "class_name": "Functional",
        "config": {
            "name": "vae",
            "layers": [entry, *inner],
            "input_layers": [["x", 0, 0]],
            "output_layers": [["decoder", 1, 0]],
        },
    }
    path = kf.write_nested_h5(tmp_path / "vae.h5", {"encoder": layers, "decoder": generator}, whole)
    net = keras.read([path])
    x, z = pictures(1, 10, 10, 1), rng(2).normal(size=(3, 2))
    np.testing.assert_allclose(code(net, first(x)), kf.run([*trunk, mu], x), **CLOSE)
    np.testing.assert_allclose(code(net, first(x), 1), kf.run([*trunk, logvar], x), **CLOSE)
    np.testing.assert_allclose(decoded(net, z), kf.run(generator, z), **CLOSE)


def test_a_convolutional_autoencoder_is_cut_where_it_is_narrowest(tmp_path: Path) -> None:
    """Its code is a picture, which the head brings into a row."""
    down = [kf.convolution(rng(1), 1, 4, 3, strides=2, padding="same", activation="relu") for _ in range(1)]
    down += [kf.convolution(rng(2), 4, 2, 3, strides=2, padding="same", activation="relu")]
    up = [kf.transposed(rng(3), 2, 4, 3, strides=2, padding="same", activation="relu")]
    up += [kf.transposed(rng(4), 4, 1, 3, strides=2, padding="same", activation="sigmoid")]
    layers = kf.named([*down, *up])
    path = kf.write_h5(tmp_path / "ae.h5", layers, kf.sequential(layers, (12, 12, 1)))
    net = keras.read([path])
    x = pictures(5, 12, 12, 1)
    assert net.shape == (1, 12, 12)
    assert "the code is taken where the net is narrowest, 18 numbers after conv2d_8" in net.guesses
    z = code(net, first(x))
    np.testing.assert_allclose(z, first(kf.run(down, x)).reshape(3, -1), **CLOSE)
    np.testing.assert_allclose(decoded(net, z), kf.run(layers, x).reshape(3, -1), **CLOSE)


@pytest.mark.parametrize("is_old", [True, False])
def test_weights_alone_of_a_dense_vae(tmp_path: Path, is_old: bool) -> None:
    layers = kf.named([
        kf.dense(rng(0), 100, 20, "relu"), kf.dense(rng(1), 20, 3), kf.dense(rng(2), 20, 3),
        kf.dense(rng(3), 3, 20, "relu"), kf.dense(rng(4), 20, 100, "sigmoid"),
    ])  # fmt: skip
    path = tmp_path / "vae.weights.h5"
    if is_old:
        kf.write_h5(path, layers, None)
    else:
        path.write_bytes(kf.weights_h5(layers))
    net = keras.read([path])
    x, z = pictures(5, 100), rng(6).normal(size=(3, 3))
    assert net.encoder is not None
    assert any(link.is_open for link in net.encoder)
    np.testing.assert_allclose(code(net, x, 1), kf.run([layers[0], layers[2]], x), **CLOSE)
    # Which function it ends in is found by trying.
    np.testing.assert_allclose(kf.expit(decoded(net, z)), kf.run(layers[3:], z), **CLOSE)


def test_a_label_is_joined_to_the_code(tmp_path: Path) -> None:
    """A decoder with two inputs; the label is one of three."""
    layers = kf.named([kf.dense(rng(0), 5, 8, "relu"), kf.dense(rng(1), 8, 100, "sigmoid")])
    description = kf.functional(layers, (2,), [layers[-1].name], "decoder", 2)
    config = description["config"]
    label = {"class_name": "InputLayer", "name": "y", "config": {"batch_input_shape": [None, 3], "name": "y"}}
    node = [[["decoder_input", 0, 0, {}], ["y", 0, 0, {}]]]
    joint = {"class_name": "Concatenate", "name": "both", "config": {"name": "both", "axis": -1}, "inbound_nodes": node}
    config["layers"][1:1] = [label, joint]
    config["layers"][3]["inbound_nodes"] = [[["both", 0, 0, {}]]]
    config["input_layers"].append(["y", 0, 0])
    net = keras.read([kf.write_h5(tmp_path / "d.h5", layers, description)])
    assert net.decoder is not None
    assert net.decoder[0].layer.to_json() == {"type": "label", "classes": 3}
    z, y = rng(3).normal(size=(3, 2)), np.eye(3)[[2, 0, 1]]
    joined = np.concatenate([z, y], axis=1)
    np.testing.assert_allclose(carried_out.chain(net.decoder[1:], joined), kf.run(layers, joined), **CLOSE)


def test_the_published_convolutional_autoencoder() -> None:
    paths = [real_file(f"keras-conv-ae/{part}.keras") for part in ("encoder", "decoder")]
    net = keras.read(paths)
    assert net.shape == (1, 28, 28)
    parts = []
    for path in paths:
        with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            parts.append({key: [file[f"layers/{key}/vars/{i}"][()] for i in "01"] for key in KERAS_CONV_AE})

    def conv(part: int, key: str, x: np.ndarray, function: str) -> np.ndarray:
        weight, bias = parts[part][key]
        layer = kf.convolution(rng(), weight.shape[2], weight.shape[3], 3, padding="same", activation=function)
        layer.weights[0][...], layer.weights[1][...] = weight, bias
        return layer.compute(x)

    x = pictures(0, 28, 28, 1)[:2]
    h = x
    for key in ("conv2d", "conv2d_1"):
        h = kf.pooling("MaxPooling2D", 2, None).compute(conv(0, key, h, "relu"))
    h = conv(0, "conv2d_2", h, "relu").reshape(2, -1)
    z = np.maximum(h @ parts[0]["dense"][0] + parts[0]["dense"][1], 0)
    np.testing.assert_allclose(code(net, first(x)), z, **CLOSE)
    y = np.maximum(z @ parts[1]["dense"][0] + parts[1]["dense"][1], 0).reshape(2, 7, 7, 1)
    for key in ("conv2d", "conv2d_1"):
        y = conv(1, key, y, "relu").repeat(2, 1).repeat(2, 2)
    y = conv(1, "conv2d_2", y, "sigmoid")
    np.testing.assert_allclose(decoded(net, z), y.reshape(2, -1), **CLOSE)


KERAS_CONV_AE = ("conv2d", "conv2d_1", "conv2d_2", "dense")


def test_the_published_decoder() -> None:
    path = real_file("va-sampler/mnist-va-decoder-zdim-2.h5")
    net = keras.read([path])
    assert (net.encoder, net.heads, net.shape) == (None, (), None)
    with h5py.File(path) as file:
        weights = file["model_weights"]
        kernels, biases = ([weights[f"{d}/{d}/{w}:0"][()] for d in ("dense_4", "dense_5")] for w in ("kernel", "bias"))
    z = rng(0).normal(size=(5, 2))
    expected = kf.expit(np.maximum(z @ kernels[0] + biases[0], 0) @ kernels[1] + biases[1])
    np.testing.assert_allclose(decoded(net, z), expected, **CLOSE)
