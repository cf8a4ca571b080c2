"""What the page Objective shows of a pair without a VAE."""

import shutil
from pathlib import Path

import pytest

from tests.ui.conftest import address, component, open_page

pytestmark = pytest.mark.usefixtures("root", "unmeasured")
BLOCK = "reparameterisation"


def test_a_pair_without_a_vae_is_offered_one(own_root: Path) -> None:
    app = open_page("objective", left="ae-30", right="ae-1")
    assert BLOCK not in {element.key for element in app.get("bidi_component")}
    assert "This takes a VAE" in " ".join(words.value for words in app.main.markdown)
    shutil.rmtree(own_root / "vae-30")
    app.run()
    assert app.button(key=f"{BLOCK}.vae").label == "Show vae-2 on the right"
    app.button(key=f"{BLOCK}.vae").click().run()
    assert not app.exception
    assert [address(app)[side] for side in ("left", "right")] == ["ae-30", "vae-2"]
    assert [model["name"] for model in component(app, BLOCK)["models"]] == ["vae-2"]


def test_the_best_known_comes_first() -> None:
    app = open_page("objective", left="ae-1", right="ae-1")
    app.button(key=f"{BLOCK}.vae").click().run()
    assert [model["name"] for model in component(app, BLOCK)["models"]] == ["vae-30"]


def test_without_any_vae_there_is_a_sentence_alone(own_root: Path) -> None:
    for name in ("vae-30", "vae-2"):
        shutil.rmtree(own_root / name)
    app = open_page("objective")
    assert "there is none for these pictures" in " ".join(words.value for words in app.main.markdown)
    assert f"{BLOCK}.vae" not in {button.key for button in app.button}
