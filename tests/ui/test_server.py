from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read(200), "utf-8")
    except (urllib.error.URLError, ConnectionError):
        return None


def test_uvicorn_serves_the_app_warm_and_with_its_configuration(root: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port)],
            cwd=REPOSITORY,
            env=os.environ | {"CHECKPOINTS_DIR": str(root)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while server.poll() is None and time.monotonic() < deadline:
                if get(f"http://127.0.0.1:{port}/_stcore/health") == "ok":
                    break
                time.sleep(0.1)
            said = log.read_text()
            assert get(f"http://127.0.0.1:{port}/_stcore/health") == "ok", said
            assert "latent_dim" in (get(f"http://127.0.0.1:{port}/checkpoints/ae-30/config.json") or "")
            assert get(f"http://127.0.0.1:{port}/models")
        finally:
            server.terminate()
            server.wait(10)
    said = log.read_text()
    assert "models     6 in" in said
    assert "encodings  2 in" in said
    assert "Traceback" not in said
    assert "Welcome to Streamlit" not in said


def test_the_configuration_holds_without_streamlit_run_and_no_thread_waits_for_threads_of_its_own(root: Path) -> None:
    program = """
import threading
from threadpoolctl import threadpool_info, threadpool_limits
import numpy
threadpool_limits(2)
import app, torch
from streamlit import config
print([config.get_option(key) for key in
    ("runner.postScriptGC", "browser.gatherUsageStats", "server.maxUploadSize", "client.toolbarMode")])
def say():
    print({pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}, torch.get_num_threads())
for work in (app.warm, say):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={key: text for key, text in os.environ.items() if not key.endswith("_NUM_THREADS")},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=True,
    )
    configuration, threads = answer.stdout.splitlines()
    assert configuration == "[False, False, 5, 'viewer']"
    limits, torch_limit = threads.rsplit(maxsplit=1)
    found = ast.literal_eval(limits)
    assert len(found) >= 2, "BLAS and OpenMP"
    assert set(found.values()) == {1}
    assert torch_limit == "1"
