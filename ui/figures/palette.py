"""The colours of the kinds of model and of the ten digits, in one place.

`.streamlit/config.toml` repeats the colours of the kinds as the theme's orange, green, blue and grey, so that Markdown
such as `:orange[AE]` shows them; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["ae", "dae", "vae"]
Subject = Role | Literal["original"]
Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Colour:
    """One meaning in two themes, each `#rrggbb`, and the Markdown colour that shows it."""

    light: str
    dark: str
    markdown: str


SUBJECTS: dict[Subject, Colour] = {
    "ae": Colour("#C4700A", "#F0A63C", "orange"),
    "dae": Colour("#0B8262", "#35C79C", "green"),
    "vae": Colour("#2F66D0", "#82AEFF", "blue"),
    "original": Colour("#667085", "#9BA6B8", "gray"),
}
LABELS: dict[Subject, str] = {"ae": "AE", "dae": "DAE", "vae": "VAE", "original": "original"}

# Petroff's ten colours for readers with any colour vision (2021, arXiv:2107.02270), moved in CIELAB until each stands
# out from its page, and any two differ for protanopes, deuteranopes and tritanopes too: tests/ui/frame/test_palette.py.
DIGITS: dict[Theme, tuple[str, ...]] = {
    "light": (
        "#6378C4", "#D19600", "#960B00", "#797482", "#6122B1", "#8C5251", "#CE4306", "#94AB78", "#3B4859", "#47B2BF",
    ),
    "dark": (
        "#769CFC", "#FFD425", "#C90209", "#A29687", "#8140CF", "#8E5258", "#E87208", "#D5EDB7", "#7B7F95", "#8EF4FF",
    ),
}  # fmt: skip


def for_browser() -> dict[str, dict[str, str]]:
    """The colours of the kinds as JSON for a live component: {"vae": {"light": "#..", "dark": "#.."}, ...}."""
    return {subject: {"light": colour.light, "dark": colour.dark} for subject, colour in SUBJECTS.items()}


def digits_for_browser() -> dict[str, list[str]]:
    """The colours of the digits 0 to 9 as JSON for a live component: {"light": ["#..", ...], "dark": [...]}."""
    return {theme: list(colours) for theme, colours in DIGITS.items()}


def dark_for_browser() -> dict[str, str]:
    """The dark theme's colour for each of the kinds' colours in the light theme: {"#..": "#..", ...}."""
    return {colour.light: colour.dark for colour in SUBJECTS.values()}
