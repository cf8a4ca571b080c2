"""A picture becomes the digit in hand: by button, drop and paste."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.web.oracle import LEVEL, STEP, Oracle
from tests.web.reconstruct_page import ReconstructPage
from tests.web.shown import TINY, Held, OpenPage, Place, Visit, box, drag, go_to, grey, upload
from tests.web.tray_page import PNG_OF_SEVEN, READ, TrayPage, png, same_digit
from vae_core.pictures import picture

DIGIT = picture.to_digit(picture.read_picture(PNG_OF_SEVEN))
LEVELS = np.rint(15 * DIGIT)
# What a picture that is dropped on the page, or pasted, does.
GIVE = """(root, { kind, bytes, size }) => {
  const data = new DataTransfer();
  const file = new File([bytes ? Uint8Array.from(bytes) : new Uint8Array(size)], "picture", { type: "image/png" });
  data.items.add(file);
  if (kind === "paste") window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
  else root.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, composed: true }));
}"""


def give(desk: TrayPage, kind: str, **what: object) -> None:
    desk.root.evaluate(GIVE, {"kind": kind, **(what or {"bytes": list(PNG_OF_SEVEN)})})


def after(desk: TrayPage) -> Locator:
    """What became of the picture."""
    return desk.root.get_by_label("In the format of MNIST")


def test_what_was_found_is_moved_by_hand(visit: Visit) -> None:
    desk = visit(TrayPage, TINY)
    file, opening = (
        png([(60, 60), (160, 60), (90, 250)], [(300, 100), (300, 240)], size=(400, 300), ground=235),
        desk.values(),
    )
    found = picture.read_picture(file)
    upload(desk.root, file)
    news, frame = desk.root.locator(".news"), desk.root.locator(".news .frame")
    expect(news.get_by_role("alert")).to_have_text("Two shapes: the larger one was taken.")
    expect(frame).to_be_visible()
    seven_there = desk.own()
    news.get_by_role("button", name="Take shape 2").click()
    one = desk.own()
    assert same_digit(one, picture.digit_in(found.ink, found.boxes[1], found.threshold))
    expect(news.get_by_role("alert")).to_have_count(0)
    desk.settle()
    assert desk.values() != opening

    # The box is moved back over the seven, and made larger: the digit follows before the hand lets go.
    x, y = box(frame).at()
    drag(desk.page, (x, y), (x - 120, y), steps=6, lift=False)
    desk.settle()
    assert not np.array_equal(desk.drawn(), one)
    desk.page.mouse.up()
    corner = box(frame.locator(".grip.top.left"))
    drag(desk.page, (corner.left + 12, corner.top + 12), (corner.left - 70, corner.top - 40), steps=6)
    frame.press("ArrowDown")
    frame.press("Shift+ArrowRight")
    desk.settle()
    moved = desk.own()
    news.get_by_label("Threshold").fill("0.6")
    desk.settle()
    assert not np.array_equal(desk.drawn(), moved)

    # Every gesture is a step back, and Undo goes back to before the picture.
    desk.press("d")
    for steps, before in ((1, moved), (4, one), (1, seven_there)):
        desk.press(*["Control+z"] * steps)
        np.testing.assert_array_equal(desk.own(), before)
    desk.press("Control+z")
    assert desk.own() is None
    assert desk.values() == opening
    expect(news).to_be_hidden()


def test_a_picture_is_uploaded_dropped_and_pasted(visit: Visit, oracle: Oracle) -> None:
    desk = visit(TrayPage, TINY)
    opening, undo = desk.values(), desk.root.locator(".news").get_by_role("button", name="Undo")
    upload(desk.root, PNG_OF_SEVEN)
    expect(after(desk)).to_be_visible()
    np.testing.assert_allclose(grey(after(desk)), DIGIT, atol=LEVEL)
    np.testing.assert_array_equal(desk.own(), LEVELS)
    desk.settle()
    np.testing.assert_allclose(desk.values(), oracle.encode("tiny-ae", DIGIT), atol=STEP)
    undo.click()
    desk.settle()
    assert desk.own() is None
    assert desk.values() == opening

    for kind in ("drop", "paste"):
        give(desk, kind)
        expect(after(desk)).to_be_visible()
        np.testing.assert_array_equal(desk.own(), LEVELS)
        undo.click()
        expect(after(desk)).to_be_hidden()

    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    give(desk, "drop", size=10_000_001)
    alert = desk.root.locator(".news").get_by_role("alert")
    expect(alert).to_have_text("The file is larger than 10 MB.")
    assert not any(url.endswith("/uploads") for url in asked)
    upload(desk.root, PNG_OF_SEVEN[:100])
    expect(alert).to_contain_text("damaged.")
    assert asked[-1].endswith("/uploads")
    assert desk.own() is None
    assert desk.values() == opening
    later_of_picture_and_stroke_counts(desk)


def later_of_picture_and_stroke_counts(desk: TrayPage) -> None:
    """A picture that arrives under the pen takes the stroke's place; one that arrives after it comes too late."""
    desk.press("d")
    paper = box(desk.root.locator(".paper"))
    drag(desk.page, (paper.left + 20, paper.top + 20), lift=False)
    give(desk, "paste")
    expect(after(desk)).to_be_visible()
    desk.page.mouse.move(paper.left + 40, paper.top + 40)
    desk.page.mouse.up()
    np.testing.assert_array_equal(desk.own(), LEVELS)
    held = Held(desk.page, "**/uploads")
    give(desk, "paste")
    desk.draw((0.1, 0.9), (0.9, 0.9))
    drawn_since = desk.own()
    with desk.page.expect_response("**/uploads"):
        held.release()
    desk.settle()
    np.testing.assert_array_equal(desk.own(), drawn_since)
    assert desk.read()["strokes"] == 1
    expect(desk.root.locator(".news")).to_be_hidden()


class Drag:
    """Files as they come from the desktop: the browser itself does with them what it does where nobody listens."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, place: Place, files: list[Path], text: str = "") -> None:
        items = [{"mimeType": kind, "data": text} for kind in ("text/uri-list", "text/plain")] if text else []
        data = {"items": items, "files": [str(file) for file in files], "dragOperationsMask": 1}
        self.session.send("Input.dispatchDragEvent", {"type": kind, "x": place[0], "y": place[1], "data": data})

    def drop(self, place: Place, *files: Path, text: str = "") -> None:
        for kind in ("dragEnter", "dragOver", "drop"):
            self.send(kind, place, list(files), text)


def test_a_file_is_dropped_anywhere(open_page: OpenPage, app: str, tmp_path: Path) -> None:
    file, text, folder = tmp_path / "7.png", tmp_path / "notes.txt", tmp_path / "folder"
    file.write_bytes(PNG_OF_SEVEN)
    text.write_text("no picture")
    folder.mkdir()
    page = open_page()
    # What the link has is older than what is dropped, also where no page has asked for it yet.
    page.goto(f"{app}train?{TINY}&row=17")
    expect(page.locator("[data-component=copy-link]")).to_be_visible()
    given, notices = Drag(page), page.locator("[data-notice]")
    toast, overlay = notices.locator(".toast:not([hidden])"), notices.locator(".drop")
    sidebar, header, table = (100, 700), (900, 20), (700, 400)

    for kind in ("dragEnter", "dragOver"):
        given.send(kind, sidebar, [file])
    expect(overlay).to_be_visible()
    given.send("dragCancel", sidebar, [file])
    expect(overlay).to_be_hidden()
    given.drop(sidebar, text="https://example.org/")
    given.drop(sidebar, file)
    expect(toast).to_contain_text("Your digit is in hand")
    expect(overlay).to_be_hidden()
    page.wait_for_url("**/train?**drawn=**")
    assert "row=" not in page.url
    for place, files, sentence in (
        (header, [text], "The file is no picture"),
        (table, [folder], "This is a folder"),
        (table, [text, file], "Of 2 files, 7.png was taken."),
    ):
        given.drop(place, *files)
        expect(toast).to_contain_text(sentence)
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_be_hidden()

    # One that arrives on the next page is not lost, and the tray there shows it.
    held = Held(page, "**/uploads")
    given.drop(table, file)
    given.drop(header, file)
    expect(toast).to_contain_text("Reading the picture")
    go_to(page, "Reconstruct")
    reconstruct = ReconstructPage(page)
    reconstruct.wait()
    assert len(held) == 2
    held.release()
    expect(reconstruct.root.get_by_label("In the format of MNIST")).to_be_visible()
    expect(toast).to_be_hidden()
    assert page.evaluate(READ)["levels"] == LEVELS.ravel().tolist()
    expect(reconstruct.root.locator(".own")).to_have_attribute("data-current", "")

    # Text goes where text is written.
    number = box(reconstruct.root.get_by_label("Number in the set"))
    given.drop((number.left + 10, number.top + 5), text="12")
    given.drop(header, text=f"{app}models")
    expect(page.locator("h1")).to_contain_text("What does a code keep?")
    assert "/reconstruct" in page.url
