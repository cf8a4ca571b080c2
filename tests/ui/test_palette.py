from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ui.palette import SUBJECTS, for_browser

CONFIG = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text())
BACKGROUNDS = {theme: CONFIG["theme"][theme]["backgroundColor"] for theme in ("light", "dark")}


def luminance(colour: str) -> float:
    """Relative luminance as in WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_theme_shows_the_colours_of_the_kinds(subject: str, theme: str) -> None:
    colour = SUBJECTS[subject]  # type: ignore[index]
    shade = for_browser()[subject][theme]
    assert CONFIG["theme"][theme][f"{colour.markdown}Color"] == shade
    assert CONFIG["theme"][theme][f"{colour.markdown}TextColor"] == shade
    assert contrast(shade, BACKGROUNDS[theme]) >= 3  # WCAG 2.2, 1.4.11: graphical objects


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable(theme: str) -> None:
    section = CONFIG["theme"][theme]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(section["textColor"], section[background]) >= 7
        assert contrast(section["textColor"], section["sidebar"][background]) >= 7
    assert contrast("#FFFFFF", section["primaryColor"]) >= 3


def test_streamlit_is_set_up_as_it_should_be() -> None:
    assert CONFIG["browser"] == {"gatherUsageStats": False}
    assert CONFIG["server"] == {"address": "127.0.0.1", "maxUploadSize": 5, "showEmailPrompt": False}
    assert CONFIG["runner"] == {"postScriptGC": False}
    assert CONFIG["client"] == {"showErrorDetails": "type", "toolbarMode": "viewer"}
