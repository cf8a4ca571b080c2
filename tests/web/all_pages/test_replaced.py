"""A checkpoint that is saved anew while a page shows it: the page never shows parts of two models."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import torch
from playwright.sync_api import expect

from tests.tiny import CONFIGS
from tests.web.desk_page import OpenDesk
from vae_core import checkpoint
from vae_core.models import Autoencoder
from vae_core.training.fit import new_model

NAME = "swap #1 & 100 %"
GREYS = """(name) => {
  const canvas = [...document.querySelectorAll("*")]
    .flatMap((host) => [...(host.shadowRoot?.querySelectorAll("canvas") ?? [])])
    .find((found) => found.dataset.model === name);
  return canvas && canvas.getContext("2d").getImageData(0, 0, 28, 28).data[4 * 400];
}"""


def of_one_grey(kind: str, logit: float) -> Autoencoder:
    model = new_model(CONFIGS[kind], 0)
    with torch.no_grad():
        model.get_parameter("decoder.out.weight").zero_()
        model.get_parameter("decoder.out.bias").fill_(logit)
    return model


@pytest.fixture
def swapped(served_checkpoints: Path, app: str) -> Iterator[Path]:
    folder = served_checkpoints / NAME
    checkpoint.save(folder, of_one_grey("ae", -20))
    # The app looks at its folder once a second.
    deadline = time.monotonic() + 20
    while httpx.get(f"{app}checkpoints/{quote(NAME)}/config.json").is_error:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield folder
    shutil.rmtree(folder)


def test_the_page_shows_the_new_model_whole(swapped: Path, open_desk: OpenDesk) -> None:
    desk = open_desk(f"left={quote(NAME)}&right=tiny-ae")
    page = desk.page
    page.wait_for_function(f"({GREYS})({NAME!r}) < 5")
    sliders = page.locator("input[type=range][data-dim]")
    expect(sliders).to_have_count(4)
    # Of another size, and without anything done on the page: the next question is answered by "no longer here", and the
    # page brings the new model.
    checkpoint.save(swapped, of_one_grey("tanh", 20))
    load = "(name) => load('server/models.js').then((models) => models.loadEncodings(name, 'uci'))"
    ask = f"(name) => ({load})(name).then(() => '', String)"
    page.wait_for_function(f"async () => {{ await ({ask})({NAME!r}); return ({GREYS})({NAME!r}) > 250; }}", polling=300)
    # The new model takes over with its own number of coordinates, beside the four of the other side.
    page.wait_for_function(f"async () => (await ({ask})({NAME!r})) === ''", polling=300)
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
