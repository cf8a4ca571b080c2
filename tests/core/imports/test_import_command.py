"""`python -m vae_core import`: asks nothing, says what it guessed, and leaves a checkpoint like any other."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from rich.console import Console

from tests.core.imports.nets import CASES, pictures, trained
from vae_core import __main__ as cli
from vae_core import checkpoint
from vae_core.commands import imports as commands
from vae_core.imports import limits

Call = Callable[..., str]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command in an empty folder without MNIST, with the net of "two heads"; returns what it said in one line.

    In this process, and so without limits, which see `test_limits`.
    """
    monkeypatch.setattr(limits, "held", lambda *_: nullcontext())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGITS_DIR", raising=False)
    monkeypatch.setattr(commands, "console", Console(width=240))
    monkeypatch.setattr(cli, "complaints", Console(width=240, stderr=True))
    torch.save(trained("two heads").state_dict(), "net.pt")

    def run(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["vae_core", "import", *arguments])
        with pytest.raises(SystemExit) as ended:
            sys.exit(cli.main())
        printed = capsys.readouterr()
        said = re.sub(r"[\s─-╿]+", " ", printed.out + printed.err)
        assert (ended.value.code or 0) == code, said
        assert "Traceback" not in said
        return said

    return run


def test_the_best_guess_becomes_a_checkpoint(call: Call) -> None:
    said = call("net.pt", "--out", "mine")
    for words in ("after hidden layers comes ReLU", "the decoder ends in a sigmoid", "ln sigma^2", "as guessed"):
        assert words in said
    assert "mine on 297 test digits (uci)" in said
    assert [(entry.name, entry.problem) for entry in checkpoint.available(".")] == [("mine", None)]
    model = checkpoint.load("mine")
    x, _ = pictures(CASES["two heads"], 20)
    torch.testing.assert_close(model.encode(x), trained("two heads").heads(x)[0], rtol=1e-5, atol=1e-5)
    assert model.config.layers == "784-64-6-64-784"
    about = checkpoint.load_training("mine")
    assert (about["recipe"], about["digits"], about["imported"]["files"]) == ("imported", "uci", ["net.pt"])
    assert len(about["imported"]["runners_up"]) == 5
    assert about["test"]["squared_error_at_mu"]["value"] > 0


def test_options_stand_in_place_of_guesses(call: Call) -> None:
    options = ("--activation", "leaky_relu:0.2", "--output", "linear", "--input", "signed", "--scale", "sigma")
    call("net.pt", "--out", "mine", *options, "--shape", "1x28x28", "--digits", "uci")
    config = checkpoint.load_config("mine")
    assert (config.output, config.scale, config.shape) == ("linear", "sigma", (1, 28, 28))
    function = config.chain("decoder")[1].to_json()
    assert function == {"type": "activation", "function": "leaky_relu", "slope": 0.2}


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--activation", "swish", "must be one of relu, leaky_relu"),
        ("--activation", "leaky_relu:steep", "after the colon stands a slope"),
        ("--output", "softmax", "must be one of sigmoid, linear"),
        ("--input", "upside-down", "must be one of unit, signed"),
        ("--scale", "variance", "must be one of logvar, log_sigma"),
        ("--shape", "28x28", "as in 1x28x28"),
    ],
)
def test_an_option_that_is_none_is_refused(option: str, text: str, said: str, call: Call) -> None:
    assert said in call("net.pt", "--out", "mine", option, text, code=2)
    assert not Path("mine").exists()


def test_what_is_there_is_kept_unless_it_is_to_be_replaced(call: Call) -> None:
    call("net.pt", "--out", "mine", "--digits", "uci")
    assert "mine is there already" in call("net.pt", "--out", "mine", code=2)
    call("net.pt", "--out", "mine", "--overwrite")


def test_a_file_that_cannot_be_taken_leaves_nothing(call: Call) -> None:
    Path("page.pt").write_text("<html>")
    assert "error: page.pt: it is a page of the web" in call("page.pt", "--out", "mine", code=1)
    assert "cannot be called 'My Net'" in call("net.pt", "--out", "My Net", code=1)
    assert "files of nets end in .pt" in call("net.docx", "--out", "mine", code=1)
    assert not checkpoint.exists("mine")


def test_a_net_that_draws_worse_than_the_mean_picture_is_warned_of(call: Call) -> None:
    torch.manual_seed(0)
    torch.save({name: torch.randn_like(tensor) for name, tensor in trained("two heads").state_dict().items()}, "net.pt")
    said = call("net.pt", "--out", "mine")
    assert "It was trained on other pictures, or its layers do not simply follow each other." in said
    (warning,) = checkpoint.load_training("mine")["imported"]["warnings"]
    assert f"warning: {warning}" in said
