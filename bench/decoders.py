"""How fast convolutional decoders follow a slider, two side by side: `python -m bench.decoders [MILLIONS...]`.

It starts the app with random models whose decoders take so many million multiply-adds a picture (0.5, 1, 2, 5, 10 and
20), and drags a coordinate of the desk, where both decode in the page's one thread and say where z lies. ReLU leaves
half of the numbers between the layers zero, and those cost nothing; SiLU leaves none. Milliseconds are CPU time of the
page's process, all that it draws included, and can be believed on a machine with other things to do; pictures a second,
at most 60, are of the clock and can not.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.load import ROOT, served
from bench.painted import Slider, at_rest, drag
from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.models import build
from vae_core.nets.layers import Activation, Convolution, Dense, Function, Reshape, TransposedConvolution

MILLIONS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
FUNCTIONS: tuple[Function, ...] = ("relu", "silu")
SIDES = ("left", "right")
CODES, SEED = 16, 3
PLACED = ".place[data-kind]:not([data-kind=''])"
# Of both, one after the other, without drawing.
DECODE = """async ([names, times]) => {
  const { load } = await import(new URL("assets/web.js", document.baseURI));
  const { loadDecoder } = await load("server/models.js");
  window.models ??= await Promise.all(names.map((name) => loadDecoder(name)));
  for (let i = 0; i < times; i++) {
    const z = Float32Array.from({ length: models[0].latentDim }, (_, k) => 2 * Math.sin(i + k));
    for (const model of models) model.decode(z);
  }
}"""
WARM_UP, TIMES = 60, 60


def decoder(channels: int, function: Function) -> ModelConfig:
    """A VAE of digits whose decoder doubles a picture of 7 x 7 pixels twice, each time with half as many channels."""

    def doubling(channels: int) -> TransposedConvolution:
        return TransposedConvolution(channels=channels, kernel=(4, 4), stride=(2, 2), padding=(1, 1, 1, 1))

    active = Activation(function=function)
    layers = (
        Dense(units=128),
        active,
        Dense(units=channels * 49),
        active,
        Reshape(shape=(channels, 7, 7)),
        doubling(channels // 2),
        active,
        doubling(channels // 4),
        active,
        Convolution(channels=1, kernel=(3, 3), padding=(1, 1, 1, 1)),
    )
    return ModelConfig(kind="vae", latent_dim=CODES, encoder=(64,), decoder=layers, scale="logvar")


def nearest(millions: float, function: Function) -> ModelConfig:
    """The decoder that takes about so many million multiply-adds."""
    configs = [decoder(channels, function) for channels in range(4, 260, 4)]
    return min(configs, key=lambda config: abs(config.products("decoder") - 1e6 * millions))


def write(root: Path, config: ModelConfig, name: str) -> list[str]:
    """Two checkpoints with random weights; their names."""
    names = [f"{name}-{side}" for side in SIDES]
    for seed, one in enumerate(names):
        torch.manual_seed(seed)
        checkpoint.save(root / one, build(config))
    return names


def cpu(browser: Browser) -> float:
    """Milliseconds of CPU time so far, of the processes that run pages."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return 1000 * sum(float(one["cpuTime"]) for one in found["processInfo"] if one["type"] == "renderer")


def decoding(browser: Browser, url: str, names: Sequence[str]) -> float:
    """Milliseconds of CPU time that both decoders take for a picture each."""
    page = browser.new_page()
    page.goto(f"{url}assets/web.js")
    page.evaluate("(href) => document.head.append(Object.assign(document.createElement('base'), { href }))", url)
    page.evaluate(DECODE, [names, WARM_UP])
    before = cpu(browser)
    page.evaluate(DECODE, [names, TIMES])
    spent = cpu(browser) - before
    page.close()
    return spent / TIMES


def row(browser: Browser, url: str, names: Sequence[str]) -> list[str]:
    """Milliseconds of CPU time to decode both, and of a whole frame of the drag; frames a second."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    query = "&".join(f"{side}={name}" for side, name in zip(SIDES, names, strict=True))
    component = at_rest(page, url, Slider("", f"?{query}&seed={SEED}", "desk", PLACED))
    before = cpu(browser)
    _, gaps = drag(component)
    frame = (cpu(browser) - before) / len(gaps)
    page.close()
    return [f"{number:.1f}" for number in (decoding(browser, url, names), frame, 1000 / gaps.mean())]


def main(arguments: Sequence[str]) -> None:
    """Prints the table."""
    table = Table(title="Two decoders on the desk, ms", title_justify="left")
    for head in ("function", "million multiply-adds", "decoding both", "whole frame", "pictures a second"):
        table.add_column(head, justify="right")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(ROOT, {"CHECKPOINTS_DIR": folder}) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for function in FUNCTIONS:
            for millions in map(float, arguments or MILLIONS):
                config = nearest(millions, function)
                names = write(Path(folder), config, f"{function}-{millions:g}")
                cells = row(browser, server.url, names)
                table.add_row(function, f"{config.products('decoder') / 1e6:.2f}", *cells)
        browser.close()
    console = Console()
    console.print(table)
    console.print(f"load over the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(sys.argv[1:])
