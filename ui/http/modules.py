"""The browser side, all of ui/web, in one answer: its modules, style sheets and texts."""

from __future__ import annotations

import json
from pathlib import Path

from ui.files import stamp
from ui.http.payload import JAVASCRIPT, Payload
from ui.jobs.cache import cached

WEB = Path(__file__).resolve().parents[1] / "web"
PACK = "pack.js"


@cached(megabytes=16, key=lambda: tuple(stamp(folder) for folder in (WEB, *WEB.glob("**/"))))
def script() -> Payload:
    """ui/web/pack.js with a last line that exports `load`: (path below ui/web) -> promise of that module."""
    paths = sorted(path for kind in ("js", "css", "json") for path in WEB.glob(f"*/**/*.{kind}"))
    files = {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in paths}
    last = f'export const load = importer({json.dumps(files)}, new URL(".", import.meta.url).href);'
    return Payload.compressed(f"{(WEB / PACK).read_text('utf-8')}\n{last}\n".encode(), JAVASCRIPT)
