"""t-SNE: on the page Encodings it grows, is shared by all visitors, ends and fails; and as the server sends it."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from streamlit.testing.v1 import AppTest

from tests import tiny
from tests.ui.conftest import TestClient, arrays, few_digits, open_page, page, until
from tests.ui.jobs.fake_tsne import FakeJobs, tsne
from tests.ui.pages.encodings_page import is_stale, problems, said, sides, statuses
from ui.choices.link import DEFAULT_SEED
from ui.choices.view import Cloud, CodesKind
from ui.encodings import projections, shipped_tsne
from ui.encodings.projections import Plot, plot
from vae_core.spaces.projection import ProjectionConfig

__all__ = ["tsne"]
pytestmark = pytest.mark.usefixtures("root")


def open_tsne(**query: str) -> AppTest:
    """On the t-SNE of 500 digits."""
    return open_page("encodings", method="t-sne", count="500", **query)


def test_tsne_is_awaited_beside_the_pca_and_then_drawn(tsne: FakeJobs, client: TestClient) -> None:
    app = open_tsne(seed="101")
    assert is_stale(app)
    assert statuses(app) == [200, 200]
    for side in sides(app):
        assert "method=pca" in side["projection"]
        assert "method=t-sne" in side["growing"]["address"]
        assert client.get(f"/{side['growing']['address']}").status_code == 200
        assert side["growing"]["axes"] == ["t-SNE 1", "t-SNE 2"]
    first = tsne.wait_for(1)
    assert len(first.codes) == 500
    tsne.wait_until_known(tsne_plots(app)[0])
    app.run()
    assert [bar.proto.text for bar in app.get("progress")] == ["ae-30 · 25 %", "vae-30 · waits"]
    first.end()
    tsne.wait_for(2).end()
    tsne.wait_until_over(*tsne_plots(app))
    app.run()
    assert not app.get("progress")
    assert not is_stale(app)
    for side in sides(app):
        assert side["growing"] is None
        assert "method=t-sne&components=2&perplexity=30" in side["projection"]
        assert side["axes"] == ["t-SNE 1", "t-SNE 2"]
    assert statuses(app) == [200, 200]
    app.switch_page(page("models")).run()
    app.switch_page(page("encodings")).run()
    assert not is_stale(app)
    assert len(tsne.started) == 2


def tsne_plots(app: AppTest) -> list[projections.Plot]:
    return list(app.session_state["tsne.asked"])


def test_what_came_with_the_app_is_shown_and_only_the_other_one_computed(
    tsne: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = np.ones((1797, 2), np.float32)
    came = {"ae-30"}
    monkeypatch.setattr(shipped_tsne, "find", lambda model, *_: points if model in came else None)
    app = open_page("encodings", method="t-sne")
    assert [bar.proto.text.split(" · ")[0] for bar in app.get("progress")] == ["vae-30"]
    assert is_stale(app)
    tsne.wait_for(1)
    came.add("vae-30")
    app.run()
    assert not app.get("progress")
    assert not is_stale(app)
    assert statuses(app) == [200, 200]
    assert len(tsne.started) == 1


def test_a_cancelled_tsne_stays_so_until_it_is_started_again(tsne: FakeJobs) -> None:
    app = open_tsne(seed="102")
    tsne.wait_for(1)
    app.button(key="tsne-cancel").click().run()
    for _ in range(2):
        assert "t-SNE was cancelled" in said(app)
        assert not is_stale(app)
        assert problems(app) == [None, None]
        assert len(tsne.started) == 1
        app.run()
    app.button(key="tsne-start-again").click().run()
    assert tsne.wait_for(2)
    assert is_stale(app)


def test_what_another_visitor_cancels_goes_on_for_this_one(tsne: FakeJobs) -> None:
    first, second = (open_tsne(seed="103") for _ in range(2))
    runner = tsne.wait_for(1)
    for _ in range(2):
        first.button(key="tsne-cancel").click().run()
        assert "t-SNE was cancelled" in said(first)
        second.run()
        assert "t-SNE was cancelled" not in said(second)
        assert is_stale(second)
        first.button(key="tsne-start-again").click().run()
        assert is_stale(first)
    plots = tsne_plots(first)
    first.number_input(key="perplexity").set_value(50.0).run()
    assert not runner.wait(0)
    second.button(key="tsne-cancel").click().run()
    assert runner.wait(0), "nobody wants it any more"
    assert [tsne.jobs.find(plot) for plot in plots] == [None, None]
    assert tsne.wait_for(2).config.perplexity == 50
    assert is_stale(first)


def test_a_tsne_that_fails_says_so_in_its_place_and_can_be_tried_again(tsne: FakeJobs) -> None:
    app = open_tsne(seed="104")
    tsne.wait_for(1).end("its points went beyond all numbers")
    tsne.wait_for(2).end()
    tsne.wait_until_over(*tsne_plots(app))
    for _ in range(2):
        app.run()
        assert problems(app) == ["ae-30: its points went beyond all numbers.", None]
        assert statuses(app) == [404, 200]
        assert len(tsne.started) == 2
    app.button(key="tsne-start-again").click().run()
    tsne.wait_for(3).end()
    tsne.wait_until_over(tsne_plots(app)[0])
    app.run()
    assert problems(app) == [None, None]


def test_one_model_on_both_sides_is_computed_once(tsne: FakeJobs) -> None:
    app = open_tsne(right="ae-30", seed="106")
    tsne.wait_for(1).end()
    tsne.wait_until_over(tsne_plots(app)[0])
    app.run()
    assert not is_stale(app)
    assert len(tsne.started) == 1
    assert len(app.dataframe[0].value.columns) == 1 + 5


def test_no_request_starts_a_tsne_and_a_finished_one_is_served(client: TestClient, tsne: FakeJobs) -> None:
    shown = plot("ae-30", "uci", Cloud(ProjectionConfig("t-sne", 3), 500), 77)
    assert client.get(f"/{shown.address()}").status_code == 404
    assert not tsne.started
    tsne.ask(shown)
    job = tsne.wait_for(1)
    assert "not computed yet" in client.get(f"/{shown.address()}").text
    job.end()
    tsne.wait_until_over(shown)
    found = arrays(client, f"/{shown.address()}")
    np.testing.assert_array_equal(found["points"], job.points.T)
    assert set(found) == {"points", "rows", "labels", "radius"}
    assert (job.config, job.seed) == (shown.cloud.config, 77)
    assert client.get(f"/{shown.address('csv')}").text.startswith("row,digit,x,y,z,z0,z1,z2,z3\n")


def growing(client: TestClient, shown: Plot) -> dict[str, np.ndarray]:
    return arrays(client, f"/{shown.growing_address}")


def test_a_tsne_under_way_is_served_as_far_as_it_is(client: TestClient, tsne: FakeJobs) -> None:
    shown = plot("ae-30", "uci", Cloud(ProjectionConfig("t-sne"), 500), 78)
    assert growing(client, shown)["points"].shape == (2, 0)
    tsne.ask(shown)
    job = tsne.wait_for(1)
    tsne.wait_until_known(shown)
    assert growing(client, shown)["points"].shape == (2, 0)
    for step in (1, 2):
        job.growing = job.points * step
        until(lambda step=step: np.array_equal(growing(client, shown)["points"], step * job.points.T))  # type: ignore[misc]
        found = growing(client, shown)
        assert len(found["rows"]) == len(found["labels"]) == 500
    assert client.get(f"/{shown.address()}").status_code == 404, "the result it is not"
    job.end()
    tsne.wait_until_over(shown)
    np.testing.assert_array_equal(growing(client, shown)["points"], job.points.T)


def test_a_tsne_that_came_with_the_app_is_there_at_once(
    tmp_path: Path, own_root: Path, client: TestClient, tsne: FakeJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped_tsne, "FOLDER", tmp_path)
    monkeypatch.setattr(shipped_tsne, "FILE", tmp_path / "t-sne.safetensors")

    def asked(codes: CodesKind = "sample", perplexity: float = 30, seed: int = DEFAULT_SEED) -> Plot:
        return plot("vae-30", "uci", Cloud(ProjectionConfig("t-sne", perplexity=perplexity), codes=codes), seed)

    points = np.random.default_rng(0).standard_normal((1797, 2)).astype(np.float32)
    assert client.get(f"/{asked().address()}").status_code == 404
    name = shipped_tsne.key(asked().model, asked().cloud, asked().seed)
    safetensors.numpy.save_file({name: points}, shipped_tsne.FILE)
    np.testing.assert_array_equal(arrays(client, f"/{asked().address()}")["points"], points.T)
    np.testing.assert_array_equal(growing(client, asked())["points"], points.T)
    assert projections.is_shipped(asked())
    assert not tsne.started
    # Of other codes, settings, digits and weights it is not.
    others = [asked("mean"), asked(perplexity=29), asked(seed=DEFAULT_SEED + 1)]
    assert [projections.is_shipped(other) for other in others] == [False] * 3
    tiny.write_checkpoint(own_root, "vae-30", "vae-logvar", seed=1)
    assert not projections.is_shipped(asked())
    tiny.write_checkpoint(own_root, "vae-30", "vae-logvar")
    assert projections.is_shipped(asked())
    few_digits(monkeypatch, 500, 10)
    assert not projections.is_shipped(asked())
