"""No words are cut off without a tooltip that has all of them, and nothing scrolls sideways, with long names too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import LONG_NAMES

OpenPage = Callable[..., tuple[Page, Any]]
PAGES = ("desk", "latent_map", "encodings", "reconstruct", "denoise", "interpolate", "manifold", "models")
SIZES = {1280: 800, 1920: 1080, 400: 800}
# Elements with words of their own that something cuts: themselves, or what they stand in, up to what scrolls.
CUT = """() => {
  const parentOf = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const chain = function* (node) {
    for (let up = node; up instanceof Element; up = parentOf(up)) yield up;
  };
  const isCut = (node) => {
    if (node instanceof HTMLInputElement) return node.scrollWidth > node.clientWidth + 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const words = range.getBoundingClientRect();
    for (const up of chain(node)) {
      const { overflowX, overflowY, position } = getComputedStyle(up);
      const box = up.getBoundingClientRect();
      // Words for screen readers alone.
      if (position === "absolute" && box.width <= 1.5) return false;
      const [hidesX, hidesY] = [overflowX, overflowY].map((value) => /hidden|clip/.test(value));
      if (hidesX && (words.right > box.right + 1.5 || words.left < box.left - 1.5)) return true;
      if (hidesY && (words.bottom > box.bottom + 3 || words.top < box.top - 3)) return true;
      if (/auto|scroll/.test(overflowX + overflowY)) return false;
    }
    return words.right > innerWidth + 1;
  };
  const found = [];
  const visit = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) visit(node.shadowRoot);
      const isInput = node instanceof HTMLInputElement && ["text", "number"].includes(node.type);
      const texts = [...node.childNodes].filter(({ nodeType }) => nodeType === 3);
      const own = isInput ? node.value : texts.some(({ data }) => data.trim());
      const { width, height } = node.getBoundingClientRect();
      if (!own || width < 3 || height < 3 || !node.checkVisibility({ visibilityProperty: true })) continue;
      if (!isCut(node)) continue;
      node.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
      if (![...chain(node)].some((up) => up.getAttribute("title"))) found.push((node.value ?? node.textContent).trim());
    }
  };
  visit(document.body);
  const main = document.querySelector("[data-testid=stMain]");
  return { found, sideways: main.scrollWidth - main.clientWidth };
}"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_without_a_tooltip(open_page: OpenPage, app: str, name: str) -> None:
    page, _ = open_page()
    page.goto(f"{app}{'' if name == 'desk' else name}?left={LONG_NAMES[0]}&right={LONG_NAMES[1]}")
    expect(page.locator("[data-testid=stMain] [data-component][data-ready=true]").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stExpander").last).to_be_visible()
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        assert page.evaluate(CUT) == {"found": [], "sideways": 0}, width
