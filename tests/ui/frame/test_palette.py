import colorsys
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from ui.figures.palette import SUBJECTS, digits_for_browser, for_browser

CONFIG = tomllib.loads((Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml").read_text())
BACKGROUNDS = {theme: CONFIG["theme"][theme]["backgroundColor"] for theme in ("light", "dark")}

# The latent map is dark on both.
MAP = "#0B0E14"
# Machado, Oliveira & Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency", IEEE
# TVCG 15(6), severity 1.0, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# CIEDE2000. About 1 can be told apart side by side, about 10 as two colours at a glance.
TOLD_APART = 13.5
# Points have neighbours of their own colour and a legend; WCAG's 3 is for what stands alone.
DIGIT_CONTRAST = {"light": 2.49, "dark": 3.0}


def rgb(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def linear(colours: list[str]) -> NDArray[np.float64]:
    """sRGB `#rrggbb` -> linear RGB [n, 3] in [0, 1]."""
    encoded = np.array([rgb(colour) for colour in colours])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def distances(colours: list[str], vision: str) -> NDArray[np.float64]:
    """CIEDE2000 between every two colours as such an eye sees them."""
    seen = np.clip(linear(colours) @ np.transpose(VISIONS[vision]), 0, 1)
    encoded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(encoded[None])[0]
    first, second = np.triu_indices(len(colours), 1)
    found: NDArray[np.float64] = deltaE_ciede2000(lab[first], lab[second])
    return found


def contrast(first: str, second: str) -> float:
    """Of the relative luminances of WCAG 2.2."""
    low, high = sorted(linear([first, second]) @ [0.2126, 0.7152, 0.0722])
    return float((high + 0.05) / (low + 0.05))


def hue(colour: str) -> float:
    return colorsys.rgb_to_hsv(*rgb(colour))[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_theme_shows_the_colours_of_the_kinds(subject: str, theme: str) -> None:
    colour = SUBJECTS[subject]  # type: ignore[index]
    shade = for_browser()[subject][theme]
    assert CONFIG["theme"][theme][f"{colour.markdown}Color"] == shade
    text = CONFIG["theme"][theme][f"{colour.markdown}TextColor"]
    assert contrast(text, BACKGROUNDS[theme]) >= 4.5  # WCAG 2.2, 1.4.3: text
    assert hue(text) == pytest.approx(hue(shade), abs=0.01)
    assert contrast(shade, BACKGROUNDS[theme]) >= 3  # WCAG 2.2, 1.4.11: graphical objects


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ten_digits_have_ten_colours_that_every_eye_tells_apart(theme: str) -> None:
    colours = digits_for_browser()[theme]
    assert len(colours) == 10
    assert len({colour.lower() for colour in colours}) == 10
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in colours)
    for background in (BACKGROUNDS[theme], *([MAP] if theme == "dark" else [])):
        assert min(contrast(colour, background) for colour in colours) >= DIGIT_CONTRAST[theme]
    for vision in VISIONS:
        assert distances(colours, vision).min() >= TOLD_APART, vision


def test_the_simulated_eyes_see_what_such_eyes_see() -> None:
    for matrix in VISIONS.values():
        np.testing.assert_allclose(np.sum(matrix, 1), 1, atol=1e-5)  # grey stays grey
    confused = {
        "protanopia": ["#FF7F0E", "#2CA02C"],  # orange and green
        "deuteranopia": ["#FF7F0E", "#BCBD22"],  # orange and olive
        "tritanopia": ["#20B2AA", "#3CB371"],  # blueish and yellowish green
    }
    for vision, pair in confused.items():
        assert distances(pair, vision)[0] < 4 < 15 < distances(pair, "normal")[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable(theme: str) -> None:
    section = CONFIG["theme"][theme]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(section["textColor"], section[background]) >= 7
        assert contrast(section["textColor"], section["sidebar"][background]) >= 7
    assert contrast("#FFFFFF", section["primaryColor"]) >= 4.5


def test_streamlit_is_set_up_as_it_should_be() -> None:
    assert CONFIG["browser"] == {"gatherUsageStats": False}
    quiet = {"fileWatcherType": "none", "showEmailPrompt": False}
    assert CONFIG["server"] == {"address": "127.0.0.1", "maxUploadSize": 5, **quiet}
    assert CONFIG["runner"] == {"postScriptGC": False}
    assert CONFIG["client"] == {"showErrorDetails": "type", "toolbarMode": "viewer"}
