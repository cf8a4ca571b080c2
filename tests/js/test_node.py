"""What needs no Python is tested by Node itself: `node --test`, see the files beside this one."""

import json
import subprocess

import numpy as np
import pytest

from tests.js import node as nodes
from tests.js.node import Node
from ui.http.modules import WEB


def test_what_needs_no_python() -> None:
    files = sorted(nodes.HERE.glob("*.test.js"))
    ended = subprocess.run([nodes.PROGRAM, "--test", *files], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "# tests 0" not in ended.stdout


def test_values_cross_and_an_error_comes_with_its_stack(node: Node) -> None:
    rows, numbers = node.evaluate("(rows) => [rows.map((row) => row.length), [NaN, -Infinity, null]]", np.eye(2))
    assert rows == [2, 2]
    assert str(numbers) == "[nan, -inf, None]"
    with pytest.raises(nodes.JavaScriptError, match=r"TypeError: .*\n +at .*mulberry32"):
        node.evaluate("async () => (await load('maths/seeded_noise.js')).mulberry32(Symbol())")


def test_texts_come_as_pack_js_has_them(node: Node) -> None:
    script = """(paths) => Promise.all(paths.map(async (path) => (await load(path)).default))"""
    css, terms = node.evaluate(script, ["kit/styles/base.css", "kit/terms.json"])
    assert css == (WEB / "kit" / "styles" / "base.css").read_text("utf-8")
    assert terms == json.loads((WEB / "kit" / "terms.json").read_text("utf-8"))
