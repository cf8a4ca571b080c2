"""How modules come."""

from __future__ import annotations

from playwright.sync_api import Page

from ui.http.modules import WEB


def test_every_module_can_be_imported_and_texts_are_as_they_are(modules: Page) -> None:
    paths = [path for path in WEB.glob("*/**/*.*") if path.suffix in (".js", ".css", ".json")]
    found = modules.evaluate(
        """async (paths) => {
          const wrong = [];
          for (const [path, text] of Object.entries(paths)) {
            const imported = await load(path);
            const same = imported === (await load(path));
            const { default: value } = imported;
            if (!same || (path.endsWith(".css") && value !== text)) wrong.push(path);
            if (path.endsWith(".json") && JSON.stringify(value) !== JSON.stringify(JSON.parse(text))) wrong.push(path);
          }
          return wrong;
        }""",
        {path.relative_to(WEB).as_posix(): path.read_text() for path in paths},
    )
    assert found == []


def test_what_is_no_module_is_named(modules: Page) -> None:
    answer = modules.evaluate("() => load('nn/none.js').catch((error) => error.message)")
    assert answer == "There is no nn/none.js."
