"""The page that CONTRIBUTING.md shows, built as it says in a copy of the repository."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Watch, free_port, server
from tests.web.oracle import LEVEL, Oracle
from tests.web.shown import SET, grey, settle

# A first line says which file it is, or into which it goes.
BLOCK = re.compile(r"^```(?:python|js)\n(?:#|//) (\S+\.\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MOST_LINES = {".py": 25, ".js": 60}


@pytest.fixture(scope="module")
def blocks(repository: Path) -> dict[str, str]:
    return dict(BLOCK.findall((repository / "CONTRIBUTING.md").read_text()))


def test_the_example_is_short(blocks: dict[str, str]) -> None:
    lines = dict.fromkeys(MOST_LINES, 0)
    for name, text in blocks.items():
        lines[Path(name).suffix] += text.count("\n")
    assert all(0 < lines[kind] <= most for kind, most in MOST_LINES.items()), lines


def test_the_example_decodes_what_its_slider_says(
    repository: Path, oracle: Oracle, blocks: dict[str, str], browser: Browser, tmp_path: Path
) -> None:
    for name in ("ui", "pages", "vae_core", ".streamlit"):
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(repository / "app.py", tmp_path)
    main = tmp_path / "ui" / "main.py"
    first = '"Explore": [\n'
    assert first in main.read_text()
    for name, text in blocks.items():
        if tmp_path / name == main:
            main.write_text(main.read_text().replace(first, first + text))
        else:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)

    with server(tmp_path, oracle.root, tmp_path / "log.txt", free_port()) as app:
        page = browser.new_page()
        watch = Watch(page, app)
        page.goto(f"{app}first_coordinate?left=tiny-ae")
        root = page.locator("[data-component=first_coordinate][data-ready=true]")
        expect(root).to_be_visible()
        for value in (0.0, -1.5):
            wanted = oracle.decode("tiny-ae", [value, 0, 0, 0])
            np.testing.assert_allclose(grey(root.locator("canvas[data-model=tiny-ae]")), wanted, atol=LEVEL)
            root.locator("input[data-dim='0']").evaluate(SET, -1.5)
            settle(page)
        page.close()
        watch.check()
