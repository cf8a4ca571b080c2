"""The browser side, all of ui/web, in one answer: its modules, style sheets and texts; but for parts of one page."""

from __future__ import annotations

import json
from pathlib import Path

from ui.errors import NotHereError
from ui.files import stamp
from ui.http.payload import JAVASCRIPT, JSON, Payload
from ui.jobs.cache import cached

WEB = Path(__file__).resolve().parents[1] / "web"
PACK = "pack.js"
# Folders that one page alone needs, and that are a good part of the whole.
PARTS = ("imports", "interpolate", "objective", "train")


def _stamps(*_: str) -> tuple[object, ...]:
    return tuple(stamp(folder) for folder in (WEB, *WEB.glob("**/")))


@cached(megabytes=16, key=_stamps)
def script() -> Payload:
    """ui/web/pack.js with a last line that exports `load`: (path below ui/web) -> promise of that module."""
    files = {path: text for path, text in _files().items() if path.split("/")[0] not in PARTS}
    last = f'export const load = importer({json.dumps(files)}, new URL(".", import.meta.url).href, {list(PARTS)});'
    return Payload.compressed(f"{(WEB / PACK).read_text('utf-8')}\n{last}\n".encode(), JAVASCRIPT)


@cached(megabytes=16, key=lambda part: (part, *_stamps()))
def texts(part: str) -> Payload:
    """The files of one of `PARTS`: texts by path below ui/web, as JSON.

    Raises:
        NotHereError: there is no such part.
    """
    if part not in PARTS:
        raise NotHereError("There is no such part of the browser side.")
    files = {path: text for path, text in _files().items() if path.split("/")[0] == part}
    return Payload.compressed(json.dumps(files).encode(), JSON)


def _files() -> dict[str, str]:
    paths = sorted(path for kind in ("js", "css", "json") for path in WEB.glob(f"*/**/*.{kind}"))
    return {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in paths}
