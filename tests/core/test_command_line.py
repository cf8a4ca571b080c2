import itertools
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import safetensors.numpy
from rich.console import Console

from tests.any_picture import SETS, write_sets
from tests.tiny import CONFIGS, write_checkpoint
from vae_core import __main__ as cli
from vae_core import checkpoint
from vae_core.commands import checkpoints as commands
from vae_core.commands import runs as run_commands
from vae_core.recipes import RECIPES
from vae_core.training import fit
from vae_core.training.folder import epochs_done, read_plan


@dataclass
class Printed:
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that was printed, as one line without the boxes around it."""
        return re.sub(r"[\s─-╿]+", " ", self.out + self.err)


CommandLine = Callable[..., Printed]


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`python -m vae_core ...` in an empty folder, without the seconds of a new interpreter; `code` is its status."""
    monkeypatch.chdir(tmp_path)
    # What is under test here is that a folder named on the command line is looked at, not what comes after it.
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    for module in (cli, commands, run_commands):
        monkeypatch.setattr(module, "console", Console(width=240))
        monkeypatch.setattr(module, "complaints", Console(width=240, stderr=True), raising=False)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def call(*arguments: str | Path, code: int = 0) -> Printed:
        monkeypatch.setattr(sys, "argv", ["vae_core", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            sys.exit(cli.main())
        printed = Printed(*capsys.readouterr())
        assert (ended.value.code or 0) == code, printed.said
        assert "Traceback" not in printed.said
        return printed

    return call


def trained(command_line: CommandLine, *more: str | Path, epochs: int = 1, code: int = 0) -> Printed:
    """`train` with the arguments `more`, on the digits that are there, for as long as a test can wait."""
    return command_line("train", *more, "--digits", "uci", "--epochs", str(epochs), code=code)


def evaluated(command_line: CommandLine, *arguments: str | Path) -> list[dict[str, Any]]:
    """What `evaluate` says as JSON of each checkpoint."""
    said = command_line("evaluate", *arguments, "--digits", "uci", "--json").out
    return [json.loads(line) for line in said.splitlines()]


def history(folder: Path) -> list[dict[str, Any]]:
    return list(checkpoint.load_training(folder)["history"])


def test_recipes_lists_all_with_what_they_are(command_line: CommandLine) -> None:
    result = command_line("recipes")
    for recipe in RECIPES.values():
        assert recipe.name in result.out
        assert recipe.summary in result.said
    assert "784-512-256-16-256-512-784" in result.out


def test_what_make_asks_the_command_line_is_understood(repository: Path) -> None:
    """A loop over names in a Makefile ends quietly where the names do not come."""
    asked = re.findall(r"-m vae_core (recipes[ \w-]*)", (repository / "Makefile").read_text())
    assert asked
    for arguments in asked:
        command = [sys.executable, "-m", "vae_core", *arguments.split()]
        assert subprocess.check_output(command, cwd=repository, text=True).split() == list(RECIPES)


def test_every_command_has_help_and_a_mistyped_one_is_answered_with_the_nearest(command_line: CommandLine) -> None:
    for arguments in ((), ("train",), ("pca",), ("evaluate",), ("recipes",)):
        assert "Usage: python -m vae_core" in command_line(*arguments, "--help").said
    assert "Did you mean 'train'?" in command_line("trian", "vae-30", code=2).said


def test_train_saves_a_checkpoint_and_shows_how_good_it_is(command_line: CommandLine, tmp_path: Path) -> None:
    result = trained(command_line, "vae-2", "--seed", "7", "--corruption", "masking", "--level", "0.25")
    folder = tmp_path / "checkpoints" / "vae-2"
    assert "297 test digits (uci)" in result.said
    assert "squared_error_plus_kl" in result.out
    assert "saved in checkpoints/vae-2" in result.said
    assert checkpoint.load_config(folder) == RECIPES["vae-2"].model
    about = checkpoint.load_training(folder)
    assert (about["epochs"], about["seed"], len(about["history"])) == (1, 7, 1)
    assert f"{about['test']['kl']['value']:.2f}" in result.out
    assert "denoised_psnr" in result.out
    assert "masking 0.25" in result.said
    assert about["corruption"] == {"kind": "masking", "level": 0.25}


def test_pca_becomes_a_checkpoint(command_line: CommandLine, tmp_path: Path) -> None:
    pca = ("pca", "5", "--digits", "uci")
    assert "saved in checkpoints/pca-5" in command_line(*pca).said
    folder = tmp_path / "checkpoints" / "pca-5"
    about = checkpoint.load_training(folder)
    assert (about["recipe"], about["digits"], about["training_digits"]) == ("pca-5", "uci", 1500)
    assert checkpoint.load(folder).config.latent_dim == 5
    command_line(*pca, code=2)
    command_line(*pca, "--overwrite")
    (line,) = evaluated(command_line, "pca-5")
    assert line["squared_error"] == pytest.approx(about["test"]["squared_error"]["value"], rel=1e-4)
    assert line["squared_error"] == pytest.approx(line["pca_squared_error"], rel=1e-4)


def test_a_checkpoint_that_is_there_is_kept_unless_told(command_line: CommandLine, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, "mine")
    refused = trained(command_line, "ae-2", "--out", folder, code=2)
    assert "--resume goes on with it" in refused.said
    assert "--overwrite replaces it" in refused.said
    assert checkpoint.load_config(folder) == CONFIGS["ae"]
    trained(command_line, "ae-2", "--out", folder, "--overwrite")
    assert checkpoint.load_config(folder) == RECIPES["ae-2"].model
    finished = trained(command_line, "ae-2", "--out", folder, "--resume", code=1)
    assert "is finished" in finished.said


def test_a_checkpoint_between_two_renames_is_there_too(command_line: CommandLine, tmp_path: Path) -> None:
    write_checkpoint(tmp_path, "mine").rename(tmp_path / ".mine.old")
    trained(command_line, "ae-2", "--out", tmp_path / "mine", code=2)
    assert checkpoint.load_config(tmp_path / "mine") == CONFIGS["ae"]
    command_line("evaluate", tmp_path / "mine", "--digits", "uci")


@pytest.mark.parametrize("out", [".", "..", "file/inside"])
def test_a_place_that_cannot_hold_a_checkpoint_is_one_sentence(out: str, command_line: CommandLine) -> None:
    Path("file").write_text("")
    assert "cannot be written" in trained(command_line, "ae-2", "--overwrite", "--out", out, code=1).said
    assert Path("file").is_file()


def test_ctrl_c_keeps_the_last_whole_epoch_and_resume_goes_on(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signal itself, in the middle of the third epoch; a shell's background jobs are deaf to it."""
    folder = tmp_path / "run"
    steps, step = itertools.count(), fit.objective_parts

    def interrupted(*arguments: Any) -> Any:
        if folder.exists() and len(history(folder)) == 2 and next(steps) == 1:
            signal.raise_signal(signal.SIGINT)
        return step(*arguments)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(fit, "objective_parts", interrupted)
            stopped = trained(command_line, "vae-2", "--out", folder, epochs=4, code=130)
    finally:
        signal.signal(signal.SIGINT, before)
    assert f"epoch 2 is saved in {folder}; go on with --resume" in stopped.said
    assert len(history(folder)) == 2
    checkpoint.load(folder)
    trained(command_line, "vae-2", "--out", folder, "--resume", epochs=4)
    assert [entry["epoch"] for entry in history(folder)] == [1, 2, 3, 4]
    assert len(checkpoint.load_frames(folder)) == 4
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_ctrl_c_before_the_first_epoch_says_that_nothing_was_saved(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "save", Mock(side_effect=KeyboardInterrupt))
    assert "nothing was saved" in trained(command_line, "ae-2", code=130).said


def test_a_recipe_becomes_a_run_that_goes_on_by_itself(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, step = tmp_path / "runs" / "mine", fit.objective_parts

    def interrupted(*arguments: Any) -> Any:
        if epochs_done(folder) == 1:
            signal.raise_signal(signal.SIGTERM)
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(fit, "objective_parts", interrupted)
        paused = trained(command_line, "vae-2", "--run-dir", folder, "--leave-out", "7,3", epochs=3)
    assert f"paused: epoch 1 is saved in {folder}; go on with `train --run-dir {folder}`" in paused.said
    plan = read_plan(folder)
    assert (plan.name, plan.recipe, plan.digits, plan.leave_out) == ("mine", "vae-2", "uci", (3, 7))
    assert plan.training.epochs == 3
    assert f"stopped: epoch 1 is saved in {folder}" in command_line("finish", folder).said
    assert "is finished: there is nothing to go on with" in command_line("train", "--run-dir", folder, code=1).err
    other = trained(command_line, "vae-2", "--run-dir", folder, epochs=2, code=1)
    assert "holds a run with other settings" in other.err
    assert len(history(folder)) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train",), "it takes a RECIPE, or --run-dir"),
        (("train", "ae-2", "--run-dir", "a", "--out", "b"), "--out means nothing with --run-dir"),
        (("train", "ae-2", "--run-dir", "a", "--overwrite"), "--overwrite means nothing with --run-dir"),
        (("train", "--run-dir", "a", "--epochs", "3"), "--epochs means nothing with --run-dir, whose run.json says it"),
        (("train", "--run-dir", "a", "--leave-out", "3"), "--leave-out means nothing with --run-dir"),
        (("train", "ae-2", "--leave-out", "x"), "--leave-out is 'x'; it must be classes, as in 3,7"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    arguments: tuple[str, ...], said: str, command_line: CommandLine, tmp_path: Path
) -> None:
    assert said in command_line(*arguments, code=2).said
    assert not list(tmp_path.iterdir())


def test_classes_are_left_out_of_a_plain_training_too(command_line: CommandLine, tmp_path: Path) -> None:
    trained(command_line, "ae-2", "--leave-out", "0")
    about = checkpoint.load_training(tmp_path / "checkpoints" / "ae-2")
    assert about["leave_out"] == [0]
    assert about["training_digits"] < 1400


def test_evaluate_shows_each_number_with_its_protocol_or_is_one_object_a_line(
    command_line: CommandLine, tmp_path: Path
) -> None:
    kinds = ("ae", "vae-logvar", "bernoulli", "linear")
    *_, linear = (write_checkpoint(tmp_path / "checkpoints", name, name) for name in kinds)
    result = command_line("evaluate", "ae", "vae-logvar", linear, "--digits", "uci")
    for said in ("297 test digits (uci)", "one sample of z, seed 0", "pca_squared_error", "against N(0, I)", "linear"):
        assert said in result.said
    first, second = evaluated(command_line, "ae", "bernoulli")
    assert (first["checkpoint"], second["checkpoint"]) == ("ae", "bernoulli")
    assert (first["digits"], first["count"]) == ("uci", 297)
    assert isinstance(first["squared_error"], float)
    assert second["bce_plus_kl"] == pytest.approx(second["bce"] + second["kl"])
    assert "seed 0" in second["protocols"]["bce_plus_kl"]


def test_evaluate_says_which_known_faults_show(command_line: CommandLine, tmp_path: Path, repository: Path) -> None:
    """Of a model that has one, of one that has none, and of too few pictures to tell."""
    names = ("vae-2-kl-only", "ae-2")
    paths = [repository / "checkpoints" / name for name in names]
    faulty, well = evaluated(command_line, *paths)
    (finding,) = faulty["findings"]
    assert finding["fault"] == "collapsed"
    assert well["findings"] == []
    said = command_line("evaluate", *paths, "--digits", "uci").said
    assert f"check-up: {finding['words']} {finding['advice']}" in said
    assert "check-up: None of the known faults shows." in said
    few = {"images": np.zeros((12, 28, 28), np.uint8), "labels": np.arange(12) % 10}
    safetensors.numpy.save_file(few, tmp_path / "few.safetensors")
    told = command_line("evaluate", paths[1], "--digits", "few", "--data-dir", tmp_path)
    assert "check-up: There are too few pictures to tell faults." in told.said


def test_evaluate_records_its_numbers_and_touches_nothing_else(command_line: CommandLine, tmp_path: Path) -> None:
    old = {"squared_error": {"value": 1, "unit": "per image", "protocol": "another"}}
    about = {"digits": "uci", "seed": 7, "test": old, "history": []}
    folder = write_checkpoint(tmp_path / "checkpoints", "mine", training=about)
    (folder / "notes.txt").write_text("mine")
    others = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != checkpoint.TRAINING_FILE}
    (line,) = evaluated(command_line, "mine", "--record")
    found = checkpoint.load_training(folder)
    assert found["test"]["squared_error"]["value"] == pytest.approx(line["squared_error"], abs=1e-4)
    assert found | {"test": old} == about
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name in others} == others
    assert len(list(folder.iterdir())) == len(others) + 1


def test_numbers_on_other_digits_are_not_recorded(command_line: CommandLine, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "checkpoints", "mine", training={"digits": "mnist", "history": []})
    said = command_line("evaluate", "mine", "--digits", "uci", "--record", code=1).said
    assert "mine was trained on mnist: numbers on uci are not recorded" in said
    assert "test" not in checkpoint.load_training(folder)


def test_evaluate_measures_denoising_on_the_training_s_corruption(command_line: CommandLine, tmp_path: Path) -> None:
    corruption = {"kind": "masking", "level": 0.25}
    write_checkpoint(tmp_path / "checkpoints", "dae", training={"corruption": corruption, "history": []})
    (line,) = evaluated(command_line, "dae")
    assert "masking 0.25" in line["protocols"]["denoised_psnr"]
    assert line["denoised_psnr"] != line["corrupted_psnr"]


def test_two_checkpoints_of_one_name_are_both_shown(command_line: CommandLine, tmp_path: Path) -> None:
    for place, kind in (("first", "ae"), ("second", "vae-logvar")):
        write_checkpoint(tmp_path / place, "mine", kind)
    said = command_line("evaluate", "first/mine", "second/mine", "--digits", "uci").said
    assert all(protocol in said for protocol in ("decoded from the code", "against N(0, I)"))


def test_a_checkpoint_may_be_evaluated_from_within(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_checkpoint(tmp_path, "mine"))
    assert evaluated(command_line, ".")[0]["checkpoint"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "vae30"), "there is no recipe 'vae30': did you mean 'vae-30'?"),
        (("evaluate", "tinny"), "there is no checkpoint 'tinny': did you mean 'tiny'?"),
        (("evaluate", "checkpoints/tinny"), "there is no checkpoint 'checkpoints/tinny': did you mean 'tiny'?"),
        (("train", "ae-2", "--digits", "mnst"), "there is no set of digits 'mnst': did you mean 'mnist'?"),
        (("train", "ae-2", "--digits", "uci", "--epochs", "0"), "TrainingConfig.epochs is 0"),
        (("train", "ae-2", "--digits", "uci", "--seed", "-1"), "TrainingConfig.seed is -1"),
        (("train", "ae-2", "--corruption", "blur", "--level", "0.5"), "CorruptionConfig.kind is 'blur'"),
        (("train", "ae-2", "--corruption", "box", "--level", "1.5"), "CorruptionConfig.level is 1.5"),
        (("train", "ae-2", "--corruption", "box"), "--corruption and --level belong together"),
        (("train", "ae-2", "--level", "0.5"), "--corruption and --level belong together"),
        (("train", "ae-2", "--leave-out", "10"), "Plan.leave_out is [10]"),
        (("train", "ae-2", "--run-dir", "A run"), "Plan.name is 'A run'"),
        (("train", "ae-2", "--digits", "uci", "--device", "tpu"), "there is no device 'tpu'"),
        (("train", "--run-dir", "nowhere"), "nowhere is no folder of a run: run.json is missing"),
        (("finish", "checkpoints/tiny"), "checkpoints/tiny is no folder of a run"),
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
    result = command_line(*arguments, code=1)
    assert said in result.said
    assert len(result.err.strip().splitlines()) == 1
    assert result.err.startswith("error: ")


def test_missing_mnist_is_said_where_the_environment_names_its_folder(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_DIR", str(tmp_path / "empty"))
    ended = command_line("train", "vae-30", code=1)
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith(f"error: there is no MNIST: expected the folder {tmp_path / 'empty'}")
    assert not (tmp_path / "checkpoints").exists()


def test_a_set_of_ones_own_is_trained_on_and_measured(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sets(tmp_path / "data")
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    for name, shape in SETS.items():
        command_line("train", "vae-2", "--digits", name, "--epochs", "1", "--out", f"mine-{name}")
        assert checkpoint.load(tmp_path / f"mine-{name}").config.shape == shape
        assert checkpoint.load_training(tmp_path / f"mine-{name}")["training_digits"] == 200
        (line,) = command_line("evaluate", f"mine-{name}", "--digits", name, "--json").out.splitlines()
        assert (json.loads(line)["digits"], json.loads(line)["count"]) == (name, 40)
        said = command_line("evaluate", f"mine-{name}", "--digits", "uci", code=1).said
        own = " x ".join(map(str, shape))
        assert f"mine-{name} takes pictures of {own}, and those of uci are of 1 x 28 x 28" in said
