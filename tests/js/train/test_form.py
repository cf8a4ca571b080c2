"""The form of Train against Python: the same rules, the same number of parameters, the time that it foretells."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.js.node import Node
from ui.training import forecast
from vae_core.config import ModelConfig
from vae_core.errors import ConfigError
from vae_core.models import parameter_count
from vae_core.recipes import RECIPES
from vae_core.training.plan import Plan

SHAPES = ([1, 28, 28], [3, 16, 24], [1, 8, 64])
JUDGE = """async ([all, shapes]) => {
  const { planOf, problemsOf } = await load("train/form/plan.js");
  const { parameterCount, flopsOf } = await load("train/form/size.js");
  return JSON.stringify(all.map((values, i) => {
    const plan = planOf(values, { shape: shapes[i] });
    return [plan, problemsOf(plan), parameterCount(plan.model), flopsOf(plan.model)];
  }));
}"""
FILL = """async (recipes) => {
  const { filled, planOf, problemsOf } = await load("train/form/plan.js");
  return JSON.stringify(recipes.map((recipe) => {
    const set = { shape: [1, 28, 28], images: 60000 };
    const values = { ...filled(recipe, set), recipe: recipe.name, on: "mnist", without: "", as: "one" };
    const plan = planOf(values, set);
    return [plan, problemsOf(plan)];
  }));
}"""
RIGHT = {
    "latentdim": ["1", "2", "30", "784"],
    "encoder": ["", "250", "512, 256", "8192 1", "none", "1;2;3"],
    "decoder": ["", "320", "none", ", ".join(["9"] * 16)],
    "epochs": ["1", "50", "10000"],
    "batchsize": ["1", "250", "100000"],
    "learningrate": ["0.003", "1", "1e-3", ".5", "1."],
    "beta": ["0", "1", "0.5", "1e6"],
    "reconstruction": ["0", "1", "2.5"],
    "corruptby": ["0.5", "1", "0.001"],
    "trainseed": ["0", "4294967295"],
    "without": ["", "38", "012345678"],
    "as": ["a", "my-vae.2", "a" * 60, "0_1"],
}
WRONG = {
    "latentdim": ["0", "785", "1.5", "", "two", "-1"],
    "encoder": ["0", "8193", "250, x", ", ".join(["9"] * 17), "1.5", "-3"],
    "decoder": ["0", "8193", "256 x", " ".join(["2"] * 17)],
    "epochs": ["0", "10001", "1e3", "", "ten"],
    "batchsize": ["0", "-1", "2.5", ""],
    "learningrate": ["0", "1.01", "-0.1", "", "fast", "1e400"],
    "beta": ["-1", "", "0,5", "1e400", "nan", "Infinity", "0x10"],
    "reconstruction": ["-0.5", "", "1/2"],
    "corruptby": ["0", "1.001", "", "half"],
    "trainseed": ["4294967296", "-1", "1.5", ""],
    "without": ["0123456789"],
    "as": ["", "A", "-a", "a-", "a b", "a" * 61, "..", "a/b", "ä"],
}
OPTIONS = {
    "kind": ["ae", "linear", "dae", "vae"],
    "corrupt": ["gaussian", "masking", "salt_and_pepper", "box"],
    "likelihood": ["gaussian", "bernoulli"],
    "activation": ["relu", "tanh", "elu", "softplus"],
    "head": ["logvar", "sigma"],
}
UNUSED = {
    "ae": {"corruptby", "beta", "reconstruction"},
    "dae": {"beta", "reconstruction"},
    "linear": {"corruptby", "beta", "reconstruction", "encoder", "decoder"},
    "vae": {"corruptby"},
}


def generated(rng: random.Random) -> tuple[dict[str, str], set[str]]:
    """What is written in the form, and which of it is wrong."""
    values = {field: rng.choice(texts) for field, texts in (RIGHT | OPTIONS).items()}
    wrong = set(rng.sample(sorted(WRONG), rng.choice((0, 0, 1, 2))))
    # A decoder that mirrors what is wrong is wrong, too.
    values |= {field: rng.choice(WRONG[field]) for field in wrong}
    return {**values, "recipe": "", "on": "uci"}, wrong - UNUSED[values["kind"]]


def judged(node: Node, all_values: list[dict[str, str]], shapes: list[list[int]]) -> list[Any]:
    found: list[Any] = json.loads(node.evaluate(JUDGE, [all_values, shapes]))
    return found


def test_the_form_refuses_what_python_refuses_and_names_the_field(node: Node) -> None:
    rng = random.Random(14)
    cases = [generated(rng) for _ in range(600)]
    shapes = [rng.choice(SHAPES) for _ in cases]
    for (values, wrong), (plan, problems, _, _) in zip(
        cases, judged(node, [values for values, _ in cases], shapes), strict=True
    ):
        if "encoder" in wrong and not values["decoder"]:
            wrong = wrong | {"decoder"}
        assert set(problems) == wrong, (values, problems)
        assert all(words.endswith(".") for words in problems.values())
        if wrong:
            with pytest.raises(ConfigError):
                Plan.from_json(plan)
        else:
            assert Plan.from_json(plan).model.shape == tuple(plan["model"]["shape"])


def test_as_many_parameters_as_pytorch_counts(node: Node) -> None:
    rng = random.Random(15)
    cases = [case for case in (generated(rng) for _ in range(400)) if not case[1]][:80]
    shapes = [rng.choice(SHAPES) for _ in cases]
    for plan, _, parameters, flops in judged(node, [values for values, _ in cases], shapes):
        assert parameters == parameter_count(ModelConfig.from_json(plan["model"]))
        assert flops == forecast.OPERATIONS * parameters


def test_every_recipe_of_widths_fills_the_form_and_comes_out_as_it_was(node: Node) -> None:
    of_widths = [one for one in RECIPES.values() if one.model.is_widths]
    recipes = [
        {"name": one.name, "model": one.model.to_json(), "training": one.training.to_json()} for one in of_widths
    ]
    for one in recipes:
        one["model"]["shape"] = [1, 28, 28]
    for recipe, (plan, problems) in zip(of_widths, json.loads(node.evaluate(FILL, recipes)), strict=True):
        assert problems == {}
        found = Plan.from_json(plan)
        assert (found.model, found.training) == (recipe.model, recipe.training)


def test_a_free_name_is_the_first_that_nobody_has_and_one_that_python_takes(node: Node) -> None:
    free = """async ([start, taken]) => (await load("kit/names.js")).freeName(start, taken)"""
    assert node.evaluate(free, ["my-vae", []]) == "my-vae"
    assert node.evaluate(free, ["my-vae", ["my-vae", "my-vae-2"]]) == "my-vae-3"
    long = "a" * 58 + "-b" + "c" * 9
    assert len(node.evaluate(free, [long, []])) == 60


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (8.4, "8 s"), (119, "2 min"), (5400, "1.5 h"), (90_000, "25 h")]
)
def test_a_time_is_told_as_one_would_say_it(node: Node, seconds: float, words: str) -> None:
    tell = "async (seconds) => (await load('kit/amounts.js')).timeText(seconds)"
    assert node.evaluate(tell, seconds) == words
