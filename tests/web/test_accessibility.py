"""axe-core on every page, in both themes: nothing serious is wrong, but for what is Streamlit's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

OpenPage = Callable[..., tuple[Page, Any]]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PAGES = ("desk", "latent_map", "encodings", "reconstruct", "denoise", "interpolate", "manifold", "models")
THEMES = {"light": "rgb(27, 36, 51)", "dark": "rgb(230, 234, 241)"}
# What no style or text of ours could change, each with the rule that it breaks.
STREAMLITS_OWN = {
    # The navigation puts the sections' boxes between the list and its items.
    "[data-testid=stSidebarNav]": ("list", "listitem"),
    # A table is drawn on a canvas, over one of elements that only screen readers see.
    "[data-testid=stDataFrame]": ("scrollable-region-focusable", "nested-interactive", "aria-required-children"),
}
RUN = """async (own) => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    rules: { "label-content-name-mismatch": { enabled: true } },
  });
  const inner = (target) => {
    // A path through shadow roots: the last step is the element itself.
    let root = document;
    let found = null;
    for (const step of target.flat()) {
      found = (root.shadowRoot ?? root).querySelector(step);
      if (!found) return null;
      root = found;
    }
    return found;
  };
  const isOwn = (rule, node) =>
    Object.entries(own).some(([place, rules]) => rules.includes(rule) && node?.closest(place));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ target }) => !isOwn(id, inner(target)))
        .map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target).slice(-120)}: ${failureSummary}`));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_in_either_theme(open_page: OpenPage, app: str, name: str) -> None:
    page, _ = open_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app}{'' if name == 'desk' else name}?left=ae-2&right=vae-2")
    expect(page.locator("[data-testid=stMain] [data-component][data-ready=true]").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stExpander").last).to_be_visible()
    page.evaluate(AXE.read_text())
    for theme, text in THEMES.items():
        page.emulate_media(color_scheme=theme)
        # Components hear of a theme one after the other.
        page.wait_for_function(
            """(text) => [...document.querySelectorAll("*")].every(({ shadowRoot }) =>
              [...(shadowRoot?.querySelectorAll("[data-component]") ?? [])].every(
                (root) => root.dataset.component === "copy-link" || getComputedStyle(root).color === text))""",
            arg=text,
        )
        page.wait_for_timeout(300)
        assert page.evaluate(RUN, STREAMLITS_OWN) == [], theme
