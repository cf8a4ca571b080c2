"""A checkpoint may be called what a folder may be called: it is shown as it is, and found by every address."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from tests import odd, tiny
from tests.ui.conftest import TRAINING, TestClient, component, open_link, page, pages
from ui import store
from ui.choices import link

pytestmark = pytest.mark.usefixtures("unmeasured")
NAME = "#1 *a* _b_ [c](d) $e$ `f` <b>g<br> :red[h] 50 % & ~~i~~ ? עברית 🙂"


def shown(markdown: str) -> str:
    """What CommonMark with tables and strikethrough makes of it, as text."""
    tokens = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(markdown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"]), tokens
    children = [child for token in tokens for child in token.children or []]
    assert {child.type for child in children} <= {"text", "text_special"}
    return "".join(child.content for child in children)


@given(name=odd.NAMES)
def test_markdown_shows_a_name_as_it_is(name: str) -> None:
    seen = "".join(each for each in name if each.isprintable() or each.isspace() or each == link.JOINER)
    assert shown(link.plain(name)).replace("\u2060", "") == " ".join(seen.split())


@pytest.mark.parametrize("name", ["$x$", "a $x$ b", ":red[x]", ":smile:", ":material/tune:", "~~x~~", "<b>", "a#b"])
def test_what_streamlit_adds_to_markdown_is_taken_away_too(name: str) -> None:
    assert not any(each in link.plain(name).replace("\\" + each, "") for each in "$:[]<>#~")


def words(app: AppTest) -> list[str]:
    """Everything on the page that is Markdown."""
    texts = [*app.markdown, *app.caption, *app.subheader, *app.title, *app.error, *app.info]
    tables = [str(value) for table in app.table for value in (*table.value.columns, *table.value.to_numpy().flat)]
    return [*(str(text.value) for text in texts), *tables, *(each.label for each in app.expander)]


def test_every_page_shows_the_name_and_none_takes_it_for_markdown(own_root: Path) -> None:
    tiny.write_checkpoint(own_root, NAME, "vae-logvar", training=TRAINING)
    app = open_link({"left": NAME, "right": "ae-30"})
    mentioned = 0
    for each in pages(app):
        for text in words(app):
            assert NAME not in text, (each, text)
            mentioned += link.plain(NAME) in text
    assert mentioned >= 5
    app.switch_page(page("desk")).run()
    assert component(app, "desk")["left"]["name"] == NAME
    assert component(app, "copy_link")["query"]["left"] == NAME


# Starlette's client decodes a percent sign twice, the server does not: see test_server.
@pytest.mark.parametrize("name", ["100 %", "a#b?c=d&e", "a+b", "$", "*", "日本語", "👩‍💻", "a\\b", "a;b", '"', "'"])
def test_every_route_takes_the_name(name: str, own_root: Path, client: TestClient) -> None:
    tiny.write_checkpoint(own_root, name, "ae", training=TRAINING)
    for address in (
        store.address("checkpoints", name, "model.safetensors"),
        store.address("encodings", name, "uci.safetensors"),
        f"checkpoints/{quote(name, safe='')}/config.json",
    ):
        assert client.get(f"/{address}").status_code == 200, address
