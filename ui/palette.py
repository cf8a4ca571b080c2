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

    def on(self, theme: Theme) -> str:
        """The shade for a light or a dark page."""
        return self.light if theme == "light" else self.dark


SUBJECTS: dict[Subject, Colour] = {
    "ae": Colour("#C4700A", "#F0A63C", "orange"),
    "dae": Colour("#0B8262", "#35C79C", "green"),
    "vae": Colour("#2F66D0", "#82AEFF", "blue"),
    "original": Colour("#667085", "#9BA6B8", "gray"),
}
LABELS: dict[Subject, str] = {"ae": "AE", "dae": "DAE", "vae": "VAE", "original": "original"}

# Petroff (2021), "Accessible color sequences for data visualization", arXiv:2107.02270: the sequence of ten, made for
# readers with any colour vision. In each theme the shade that its background would swallow is moved in lightness.
DIGITS: dict[Theme, tuple[str, ...]] = {
    "light": (
        "#3F90DA", "#FFA90E", "#BD1F01", "#94A4A2", "#832DB6", "#A96B59", "#E76300", "#B9AC70", "#717581", "#92DADD",
    ),
    "dark": (
        "#3F90DA", "#FFA90E", "#BD1F01", "#94A4A2", "#832DB6", "#A96B59", "#E76300", "#B9AC70", "#717581", "#92DADD",
    ),
}  # fmt: skip


def for_browser() -> dict[str, dict[str, str]]:
    """The colours of the kinds as JSON for a live component: {"vae": {"light": "#..", "dark": "#.."}, ...}."""
    return {subject: {"light": colour.light, "dark": colour.dark} for subject, colour in SUBJECTS.items()}


def digits_for_browser() -> dict[str, list[str]]:
    """The colours of the digits 0 to 9 as JSON for a live component: {"light": ["#..", ...], "dark": [...]}."""
    return {theme: list(colours) for theme, colours in DIGITS.items()}
