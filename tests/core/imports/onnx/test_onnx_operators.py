"""What exporters write besides layers: numbers that are cut off, pixels taken together, and a batch that is fixed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tests.core.imports.carried_out import code, decoded
from tests.core.imports.onnx.written import CLOSE, Vae, by_runtime, exported, filled, found, graph, random
from vae_core.imports import files
from vae_core.imports.net import NetFileError

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")


class Said(nn.Module):
    """A net as a function of layers."""

    def __init__(self, forward: Callable[..., Any], *layers: nn.Module) -> None:
        super().__init__()
        self.layers, self.said = nn.ModuleList(layers), forward
        filled(self, 2)

    def forward(self, *x: Tensor) -> Any:
        return self.said(self.layers, *x)


@pytest.mark.parametrize("version", [9, 11, 17])
def test_the_second_head_may_be_cut_off(tmp_path: Path, version: int) -> None:
    """Within its bounds it is what it is; that they are left out is said."""

    class Bounded(Vae):
        def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
            mu, second = super().posterior(x)
            return mu, second.clamp(-30, 20)

    x, z = torch.rand(3, 1, 12, 12), torch.randn(3, 2)
    for spread in ("half", "divided", "ln sigma"):
        net = Bounded("two", spread, "all").eval()
        read = found(tmp_path, exported(net, x, version=version))
        assert any("cuts numbers off at -30 and 20, which is left out" in guess for guess in read.guesses)
        with torch.no_grad():
            mu, second = net.posterior(x)
            expected = net.decoder(z).numpy()
        np.testing.assert_allclose(code(read, x.numpy()), mu, **CLOSE)
        np.testing.assert_allclose(code(read, x.numpy(), 1), second * (1 + (spread == "ln sigma")), **CLOSE)
        np.testing.assert_allclose(decoded(read, z.numpy()), expected, **CLOSE)


def test_pixels_are_cut_off_here_too(tmp_path: Path) -> None:
    net, z = Said(lambda layers, z: layers[0](z).view(-1, 1, 10, 10).clamp(0, 1), nn.Linear(2, 100)), torch.randn(3, 2)
    read = found(tmp_path, exported(net, z))
    assert read.guesses == ()
    np.testing.assert_allclose(decoded(read, z.numpy()).clip(0, 1), net(z).detach().flatten(1), **CLOSE)


UNFOLLOWED: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "a function inside": (lambda h: nn.functional.relu6(h), "Gemm: it gets numbers that are cut off"),
    "a sum": (lambda h: h.clamp(0, 1) + 1, "Add: it gets numbers that are cut off"),
    "another operator": (lambda h: nn.functional.softsign(h), "Abs: there is no such operator here"),
}


@pytest.mark.parametrize("name", UNFOLLOWED)
def test_a_second_head_that_cannot_be_followed_makes_no_autoencoder(name: str, tmp_path: Path) -> None:
    change, reason = UNFOLLOWED[name]
    layers = nn.Linear(100, 3), nn.Linear(100, 3), nn.Linear(3, 3)

    def posterior(made: nn.ModuleList, x: Tensor) -> tuple[Tensor, Tensor]:
        h = x.flatten(1)
        return made[0](h), made[2](change(made[1](h)))

    with pytest.raises(NetFileError, match=reason):
        found(tmp_path, exported(Said(posterior, *layers), torch.rand(2, 1, 10, 10)))


def test_an_output_that_is_left_out_is_told(tmp_path: Path) -> None:
    def whole(made: nn.ModuleList, x: Tensor) -> tuple[Tensor, Tensor]:
        z = made[0](x.flatten(1))
        return made[1](z).sigmoid(), nn.functional.softsign(z)

    read = found(tmp_path, exported(Said(whole, nn.Linear(100, 3), nn.Linear(3, 100)), torch.rand(2, 1, 10, 10)))
    assert any(guess.startswith("one of its outputs is left out: operator '/Abs'") for guess in read.guesses)


@pytest.mark.parametrize("version", [11, 17, 18])
@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("way", ["mean", "amax"])
def test_all_pixels_of_a_channel_together(tmp_path: Path, version: int, keeps: bool, way: str) -> None:
    def encode(made: nn.ModuleList, x: Tensor) -> Tensor:
        encoded: Tensor = made[1](getattr(made[0](x), way)((2, 3), keepdim=keeps).flatten(1))
        return encoded

    x = torch.rand(2, 3, 9, 10)
    content = exported(Said(encode, nn.Conv2d(3, 4, 3), nn.Linear(4, 2)), x, version=version)
    np.testing.assert_allclose(code(found(tmp_path, content), x.numpy()), by_runtime(content, x.numpy())[0], **CLOSE)


def test_a_selu(tmp_path: Path) -> None:
    x = torch.rand(2, 1, 9, 10)
    net = filled(nn.Sequential(nn.Conv2d(1, 4, 3), nn.SELU(), nn.Flatten(), nn.Linear(224, 8), nn.SELU()), 0)
    content = exported(net, x)
    np.testing.assert_allclose(code(found(tmp_path, content), x.numpy()), by_runtime(content, x.numpy())[0], **CLOSE)


@pytest.mark.parametrize("shape", [lambda x: (x.size(0), -1), lambda x: (len(x), 32), lambda x: (len(x), 2, -1)])
def test_a_batch_that_is_fixed(tmp_path: Path, shape: Callable[[Tensor], tuple[int, ...]]) -> None:
    """With as many pictures as go into each other's numbers."""
    x = torch.rand(4, 1, 10, 10)
    net = Said(lambda made, x: made[1](made[0](x).view(*shape(x)).flatten(1)), nn.Conv2d(1, 2, 4, 2), nn.Linear(32, 3))
    content = exported(net, x)
    np.testing.assert_allclose(code(found(tmp_path, content), x.numpy()), by_runtime(content, x.numpy())[0], **CLOSE)


def test_operators_in_any_order(tmp_path: Path) -> None:
    node = onnx.helper.make_node
    nodes = [node("Relu", ["b"], ["c"]), node("MatMul", ["a", "w"], ["b"]), node("Identity", ["x"], ["a"])]
    in_order = graph(nodes[::-1], {"x": [1, 100]}, ["c"], {"w": random(100, 3)})
    x = np.abs(random(1, 100, seed=1))
    read = found(tmp_path, graph(nodes, {"x": [1, 100]}, ["c"], {"w": random(100, 3)}))
    np.testing.assert_allclose(code(read, x), by_runtime(in_order, x)[0], **CLOSE)
    circle = [node("Relu", ["b"], ["c"]), node("Add", ["c", "x"], ["b"])]
    with pytest.raises(NetFileError, match="is of no operator"):
        found(tmp_path, graph(circle, {"x": [1, 100]}, ["c"], {}))


def outside(folder: Path, name: str) -> tuple[Path, Path, Tensor, nn.Module]:
    """A net, its weights beside it, as `torch.onnx.export` writes both."""
    net, x = (
        filled(nn.Sequential(nn.Flatten(), nn.Linear(100, 20), nn.ReLU(), nn.Linear(20, 3)), 0),
        torch.rand(2, 1, 10, 10),
    )
    path = folder / "net.onnx"
    model = onnx.load_model_from_string(exported(net, x))
    onnx.save(model, path, save_as_external_data=True, location=name, size_threshold=64)
    return path, folder / name, x, net


@pytest.mark.parametrize("name", ["net.onnx.data", "net.onnx_data"])
@pytest.mark.parametrize("is_first", [True, False])
def test_weights_in_a_file_beside(tmp_path: Path, name: str, is_first: bool) -> None:
    path, data, x, net = outside(tmp_path, name)
    # A server may have given it another name.
    data = data.rename(tmp_path / f"2-{name}")
    read = files.read([data, path] if is_first else [path, data])
    np.testing.assert_allclose(code(read, x.numpy()), net(x).detach(), **CLOSE)


def test_weights_that_did_not_come_along(tmp_path: Path) -> None:
    path, data, _, _ = outside(tmp_path, "net.onnx.data")
    with pytest.raises(NetFileError, match=r"lie in another file, 'net\.onnx\.data', which must come along with it"):
        files.read([path])
    with pytest.raises(NetFileError, match=r"whose own file, which ends in \.onnx, must come along"):
        files.read([data])
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(NetFileError, match=r"lie in net\.onnx\.data, which is shorter than that"):
        files.read([path, data])


def test_quantised_numbers_are_called_so(tmp_path: Path) -> None:
    node = onnx.helper.make_node("DynamicQuantizeLinear", ["x"], ["a", "s", "p"])
    with pytest.raises(NetFileError, match=r"DynamicQuantizeLinear: its numbers are quantised; export the net with"):
        found(tmp_path, graph([node], {"x": [1, 100]}, ["a"], {}))
