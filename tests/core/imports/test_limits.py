"""What becomes of a process with limits that meets them, in libraries, too."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.forks import needs_fork

pytestmark = needs_fork
LONG = "it takes longer than the 1 seconds that an import may take here: the file may be damaged; "
LARGE = "it takes more than the 1,000 MB of memory that an import may have here; "
PROGRAM = """
import ctypes, hashlib, os, signal, sys, threading
from vae_core.errors import VaeCoreError
from vae_core.imports import limits
print("before")
try:
    with limits.held(1000, {seconds}):
        {work}
except VaeCoreError as error:
    sys.exit(str(error))
"""


def ended(work: str, seconds: float = 60) -> tuple[int, str, str]:
    """Status, output and last line of errors of a process with limits of 1,000 MB and so many seconds."""
    program = PROGRAM.format(work=work, seconds=seconds)
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    return found.returncode, found.stdout, (found.stderr.splitlines() or [""])[-1]


def test_what_is_within_the_limits_happens_once() -> None:
    assert ended("print('within'); sys.exit(3)") == (3, "before\nwithin\n", "")
    assert ended("bytearray(5 * 10**8)") == (0, "before\n", "")


@pytest.mark.parametrize("work", ["threading.Event().wait()", "hashlib.pbkdf2_hmac('md5', b'', b'', 2**31 - 1)"])
def test_what_takes_too_long_is_ended_wherever_it_is(work: str) -> None:
    """Also where no handler of Python has its turn."""
    started = time.monotonic()
    status, said, problem = ended(work, seconds=1)
    assert (status, said) == (1, "before\n")
    assert problem.startswith(LONG)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "work",
    [
        "bytearray(2 * 10**9)",
        # Of torch's own kind, see its CPU allocator.
        "import torch; torch.empty(2 * 10**9)",
        # As a reader tells of it.
        "exec('try: bytearray(2*10**9)\\nexcept MemoryError as e: raise VaeCoreError() from e')",
    ],
)
def test_what_takes_too_much_memory_is_told(work: str) -> None:
    status, said, problem = ended(work)
    assert (status, said) == (1, "before\n")
    assert problem.startswith(LARGE)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        ("os.abort()", f"it broke off with SIGABRT: the file is damaged, or {LARGE}"),
        ("ctypes.string_at(0)", f"it broke off with SIGSEGV: the file is damaged, or {LARGE}"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the system has ended it, most likely because the memory of this"),
    ],
)
def test_a_process_that_dies_is_told(work: str, words: str) -> None:
    status, _, problem = ended(work)
    assert status == 1
    assert problem.startswith(words)


def test_another_error_stays_what_it_is() -> None:
    assert ended("raise VaeCoreError('it is damaged')")[2] == "it is damaged"
    assert ended("1 / 0")[2] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("library", "options", "setting", "words"),
    [
        ("import threading; threading.Event().wait()", ("--seconds", "1"), {}, LONG),
        ("import threading; threading.Event().wait()", (), {"LATENT_IMPORT_SECONDS": "1"}, LONG),
        ("raise MemoryError", ("--memory", "1000"), {"LATENT_IMPORT_MEMORY_MB": "2000"}, LARGE),
        ("raise MemoryError", (), {"LATENT_IMPORT_MEMORY_MB": "1000"}, LARGE),
        ("raise MemoryError", ("--memory", "999"), {}, "Invalid value for '--memory'"),
    ],
)
def test_the_command_has_them(
    library: str, options: tuple[str, ...], setting: dict[str, str], words: str, tmp_path: Path, repository: Path
) -> None:
    """With a library that is slow or large in the place of torch."""
    (tmp_path / "torch.py").write_text(library)
    command = [sys.executable, "-m", "vae_core", "import", "net.pt", "--out", str(tmp_path / "out"), *options]
    environment = {**os.environ, **setting, "PYTHONPATH": f"{tmp_path}{os.pathsep}{repository}"}
    found = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert words in found.stderr
    assert found.returncode == (2 if "Invalid" in words else 1)
    assert not (tmp_path / "out").exists()
