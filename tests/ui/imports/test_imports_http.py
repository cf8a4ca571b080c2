"""What the server makes of files that visitors send: steps are processes with limits, which take no torch here."""

import json
import os
import re
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import TestClient, until
from tests.ui.imports.conftest import HEADERS, LET_OTHERS_GO_FIRST, Visitor
from ui import store
from ui.http import imports as routes
from ui.imports import manager as managers
from ui.imports.incoming import safe_names
from ui.imports.manager import Imports
from ui.imports.process import NICENESS
from ui.training.manager import manager as runs_manager

FIND = {"do": "find"}


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.imports.process.PROGRAM", "tests.ui.imports.fake_step")
    monkeypatch.setattr(routes, "WAIT_SECONDS", 0.1)


def file(**told: Any) -> dict[str, bytes]:
    return {"net.pt": json.dumps(told).encode()}


def folder(imports: Imports, name: str) -> Path:
    return imports._found[name].folder


def problem(visitor: Visitor, **told: Any) -> str:
    now = visitor.over(visitor.bring(file(**told)))
    assert now["state"] == "failed"
    assert re.fullmatch(r"(net\.pt: |[A-Z])[^\n]*[^.]\.", now["problem"])
    return str(now["problem"])


def test_what_is_found_is_shown(visitor: Visitor, imports: Imports) -> None:
    name = visitor.bring(file(**FIND))
    assert re.fullmatch("[0-9a-f]{16}", name)
    now = visitor.over(name)
    assert {key: now[key] for key in ("state", "ahead", "problem", "checkpoint")} == {
        **{"state": "found", "ahead": 0, "problem": None, "checkpoint": None}
    }
    found = now["found"]
    assert (found["files"], found["about"], found["guesses"]) == (["net.pt"], "VAE, 2 codes", ["It was tried on uci."])
    assert visitor.post(f"/imports/{name}/leave") == {"name": name}
    answer = visitor.client.get(f"/imports/{name}")
    assert (answer.status_code, answer.text) == (404, "This import is not here any more: bring the files once more.")


def test_a_step_says_what_it_is_at(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_IMPORT_SECONDS", "77")
    name = visitor.bring(file(do="hang"))
    until(lambda: visitor.look(name)["doing"] == "reading the file")
    now = visitor.look(name)
    assert (now["state"], now["limit"], now["found"]) == ("running", 77, None)
    assert 0 < now["seconds"] < 77
    # An answer has nothing new to say, and yet comes within its time.
    monkeypatch.setattr(routes, "WAIT_SECONDS", 0.3)
    started = time.monotonic()
    visitor.look(name)
    assert 0.3 < time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"do": "refuse", "words": "net.pt: it is damaged"}, "net.pt: it is damaged."),
        ({"do": "hang"}, "It takes longer than the 2 seconds that an import may take here: "),
        ({"do": "grow"}, "It takes more than the 1,000 MB of memory that an import may have here; "),
        ({"do": "die"}, "The system has ended it, most likely because the memory of this machine ran out."),
        ({"do": "die whole"}, "The import was ended by the system, most likely because memory ran out."),
        ({"do": "crash"}, "The import broke off: its process ended with status 1."),
    ],
)
def test_a_step_that_does_not_come_to_its_end_is_told(
    told: dict[str, Any], words: str, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_IMPORT_MEMORY_MB", "1000")
    # The others end at once.
    monkeypatch.setenv("LATENT_IMPORT_SECONDS", "2" if told["do"] == "hang" else "60")
    assert problem(visitor, **told).startswith(words)


def test_a_program_that_cannot_start_is_told(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.jobs.program.sys.executable", "/nothing")
    assert problem(visitor, **FIND) == "The import could not be started: No such file or directory."


def test_visitors_wait_for_each_other(visitor: Visitor, imports: Imports) -> None:
    first, second, third = (visitor.bring(file(do=do)) for do in ("hang", "find", "find"))
    until(lambda: visitor.look(first)["doing"])
    assert [(visitor.look(name)["state"], visitor.look(name)["ahead"]) for name in (first, second, third)] == [
        ("running", 0), ("waiting", 1), ("waiting", 2)
    ]  # fmt: skip
    pid = process_of(folder(imports, first))
    gone = folder(imports, first)
    visitor.post(f"/imports/{second}/leave")
    assert visitor.look(third)["ahead"] == 1
    visitor.post(f"/imports/{first}/leave")
    assert visitor.over(third)["state"] == "found"
    assert not gone.exists()
    until(lambda: not goes_on(pid))


def goes_on(group: int) -> bool:
    """Whether one of its processes does; one that is over may wait for somebody to ask how it ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its) == group and state != "Z":
                return True
    return False


def process_of(place: Path) -> int:
    """The step's process in that folder, which leads its session."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(place).encode() in entry.read_bytes() and os.getsid(int(entry.parent.name)) == int(
                entry.parent.name
            ):
                return int(entry.parent.name)
        except OSError:
            continue
    raise AssertionError("there is no process")


def test_who_was_not_heard_of_for_a_while_takes_another_turn(visitor: Visitor, imports: Imports) -> None:
    name = visitor.bring(file(do="hang"))
    until(lambda: visitor.look(name)["doing"])
    imports._jobs._clock = lambda: time.monotonic() + 1000
    other = visitor.bring(file(**FIND))
    assert visitor.over(other)["state"] == "found"
    imports._jobs._clock = time.monotonic
    assert visitor.look(name)["state"] == "running"


def test_a_name_leads_nowhere_else(visitor: Visitor, imports: Imports) -> None:
    names = [
        "../../../net.pt",
        "/etc/NET.pt",
        "C:\\nets\\net.pt",
        "..",
        "net\0.pt",
        ".hidden.pt",
        "x" * 300 + ".pth.tar",
    ]
    kept = ["net.pt", "2-NET.pt", "3-net.pt", "file", "net_.pt", "hidden.pt", "x" * 72 + ".pth.tar"]
    about = {"about": json.dumps({"files": [{"name": name, "size": 13} for name in names]})}
    name = visitor.post("/imports", b'{"do":"find"}' * len(names), params=about)["name"]
    assert visitor.over(name)["found"]["files"] == kept
    place = folder(imports, name)
    assert sorted(path.name for path in (place / "files").iterdir()) == sorted(kept)
    root = imports._root.parent
    assert {path.relative_to(root).parts[0] for path in root.rglob("*")} == {".imports"}


@given(names=st.lists(st.text(max_size=100) | st.sampled_from(["a.pt", "A.pt", "2-a.pt", "../a.pt"]), max_size=20))
def test_any_names_become_names_of_files_in_one_folder(names: list[str]) -> None:
    found = safe_names(names)
    assert len({each.lower() for each in found}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", each) for each in found)
    for name, each in zip(names, found, strict=True):
        if re.fullmatch(r"[A-Za-z0-9]{1,70}\.[a-z]{1,9}", name):
            assert each.endswith(name)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("", "What was sent does not say which files it is."),
        ("[" * 20_000, "What was sent does not say which files it is."),
        ('{"files": [1]}', "What was sent does not say which files it is."),
        ('{"files": []}', "An import has 1 to 20 files, not 0."),
        ('{"files": [{"name": "a.pt", "size": -1}]}', "A file that is sent has a name and a size."),
        ('{"files": [{"name": "a.pt", "size": true}]}', "A file that is sent has a name and a size."),
        ('{"files": [{"name": 1, "size": 1}]}', "A file that is sent has a name and a size."),
        ('{"files": [{"name": "a", "size": 1}], "digits": "letters"}', "There is no set of digits of that name."),
        ('{"files": [{"name": "a", "size": 1}], "digits": ["uci"]}', "A set of digits has a name, and what is known"),
        ('{"files": [{"name": "a", "size": 1}], "shape": [1, 2, 3]}', "Shape is [1, 2, 3]; it must be channels,"),
        ('{"files": [{"name": "a", "size": 1}], "wishes": {"input": "x"}}', "Input is 'x'; it must be one of unit,"),
        ('{"files": [{"name": "a", "size": 1}], "wishes": {"x": "x"}}', "There is nothing to know of the name 'x'."),
        ('{"files": [{"name": "a.pt", "size": 600000000}]}', "The files have 600 MB together; an import has at most"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    about: str, words: str, visitor: Visitor, imports: Imports
) -> None:
    assert visitor.post("/imports", b"x", params={"about": about})["problem"].startswith(words)
    assert imports._found == {}


def test_as_much_comes_as_was_said(visitor: Visitor, imports: Imports) -> None:
    sent = {"a.pt": b"1234", "b.pt": b"56"}
    assert visitor.send(sent, {"a.pt": 4, "b.pt": 3}) == {"problem": "Less was sent than the files are large."}
    assert visitor.send(sent, {"a.pt": 4, "b.pt": 1}) == {"problem": "More was sent than the files are large."}
    assert imports._found == {}
    assert list(imports._home.glob("*/files")) == []  # type: ignore[union-attr]
    parts = [b'{"d', b'o": "find"}', b"", b"12345"]
    about = {"files": [{"name": "a.pt", "size": 14}, {"name": "empty.pt", "size": 0}, {"name": "b.pt", "size": 5}]}
    answer = visitor.client.post(
        "/imports", content=iter(parts), params={"about": json.dumps(about)}, headers=HEADERS
    ).json()
    place = folder(imports, answer["name"]) / "files"
    assert [(place / name).read_bytes() for name in ("a.pt", "empty.pt", "b.pt")] == [b'{"do": "find"}', b"", b"12345"]


def test_what_is_no_net_by_its_beginning_is_told_without_a_process(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.imports.process.run", lambda *_: pytest.fail("a process was started"))
    now = visitor.over(visitor.bring({"net.onnx": b"1234", "net.h5": b"version https://git-lfs.github.com/spec/v1"}))
    assert now["state"] == "failed"
    assert now["problem"].startswith("net.h5: it is a pointer of Git LFS")


@pytest.mark.parametrize(("name", "value"), [("MB", "0"), ("SECONDS", "long"), ("MEMORY_MB", "999")])
def test_a_limit_that_is_none_lets_nothing_through(
    name: str, value: str, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LATENT_IMPORT_{name}", value)
    assert visitor.send(file(**FIND))["problem"].startswith(f"LATENT_IMPORT_{name} is ")


def test_nothing_comes_where_there_is_no_room(
    visitor: Visitor, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_DISK_MB", "1")
    large = {"net.pt": b'{"do":"find"}' + b" " * 600_000}
    first = visitor.bring(large)
    assert "are to come: delete one first." in visitor.send(large)["problem"]
    visitor.post(f"/imports/{first}/leave")
    visitor.over(visitor.bring(large))
    monkeypatch.setenv("LATENT_IMPORT_MB", "1")
    assert visitor.send({}, {"net.pt": 1_000_001})["problem"].endswith("an import has at most 1 MB here.")


def test_what_is_kept_is_on_the_shelf_under_a_free_name(
    visitor: Visitor, imports: Imports, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = visitor.bring(file(do="find", checkpoint=str(small_checkpoints / "vae-30")))
    keep = f"/imports/{name}/keep"
    assert visitor.post(keep, {"candidate": 0, "name": "mine"})["problem"].startswith("It is still being tried")
    visitor.over(name)
    for number in (2, -1, True, None, "0"):
        assert visitor.post(keep, {"candidate": number, "name": "x"})["problem"].startswith("There is no candidate")
    assert visitor.post(keep, {"candidate": 0})["problem"] == "A name is a text."
    for asked, name_given in (("My net", "my-net"), ("my-net", "my-net-2"), ("ae-30", "ae-30-2"), ("../x", "x")):
        assert visitor.post(keep, {"candidate": 1, "name": asked}) == {"name": name}
        now = visitor.over(name)
        assert (now["state"], now["checkpoint"], now["found"]["about"]) == ("kept", name_given, "VAE, 2 codes")
        assert store.models()[name_given] == store.models()["vae-30"]
    assert {run.name for run in runs_manager().runs()} == {"my-net", "my-net-2", "ae-30-2", "x"}
    monkeypatch.setenv("LATENT_PARAMETERS", "999")
    words = "A model has at most 999 parameters here, not 1,000."
    assert visitor.post(keep, {"candidate": 1, "name": "y"}) == {"problem": words}
    monkeypatch.setenv("LATENT_PARAMETERS", "1000")
    visitor.post(keep, {"candidate": 1, "name": "y"})
    now = visitor.over(name)
    # What was found may say less of itself than the checkpoint is.
    assert now["state"] == "failed"
    assert now["problem"].startswith("A model has at most 1,000 parameters here, not ")
    assert now["found"]
    assert len(runs_manager().runs()) == 4


def test_it_can_be_tried_again_and_what_was_found_stays_until_then(visitor: Visitor, tmp_path: Path) -> None:
    go = tmp_path / "go"
    name = visitor.bring(file(do="find", until=str(go)), digits="uci", wishes={"input": "signed"})
    again = f"/imports/{name}/again"
    # What is still being tried is ended.
    assert visitor.post(again, {"wishes": {"scale": "sigma"}, "shape": [1, 28, 28], "digits": None}) == {"name": name}
    go.touch()
    before = visitor.over(name)["found"]
    go.unlink()
    visitor.post(again, {"wishes": {"activation": "tanh"}})
    now = visitor.look(name)
    assert (now["state"], now["found"]) == ("running", before)
    go.touch()
    now = visitor.over(name)
    assert (now["state"], now["problem"], now["found"]) == ("failed", "Tanh is not what it has.", before)
    assert visitor.post(again, {"wishes": {"activation": "swish"}})["problem"].startswith("Activation is 'swish'; it")
    assert visitor.post(again, {})["name"] == name
    assert visitor.over(name)["state"] == "found"


def test_what_an_app_leaves_that_is_no_more_is_taken_away(visitor: Visitor, imports: Imports) -> None:
    name = visitor.bring(file(**FIND))
    visitor.over(name)
    dead = imports._root / "0123456789abcdef" / "fedcba9876543210" / "files"
    dead.mkdir(parents=True)
    (dead / "net.pt").touch()
    other = Imports(imports._root.parent)
    other.recover()
    # Another process of the app lives, and its visitors' files stay; it alone knows them.
    assert [place.name for place in imports._root.iterdir()] == [imports._home and imports._home.name]
    assert folder(imports, name).is_dir()
    with pytest.raises(managers.NotHereError):
        other.look(name)
    imports._held.close()
    other.recover()
    assert list(imports._root.iterdir()) == []


def test_what_nobody_asks_about_for_an_hour_is_taken_away(
    visitor: Visitor, imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (visitor.bring(file(**FIND)) for _ in range(2))
    visitor.over(second)
    gone = folder(imports, first)
    monkeypatch.setattr(managers, "HOUR", 0.2)
    until(lambda: visitor.look(second)["state"] == "found" and first not in imports._found, lambda: time.sleep(0.05))
    assert not gone.exists()


def test_it_is_no_run_and_no_checkpoint(visitor: Visitor, imports: Imports, small_checkpoints: Path) -> None:
    name = visitor.bring(file(do="find", checkpoint=str(small_checkpoints / "vae-30")))
    visitor.over(name)
    visitor.post(f"/imports/{name}/keep", {"candidate": 0, "name": "mine"})
    visitor.over(name)
    runs_manager().recover()
    assert [run.name for run in runs_manager().runs()] == ["mine"]
    assert store.models().keys() - store.shelf().bad.keys() >= {"mine"}
    assert ".imports" not in store.models().keys() | store.problems().keys()


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "..%2f..", ".imports", "0123456789abcdef"])
def test_of_what_is_no_import_nothing_is_known(name: str, visitor: Visitor, client: TestClient) -> None:
    assert client.get(f"/imports/{name}").status_code == 404
    for action in ("again", "keep", "leave"):
        answer = client.post(f"/imports/{name}/{action}", content=b"{}", headers=HEADERS)
        assert answer.status_code == 404 or list(answer.json()) == ["problem"]


def test_a_step_lets_others_go_first(visitor: Visitor, imports: Imports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.jobs.program._let_others_go_first", LET_OTHERS_GO_FIRST)
    name = visitor.bring(file(do="hang"))
    until(lambda: visitor.look(name)["doing"])
    assert os.getpriority(os.PRIO_PROCESS, process_of(folder(imports, name))) == NICENESS
    os.kill(process_of(folder(imports, name)), signal.SIGKILL)
    assert visitor.over(name)["problem"] == "The import was ended by the system, most likely because memory ran out."
