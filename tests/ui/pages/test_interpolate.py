"""The page Interpolate: what its component is given, whatever the models and the digits are like."""

import pytest

from tests.ui.conftest import component, few_digits, open_page
from ui.choices.link import DEFAULT_SEED

pytestmark = pytest.mark.usefixtures("root")


def test_the_component_gets_the_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    data = component(open_page("interpolate", left="vae-30", right="ae-30"), "interpolate")
    assert [model["name"] for model in data["models"]] == ["vae-30", "ae-30"]
    assert (data["digits"], data["seed"]) == ("uci", DEFAULT_SEED)
    few_digits(monkeypatch, 2, 10)
    data = component(open_page("interpolate", left="ae-1", right="ae-1"), "interpolate")
    assert [model["name"] for model in data["models"]] == ["ae-1"]
