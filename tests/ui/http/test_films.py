"""Films that the server makes of what the browser shows."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.ui.conftest import TestClient

FRAMES = np.random.default_rng(0).integers(0, 256, (6, 28, 28)).astype(np.uint8)


def panel(caption: Any = "AE", frames: bytes = FRAMES.tobytes()) -> dict[str, Any]:
    return {"caption": caption, "frames": base64.b64encode(frames).decode()}


def body(*panels: Any) -> str:
    return json.dumps({"panels": panels})


GOOD = {"format": "gif", "size": "56", "fps": "20", "loop": "1"}


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_it_shows_the_frames_side_by_side_for_as_long_as_asked(kind: str, client: TestClient) -> None:
    other = panel("VAE · z → x", FRAMES[::-1].tobytes())
    answer = client.post("/films", params={**GOOD, "format": kind}, content=body(panel(), other))
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (f"image/{kind}", "no-store")
    film = Image.open(io.BytesIO(answer.content))
    assert (film.n_frames, film.info["loop"]) == (6, 0)
    duration = 0
    for number in range(6):
        film.seek(number)
        film.load()
        duration += film.info["duration"]
        grey = np.asarray(film.convert("L"))
        left, right = grey[-56:, :56], grey[-56:, -56:]
        np.testing.assert_array_equal(left[::2, ::2], FRAMES[number])
        np.testing.assert_array_equal(right[1::2, 1::2], FRAMES[5 - number])
        assert grey[:-56].any(), "the captions"
    assert duration == 300
    once = client.post("/films", params={**GOOD, "loop": "0"}, content=body(panel()))
    assert "loop" not in Image.open(io.BytesIO(once.content)).info


@pytest.mark.parametrize(
    ("query", "content", "words"),
    [
        ({"format": "mp4"}, body(panel()), "The format must be one of gif, webp."),
        *(({"size": size}, body(panel()), "The parameter size must be") for size in ("27", "841", "x", "", "9" * 99)),
        ({"size": "56.5"}, body(panel()), "The size must be a whole number"),
        *(({"fps": fps}, body(panel()), "The parameter fps must be") for fps in ("0", "51", "nan", "-1", "1e9")),
        ({"loop": "yes"}, body(panel()), "The parameter loop must be 0 or 1."),
        *(({}, text, "The film is not JSON.") for text in ("", "{", "[" * 90_000, b"\xff\xfe\xfa")),
        *(({}, text, "A film has 1 to 4 panels.") for text in ("[]", "{}", body(), body(*[panel()] * 5))),
        *(
            ({}, body(panel(caption)), "A caption is one line of at most 60 characters.")
            for caption in (None, "a\nb", "x" * 61, "\ud800", 7)
        ),
        ({}, body("AE"), "A caption is one line"),
        *(
            ({}, body(panel(frames=frames)), "A panel has 1 to 240 frames of 784 bytes.")
            for frames in (b"", bytes(783), bytes(241 * 784))
        ),
        *(
            ({}, body({"caption": "", "frames": frames}), "A panel has 1 to 240 frames of 784 bytes.")
            for frames in (None, "!" * 784, [0] * 784)
        ),
        ({}, body(panel(), panel(frames=FRAMES[:5].tobytes())), "The panels of a film have as many frames each."),
        ({"size": "840"}, body(*[panel(frames=bytes(240 * 784))] * 2), "Films of this size have at most 56 frames."),
    ],
)
def test_what_is_no_film_gets_one_sentence(
    query: dict[str, str], content: str | bytes, words: str, client: TestClient
) -> None:
    answer = client.post("/films", params=GOOD | query, content=content)
    assert (answer.status_code, list(answer.json())) == (200, ["problem"])
    assert answer.json()["problem"].startswith(words)
    assert len(answer.json()["problem"]) < 100


def test_a_heading_that_the_browser_drew_stands_above_the_film_as_it_is(client: TestClient) -> None:
    drawn = np.random.default_rng(1).integers(0, 256, (14, 56)).astype(np.uint8)
    named = {**panel("日本語"), "heading": base64.b64encode(drawn.tobytes()).decode()}
    film = Image.open(io.BytesIO(client.post("/films", params=GOOD, content=body(named)).content))
    np.testing.assert_array_equal(np.asarray(film.convert("L"))[:14], drawn)
    for heading in (None, 7, "!", base64.b64encode(bytes(14 * 55)).decode()):
        answer = client.post("/films", params=GOOD, content=body({**panel(), "heading": heading}))
        assert answer.json() == {"problem": "The heading of a film of this size has 56 x 14 pixels."}


def test_no_more_is_read_than_may_be(client: TestClient) -> None:
    answer = client.post("/films", params=GOOD, content=(bytes(1_000_000) for _ in range(10)))
    assert answer.json() == {"problem": "A film has at most 4 panels of 240 frames each."}
    assert client.get("/films").status_code == 405
