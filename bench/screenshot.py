"""The README's pictures, from the running app: `python -m bench.screenshot [ADDRESS]`."""

from __future__ import annotations

import shutil
import sys

from playwright.sync_api import Browser, expect, sync_playwright

from bench.readme import ROOT

ADDRESS = "http://127.0.0.1:8501/"
# By the component that is to be ready: what the link asks for.
PICTURES = {
    "desk": "",
    "latent_map": "latent_map?left=ae-2&right=vae-2&digits=mnist&behind=lattice",
    "denoise": "denoise?digits=mnist&row=110",
    "interpolate": "interpolate?digits=mnist&stops=1.18&path=geodesic&t=0.45",
}
FILES = {"desk": "desk.png", "latent_map": "map.png", "denoise": "denoise.png", "interpolate": "interpolate.png"}
SIZE = 1280, 800
# Components are ready before their small pictures are painted, slice by slice.
SETTLE_MS = 3000


def take(browser: Browser, address: str, component: str) -> None:
    """Opens a page as one sees it who has closed the welcome, and saves it in the light theme."""
    width, height = SIZE
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.add_init_script("localStorage.setItem('latent-spaces.welcomed', '1')")
    page.goto(address + PICTURES[component])
    expect(page.locator(f'[data-component="{component}"][data-ready="true"]')).to_be_visible(timeout=30_000)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=ROOT / "docs" / FILES[component])
    page.close()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for each in PICTURES:
            take(chromium, sys.argv[1] if len(sys.argv) > 1 else ADDRESS, each)
        chromium.close()
