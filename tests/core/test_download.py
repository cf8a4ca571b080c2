import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import Mock

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


class Mirrors:
    """Downloads the small files from mirrors that answer with these files, with these bytes, or at this address."""

    def __init__(self, mnist: Any, folder: Path) -> None:
        self.mnist, self.folder = mnist, folder
        self.progress: list[tuple[int, int | None]] = []

    def __call__(self, *mirrors: dict[str, bytes] | bytes | str) -> None:
        with ExitStack() as stack:
            self.mnist.mirrors = [
                mirror if isinstance(mirror, str)
                else stack.enter_context(serving(mirror) if isinstance(mirror, dict) else answering(mirror))
                for mirror in mirrors
            ]  # fmt: skip
            download_mnist(self.folder, lambda done, total: self.progress.append((done, total)))

    @property
    def files(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (self.folder / "MNIST" / "raw").iterdir()}


@pytest.fixture
def download_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Mirrors:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    idx.shrink_mnist(monkeypatch)
    monkeypatch.setattr(download, "MNIST_BYTES", TOTAL)
    mnist = torchvision_mnist().MNIST
    monkeypatch.setattr(mnist, "resources", [(name, md5(content).hexdigest()) for name, content in ARCHIVES.items()])
    monkeypatch.setattr(mnist, "mirrors", [])
    return Mirrors(mnist, tmp_path)


def test_a_download_can_be_read_and_its_progress_reaches_the_total(
    download_from: Mirrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "CHUNK", 512)
    download_from.folder /= "new/data"
    download_from(ARCHIVES)
    for split in ("train", "test"):
        np.testing.assert_array_equal(mnist_digits(split, download_from.folder).images, idx.planted(split)[0])
    done = [count for count, _ in download_from.progress]
    assert done == sorted(done)
    assert len(done) > 8
    assert {total for _, total in download_from.progress} == {TOTAL}
    assert done[-1] == TOTAL
    arrived = {file.name: file.stat().st_mode & 0o777 for file in (download_from.folder / "MNIST" / "raw").iterdir()}
    assert arrived == dict.fromkeys(idx.files(), 0o644), "others may read them, and nothing else is left"


def test_files_that_are_there_are_kept_and_counted_as_done(tmp_path: Path, download_from: Mirrors) -> None:
    raw = idx.write(tmp_path)
    kept = raw / FIRST.removesuffix(".gz")
    for file in raw.iterdir():
        if file != kept:
            file.unlink()
    # Not what the mirrors have, so that a file fetched again would show.
    mine = kept.read_bytes()[:-1] + b"\x07"
    kept.write_bytes(mine)
    download_from({name: content for name, content in ARCHIVES.items() if name != FIRST})
    assert kept.read_bytes() == mine
    assert len(download_from.files) == 4
    done, total = download_from.progress[-1]
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
    tmp_path: Path, download_from: Mirrors, name: str, spoil: Callable[[bytes], bytes]
) -> None:
    file = idx.write(tmp_path) / name
    file.write_bytes(spoil(file.read_bytes()))
    download_from({f"{name}.gz": ARCHIVES[f"{name}.gz"]})
    assert download_from.files == idx.files()


def test_labels_that_are_none_are_fetched_again(tmp_path: Path, download_from: Mirrors) -> None:
    labels = idx.write(tmp_path) / "t10k-labels-idx1-ubyte"
    labels.write_bytes(labels.read_bytes()[:-1] + b"\x0a")
    download_from(ARCHIVES)
    np.testing.assert_array_equal(mnist_digits("test", tmp_path).labels, idx.planted("test")[1])


def test_two_that_write_the_same_file_do_not_spoil_it(download_from: Mirrors, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_written, fsync = threading.Barrier(2, timeout=20), os.fsync

    def fsync_together(descriptor: int) -> None:
        fsync(descriptor)
        both_have_written.wait()

    monkeypatch.setattr(os, "fsync", fsync_together)
    with serving(ARCHIVES) as address, ThreadPoolExecutor(2) as pool:
        for result in [pool.submit(download_from, address) for _ in range(2)]:
            result.result()
    assert download_from.files == idx.files()


def test_a_second_mirror_takes_over(download_from: Mirrors) -> None:
    spoiled = {name: content[:-20] + bytes(20) for name, content in ARCHIVES.items()}
    download_from(closed_address(), {}, spoiled, ARCHIVES)
    assert download_from.files == idx.files()
    assert max(done for done, _ in download_from.progress) == TOTAL
    assert download_from.progress[-1] == (TOTAL, TOTAL)


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (b"", "."),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "."),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\ntoo short", "."),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ntoo short", "."),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "the server answered 503"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>login</html>", "the file arrived damaged"),
        ({}, "the server answered 404"),
    ],
    ids=["silence", "another protocol", "cut short", "cut chunk", "503", "a login page", "404"],
)
def test_whatever_a_server_answers_the_next_is_asked(
    download_from: Mirrors, reply: bytes | dict[str, bytes], complaint: str
) -> None:
    with pytest.raises(DigitsError, match=f"MNIST could not be downloaded: {FIRST}: .*{complaint}"):
        download_from(reply)
    download_from(reply, ARCHIVES)
    assert download_from.files == idx.files()


def test_a_server_that_refuses_or_hangs_is_given_up(download_from: Mirrors, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DigitsError, match=r"the server cannot be reached .*refused"):
        download_from(closed_address())
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))
    with silent, pytest.raises(DigitsError, match=r"no answer within|timed out"):
        download_from(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_a_wrong_checksum_is_said_and_nothing_is_kept(download_from: Mirrors) -> None:
    with pytest.raises(DigitsError, match=f"{FIRST}: the file arrived damaged"):
        download_from({**ARCHIVES, FIRST: gzip.compress(b"not the digits")})
    assert download_from.progress[-1][0] == 0
    assert not download_from.files


def test_what_arrived_before_a_failure_stays(download_from: Mirrors) -> None:
    with pytest.raises(DigitsError, match="404"):
        download_from({FIRST: ARCHIVES[FIRST]})
    download_from({name: content for name, content in ARCHIVES.items() if name != FIRST})
    assert download_from.files == idx.files()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, download_from: Mirrors) -> None:
    download_from.folder = tmp_path / "file"
    download_from.folder.write_text("here")
    with pytest.raises(DigitsError, match=f"MNIST cannot be written to {download_from.folder}"):
        download_from(closed_address())


def test_a_full_disk_is_said_and_leaves_no_half_file(download_from: Mirrors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(DigitsError, match=r"cannot be written to .*No space left on device"):
        download_from(ARCHIVES)
    assert not download_from.files
