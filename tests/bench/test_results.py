"""The README's numbers are those of the shipped checkpoints."""

import json

import pytest

from bench import builds, readme, results
from vae_core.peers import PEERS, Peer


def test_readme_shows_the_tables_of_the_shipped_checkpoints() -> None:
    text = readme.README.read_text(encoding="utf-8")
    for name, table in {"results": results.table(), "builds": builds.table()}.items():
        assert readme.with_table(text, name, table) == text, f"run `python -m bench.{name}`"


@pytest.mark.parametrize("row", range(len(PEERS)))
def test_a_row_quotes_training_json_and_marks_the_better_number(row: int) -> None:
    peer = PEERS[row]
    file = readme.ROOT / "checkpoints" / peer.checkpoint / "training.json"
    test = json.loads(file.read_text(encoding="utf-8"))["test"][peer.metric]
    here = test["value"] * peer.scale
    cell = results.table().splitlines()[2 + row].split(" | ")[2]
    decimals = 4 if here < 1 else 2
    ahead = (here > peer.value) == peer.more_is_better
    assert cell == (f"**{here:.{decimals}f}**" if ahead else f"{here:.{decimals}f}")


@pytest.mark.parametrize(
    ("checkpoint", "metric"),
    [
        ("ae-linear-30", "pca_squared_error"),
        ("dae-gaussian-30", "corrupted_psnr"),
        ("dae-masking-30", "corrupted_psnr"),
    ],
)
def test_what_was_measured_here_for_comparison_is_what_training_recorded(checkpoint: str, metric: str) -> None:
    file = readme.ROOT / "checkpoints" / checkpoint / "training.json"
    measured = json.loads(file.read_text(encoding="utf-8"))["test"][metric]["value"]
    assert round(measured, 2) in {peer.value for peer in PEERS if peer.checkpoint == checkpoint}


def test_which_number_is_better() -> None:
    less = Peer("a", "", "per pixel", 0.05, "b", "c", scale=0.01)
    assert [less.is_behind(4.9), less.is_behind(5.1)] == [True, False]
    more = Peer("a", "", "dB", 18.8, "b", "c", more_is_better=True)
    assert [more.is_behind(18.9), more.is_behind(18.7)] == [True, False]
