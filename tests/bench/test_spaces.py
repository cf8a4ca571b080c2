"""The README's table of latent spaces is what these checkpoints give."""

import pytest

from bench import readme, spaces
from vae_core.data import Digits

ROWS = {
    cells[0].strip("`"): cells
    for line in readme.README.read_text(encoding="utf-8").splitlines()
    if len(cells := line.strip("| ").split(" | ")) == len(spaces.HEAD) and cells[0] != spaces.HEAD[0]
}


def numbers(cells: list[str]) -> tuple[list[float], list[float]]:
    """The shares in per cent, and the rest."""
    shares = [float(share) for cell in cells if " / " in cell for share in cell.split(" / ")]
    rest = [float(number) for cell in cells if " / " not in cell for number in cell.split(" ± ")]
    return shares, rest


def test_readme_has_a_row_for_each_checkpoint() -> None:
    assert set(spaces.CHECKPOINTS) <= set(ROWS)


@pytest.mark.needs_mnist
@pytest.mark.parametrize("checkpoint", ["ae-30", "vae-30"])
def test_a_row_is_what_is_measured(checkpoint: str, mnist_test: Digits) -> None:
    """Other processors round otherwise: a picture or two may change sides."""
    shares, rest = numbers(spaces.row(checkpoint, mnist_test)[1:])
    shown_shares, shown_rest = numbers(ROWS[checkpoint][1:])
    assert shown_shares == pytest.approx(shares, abs=1)
    assert shown_rest == pytest.approx(rest, abs=0.011)


def test_a_table_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the table"):
        readme.with_table("text", "rain", "| a |")
