import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_core.training import events, folder


def written(path: Path, count: int = 3) -> bytes:
    for epoch in range(1, count + 1):
        events.append(path, "epoch", epoch=epoch, frame="A" * epoch)
    return (path / events.FILE).read_bytes()


def test_events_are_read_as_they_were_told_and_from_where_one_was(tmp_path: Path) -> None:
    assert events.read(tmp_path) == (b"", 0)
    whole = written(tmp_path)
    assert events.read(tmp_path) == (whole, len(whole))
    assert [event["epoch"] for event in events.parsed(whole)] == [1, 2, 3]
    first = whole.index(b"\n") + 1
    assert events.read(tmp_path, first) == (whole[first:], len(whole))
    assert events.read(tmp_path, len(whole)) == (b"", len(whole))


def test_who_knows_the_events_of_another_run_of_that_name_gets_all_of_this_one(tmp_path: Path) -> None:
    whole = written(tmp_path)
    for start in (1, whole.index(b"\n"), len(whole) - 1, len(whole) + 1, 10**12):
        assert events.read(tmp_path, start) == (whole, len(whole))


@pytest.mark.parametrize("torn", [1, 10, 5000])
def test_a_torn_line_is_not_read_and_the_next_writer_removes_it(torn: int, tmp_path: Path) -> None:
    whole = written(tmp_path)
    (tmp_path / events.FILE).write_bytes(whole + (b'{"event":"epoch","frame":"' + b"A" * 5000)[:torn])
    assert events.read(tmp_path) == (whole, len(whole))
    assert events.read(tmp_path, len(whole)) == (b"", len(whole))
    events.append(tmp_path, "paused", epoch=3)
    content, _ = events.read(tmp_path)
    assert content.startswith(whole)
    assert [event["event"] for event in events.parsed(content)] == ["epoch"] * 3 + ["paused"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"event":"epo'])
def test_a_file_of_nothing_but_a_torn_line_begins_anew(content: bytes, tmp_path: Path) -> None:
    (tmp_path / events.FILE).write_bytes(content)
    assert events.read(tmp_path) == (b"", 0)
    events.append(tmp_path, "asked")
    assert [event["event"] for event in events.parsed(events.read(tmp_path)[0])] == ["asked"]


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            events.append(tmp_path, "done")
    assert (tmp_path / events.FILE).read_bytes() == whole


def test_lines_that_are_none_of_ours_are_left_out() -> None:
    assert list(events.parsed(b'[]\n{"a":1}\nnonsense\n{"event":3}\n\xff\n{"event":"done"}\n')) == [{"event": "done"}]


@given(lines=st.lists(st.binary(max_size=40), max_size=12), tail=st.integers(1, 50))
def test_the_end_of_the_events_is_read_backwards(
    lines: list[bytes], tail: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("events") / events.FILE
    told = [b'{"event":"step","n":%d,"rest":"%s"}' % (n, line.hex().encode()) for n, line in enumerate(lines)]
    file.write_bytes(b"".join(line + b"\n" for line in told) + b'{"event":"torn')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder, "_TAIL", tail)
        found = list(folder._backwards(file))
    assert [event["n"] for event in found] == list(reversed(range(len(lines))))
