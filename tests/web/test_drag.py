"""A real pointer on a slider: the eye sees in the same frame what the hand moves, and the server hears nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.web.desk_page import DeskPage
from tests.web.traffic import Traffic

EVENTS = 240
# Two cores may be busy with something else for one drag; not for three.
ATTEMPTS = 3

RECORD = """(input) => {
  const record = { events: [], painted: [], frames: [], on: true };
  const canvases = [...input.getRootNode().querySelectorAll("canvas[data-model]")];
  input.addEventListener("input", () => record.events.push(performance.now()));
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    if (this.canvas === canvases[1]) record.painted.push(performance.now());
    return put.apply(this, args);
  };
  const frame = (time) => {
    record.frames.push(time);
    if (record.on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.stopRecord = () => {
    record.on = false;
    CanvasRenderingContext2D.prototype.putImageData = put;
    return record;
  };
}"""


def drag(desk: DeskPage, traffic: Traffic) -> tuple[float, float, float]:
    """240 moves of a held pointer: frames a second, and 95th percentiles of frame time and event to paint, in ms."""
    page, slider = desk.page, desk.root.locator("input[data-dim]").first
    box = slider.bounding_box()
    assert box
    x, y, width = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12, box["width"] / 2 - 12
    page.mouse.move(x, y)
    page.mouse.down()
    slider.evaluate(RECORD)
    sent = traffic.sent
    start = time.monotonic()
    for k in range(EVENTS):
        page.mouse.move(x + width * np.sin(2 * np.pi * k / 80), y)
        time.sleep(max(0.0, start + (k + 1) / 60 - time.monotonic()))
    record = page.evaluate("window.stopRecord()")
    # Longer than z takes to come to rest: with the pointer still down, that is not rest.
    page.wait_for_timeout(500)
    assert traffic.sent == sent, "a message to the server during the drag"
    page.mouse.up()

    frames, painted = np.diff(record["frames"]), np.array(record["painted"])
    events = np.array(record["events"])
    assert len(events) > EVENTS / 2
    next_paint = np.searchsorted(painted, events)
    waits = painted[next_paint[next_paint < len(painted)]] - events[next_paint < len(painted)]
    assert (next_paint == len(painted)).sum() <= 1, "events that were never painted"
    return 1000 / frames.mean(), float(np.percentile(frames, 95)), float(np.percentile(waits, 95))


@pytest.mark.timed
def test_every_event_is_painted_within_a_frame(open_desk: Callable[..., DeskPage]) -> None:
    desk = open_desk()
    traffic = Traffic(desk.page)
    desk.page.reload()
    desk.wait()
    before = desk.values()
    measured = []
    for _ in range(ATTEMPTS):
        rate, frame_time, wait = drag(desk, traffic)
        measured.append(f"{rate:.1f} frames/s, 95 % of frames in {frame_time:.1f} ms, of events in {wait:.1f} ms")
        if rate >= 55 and frame_time <= 20 and wait <= 20:
            break
    else:
        pytest.fail("; ".join(measured))
    print(measured[-1])
    assert desk.values() != before
    desk.page.wait_for_url("**z=**")
    assert traffic.sent > 0
    # A drag is one step of undo.
    desk.press(*["Control+z"] * len(measured))
    assert desk.values() == before
