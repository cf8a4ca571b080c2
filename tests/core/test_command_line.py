from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.tiny import CONFIGS, write_checkpoint
from vae_core import __main__ as cli
from vae_core import checkpoint, commands
from vae_core.recipes import RECIPES


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that was printed, as one line without the boxes around it."""
        return re.sub(r"[\s─-╿]+", " ", self.out + self.err)


CommandLine = Callable[..., Result]


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`python -m vae_core ...` in an empty folder, without the seconds of a new interpreter."""
    monkeypatch.chdir(tmp_path)
    # What is under test here is that a folder named on the command line is looked at, not what comes after it.
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    for module in (cli, commands):
        monkeypatch.setattr(module, "console", Console(width=240))
        monkeypatch.setattr(module, "complaints", Console(width=240, stderr=True))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def call(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["vae_core", *map(str, arguments)])
        code: Any = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code or 0
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Result(code, printed.out, printed.err)

    return call


def history(folder: Path) -> list[dict[str, Any]]:
    return list(checkpoint.load_training(folder)["history"])


def test_recipes_lists_all_with_what_they_are(command_line: CommandLine) -> None:
    result = command_line("recipes")
    assert result.code == 0
    for recipe in RECIPES.values():
        assert recipe.name in result.out
        assert recipe.summary in result.said
    assert "784-512-256-16-256-512-784" in result.out


def test_what_make_asks_the_command_line_is_understood(command_line: CommandLine, repository: Path) -> None:
    """A loop over names in a Makefile ends quietly where the names do not come."""
    asked = re.findall(r"-m vae_core (recipes[ \w-]*)", (repository / "Makefile").read_text())
    assert asked
    for arguments in asked:
        result = command_line(*arguments.split())
        assert result.code == 0, result.said
        assert result.out.split() == list(RECIPES)


@pytest.mark.parametrize("arguments", [(), ("train",), ("pca",), ("evaluate",), ("recipes",)])
def test_help(arguments: tuple[str, ...], command_line: CommandLine) -> None:
    result = command_line(*arguments, "--help")
    assert result.code == 0
    assert "Usage: python -m vae_core" in result.said


def test_train_saves_a_checkpoint_and_shows_how_good_it_is(command_line: CommandLine, tmp_path: Path) -> None:
    result = command_line("train", "vae-2", "--digits", "uci", "--epochs", "1", "--seed", "7")
    folder = tmp_path / "checkpoints" / "vae-2"
    assert result.code == 0
    assert "297 test digits (uci)" in result.said
    assert "squared_error_plus_kl" in result.out
    assert "saved in checkpoints/vae-2" in result.said
    assert checkpoint.load_config(folder) == RECIPES["vae-2"].model
    about = checkpoint.load_training(folder)
    assert (about["epochs"], about["seed"], len(about["history"])) == (1, 7, 1)
    assert f"{about['test']['kl']['value']:.2f}" in result.out


def test_train_on_a_corruption(command_line: CommandLine, tmp_path: Path) -> None:
    corruption = ("--corruption", "masking", "--level", "0.25")
    result = command_line("train", "vae-2", "--digits", "uci", "--epochs", "1", *corruption, "--out", "dvae")
    assert result.code == 0
    assert "denoised_psnr" in result.out
    assert "masking 0.25" in result.said
    assert checkpoint.load_training(tmp_path / "dvae")["corruption"] == {"kind": "masking", "level": 0.25}


def test_pca_becomes_a_checkpoint(command_line: CommandLine, tmp_path: Path) -> None:
    pca = ("pca", "5", "--digits", "uci")
    result = command_line(*pca)
    assert result.code == 0
    assert "saved in checkpoints/pca-5" in result.said
    folder = tmp_path / "checkpoints" / "pca-5"
    about = checkpoint.load_training(folder)
    assert (about["recipe"], about["digits"], about["training_digits"]) == ("pca-5", "uci", 1500)
    assert checkpoint.load(folder).config.latent_dim == 5
    assert command_line(*pca).code == 2
    assert command_line(*pca, "--overwrite").code == 0
    line = json.loads(command_line("evaluate", "pca-5", "--digits", "uci", "--json").out)
    assert line["squared_error"] == pytest.approx(about["test"]["squared_error"]["value"], rel=1e-4)
    assert line["squared_error"] == pytest.approx(line["pca_squared_error"], rel=1e-4)


def test_a_checkpoint_that_is_there_is_kept_unless_told(command_line: CommandLine, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, "mine")
    train = ("train", "ae-2", "--digits", "uci", "--epochs", "1", "--out", folder)
    refused = command_line(*train)
    assert refused.code == 2
    assert "--resume goes on with it" in refused.said
    assert "--overwrite replaces it" in refused.said
    assert checkpoint.load_config(folder) == CONFIGS["ae"]
    assert command_line(*train, "--overwrite").code == 0
    assert checkpoint.load_config(folder) == RECIPES["ae-2"].model
    finished = command_line(*train, "--resume")
    assert finished.code == 1
    assert "is finished" in finished.said


def test_a_checkpoint_between_two_renames_is_there_too(command_line: CommandLine, tmp_path: Path) -> None:
    write_checkpoint(tmp_path, "mine").rename(tmp_path / ".mine.old")
    refused = command_line("train", "ae-2", "--digits", "uci", "--epochs", "1", "--out", tmp_path / "mine")
    assert refused.code == 2
    assert checkpoint.load_config(tmp_path / "mine") == CONFIGS["ae"]
    assert command_line("evaluate", tmp_path / "mine", "--digits", "uci").code == 0


@pytest.mark.parametrize("out", [".", "..", "file/inside"])
def test_a_place_that_cannot_hold_a_checkpoint_is_one_sentence(out: str, command_line: CommandLine) -> None:
    Path("file").write_text("")
    result = command_line("train", "ae-2", "--digits", "uci", "--epochs", "1", "--overwrite", "--out", out)
    assert result.code == 1
    assert "cannot be written" in result.said
    assert Path("file").is_file()


def test_ctrl_c_keeps_the_last_whole_epoch_and_resume_goes_on(
    command_line: CommandLine, repository: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    arguments = ["train", "vae-2", "--digits", "uci", "--epochs", "15", "--out", str(folder), "--threads", "1"]
    environment = {**os.environ, "PYTHONPATH": str(repository), "COLUMNS": "300"}
    # A shell's background jobs ignore SIGINT and hand that on to their children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "vae_core", *arguments],
            cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        deadline = time.monotonic() + 60
        while not folder.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    done = len(history(folder))
    assert 1 <= done < 15
    assert f"epoch {done} is saved in {folder}; go on with --resume" in err
    checkpoint.load(folder)
    assert command_line(*arguments, "--resume").code == 0
    assert [entry["epoch"] for entry in history(folder)] == list(range(1, 16))
    assert len(checkpoint.load_frames(folder)) == 15
    assert sorted(file.name for file in tmp_path.iterdir()) == ["run"]


def test_ctrl_c_before_the_first_epoch_says_that_nothing_was_saved(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "save", interrupted)
    result = command_line("train", "ae-2", "--digits", "uci", "--epochs", "2")
    assert result.code == 130
    assert "nothing was saved" in result.said


def test_evaluate_shows_each_number_with_its_protocol(command_line: CommandLine, tmp_path: Path) -> None:
    folders = [write_checkpoint(tmp_path / "checkpoints", name, name) for name in ("ae", "vae-logvar", "linear")]
    result = command_line("evaluate", "ae", "vae-logvar", folders[2], "--digits", "uci")
    assert result.code == 0
    assert "297 test digits (uci)" in result.said
    for said in ("one sample of z, seed 0", "pca_squared_error", "against N(0, I)", "linear"):
        assert said in result.said


def test_evaluate_json_is_one_object_a_line(command_line: CommandLine, tmp_path: Path) -> None:
    for name in ("ae", "bernoulli"):
        write_checkpoint(tmp_path / "checkpoints", name, name)
    result = command_line("evaluate", "ae", "bernoulli", "--digits", "uci", "--json")
    assert result.code == 0
    first, second = (json.loads(line) for line in result.out.splitlines())
    assert (first["checkpoint"], second["checkpoint"]) == ("ae", "bernoulli")
    assert (first["digits"], first["count"]) == ("uci", 297)
    assert isinstance(first["squared_error"], float)
    assert second["bce_plus_kl"] == pytest.approx(second["bce"] + second["kl"])
    assert "seed 0" in second["protocols"]["bce_plus_kl"]


def test_evaluate_records_its_numbers_and_touches_nothing_else(command_line: CommandLine, tmp_path: Path) -> None:
    old = {"squared_error": {"value": 1, "unit": "per image", "protocol": "another"}}
    about = {"digits": "uci", "seed": 7, "test": old, "history": []}
    folder = write_checkpoint(tmp_path / "checkpoints", "mine", training=about)
    (folder / "notes.txt").write_text("mine")
    others = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != checkpoint.TRAINING_FILE}
    line = json.loads(command_line("evaluate", "mine", "--digits", "uci", "--json", "--record").out)
    found = checkpoint.load_training(folder)
    assert found["test"]["squared_error"]["value"] == pytest.approx(line["squared_error"], abs=1e-4)
    assert found | {"test": old} == about
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name in others} == others
    assert len(list(folder.iterdir())) == len(others) + 1


def test_numbers_on_other_digits_are_not_recorded(command_line: CommandLine, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "checkpoints", "mine", training={"digits": "mnist", "history": []})
    result = command_line("evaluate", "mine", "--digits", "uci", "--record")
    assert result.code == 1
    assert "mine was trained on mnist: numbers on uci are not recorded" in result.said
    assert "test" not in checkpoint.load_training(folder)


def test_evaluate_measures_denoising_against_the_corruption_of_the_training(
    command_line: CommandLine, tmp_path: Path
) -> None:
    corruption = {"kind": "masking", "level": 0.25}
    write_checkpoint(tmp_path / "checkpoints", "dae", training={"corruption": corruption, "history": []})
    line = json.loads(command_line("evaluate", "dae", "--digits", "uci", "--json").out)
    assert "masking 0.25" in line["protocols"]["denoised_psnr"]
    assert line["denoised_psnr"] != line["corrupted_psnr"]


def test_two_checkpoints_of_one_name_are_both_shown(command_line: CommandLine, tmp_path: Path) -> None:
    for place, kind in (("first", "ae"), ("second", "vae-logvar")):
        write_checkpoint(tmp_path / place, "mine", kind)
    result = command_line("evaluate", "first/mine", "second/mine", "--digits", "uci")
    assert "decoded from the code" in result.said
    assert "against N(0, I)" in result.said


def test_a_checkpoint_may_be_evaluated_from_within(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_checkpoint(tmp_path, "mine"))
    assert json.loads(command_line("evaluate", ".", "--digits", "uci", "--json").out)["checkpoint"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (("train", "vae30"), "there is no recipe 'vae30': did you mean 'vae-30'?"),
        (("evaluate", "tinny"), "there is no checkpoint 'tinny': did you mean 'tiny'?"),
        (("evaluate", "checkpoints/tinny"), "there is no checkpoint 'checkpoints/tinny': did you mean 'tiny'?"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(
    arguments: tuple[str, ...], suggestion: str, command_line: CommandLine, tmp_path: Path
) -> None:
    write_checkpoint(tmp_path / "checkpoints", "tiny")
    result = command_line(*arguments)
    assert result.code == 1
    assert suggestion in result.said


def test_a_mistyped_command_is_answered_with_the_nearest(command_line: CommandLine) -> None:
    result = command_line("trian", "vae-30")
    assert result.code == 2
    assert "Did you mean 'train'?" in result.said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "ae-2", "--digits", "mnst"), "there is no set of digits 'mnst': did you mean 'mnist'?"),
        (("train", "ae-2", "--digits", "uci", "--epochs", "0"), "TrainingConfig.epochs is 0"),
        (("train", "ae-2", "--digits", "uci", "--seed", "-1"), "TrainingConfig.seed is -1"),
        (("train", "ae-2", "--corruption", "blur", "--level", "0.5"), "CorruptionConfig.kind is 'blur'"),
        (("train", "ae-2", "--corruption", "box", "--level", "1.5"), "CorruptionConfig.level is 1.5"),
        (("train", "ae-2", "--corruption", "box"), "--corruption and --level belong together"),
        (("train", "ae-2", "--level", "0.5"), "--corruption and --level belong together"),
        (("pca", "785", "--digits", "uci"), "ModelConfig.latent_dim is 785; it must be 1 to 784"),
        (("pca", "5", "--data-dir", "nowhere"), "expected the folder nowhere/MNIST/raw"),
        (("train", "ae-2", "--digits", "uci", "--resume"), "there is no checkpoint folder checkpoints/ae-2"),
        (("train", "ae-2", "--data-dir", "nowhere"), "expected the folder nowhere/MNIST/raw"),
        (("evaluate", "checkpoints/tiny", "--data-dir", "nowhere"), "there is no MNIST: expected the folder nowhere"),
        (("evaluate", "checkpoints/broken", "--digits", "uci"), "broken/model.safetensors is missing"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence(
    arguments: tuple[str, ...], said: str, command_line: CommandLine, tmp_path: Path
) -> None:
    write_checkpoint(tmp_path / "checkpoints", "tiny")
    (write_checkpoint(tmp_path / "checkpoints", "broken") / "model.safetensors").unlink()
    result = command_line(*arguments)
    assert result.code == 1
    assert said in result.said
    assert len(result.err.strip().splitlines()) == 1
    assert result.err.startswith("error: ")


def test_missing_mnist_is_said_where_the_environment_names_its_folder(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "empty"))
    ended = command_line("train", "vae-30")
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith(f"error: there is no MNIST: expected the folder {tmp_path / 'empty'}")
    assert not (tmp_path / "checkpoints").exists()
