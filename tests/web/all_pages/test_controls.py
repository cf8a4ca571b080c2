"""Whatever a control holds is in the link: every control of every page is changed, and the copied link opened anew."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.web.shown import TINY, OpenPage, copied_link

CONTROLS = (Path(__file__).parents[1] / "controls.js").read_text()
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
    "objective": ["ladder", "loss", "divergence", "surprise", "reparameterisation", "scale", "evidence"],
    "manifold": ["tangent", "manifold_map"],
    "train": ["train"],
    "models": ["imports", "learning"],
}
PAGES = {
    "": f"{TINY}&z=0_0_0_0",
    "latent_map": "left=ae-2&right=vae-2",
    "encodings": "left=ae-2&right=vae-2&method=kernel-pca&kernel=poly&count=500",
    "reconstruct": f"{TINY}&also=",
    "denoise": f"{TINY}&also=",
    "interpolate": f"{TINY}&path=graph",
    "interpolate?mode=corners": TINY,
    "interpolate?mode=attribute": TINY,
    "interpolate?mode=walk": TINY,
    "objective": f"{TINY}&gradients=1",
    "manifold": "left=ae-2&right=vae-2&surface=graph&z=0.5_-1.25",
    "train": "",
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
    page = open_page(width=1400, height=1000)
    path, _, own = address.partition("?")
    page.goto(f"{app}{path}?{own}&{PAGES[address]}")
    wait(page)
    before = [name for name in controls(page) if not any(f"/ {one} (" in name for one in STAYS)]
    numbers = [name for name in before if name.startswith("streamlit") and name.endswith("(text)")]
    changed, stuck = page.evaluate(CONTROLS, [name for name in before if name not in numbers])
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
