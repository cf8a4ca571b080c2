"""t-SNE on the page Encodings: it grows beside the PCA, is shared by all visitors, ends and fails."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import TestClient, page
from tests.ui.jobs.fake_tsne import FakeJobs, tsne
from tests.ui.pages.encodings_page import is_stale, open_encodings, problems, said, sides, statuses
from ui.encodings import projections, shipped_tsne

__all__ = ["tsne"]
pytestmark = pytest.mark.usefixtures("root")


def open_tsne(**query: str) -> AppTest:
    """On the t-SNE of 500 digits."""
    return open_encodings(method="t-sne", count="500", **query)


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
    app = open_encodings(method="t-sne")
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
    first.number_input(key="perplexity").set_value(50.0).run()
    assert not runner.wait(0)
    second.button(key="tsne-cancel").click().run()
    assert runner.wait(0)
    assert tsne.wait_for(2).config.perplexity == 50


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


def test_another_perplexity_ends_the_tsne_that_nobody_wants_any_more(tsne: FakeJobs) -> None:
    app = open_tsne(seed="105")
    tsne.wait_for(1)
    left, right = tsne_plots(app)
    app.number_input(key="perplexity").set_value(50.0).run()
    assert [tsne.jobs.find(plot) for plot in (left, right)] == [None, None]
    assert tsne.wait_for(2).config.perplexity == 50
    assert is_stale(app)


def test_one_model_on_both_sides_is_computed_once(tsne: FakeJobs) -> None:
    app = open_tsne(right="ae-30", seed="106")
    tsne.wait_for(1).end()
    tsne.wait_until_over(tsne_plots(app)[0])
    app.run()
    assert not is_stale(app)
    assert len(tsne.started) == 1
    assert len(app.dataframe[0].value.columns) == 1 + 5
