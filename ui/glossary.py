"""Terms that explain themselves where they first stand on a page: `ui/web/terms.json`, shown by `ui/web/glosses.js`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

TERMS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "web" / "terms.json").read_text("utf-8"))


def gloss(markdown: str, *keys: str) -> str:
    """The same Markdown with links that explain a term, each where it stands first: "KL" -> "[KL](#term-kl)".

    Args:
        markdown: of a page; a term that does not stand in it stays away.
        keys: of `TERMS`.

    Raises:
        KeyError: there is no such term.
    """
    for key in keys:
        markdown = re.sub(TERMS[key]["pattern"], rf"[\g<0>](#term-{key})", markdown, count=1)
    return markdown


def gloss_rows(rows: Sequence[Mapping[str, str]], *keys: str) -> list[dict[str, str]]:
    """A table of Markdown with each term explained in the first cell that has it; see `gloss`."""
    left = list(keys)
    glossed = []
    for row in rows:
        cells = {}
        for column, text in row.items():
            here = [key for key in left if re.search(TERMS[key]["pattern"], text)]
            cells[column] = gloss(text, *here)
            left = [key for key in left if key not in here]
        glossed.append(cells)
    return glossed
