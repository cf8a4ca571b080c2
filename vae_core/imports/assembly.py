"""A model from a net that was found and a choice of what its file leaves open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from vae_core.config import ModelConfig, Part, Shape
from vae_core.errors import ConfigError
from vae_core.imports.choice import IDENTITY, Choice, Rule, split_rows
from vae_core.imports.net import Chain, FoundNet, Link
from vae_core.models import Autoencoder, build
from vae_core.nets.layers import (
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Label,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    sizes,
)
from vae_core.nets.modules import Net
from vae_core.nets.readings import INPUTS, OUTPUTS, Line

LINEAR = (Dense, Convolution, TransposedConvolution, AveragePooling, Affine, Flatten, Reshape, Upsampling)
# Inputs of a head that is no dense layer and is made one.
MOST_BASIS = 8192


def assemble(net: FoundNet, choice: Choice) -> Autoencoder:
    """The model, in eval mode, gradients off; what is folded into its weights leaves its values as they were.

    Args:
        net: of a known shape; a half becomes a half.
        choice: `choice.net` is not looked at.

    Raises:
        ConfigError: there is no such model: its layers do not fit, it is too large, or its heads are no single layers.
    """
    if net.shape is None:
        raise ConfigError("nothing says how high and wide its pictures are")
    encoder, heads, code, dim = _encoder(net, net.shape, choice)
    decoder: Chain = ()
    if net.decoder is not None:
        drawn, _ = without_output(net.decoder)
        decoder = _settled(drawn, choice.decoder, choice, sum(link.is_open for link in net.encoder or ()))
        decoder = _drawn(_folded(decoder), OUTPUTS[choice.output].line, (dim,))
    config = _config(net.shape, encoder, decoder, dim, half_of(net), len(heads) == 2, code, choice)
    return _loaded(config, encoder, heads, decoder)


def half_of(net: FoundNet) -> Part | None:
    """Which part it is alone; None of a whole net."""
    return "decoder" if net.encoder is None else "encoder" if net.decoder is None else None


def _encoder(net: FoundNet, shape: Shape, choice: Choice) -> tuple[Chain, list[tuple[Tensor, Tensor]], Rule, int]:
    """Its layers, its heads' weights and biases, the function of the code, and how many codes there are."""
    if net.encoder is None:
        if net.latent_dim is None:
            raise ConfigError("it is a decoder alone, and nothing says how many codes it takes")
        return (), [], IDENTITY, net.latent_dim
    trunk, heads, code = _heads(net, choice)
    encoder = _folded(_scaled(_settled(trunk, choice.encoder, choice, 0), INPUTS[choice.input], shape))
    return encoder, heads, code, len(heads[0][1])


def without_output(decoder: Chain) -> tuple[Chain, str | None]:
    """The decoder without the function at its end, and which that is, where it is a sigmoid, a tanh or none."""
    last = decoder[-1].layer if decoder else None
    if isinstance(last, Activation) and last.function in ("sigmoid", "tanh", "identity") and not decoder[-1].is_open:
        return decoder[:-1], last.function
    return decoder, None


def head_function(net: FoundNet) -> Rule | None:
    """The function of the code that the file names; None where it names none."""
    last = net.heads[0][-1].layer if net.heads and net.heads[0] else None
    return (last.function, last.slope) if isinstance(last, Activation) else None


def is_double(net: FoundNet) -> bool:
    """Whether the only head gives two numbers for each code."""
    if len(net.heads) != 1 or net.latent_dim is None:
        return False
    weighted = [link for link in net.heads[0] if link.tensors]
    return bool(weighted) and len(weighted[-1].tensors["bias"]) == 2 * net.latent_dim


def _heads(net: FoundNet, choice: Choice) -> tuple[Chain, list[tuple[Tensor, Tensor]], Rule]:
    """What comes before the heads, their weights and biases, and the function of the code."""
    assert net.encoder is not None
    assert net.shape is not None
    trunk = net.encoder
    size = sizes([link.layer for link in trunk], net.shape)[-1]
    code = head_function(net) or choice.code
    chains = [_before_function(head) for head in net.heads] or [()]
    heads = [_as_dense(chain, size) for chain in chains]
    if len(size) == 3:
        trunk = (*trunk, Link(Flatten(), {}))
    if is_double(net):
        weights, biases = (split_rows(choice.split, each) for each in heads[0])
        heads = list(zip(weights, biases, strict=True))
    elif choice.split == "swapped":
        heads.reverse()
    if len(heads) == 2 and choice.meaning == "log_sigma":
        heads[1] = (2 * heads[1][0], 2 * heads[1][1])
    return trunk, heads, code


def _before_function(chain: Chain) -> Chain:
    return chain[:-1] if chain and isinstance(chain[-1].layer, Activation) else chain


def _as_dense(chain: Chain, size: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Weight and bias of the one dense layer that a chain of affine maps is."""
    layers = [link.layer for link in chain]
    kept = [link for link in chain if not isinstance(link.layer, Flatten)]
    if len(kept) == 1 and isinstance(kept[0].layer, Dense):
        return kept[0].tensors["weight"], kept[0].tensors["bias"]
    if not all(isinstance(layer, LINEAR) for layer in layers):
        named = ", ".join(layer.type for layer in layers)
        raise ConfigError(f"a head of the encoder is more than one layer ({named}), which a model here has not")
    count = math.prod(size)
    if count > MOST_BASIS:
        raise ConfigError(f"a head of the encoder takes {count} numbers; {MOST_BASIS} are the most")
    module = Net(layers, size)
    module.load_state_dict(_named("hidden.{}", chain), strict=True)
    with torch.inference_mode():
        bias = module(torch.zeros(1, *size)).flatten()
        columns = module(torch.eye(count).reshape(count, *size)).flatten(1) - bias
    return columns.T.clone(), bias.clone()


def _settled(chain: Chain, rule: Rule, choice: Choice, first: int) -> Chain:
    """With the open functions filled in; `first` is the number of the first of them."""
    found: list[Link] = []
    number = first
    for link in chain:
        if not link.is_open:
            found.append(link)
            continue
        if number not in choice.plain and rule != IDENTITY:
            function = Link(Activation(function=rule[0], slope=rule[1]), {}, link.source)
            is_normed = choice.norm_last and found and isinstance(found[-1].layer, Affine)
            found.insert(len(found) - 1 if is_normed else len(found), function)
        number += 1
    return tuple(found)


def _scaled(chain: Chain, line: Line, shape: Shape) -> Chain:
    """That takes pixels in [0, 1] in place of the line of them."""
    if (line.weight, line.bias) == (1.0, 0.0):
        return chain
    for i, link in enumerate(chain):
        if isinstance(link.layer, Dense):
            count = math.prod(shape)
            weight, bias = link.tensors["weight"].clone(), link.tensors["bias"]
            bias = bias + line.bias * weight[:, :count].sum(1)
            weight[:, :count] *= line.weight
            return (*chain[:i], replace(link, tensors={"weight": weight, "bias": bias}), *chain[i + 1 :])
        if not isinstance(link.layer, Flatten | Label):
            break
    return (_affine(line, shape[0]), *chain)


def _affine(line: Line, channels: int) -> Link:
    return Link(Affine(), {"weight": torch.full((channels,), line.weight), "bias": torch.full((channels,), line.bias)})


def _folded(chain: Chain) -> Chain:
    """With each `affine` layer in the layer that it follows, where there is one that takes it."""
    found: list[Link] = []
    for link in chain:
        last = found[-1] if found else None
        if last is not None and isinstance(link.layer, Affine) and _takes_lines(last.layer):
            found[-1] = _times(last, link.tensors["weight"], link.tensors["bias"])
        else:
            found.append(link)
    return tuple(found)


def _takes_lines(layer: Layer) -> bool:
    return isinstance(layer, Dense | Convolution) or (isinstance(layer, TransposedConvolution) and layer.groups == 1)


def _times(link: Link, weight: Tensor, bias: Tensor) -> Link:
    """The layer whose output is that of `link` times `weight`, plus `bias`, [outputs] each."""
    old = link.tensors["weight"]
    axis = 1 if isinstance(link.layer, TransposedConvolution) else 0
    sides = [1] * old.ndim
    sides[axis] = -1
    tensors = {"weight": old * weight.reshape(sides), "bias": link.tensors["bias"] * weight + bias}
    return replace(link, tensors=tensors)


def _drawn(chain: Chain, line: Line, start: Sequence[int]) -> Chain:
    """That gives the line of what `chain` gives."""
    if (line.weight, line.bias) == (1.0, 0.0):
        return chain
    last = next((i for i in reversed(range(len(chain))) if chain[i].tensors), None)
    rest = chain[last + 1 :] if last is not None else ()
    if (
        last is None
        or not _takes_lines(chain[last].layer)
        or not all(isinstance(link.layer, Flatten | Reshape | Upsampling) for link in rest)
    ):
        outputs = sizes([link.layer for link in chain], start)[-1][0]
        return (*chain, _affine(line, outputs))
    outputs = len(chain[last].tensors["bias"])
    made = _times(chain[last], torch.full((outputs,), line.weight), torch.full((outputs,), line.bias))
    return (*chain[:last], made, *rest)


def _config(
    shape: Shape,
    encoder: Chain,
    decoder: Chain,
    dim: int,
    half: Part | None,
    has_two_heads: bool,
    code: Rule,
    choice: Choice,
) -> ModelConfig:
    parts: dict[str, Any] = {"encoder": _layers(encoder), "decoder": _layers(decoder)}
    every: tuple[Layer, ...] = parts["encoder"] + parts["decoder"]
    output = OUTPUTS[choice.output].function
    if code[0] == "leaky_relu":
        raise ConfigError("the code comes from a leaky ReLU, which a model here has not")
    given: dict[str, Any] = {
        # Of a decoder alone nothing says how its codes were made; a draw from N(0, I) is what one has.
        "kind": "vae" if has_two_heads or half == "decoder" else "ae",
        "latent_dim": dim,
        "scale": ("logvar" if choice.meaning == "log_sigma" else choice.meaning) if has_two_heads else None,
        "likelihood": "bernoulli" if output == "sigmoid" else "gaussian",
        "output": output,
        "shape": shape,
        "code": code[0],
        "half": half,
        "classes": max((layer.classes for layer in every if isinstance(layer, Label)), default=0),
    }
    config = ModelConfig(**given, **parts)
    functions: set[Any] = {layer.function for layer in every if isinstance(layer, Activation)} or {"relu"}
    if len(functions) > 1 or not functions <= {"relu", "tanh", "elu", "softplus"}:
        return config
    widths: dict[str, Any] = {
        part: tuple(layer.units for layer in some if isinstance(layer, Dense)) for part, some in parts.items()
    }
    short = ModelConfig(**given, encoder=widths["encoder"], decoder=widths["decoder"][:-1], activation=functions.pop())
    return short if all(short.chain(part) == config.chain(part) for part in config.parts) else config


def _layers(chain: Chain) -> tuple[Layer, ...]:
    return tuple(link.layer for link in chain)


def _loaded(config: ModelConfig, encoder: Chain, heads: Sequence[tuple[Tensor, Tensor]], decoder: Chain) -> Autoencoder:
    with torch.device("meta"):
        model = build(config)
    tensors = _named("encoder.hidden.{}", encoder)
    for name, (weight, bias) in zip(type(model).code_heads, heads, strict=config.half != "decoder"):
        tensors |= {f"encoder.{name}.weight": weight, f"encoder.{name}.bias": bias}
    drawn = _named("decoder.hidden.{}", decoder)
    last = f"decoder.hidden.{sum(bool(link.tensors) for link in decoder) - 1}."
    tensors |= {name.replace(last, "decoder.out."): tensor for name, tensor in drawn.items()}
    expected = model.state_dict()
    for name, tensor in expected.items():
        if name not in tensors or tensors[name].shape != tensor.shape:
            given = list(tensors[name].shape) if name in tensors else "missing"
            raise ConfigError(f"the weight '{name}' is {given}; it must be {list(tensor.shape)}")
    model.load_state_dict({name: tensor.contiguous() for name, tensor in tensors.items()}, strict=True, assign=True)
    return model.eval().requires_grad_(False)


def _named(pattern: str, chain: Chain) -> dict[str, Tensor]:
    weighted = [link for link in chain if link.tensors]
    return {
        f"{pattern.format(i)}.{key}": tensor for i, link in enumerate(weighted) for key, tensor in link.tensors.items()
    }
