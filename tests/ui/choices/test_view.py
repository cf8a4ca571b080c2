import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.choices.view import (
    CODES_KINDS,
    COUNTS,
    KEYS,
    PARAMETERS,
    Cloud,
    address_query,
    canonical,
    compose,
    counts,
    fit_count,
    parse,
    parse_address_query,
    relevant,
    tidy,
)
from ui.errors import NotHereError
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import KERNELS, LIMITS, METHODS, ProjectionConfig

SIZE = 10_000
UCI = 1797


def thousandths(name: str) -> st.SearchStrategy[float]:
    low, high = LIMITS[name]
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda n: n / 1000)


configs = st.builds(
    ProjectionConfig,
    method=st.sampled_from(METHODS),
    components=st.sampled_from([2, 3]),
    kernel=st.sampled_from(KERNELS),
    gamma=thousandths("gamma"),
    degree=st.integers(1, 6),
    coef0=thousandths("coef0"),
    perplexity=thousandths("perplexity"),
)
clouds = st.builds(Cloud, configs, st.sampled_from(COUNTS), st.sampled_from(CODES_KINDS))


@given(clouds)
def test_what_is_composed_is_parsed(cloud: Cloud) -> None:
    assert parse(compose(cloud, SIZE), SIZE) == (cloud, [])


def test_a_link_says_only_what_is_not_as_usual() -> None:
    assert compose(Cloud(), SIZE) == {}
    assert compose(Cloud(), UCI) == {}
    cloud = Cloud(ProjectionConfig("kernel-pca", 3, "poly", gamma=0.5, degree=2, coef0=-1.0), 500)
    assert compose(cloud, SIZE) == {
        **{"method": "kernel-pca", "axes": "3", "count": "500", "kernel": "poly"},
        **{"gamma": "0.5", "degree": "2", "coef0": "-1"},
    }


def test_links_and_addresses_of_before_mean_samples() -> None:
    assert parse({"method": "t-sne"}, UCI)[0].codes == "sample"
    assert compose(Cloud(codes="mean"), UCI) == {"codes": "mean"}
    usual = address_query(Cloud(), 3)
    assert "codes" not in usual
    assert parse_address_query(usual)[0].codes == "sample"
    assert parse_address_query(address_query(Cloud(codes="mean"), 3))[0].codes == "mean"


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=60)))
def test_any_text_gives_something_that_can_be_shown(parameters: dict[str, str]) -> None:
    cloud, ignored = parse(parameters, UCI)
    assert cloud.count in counts(UCI)
    assert len(ignored) <= len(parameters)
    assert all(len(sentence) < 200 for sentence in ignored)


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("method", "umap", "one of pca, kernel-pca, t-sne, raw, so it is pca"),
        ("method", "PCA", "one of"),
        ("axes", "4", "one of 2, 3, so it is 2"),
        ("axes", "", "one of 2, 3"),
        ("count", "1234", "one of 500, 1000, 2000, 5000, 10000, so it is 2000"),
        ("kernel", "laplace", "one of linear, poly, rbf, sigmoid, cosine, so it is rbf"),
        ("gamma", "0", "a number from 0.01 to 100, so it is 1"),
        ("gamma", "100.001", "a number from 0.01 to 100"),
        ("gamma", "nan", "a number"),
        ("gamma", "1e1", "a number"),
        ("gamma", "9" * 5000, "a number"),
        ("degree", "2.5", "one of 1, 2, 3, 4, 5, 6, so it is 3"),
        ("degree", "7", "one of"),
        ("coef0", "-10.5", "a number from -10 to 10, so it is 1"),
        ("coef0", "inf", "a number"),
        ("perplexity", "1", "a number from 2 to 100, so it is 30"),
        ("perplexity", "٣٠", "a number"),
    ],
)
def test_nonsense_falls_back_and_is_named(key: str, text: str, reason: str) -> None:
    cloud, (sentence,) = parse({key: text}, UCI)
    assert cloud == Cloud()
    assert sentence.startswith(f"{key} ")
    assert reason in sentence
    assert len(sentence) < 200


def test_one_bad_part_leaves_the_others() -> None:
    cloud, ignored = parse({"method": "raw", "axes": "x", "count": "500", "seed": "y"}, UCI)
    assert cloud == Cloud(ProjectionConfig("raw"), 500)
    assert len(ignored) == 1


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_of_a_link_are_those_of_the_core(name: str) -> None:
    low, high = LIMITS[name]
    for value in (low, high):
        assert PARAMETERS[name].read(f"{value:g}") == value
        ProjectionConfig(**{name: value})  # type: ignore[arg-type]
    for value in (low - 1, high + 1):
        assert PARAMETERS[name].read(f"{value:g}") is None
        with pytest.raises(ProjectionError, match=f"{low:g} to {high:g}"):
            ProjectionConfig(**{name: value})  # type: ignore[arg-type]


def test_the_counts_end_with_the_one_that_shows_all() -> None:
    assert counts(10_000) == counts(60_000) == [500, 1000, 2000, 5000, 10_000]
    assert counts(UCI) == counts(2000) == [500, 1000, 2000]
    assert counts(4) == [500]
    assert [fit_count(count, UCI) for count in (500, 2000, 10_000)] == [500, 2000, 2000]


@given(configs)
def test_equal_projections_have_one_address_and_it_is_read_back(config: ProjectionConfig) -> None:
    query = address_query(Cloud(config, 500), 7)
    assert set(query) == {"method", "components", "count", "seed", *relevant(config)}
    assert parse_address_query(query) == (Cloud(canonical(config), 500), 7)
    assert address_query(Cloud(canonical(config), 500), 7) == query


def test_only_the_parameters_of_a_kernel_are_in_its_address() -> None:
    assert {kernel: relevant(ProjectionConfig("kernel-pca", kernel=kernel)) for kernel in KERNELS} == {
        "linear": ("kernel",),
        "poly": ("kernel", "degree", "gamma", "coef0"),
        "rbf": ("kernel", "gamma"),
        "sigmoid": ("kernel", "gamma", "coef0"),
        "cosine": ("kernel",),
    }
    assert relevant(ProjectionConfig("t-sne")) == ("perplexity",)
    assert relevant(ProjectionConfig("raw", gamma=3)) == ()


ADDRESS = {"method": "pca", "components": "2", "count": "500", "seed": "3"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_address_with_nonsense_or_without_what_matters_is_refused_in_one_sentence(name: str) -> None:
    for text in ("", "x", "nan", "-1e9", "1" * 5000, "<script>"):
        with pytest.raises(NotHereError) as refusal:
            parse_address_query(ADDRESS | {name: text})
        assert str(refusal.value) == f"The parameter {name} must be {PARAMETERS[name].rule}."
    if name in ADDRESS:
        with pytest.raises(NotHereError, match=f"The parameter {name} is missing."):
            parse_address_query({key: text for key, text in ADDRESS.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "tidied"),
    [
        ("gamma", 0.12345678, 0.123457),
        ("gamma", None, 1.0),
        ("gamma", float("nan"), 1.0),
        ("method", None, "pca"),
        ("components", 3, 3),
        ("degree", 99, 3),
        ("count", 10_000, 2000),
        ("count", "500", 500),
    ],
)
def test_what_a_session_holds_is_brought_to_what_a_link_can_say(name: str, value: object, tidied: object) -> None:
    assert tidy(name, value, UCI) == tidied
