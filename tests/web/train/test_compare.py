"""Several runs side by side."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.train.recorded import epochs_of, record
from tests.web.train.watch_page import WatchPage, expect_film


def test_several_are_compared_at_one_epoch(shown: WatchPage) -> None:
    names = ("vae-two", "vae-thirty", "ae-two")
    for name in names:
        shown.tell(name, record(name), "done")
    shown.show(*names)
    shown.expect_epoch(5)
    expect(shown.films).to_have_count(3)
    expect(shown.root.locator(".plots .plot")).to_have_count(1)
    shown.scrub(2)
    for number, name in enumerate(names):
        event = epochs_of(record(name))[1]
        expect_film(shown, event, number)
        assert shown.values()[name] == f"{event['loss']:.2f}"
    expect(shown.root.locator(".note")).to_be_hidden()


def test_losses_of_other_likelihoods_have_axes_of_their_own(shown: WatchPage) -> None:
    for name in ("vae-two", "ae-thirty"):
        shown.tell(name, record(name), "done")
    shown.show("vae-two", "ae-thirty")
    expect(shown.root.locator(".plots .plot")).to_have_count(2)
    expect(shown.root.locator(".note")).to_contain_text("do not compare")
    shown.choose("KL")
    expect(shown.root.locator(".plots .plot")).to_have_count(1)
    assert list(shown.values()) == ["vae-two"]
