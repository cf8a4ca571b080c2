import pytest

from tests.ui.conftest import address, notice, open_link
from ui.choices.comparison import Comparison, compose, parse

MODELS = ["ae-30", "dae-gaussian-30", "dae-masking-30", "vae-30"]
USUAL = ("dae-gaussian-30", "dae-masking-30")


@pytest.mark.parametrize(
    "comparison",
    [Comparison(USUAL), Comparison(()), Comparison(("vae-30",), "box"), Comparison(USUAL[::-1], "salt_and_pepper")],
)
def test_what_is_composed_is_parsed(comparison: Comparison) -> None:
    assert parse(compose(comparison, USUAL), MODELS, USUAL) == (comparison, [])


def test_a_link_says_only_what_is_not_as_usual() -> None:
    assert compose(Comparison(USUAL), USUAL) == {}
    assert compose(Comparison((), "masking"), USUAL) == {"also": "", "corruption": "masking"}


@pytest.mark.parametrize(
    ("parameters", "also", "reason"),
    [
        ({"also": "gone"}, (), "no such model"),
        ({"also": "gone," * 900 + "lost"}, (), "no such model here, so it is left out, as are 900 more"),
        ({"also": "vae-30,gone,ae-30"}, ("vae-30", "ae-30"), "“gone”"),
        ({"also": "vae-30,ae-30,dae-masking-30"}, ("vae-30", "ae-30"), "at most 2"),
        ({"corruption": "rain"}, USUAL, "one of gaussian, masking, salt_and_pepper, box, so it is gaussian"),
    ],
)
def test_nonsense_is_left_out_and_named(parameters: dict[str, str], also: tuple[str, ...], reason: str) -> None:
    comparison, (sentence,) = parse(parameters, MODELS, USUAL)
    assert comparison == Comparison(also)
    assert reason in sentence


@pytest.mark.usefixtures("root")
def test_a_session_keeps_what_a_link_asks_for() -> None:
    asked = {"also": "vae-2,linear", "corruption": "box"}
    app = open_link(asked)
    assert not notice(app)
    assert asked.items() <= address(app).items()
    app = open_link()
    del app.session_state["also"]
    assert "also" not in address(app.run())
    assert address(open_link({"also": ""}))["also"] == ""
