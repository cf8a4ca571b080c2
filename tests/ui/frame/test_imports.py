"""Imports of the browser half run one way, types included, as CONTRIBUTING.md draws the house."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

WEB = Path(__file__).resolve().parents[3] / "ui" / "web"
# A folder may use its own row and the rows below; the pages, which all other folders are, use none of each other.
ROWS = ({"nn", "maths"}, {"state", "server"}, {"kit"}, {"gestures"}, {"frame", "hand", "player"}, {"map"})
# `import ... from "./a.js"`, `import "./a.js"`, and in JSDoc `import("./a.js")`.
IMPORT = re.compile(r'\b(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"')

Graph = dict[str, set[str]]


def imports(web: Path) -> Graph:
    """Module -> modules that it imports or takes types from, as paths below the folder."""
    return {
        file.relative_to(web).as_posix(): {
            (file.parent / other).resolve().relative_to(web.resolve()).as_posix()
            for other in IMPORT.findall(file.read_text("utf-8"))
        }
        for file in sorted(web.rglob("*.js"))
    }


def circles(graph: Graph) -> list[list[str]]:
    """Strongly connected components of more than one module."""
    modules = sorted(graph)
    matrix = np.array([[other in graph[module] for other in modules] for module in modules])
    count, labels = connected_components(csr_matrix(matrix), connection="strong")
    members = [[module for module, label in zip(modules, labels, strict=True) if label == k] for k in range(count)]
    return [component for component in members if len(component) > 1]


def upward(graph: Graph) -> Iterator[str]:
    """Imports that the table does not allow."""
    row = {folder: i for i, folders in enumerate(ROWS) for folder in folders}
    for module, others in graph.items():
        own = module.split("/")[0]
        for other in sorted(others):
            folder = other.split("/")[0]
            if own != folder and row.get(folder, len(ROWS)) >= row.get(own, len(ROWS)) + (own in row):
                yield f"{module} -> {other}"


def test_imports_go_down_and_no_modules_import_each_other() -> None:
    graph = imports(WEB)
    assert sum(map(len, graph.values())) > 300
    assert circles(graph) == list(upward(graph)) == []


@pytest.mark.parametrize(
    ("line", "circle"),
    [
        ('import { a } from "./a.js";', True),
        ('import "./a.js";', True),
        ('/** @typedef {import("./a.js").A} A */', True),
        ('/** @param {Map<string, import("./a.js").A>} a */', True),
        ('import style from "./a.css";', False),
    ],
)
def test_a_circle_is_found(line: str, circle: bool, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";')
    (tmp_path / "b.js").write_text('import { c } from "./c.js";')
    (tmp_path / "c.js").write_text(line)
    assert circles(imports(tmp_path)) == [["a.js", "b.js", "c.js"]] * circle


@pytest.mark.parametrize(
    ("module", "other", "allowed"),
    [
        ("desk/a.js", "kit/b.js", True),
        ("maths/a.js", "nn/b.js", True),
        ("desk/a.js", "desk/b.js", True),
        ("desk/a.js", "tangent/b.js", False),
        ("kit/a.js", "desk/b.js", False),
        ("nn/a.js", "server/b.js", False),
    ],
)
def test_an_import_upward_is_found(module: str, other: str, allowed: bool) -> None:
    assert list(upward({module: {other}, other: set()})) == [] if allowed else [f"{module} -> {other}"]
