"""Models of layers: what they give, what their tensors are called, that they are kept, and what is refused."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.core.nets.drawn import nets
from tests.tiny import generator
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.errors import ConfigError
from vae_core.models import VariationalAutoencoder, computation_problem, parameter_count, tried
from vae_core.nets import modules
from vae_core.nets.layers import (
    Activation,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Label,
    Reshape,
    TransposedConvolution,
    Upsampling,
)
from vae_core.training.fit import new_model

UP = TransposedConvolution(channels=4, kernel=(4, 4), stride=(2, 2), padding=(1, 1, 1, 1))
DOWN = Convolution(channels=5, kernel=(3, 3), stride=(2, 2), padding=(0, 1, 0, 1))
RELU = Activation(function="relu")
CONVOLUTIONAL = ModelConfig(
    kind="vae",
    latent_dim=3,
    scale="softplus",
    shape=(3, 16, 16),
    encoder=(
        Convolution(channels=5, kernel=(3, 3), stride=(2, 2), padding=(0, 1, 0, 1)),
        RELU,
        Flatten(),
        Dense(units=9),
    ),
    decoder=(Dense(units=32), RELU, Reshape(shape=(2, 4, 4)), UP, RELU, dataclasses.replace(UP, channels=3)),
)


def pictures(config: ModelConfig, count: int = 3) -> Tensor:
    return torch.rand(count, *config.shape, generator=generator())


def some_labels(config: ModelConfig, count: int = 3) -> Tensor:
    return torch.arange(count) % max(1, config.classes)


@given(nets())
def test_any_net_encodes_decodes_and_is_counted(config: ModelConfig) -> None:
    model = new_model(config, 0).eval().requires_grad_(False).given(some_labels(config))
    x = pictures(config)
    z = model.encode(x)
    assert z.shape == (3, config.latent_dim)
    if config.code == "tanh":
        assert z.abs().max() <= 1
    x_hat = model.decode(z)
    assert x_hat.shape == x.shape
    assert 0 <= x_hat.min() <= x_hat.max() <= 1
    assert parameter_count(config) == sum(tensor.numel() for tensor in model.parameters())
    if isinstance(model, VariationalAutoencoder):
        mu, logvar = model.posterior(x)
        assert torch.equal(mu, z)
        assert mu.shape == logvar.shape
    assert config.products("decoder") >= config.pixels
    assert config.held("encoder") >= config.pixels
    for part in ("encoder", "decoder"):
        assert len(config.sizes(part)) == len(config.chain(part)) + 1


@given(nets())
def test_a_net_goes_to_json_and_back(config: ModelConfig) -> None:
    plain = json.loads(json.dumps(config.to_json(), allow_nan=False))
    assert plain["format_version"] == 2
    assert ModelConfig.from_json(plain) == config
    assert hash(ModelConfig.from_json(plain)) == hash(config)
    with pytest.raises(ConfigError, match=r"format_version is 1; .* of dense nets"):
        ModelConfig.from_json({**plain, "format_version": 1})


@pytest.mark.parametrize("new", [{"classes": 10}, {"code": "tanh"}, {"kind": "vae", "scale": "softplus"}])
def test_what_version_1_cannot_say_of_a_dense_net_is_version_2(new: dict[str, Any]) -> None:
    dense = ModelConfig(kind="ae", latent_dim=2, encoder=(5,))
    assert dense.to_json()["format_version"] == 1
    plain = dataclasses.replace(dense, **new).to_json()
    assert plain["format_version"] == 2
    assert plain.items() >= new.items()
    assert ModelConfig.from_json(plain) == dataclasses.replace(dense, **new)
    with pytest.raises(ConfigError, match="format_version is 1"):
        ModelConfig.from_json({**plain, "format_version": 1})


@given(nets())
def test_a_picture_is_computed_by_itself(config: ModelConfig) -> None:
    """Nothing of a batch is told to another of it."""
    model = new_model(config, 0).eval().requires_grad_(False).double()
    x, y = pictures(config).double(), some_labels(config)
    z = model.given(y).encode(x)
    for i in range(3):
        one = model.given(y[i])
        torch.testing.assert_close(one.encode(x[i : i + 1]), z[i : i + 1])
        torch.testing.assert_close(one.decode(z[i : i + 1]), model.given(y).decode(z)[i : i + 1])


def test_the_names_of_the_tensors_are_those_of_the_format() -> None:
    names = ("encoder.hidden.0", "encoder.hidden.1", "encoder.mu", "encoder.scale",
             "decoder.hidden.0", "decoder.hidden.1", "decoder.out")  # fmt: skip
    shapes = {name: tuple(tensor.shape) for name, tensor in new_model(CONVOLUTIONAL, 0).state_dict().items()}
    assert set(shapes) == {f"{name}.{part}" for name in names for part in ("weight", "bias")}
    assert shapes["encoder.hidden.0.weight"] == (5, 3, 3, 3)
    assert shapes["decoder.hidden.1.weight"] == (2, 4, 4, 4)
    assert shapes["decoder.out.weight"] == (4, 3, 4, 4)


def test_softplus_makes_sigma() -> None:
    model = new_model(CONVOLUTIONAL, 0)
    assert isinstance(model, VariationalAutoencoder)
    x = pictures(CONVOLUTIONAL)
    head = model.encoder.head("scale", model.encoder(x)).detach().double().numpy()
    _, logvar = model.posterior(x)
    np.testing.assert_allclose(np.exp(0.5 * logvar.detach().numpy()), np.logaddexp(head, 0), rtol=1e-4)


@given(nets())
def test_gradients_reach_every_weight(config: ModelConfig) -> None:
    model = new_model(config, 0).double().given(some_labels(config))
    model.decoder_output(model.encode(pictures(config).double())).sum().backward()
    assert all(weights.grad is not None for name, weights in model.named_parameters() if "scale" not in name)


@given(nets())
def test_a_net_is_kept_in_a_folder(tmp_path_factory: pytest.TempPathFactory, config: ModelConfig) -> None:
    folder, model = tmp_path_factory.mktemp("nets") / "net", new_model(config, 1)
    checkpoint.save(folder, model)
    again = checkpoint.load(folder)
    assert again.config == config
    assert all(torch.equal(a, b) for a, b in zip(again.state_dict().values(), model.state_dict().values(), strict=True))
    x, y = pictures(config), some_labels(config)
    assert torch.equal(again.given(y).encode(x), model.given(y).encode(x))
    assert checkpoint.entry(folder).problem is None


def test_a_net_that_overflows_is_found_and_named() -> None:
    model = new_model(CONVOLUTIONAL, 0).requires_grad_(False)
    assert computation_problem(model, pictures(CONVOLUTIONAL)) is None
    model.get_parameter("decoder.hidden.1.weight").fill_(1e30)
    said = computation_problem(model, pictures(CONVOLUTIONAL))
    assert said is not None
    assert said.startswith("the output of 'decoder.hidden.1' is not finite")


def grown(*middle: object) -> dict[str, object]:
    """A config whose decoder makes something else of its picture on the way."""
    whole = {**CONVOLUTIONAL.to_json(), "shape": [1, 8, 8], "encoder": [{"type": "flatten"}]}
    start = [{"type": "dense", "units": 64}, {"type": "reshape", "shape": [1, 8, 8]}]
    return {**whole, "decoder": [*start, *middle]}


HUGE = {"type": "convolution", "channels": 64, "kernel": [63, 63], "padding": [31, 31, 31, 31]}


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (
            [{"type": "upsampling", "factor": [64, 64]}, {"type": "upsampling", "factor": [64, 64]}],
            r"ModelConfig\.decoder: layer 4, upsampling: it makes 1,073,741,824 numbers, more than 4,194,304",
        ),
        (
            [{"type": "upsampling", "factor": [16, 16]}, {"type": "convolution", "channels": 257, "kernel": [1, 1]}],
            r"ModelConfig\.decoder: layer 4, convolution: it makes 4,210,688 numbers",
        ),
        (
            [{"type": "upsampling", "factor": [8, 8]}, HUGE, HUGE, {**HUGE, "channels": 1, "stride": [8, 8]}],
            r"ModelConfig\.decoder takes 67,\d{3},\d{3},\d{3} multiplications for a picture; it may take 4,294,967,296",
        ),
        (
            [{"type": "upsampling", "factor": [1, 1]}] * 70,
            r"ModelConfig\.decoder has 72 layers; it takes at most 64",
        ),
        ([{"type": "dense", "units": 70_000}], r"ModelConfig\.decoder\[2\]: Dense\.units is 70000"),
        ([{"type": "reshape", "shape": [2, 8, 8]}], r"ModelConfig\.decoder: layer 3, reshape takes a row"),
        ([{"type": "label", "classes": 3}], r"ModelConfig\.decoder takes another label than ModelConfig\.classes, 0"),
    ],
)
def test_what_would_take_too_much_is_refused_before_there_is_a_tensor(
    layers: list[object], words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(torch.nn.Module, "__init__", None)
    with pytest.raises(ConfigError, match=words):
        ModelConfig.from_json(grown(*layers))
    folder = tmp_path / "lie"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(grown(*layers)))
    (folder / "model.safetensors").write_bytes(b"")
    assert "config.json: ModelConfig.decoder" in str(checkpoint.entry(folder).problem)


def test_a_config_that_calls_for_more_weights_than_its_file_has_costs_no_memory(tmp_path: Path) -> None:
    wide = Dense(units=65_536)
    liar = ModelConfig(kind="ae", latent_dim=784, encoder=(Flatten(), wide), decoder=(wide, Dense(units=784)))
    assert parameter_count(liar) > 200_000_000
    folder = tmp_path / "liar"
    checkpoint.save(folder, new_model(ModelConfig(kind="ae", latent_dim=2), 0))
    (folder / "config.json").write_text(json.dumps(liar.to_json()))
    assert "lacks the tensor" in str(checkpoint.entry(folder).problem)


def test_very_many_pictures_are_computed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of a million numbers between two layers: ten thousand pictures of them at once are 10 GB."""
    picture = (Reshape(shape=(1, 8, 8)), Upsampling(factor=(64, 64)), AveragePooling(kernel=(64, 64), stride=(64, 64)))
    tall = ModelConfig(
        kind="ae", latent_dim=2, encoder=(Flatten(),), decoder=(Dense(units=64), *picture), shape=(1, 8, 8)
    )
    assert tall.held("decoder") == 64 * 64 * 64
    z = torch.randn(300, 2, generator=generator())
    whole = new_model(tall, 0).decode(z)
    monkeypatch.setattr(modules, "NUMBERS_TOGETHER", 7 * tall.held("decoder"))
    model, seen = new_model(tall, 0), []
    model.decoder.get_submodule("out").register_forward_hook(lambda _, x, y: seen.append(len(y)))
    assert torch.equal(model.decode(z), whole)
    assert seen == [7] * 42 + [6]
    told = dataclasses.replace(tall, decoder=(Label(classes=10), *tall.decoder), classes=10)
    labelled, y = new_model(told, 0), torch.arange(300) % 10
    torch.testing.assert_close(labelled.given(y).decode(z)[290:], labelled.given(y[290:]).decode(z[290:]))


def test_a_heavy_net_is_tried_on_fewer_pictures() -> None:
    heavy = Convolution(channels=64, kernel=(9, 9), padding=(4, 4, 4, 4))
    config = ModelConfig(
        kind="ae",
        latent_dim=2,
        shape=(1, 64, 64),
        decoder=(Dense(units=4096), Reshape(shape=(1, 64, 64)), heavy, heavy, dataclasses.replace(heavy, channels=1)),
    )
    assert tried(config, 100) * 2 * config.products("decoder") <= 1 << 35
    assert 1 <= tried(config, 100) < 15
    assert tried(CONVOLUTIONAL, 100) == 100


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (ModelConfig(kind="ae", latent_dim=30, encoder=(250,), decoder=(320,)), "784-250-30-320-784"),
        (ModelConfig(kind="ae", latent_dim=3), "784-3-784"),
        (
            ModelConfig(kind="ae", latent_dim=16, encoder=(256, 128), decoder=(128,), classes=10),
            "784+10-256-128-16+10-128-784",
        ),
        (CONVOLUTIONAL, "3 x 16 x 16 - conv 5 /2 - dense 9 - 3 - dense 32 - convT 4 x2 - 3 x 16 x 16"),
        (
            ModelConfig(
                kind="ae",
                latent_dim=2,
                classes=4,
                encoder=(Label(classes=4), AveragePooling(kernel=(2, 2), stride=(2, 1)), Flatten()),
                decoder=(Label(classes=4), Dense(units=392), Reshape(shape=(1, 14, 28)), Upsampling(factor=(2, 1))),
            ),
            "28 x 28 + label - pool /2,1 - 2 + label - dense 392 - up x2,1 - 28 x 28",
        ),
    ],
)
def test_a_net_in_one_line(config: ModelConfig, text: str) -> None:
    assert config.layers == text


def test_widths_and_the_layers_that_they_stand_for_are_one_net() -> None:
    short = ModelConfig(kind="ae", latent_dim=4, encoder=(6, 5), decoder=(7,), activation="elu", classes=3)
    long = dataclasses.replace(short, encoder=short.chain("encoder"), decoder=short.chain("decoder"))
    a, b = new_model(short, 0), new_model(long, 0)
    assert a.state_dict().keys() == b.state_dict().keys()
    x = pictures(short)
    assert torch.equal(a.given(1).decode(a.given(1).encode(x)), b.given(1).decode(b.given(1).encode(x)))
    assert math.prod(short.shape) == short.pixels


def test_classes_that_no_layer_takes_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"ModelConfig\.classes is 10, and no layer takes a label"):
        dataclasses.replace(CONVOLUTIONAL, classes=10)


@given(nets(), st.data())
def test_an_encoder_that_ends_in_a_picture_is_refused(config: ModelConfig, data: st.DataObject) -> None:
    picture = (Dense(units=16), Reshape(shape=(1, 4, 4)))
    with pytest.raises(ConfigError, match=r"ModelConfig\.encoder must end in a row of numbers"):
        dataclasses.replace(config, encoder=(*config.encoder, *picture))
    count = data.draw(st.integers(1, 50).filter(lambda units: units != config.pixels))
    with pytest.raises(ConfigError, match=rf"ModelConfig\.decoder gives {count}; it must be "):
        dataclasses.replace(config, decoder=(*config.decoder, Dense(units=count)))
