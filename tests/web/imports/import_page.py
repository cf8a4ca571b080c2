"""Import on the page Models as a visitor has it, and a server that makes of a net what a test wants."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route

from tests.web.shown import Shown

ID = "4f"
ADDRESS = re.compile(r"/imports(/|\?|$)")
DROP = """([place, files]) => {
  const data = new DataTransfer();
  const bytes = (content) => (Array.isArray(content) ? new Uint8Array(content) : content);
  for (const [name, content, type] of files) data.items.add(new File([bytes(content)], name, { type }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(type, { dataTransfer: data, bubbles: true, composed: true, cancelable: true });
    document.querySelector(place).dispatchEvent(event);
  }
}"""


def row(seed: int) -> str:
    """The address of ten pictures of noise in a row."""
    content = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (28, 280), dtype=np.uint8)).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def question(key: str, label: str, value: str, *options: str, known: bool = False) -> dict[str, Any]:
    offered = [{"value": option, "label": option.replace("_", " ")} for option in options]
    return {"key": key, "label": label, "value": value, "known": known, "options": offered}


def candidate(words: str, loss: float, error: float) -> dict[str, Any]:
    return {"words": words, "loss": loss, "squared_error": error, "picture": row(int(error * 100))}


def found(*files: str, **more: Any) -> dict[str, Any]:
    """As `GET /imports/ID` tells of a net."""
    usual = {
        "files": list(files or ("my VAE.pth",)),
        "digits": "uci",
        "pictures": 256,
        "shape": [1, 28, 28],
        "about": "VAE, 20 codes",
        "layers": "784-400-20-400-784",
        "parameters": 652_824,
        "guesses": ["after each hidden layer comes ReLU", "the second head is ln sigma^2"],
        "warnings": [],
        "mean_picture_error": 52.71,
        "originals": row(0),
        "questions": [
            question("activation", "Hidden layers", "relu", "relu", "tanh", "elu"),
            question("meaning", "Second head", "logvar", "logvar", "log_sigma", "sigma", "softplus"),
        ],
        "candidates": [
            candidate("", 31.5, 8.25),
            candidate("hidden layers: tanh", 44.0, 14.5),
            candidate("the second head is sigma", 60.25, 8.25),
        ],
    }
    return {**usual, **more}


class Server:
    """Answers for ui/http/imports.py.

    Attributes:
        asked: what the page wanted done: ("begin", about, bytes), ("again", told, b""), ..
        status: what it says of the import when it is looked at.
        then: what it says after that, one look after another; the last for good.
        problem: why the next thing that is wanted cannot be had.
    """

    def __init__(self, *then: dict[str, Any]) -> None:
        self.asked: list[tuple[str, Any, bytes]] = []
        self.status: dict[str, Any] = {}
        self.then = list(then)
        self.problem = ""
        self.is_known = True
        self.say(state="waiting", ahead=2)

    def say(self, **status: Any) -> None:
        """What it is from now on."""
        usual = {"state": "running", "ahead": 0, "seconds": 0, "limit": 60, "doing": "", "problem": None}
        self.status = {**usual, "found": self.status.get("found"), "checkpoint": None, **status}

    def serve(self, page: Page) -> None:
        page.route(ADDRESS, self._answer)
        page.route(re.compile(r"/checkpoints$"), self._zip)

    def _answer(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        _, _, action = parts.path.partition("/imports")[2].partition(f"/{ID}")
        if request.method == "GET":
            if self.is_known:
                route.fulfill(json=self.status)
            else:
                route.fulfill(status=404, body="There is no such import.")
            if self.then:
                self.say(**self.then.pop(0))
            return
        assert request.headers["latent-spaces"] == "1"
        if parts.query:
            about = json.loads(parse_qs(parts.query)["about"][0])
            self.asked.append(("begin", about, request.post_data_buffer or b""))
        else:
            self.asked.append((action.strip("/"), json.loads(request.post_data or "{}"), b""))
        self._done(route, ID)

    def _zip(self, route: Route) -> None:
        self.asked.append(("zip", "", route.request.post_data_buffer or b""))
        self._done(route, "vae-2")

    def _done(self, route: Route, name: str) -> None:
        route.fulfill(json={"problem": self.problem} if self.problem else {"name": name})


class ImportPage(Shown):
    component, path = "imports", "models"

    def choose(self, *files: FilePayload) -> None:
        self.root.locator("input[type=file]").set_input_files(files)

    def drop(self, *files: tuple[str, str | list[int], str], place: str = "[data-testid=stMain]") -> None:
        """Of (name, text or bytes, type)."""
        self.page.evaluate(DROP, [place, files])

    @property
    def invitation(self) -> Locator:
        return self.button("Import a net")

    @property
    def doing(self) -> Locator:
        return self.root.locator(".doing")

    @property
    def alert(self) -> Locator:
        return self.root.locator(".alert:visible")

    @property
    def candidates(self) -> Locator:
        return self.root.get_by_role("radio")

    @property
    def name(self) -> Locator:
        return self.root.get_by_label("Name", exact=True)


def file(name: str, content: bytes = b"weights") -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}
