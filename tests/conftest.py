"""What all tests share: what a machine may lack, digits, and small checkpoints.

A machine without MNIST or Chromium skips the tests marked so and says why; with REQUIRE_MNIST=1 or REQUIRE_BROWSER=1
in the environment, as in continuous integration, they fail instead.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# The models are too small for threads to help: those of a process wait for each other, and for the other process of
# the suite. Libraries read these when they are loaded, and children inherit them.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
# What somebody has trained in this copy is none of the tests' business: there is no such folder.
os.environ["RUNS_DIR"] = os.path.join(tempfile.gettempdir(), f"no-runs-{os.getpid()}")

import pytest
from hypothesis import HealthCheck, settings

from tests import served, tiny
from vae_core.data import Digits, find_mnist, mnist_digits, uci_digits

REPOSITORY = Path(__file__).resolve().parents[1]
# The shell has no windows of its own to paint, and takes three quarters of the time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

settings.register_profile(
    "suite", deadline=None, max_examples=30, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


def find_chromium() -> str | None:
    """The system's Chromium or Chrome; None where there is none."""
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


NEEDS: dict[str, tuple[Callable[[], object], str, str]] = {
    "needs_mnist": (find_mnist, "REQUIRE_MNIST", "no MNIST in $DIGITS_DIR or data/"),
    "needs_chromium": (find_chromium, "REQUIRE_BROWSER", "no Chromium on the path"),
}


def pytest_configure(config: pytest.Config) -> None:
    for marker, (_, variable, lack) in NEEDS.items():
        config.addinivalue_line("markers", f"{marker}: skipped where there is {lack}; fails there with {variable}=1")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (find, variable, lack) in NEEDS.items():
        if item.get_closest_marker(marker) and not find():
            if os.environ.get(variable) == "1":
                pytest.fail(f"{lack}, and {variable}=1 requires it", pytrace=False)
            pytest.skip(lack)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the working tree."""
    return REPOSITORY


@pytest.fixture(scope="session")
def checkpoints_root() -> Path:
    """The folder of the shipped checkpoints."""
    return REPOSITORY / "checkpoints"


@pytest.fixture(scope="session")
def served_checkpoints(tmp_path_factory: pytest.TempPathFactory, checkpoints_root: Path) -> Path:
    """The shipped checkpoints, and one of each kind with random weights; read only."""
    return served.write(tmp_path_factory.mktemp("served") / "checkpoints", checkpoints_root)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium, for tests marked `needs_chromium`."""
    found = find_chromium()
    assert found, "mark the test needs_chromium"
    return found


@pytest.fixture(scope="session")
def uci() -> Digits:
    return uci_digits()


@pytest.fixture(scope="session")
def mnist_test() -> Digits:
    """MNIST's 10,000 test digits, for tests marked `needs_mnist`."""
    return mnist_digits("test")


@pytest.fixture(scope="session")
def mnist_train() -> Digits:
    """MNIST's 60,000 training digits, for tests marked `needs_mnist`."""
    return mnist_digits("train")


@pytest.fixture
def make_checkpoint(tmp_path: Path) -> Callable[..., Path]:
    """Writes a checkpoint with random weights: `make_checkpoint(name, kind, seed)`, see `tests.tiny`."""

    def make(name: str, kind: str = "ae", seed: int = 0, training: dict[str, Any] | None = None) -> Path:
        return tiny.write_checkpoint(tmp_path / "checkpoints", name, kind, seed, training)

    return make
