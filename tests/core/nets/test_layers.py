"""Each kind of layer against SciPy and NumPy in double precision, and its sizes against what PyTorch gives."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal, special
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from tests.core.nets.drawn import ACTIVATIONS, PICTURES, ROWS, SMALL, chains, layers, windows
from tests.tiny import generator
from vae_core.errors import ConfigError
from vae_core.nets.layer import Layer, Size
from vae_core.nets.layers import (
    LAYERS,
    Activation,
    Affine,
    AveragePooling,
    Convolution,
    Dense,
    Flatten,
    Label,
    MaxPooling,
    Reshape,
    TransposedConvolution,
    Upsampling,
    held,
    products,
    sizes,
)
from vae_core.nets.modules import Net, module

Array = NDArray[np.float64]
SIZES = st.one_of(PICTURES, ROWS)


def drawn(size: Size, seed: int = 0) -> Tensor:
    return torch.randn(2, *size, generator=generator(seed), dtype=torch.float64)


def weighted(layer: Layer, size: Size) -> tuple[nn.Module, dict[str, Array]]:
    """The layer with random weights, and these."""
    made = module(layer, size)
    assert isinstance(made, nn.Module)
    made.double()
    tensors = {name: torch.randn(shape, generator=generator(1)).double() for name, shape in layer.weights(size).items()}
    made.load_state_dict(tensors)
    return made, {name: tensor.numpy() for name, tensor in tensors.items()}


def same(found: Tensor, expected: Array) -> None:
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-9, atol=1e-9)


def framed(x: Array, border: tuple[int, ...], value: float = 0.0) -> Array:
    top, bottom, left, right = border
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=value)


def spread(x: Array, by: tuple[int, int]) -> Array:
    """With zeros between: the last two axes of n numbers get (n - 1) * by + 1."""
    height, width = x.shape[-2:]
    wide = np.zeros((*x.shape[:-2], (height - 1) * by[0] + 1, (width - 1) * by[1] + 1))
    wide[..., :: by[0], :: by[1]] = x
    return wide


def per_group(x: Array, groups: int) -> list[Array]:
    return np.split(x, groups, axis=1)


@given(PICTURES, st.data())
def test_a_convolution_is_a_cross_correlation_of_each_group(size: Size, data: st.DataObject) -> None:
    layer = data.draw(windows(Convolution, size))
    assert isinstance(layer, Convolution)
    made, tensors = weighted(layer, size)
    x, kernels = framed(drawn(size).numpy(), layer.padding), spread(tensors["weight"], layer.dilation)
    out = [
        sum(signal.correlate2d(one, kernel[i], "valid") for i, one in enumerate(image))
        for part, own in zip(per_group(x, layer.groups), np.split(kernels, layer.groups), strict=True)
        for kernel in own
        for image in part
    ]
    planes = np.stack(out).reshape(layer.channels, 2, *out[0].shape).swapaxes(0, 1)
    expected = planes[:, :, :: layer.stride[0], :: layer.stride[1]] + tensors["bias"][:, None, None]
    same(made(drawn(size)), expected)


@given(PICTURES, st.data())
def test_a_transposed_convolution_is_a_full_convolution_of_what_is_spread(size: Size, data: st.DataObject) -> None:
    layer = data.draw(windows(TransposedConvolution, size))
    assert isinstance(layer, TransposedConvolution)
    made, tensors = weighted(layer, size)
    x, kernels = spread(drawn(size).numpy(), layer.stride), spread(tensors["weight"], layer.dilation)
    out = [
        sum(signal.convolve2d(one, own[i, k], "full") for i, one in enumerate(image))
        for part, own in zip(per_group(x, layer.groups), np.split(kernels, layer.groups), strict=True)
        for k in range(own.shape[1])
        for image in part
    ]
    planes = np.stack(out).reshape(layer.channels, 2, *out[0].shape).swapaxes(0, 1)
    more_down, more_right = layer.output_padding
    top, bottom, left, right = layer.padding
    planes = framed(planes, (0, more_down, 0, more_right))
    planes = planes[:, :, top : planes.shape[2] - bottom, left : planes.shape[3] - right]
    same(made(drawn(size)), planes + tensors["bias"][:, None, None])


@given(PICTURES, st.data())
def test_where_pytorch_has_such_a_transposed_convolution_it_is_that(size: Size, data: st.DataObject) -> None:
    layer = data.draw(windows(TransposedConvolution, size))
    assert isinstance(layer, TransposedConvolution)
    made, tensors = weighted(layer, size)
    top, bottom, left, right = layer.padding
    if (top, left) == (bottom, right) and all(
        more < max(layer.stride[i], layer.dilation[i]) for i, more in enumerate(layer.output_padding)
    ):
        weight, bias = torch.tensor(tensors["weight"]), torch.tensor(tensors["bias"])
        expected = nn.functional.conv_transpose2d(
            drawn(size), weight, bias, layer.stride, (top, left), layer.output_padding, layer.groups, layer.dilation
        )
        same(made(drawn(size)), expected.numpy())


@pytest.mark.parametrize("kind", [MaxPooling, AveragePooling])
@given(size=PICTURES, data=st.data())
def test_pooling_takes_the_largest_or_the_mean_of_each_window(
    kind: type[MaxPooling | AveragePooling], size: Size, data: st.DataObject
) -> None:
    layer = data.draw(windows(kind, size))
    x = framed(drawn(size).numpy(), layer.padding, -np.inf if kind is MaxPooling else 0.0)
    views = np.lib.stride_tricks.sliding_window_view(x, layer.kernel, axis=(2, 3))
    views = views[:, :, :: layer.stride[0], :: layer.stride[1]]
    same(module(layer, size)(drawn(size)), views.max((4, 5)) if kind is MaxPooling else views.mean((4, 5)))


@given(PICTURES, st.tuples(st.integers(1, 64), st.integers(1, 64)))
def test_upsampling_repeats_each_pixel(size: Size, factor: tuple[int, int]) -> None:
    same(module(Upsampling(factor=factor), size)(drawn(size)), np.kron(drawn(size).numpy(), np.ones(factor)))


@given(ROWS, SMALL)
def test_a_dense_layer_is_a_matrix(size: Size, units: int) -> None:
    made, tensors = weighted(Dense(units=units), size)
    same(made(drawn(size)), drawn(size).numpy() @ tensors["weight"].T + tensors["bias"])


@given(SIZES)
def test_an_affine_layer_is_a_trained_batch_normalisation(size: Size) -> None:
    kind = nn.BatchNorm1d if len(size) == 1 else nn.BatchNorm2d
    trained = kind(size[0]).double().eval()
    for tensor in (trained.weight.data, trained.bias.data, trained.running_mean, trained.running_var):
        assert tensor is not None
        tensor.copy_(torch.rand(size[0], generator=generator(2)) + 0.5)
    assert trained.running_mean is not None
    assert trained.running_var is not None
    made = module(Affine(), size)
    assert isinstance(made, nn.Module)
    weight = trained.weight.data / (trained.running_var + trained.eps).sqrt()
    made.double().load_state_dict({"weight": weight, "bias": trained.bias.data - trained.running_mean * weight})
    same(made(drawn(size)), trained(drawn(size)).detach().numpy())


EXPECTED = {
    "relu": lambda x, _: np.maximum(x, 0),
    "leaky_relu": lambda x, slope: np.where(x >= 0, x, slope * x),
    "elu": lambda x, slope: np.where(x > 0, x, slope * np.expm1(np.minimum(x, 0))),
    "silu": lambda x, _: x * special.expit(x),
    "gelu": lambda x, _: x * special.ndtr(x),
    "gelu_tanh": lambda x, _: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "tanh": lambda x, _: np.tanh(x),
    "sigmoid": lambda x, _: special.expit(x),
    "softplus": lambda x, _: np.logaddexp(x, 0),
    "identity": lambda x, _: x,
}


@given(SIZES, ACTIVATIONS)
def test_an_activation_is_its_formula(size: Size, layer: Activation) -> None:
    x = 8 * drawn(size)
    expected = EXPECTED[layer.function](x.numpy(), layer.slope)
    np.testing.assert_allclose(module(layer, size)(x).numpy(), expected, rtol=1e-6, atol=1e-7)


@given(SIZES, st.integers(1, 12), st.data())
def test_a_label_joins_as_planes_of_ones_and_zeros(size: Size, classes: int, data: st.DataObject) -> None:
    y = data.draw(st.lists(st.integers(0, classes - 1), min_size=2, max_size=2))
    one_hot = np.eye(classes)[y].reshape(2, classes, *[1] * (len(size) - 1))
    planes = one_hot * np.ones((2, classes, *size[1:]))
    found = module(Label(classes=classes), size)(drawn(size), torch.tensor(y))
    same(found, np.concatenate([drawn(size).numpy(), planes], axis=1))


@given(PICTURES)
def test_flatten_and_reshape_leave_the_numbers_in_order(size: Size) -> None:
    x = drawn(size)
    row = module(Flatten(), size)(x)
    same(row, x.numpy().reshape(2, -1))
    channels, height, width = size
    assert torch.equal(module(Reshape(shape=(channels, height, width)), (math.prod(size),))(row), x)


@given(SIZES, st.data())
def test_sizes_weights_and_products_are_what_pytorch_gives(size: Size, data: st.DataObject) -> None:
    layer = data.draw(layers(size))
    made = module(layer, size)
    parameters = dict(made.named_parameters()) if isinstance(made, nn.Module) else {}
    assert {name: tuple(each.shape) for name, each in parameters.items()} == layer.weights(size)
    arguments = (torch.zeros(2, dtype=torch.int64),) if isinstance(layer, Label) else ()
    with FlopCounterMode(display=False) as counter:
        out = made(drawn(size).float(), *arguments)
    assert tuple(out.shape[1:]) == layer.output(size)
    assert layer.held(size) >= math.prod(layer.output(size))
    if isinstance(layer, Dense | Convolution | TransposedConvolution):
        # Of two pictures, each product with its addition.
        assert counter.get_total_flops() == 2 * 2 * layer.products(size)


@given(SIZES, st.data())
def test_a_layer_goes_to_json_and_back(size: Size, data: st.DataObject) -> None:
    layer = data.draw(layers(size))
    plain = json.loads(json.dumps(layer.to_json(), allow_nan=False))
    assert Layer.from_json(plain) == layer
    assert LAYERS[plain["type"]] is type(layer)


def test_json_names_no_field_that_is_as_usual() -> None:
    layer = Convolution(channels=8, kernel=(3, 3), stride=(2, 2))
    assert layer.to_json() == {"type": "convolution", "channels": 8, "kernel": [3, 3], "stride": [2, 2]}


@given(SIZES, st.data())
def test_a_chain_is_one_layer_after_another(size: Size, data: st.DataObject) -> None:
    chain, last = data.draw(chains(size, classes=3))
    net = Net(chain, size).double().eval()
    x, y = drawn(size), torch.tensor([2, 0])
    kept, h, weights = x.clone(), x, iter(net.hidden)
    for layer, before in zip(chain, sizes(chain, size), strict=False):
        made = module(layer, before)
        if layer.weights(before):
            assert isinstance(made, nn.Module)
            made.double().load_state_dict(next(weights).state_dict())
        h = made(h.clone(), y) if isinstance(layer, Label) else made(h.clone())
    found = net(x, y)
    assert tuple(found.shape[1:]) == last == sizes(chain, size)[-1]
    assert torch.equal(found, h)
    assert torch.equal(x, kept), "what goes in stays as it is"
    assert products(chain, size) >= 0
    assert held(chain, size) >= max(map(math.prod, sizes(chain, size)))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"type": "dense", "units": 0}, r"Dense\.units is 0"),
        ({"type": "dense", "units": 1 << 17}, r"Dense\.units is 131072"),
        ({"type": "dense"}, "Dense lacks the field 'units'"),
        ({"type": "dense", "units": 3, "bias": False}, "Dense has an unknown field 'bias'"),
        ({"type": "convolution", "channels": 4, "kernel": [3]}, r"Convolution\.kernel must be a list of 2"),
        ({"type": "convolution", "channels": 4, "kernel": [0, 3]}, r"Convolution\.kernel is \[0, 3\]"),
        ({"type": "convolution", "channels": 4, "kernel": [3, 3], "stride": [1, 65]}, r"Convolution\.stride"),
        ({"type": "convolution", "channels": 4, "kernel": [3, 3], "dilation": [0, 1]}, r"Convolution\.dilation"),
        ({"type": "convolution", "channels": 4, "kernel": [3, 3], "groups": 3}, r"Convolution\.groups is 3"),
        ({"type": "convolution", "channels": 5000, "kernel": [3, 3]}, r"Convolution\.channels is 5000"),
        (
            {"type": "transposed_convolution", "channels": 4, "kernel": [3, 3], "output_padding": [-1, 0]},
            r"TransposedConvolution\.output_padding is \[-1, 0\]",
        ),
        ({"type": "max_pooling", "kernel": [2, 2], "padding": [0, 2, 0, 0]}, r"MaxPooling\.padding is \[0, 2, 0, 0\]"),
        ({"type": "average_pooling", "kernel": [2, 2], "padding": [0, 0, -1, 0]}, r"AveragePooling\.padding"),
        ({"type": "upsampling", "factor": [0, 1]}, r"Upsampling\.factor is \[0, 1\]"),
        ({"type": "reshape", "shape": [0, 2, 2]}, r"Reshape\.shape is \[0, 2, 2\]"),
        ({"type": "activation", "function": "swish"}, r"Activation\.function is 'swish'"),
        ({"type": "activation", "function": "elu", "slope": float("nan")}, r"Activation\.slope"),
        ({"type": "label", "classes": 101}, r"Label\.classes is 101"),
        ({"type": "dropout"}, r"Layer\.type is 'dropout'; it must be one of .*dense"),
        ({"type": ["dense"]}, r"Layer\.type is \['dense'\]"),
        ({"units": 3}, r"Layer\.type is None"),
        (250, r"Layer\.type is 250"),
    ],
)
def test_a_fault_in_a_layer_names_layer_and_field(values: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Layer.from_json(values)


@pytest.mark.parametrize(
    ("chain", "size", "words"),
    [
        (
            [Flatten(), Convolution(channels=2, kernel=(3, 3))],
            (1, 8, 8),
            "convolution takes channels, .* not 64",
        ),
        ([Dense(units=2)], (1, 8, 8), "layer 1, dense takes a row of numbers, not 1 x 8 x 8"),
        ([Reshape(shape=(2, 2, 2))], (9,), "layer 1, reshape: a row of 9 has not the numbers of 2 x 2 x 2"),
        ([Reshape(shape=(1, 8, 8))], (1, 8, 8), "layer 1, reshape takes a row of numbers"),
        ([MaxPooling(kernel=(9, 1))], (1, 8, 8), "layer 1, max_pooling: a window of 9 is larger than 1 x 8 x 8"),
        (
            [Convolution(channels=2, kernel=(3, 3), groups=2)],
            (3, 8, 8),
            "convolution: 2 groups do not divide 3",
        ),
        (
            [TransposedConvolution(channels=1, kernel=(2, 2), padding=(1, 1, 1, 1), output_padding=(1, 1))],
            (1, 1, 1),
            "layer 1, transposed_convolution: its padding leaves nothing",
        ),
        (
            [Upsampling(factor=(64, 64))] * 2,
            (1, 8, 8),
            "layer 2, upsampling: it makes 1,073,741,824 numbers",
        ),
        (
            [Convolution(channels=1, kernel=(1, 1), padding=(64, 64, 64, 64))],
            (512, 8, 8),
            "layer 1, convolution: it makes 9,469,952 numbers",
        ),
        (
            [TransposedConvolution(channels=4096, kernel=(64, 64), stride=(64, 64), padding=(63, 64, 63, 64))],
            (1, 2, 2),
            "layer 1, transposed_convolution: it makes 67,108,864 numbers",
        ),
    ],
)
def test_layers_that_do_not_fit_or_take_too_much_are_named(chain: list[Layer], size: Size, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        sizes(chain, size)


def test_all_kinds_are_known() -> None:
    assert len(LAYERS) == 11
    assert all(name == kind.type for name, kind in LAYERS.items())


def test_pairs_are_down_and_right() -> None:
    layer = Convolution(channels=1, kernel=(3, 1), stride=(2, 1), padding=(1, 0, 0, 2))
    assert layer.output((1, 8, 5)) == (1, 4, 7)
    assert Upsampling(factor=(2, 3)).output((1, 2, 2)) == (1, 4, 6)
