"""The README's picture, from the running app: `python -m bench.screenshot [ADDRESS]`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "desk.png"
ADDRESS = "http://127.0.0.1:8501/"
SIZE = 1280, 800
# The desk is ready before its samples are painted, slice by slice.
SETTLE_MS = 1500


def take(address: str) -> None:
    """Opens the latent desk as a first visitor sees it and saves it in the light theme."""
    width, height = SIZE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(address)
        expect(page.locator('[data-component="desk"][data-ready="true"]')).to_be_visible(timeout=30_000)
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
