"""How long a frame takes on Denoise while the level is dragged: `python -m bench.painted [ADDRESS]`.

The address is that of the running app. Eight digits go through four models at every step of the slider; a frame's time
is all that its callbacks take, painting included.
"""

from __future__ import annotations

import os
import shutil
import sys

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, WebSocket, sync_playwright
from rich.console import Console
from rich.table import Table

ADDRESS = "http://127.0.0.1:8501/"
PAGE = "denoise?corruption={kind}"
KINDS = {"gaussian": "Gaussian, not clipped", "masking": "masking"}
STEPS = 240
READY = '[data-component="denoise"][data-ready="true"]'
# What was asked for runs in one frame: its callbacks are timed together.
TIME_FRAMES = """(() => {
  const request = window.requestAnimationFrame.bind(window);
  window.frames_ = new Map();
  window.requestAnimationFrame = (callback) => request((at) => {
    const start = performance.now();
    callback(at);
    window.frames_.set(at, (window.frames_.get(at) ?? 0) + performance.now() - start);
  });
})()"""
DRAG = """(root, steps) => new Promise((done) => {
  const slider = root.querySelector("input[type=range]");
  const frames = [];
  let step = 0;
  window.frames_.clear();
  const next = (at) => {
    frames.push(at);
    if (step++ >= steps) return done([[...window.frames_.values()], frames]);
    slider.value = String(0.5 - 0.5 * Math.cos((4 * Math.PI * step) / steps));
    slider.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""


def drag(page: Page, address: str, kind: str) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Milliseconds of each frame's callbacks, milliseconds between frames, and messages to the server meanwhile."""
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    page.goto(address + PAGE.format(kind=kind))
    page.locator(READY).wait_for(timeout=60_000)
    # The curves below are measured on the server first.
    page.locator("[data-testid=stDownloadButton] button:enabled").wait_for(timeout=120_000)
    page.wait_for_timeout(1000)
    before = len(sent)
    busy, frames = page.locator(READY).evaluate(DRAG, STEPS)
    return np.array(busy), np.diff(frames), len(sent) - before


def main(address: str) -> None:
    """Prints the table."""
    table = Table("corruption", "frame, median", "95 %", "between frames, median", "95 %", "messages", title="ms")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for kind, label in KINDS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(TIME_FRAMES)
            busy, gaps, messages = drag(page, address, kind)
            numbers = [np.median(busy), np.percentile(busy, 95), np.median(gaps), np.percentile(gaps, 95)]
            table.add_row(label, *(f"{number:.1f}" for number in numbers), str(messages))
            page.close()
        browser.close()
    console = Console()
    console.print(table)
    console.print(f"load over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
