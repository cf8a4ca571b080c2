"""t-SNE in a process of its own: it takes seconds to minutes, and a server has to answer meanwhile.

The process gets the codes through its standard input and ends when that closes: also where the parent was killed.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import IO, TextIO

import numpy as np

from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, Projection, ProjectionConfig, check, t_sne
from vae_core.spaces.tsne_fit import ITERATIONS

NICE = 10
MAX_NICE = 19
FLOAT_BYTES = 4
GRACE_SECONDS = 2

# What scikit-learn prints before the first iteration, and the part of the time that has passed by then.
BEFORE_ITERATIONS = {"nearest neighbors": 0.01, "Computed neighbors": 0.03, "conditional probabilities in": 0.05}
# So often it tells where the points are.
STEP = 25


class TsneJob:
    """One t-SNE that has begun; any thread may look at it, wait for it, or cancel it."""

    def __init__(self, codes: Array, config: ProjectionConfig, seed: int = 0) -> None:
        """Starts the process, without waiting for it.

        Args:
            codes: float32 [N, D].
            config: its method is "t-sne".
            seed: as of `project`, which gives the same points.

        Raises:
            ProjectionError: t-SNE does not take these codes, or no process could be started.
            ValueError: the method is another.
        """
        if config.method != "t-sne":
            raise ValueError(f"a t-SNE cannot be asked for {config.method}")
        check(codes, config)
        self._shape = (len(codes), config.components)
        self._progress = 0.0
        self._growing: Array | None = None
        self._cancelling = False
        self._cancelled = False
        self._outcome: Future[Projection] = Future()
        request = {"config": asdict(config), "seed": seed, "shape": codes.shape}
        message = json.dumps(request).encode() + b"\n" + np.ascontiguousarray(codes, np.float32).tobytes()
        self._process = _start()
        self._thread = threading.Thread(target=self._run, args=(message,), name="t-SNE", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    @property
    def progress(self) -> float:
        """0 to 1, never falls; 1 where there is a result."""
        return self._progress

    @property
    def growing(self) -> Array | None:
        """The points on their way, float32 [N, components], every `STEP` iterations; None before the first."""
        return self._growing

    @property
    def done(self) -> bool:
        """It has a result, has failed, or was cancelled."""
        return self._outcome.done()

    @property
    def cancelled(self) -> bool:
        """`cancel` came before the result."""
        return self._cancelled

    def cancel(self) -> None:
        """Ends the process at once; it is gone when this returns. Does nothing to a job that is done."""
        self._cancelling = True
        self._process.kill()
        self._thread.join()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits for at most so many seconds; whether the job is done."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def result(self, timeout: float | None = None) -> Projection:
        """The points, as `project` has them.

        Raises:
            ProjectionError: it failed or was cancelled.
            TimeoutError: it is not done after `timeout` seconds.
        """
        return self._outcome.result(timeout)

    def _run(self, message: bytes) -> None:
        try:
            try:
                points = self._converse(message)
            finally:
                self._end()
            if points is None:
                self._cancelled = self._cancelling
                status = self._process.returncode
                raise ProjectionError("t-SNE was cancelled" if self._cancelled else f"t-SNE broke off, status {status}")
        except BaseException as error:
            self._outcome.set_exception(error)
        else:
            self._progress = 1.0
            self._outcome.set_result(Projection(points))

    def _end(self) -> None:
        # A process that ends by itself says in its status why.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # Closing flushes what the dead process has not read.
            with contextlib.suppress(BrokenPipeError):
                _pipe(pipe).close()

    def _converse(self, message: bytes) -> Array | None:
        """The points; None where the process ended without a word."""
        stdin, stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        try:
            stdin.write(message)
            stdin.flush()
        except BrokenPipeError:
            return None
        for line in stdout:
            word, _, rest = line.decode(errors="replace").strip().partition(" ")
            if word == "progress":
                self._progress = max(self._progress, float(rest))
            elif word == "error":
                raise ProjectionError(rest)
            elif word in ("growing", "points"):
                content = stdout.read(math.prod(self._shape) * FLOAT_BYTES)
                if len(content) < math.prod(self._shape) * FLOAT_BYTES:
                    return None
                points = np.frombuffer(content, np.float32).reshape(self._shape)
                if word == "points":
                    return points
                self._growing = points
        return None


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "vae_core.spaces.tsne"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            # Ctrl-C in a terminal reaches a whole group; it is the parent that ends this process.
            start_new_session=True,
        )
    except OSError as error:
        raise ProjectionError(f"t-SNE could not be started: {error.strerror}") from error
    # From here, and not from within: threads that exist by then would keep their priority.
    os.setpriority(os.PRIO_PROCESS, process.pid, min(MAX_NICE, os.getpriority(os.PRIO_PROCESS, 0) + NICE))
    return process


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


class _Report(io.TextIOBase):
    """Tells the parent how far it is: takes what scikit-learn prints, and its steps."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        for words, part in BEFORE_ITERATIONS.items():
            if words in text:
                self._say(part)
        return len(text)

    def step(self, iteration: int, points: Array) -> None:
        """See `t_sne`."""
        if iteration % STEP == 0:
            first = max(BEFORE_ITERATIONS.values())
            self._say(first + (1 - first) * iteration / ITERATIONS)
            self.send("growing", points)

    def send(self, word: str, points: Array) -> None:
        """The points after a line of one word."""
        self._stream.buffer.write(f"{word}\n".encode() + points.tobytes())
        self._stream.flush()

    def _say(self, part: float) -> None:
        print(f"progress {part:.4f}", file=self._stream, flush=True)


def _exit_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main() -> None:
    """What runs in the process."""
    request = json.loads(sys.stdin.buffer.readline() or "null")
    size = math.prod(request["shape"]) * FLOAT_BYTES if request else 0
    content = sys.stdin.buffer.read(size)
    if not request or len(content) < size:
        sys.exit("t-SNE was given no codes")
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    codes = np.frombuffer(content, np.float32).reshape(request["shape"])
    stdout = sys.stdout
    report = _Report(stdout)
    try:
        with contextlib.redirect_stdout(report):
            config = ProjectionConfig(**request["config"])
            points = t_sne(codes, config, request["seed"], report.step)
    except ProjectionError as error:
        print(f"error {error}", file=stdout, flush=True)
    else:
        report.send("points", points)


if __name__ == "__main__":
    main()
