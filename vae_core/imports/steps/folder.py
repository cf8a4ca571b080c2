"""The folder of an import: its steps find there what is asked, and leave what was found. Importing this takes no torch.

`files/` holds what a visitor sent, `asked.json` the step, `doing.txt` what it is at. It leaves `found.json` or
`checkpoint/`, or else `problem.txt`, one sentence. What libraries say stands in `import.log`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from vae_core.errors import VaeCoreError

FILES, CHECKPOINT = "files", "checkpoint"
ASKED, FOUND, DOING, PROBLEM = "asked.json", "found.json", "doing.txt", "problem.txt"
LOG = "import.log"
MOST_TEXT = 2_000
# Six candidates' pictures of 64 x 64 in three channels are 1 MB.
MOST_FOUND = 20_000_000


def ask(folder: Path, asked: dict[str, Any]) -> None:
    """Puts a step into the folder, and takes away what an earlier one has said of itself.

    Args:
        folder: of the import.
        asked: the `step`, "try" or "keep"; `files`, names in the order in which they came. To try: `digits`, and what
            is known, `wishes` by key and `shape`; to keep: `candidate`, its number in what was found.

    Raises:
        OSError: the disk refuses.
    """
    for name in (DOING, PROBLEM):
        (folder / name).unlink(missing_ok=True)
    put(folder / ASKED, asked)


def put(file: Path, values: dict[str, Any]) -> None:
    """Writes JSON, whole or not at all.

    Raises:
        OSError: the disk refuses.
    """
    new = file.with_suffix(".new")
    new.write_text(json.dumps(values))
    os.replace(new, file)


def read(file: Path) -> dict[str, Any]:
    """What `put` has written.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        values: dict[str, Any] = json.loads(stream.read(MOST_FOUND))
    return values


def say(folder: Path, words: str) -> None:
    """What the step is at, in a few words."""
    with suppress(OSError):
        (folder / DOING).write_text(words)


def said(folder: Path, name: str) -> str:
    """`DOING` or `PROBLEM`; empty where nothing is said."""
    with suppress(OSError), (folder / name).open("rb") as stream:
        return stream.read(MOST_TEXT).decode(errors="replace")
    return ""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Around a step: what it raises that has a sentence is left in the folder, too."""
    try:
        yield
    except VaeCoreError as error:
        (folder / PROBLEM).write_text(str(error))
        raise
