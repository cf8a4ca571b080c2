"""A reverse proxy on loopback that shows an app below a path the app does not know of, websockets too."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PART = 65536


class Proxy:
    """A reverse proxy on loopback, as `stripping_proxy` opens it.

    Attributes:
        address: of the app behind it.
        is_down: it refuses everything.
        forgets: who comes back has lost the session, as two minutes after a connection broke.
    """

    def __init__(self, port: int, prefix: str) -> None:
        self.port, self.prefix, self.address = port, prefix, ""
        self.is_down = self.forgets = False
        self.sockets: list[socket.socket] = []

    def break_off(self) -> None:
        """Ends all websockets, and refuses everything from now on."""
        self.is_down = True
        for one in self.sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self.sockets.clear()


class _Exchange(socketserver.StreamRequestHandler):
    """One request a connection: of a second one nobody would take the prefix away."""

    proxy: Proxy

    def handle(self) -> None:
        method, _, rest = self.rfile.readline().partition(b" ")
        headers = list(iter(self.rfile.readline, b"\r\n"))
        prefix = self.proxy.prefix.encode()
        if b"" in headers or not rest.startswith(prefix + b"/") or self.proxy.is_down:
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if any(header.lower().startswith(b"upgrade:") for header in headers):
            self.proxy.sockets.append(self.connection)
            if self.proxy.forgets:
                headers = [_without_session(header) for header in headers]
        else:
            headers = [header for header in headers if not header.lower().startswith(b"connection:")]
            headers.append(b"Connection: close\r\n")
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as app:
            app.sendall(b"".join([method, b" ", rest.removeprefix(prefix), *headers, b"\r\n"]))
            upward = threading.Thread(target=self._send_on, args=(app,))
            upward.start()
            with contextlib.suppress(OSError):
                while part := app.recv(PART):
                    self.wfile.write(part)
            for one in (self.connection, app):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            upward.join()

    def _send_on(self, app: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := self.rfile.read1(PART):
                app.sendall(part)
            app.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    def handle_error(self, *_: object) -> None:
        """A browser that leaves in the middle of an answer is no error."""


def _without_session(header: bytes) -> bytes:
    """Streamlit's session is the third of the protocols that a browser asks for."""
    name, _, value = header.partition(b":")
    if name.lower() != b"sec-websocket-protocol":
        return header
    return name + b": " + b",".join(value.strip().split(b",")[:2]) + b"\r\n"


@contextmanager
def stripping_proxy(port: int, prefix: str) -> Iterator[Proxy]:
    """Hands requests below `prefix`, such as "/a/b", on to `port` without it; everything else is a 404."""
    proxy = Proxy(port, prefix)
    with _Server(("127.0.0.1", 0), type("Exchange", (_Exchange,), {"proxy": proxy})) as listening:
        listening.daemon_threads = True
        proxy.address = f"http://127.0.0.1:{listening.server_address[1]}{prefix}/"
        threading.Thread(target=listening.serve_forever).start()
        try:
            yield proxy
        finally:
            proxy.break_off()
            listening.shutdown()
