import base64
import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from scipy import stats

from tests import tiny
from tests.ui.conftest import TestClient, arrays
from ui import store
from ui.choices import digit_sets
from ui.choices.view import COUNTS, Cloud
from ui.encodings import projections
from ui.encodings.projections import Plot, choose_rows, plot, projected
from ui.errors import NotHereError
from vae_core.spaces.projection import KERNELS, ProjectionConfig, project

pytestmark = pytest.mark.usefixtures("root")
LABELS = np.array([3, 1, 3, 0, 1, 9, 0, 3])


def serve(client: TestClient, shown: Plot) -> dict[str, np.ndarray]:
    return arrays(client, f"/{shown.address()}")


@pytest.mark.parametrize("count", [8, 9, 10_000])
def test_a_count_that_is_not_smaller_takes_all_rows_in_order(count: int) -> None:
    assert choose_rows(LABELS, count, seed=1).tolist() == [3, 6, 1, 4, 0, 2, 7, 5]


def test_the_rows_are_drawn_once_each_by_the_seed_and_ordered_by_label() -> None:
    labels = digit_sets.load("uci").labels
    rows = choose_rows(labels, 500, seed=7)
    assert rows.dtype == np.int32
    assert len(set(rows.tolist())) == len(rows) == 500
    order = list(zip(labels[rows].tolist(), rows.tolist(), strict=True))
    assert order == sorted(order)
    np.testing.assert_array_equal(rows, choose_rows(labels, 500, seed=7))
    assert rows.tolist() != choose_rows(labels, 500, seed=8).tolist()
    # Not the first 500, nor some classes alone: what is drawn is spread like the set itself.
    assert stats.kstest(np.sort(rows) / len(labels), "uniform").statistic < 0.1


@pytest.mark.parametrize(
    ("name", "config", "count"),
    [
        *(("vae-30", ProjectionConfig("kernel-pca", 3, kernel, 0.05, 2, 0.25), 500) for kernel in KERNELS),
        *(("ae-30", ProjectionConfig("pca", components), 10_000) for components in (2, 3)),
        ("vae-2", ProjectionConfig("raw"), 2000),
    ],
)
def test_an_address_serves_what_the_core_projects(
    client: TestClient, name: str, config: ProjectionConfig, count: int
) -> None:
    found, labels = serve(client, plot(name, "uci", Cloud(config, count), 5)), digit_sets.load("uci").labels
    rows = choose_rows(labels, count, 5)
    expected = project(store.encodings(name, "uci").codes[rows], config, 5)
    np.testing.assert_array_equal(found["points"], expected.points.T)
    np.testing.assert_array_equal(found["share"], expected.share)
    np.testing.assert_array_equal(found["rows"], rows)
    np.testing.assert_array_equal(found["labels"], labels[rows])
    gaussians = [] if config.method == "kernel-pca" else ["fitted", "prior"]
    for kind in gaussians:
        np.testing.assert_array_equal(found[f"{kind}_mean"], getattr(expected, kind).mean)
        np.testing.assert_array_equal(found[f"{kind}_cholesky"], getattr(expected, kind).cholesky)
    assert found["radius"].tolist() == pytest.approx([stats.chi2.ppf(0.95, config.components) ** 0.5])
    assert {key: str(array.dtype) for key, array in found.items()} == {
        **dict.fromkeys(["points", "share", "radius"], "float32"),
        **{f"{kind}_{part}": "float32" for kind in gaussians for part in ("mean", "cholesky")},
        **(dict.fromkeys(["origin", "axes"], "float32") if gaussians else {}),
        **{"rows": "int32", "labels": "uint8"},
    }


@pytest.mark.parametrize("config", [ProjectionConfig("kernel-pca", 3, "poly", coef0=0.5), ProjectionConfig("pca", 2)])
def test_an_address_places_a_code_as_the_core_does(client: TestClient, config: ProjectionConfig) -> None:
    wanted = plot("vae-30", "uci", Cloud(config, 500), 5)

    def ask(text: str) -> Any:
        return client.get(f"/{wanted.address('json')}&code={quote(text, safe='')}")

    codes = store.encodings("vae-30", "uci").codes[choose_rows(digit_sets.load("uci").labels, 500, 5)]
    dim = codes.shape[1]
    code = np.random.default_rng(0).standard_normal(dim).astype(np.float32)
    answer = ask(base64.b64encode(code.tobytes()).decode())
    np.testing.assert_array_equal(answer.json()["point"], project(codes, config, 5).place(code[None])[0].tolist())
    for wrong in ("", "AAAA", "!", base64.b64encode(np.full(dim, np.nan, "<f4").tobytes()).decode()):
        assert ask(wrong).status_code == 404
        assert f"{dim} finite float32 numbers" in ask(wrong).text
    if config.method == "kernel-pca":
        far = ask(base64.b64encode(np.full(dim, 3e38, "<f4").tobytes()).decode())
        assert far.json()["problem"] == "vae-30: its codes are too far apart to be drawn."


@pytest.mark.parametrize("name", ["vae-2", "linear", "vae-30"])
def test_a_csv_holds_the_digits_the_points_and_the_codes_to_the_last_bit(client: TestClient, name: str) -> None:
    codes = store.encodings(name, "uci").codes
    dim = codes.shape[1]
    shown = plot(name, "uci", Cloud(ProjectionConfig("pca", min(dim, 3)), 500), 5)
    answer = client.get(f"/{shown.address('csv')}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    file = f"encodings-{name}-uci-pca-{min(dim, 3)}d.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{file}"'
    head, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == ["row", "digit", *"xyz"[: min(dim, 3)], *(f"z{i}" for i in range(dim))]
    found = serve(client, shown)
    table = np.array(lines, np.float64).astype(np.float32)
    np.testing.assert_array_equal(table[:, 0], found["rows"])
    np.testing.assert_array_equal(table[:, 1], found["labels"])
    np.testing.assert_array_equal(table[:, 2 : 2 + min(dim, 3)], found["points"].T)
    np.testing.assert_array_equal(table[:, -dim:], codes[found["rows"]])


def test_a_name_that_no_header_can_hold_is_bent(
    client: TestClient, make_checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = 'vaé "2"\r, ü'
    monkeypatch.setenv("CHECKPOINTS_DIR", str(make_checkpoint(name, "bernoulli").parent))
    shown = plot(name, "uci", Cloud(count=500), 5)
    disposition = client.get(f"/{shown.address('csv')}").headers["content-disposition"]
    assert disposition == 'attachment; filename="encodings-va___2_____-uci-pca-2d.csv"'
    assert client.get(f"/{shown.address()}").status_code == 200


@pytest.mark.parametrize(
    ("name", "config", "sentence"),
    [
        ("ae-1", ProjectionConfig("pca"), "ae-1: it has 1 code, and a plane takes 2."),
        ("vae-2", ProjectionConfig("pca", 3), "vae-2: it has 2 codes, and a 3D plot takes 3."),
        ("ae-30", ProjectionConfig("raw"), "ae-30: it has 4 codes, and raw codes are drawn for models with 2."),
        ("vae-30", ProjectionConfig("t-sne"), "vae-30: t-SNE of these digits is not computed yet."),
    ],
)
@pytest.mark.parametrize("kind", ["safetensors", "csv"])
def test_what_cannot_be_projected_is_refused_in_one_sentence(
    client: TestClient, name: str, config: ProjectionConfig, sentence: str, kind: str
) -> None:
    shown = plot(name, "uci", Cloud(config, 500), 1234)
    answer = client.get(f"/{shown.address(kind)}")
    assert (answer.status_code, answer.text) == (404, sentence)
    with pytest.raises(NotHereError) as refusal:
        projected(shown)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    "query",
    [
        "",
        "method=pca",
        "method=pca&components=2&count=500",
        "method=umap&components=2&count=500&seed=3",
        "method=t-sne&components=2&count=500&seed=3&perplexity=0",
        *(f"method=pca&components=2&count={count}&seed=3" for count in ("501", "1e3")),
        *(f"method=pca&components={axes}&count=500&seed={seed}" for axes, seed in ((4, 3), (2, -1))),
        *(
            f"method=kernel-pca&components=2&count=500&seed=3&{wrong}"
            for wrong in ("gamma=nan", "gamma=1e400", "kernel=laplace", "degree=99999999")
        ),
    ],
)
def test_a_bad_query_is_refused_in_one_sentence(client: TestClient, query: str) -> None:
    for kind in ("safetensors", "csv"):
        answer = client.get(f"/projections/ae-30/uci.{kind}?{query}")
        assert answer.status_code == 404
        assert answer.text.startswith("The parameter ")
        assert answer.text.count(".") >= 1
        assert len(answer.text) < 200


def test_of_a_vae_its_means_are_projected_or_one_sample_of_each() -> None:
    found = store.encodings("vae-30", "uci")
    for codes, expected in (("sample", found.codes), ("mean", found.means)):
        shown = plot("vae-30", "uci", Cloud(ProjectionConfig("kernel-pca"), codes=codes), 5)
        rows = projected(shown).rows
        np.testing.assert_array_equal(projections.chosen_codes(shown), expected[rows])
        points = project(expected[rows], shown.cloud.config, 5).points
        np.testing.assert_array_equal(projected(shown).projection.points, points)
    # An autoencoder has one code for a digit.
    assert plot("ae-30", "uci", Cloud(codes="mean"), 5) == plot("ae-30", "uci", Cloud(codes="sample"), 5)
    assert plot("vae-30", "uci", Cloud(codes="mean"), 5) != plot("vae-30", "uci", Cloud(codes="sample"), 5)


def test_a_retrained_model_is_projected_anew(own_root: Path, client: TestClient) -> None:
    before = plot("ae-30", "uci", Cloud(count=500), 5)
    points = serve(client, before)["points"]
    tiny.write_checkpoint(own_root, "ae-30", "ae", seed=1)
    after = plot("ae-30", "uci", Cloud(count=500), 5)
    assert before != after
    assert not np.array_equal(serve(client, after)["points"], points)


def test_what_shows_the_same_has_one_address() -> None:
    first = plot("ae-30", "uci", Cloud(ProjectionConfig(), 2000), 5)
    for count in COUNTS[2:]:
        other = plot("ae-30", "uci", Cloud(ProjectionConfig(gamma=7.0, perplexity=5.0), count), 5)
        assert first == other
        assert first.address() == other.address()


def test_a_model_that_is_not_here_is_named() -> None:
    for name in ("nothing", "../ae-30"):
        with pytest.raises(NotHereError, match="no checkpoint"):
            plot(name, "uci", Cloud(), 5)
    with pytest.raises(NotHereError, match="no set of digits"):
        plot("ae-30", "letters", Cloud(), 5)
