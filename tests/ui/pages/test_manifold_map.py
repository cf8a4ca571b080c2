"""What Python hands to the maps of the Manifold page."""

from __future__ import annotations

import pytest

from tests.ui.conftest import component, open_link, page
from ui.reports import dimension_report, tangent_report


@pytest.mark.usefixtures("root")
def test_a_model_without_a_plane_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for report in (tangent_report, dimension_report):
        monkeypatch.setattr(report, "ask", lambda model, digits, seed: None)
    app = open_link({"left": "ae-1"}).switch_page(page("manifold")).run()
    assert not app.exception
    data = component(app, "manifold_map")
    assert [data["left"]["name"], data["right"]["name"], data["digits"]] == ["ae-1", "vae-30", "uci"]
    assert data["problems"] == {"left": "it has 1 code, and a plane takes 2", "right": None}
