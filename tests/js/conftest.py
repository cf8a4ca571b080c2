"""Node instead of a browser, and the app's routes on a socket where a module asks a server."""

import dataclasses
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from tests.js import node as nodes
from tests.js.node import Node
from ui.http import routes


@pytest.fixture(scope="session")
def node_process() -> Iterator[list[subprocess.Popen[str]]]:
    """The process in a list of one: who finds it ended puts the next in its place."""
    processes = [nodes.start()]
    yield processes
    processes[0].communicate("", 10)


@pytest.fixture
def node(node_process: list[subprocess.Popen[str]]) -> Node:
    """Evaluates JavaScript with the modules of ui/web: `node.evaluate("async (x) => ...", x)`."""
    if node_process[0].poll() is not None:
        node_process[0] = nodes.start()
    return Node(node_process[0])


@pytest.fixture(scope="package")
def server(served_checkpoints: Path) -> Iterator[str]:
    """The address of the app's routes, served from a thread of this process."""
    config = uvicorn.Config(Starlette(routes=routes.below("")), port=0, log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKPOINTS_DIR", str(served_checkpoints))
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        (listener,) = server.servers[0].sockets
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


@pytest.fixture
def served_node(node: Node, server: str) -> Node:
    """`node` at the server's address: its modules load checkpoints, planes, digits."""
    return dataclasses.replace(node, address=server)
