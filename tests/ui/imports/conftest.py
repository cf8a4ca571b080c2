"""A visitor who brings nets, to an app whose runs are in a folder of the test's own."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import TestClient, until
from ui.imports.manager import Imports, manager
from ui.jobs import program

HEADERS = {"Latent-Spaces": "1"}
LET_OTHERS_GO_FIRST = program._let_others_go_first
ACTIVE = ("waiting", "running", "keeping")


class Visitor:
    """Asks as the page does."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def send(self, files: Mapping[str, bytes], sizes: Mapping[str, int] | None = None, **about: Any) -> dict[str, Any]:
        """The answer to files; `sizes` that are said in place of those that they have."""
        sizes = sizes or {name: len(content) for name, content in files.items()}
        about["files"] = [{"name": name, "size": size} for name, size in sizes.items()]
        return self.post("/imports", b"".join(files.values()), params={"about": json.dumps(about)})

    def bring(self, files: Mapping[str, bytes], **about: Any) -> str:
        """The import of files that are taken."""
        return str(self.send(files, **about)["name"])

    def post(self, path: str, content: bytes | Mapping[str, Any] = b"", **more: Any) -> dict[str, Any]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        answer = self.client.post(path, content=body, headers=HEADERS, **more)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
        return dict(answer.json())

    def look(self, name: str) -> dict[str, Any]:
        answer = self.client.get(f"/imports/{name}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def over(self, name: str) -> dict[str, Any]:
        """How it ended."""
        until(lambda: self.look(name)["state"] not in ACTIVE)
        return self.look(name)


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else no step would have its turn beside other tests."""
    monkeypatch.setattr("ui.jobs.program._let_others_go_first", lambda *_: None)


@pytest.fixture
def imports(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imports]:
    """Of an app that looks at `root`; nothing is left of them."""
    monkeypatch.setenv("RUNS_DIR", str(tmp_path / "runs"))
    mine = manager()
    yield mine
    for name in list(mine._found):
        mine.leave(name)


@pytest.fixture
def visitor(imports: Imports, client: TestClient) -> Visitor:
    return Visitor(client)
