from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import drawn
from ui.opening import BACKGROUNDS, KEYS, MODES, PATHS, Box, Opening, compose, fit, parse
from vae_core.data import uci_digits

SIZE = 1797
SQUARES = [(0, 0, 28, 28), (27, 27, 1, 1), (3, 0, 10, 28)]


def text_of(row: int) -> str:
    return drawn.pack(np.rint(uci_digits().images[row] / 17).astype(np.uint8))


boxes: st.SearchStrategy[Box] = st.sampled_from(SQUARES)
stop_texts = st.integers(0, SIZE - 1).map(str) | st.integers(0, 9).map(lambda row: f"~{text_of(row)}")
openings = st.builds(
    Opening,
    hide=st.sets(st.integers(0, 9)).map(lambda digits: "".join(map(str, sorted(digits)))),
    row=st.none() | st.integers(0, SIZE - 1),
    behind=st.sampled_from(["", *BACKGROUNDS]),
    view=st.sampled_from(["", "0.5_-0.25_2", "-4_4_0.25", "0_0_32"]),
    drawn=st.just("") | st.integers(0, 99).map(text_of),
    level=st.none() | st.integers(0, 1000).map(lambda n: n / 1000),
    clip=st.none() | st.booleans(),
    noise=st.none() | st.integers(0, 2**32 - 1),
    box=st.none() | boxes,
    rubbed=st.just("") | st.integers(0, 9).map(text_of),
    times=st.none() | st.integers(1, 20),
    shown=st.sampled_from(["", "one"]),
    stops=st.just("") | st.lists(stop_texts, min_size=2, max_size=6).map(".".join),
    corners=st.just("") | st.lists(stop_texts, min_size=4, max_size=4).map(".".join),
    mode=st.sampled_from(["", *MODES]),
    path=st.sampled_from(["", *PATHS]),
    t=st.none() | st.integers(0, 1000).map(lambda n: n / 1000),
    walk=st.none() | st.integers(0, 2**32 - 1),
    classes=st.sampled_from(["", "3_8", "0_0"]),
    neighbours=st.none() | st.integers(1, 50),
    distance=st.sampled_from(["", "cosine"]),
    mutual=st.none() | st.booleans(),
    surface=st.sampled_from(["", "graph"]),
    direction=st.none() | st.integers(1, 784),
    at=st.sampled_from(["", "z"]),
    ends=st.sampled_from(["", "-0.5_0.25_1_0", "0_0_0_0"]),
)


@given(openings)
def test_what_is_composed_is_parsed(opening: Opening) -> None:
    assert parse(compose(opening), SIZE) == (opening, [])


def test_a_link_says_nothing_of_what_is_not_chosen() -> None:
    assert compose(Opening()) == {}
    assert compose(Opening(row=0, level=0.0, clip=False, noise=0)) == {
        **{"row": "0", "level": "0", "clip": "0", "noise": "0"},
    }


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("hide", "83", "ascending order"),
        ("hide", "3x", "ascending order"),
        ("row", "1797", "rows 0 to 1796"),
        ("row", "-1", "rows 0 to 1796"),
        ("row", "", "rows 0 to 1796"),
        ("row", "9" * 5000, "rows 0 to 1796"),
        ("behind", "nothing", "one of density, lattice, votes"),
        ("view", "0_0", "a middle and a scale"),
        ("view", "0_0_0", "a middle and a scale"),
        ("view", "nan_0_1", "a middle and a scale"),
        ("view", "0.12345_0_1", "a middle and a scale"),
        ("drawn", "AAAA", "not a drawn digit"),
        ("drawn", "A" * 100_000, "not a drawn digit"),
        ("level", "1.001", "a number from 0 to 1"),
        ("level", "-0.5", "a number from 0 to 1"),
        ("level", "nan", "a number from 0 to 1"),
        ("clip", "yes", "0 or 1"),
        ("noise", "4294967296", "a whole number from 0 to 4294967295"),
        ("box", "0_0_0_5", "inside the picture"),
        ("box", "20_0_9_5", "inside the picture"),
        ("box", "1_2_3", "inside the picture"),
        ("rubbed", "!", "what was rubbed"),
        ("times", "0", "1 to 20"),
        ("times", "21", "1 to 20"),
        ("shown", "two", "only be one"),
        ("stops", "3", "2 to 6 of these digits"),
        ("stops", "0.1.2.3.4.5.6", "2 to 6 of these digits"),
        ("stops", "3.1797", "2 to 6 of these digits"),
        ("stops", "3.~AAAA", "2 to 6 of these digits"),
        ("stops", "3." * 100_000, "2 to 6 of these digits"),
        ("corners", "1.2.3", "4 of these digits"),
        ("mode", "between", "one of corners, attribute, walk"),
        ("path", "straight", "one of slerp, pixels, graph, geodesic"),
        ("t", "1.5", "a number from 0 to 1"),
        ("walk", "-1", "a whole number from 0 to 4294967295"),
        ("classes", "38", "two digits"),
        ("neighbours", "0", "1 to 50"),
        ("neighbours", "51", "1 to 50"),
        ("distance", "manhattan", "only be cosine"),
        ("mutual", "yes", "0 or 1"),
        ("surface", "sphere", "only be graph"),
        ("direction", "785", "1 to 784"),
        ("at", "0", "only be z"),
        ("ends", "0_0_0", "two places"),
        ("ends", "0_0_0_1e9", "two places"),
    ],
)
def test_nonsense_is_left_out_and_named(key: str, text: str, reason: str) -> None:
    opening, (sentence,) = parse({key: text, "foreign": "?"}, SIZE)
    assert opening == Opening()
    assert sentence.startswith(f"{key} ")
    assert reason in sentence
    assert len(sentence) < 200


def test_one_bad_part_leaves_the_others() -> None:
    opening, ignored = parse({"hide": "1", "row": "y", "times": "3"}, SIZE)
    assert opening == Opening(hide="1", times=3)
    assert len(ignored) == 1


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=60)))
def test_any_text_gives_something_that_can_be_shown(parameters: dict[str, str]) -> None:
    opening, ignored = parse(parameters, SIZE)
    assert opening.row is None or 0 <= opening.row < SIZE
    assert len(ignored) <= len(parameters)
    assert all(len(sentence) < 200 for sentence in ignored)


@pytest.mark.parametrize(("digits", "size"), [("mnist", 10_000), ("uci", 5)])
def test_rows_of_another_set_are_left_out(digits: str, size: int) -> None:
    asked = Opening(row=7, stops="7.8", corners="1.2.3.4", t=0.5)
    assert fit(asked, digits, "uci", size) == Opening(t=0.5)
    assert fit(asked, "uci", "uci", SIZE) == asked
