"""The browser side, all of ui/web, in one answer: its modules, style sheets and texts."""

from __future__ import annotations

import json
from pathlib import Path

from ui.files import Stamp, stamp
from ui.http.payload import Payload
from ui.jobs.memo import memo

WEB = Path(__file__).resolve().parents[1] / "web"
PACK = "pack.js"


def script() -> Payload:
    """ui/web/pack.js with a last line that exports `load`: (path below ui/web) -> promise of that module."""
    return _script(tuple(stamp(folder) for folder in (WEB, *WEB.glob("**/"))))


@memo(megabytes=16)
def _script(stamps: tuple[Stamp, ...]) -> Payload:
    paths = sorted(path for kind in ("js", "css", "json") for path in WEB.glob(f"*/**/*.{kind}"))
    files = {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in paths}
    last = f'export const load = importer({json.dumps(files)}, new URL(".", import.meta.url).href);'
    return Payload.compressed(f"{(WEB / PACK).read_text('utf-8')}\n{last}\n".encode())
