"""Whatever a control holds is in the link: every control of every page is changed, and the copied link opened anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.web.all_pages.test_link import copied_link

OpenPage = Callable[..., tuple[Page, Any]]

# Of each control that is seen: where it stands, what it is called, and what it holds.
CONTROLS = """() => {
  const nameOf = (node) =>
    node.getAttribute("aria-label") ??
    (node.getAttribute("aria-labelledby") && node.getRootNode().getElementById(node.getAttribute("aria-labelledby"))
      ?.textContent) ?? node.closest("label")?.textContent ?? (node.title || node.textContent);
  const kinds = {
    radio: 'input[type="radio"]', checkbox: 'input[type="checkbox"]', range: 'input[type="range"]',
    text: 'input[type="text"], input[type="number"], textarea, input:not([type])', select: "select",
    slider: '[role="slider"]:not(input)', toggle: "[aria-pressed], [aria-checked]:not(input)",
  };
  const held = {};
  const nodes = {};
  const visit = (root, place) => {
    for (const [kind, selector] of Object.entries(kinds)) {
      for (const node of root.querySelectorAll(selector)) {
        const seen = (node.closest("label") ?? node).checkVisibility({ visibilityProperty: true });
        if (!seen || node.disabled || node.readOnly) continue;
        const group = node.closest('[role="radiogroup"], [data-testid="stButtonGroup"]');
        const isRadio = kind === "radio" || (kind === "toggle" && node.getAttribute("role") === "radio");
        let id = `${place} / ${isRadio ? (group ? nameOf(group) : node.name) : nameOf(node).trim()} (${kind})`;
        const state = { radio: node.checked, checkbox: node.checked, range: node.value, text: node.value,
          select: node.value, slider: node.getAttribute("aria-valuenow"),
          toggle: node.getAttribute("aria-checked") ?? node.getAttribute("aria-pressed") }[kind];
        if (isRadio) {
          (nodes[id] ??= []).push(node);
          held[id] ??= "";
          if (state === true || state === "true") held[id] = (nameOf(node) || node.value).trim();
          continue;
        }
        while (id in nodes) id += "'";
        nodes[id] = [node];
        held[id] = String(state);
      }
    }
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) visit(node.shadowRoot, node.shadowRoot.querySelector("[data-component]")?.dataset.component);
    }
  };
  visit(document, "streamlit");
  window.nodes = nodes;
  return held;
}"""

# Changes one control after another, each when the one before holds something else; gives who stayed as they were.
WALK = """async (before) => {
  const held = __CONTROLS__;
  const change = (id) => {
    const all = window.nodes[id];
    const [node] = all;
    const tell = (...types) => { for (const type of types) node.dispatchEvent(new Event(type, { bubbles: true })); };
    const isFree = (one) => !one.checked && one.closest("label").checkVisibility();
    if (id.endsWith("(radio)")) all.filter(isFree).at(-1)?.click();
    else if (id.endsWith("(select)")) {
      node.selectedIndex = (node.selectedIndex + node.options.length - 1) % node.options.length;
      tell("change");
    } else if (node.type === "range") {
      const [low, high] = [Number(node.min), Number(node.max)];
      node.value = low + (node.value === String(low + 0.7 * (high - low)) ? 0.3 : 0.7) * (high - low);
      tell("input", "change");
    } else if (node.getAttribute("role") === "slider") {
      node.focus();
      const key = { key: "ArrowRight", bubbles: true, cancelable: true };
      for (const type of ["keydown", "keyup"]) node.dispatchEvent(new KeyboardEvent(type, key));
      node.blur();
    } else if (id.endsWith("(toggle)")) all.at(-1).click();
    else node.click();
  };
  const stuck = [];
  const changed = [];
  let now = held();
  for (const id of before) {
    if (!(id in now)) continue;
    const was = now[id];
    const until = performance.now() + 10_000;
    // What is still on its way leaves a key or a click alone.
    for (let frame = 0; now[id] === was && performance.now() < until; frame++) {
      if (frame === 0 || (frame % 30 === 0 && /\\((slider|radio)\\)$/.test(id))) change(id);
      await new Promise(requestAnimationFrame);
      now = held();
    }
    (now[id] === was ? stuck : changed).push(id);
  }
  return [changed, stuck];
}""".replace("__CONTROLS__", CONTROLS)

# What is not in the link, and why.
EXCEPT = {
    "Number in the set": "the digit in hand, which the link has as its row",
    "Rub": "a tool of the hand, until Escape",
    "learning / Time": "the epoch that a film of the training is at, which plays when the page opens",
    "along the path": "the Time of the player, told only to who is there by keys",
    "interpolate / A: ": "which stop the next digit replaces: a place of the hand, as a focus is",
    "interpolate / B: ": "the same",
    "upper left (toggle)": "which corner the next digit replaces",
    "upper right (toggle)": "the same",
    "lower left (toggle)": "the same",
    "lower right (toggle)": "the same",
}
COMPONENTS = {
    "": ["desk"],
    "latent_map": ["latent_map"],
    "encodings": ["projection", "coordinates"],
    "reconstruct": ["reconstruct"],
    "denoise": ["denoise"],
    "interpolate": ["interpolate"],
    "manifold": ["tangent", "manifold_map"],
    "models": ["learning"],
}
PAGES = {
    "": "left=tiny-ae&right=tiny-vae-logvar&z=0_0_0_0",
    "latent_map": "left=ae-2&right=vae-2",
    "encodings": "left=ae-2&right=vae-2&method=kernel-pca&kernel=poly&count=500",
    "reconstruct": "left=tiny-ae&right=tiny-vae-logvar&also=",
    "denoise": "left=tiny-ae&right=tiny-vae-logvar&also=",
    "interpolate": "left=tiny-ae&right=tiny-vae-logvar&path=graph",
    "interpolate?mode=corners": "left=tiny-ae&right=tiny-vae-logvar",
    "interpolate?mode=attribute": "left=tiny-ae&right=tiny-vae-logvar",
    "interpolate?mode=walk": "left=tiny-ae&right=tiny-vae-logvar",
    "manifold": "left=ae-2&right=vae-2&surface=graph&z=0.5_-1.25",
    "models": "",
}
# What other controls stand under: with another of these, the page would be another.
STAYS = ("Mode", "Surface", "Projection", "Axes", "Kernel", "Left model", "Right model", "Digits", "Beside the pair")


def controls(page: Page) -> dict[str, str]:
    held: dict[str, str] = page.evaluate(CONTROLS)
    return {name: text for name, text in held.items() if not any(one in name for one in EXCEPT)}


def wait(page: Page) -> None:
    path = urlsplit(page.url).path.rpartition("/")[2]
    for component in COMPONENTS[path]:
        expect(page.locator(f"[data-component={component}][data-ready=true]")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-component]:not([data-component=film], [data-ready=true])")).to_have_count(0)
    expect(page.locator("[data-component=copy-link][data-ready=true]")).to_have_count(1)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)


def same(a: str, b: str, name: str) -> bool:
    # A slider in deviations stands on what the link says in z, and time has three decimals.
    tolerance = 0.05 if "/ z " in name else 6e-4 if "/ Time" in name else 0
    return abs(float(a) - float(b)) < tolerance if tolerance else a == b


@pytest.mark.parametrize("address", PAGES)
def test_the_link_has_what_every_control_holds(open_page: OpenPage, app: str, address: str) -> None:
    page, _ = open_page(width=1400, height=1000)
    path, _, own = address.partition("?")
    page.goto(f"{app}{path}?{own}&{PAGES[address]}")
    wait(page)
    before = [name for name in controls(page) if not any(f"/ {one} (" in name for one in STAYS)]
    numbers = [name for name in before if name.startswith("streamlit") and name.endswith("(text)")]
    changed, stuck = page.evaluate(WALK, [name for name in before if name not in numbers])
    assert changed
    assert not stuck
    for name in controls(page).keys() & set(numbers):
        field = page.get_by_role("spinbutton", name=name.removeprefix("streamlit / ").removesuffix(" (text)"))
        field.fill(f"{float(field.input_value()) + 1:g}")
        field.press("Enter")
    # What is in the link at rest only.
    page.wait_for_timeout(1000)
    wait(page)
    held = controls(page)
    link = copied_link(page)
    page.goto("about:blank")
    page.goto(link)
    wait(page)
    deadline = time.monotonic() + 10
    while True:
        again = controls(page)
        lost = {
            name: (held[name], again.get(name))
            for name in held
            if not (name in again and same(held[name], again[name], name))
        }
        if not lost or time.monotonic() > deadline:
            break
        page.wait_for_timeout(100)
    assert not lost, f"{link} does not say"
