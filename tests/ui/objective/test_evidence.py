"""What the block of ln p(x) is mounted with."""

import pytest

from tests.ui.conftest import component, open_page

pytestmark = pytest.mark.usefixtures("root", "unmeasured")


def test_it_has_the_vaes_of_the_pair_the_set_and_the_seed() -> None:
    for pair, expected in (
        (("ae-30", "vae-30"), ["vae-30"]),
        (("vae-2", "vae-30"), ["vae-2", "vae-30"]),
        (("vae-2", "vae-2"), ["vae-2"]),
    ):
        app = open_page("objective", left=pair[0], right=pair[1], seed="9")
        data = component(app, "evidence")
        assert [model["name"] for model in data["models"]] == expected
        assert (data["digits"], data["seed"]) == ("uci", 9)


def test_without_a_vae_one_is_offered() -> None:
    app = open_page("objective", left="ae-30", right="ae-1")
    assert all(element.key != "evidence" for element in app.get("bidi_component"))
    app.button(key="evidence.vae").click().run()
    assert component(app, "evidence")["models"][0]["name"] == "vae-30"
