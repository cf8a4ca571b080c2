import dataclasses
import math
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA, KernelPCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from vae_core.errors import ProjectionError, VaeCoreError
from vae_core.spaces import kernel_pca
from vae_core.spaces.projection import KERNELS, METHODS, Kernel, Projection, ProjectionConfig, project

T = TypeVar("T")
Codes = NDArray[np.float32]
PARAMETERS: dict[Kernel, dict[str, Any]] = {
    "linear": {},
    "poly": {"gamma": 0.7, "degree": 2, "coef0": 2.0},
    "rbf": {"gamma": 0.7},
    "sigmoid": {"gamma": 0.7, "coef0": 0.5},
    "cosine": {},
}


def cloud(count: int, dim: int, seed: int = 0) -> Codes:
    """A Gaussian cloud away from the origin, each axis of another width."""
    noise = np.random.default_rng(seed).standard_normal((count, dim))
    return (noise * np.arange(1, dim + 1) + 3).astype(np.float32)


def known(value: T | None) -> T:
    assert value is not None
    return value


def scaled(parameters: dict[str, Any], codes: Codes) -> dict[str, Any]:
    """As scikit-learn takes them: its gamma is over the variance of all coordinates together."""
    scale = codes.shape[1] * codes.astype(np.float64).var()
    return {**parameters, "gamma": parameters["gamma"] / scale} if "gamma" in parameters else parameters


def assert_same_up_to_sign(ours: Codes, theirs: NDArray[np.floating]) -> None:
    signs = np.sign((ours * theirs).sum(0))
    np.testing.assert_allclose(ours, theirs * signs, atol=1e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("components", [2, 3])
@pytest.mark.parametrize("count", [400, 12])
def test_pca_is_scikit_learns(count: int, components: int) -> None:
    codes = cloud(count, 9)
    oracle = PCA(components, svd_solver="full").fit(codes.astype(np.float64))
    found = project(codes, ProjectionConfig("pca", components))
    np.testing.assert_allclose(found.points, oracle.transform(codes), atol=1e-4)
    np.testing.assert_allclose(known(found.share), oracle.explained_variance_ratio_, rtol=1e-5)


def test_pca_of_a_cloud_far_from_the_origin_is_as_exact() -> None:
    offsets = np.random.default_rng(0).integers(-8, 8, (200, 4)).astype(np.float32)
    near, far = (project(offsets + shift, ProjectionConfig()) for shift in (np.float32(0), np.float32(2**20)))
    np.testing.assert_allclose(far.points, near.points, atol=1e-5)
    np.testing.assert_allclose(known(far.share), known(near.share), rtol=1e-5)


def test_shares_are_parts_of_the_variance_and_add_up_to_one_where_nothing_is_left_out() -> None:
    for config in (ProjectionConfig("pca", 3), ProjectionConfig("raw", 3), ProjectionConfig("kernel-pca", 3, "linear")):
        assert known(project(cloud(50, 3), config).share).sum() == pytest.approx(1, abs=1e-6)
    codes = np.array([[0, 0], [3, 0], [0, 1], [3, 1]], np.float32)
    assert known(project(codes, ProjectionConfig("raw")).share) == pytest.approx([0.9, 0.1])


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernel_pca_is_scikit_learns(kernel: Kernel) -> None:
    codes = cloud(120, 5)
    theirs = {"kernel": kernel, "eigen_solver": "dense", **scaled(PARAMETERS[kernel], codes)}
    found = project(codes, ProjectionConfig("kernel-pca", 3, kernel, **PARAMETERS[kernel]))
    assert_same_up_to_sign(found.points, KernelPCA(3, **theirs).fit_transform(codes.astype(np.float64)))
    # scikit-learn refuses all eigenvalues of a kernel that is no inner product.
    if kernel != "sigmoid":
        eigenvalues = KernelPCA(**theirs).fit(codes.astype(np.float64)).eigenvalues_
        np.testing.assert_allclose(known(found.share), eigenvalues[:3] / eigenvalues.sum(), rtol=1e-5)


def test_gamma_means_the_same_for_wide_and_for_narrow_codes() -> None:
    codes = cloud(60, 4)
    for kernel in ("rbf", "poly", "sigmoid"):
        config = ProjectionConfig("kernel-pca", 2, kernel)
        narrow, wide = (project(codes * np.float32(scale), config) for scale in (1, 1024))
        np.testing.assert_allclose(narrow.points, wide.points, atol=1e-5)


@pytest.mark.parametrize("gamma", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("coef0", [-10.0, 0.0, 10.0])
def test_the_shares_of_a_kernel_that_is_no_inner_product_stay_below_one(gamma: float, coef0: float) -> None:
    config = ProjectionConfig("kernel-pca", 3, "sigmoid", gamma=gamma, coef0=coef0)
    share = known(project(np.random.default_rng(0).standard_normal((80, 6)).astype(np.float32), config).share)
    assert (share > 0).all()
    assert share.sum() <= 1


def test_codes_beyond_the_landmarks_are_mapped_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = cloud(150, 4)
    config = ProjectionConfig("kernel-pca", 2, "rbf")
    monkeypatch.setattr(kernel_pca, "LANDMARKS", 40)
    monkeypatch.setattr(kernel_pca, "CHUNK", 33)
    found = project(codes, config, seed=5)
    rows = np.sort(np.random.default_rng(5).choice(150, 40, replace=False))
    wide = codes.astype(np.float64)
    oracle = KernelPCA(2, kernel="rbf", gamma=1 / (4 * wide.var()), eigen_solver="dense").fit(wide[rows])
    assert_same_up_to_sign(found.points, oracle.transform(wide))
    assert not np.array_equal(found.points, project(codes, config, seed=6).points)


@pytest.mark.parametrize("components", [2, 3])
@pytest.mark.parametrize("method", [*KERNELS, "pca", "raw"])
def test_other_codes_are_placed_by_the_same_map(method: str, components: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dim = components if method == "raw" else 6
    codes, others = cloud(150, dim), cloud(7, dim, 1)
    monkeypatch.setattr(kernel_pca, "LANDMARKS", 90)
    rows = np.sort(np.random.default_rng(5).choice(150, 90, replace=False))
    if method in ("pca", "raw"):
        config = ProjectionConfig(method, components)  # type: ignore[arg-type]
        theirs = PCA(components).fit(codes.astype(np.float64)).transform(others) if method == "pca" else others
    else:
        parameters = PARAMETERS[method]  # type: ignore[index]
        config = ProjectionConfig("kernel-pca", components, method, **parameters)  # type: ignore[arg-type]
        oracle = KernelPCA(components, kernel=method, eigen_solver="dense", **scaled(parameters, codes))
        theirs = oracle.fit(codes[rows].astype(np.float64)).transform(others.astype(np.float64))
    found = project(codes, config, seed=5)
    assert_same_up_to_sign(found.place(others), theirs)
    np.testing.assert_allclose(found.place(codes), found.points, atol=1e-5 * np.abs(found.points).max())


def test_a_kernel_so_narrow_that_every_code_is_alone_still_gives_points() -> None:
    codes = np.random.default_rng(0).standard_normal((300, 30)).astype(np.float32)
    found = project(codes, ProjectionConfig("kernel-pca", 2, "rbf", gamma=100))
    assert known(found.share) == pytest.approx(1 / 299, rel=1e-6)


@pytest.mark.parametrize("components", [2, 3])
def test_t_sne_is_scikit_learns(components: int) -> None:
    codes = cloud(60, 5)
    config = ProjectionConfig("t-sne", components, perplexity=8)
    found = project(codes, config, seed=3)
    with threadpool_limits(1):
        oracle = TSNE(components, perplexity=8, init="pca", random_state=3).fit_transform(codes)
    np.testing.assert_array_equal(found.points, oracle)
    assert found.share is found.fitted is found.prior is None
    with pytest.raises(ProjectionError, match="no other codes"):
        found.place(codes)


def test_t_sne_draws_models_of_one_code_too() -> None:
    points = project(cloud(40, 1), ProjectionConfig("t-sne", 2, perplexity=5)).points
    assert points.shape == (40, 2)
    assert (points.std(0) > 1).all()


@pytest.mark.parametrize("components", [2, 3])
def test_the_ellipses_are_those_of_the_planted_gaussian(components: int) -> None:
    """Codes whose sample mean and covariance are exactly the planted ones, in five dimensions."""
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((500, 5))
    noise -= noise.mean(0)
    white = noise @ np.linalg.inv(np.linalg.cholesky(np.cov(noise, rowvar=False))).T
    rotation, _ = np.linalg.qr(rng.standard_normal((5, 5)))
    deviations = np.array([4, 3, 2, 1, 0.5])
    mean = np.array([1.0, -2, 3, 0, 5])
    codes = (white * deviations @ rotation + mean).astype(np.float32)
    found = project(codes, ProjectionConfig("pca", components))
    np.testing.assert_allclose(known(found.fitted).mean, 0, atol=1e-5)
    np.testing.assert_allclose(known(found.fitted).cholesky, np.diag(deviations[:components]), atol=1e-5)
    np.testing.assert_allclose(np.abs(known(found.prior).mean), np.abs(rotation @ mean)[:components], atol=1e-4)
    np.testing.assert_allclose(known(found.prior).cholesky, np.eye(components))
    origin = PCA(components).fit(codes).transform(np.zeros((1, 5), np.float32))
    np.testing.assert_allclose(known(found.prior).mean, origin[0], atol=1e-4)


def test_raw_codes_are_themselves() -> None:
    codes = cloud(70, 2)
    found = project(codes, ProjectionConfig("raw"))
    np.testing.assert_array_equal(found.points, codes)
    np.testing.assert_allclose(known(found.fitted).mean, codes.mean(0), rtol=1e-5)
    np.testing.assert_allclose(known(found.fitted).cholesky, np.linalg.cholesky(np.cov(codes, rowvar=False)), rtol=1e-4)
    np.testing.assert_array_equal(known(found.prior).mean, [0, 0])
    np.testing.assert_array_equal(known(found.prior).cholesky, np.eye(2))
    assert codes.flags.writeable, "the caller's array is the caller's"


def test_a_collapsed_coordinate_flattens_the_ellipse() -> None:
    codes = np.column_stack([cloud(20, 1), np.zeros(20, np.float32)]).astype(np.float32)
    for method in ("pca", "raw"):
        factor = known(project(codes, ProjectionConfig(method)).fitted).cholesky
        np.testing.assert_allclose(factor @ factor.T, [[codes[:, 0].var(ddof=1), 0], [0, 0]], atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_arguments_give_the_same_read_only_float32_points(method: Any) -> None:
    codes = cloud(60, 2)
    config = ProjectionConfig(method, 2, perplexity=5)
    one, other = project(codes, config, seed=2), project(codes.copy(), config, seed=2)
    np.testing.assert_array_equal(one.points, other.points)
    for array in (one.points, one.share, one.fitted and one.fitted.mean, one.prior and one.prior.cholesky):
        if array is not None:
            assert array.dtype == np.float32
            assert array.flags.c_contiguous
            assert not array.flags.writeable


HUGE = np.outer([-1, 1, 1, 1], [3e38, 3e38]).astype(np.float32)
FAR, AWAY = (cloud(20, 4) * np.float32(1e20), ProjectionConfig("t-sne", perplexity=5)), cloud(20, 4) + 200
# Of (x y - 10)^2 the linear part is negative; of the squares only x1 x2 tells corners apart.
CORNERS = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], np.float32)
SQUARES = ProjectionConfig("kernel-pca", 3, "poly", degree=2, coef0=-10)


def spoiled() -> Codes:
    codes = cloud(20, 4)
    codes[7, 2] = np.nan
    return codes


@pytest.mark.parametrize(
    ("codes", "config", "sentence"),
    [
        (cloud(20, 1), ProjectionConfig("pca", 2), "it has 1 code, and a plane takes 2"),
        (cloud(20, 2), ProjectionConfig("pca", 3), "it has 2 codes, and a 3D plot takes 3"),
        (cloud(20, 1), ProjectionConfig("kernel-pca", 2, "linear"), "it has 1 code, and a plane takes 2"),
        (cloud(20, 30), ProjectionConfig("raw", 2), "it has 30 codes, and raw codes are drawn for models with 2"),
        (cloud(20, 2), ProjectionConfig("raw", 3), "it has 2 codes, and raw codes are drawn in 3D for models with 3"),
        (cloud(2, 4), ProjectionConfig("pca", 2), "2 digits are too few, a plane takes at least 3"),
        (cloud(1, 4), ProjectionConfig("t-sne", 3), "1 digit is too few, a 3D plot takes at least 4"),
        (cloud(0, 4), ProjectionConfig("kernel-pca"), "0 digits are too few, a plane takes at least 3"),
        (cloud(30, 4), ProjectionConfig("t-sne"), "perplexity 30 takes more than 30 digits, not 30"),
        (spoiled(), ProjectionConfig("pca"), "some of its codes are not finite numbers"),
        (HUGE, ProjectionConfig(), "its codes are too far apart to be drawn"),
        (np.ones((20, 4), np.float32), ProjectionConfig("pca"), "all its codes are the same"),
        (
            *FAR,
            "its codes spread by 4e+20, which is beyond what t-SNE can weigh",
        ),
        (AWAY, ProjectionConfig("kernel-pca", 2, "sigmoid"), "the sigmoid kernel takes all its codes for the same"),
        (CORNERS, SQUARES, "the poly kernel finds fewer than 3 directions in its codes"),
    ],
)
def test_what_cannot_be_projected_is_one_sentence(codes: Codes, config: ProjectionConfig, sentence: str) -> None:
    with pytest.raises(ProjectionError) as caught:
        project(codes, config)
    assert str(caught.value) == sentence
    assert isinstance(caught.value, VaeCoreError)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("method", "umap", "the method is 'umap'; it must be one of pca, kernel-pca, t-sne, raw"),
        ("components", 4, "components is 4; it must be 2 or 3"),
        ("kernel", "laplacian", "the kernel is 'laplacian'; it must be one of linear, poly, rbf, sigmoid, cosine"),
        ("gamma", 0.001, "gamma is 0.001; it must be 0.01 to 100"),
        ("gamma", math.nan, "gamma is nan; it must be 0.01 to 100"),
        ("degree", 7, "degree is 7; it must be 1 to 6"),
        ("degree", 2.5, "degree is 2.5; it must be a whole number"),
        ("degree", math.inf, "degree is inf; it must be a whole number"),
        ("coef0", -11.0, "coef0 is -11; it must be -10 to 10"),
        ("perplexity", 101.0, "perplexity is 101; it must be 2 to 100"),
    ],
)
def test_a_parameter_out_of_range_is_one_sentence(field: str, value: Any, sentence: str) -> None:
    with pytest.raises(ProjectionError) as caught:
        dataclasses.replace(ProjectionConfig(), **{field: value})
    assert str(caught.value) == sentence


def test_a_projection_without_axes_that_mean_something_has_no_gaussians() -> None:
    found = project(cloud(30, 4), ProjectionConfig("kernel-pca"))
    assert isinstance(found, Projection)
    assert found.share is not None
    assert found.fitted is found.prior is None
