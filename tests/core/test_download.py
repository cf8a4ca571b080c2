from __future__ import annotations

import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.core import idx
from vae_core import download
from vae_core.data import DigitsError, mnist_digits, torchvision_mnist
from vae_core.download import download_mnist

ARCHIVES = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in idx.files().items()}
TOTAL = sum(map(len, ARCHIVES.values()))
FIRST = next(iter(ARCHIVES))


@contextmanager
def serving(archives: dict[str, bytes]) -> Iterator[str]:
    """An address on this machine that serves the given files and answers 404 for others."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = archives.get(self.path.lstrip("/"))
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """An address that sends `reply`, whatever it is asked, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        stopped = threading.Event()

        def answer() -> None:
            while not stopped.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(5)
                    connection.recv(65536)
                    connection.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            stopped.set()
            thread.join()


def closed_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def use_mirrors(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Points torchvision's list of addresses at the given ones, for the small files."""
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    idx.shrink_mnist(monkeypatch)
    monkeypatch.setattr(download, "MNIST_BYTES", TOTAL)
    mnist = torchvision_mnist().MNIST
    sums = [(name, md5(content).hexdigest()) for name, content in ARCHIVES.items()]
    monkeypatch.setattr(mnist, "resources", sums)

    def use(*mirrors: str) -> None:
        monkeypatch.setattr(mnist, "mirrors", list(mirrors))

    return use


class Recorder:
    def __init__(self) -> None:
        self.calls: list[tuple[int, int | None]] = []

    def __call__(self, done: int, total: int | None) -> None:
        self.calls.append((done, total))


def leftovers(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.name.endswith(".partial")]


def test_a_download_can_be_read_and_its_progress_reaches_the_total(
    tmp_path: Path, use_mirrors: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "CHUNK", 512)
    progress = Recorder()
    with serving(ARCHIVES) as address:
        use_mirrors(address)
        download_mnist(tmp_path / "new" / "data", progress)
    for split in ("train", "test"):
        np.testing.assert_array_equal(mnist_digits(split, tmp_path / "new" / "data").images, idx.planted(split)[0])
    done = [count for count, _ in progress.calls]
    assert done == sorted(done)
    assert len(done) > 8
    assert {total for _, total in progress.calls} == {TOTAL}
    assert done[-1] == TOTAL
    assert not leftovers(tmp_path)


def test_files_that_are_there_are_kept_and_counted_as_done(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    raw = idx.write(tmp_path)
    kept = raw / FIRST.removesuffix(".gz")
    for file in raw.iterdir():
        if file != kept:
            file.unlink()
    # Not what the mirrors have, so that a file fetched again would show.
    mine = kept.read_bytes()[:-1] + b"\x07"
    kept.write_bytes(mine)
    progress = Recorder()
    with serving({name: content for name, content in ARCHIVES.items() if name != FIRST}) as address:
        use_mirrors(address)
        download_mnist(tmp_path, progress)
    assert kept.read_bytes() == mine
    assert len(list(raw.iterdir())) == 4
    done, total = progress.calls[-1]
    assert done == total


@pytest.mark.parametrize("name", [archive.removesuffix(".gz") for archive in ARCHIVES])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: b"<html>" + content[6:],
        lambda content: content[:4] + bytes(4) + content[8:],
    ],
    ids=["empty", "truncated", "too long", "no IDX", "another count"],
)
def test_a_damaged_file_is_fetched_again(
    tmp_path: Path, use_mirrors: Callable[..., None], name: str, spoil: Callable[[bytes], bytes]
) -> None:
    raw = idx.write(tmp_path)
    whole = (raw / name).read_bytes()
    (raw / name).write_bytes(spoil(whole))
    with serving({f"{name}.gz": ARCHIVES[f"{name}.gz"]}) as address:
        use_mirrors(address)
        download_mnist(tmp_path)
    assert (raw / name).read_bytes() == whole


def test_labels_that_are_none_are_fetched_again(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    labels = idx.write(tmp_path) / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x0a")
    with serving(ARCHIVES) as address:
        use_mirrors(address)
        download_mnist(tmp_path)
    np.testing.assert_array_equal(mnist_digits("test", tmp_path).labels, idx.planted("test")[1])


def test_two_that_write_the_same_file_do_not_spoil_it(
    tmp_path: Path, use_mirrors: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_written, fsync = threading.Barrier(2, timeout=20), os.fsync

    def fsync_together(descriptor: int) -> None:
        fsync(descriptor)
        both_have_written.wait()

    monkeypatch.setattr(os, "fsync", fsync_together)
    with serving(ARCHIVES) as address, ThreadPoolExecutor(2) as pool:
        use_mirrors(address)
        for result in [pool.submit(download_mnist, tmp_path) for _ in range(2)]:
            result.result()
    assert {file.name: file.read_bytes() for file in (tmp_path / "MNIST" / "raw").iterdir()} == idx.files()


def test_others_may_read_what_arrived(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    with serving(ARCHIVES) as address:
        use_mirrors(address)
        download_mnist(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "MNIST" / "raw").iterdir()} == {0o644}


def test_a_second_mirror_takes_over(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    spoiled = {name: content[:-20] + bytes(20) for name, content in ARCHIVES.items()}
    progress = Recorder()
    with serving({}) as without, serving(spoiled) as damaged, serving(ARCHIVES) as good:
        use_mirrors(closed_address(), without, damaged, good)
        download_mnist(tmp_path, progress)
    assert len(mnist_digits("test", tmp_path)) == 4
    assert max(done for done, _ in progress.calls) == TOTAL
    assert progress.calls[-1] == (TOTAL, TOTAL)


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (b"", "."),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "."),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\ntoo short", "."),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ntoo short", "."),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "the server answered 503"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>login</html>", "the file arrived damaged"),
    ],
    ids=["silence", "another protocol", "cut short", "cut chunk", "503", "a login page"],
)
def test_whatever_a_server_answers_the_next_is_asked(
    tmp_path: Path, use_mirrors: Callable[..., None], reply: bytes, complaint: str
) -> None:
    with answering(reply) as odd:
        use_mirrors(odd)
        with pytest.raises(DigitsError, match=f"MNIST could not be downloaded: {FIRST}: .*{complaint}"):
            download_mnist(tmp_path)
        with serving(ARCHIVES) as good:
            use_mirrors(odd, good)
            download_mnist(tmp_path)
    assert len(mnist_digits("train", tmp_path)) == 6


def test_404_is_said(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    with serving({}) as address:
        use_mirrors(address)
        with pytest.raises(DigitsError, match=f"{FIRST}: the server answered 404"):
            download_mnist(tmp_path)


def test_a_refused_connection_is_said(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    use_mirrors(closed_address())
    with pytest.raises(DigitsError, match=r"the server cannot be reached .*refused"):
        download_mnist(tmp_path)


def test_a_server_that_hangs_is_given_up(
    tmp_path: Path, use_mirrors: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_mirrors(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(DigitsError, match=r"no answer within|timed out"):
            download_mnist(tmp_path)


def test_a_wrong_checksum_is_said_and_nothing_is_kept(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    spoiled = {**ARCHIVES, FIRST: gzip.compress(b"not the digits")}
    progress = Recorder()
    with serving(spoiled) as address:
        use_mirrors(address)
        with pytest.raises(DigitsError, match=f"{FIRST}: the file arrived damaged"):
            download_mnist(tmp_path, progress)
    assert progress.calls[-1][0] == 0
    assert not list((tmp_path / "MNIST" / "raw").iterdir())


def test_what_arrived_before_a_failure_stays_for_the_next_try(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    with serving({FIRST: ARCHIVES[FIRST]}) as address:
        use_mirrors(address)
        with pytest.raises(DigitsError, match="404"):
            download_mnist(tmp_path)
    with serving({name: content for name, content in ARCHIVES.items() if name != FIRST}) as address:
        use_mirrors(address)
        download_mnist(tmp_path)
    assert len(mnist_digits("train", tmp_path)) == 6


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, use_mirrors: Callable[..., None]) -> None:
    use_mirrors(closed_address())
    occupied = tmp_path / "file"
    occupied.write_text("here")
    with pytest.raises(DigitsError, match=f"MNIST cannot be written to {occupied}"):
        download_mnist(occupied)


def test_a_full_disk_is_said_and_leaves_no_half_file(
    tmp_path: Path, use_mirrors: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with serving(ARCHIVES) as address:
        use_mirrors(address)
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DigitsError, match=r"cannot be written to .*No space left on device"):
            download_mnist(tmp_path)
    assert not list((tmp_path / "MNIST" / "raw").iterdir())
