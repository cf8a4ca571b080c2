import math
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from tests import tiny
from tests.ui.conftest import few_digits
from ui.errors import NotHereError
from ui.jobs.cache import Kept, by_content, cached, weigh


def test_threads_that_ask_together_wait_for_one_computation() -> None:
    calls: list[int] = []
    start = threading.Barrier(8)

    @cached(megabytes=1)
    def slow(value: int) -> list[int]:
        calls.append(value)
        time.sleep(0.05)
        return [value]

    def ask(_: int) -> list[int]:
        start.wait()
        return slow(3)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(ask, range(8)))
    assert calls == [3]
    assert all(result is results[0] for result in results)


def test_an_error_reaches_the_caller_and_is_forgotten() -> None:
    failures = [OSError("not yet")]

    @cached(megabytes=1)
    def compute() -> int:
        if failures:
            raise failures.pop()
        return 5

    with pytest.raises(OSError, match="not yet"):
        compute()
    assert compute() == compute() == 5


def test_the_results_used_last_are_kept_as_many_as_fit() -> None:
    calls: list[int] = []

    @cached(megabytes=0.9)
    def quarter(value: int) -> NDArray[np.uint8]:
        calls.append(value)
        return np.zeros(2**18, np.uint8)

    for value in (1, 2, 3, 1, 4, 1, 2):
        quarter(value)
    assert calls == [1, 2, 3, 4, 2]


def test_what_is_called_model_or_digits_is_keyed_by_its_files(own_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str | None] = []

    @cached(megabytes=1)
    def count(model: str | None, digits: str = "uci", seed: int = 0) -> int:
        calls.append(model)
        return len(calls)

    assert count("ae-30") == count("ae-30", "uci") == count(model="ae-30", seed=0, digits="uci") == 1
    assert (count("ae-30", seed=1), count("vae-30"), count(None)) == (2, 3, 4)
    tiny.write_checkpoint(own_root, "ae-30", "ae", seed=1)
    assert (count("ae-30"), count("vae-30"), count(None)) == (5, 3, 4)
    for names in (("nothing", "uci"), ("ae-30", "letters"), ("ae-30", "mnist")):
        with pytest.raises(NotHereError):
            count(*names)
    few_digits(monkeypatch, 20, 10)
    assert (count("ae-30"), count(None)) == (6, 7)
    assert len(calls) == 7


def test_what_changes_while_it_is_computed_is_not_kept(own_root: Path) -> None:
    calls: list[str] = []

    @cached(megabytes=1)
    def retrain(model: str) -> int:
        calls.append(model)
        if len(calls) == 1:
            tiny.write_checkpoint(own_root, model, "ae", seed=1)
            (own_root / model).rename(own_root / "aside")
        return len(calls)

    assert retrain("ae-30") == 1
    with pytest.raises(NotHereError):
        retrain("ae-30")
    (own_root / "aside").rename(own_root / "ae-30")
    assert retrain("ae-30") == retrain("ae-30") == 2


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3 * 2**18)), max_size=40))
def test_what_is_kept_never_weighs_more_than_it_may_but_for_the_newest_alone(puts: list[tuple[int, int]]) -> None:
    kept: Kept[bytes] = Kept(megabytes=1)
    for key, size in puts:
        kept.put(key, bytes(size))
        assert kept.get(key) == bytes(size)
        there = {key: len(found) for key in range(10) if (found := kept.get(key)) is not None}
        kept.get(key)
        assert sum(there.values()) <= 2**20 or len(there) == 1


def test_small_results_are_kept_however_many_a_page_asks_for() -> None:
    calls: list[int] = []
    small = cached(megabytes=1)(lambda value: calls.append(value))
    for value in [*range(1000), *range(1000)]:
        small(value)
    assert len(calls) == 1000


@dataclass(frozen=True)
class Holder:
    array: NDArray[np.float32]
    also: tuple[object, ...] = ()


@pytest.mark.parametrize(
    ("thing", "held"),
    [
        (b"x" * 10_000, 10_000),
        (np.zeros((100, 100), np.float32), 40_000),
        (torch.zeros(100, 100), 40_000),
        (torch.nn.Linear(100, 100), 40_400),
        (Holder(np.zeros(10_000, np.float32), ({"a": np.zeros(1000)},)), 48_000),
        ([np.zeros(1000)] * 5, 8_000),
        (csr_matrix(np.ones((100, 100), np.float32)), 80_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_result_weighs_what_it_holds(thing: object, held: int) -> None:
    assert held <= weigh(thing) <= held + 6000
    loop = [thing]
    loop.append(loop)
    assert held <= weigh(loop) <= held + 7000, "also where it holds itself"


def test_arguments_without_a_hash_are_told_apart_by_what_they_hold() -> None:
    calls: list[float] = []

    @cached(megabytes=1, key=by_content)
    def total(values: NDArray[np.float64], also: Mapping[str, list[float]]) -> float:
        calls.append(float(values.sum()) + sum(also["more"]))
        return calls[-1]

    for _ in range(3):
        assert total(np.arange(4.0), {"more": [1, 2]}) == 9
        assert total(np.arange(4.0), {"more": [1, 3]}) == 10
        assert total(np.arange(5.0), also={"more": [math.nan]}) != 10
    assert len(calls) == 3
