"""What is taken away of a run that is watched: its numbers, its film, and a picture of what is seen."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.web.shown import saved
from tests.web.train.recorded import MODELS, record
from tests.web.train.watch_page import WatchPage, watch


@pytest.mark.parametrize("name", MODELS)
def test_a_picture_holds_what_is_seen(shown: WatchPage, name: str) -> None:
    watch(shown, name)
    shown.scrub(3)
    file, path = saved(shown.page, "s")
    assert file == f"train-{name}.png"
    with Image.open(path) as opened:
        image = np.asarray(opened.convert("RGB")).astype(int)
    # The film fills a rectangle whose nearest neighbours give its pixels back.
    film = shown.film()
    width = 2 * (340 if shown.root.locator(".codes").is_visible() else 694)
    rows = 48 + 2 * (24 + 7) + ((np.arange(film.shape[0]) + 0.5) * width / film.shape[1]).astype(int)
    columns = 48 + ((np.arange(film.shape[1]) + 0.5) * width / film.shape[1]).astype(int)
    np.testing.assert_allclose(image[rows][:, columns, 0], film, atol=1)
    # And below it, curves of the run's colour.
    colour = shown.root.locator(".lines .swatch").first.evaluate("(node) => getComputedStyle(node).borderTopColor")
    rgb = [int(part) for part in colour.strip("rgb()").split(",")]
    below = image[48 + 62 + width * film.shape[0] // film.shape[1] :]
    assert (np.abs(below - rgb).max(axis=2) < 8).sum() > 200


def test_a_picture_of_several_names_all(shown: WatchPage) -> None:
    names = ("vae-two", "vae-thirty", "ae-two")
    for name in names:
        shown.tell(name, record(name), "done")
    shown.show(*names)
    shown.expect_epoch(5)
    expect(shown.root.get_by_role("link", name="Film")).to_be_hidden()
    file, path = saved(shown.page, shown.root.get_by_role("button", name="Picture"))
    assert file == "train-vae-two-vae-thirty-ae-two.png"
    with Image.open(path) as opened:
        assert opened.width == 2 * (694 + 48)


def test_numbers_and_film_are_to_be_kept(shown: WatchPage) -> None:
    epochs = watch(shown, "ae-thirty")
    name, path = saved(shown.page, shown.root.get_by_role("button", name="Numbers"))
    assert name == "ae-thirty.csv"
    with path.open(newline="") as file:
        assert [float(row["loss"]) for row in csv.DictReader(file)] == [event["loss"] for event in epochs]
    link = shown.root.get_by_role("link", name="Film").get_attribute("href") or ""
    assert link.endswith("/checkpoints/ae-thirty/film.gif")
