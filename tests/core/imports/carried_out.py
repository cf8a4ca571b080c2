"""A net as an importer hands it on, carried out by the modules that the product uses."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_core.imports.net import Chain, FoundNet
from vae_core.nets.modules import Net


def chain(links: Chain, x: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """[B, ..] and its classes [B], where there are any -> what comes out, [B, ..]."""
    net = Net([link.layer for link in links], x.shape[1:]).eval()
    weighted = [link for link in links if link.tensors]
    net.load_state_dict(
        {f"hidden.{i}.{key}": each for i, link in enumerate(weighted) for key, each in link.tensors.items()}
    )
    with torch.no_grad():
        return net(torch.from_numpy(np.array(x, np.float32)), None if y is None else torch.from_numpy(y)).numpy()


def code(net: FoundNet, pictures: np.ndarray, head: int = 0, y: np.ndarray | None = None) -> np.ndarray:
    """What a head makes of [B, channels, height, width]."""
    assert net.encoder is not None
    return chain((*net.encoder, *net.heads[head]), pictures, y)


def decoded(net: FoundNet, codes: np.ndarray, y: np.ndarray | None = None) -> np.ndarray:
    """[B, codes] -> [B, numbers of a picture], channels first."""
    assert net.decoder is not None
    return chain(net.decoder, codes, y).reshape(len(codes), -1)


def real_file(name: str) -> Path:
    """One of the models that people published; they lie beside the digits."""
    path = Path(os.environ.get("DIGITS_DIR", "nowhere")).parent / "models" / name
    if not path.exists():
        pytest.skip(f"no {name} in models/ beside $DIGITS_DIR")
    return path
