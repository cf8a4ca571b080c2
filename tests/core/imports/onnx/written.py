"""Nets as ONNX files, and what ONNX Runtime and the importer make of them."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from vae_core.imports import onnx as importer
from vae_core.imports.net import FoundNet

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install -r requirements-import.txt")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

CLOSE: dict[str, float] = {"rtol": 1e-5, "atol": 1e-5}


def exported(net: nn.Module, *inputs: Tensor, version: int = 17, **more: Any) -> bytes:
    """What PyTorch writes; by the way that works without further packages."""
    stream = io.BytesIO()
    more = {"training": torch.onnx.TrainingMode.EVAL, "do_constant_folding": False, "dynamo": False, **more}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net.eval(), inputs, stream, opset_version=version, **more)
    return stream.getvalue()


def by_runtime(content: bytes, *inputs: np.ndarray) -> list[np.ndarray]:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    return list(session.run(None, dict(zip(names, (np.float32(each) for each in inputs), strict=True))))


def found(folder: Path, *contents: bytes) -> FoundNet:
    paths = [folder / f"{i}.onnx" for i in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return importer.read(paths)


def filled(net: nn.Module, seed: int) -> nn.Module:
    """With numbers in all weights, running means and variances included."""
    generator = torch.Generator().manual_seed(seed)
    for name, each in net.state_dict().items():
        if each.is_floating_point():
            numbers = torch.rand(each.shape, generator=generator) - (0 if "var" in name else 0.5)
            each.copy_(numbers + ("var" in name) * 0.1)
    return net


class Vae(nn.Module):
    """Of two codes, whose sampling and outputs are as somebody may have written them."""

    def __init__(self, heads: str, spread: str, outputs: str) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(1, 2, 4, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(72, 8), nn.ELU())
        self.mu, self.second, self.both = nn.Linear(8, 2), nn.Linear(8, 2), nn.Linear(8, 4)
        self.decoder = nn.Sequential(nn.Linear(2, 8), nn.GELU(), nn.Linear(8, 144), nn.Sigmoid())
        self.heads, self.spread, self.outputs = heads, spread, outputs
        filled(self, 1)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.trunk(x)
        if self.heads == "two":
            return self.mu(h), self.second(h)
        if self.heads == "halves":
            mu, second = self.both(h).chunk(2, dim=-1)
            return mu, second
        if self.heads == "slices":
            both = self.both(h)
            return both[:, :2], both[:, 2:]
        mu, second = self.both(h).view(-1, 2, 2).unbind(-1)
        return mu, second

    def forward(self, x: Tensor, eps: Tensor | None = None) -> Any:
        mu, second = self.posterior(x)
        sigma = {
            "half": lambda: torch.exp(0.5 * second), "divided": lambda: (second / 2).exp(),
            "root": lambda: second.exp().sqrt(), "ln sigma": lambda: second.exp(), "sigma": lambda: second,
            "softplus": lambda: nn.functional.softplus(second),
        }[self.spread]()  # fmt: skip
        eps = torch.randn_like(sigma) if eps is None else eps
        z = mu if self.outputs == "at mu" else mu + eps * sigma if self.outputs == "swapped" else eps.mul(sigma).add(mu)
        x_hat = self.decoder(z).view(-1, 1, 12, 12)
        return (z, mu, second) if self.outputs == "codes" else (x_hat, mu, second)


def graph(
    nodes: Sequence[Any],
    inputs: dict[str, list[Any]],
    outputs: Sequence[str],
    weights: dict[str, Any],
    version: int = 13,
) -> bytes:
    """A graph as some other program may have written it."""
    helper, numbers = onnx.helper, onnx.numpy_helper
    return helper.make_model(
        helper.make_graph(
            nodes,
            "graph",
            [helper.make_tensor_value_info(name, 1, size) for name, size in inputs.items()],
            [helper.make_tensor_value_info(name, 1, None) for name in outputs],
            [numbers.from_array(np.asarray(each), name) for name, each in weights.items()],
        ),
        opset_imports=[helper.make_opsetid("", version)],
        ir_version=8,
    ).SerializeToString()


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
