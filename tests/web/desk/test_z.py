"""z as all pages share it: models of any sizes, their sides, what was, and what the link says."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

SIDES = "const sides = (...pairs) => pairs.map(([name, dim]) => ({ name, dim }));"


def run(page: Page, script: str, link: str = "") -> Any:
    """What the script returns; `z` as a page has it that was opened by the link."""
    page.evaluate("(link) => history.replaceState(null, '', `?${link}`)", link)
    return page.evaluate(
        f"""async () => {{
          const fresh = await import(`/assets/web.js?${{Math.random()}}`);
          const {{ z }} = await fresh.load("state/z.js");
          const {{ query, refused }} = await fresh.load("state/parameters.js");
          const said = () => {{ const {{ z, z2 }} = query(); return [z ?? null, z2 ?? null]; }};
          const now = () => z.z.map((numbers) => [...numbers]);
          {SIDES}
          {script}
        }}"""
    )


def test_a_small_model_takes_the_first_numbers_and_leaves_the_others(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 4], ["b", 4]));
        const opening = now();
        z.open([[9, 8, 7, 6], [9, 8, 7, 6]]);
        const untouched = said();
        z.change((z) => z.replace([[1, 2, 3, 4], [5, 6, 7, 8]]));
        z.follow(sides(["c", 2], ["d", 3]));
        const small = [now(), said()];
        z.change((z) => z.replace([[10, 20], [50, 60, 70]]));
        z.follow(sides(["a", 4], ["b", 4]));
        return { opening, untouched, small, back: [now(), said()] };
        """,
    )
    assert found == {
        "opening": [[0] * 4] * 2,
        "untouched": [None, None],
        "small": [[[1, 2], [5, 6, 7]], ["1_2", "5_6_7"]],
        "back": [[[10, 20, 3, 4], [50, 60, 70, 8]], ["10_20_3_4", "50_60_70_8"]],
    }


def test_a_larger_model_opens_with_what_a_page_likes_for_the_rest(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 2], ["b", 2]));
        z.open([[1, 2], [1, 2]]);
        z.choose();
        z.follow(sides(["a", 2], ["c", 4]));
        const before = said();
        z.open([[0, 0], [1, 2, 8, 9]]);
        return [before, now(), said()];
        """,
    )
    assert found == [["1_2", None], [[1, 2], [1, 2, 8, 9]], ["1_2", "1_2_8_9"]]


def test_models_that_change_sides_take_z_and_the_past_along(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 2], ["b", 3]));
        z.change((z) => z.replace([[1, 2], [3, 4, 5]]));
        z.change((z) => z.replace([[0, 0], [0, 0, 0]]));
        z.follow(sides(["b", 3], ["a", 2]));
        const undone = z.undo() && now();
        z.follow(sides(["b", 3], ["b", 3]));
        return [undone, now()];
        """,
    )
    assert found == [[[3, 4, 5], [1, 2]], [[3, 4, 5], [1, 2, 0]]]


def test_undo_passes_over_what_these_models_do_not_show(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 3], ["b", 3]));
        z.open([[1, 1, 1], [1, 1, 1]]);
        z.change((z) => z.replace([[2, 1, 1], [2, 1, 1]]));
        z.change((z) => z.replace([[2, 1, 5], [2, 1, 5]]));
        z.follow(sides(["c", 2], ["d", 2]));
        const steps = [];
        const note = (did) => steps.push([did, [...z.z[0]], z.canUndo, z.canRedo]);
        note(z.undo());
        note(z.undo());
        note(z.redo());
        note(z.redo());
        z.follow(sides(["a", 3], ["b", 3]));
        return [steps, now()[0], said()];
        """,
    )
    steps, last, _ = found
    assert [step[:2] for step in steps] == [[True, [1, 1]], [False, [1, 1]], [True, [2, 1]], [False, [2, 1]]]
    assert steps[0][2:] == [False, True]
    assert last[:2] == [2, 1]


def test_a_gesture_is_one_step_and_what_is_taken_back_is_as_if_it_had_not_been(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 2], ["b", 2]));
        const mark = z.mark();
        z.change((z) => z.move(0, 1), "drag");
        z.change((z) => z.move(0, 2), "drag");
        const during = [now(), z.past.length, said()[0]];
        z.rewind(mark);
        return [during, now(), z.past.length, said()];
        """,
    )
    assert found == [[[[2, 0]] * 2, 1, "2_0"], [[0, 0]] * 2, 0, [None, None]]


@pytest.mark.parametrize(
    ("link", "numbers", "refused"),
    [
        ("z=1_2", [[1, 2], [1, 2]], []),
        ("z=1_2&z2=3_4", [[1, 2], [3, 4]], []),
        ("z2=3_4", [[0, 0], [3, 4]], []),
        ("z=1_2_3", [[0, 0], [0, 0]], [["z", "1_2_3", "2 numbers, one for each code of a"]]),
        ("z=1_2&z2=3", [[1, 2], [1, 2]], [["z2", "3", "2 numbers, one for each code of b"]]),
        ("z=x&z2=y", [[0, 0], [0, 0]], [["z", "x", "a list of plain numbers"], ["z2", "y", "a list of plain numbers"]]),
    ],
)
def test_what_a_link_says(modules: Page, link: str, numbers: list[list[float]], refused: list[list[str]]) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 2], ["b", 2]));
        return [now(), refused.map(({ key, text, rule }) => [key, text, rule])];
        """,
        link,
    )
    assert found == [numbers, refused]


def test_a_model_that_was_saved_anew_with_other_sizes_is_another(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 2], ["b", 2]));
        z.change((z) => z.replace([[1, 2], [3, 4]]));
        z.follow(sides(["a", 3], ["b", 1]));
        return [now(), said()];
        """,
    )
    assert found == [[[1, 2, 0], [3]], [None, "3"]]


def test_a_view_keeps_its_models_until_it_shows_others_or_leaves(modules: Page) -> None:
    found = run(
        modules,
        """
        const view = {};
        z.hold(view, sides(["a", 3], ["b", 3]));
        z.change((z) => z.replace([[1, 2, 3], [4, 5, 6]]));
        z.note(sides(["b", 3], ["c", 1]));
        const held = now();
        z.release({});
        const still = now();
        z.release(view);
        return [held, still, now(), said()];
        """,
    )
    here = [[1, 2, 3], [4, 5, 6]]
    assert found == [here, here, [[1, 2, 3], [4]], ["1_2_3", "4"]]


def test_undo_before_a_larger_model_came_has_what_the_page_put_behind(modules: Page) -> None:
    found = run(
        modules,
        """
        z.follow(sides(["a", 1], ["b", 1]));
        z.open([[7], [7]]);
        z.change((z) => z.replace([[1], [1]]));
        z.follow(sides(["c", 3], ["d", 3]));
        z.open([[1, 8, 9], [1, 8, 9]]);
        z.undo();
        return [now(), said()[0]];
        """,
    )
    assert found == [[[7, 8, 9]] * 2, "7_8_9"]


def test_a_gesture_ends_with_its_view_and_moves_nothing_that_a_model_has_not(modules: Page) -> None:
    found = run(
        modules,
        """
        const view = {};
        z.hold(view, sides(["a", 2], ["b", 2]));
        z.change((z) => z.move(0, 1), "slide 0");
        z.release(view);
        z.hold(view, sides(["a", 2], ["c", 1]));
        z.change((z) => z.move(0, 2), "slide 0");
        z.change((z) => z.move(1, 5));
        const steps = z.past.length;
        z.hold(view, sides(["a", 2], ["b", 2]));
        return [steps, now()];
        """,
    )
    assert found == [3, [[2, 5], [2, 0]]]
