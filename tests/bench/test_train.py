import itertools

import pytest
import torch

from bench import train


def test_ratios_are_of_the_same_round_and_an_epoch_is_of_60000(capsys: pytest.CaptureFixture[str]) -> None:
    """The machine is twice as slow in the second round, and three times in the third."""
    clock = itertools.accumulate(
        part for i in (9, 1, 2, 3) for seconds in (0.5 * i, 1.5 * i) for part in (0.0, seconds)
    )
    seconds = train.measure({train.OURS: lambda: None, "other": lambda: None}, 3, lambda: next(clock))
    assert seconds == {train.OURS: [0.5, 1.0, 1.5], "other": [1.5, 3.0, 4.5]}
    train.console.print(train.table(seconds, 1, 15_000))
    ours, other = (line.split("│")[2:5] for line in capsys.readouterr().out.splitlines() if line.startswith("│"))
    assert [float(cell) for cell in ours] == [15.0, 16.67, 1.0]
    assert [float(cell) for cell in other] == [5.0, 50.0, 3.0]


@pytest.mark.needs_mnist
def test_what_is_compared_runs(capsys: pytest.CaptureFixture[str]) -> None:
    train.main(["--rounds", "1", "--images", "500", "--threads", str(torch.get_num_threads())])
    printed = capsys.readouterr().out
    assert all(name in printed for name in (train.OURS, train.TEXTBOOK, train.PRODUCTS, train.PYTHAE))
    assert "saving" in printed
