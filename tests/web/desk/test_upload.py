"""A picture becomes the digit in hand: by button, drop and paste."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route, expect

from tests.web.conftest import Watch
from tests.web.tray_page import GIVE, PAIR, READ, TOLERANCE, OpenDesk, Tray, codes, same_digit
from vae_core.pictures import picture


def seven() -> bytes:
    image = Image.new("L", (200, 300), 240)
    ImageDraw.Draw(image).line([(50, 60), (150, 60), (80, 250)], 20, 16)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def two_shapes() -> bytes:
    image = Image.new("L", (400, 300), 235)
    draw = ImageDraw.Draw(image)
    draw.line([(60, 60), (160, 60), (90, 250)], 20, 16)
    draw.line([(300, 100), (300, 240)], 20, 16)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_what_was_found_is_moved_by_hand(open_desk: OpenDesk) -> None:
    desk = open_desk(PAIR)
    tray = Tray(desk)
    file, opening = two_shapes(), desk.values()
    found = picture.read_picture(file)
    tray.root.locator("input[type=file]").set_input_files({"name": "71.png", "mimeType": "image/png", "buffer": file})
    news, frame = tray.root.locator(".news"), tray.root.locator(".news .frame")
    expect(news.get_by_role("alert")).to_have_text("Two shapes: the larger one was taken.")
    expect(frame).to_be_visible()
    seven_there = tray.own()
    news.get_by_role("button", name="Take shape 2").click()
    one = tray.own()
    assert same_digit(one, picture.digit_in(found.ink, found.boxes[1], found.threshold))
    expect(news.get_by_role("alert")).to_have_count(0)
    desk.settle_frame()
    assert desk.values() != opening

    # The box is moved back over the seven, and made larger: the digit follows before the hand lets go.
    box = frame.bounding_box()
    assert box
    tray.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tray.page.mouse.down()
    tray.page.mouse.move(box["x"] + box["width"] / 2 - 120, box["y"] + box["height"] / 2, steps=6)
    desk.settle_frame()
    during = tray.own()
    assert during is not None
    assert not np.array_equal(during, one)
    tray.page.mouse.up()
    corner = frame.locator(".grip.top.left").bounding_box()
    assert corner
    tray.page.mouse.move(corner["x"] + 12, corner["y"] + 12)
    tray.page.mouse.down()
    tray.page.mouse.move(corner["x"] - 70, corner["y"] - 40, steps=6)
    tray.page.mouse.up()
    frame.press("ArrowDown")
    frame.press("Shift+ArrowRight")
    desk.settle_frame()
    moved = tray.own()
    slider = news.get_by_label("Threshold")
    slider.fill("0.6")
    desk.settle_frame()
    assert tray.own() is not None
    assert not np.array_equal(tray.own(), moved)

    # Every gesture is a step back, and Undo goes back to before the picture.
    desk.press("d", "Control+z")
    np.testing.assert_array_equal(tray.own(), moved)
    for _ in range(4):
        desk.press("Control+z")
    np.testing.assert_array_equal(tray.own(), one)
    desk.press("Control+z")
    np.testing.assert_array_equal(tray.own(), seven_there)
    desk.press("Control+z")
    assert tray.own() is None
    assert desk.values() == opening
    expect(news).to_be_hidden()


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


OpenPage = Callable[..., tuple[Page, Watch]]
# Above the page, whatever page it is.
TOAST = "[data-notice] .toast"


class Drag:
    """Files as they come from the desktop: the browser itself does with them what it does where nobody listens."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, x: float, y: float, files: list[Path], items: list[dict[str, str]]) -> None:
        data = {"items": items, "files": [str(file) for file in files], "dragOperationsMask": 1}
        self.session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    def drop(self, x: float, y: float, *files: Path, text: str = "") -> None:
        items = [{"mimeType": kind, "data": text} for kind in ("text/uri-list", "text/plain")] if text else []
        for kind in ("dragEnter", "dragOver", "drop"):
            self.send(kind, x, y, list(files), items)


def test_a_file_is_dropped_anywhere(open_page: OpenPage, app: str, tmp_path: Path) -> None:
    file, text, folder = tmp_path / "7.png", tmp_path / "notes.txt", tmp_path / "folder"
    file.write_bytes(seven())
    text.write_text("no picture")
    folder.mkdir()
    levels = np.rint(15 * picture.to_digit(picture.read_picture(seven()))).ravel()
    page, _ = open_page()
    # What the link has is older than what is dropped, also where no page has asked for it yet.
    page.goto(f"{app}models?{PAIR}&row=17")
    expect(page.locator("[data-component=copy-link]")).to_be_visible()
    drag = Drag(page)
    toast, overlay = page.locator(TOAST), page.locator("[data-notice] .drop")
    sidebar, header, table = (100, 700), (900, 20), (700, 400)

    for kind in ("dragEnter", "dragOver"):
        drag.send(kind, *sidebar, [file], [])
    expect(overlay).to_be_visible()
    drag.send("dragCancel", *sidebar, [file], [])
    expect(overlay).to_be_hidden()
    drag.drop(*sidebar, text="https://example.org/")
    drag.drop(*sidebar, file)
    expect(toast).to_contain_text("Your digit is in hand")
    expect(overlay).to_be_hidden()
    page.wait_for_url("**/models?**drawn=**")
    assert "row=" not in page.url
    for place, given, sentence in (
        (header, [text], "The file is no picture"),
        (table, [folder], "This is a folder"),
        (table, [text, file], "Of 2 files, 7.png was taken."),
    ):
        drag.drop(*place, *given)
        expect(toast).to_contain_text(sentence)
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_be_hidden()

    # One that arrives on the next page is not lost, and the tray there shows it.
    held: list[Route] = []
    page.route("**/uploads", lambda route: held.append(route))
    drag.drop(*table, file)
    drag.drop(*header, file)
    expect(toast).to_contain_text("Reading the picture")
    page.get_by_role("link", name="Reconstruct").click()
    reconstruct = page.locator("[data-component=reconstruct]")
    expect(page.locator("[data-component=reconstruct][data-ready=true]")).to_be_visible()
    for route in held:
        route.continue_()
    assert len(held) == 2
    expect(reconstruct.get_by_label("In the format of MNIST")).to_be_visible()
    expect(toast).to_be_hidden()
    assert page.evaluate(READ)["levels"] == levels.tolist()
    expect(reconstruct.locator(".own")).to_have_attribute("data-current", "")

    # Text goes where text is written.
    number = reconstruct.get_by_label("Number in the set")
    box = number.bounding_box()
    assert box
    drag.drop(box["x"] + 10, box["y"] + 5, text="12")
    drag.drop(*header, text=f"{app}models")
    expect(page.locator("h1")).to_contain_text("What does a code keep?")
    assert "/reconstruct" in page.url
