"""What a run tells while it goes on: one JSON object a line in `events.jsonl` of its folder.

The file only grows. Whoever is killed while writing leaves a last line without its end, which no reader takes, and the
next writer removes.

Every line has `event` and `time`, seconds since 1970:
    asked: it waits for its turn.
    started: `device`, `threads`, `epoch` (epochs done before), `epochs`, `steps` an epoch, `images`, `parameters`;
        `likelihood`, of the model; `mean_image`, the reconstruction in nats per image of who always gives the mean of
        the training digits; `labels`, base64 of uint8 [M], of the digits whose codes are told; null where the model
        has not two codes. What was told before of later epochs than `epoch` is void.
    step: within the first epoch, some ten a second: `epoch`, `step` from 1; `loss`, `reconstruction`, `kl` of a batch.
    epoch: `epoch` from 1, `loss`, `reconstruction`, `kl`, `seconds`, `images_per_second` as in `training.json`;
        `kl_codes`, nats of each code, empty for an AE; `active`, how many of these are used, null for an AE;
        `frame`, base64 of a PNG, see `vae_core.pictures.film`; `codes`, base64 of float32 [M, 2], or null;
        `findings`, see `vae_core.training.checkup`: objects of `fault`, `words`, `advice`. The checkpoint of this
        epoch is in the folder by then.
    paused: it can be resumed; `epoch`, epochs done.
    stopped, done: it is over, and a checkpoint; `epoch`, `test` as in `training.json`.
    failed: `words`, one sentence, with its full stop; `epoch`. Where that is above 0, it can be resumed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

FILE = "events.jsonl"

Kind = Literal["asked", "started", "step", "epoch", "paused", "stopped", "done", "failed"]


def append(folder: Path, event: Kind, **values: Any) -> None:
    """Adds a line, on disk when this returns; first removes what a killed writer has left of one.

    Raises:
        OSError: the disk refuses; no part of the line is left then.
    """
    line = json.dumps({"event": event, "time": round(time.time(), 3), **values}, separators=(",", ":"), allow_nan=False)
    with (folder / FILE).open("ab+") as stream:
        end = _whole(stream)
        stream.truncate(end)
        try:
            stream.write(line.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            os.ftruncate(stream.fileno(), end)
            raise


def read(folder: Path, start: int = 0) -> tuple[bytes, int]:
    """The whole lines from a byte on, and the byte after them; nothing where there is no file yet.

    All of them where no line begins at that byte: it is of another run, that had the name before.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with (folder / FILE).open("rb") as stream:
            if start:
                stream.seek(start - 1)
                start = start if stream.read(1) == b"\n" else 0
            stream.seek(start)
            content = stream.read()
    except FileNotFoundError:
        return b"", 0
    content = content[: content.rfind(b"\n") + 1]
    return content, start + len(content)


def parsed(content: bytes) -> Iterator[dict[str, Any]]:
    """The events of whole lines; what is none of ours is left out."""
    for line in content.splitlines():
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, dict) and isinstance(values.get("event"), str):
            yield values


def _whole(stream: Any) -> int:
    """Where the last whole line ends."""
    end: int = stream.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 4096)
        stream.seek(start)
        found = stream.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + int(found) + 1
        end = start
    return 0
