"""Random numbers, neighbours and the text of z as Python has them."""

from itertools import islice

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from tests.core.test_seeded_noise import box_muller, mulberry32
from tests.js.node import Node
from ui.choices.link import format_z


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_random_is_what_python_makes_of_the_same_recipe(node: Node, seed: int) -> None:
    uniforms, normals = node.evaluate(
        """async (seed) => {
          const { mulberry32, normals } = await load("maths/seeded_noise.js");
          const [uniform, normal] = [mulberry32(seed), normals(mulberry32(seed))];
          return [Array.from({ length: 1000 }, uniform), Float64Array.from({ length: 20000 }, normal)];
        }""",
        seed,
    )
    assert uniforms == list(islice(mulberry32(seed), 1000))
    np.testing.assert_allclose(normals[:1000], list(islice(box_muller(mulberry32(seed)), 1000)), rtol=1e-12)
    assert abs(np.mean(normals)) < 0.03
    assert abs(np.std(normals) - 1) < 0.03


def test_the_link_writes_z_as_python_does(node: Node) -> None:
    z = [0.5, -1.234, 0.0, -0.0, 12.0, 0.001, -999.9, 1.23456789e-7, -1e-6, 9.87654321e-6, 1234567.89, -1e12, 1e-29]
    written = node.evaluate(
        'async (z) => { const { formatZ } = await load("state/live_link.js"); return formatZ(z); }', z
    )
    assert written == format_z(z)


@pytest.mark.parametrize("dim", [1, 2, 30])
def test_nearest_is_scikit_learns(node: Node, dim: int) -> None:
    codes, rows = np.random.default_rng(dim).normal(size=(400, dim)).astype(np.float32), [0, 17, 399]
    wide = codes.astype(np.float64)
    wanted = NearestNeighbors(n_neighbors=11).fit(wide).kneighbors(wide[rows])[1]
    found = node.evaluate(
        """async ([codes, dim, rows]) => {
          const { nearest } = await load("maths/neighbours.js");
          return rows.map((row) => nearest(codes, dim, codes.subarray(row * dim, (row + 1) * dim), 10, row));
        }""",
        [codes.ravel(), dim, rows],
    )
    expected = [[other for other in others if other != row] for row, others in zip(rows, wanted, strict=True)]
    np.testing.assert_array_equal(found, expected)
