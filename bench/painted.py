"""How long a frame takes while a slider is dragged: `python -m bench.painted [ADDRESS]`.

The address is that of the running app. On the desk two models decode and say where z lies, on Denoise eight digits go
through four models at every step of the level, on Interpolate two models decode every step along the path, on Manifold
they reconstruct what every step changes, on Objective 2,000 codes move and every rung decodes 17 pictures; a frame's
time is all that its callbacks take, painting included.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, WebSocket, sync_playwright
from rich.console import Console
from rich.table import Column, Table

ADDRESS = "http://127.0.0.1:8501/"
STEPS = 240
SETTLE_MS = 4000


@dataclass(frozen=True)
class Slider:
    """A slider on a page: where it is, and what the server has measured when the page is at rest."""

    label: str
    page: str
    component: str
    measured: str


SLIDERS = (
    Slider("Desk, a coordinate", "?seed=3", "desk", ".place[data-kind]:not([data-kind=''])"),
    *(
        Slider(f"Denoise, {label}", f"denoise?corruption={kind}", "denoise", "[data-testid=stDownloadButton] :enabled")
        for kind, label in {"gaussian": "Gaussian, not clipped", "masking": "masking"}.items()
    ),
    Slider("Interpolate, straight", "interpolate?t=0", "interpolate", ".along"),
    Slider("Manifold, along and off", "manifold", "tangent", "td:has-text('pixels')"),
    Slider("Objective, the ladder of beta", "objective", "ladder", "dd:has-text('of 2')"),
)
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
  const [low, high] = [Number(slider.min || 0), Number(slider.max || 100)];
  const frames = [];
  let step = 0;
  window.frames_.clear();
  const next = (at) => {
    frames.push(at);
    if (step++ >= steps) return done([[...window.frames_.values()], frames]);
    slider.value = String(low + (high - low) * (0.5 - 0.5 * Math.cos((4 * Math.PI * step) / steps)));
    slider.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""


def at_rest(page: Page, address: str, slider: Slider) -> Locator:
    """The component of the slider, when the server has nothing more to say of it."""
    page.add_init_script(TIME_FRAMES)
    page.goto(address + slider.page)
    component = page.locator(f'[data-component="{slider.component}"][data-ready="true"]')
    component.wait_for(timeout=60_000)
    page.locator(slider.measured).first.wait_for(timeout=120_000)
    page.wait_for_timeout(SETTLE_MS)
    return component


def drag(component: Locator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Milliseconds of each frame's callbacks, and milliseconds between frames."""
    busy, frames = component.evaluate(DRAG, STEPS)
    return np.array(busy), np.diff(frames)


def counted(page: Page, address: str, slider: Slider) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """As `drag`, and how many messages went to the server meanwhile."""
    sent: list[object] = []

    def note(frame: object) -> None:
        sent.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", note)

    page.on("websocket", listen)
    component = at_rest(page, address, slider)
    before = len(sent)
    busy, gaps = drag(component)
    return busy, gaps, len(sent) - before


def main(address: str) -> None:
    """Prints the table."""
    table = Table(
        Column("slider", no_wrap=True),
        "frame, median",
        "95 %",
        "between frames, median",
        "95 %",
        "messages",
        title="ms",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for slider in SLIDERS:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            busy, gaps, messages = counted(page, address, slider)
            numbers = [np.median(busy), np.percentile(busy, 95), np.median(gaps), np.percentile(gaps, 95)]
            table.add_row(slider.label, *(f"{number:.1f}" for number in numbers), str(messages))
            page.close()
        browser.close()
    console = Console()
    console.print(table)
    console.print(f"load over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS)
