"""A picture becomes the digit in hand: by button, drop and paste."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Route, expect

from tests.web.tray_page import GIVE, PAIR, TOLERANCE, OpenDesk, Tray, codes
from vae_core import picture


def seven() -> bytes:
    image = Image.new("L", (200, 300), 240)
    ImageDraw.Draw(image).line([(50, 60), (150, 60), (80, 250)], 20, 16)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_is_uploaded(open_desk: OpenDesk, served_checkpoints: Path) -> None:
    desk = open_desk(PAIR)
    tray = Tray(desk)
    file, opening = seven(), desk.values()
    expected = picture.to_digit(picture.read_picture(file))
    choose = tray.root.locator("input[type=file]")
    choose.set_input_files({"name": "7.png", "mimeType": "image/png", "buffer": file})
    after = tray.root.get_by_label("In the format of MNIST")
    expect(after).to_be_visible()
    np.testing.assert_allclose(desk.grey(after), expected, atol=1 / 255)
    np.testing.assert_array_equal(tray.own(), np.rint(15 * expected))
    desk.settle_frame()
    np.testing.assert_allclose(desk.values(), codes(served_checkpoints, expected)[0], atol=TOLERANCE)
    tray.root.locator(".news").get_by_role("button", name="Undo").click()
    desk.settle_frame()
    assert tray.own() is None
    assert desk.values() == opening

    for kind in ("drop", "paste"):
        tray.root.evaluate(GIVE, {"kind": kind, "bytes": list(file), "type": "image/png"})
        expect(after).to_be_visible()
        np.testing.assert_array_equal(tray.own(), np.rint(15 * expected))
        tray.root.locator(".news").get_by_role("button", name="Undo").click()
        expect(after).to_be_hidden()

    asked: list[str] = []
    tray.page.on("request", lambda request: asked.append(request.url))
    tray.root.evaluate(GIVE, {"kind": "drop", "size": 10_000_001, "type": "image/png"})
    alert = tray.root.locator(".news").get_by_role("alert")
    expect(alert).to_have_text("The file is larger than 10 MB.")
    assert not any(url.endswith("/uploads") for url in asked)
    choose.set_input_files({"name": "7.png", "mimeType": "image/png", "buffer": file[:100]})
    expect(alert).to_contain_text("damaged.")
    assert asked[-1].endswith("/uploads")
    assert tray.own() is None
    assert desk.values() == opening

    # A picture that arrives under the pen takes the stroke's place; one that arrives after it comes too late.
    desk.press("d")
    box = tray.paper.bounding_box()
    assert box
    tray.page.mouse.move(box["x"] + 20, box["y"] + 20)
    tray.page.mouse.down()
    tray.root.evaluate(GIVE, {"kind": "paste", "bytes": list(file), "type": "image/png"})
    expect(after).to_be_visible()
    tray.page.mouse.move(box["x"] + 40, box["y"] + 40)
    tray.page.mouse.up()
    np.testing.assert_array_equal(tray.own(), np.rint(15 * expected))
    held: list[Route] = []
    tray.page.route("**/uploads", lambda route: held.append(route))
    tray.root.evaluate(GIVE, {"kind": "paste", "bytes": list(file), "type": "image/png"})
    tray.draw((0.1, 0.9), (0.9, 0.9))
    drawn_since = tray.own()
    with tray.page.expect_response("**/uploads"):
        held[0].continue_()
    desk.settle_frame()
    np.testing.assert_array_equal(tray.own(), drawn_since)
    assert tray.read()["strokes"] == 1
    expect(tray.root.locator(".news")).to_be_hidden()
