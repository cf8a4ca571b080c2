"""Checkpoint folders as strangers, broken disks and other programs make them: a mix of what can be wrong with one."""

import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from tests import tiny
from vae_core.pictures.film import to_gif

# Letters, what means something to Markdown, HTML, addresses, shells or TeX, other scripts, and what cannot be seen.
ODD = "#?%$*&+[]()`~_{}<>|\\\"'!=^:;,@. -\t\n–é日本語עבריתعربيдж\u200d\u202e\u0301🙂👩‍💻\x7f\x1b"
NAMES = st.one_of(
    st.text(st.sampled_from(ODD + "ab1"), min_size=1, max_size=24),
    st.text(min_size=1, max_size=24),
    st.binary(min_size=1, max_size=12).map(os.fsdecode),
    st.sampled_from([
        "100 %", "a#b?c=d&e", "$x$ and $y$", "**bold**", "[link](http://x)", ":red[x]", "<b>x</b>", "`x`", "a -> b",
        "-", "%2F", "%41", "&amp;", "x" * 200, "é" * 100, "a\nb", "1. x", "- x", "> x", "# x", "~~x~~", ":smile:",
    ]),
).filter(lambda name: not {"/", "\0"} & set(name) and name[0] != "." and len(os.fsencode(name)) <= 200)  # fmt: skip

KEYS = ["kind", "latent_dim", "encoder", "decoder", "scale", "likelihood", "activation", "output", "format_version"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["\ud800", "mnist", "$x$", "<b>", 10**400, "9" * 400, "vae", "ae", "gaussian", "sigmoid"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=6) | st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
ABOUT = (
    *("recipe", "digits", "seconds", "threads", "seed", "epochs"),
    *("test", "history", "corruption", "model", "versions"),
)
PARTS = ["value", "unit", "protocol", "psnr", "kl", "squared_error", "epoch", "loss", "reconstruction", "level", "kind"]
NUMBERS = st.sampled_from([0.0, 1e-45, -1e-30, 20.0, 200.0, -200.0, 1e10, 1e16, 1e20, 3e38, float("inf"), float("nan")])
HUGE_GIF = b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;"

Spoil = Callable[[Path], Any]


def _fifo(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.mkfifo(file)


def _link(target: str) -> Spoil:
    def spoil(file: Path) -> None:
        file.unlink(missing_ok=True)
        file.symlink_to(target)

    return spoil


def _folder(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def _sparse(file: Path) -> None:
    """Nine gigabytes, none of them on disk."""
    with file.open("wb") as stream:
        stream.truncate(9_000_000_000)


# Of any file.
SPOILS: st.SearchStrategy[Spoil] = st.one_of(
    st.just(lambda file: None),
    st.sampled_from([lambda file: file.unlink(missing_ok=True), _fifo, _folder, _sparse]),
    st.sampled_from(["/dev/zero", "/dev/null", "loop", "nowhere", ".", "x" * 300, "/proc/self/mem"]).map(_link),
    st.just(lambda file: (file.unlink(missing_ok=True), file.symlink_to(file.name))),
    st.floats(0, 1).map(
        lambda share: lambda file: file.exists() and os.truncate(file, int(share * file.stat().st_size))
    ),
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([HUGE_GIF, b"[" * 100_000, b"9" * 10_000, b"\xff\xfe{\x00", b'{"a": "\\ud800"}']),
    ).map(lambda content: lambda file: file.write_bytes(content)),
)


@st.composite
def values(draw: st.DrawFn, start: Any, keys: list[str]) -> Any:
    """JSON that is right but for some places of it."""
    found = json.loads(json.dumps(start))
    for _ in range(draw(st.integers(0, 3))):
        place = found
        while isinstance(place, dict | list) and place and draw(st.booleans()):
            key = draw(st.sampled_from(sorted(place)) if isinstance(place, dict) else st.integers(0, len(place) - 1))
            if not isinstance(place[key], dict | list):
                break
            place = place[key]
        if isinstance(place, dict):
            place[draw(st.sampled_from(sorted(place) + keys))] = draw(JSON)
        elif isinstance(place, list):
            place.append(draw(JSON))
    return draw(JSON) if draw(st.integers(0, 9)) == 0 else found


@st.composite
def weights(draw: st.DrawFn) -> Spoil:
    """Whole files whose numbers, names, shapes or types are odd, or whose header lies."""
    dtype = draw(st.sampled_from([torch.float32] * 6 + [torch.float16, torch.float64, torch.int8]))
    number, prefix = draw(NUMBERS), draw(st.sampled_from(["", "", "", "module.", "x"]))
    fill, lies, at, byte = (draw(st.integers(0, most)) for most in (1, 4, 600, 255))

    def spoil(file: Path) -> None:
        tensors = {f"{prefix}{name}": tensor.clone() for name, tensor in load_file(file).items()}
        some = sorted(tensors)[at % len(tensors)]
        if fill:
            tensors[some].fill_(number)
        else:
            tensors[some].view(-1)[at % tensors[some].numel()] = number
        save_file({name: tensor.to(dtype) for name, tensor in tensors.items()}, file)
        content = bytearray(file.read_bytes())
        if lies == 0:
            content[at % len(content)] = byte
        elif lies == 1:
            content[:8] = struct.pack("<Q", at * 2**52)
        file.write_bytes(content)

    return spoil


@st.composite
def folders(draw: st.DrawFn) -> tuple[str, Callable[[Path], Path]]:
    """A name, and what makes a checkpoint folder of that name in a root."""
    name, kind = draw(NAMES), draw(st.sampled_from(sorted(tiny.CONFIGS)))
    config = draw(values(tiny.CONFIGS[kind].to_json(), KEYS))
    about = draw(values(TRAINING, [*ABOUT, *PARTS]))
    spoils = {
        file: draw(SPOILS) if draw(st.integers(0, 3)) == 0 else None
        for file in ("config.json", "training.json", "model.safetensors", "film.gif", "optimizer.safetensors")
    }
    heavy = draw(st.none() | weights())
    film = draw(st.booleans())

    def make(root: Path) -> Path:
        staged = tiny.write_checkpoint(root, "staged", kind)
        if film:
            (staged / "film.gif").write_bytes(to_gif([np.full((112, 224), grey, np.uint8) for grey in (0, 255)]))
        for file, content in (("config.json", config), ("training.json", about)):
            (staged / file).write_text(json.dumps(content))
        if heavy is not None:
            heavy(staged / "model.safetensors")
        for file, spoil in spoils.items():
            if spoil is not None:
                spoil(staged / file)
        try:
            return staged.rename(root / name)
        except OSError:  # this disk takes no such name
            return staged.rename(root / "named otherwise")

    return name, make


TRAINING: dict[str, Any] = {
    "recipe": "tiny", "digits": "uci", "seconds": 2.5, "threads": 1, "seed": 0, "epochs": 2, "beta": 1.0,
    "corruption": {"kind": "gaussian", "level": 0.5},
    "test": {"squared_error": {"value": 3.5, "unit": "per image", "protocol": "decoded from the code"}},
    "history": [{"epoch": 1, "loss": 9.0, "reconstruction": 7.0, "kl": 2.0, "seconds": 1.0, "images_per_second": 10.0}],
}  # fmt: skip
