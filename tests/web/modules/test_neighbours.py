"""neighbours.js against scikit-learn and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page
from sklearn.neighbors import NearestNeighbors

NEAREST = """async ([codes, dim, target, count, except]) => {
  const { nearest } = await load("maths/neighbours.js");
  return Array.from(nearest(Float32Array.from(codes), dim, target, count, except));
}"""
MEAN = """async ([values, dim, rows]) => {
  const { meanOf } = await load("maths/neighbours.js");
  return Array.from(meanOf(Uint8Array.from(values), dim, rows));
}"""


@pytest.mark.parametrize("dim", [1, 2, 30])
def test_nearest_is_scikit_learns(modules: Page, dim: int) -> None:
    codes = np.random.default_rng(dim).normal(size=(400, dim)).astype(np.float32)
    index = NearestNeighbors(n_neighbors=11).fit(codes.astype(np.float64))
    for row in (0, 17, 399):
        wanted = index.kneighbors(codes[row : row + 1].astype(np.float64))[1][0]
        found = modules.evaluate(NEAREST, [codes.ravel().tolist(), dim, codes[row].tolist(), 10, row])
        assert found == [other for other in wanted if other != row]


def test_nearest_of_equal_and_of_few(modules: Page) -> None:
    same = [0.0] * 6
    assert modules.evaluate(NEAREST, [same, 2, [0, 0], 10, 1]) == [0, 2]
    assert modules.evaluate(NEAREST, [same, 2, [5, 5], 2, -1]) == [0, 1]
    assert modules.evaluate(NEAREST, [[1.0, 1.0], 2, [1, 1], 3, 0]) == []


def test_mean(modules: Page) -> None:
    values = np.random.default_rng(0).integers(0, 256, size=(50, 9), dtype=np.uint8)
    rows = [3, 4, 49]
    found = modules.evaluate(MEAN, [values.ravel().tolist(), 9, rows])
    np.testing.assert_allclose(found, values[rows].mean(axis=0), rtol=1e-6)
