"""What Python hands to the maps of the Manifold page."""

from __future__ import annotations

import pytest

from tests.ui.conftest import component, open_link, page
from ui import dimension_report, tangent_report


@pytest.mark.usefixtures("root")
def test_a_model_without_a_plane_gets_a_sentence_and_the_link_reaches_the_maps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for report in (tangent_report, dimension_report):
        monkeypatch.setattr(report, "ask", lambda model, digits, seed: None)
    link = {"left": "ae-1", "ends": "-0.5_0.2_0.4_-0.3", "surface": "graph", "neighbours": "7", "mutual": "1"}
    app = open_link(link | {"distance": "cosine", "stops": "3.17", "view": "0.5_0_2", "hide": "38"})
    app = app.switch_page(page("manifold")).run()
    assert not app.exception
    data = component(app, "manifold_map")
    assert [data["left"]["name"], data["right"]["name"], data["digits"]] == ["ae-1", "vae-30", "uci"]
    assert data["problems"] == {"left": "it has 1 code, and a plane takes 2", "right": None}
    assert data["opening"] == {
        "hide": "38",
        "view": "0.5_0_2",
        "surface": "graph",
        "ends": "-0.5_0.2_0.4_-0.3",
        "stops": "3.17",
        "corners": "",
        "distance": "cosine",
        "neighbours": 7,
        "mutual": True,
    }
