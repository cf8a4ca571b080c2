"""Faults that are planted into trained models are found and named, with what mends them."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.core.imports.nets import trained
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.data import Digits
from vae_core.metrics import Finding, health
from vae_core.metrics.known_faults import FAR_ABOVE
from vae_core.models import Autoencoder, build
from vae_core.nets.readings import INPUTS, MEANINGS, OUTPUTS, Line, Meaning

SHIPPED = Path(__file__).resolve().parents[3] / "checkpoints"
MODELS = ("ae-30", "vae-16", "vae-30-sigma")
LINEAR = ("ae-linear-30", "pca-64")


@cache
def shipped(name: str) -> Autoencoder:
    return checkpoint.load(SHIPPED / name)


def changed(model: Autoencoder, tensors: dict[str, Tensor], config: ModelConfig | None = None) -> Autoencoder:
    """With some of its weights in another state."""
    found = build(config or model.config)
    found.load_state_dict({**model.state_dict(), **tensors}, strict=True)
    return found.eval().requires_grad_(False)


def scaled(model: Autoencoder, layer: str, by: float, plus: float = 0.0) -> dict[str, Tensor]:
    """The layer's output times a number, plus another."""
    weights = model.state_dict()
    return {f"{layer}.weight": by * weights[f"{layer}.weight"], f"{layer}.bias": by * weights[f"{layer}.bias"] + plus}


def folded(model: Autoencoder, line: Line) -> dict[str, Tensor]:
    """The first layer of a net that takes `line` of the pixels and encodes as before."""
    weights = model.state_dict()
    layer = next(name for name in ("hidden.0", "code") if f"encoder.{name}.weight" in weights)
    weight, bias = weights[f"encoder.{layer}.weight"], weights[f"encoder.{layer}.bias"]
    inner = weight / line.weight
    return {f"encoder.{layer}.weight": inner, f"encoder.{layer}.bias": bias - line.bias * inner.sum(1)}


def found_in(model: Autoencoder, digits: Digits) -> list[Finding]:
    """Whose sentences are whole, and show numbers."""
    found = health(model, digits.images, digits.labels)
    assert found is not None
    for finding in found.findings:
        assert finding.words.endswith(".")
        assert finding.advice.endswith(".")
        assert re.search(r"\d", finding.words)
    if {"pixels", "collapsed", "sigma"} & {finding.fault for finding in found.findings}:
        assert found.beta is None
    return list(found.findings)


def the_one(model: Autoencoder, digits: Digits, fault: str) -> str:
    """The words of the only fault."""
    found = found_in(model, digits)
    assert [finding.fault for finding in found] == [fault], found
    return found[0].words


def numbers(words: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d+", words)]


@pytest.mark.parametrize("taken", [key for key in INPUTS if key != "unit"])
@pytest.mark.parametrize("name", MODELS)
def test_pixels_that_go_in_otherwise(name: str, taken: str, uci: Digits) -> None:
    model = shipped(name)
    words = the_one(changed(model, folded(model, INPUTS[taken])), uci, "pixels")
    assert f"if it takes {INPUTS[taken].words}, that is" in words
    well = health(model, uci.images)
    assert well is not None
    assert numbers(words)[-1] == pytest.approx(well.squared_error, rel=0.1), "measured on fewer pictures"


@pytest.mark.parametrize("name", MODELS)
def test_black_on_white(name: str, uci: Digits) -> None:
    """A model of inverted pictures, and a model of these pictures that is given inverted ones."""
    model = shipped(name)
    inverted = changed(model, folded(model, INPUTS["inverted"]) | scaled(model, "decoder.out", -1))
    said = f"it takes {INPUTS['inverted'].words} and its decoder ends in {OUTPUTS['inverted'].line.words}"
    assert said in the_one(inverted, uci, "pixels")
    assert said in the_one(model, Digits(255 - uci.images, uci.labels, "uci"), "pixels")
    assert not found_in(inverted, Digits(255 - uci.images, uci.labels, "uci"))


@pytest.mark.parametrize("given", ["signed", "standardised", "inverted linear", "bytes"])
@pytest.mark.parametrize("name", LINEAR)
def test_pixels_that_come_out_otherwise(name: str, given: str, uci: Digits) -> None:
    model, line = shipped(name), OUTPUTS[given].line
    other = changed(model, scaled(model, "decoder.out", 1 / line.weight, -line.bias / line.weight))
    assert f"if its decoder ends in {line.words}, that is" in the_one(other, uci, "pixels")


@pytest.mark.parametrize("name", LINEAR)
def test_what_is_drawn_beyond_black_and_white(name: str, uci: Digits) -> None:
    model = shipped(name)
    words = the_one(changed(model, scaled(model, "decoder.out", 2)), uci, "range")
    drawn = 2 * model.raw(model.encode(torch.from_numpy(uci.images[:, None] / np.float32(255))))
    share = ((drawn < -0.25) | (drawn > 1.25)).float().mean().item()
    assert float(words.split(" %")[0]) == pytest.approx(100 * share, abs=1)


@pytest.mark.parametrize("name", ["vae-2", "vae-16", "vae-30", "vae-conv-16"])
@pytest.mark.needs_mnist
def test_ln_sigma_that_is_read_as_ln_sigma_squared(name: str, uci: Digits, mnist_test: Digits) -> None:
    """Two codes say too little of digits other than those they were trained on."""
    model = shipped(name)
    half = changed(model, scaled(model, "encoder.scale", 0.5))
    for digits in (mnist_test,) if name == "vae-2" else (uci, mnist_test):
        well = health(model, digits.images)
        words = the_one(half, digits, "sigma")
        assert "if its second head is ln sigma, it is" in words
        at_sample, at_mu, mended = numbers(words)
        assert at_sample > FAR_ABOVE * at_mu
        assert well is not None
        assert mended == pytest.approx(well.sampled_squared_error, rel=0.1)


# As `tests.core.imports.nets` trains them, and as what they could be taken for.
SECOND_HEADS: dict[str, tuple[Meaning, str]] = {
    "two heads": ("logvar", "relu"),
    "ln sigma": ("log_sigma", "elu"),
    "softplus": ("softplus", "softplus"),
}


def of_examples(net: str, scale: Meaning) -> Autoencoder:
    """The net as a model whose second head is taken for `scale`."""
    layers = {"fc1": "encoder.hidden.0", "fc21": "encoder.mu", "fc22": "encoder.scale", "fc3": "decoder.hidden.0"}
    tensors = trained(net).state_dict()
    names = {name: (layers | {"fc4": "decoder.out"})[name.split(".")[0]] + "." + name.split(".")[1] for name in tensors}
    config = ModelConfig(kind="vae", latent_dim=6, encoder=(64,), decoder=(64,), scale="logvar", likelihood="bernoulli")
    config = replace(config, activation=SECOND_HEADS[net][1], scale=scale)
    return changed(build(config), {names[name]: tensor for name, tensor in tensors.items()})


@pytest.mark.parametrize(
    ("net", "scale"),
    [
        *(("two heads", "sigma"), ("ln sigma", "logvar"), ("ln sigma", "sigma")),
        *(("softplus", "logvar"), ("softplus", "sigma")),
    ],
)
def test_a_second_head_that_is_read_as_another(net: str, scale: Meaning, uci: Digits) -> None:
    meant = SECOND_HEADS[net][0]
    words = the_one(of_examples(net, scale), uci, "sigma")
    assert f"if its second head is {MEANINGS[meant]}, it is" in words
    if meant != "log_sigma":
        assert not found_in(of_examples(net, meant), uci)


def test_sigma_that_is_read_as_its_logarithm(uci: Digits) -> None:
    model = shipped("vae-30-sigma")
    words = the_one(changed(model, {}, replace(model.config, scale="logvar")), uci, "sigma")
    assert f"if its second head is {MEANINGS['sigma']}, it is" in words


def test_a_model_that_was_trained_without_samples(uci: Digits) -> None:
    """An AE with a second head that says 1 of every sigma."""
    model = shipped("ae-30")
    weights = {name.replace("encoder.code", "encoder.mu"): tensor for name, tensor in model.state_dict().items()}
    blind = {"encoder.scale.weight": torch.zeros(30, 250), "encoder.scale.bias": torch.full((30,), 4.0)}
    vae = build(replace(model.config, kind="vae", scale="logvar"))
    words = the_one(changed(vae, weights | blind), uci, "sigma")
    assert "the mean picture alone has" in words


@pytest.mark.parametrize("name", [*MODELS, *LINEAR])
@pytest.mark.parametrize("part", ["code", "picture"])
def test_a_collapse(name: str, part: str, uci: Digits) -> None:
    """Codes that are the same for every picture, and a decoder that does not look at them."""
    model = shipped(name)
    heads = model.code_heads if part == "code" else ("decoder.out",)
    layers = [f"encoder.{head}" if part == "code" else head for head in heads]
    tensors = {f"{layer}.weight": 0 * model.state_dict()[f"{layer}.weight"] for layer in layers}
    words = the_one(changed(model, tensors), uci, "collapsed")
    assert (" 0 of its" in words) == (part == "code")
    assert ("KL" in words) == (model.config.kind == "vae")


@pytest.mark.parametrize("name", [*MODELS, *LINEAR])
@pytest.mark.parametrize("kind", ["noise", "upside down"])
def test_pictures_that_it_has_not_learnt(name: str, kind: str, uci: Digits) -> None:
    """Noise is drawn worse than its mean; digits upside down are better than that, and nothing is said."""
    noise = np.random.default_rng(0).integers(0, 256, (300, 28, 28), np.uint8)
    images = noise if kind == "noise" else uci.images[:300, ::-1]
    found = found_in(shipped(name), Digits(np.ascontiguousarray(images), uci.labels[:300], "own"))
    assert [finding.fault for finding in found] == ["other-pictures"] * (kind == "noise")


def test_a_model_that_draws_every_picture_as_it_is_has_no_fault(uci: Digits) -> None:
    config = ModelConfig(kind="ae", latent_dim=784, output="linear")
    bare = {name: torch.zeros_like(tensor) for name, tensor in build(config).state_dict().items()}
    same = {"encoder.code.weight": torch.eye(784), "decoder.out.weight": torch.eye(784)}
    assert not found_in(changed(build(config), bare | same), uci)


def test_the_planted_models_are_else_as_they_were() -> None:
    """Nothing here changes the shipped weights that the tests share."""
    for name in (*MODELS, *LINEAR):
        before = copy.deepcopy(checkpoint.load(SHIPPED / name).state_dict())
        assert all(torch.equal(before[key], tensor) for key, tensor in shipped(name).state_dict().items())
