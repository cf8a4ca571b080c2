"""Terms that explain themselves where they first stand on a page: ui/web/kit/terms.json, shown by glosses.js."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

TERMS: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "web" / "kit" / "terms.json").read_text("utf-8")
)


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
    """A table of Markdown with each term explained where it stands first, in a heading or a cell; see `gloss`."""
    left = list(keys)

    def first(text: str) -> str:
        here = [key for key in left if re.search(TERMS[key]["pattern"], text)]
        left[:] = [key for key in left if key not in here]
        return gloss(text, *here)

    headings = {column: first(column) for row in rows[:1] for column in row}
    return [{headings[column]: first(text) for column, text in row.items()} for row in rows]
