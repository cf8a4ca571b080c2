"""The histograms of every coordinate on a page without the app, and codes whose answer is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.web.shown import Shown, mount
from vae_core.spaces import normality

Codes = NDArray[np.float32]
READ = """(all) => Object.fromEntries(all.map((card) => [
  card.dataset.coordinate,
  Object.fromEntries([...card.querySelectorAll("[data-model]")].map((row) =>
    [row.dataset.model, [...row.querySelectorAll("span")].map((cell) => cell.textContent)])),
]))"""


class CoordinatesPage(Shown):
    component, path = "coordinates", "encodings"

    def show(self, left: str, right: str, count: int = 1797) -> None:
        """Mounts it, or hands it other models."""
        sides = {"left": model(left, "#C4700A"), "right": model(right, "#2F66D0")}
        mount(self.page, "coordinates/coordinates.js", {**sides, "digits": "uci", "count": count})

    def cards(self) -> dict[str, dict[str, list[str]]]:
        """What stands on them, by coordinate and model."""
        found: dict[str, dict[str, list[str]]] = self.root.locator("[data-coordinate]").evaluate_all(READ)
        return found

    def order(self) -> list[int]:
        """The coordinates, from the first card to the last."""
        cards = self.root.locator("[data-coordinate]")
        found: list[int] = cards.evaluate_all("(all) => all.map((card) => Number(card.dataset.coordinate))")
        return found

    def order_by(self, words: str) -> None:
        self.root.get_by_role("combobox", name="Order by").select_option(words)

    def choose_own(self) -> None:
        self.root.get_by_text("own sd").click()

    @property
    def meaning(self) -> str:
        return self.root.locator(".meaning").inner_text()

    def paths(self, i: int) -> list[str]:
        """Of one card: the left histogram, the right one, the bell."""
        lines = self.root.locator(f'[data-coordinate="{i}"] path')
        found: list[str] = lines.evaluate_all("(all) => all.map((p) => p.getAttribute('d') ?? '')")
        return found

    def start(self, i: int, side: int) -> float:
        """Where a histogram begins, from 0 at the left of its card to 100 at the right."""
        return float(self.paths(i)[side].removeprefix("M").split()[0])


def model(name: str, colour: str) -> dict[str, Any]:
    kind = "vae" if "vae" in name or name == "tiny-bernoulli" else "ae"
    return {"name": name, "kind": kind, "colour": {"light": colour, "dark": colour}}


def payload(codes: Codes) -> bytes:
    """What /encodings serves of such codes."""
    described = normality.describe(codes)
    histograms = [np.histogram(column, 48, density=True) for column in codes.T.astype(np.float64)]
    tensors = {
        "mean": codes.mean(0, dtype=np.float64),
        "std": codes.std(0, ddof=1, dtype=np.float64),
        "cholesky": np.eye(codes.shape[1]),
        "activity": codes.var(0),
        "histogram": np.stack([density for density, _ in histograms]),
        "histogram_edges": np.stack([edges for _, edges in histograms]),
        "gap": described.gap,
        "shape_gap": described.shape_gap,
    }
    floats = {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in tensors.items()}
    return safetensors.numpy.save({**floats, "active": (codes.var(0) > 0.01).astype(np.uint8)})


def planted(codes: Codes, name: str = "planted") -> Callable[[Page], None]:
    """Serves `codes` as those of a model that there is not."""
    body = payload(codes)
    return lambda page: page.route(f"**/encodings/{name}/uci.safetensors", lambda route: route.fulfill(body=body))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def expect_shown(text: str, value: float) -> None:
    """`text` is `value` to its last decimal, give or take float32."""
    decimals = len(text.partition(".")[2])
    assert abs(number(text) - value) <= 0.5 * 10.0**-decimals + 1e-5, (text, value)
