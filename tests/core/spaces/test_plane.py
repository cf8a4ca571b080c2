"""The plane of the latent map."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from tests.core.spaces.test_projection import Codes, cloud, spoiled
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Plane, ProjectionConfig, plane, plane_of_prior, project


@given(st.integers(2, 12), st.integers(3, 40), st.integers(0, 1000))
def test_a_code_is_its_point_on_the_plane_plus_what_lies_off_it(dim: int, count: int, seed: int) -> None:
    codes = cloud(count, dim, seed)
    found = plane(codes)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(2), atol=1e-5)
    off = codes - found.origin - found.points @ found.axes
    scale = float(np.abs(codes).max())
    np.testing.assert_allclose(off @ found.axes.T, 0, atol=1e-5 * scale)
    np.testing.assert_allclose(np.linalg.norm(off, axis=1), found.residual, atol=1e-5 * scale)
    for field in dataclasses.fields(Plane):
        array = getattr(found, field.name)
        assert array.dtype == np.float32
        assert not array.flags.writeable


def test_the_plane_of_two_codes_is_the_latent_space_itself() -> None:
    codes = cloud(50, 2)
    found = plane(codes)
    np.testing.assert_array_equal(found.points, codes)
    np.testing.assert_array_equal(found.origin, [0, 0])
    np.testing.assert_array_equal(found.axes, np.eye(2))
    np.testing.assert_array_equal(found.residual, np.zeros(50))
    assert found.share.sum() == pytest.approx(1)


def test_the_plane_of_more_codes_holds_the_first_two_principal_axes() -> None:
    codes = cloud(80, 6)
    found = plane(codes)
    oracle = PCA(2, svd_solver="full").fit(codes.astype(np.float64))
    np.testing.assert_allclose(found.origin, codes.mean(0), rtol=1e-5)
    np.testing.assert_allclose(found.axes, oracle.components_, atol=1e-5)
    np.testing.assert_allclose(found.share, oracle.explained_variance_ratio_, rtol=1e-5)
    np.testing.assert_array_equal(found.points, project(codes, ProjectionConfig()).points)


@given(st.integers(2, 12), st.integers(0, 1000))
def test_the_plane_of_n_0_i_is_its_first_two_coordinates(dim: int, seed: int) -> None:
    found = plane_of_prior(dim)
    u, v = np.random.default_rng(seed).normal(size=2)
    np.testing.assert_allclose(found.origin + [u, v] @ found.axes, [u, v, *[0] * (dim - 2)], rtol=1e-6)
    draws = np.random.default_rng(seed).normal(size=(20_000, dim))
    kept = (draws @ found.axes.T).var(0) / draws.var(0).sum()
    np.testing.assert_allclose(found.share, kept, rtol=0.05)
    assert (found.points.shape, found.residual.shape) == ((0, 2), (0,))


def test_one_code_spans_no_plane_of_n_0_i() -> None:
    with pytest.raises(ProjectionError, match=r"^it has 1 code, and a plane takes 2$"):
        plane_of_prior(1)


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        (cloud(20, 1), "it has 1 code, and a plane takes 2"),
        (cloud(2, 5), "2 digits are too few, a plane takes at least 3"),
        (np.zeros((9, 2), np.float32), "all its codes are the same"),
        (spoiled(), "some of its codes are not finite numbers"),
    ],
)
def test_codes_without_a_plane_are_one_sentence(codes: Codes, sentence: str) -> None:
    with pytest.raises(ProjectionError) as caught:
        plane(codes)
    assert str(caught.value) == sentence
