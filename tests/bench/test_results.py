"""The README's numbers are those of the shipped checkpoints."""

import json

from bench import results
from vae_core.recipes import RECIPES


def test_readme_shows_the_table_of_the_shipped_checkpoints() -> None:
    text = results.README.read_text(encoding="utf-8")
    assert results.with_table(text) == text, "run `python -m bench.results`"


def test_every_row_quotes_training_json_to_two_decimals() -> None:
    lines = results.table().splitlines()[2:]
    assert len(lines) == len(results.ROWS)
    for line, row in zip(lines, results.ROWS, strict=True):
        file = results.ROOT / "checkpoints" / row.checkpoint / "training.json"
        about = json.loads(file.read_text(encoding="utf-8"))
        assert f"**{about['test'][row.metric]['value']:.2f}**" in line
        assert row.checkpoint in RECIPES
