"""The histograms of every coordinate on a page without the app, and codes whose answer is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from vae_core.spaces import normality

Codes = NDArray[np.float32]

ROOT = "[data-component=coordinates]"
MOUNT = """async (data) => {
  document.body.style.margin = "16px";
  const { default: mount } = await load("coordinates/coordinates.js");
  if (!window.host) {
    document.body.textContent = "";
    window.host = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  }
  window.unmount = mount({ data, parentElement: window.host });
}"""
READ = """(root) => Object.fromEntries([...root.querySelectorAll("[data-coordinate]")].map((card) => [
  card.dataset.coordinate,
  Object.fromEntries([...card.querySelectorAll("[data-model]")].map((row) =>
    [row.dataset.model, [...row.querySelectorAll("span")].map((cell) => cell.textContent)])),
]))"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"


def model(name: str, colour: str = "#2F66D0") -> dict[str, Any]:
    kind = "vae" if "vae" in name or name == "tiny-bernoulli" else "ae"
    return {"name": name, "kind": kind, "colour": {"light": colour, "dark": colour}}


def data(left: str, right: str, count: int = 1797) -> dict[str, Any]:
    return {"left": model(left, "#C4700A"), "right": model(right), "digits": "uci", "count": count}


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


def assert_shown(text: str, value: float) -> None:
    """`text` is `value` to its last decimal, give or take float32."""
    decimals = len(text.partition(".")[2])
    assert abs(number(text) - value) <= 0.5 * 10.0**-decimals + 1e-5, (text, value)


def choose_own(root: Locator) -> None:
    root.get_by_text("own sd").click()


def paths(root: Locator, i: int) -> list[str]:
    """Of one card: the left histogram, the right one, the bell."""
    found: list[str] = root.locator(f'[data-coordinate="{i}"] path').evaluate_all(
        "(all) => all.map((p) => p.getAttribute('d') ?? '')"
    )
    return found
