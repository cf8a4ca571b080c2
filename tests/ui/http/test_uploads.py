"""What the server makes of a picture that a visitor sends."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.core.pictures.test_picture import encoded
from tests.ui.conftest import TestClient
from ui.choices import drawn
from vae_core.pictures import picture
from vae_core.pictures.picture_header import MAX_BYTES


def seven(kind: str) -> bytes:
    image = Image.new("RGB", (300, 500), (235, 230, 215))
    ImageDraw.Draw(image).line([(90, 120), (210, 120), (130, 380)], (20, 30, 90), 22)
    return encoded(image, kind)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_digit(client: TestClient, kind: str) -> None:
    file = seven(kind)
    answer = client.post("/uploads", content=file)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found = answer.json()
    levels = drawn.unpack(found["levels"])
    assert levels is not None
    np.testing.assert_allclose(levels / 15, picture.to_digit(picture.read_picture(file)), atol=1e-6)
    # A seven: a bar on top, a stroke down on the left of its end, nothing else.
    rows = np.flatnonzero(levels.any(axis=1))
    assert (levels > 7).sum(axis=1)[rows[1]] >= 8
    assert (levels > 7).sum(axis=1)[rows[-5]] <= 4
    head, _, content = found["before"].partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(content))).size == (168, 280)


@pytest.mark.parametrize("file", [b"", b"GIF89a", b"<svg/>", seven("PNG")[:200], bytes(1000)])
def test_what_is_no_picture_gets_one_sentence(client: TestClient, file: bytes) -> None:
    answer = client.post("/uploads", content=file)
    assert (answer.status_code, list(answer.json())) == (200, ["problem"])
    assert re.fullmatch("[A-Z].*[.]", answer.json()["problem"])


def test_no_more_is_read_than_may_be(client: TestClient) -> None:
    assert client.get("/uploads").status_code == 405
    answer = client.post("/uploads", content=(bytes(1_000_000) for _ in range(15)))
    assert answer.json() == {"problem": "The file is larger than 10 MB."}
    exact = client.post("/uploads", content=seven("PNG").ljust(MAX_BYTES, b"\0"), headers={"Content-Length": "12"})
    assert "larger" not in exact.json().get("problem", "")
