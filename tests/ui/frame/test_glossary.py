"""Terms that explain themselves: what is marked, and that each term can be found and read."""

import re

import pytest

from ui.frame.glossary import TERMS, gloss, gloss_rows


def test_a_term_is_marked_where_it_stands_first() -> None:
    assert gloss("KL in nats, KL again", "nat", "kl") == "[KL](#term-kl) in [nats](#term-nat), KL again"
    assert gloss("nothing here", "kl") == "nothing here"
    with pytest.raises(KeyError):
        gloss("KL", "no such term")


def test_a_table_marks_a_term_once_headings_first() -> None:
    rows = [{"": "recall", "z": "1"}, {"": "recall of z", "z": "2"}]
    assert gloss_rows(rows, "recall", "z") == [
        {"": "[recall](#term-recall)", "[z](#term-z)": "1"},
        {"": "recall of z", "[z](#term-z)": "2"},
    ]
    assert gloss_rows([], "z") == []


@pytest.mark.parametrize("key", TERMS)
def test_every_term_finds_itself_and_no_name_of_a_model(key: str) -> None:
    term = TERMS[key]
    assert re.search(term["pattern"], term["name"])
    assert term["words"].endswith(".")
    assert len(term["words"]) <= 230
    # Names of checkpoints hold such words too, and are no place to explain them.
    assert not re.search(term["pattern"], "vae-30-sigma ae-2 dae-gaussian-30 vae-2-beta-10 vae-2-kl-only pca-64")
