import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.checkpoint import CheckpointError, load
from vae_core.models import VariationalAutoencoder
from vae_core.training.fit import new_model

MakeCheckpoint = Callable[..., Path]
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@pytest.mark.parametrize("kind", CONFIGS)
def test_what_is_saved_is_what_is_loaded(kind: str, tmp_path: Path) -> None:
    model = new_model(CONFIGS[kind], 3)
    checkpoint.save(tmp_path / "model", model)
    loaded = load(tmp_path / "model")
    assert type(loaded) is type(model)
    assert loaded.config == model.config
    assert list(loaded.state_dict()) == list(model.state_dict())
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name
    x = torch.rand(2, 1, 28, 28)
    assert torch.equal(loaded.encode(x), model.encode(x))
    assert torch.equal(loaded.decode(loaded.encode(x)), model.decode(model.encode(x)))


def test_a_loaded_model_is_for_looking_and_gives_gradients_wherever_it_was_loaded(
    make_checkpoint: MakeCheckpoint,
) -> None:
    with torch.inference_mode():
        model = load(str(make_checkpoint("vae", "vae-logvar")))
    assert isinstance(model, VariationalAutoencoder)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    z = torch.zeros(1, model.config.latent_dim, requires_grad=True)
    model.decode(z).sum().backward()
    assert z.grad is not None


def test_the_files_are_those_of_the_format(tmp_path: Path) -> None:
    frames = [np.full((112, 224), 17 * grey, np.uint8) for grey in (3, 9)]
    state = {"a.step": torch.tensor(3.0)}
    checkpoint.save(tmp_path / "vae", new_model(CONFIGS["vae-sigma"], 0), {"seed": 4}, frames, state)
    assert {file.name for file in (tmp_path / "vae").iterdir()} == {
        "config.json", "model.safetensors", "training.json", "film.gif", "optimizer.safetensors"
    }  # fmt: skip
    assert json.loads((tmp_path / "vae" / "config.json").read_text()) == {
        "kind": "vae", "latent_dim": 4, "encoder": [6], "decoder": [7], "scale": "sigma", "likelihood": "gaussian",
        "activation": "relu", "output": "sigmoid", "format_version": 1,
    }  # fmt: skip
    assert all(tensor.dtype == torch.float32 for tensor in load_file(tmp_path / "vae" / "model.safetensors").values())
    assert checkpoint.load_training(tmp_path / "vae") == {"seed": 4}
    restored = checkpoint.load_optimizer_state(tmp_path / "vae")
    assert restored is not None
    assert torch.equal(restored["a.step"], state["a.step"])
    np.testing.assert_array_equal(checkpoint.load_frames(tmp_path / "vae"), frames)


def test_what_is_not_saved_is_not_there_and_what_is_may_be_read_by_other_users(make_checkpoint: MakeCheckpoint) -> None:
    """The server need not run as the user who trained."""
    folder = make_checkpoint("ae")
    assert checkpoint.load_optimizer_state(folder) is None
    assert checkpoint.load_frames(folder) == []
    with pytest.raises(CheckpointError, match=r"training\.json is missing"):
        checkpoint.load_training(folder)
    assert {oct(file.stat().st_mode & 0o444) for file in (folder, *folder.iterdir())} == {oct(0o444)}


Spoil = Callable[[Path], object]


def config(lacks: str = "", **changes: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        file = folder / checkpoint.CONFIG_FILE
        values = {**json.loads(file.read_text()), **changes}
        file.write_text(json.dumps({key: value for key, value in values.items() if key != lacks}))

    return spoil


def weights(edit: Callable[[dict[str, torch.Tensor]], object]) -> Spoil:
    def spoil(folder: Path) -> None:
        tensors = load_file(folder / checkpoint.WEIGHTS_FILE)
        edit(tensors)
        save_file(tensors, folder / checkpoint.WEIGHTS_FILE)

    return spoil


def weight(name: str, value: torch.Tensor) -> Spoil:
    return weights(lambda tensors: tensors.update({name: value}))


def content(name: str, text: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(text)


def gone(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def folder_instead(name: str) -> Spoil:
    return lambda folder: ((folder / name).unlink(), (folder / name).mkdir())


FOUR, BIAS, WEIGHTS = torch.zeros(4), "encoder.code.bias", checkpoint.WEIGHTS_FILE
NOT_JSON, NOT_FINITE = "config.json is not JSON", "holds a value that is not finite"
REFUSALS: dict[str, tuple[Spoil, str]] = {
    "no config": (gone("config.json"), "config.json is missing"),
    "no weights": (gone("model.safetensors"), "model.safetensors is missing"),
    "no format": (config(lacks="format_version"), "config.json: ModelConfig lacks the field 'format_version'"),
    "later format": (config(format_version=3), "config.json: ModelConfig.format_version is 3;"),
    "unknown field": (config(depth=2), "config.json: ModelConfig has an unknown field 'depth'"),
    "unknown kind": (config(kind="gan"), "config.json: ModelConfig.kind is 'gan'"),
    "other width": (config(encoder=[9]), f"{WEIGHTS}: 'encoder.code.weight' has the shape [4, 6] instead of [4, 9]"),
    "other kind": (config(kind="vae", scale="logvar"), "model.safetensors lacks the tensor 'encoder.mu.weight'"),
    "fewer layers": (config(decoder=[5]), f"{WEIGHTS} holds a tensor 'decoder.hidden.1.bias' that config.json does"),
    "missing tensor": (weights(lambda t: t.pop(BIAS)), f"model.safetensors lacks the tensor '{BIAS}'"),
    "extra tensor": (weight("decoder.extra", FOUR), "model.safetensors holds a tensor 'decoder.extra'"),
    "wrong shape": (weight(BIAS, torch.zeros(5)), f"{WEIGHTS}: '{BIAS}' has the shape [5] instead of [4]"),
    "wrong type": (weight(BIAS, FOUR.half()), f"model.safetensors: '{BIAS}' is float16 instead of float32"),
    "nan": (weight(BIAS, torch.tensor([0, torch.nan, 0, 0])), f"model.safetensors: '{BIAS}' {NOT_FINITE}"),
    "infinity": (weight(BIAS, torch.tensor([0, 0, 0, -torch.inf])), f"model.safetensors: '{BIAS}' {NOT_FINITE}"),
    "config not json": (content("config.json", b"{'kind': ae"), NOT_JSON),
    "config empty": (content("config.json", b""), NOT_JSON),
    "config binary": (content("config.json", b"\xff\xfe\x00"), NOT_JSON),
    "config a list": (content("config.json", b"[]"), "config.json: ModelConfig must be a JSON object, not list"),
    "config nested deep": (content("config.json", b"[" * 100_000 + b"]" * 100_000), NOT_JSON),
    "config a huge number": (content("config.json", b"9" * 10_000), NOT_JSON),
    "config a folder": (folder_instead("config.json"), "config.json cannot be read"),
    "weights a folder": (folder_instead("model.safetensors"), "model.safetensors cannot be read: it is no file"),
    "weights empty": (content("model.safetensors", b""), "model.safetensors is truncated"),
    "weights a pickle": (
        lambda folder: torch.save({BIAS: FOUR}, folder / WEIGHTS), f"{WEIGHTS} is truncated or no safetensors file"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_names_file_and_field(fault: str, make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae")
    spoil, complaint = REFUSALS[fault]
    spoil(folder)
    with pytest.raises(CheckpointError, match=re.escape(str(folder / complaint))) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    (entry,) = checkpoint.available(folder.parent)
    assert (entry.name, entry.config, entry.problem) == ("ae", None, str(caught.value))


def test_a_folder_that_is_not_there_or_no_folder_is_refused(make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae")
    for path in (folder.parent / "nowhere", folder / "config.json", folder / "config.json" / "deeper"):
        with pytest.raises(CheckpointError, match=f"there is no checkpoint folder {path}"):
            load(path)


@pytest.mark.parametrize("read", [checkpoint.load_training, checkpoint.load_frames, checkpoint.load_optimizer_state])
def test_damage_beside_the_model_is_named_too(read: Callable[[Path], object], make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae")
    for name in (checkpoint.TRAINING_FILE, checkpoint.FILM_FILE, checkpoint.OPTIMIZER_FILE):
        (folder / name).write_bytes(b"GIF89a\x00[1, 2]")
    with pytest.raises(CheckpointError, match=rf"^{folder}/\w+\.\w+ (is|cannot be|must)"):
        read(folder)
    assert load(folder).config == CONFIGS["ae"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("truncated") / "ae"
    checkpoint.save(folder, new_model(CONFIGS["ae"], 0))
    return folder, (folder / checkpoint.WEIGHTS_FILE).read_bytes()


@same_folder
@given(share=st.floats(0, 1, exclude_max=True), head=st.booleans())
def test_weights_cut_anywhere_are_refused(whole: tuple[Path, bytes], share: float, head: bool) -> None:
    folder, content = whole
    (folder / WEIGHTS).write_bytes(content[: int(share * (900 if head else len(content)))])
    with pytest.raises(CheckpointError, match=r"model\.safetensors is truncated or no safetensors file"):
        load(folder)


@same_folder
@given(
    flips=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), min_size=1, max_size=4),
    tail=st.binary(max_size=9),
)
def test_whatever_the_bytes_of_the_weights_only_a_checkpoint_error_comes_out(
    whole: tuple[Path, bytes], flips: list[tuple[int, int]], tail: bytes
) -> None:
    folder, content = whole
    damaged = bytearray(content + tail)
    for position, value in flips:
        damaged[position] = value
    (folder / checkpoint.WEIGHTS_FILE).write_bytes(damaged)
    try:
        model = load(folder)
    except CheckpointError as error:
        assert "model.safetensors" in str(error)  # noqa: PT017
    else:
        assert model.config == CONFIGS["ae"]


@pytest.mark.parametrize("dtype", ["F64", "F16", "BF16", "I8", "BOOL", "F8_E4M3", "U16", "F4", "C64", "F99"])
def test_any_type_but_float32_is_refused(dtype: str, whole: tuple[Path, bytes]) -> None:
    folder, content = whole
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    for entry in header.values():
        if isinstance(entry, dict) and "dtype" in entry:
            entry["dtype"] = dtype
    text = json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        load(folder)


WRAPPED = "a model in torch.{}: all names begin with '{}'; save them again without it"
PRECISE = "is {} instead of float32; save the weights again after model.float()"


@pytest.mark.parametrize("kind", ["ae", "vae-sigma", "linear"])
@pytest.mark.parametrize(
    ("prefix", "dtype", "words"),
    [
        ("module.", torch.float32, WRAPPED.format("nn.DataParallel", "module.")),
        ("_orig_mod.", torch.float32, WRAPPED.format("compile", "_orig_mod.")),
        *(("", getattr(torch, name), PRECISE.format(name)) for name in ("float16", "bfloat16", "float64")),
    ],
)
def test_weights_say_how_they_can_be_mended(
    prefix: str, dtype: torch.dtype, words: str, kind: str, make_checkpoint: MakeCheckpoint
) -> None:
    file = make_checkpoint("model", kind) / WEIGHTS
    save_file({f"{prefix}{name}": tensor.to(dtype) for name, tensor in load_file(file).items()}, file)
    with pytest.raises(CheckpointError, match=re.escape(words)):
        load(file.parent)


def test_a_training_is_recorded_anew_and_nothing_else_changes(make_checkpoint: MakeCheckpoint) -> None:
    folder = make_checkpoint("ae", training={"seed": 1})
    (folder / "notes").write_text("mine")
    before = {file.name: (file.stat().st_ino, file.read_bytes()) for file in folder.iterdir()}
    checkpoint.save_training(folder, {"seed": 2})
    assert checkpoint.load_training(folder) == {"seed": 2}
    after = {file.name: (file.stat().st_ino, file.read_bytes()) for file in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"training.json"}
    assert before.keys() == after.keys()
    with pytest.raises(CheckpointError, match=r"training\.json cannot be written"):
        checkpoint.save_training(folder, {"seed": float("nan")})
    assert checkpoint.load_training(folder) == {"seed": 2}


@pytest.mark.parametrize("kind", ["vae-logvar", "vae-sigma", "ae"])
@pytest.mark.parametrize("huge", [200.0, 1e20, 3e38])
def test_finite_weights_that_give_no_finite_codes_are_a_problem(
    kind: str, huge: float, make_checkpoint: MakeCheckpoint
) -> None:
    folder = make_checkpoint("model", kind)
    head = "encoder.code.bias" if kind == "ae" else "encoder.scale.bias"
    weights(lambda tensors: tensors[head].fill_(huge))(folder)
    (entry,) = checkpoint.available(folder.parent)
    if kind == "vae-logvar" or huge > 200:
        assert re.search(r"model\.safetensors.*not finite, or beyond 1e\+15", str(entry.problem))
    else:
        assert entry.problem is None
