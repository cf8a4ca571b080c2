"""What the blocks of two distributions are sent."""

import numpy as np
import pytest

from tests.ui.conftest import component, open_page
from ui.choices import digit_sets
from ui.figures import palette

pytestmark = pytest.mark.usefixtures("root", "unmeasured")


def test_neither_takes_a_model_and_one_knows_the_set() -> None:
    app = open_page("objective", left="ae-30", right="ae-1", seed="11")
    assert not app.exception
    assert component(app, "divergence") == {"colour": palette.for_browser()["vae"], "seed": 11}
    data = component(app, "surprise")
    assert data["colours"] == palette.digits_for_browser()
    labels = digit_sets.load("uci").labels
    assert data["shares"] == pytest.approx([np.mean(labels == digit) for digit in range(10)])
