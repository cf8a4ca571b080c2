"""The visitors of `bench.load` see what a browser would, and its command line stays within bounds."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import load
from bench.load import Server, served, visit
from bench.visitors import VisitError, Visitor

APP = """
import streamlit as st

def good():
    st.title("Good")

@st.fragment(run_every=0.2)
def watch():
    st.session_state.looks = st.session_state.get("looks", 0) + 1
    if st.session_state.looks > 2:
        st.rerun()

def watched():
    st.title("Watched")
    if st.session_state.get("looks", 0) <= 2:
        watch()

def broken():
    raise ValueError("broken")

st.navigation([st.Page(good), st.Page(watched), st.Page(broken)]).run()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("load")
    (folder / "app.py").write_text(APP)
    with served(folder, {}) as server:
        yield server


def test_a_visitor_sees_pages_timers_and_errors(server: Server) -> None:
    async def look() -> None:
        async with Visitor(server.url) as visitor:
            shown = await visitor.show("")
            assert shown.messages >= 3
            assert 0 < shown.seconds < 60
            assert visitor.is_settled
            await visitor.show("watched")
            assert not visitor.is_settled
            while not visitor.is_settled:
                await asyncio.sleep(0.2)
                await visitor.show("watched")
            with pytest.raises(VisitError, match="ValueError on the page"):
                await visitor.show("broken")
        async with Visitor(server.url, {"": ["media/nothing.png"]}) as visitor:
            with pytest.raises(VisitError, match=r"media/nothing\.png: 404"):
                await visitor.show("")

    asyncio.run(look())


def test_a_crowd_is_counted_with_its_errors_and_its_cpu_time(server: Server) -> None:
    before = server.cpu()
    waits = asyncio.run(visit(server, 4, 0.5, 6, 0.2, ("",), {}))
    assert len(waits.seconds) >= 4
    assert not waits.errors
    assert 0 < waits.quantile(0.5) <= waits.quantile(0.95) <= max(waits.seconds)
    assert server.cpu() > before
    broken = asyncio.run(visit(server, 2, 0.5, 6, 0.2, ("broken",), {}))
    assert broken.errors == ["ValueError on the page"] * 2
    assert not broken.seconds


@pytest.mark.parametrize("arguments", [["--visitors", "1000"], ["--visitors", "0"], ["--seconds", "9999"]])
def test_it_cannot_be_asked_for_more_than_a_machine_takes(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        load.parse(arguments)


def test_a_folder_is_filled_with_copies(tmp_path: Path) -> None:
    folder = tmp_path / "few"
    (tmp_path / "own" / "a").mkdir(parents=True)
    (tmp_path / "own" / "a" / "config.json").write_text("{}")
    load.filled(tmp_path / "own", 3, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["a", "a-1", "a-2"]
