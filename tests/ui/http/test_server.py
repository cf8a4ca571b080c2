import ast
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from safetensors.torch import load_file, save_file

from tests import tiny

REPOSITORY = Path(__file__).resolve().parents[3]
START_SECONDS = 60


def get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read(200), "utf-8")
    except (urllib.error.URLError, ConnectionError):
        return None


def plant_odd_folders(root: Path) -> None:
    """A name that is no UTF-8, a pipe that nobody writes to, half a character, codes that are not finite."""
    for name in (os.fsdecode(b"odd-\xff"), "pipe", "half", "infinite"):
        tiny.write_checkpoint(root, "new", "vae-logvar").rename(root / name)
    (root / "pipe" / "config.json").unlink()
    os.mkfifo(root / "pipe" / "config.json")
    for file in ("config.json", "training.json"):
        (root / "half" / file).write_text('{"digits": "\\ud800"}')
    weights = load_file(root / "infinite" / "model.safetensors")
    weights["encoder.scale.bias"].fill_(200)
    save_file(weights, root / "infinite" / "model.safetensors")


def test_uvicorn_serves_the_app_warm_and_with_its_configuration(own_root: Path, tmp_path: Path) -> None:
    plant_odd_folders(own_root)
    tiny.write_checkpoint(own_root, "%41#", "ae")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port)],
            cwd=REPOSITORY,
            env=os.environ | {"CHECKPOINTS_DIR": str(own_root)},
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
            assert "latent_dim" in (get(f"http://127.0.0.1:{port}/checkpoints/%2541%23/config.json") or "")
            assert get(f"http://127.0.0.1:{port}/models")
        finally:
            server.terminate()
            server.wait(10)
    said = log.read_text()
    assert "models     7 in" in said
    assert "encodings  2 in" in said
    assert said.count("cannot be used: ") == 4
    assert r"checkpoint odd-\xff cannot be used: the name of the folder is no UTF-8, rename it" in said
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
def fail(*_):
    raise ValueError("no encodings today")
app.payload.encodings = fail
app.warm()
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
    assert "encodings could not be made ready" in answer.stderr
    assert "no encodings today" in answer.stderr
    configuration, threads = answer.stdout.splitlines()
    assert configuration == "[False, False, 5, 'viewer']"
    limits, torch_limit = threads.rsplit(maxsplit=1)
    found = ast.literal_eval(limits)
    assert len(found) >= 2, "BLAS and OpenMP"
    assert set(found.values()) == {1}
    assert torch_limit == "1"
