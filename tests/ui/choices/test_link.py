import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny import CONFIGS
from ui.choices.link import (
    DEFAULT_SEED,
    KEYS,
    LARGEST,
    SEEDS,
    Choice,
    clean_z,
    compose,
    default_pair,
    format_z,
    parse,
    plain,
    quote,
)

MODELS = {"ae-30": CONFIGS["ae"], "vae-30": CONFIGS["vae-logvar"], "vae-2": CONFIGS["bernoulli"]}
DEFAULT = Choice("ae-30", "vae-30", "uci", DEFAULT_SEED)

names = st.sampled_from(list(MODELS))
numbers = st.floats(-LARGEST, LARGEST)


choices = st.builds(Choice, names, names, st.sampled_from(["uci", "mnist"]), st.integers(0, SEEDS - 1))


@given(choices)
def test_what_is_composed_is_parsed(choice: Choice) -> None:
    link = parse(compose(choice), {"uci": MODELS, "mnist": MODELS})
    assert (link.choice, link.ignored) == (choice, [])


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=80)))
def test_any_text_gives_a_choice_that_can_be_had(parameters: dict[str, str]) -> None:
    link = parse(parameters, {"uci": MODELS})
    assert {link.choice.left, link.choice.right} <= set(MODELS)
    assert link.choice.digits == "uci"
    assert 0 <= link.choice.seed < SEEDS
    assert len(link.ignored) <= len(parameters)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1), st.integers(-9, 9))
def test_a_code_of_any_scale_is_kept_as_exactly(z: list[float], power: int) -> None:
    kept = [float(part) for part in format_z([value * 10.0**power for value in z]).split("_")]
    assert kept == pytest.approx([value * 10.0**power for value in z], rel=5.01e-6, abs=0)


def test_z_is_short_and_needs_no_escaping() -> None:
    assert format_z([0.5, -1.2341, 0.0, -0.0004, 2.0, 100.0, 1.2]) == "0.5_-1.2341_0_-0.0004_2_100_1.2"
    assert format_z([1.23456789e-7, -1e-6, 1234567890.0, -1e300]) == "1.23457e-7_-0.000001_1234570000_-100000000000000"


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("left", "ae-3000", "no such model here, so ae-30"),
        ("right", "", "no such model here, so vae-30"),
        ("left", "../ae-30", "no such model"),
        ("digits", "letters", "no such set, so UCI"),
        ("digits", "mnist", "MNIST is not on this machine, so UCI"),
        ("seed", "-1", "whole number"),
        ("seed", "1.5", "whole number"),
        ("seed", str(SEEDS), "whole number"),
        ("seed", "9" * 5000, "whole number"),
        ("seed", "٣", "whole number"),
    ],
)
def test_nonsense_falls_back_and_is_named(key: str, text: str, reason: str) -> None:
    link = parse({key: text}, {"uci": MODELS})
    assert link.choice == DEFAULT
    (sentence,) = link.ignored
    assert reason in sentence
    assert len(sentence) < 200


def test_one_bad_part_leaves_the_others() -> None:
    link = parse({"left": "vae-2", "seed": "x", "foreign": "?"}, {"uci": MODELS})
    assert link.choice == Choice("vae-2", "vae-30", "uci", DEFAULT_SEED)
    assert len(link.ignored) == 1


def test_the_default_pair_is_the_nearest_to_the_article() -> None:
    assert default_pair(MODELS) == ("ae-30", "vae-30")
    assert default_pair(["vae-2", "mine"]) == ("vae-2", "mine")
    assert default_pair(["mine"]) == ("mine", "mine")
    with pytest.raises(ValueError, match="no model"):
        default_pair([])


def test_a_strangers_text_stays_text() -> None:
    assert quote("`![x](http://evil)\n`") == "`![x](http://evil)`"
    assert quote("x" * 500) == "`" + "x" * 39 + "…`"
    assert quote("\u202e") == "(empty)"
    assert plain("a_b *c* [d](e)\n$f$") == r"a\_b \*c\* \[d\]\(e\) \$f\$"


def test_codes_that_no_link_can_say_are_brought_within() -> None:
    assert clean_z([float("nan"), float("inf"), -1e300, -0.0]) == [0.0, 0.0, -LARGEST, 0.0]
