"""The form of Train: a recipe fills it, every field is checked and in the link, and it starts what stands there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.shown import Visit, await_query, fits
from tests.web.train.train_page import Server, TrainPage, summary
from vae_core.recipes import RECIPES
from vae_core.training.plan import Plan


def test_a_first_training_starts_with_one_press_and_is_the_recipe(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    expect(train.forecast).to_have_text("469,268 parameters, 1.9 MB; 1,500 pictures, about 9 s")
    train.start.click()
    expect(train.run("my-vae-2").get_by_role("radio")).to_be_checked()
    await_query(train.page, run="my-vae-2")
    (_, _, sent) = server.asked[0]
    plan = Plan.from_json(sent)
    assert (plan.recipe, plan.digits, plan.leave_out) == ("vae-2", "uci", ())
    assert plan.model == RECIPES["vae-2"].model
    assert plan.training.epochs == 50
    # The next one needs no other name.
    expect(train.field("Name")).to_have_attribute("placeholder", "my-vae-2-2")


def test_a_recipe_fills_all_fields_and_a_change_makes_it_ones_own(visit: Visit) -> None:
    train = visit(TrainPage, prepare=Server().serve)
    recipe = train.field("Recipe")
    recipe.select_option("dae-masking-30")
    train.more()
    for name, text in {"Codes": "30", "Level": "0.5", "Layers": "250", "Decoder": "320", "Epochs": "100"}.items():
        expect(train.field(name)).to_have_value(text)
    expect(train.field("Corruption")).to_have_value("masking")
    expect(train.field("beta")).to_be_hidden()
    await_query(train.page, recipe="dae-masking-30", kind=None)
    train.field("Codes").fill("7")
    expect(recipe.locator("option:checked")).to_have_text("your own, from dae-masking-30")
    await_query(train.page, recipe="dae-masking-30", latentdim="7")
    # Back as it was, it is the recipe again.
    train.field("Codes").fill("30")
    expect(recipe).to_have_value("dae-masking-30")
    train.field("Decoder").fill("")
    expect(train.field("Decoder")).to_have_attribute("placeholder", "250")
    await_query(train.page, decoder="mirror", latentdim=None)
    recipe.select_option("vae-2")
    await_query(train.page, recipe=None, decoder=None)
    expect(train.field("beta")).to_have_value("1")


def test_a_link_restores_every_field(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    train.more()
    train.kind("DAE")
    train.field("Corruption").select_option("box")
    train.form.get_by_text("cross-entropy", exact=True).click()
    train.field("Digits").select_option("mnist")
    for name, text in {
        **{"Level": "0.3", "Codes": "5", "Epochs": "7", "Layers": "64, 32", "Decoder": "16", "Batch": "99"},
        **{"Learning rate": "0.01", "Seed": "12", "Name": "mine"},
    }.items():
        train.field(name).fill(text)
    train.field("Activation").select_option("elu")
    for digit in "83":
        train.form.get_by_role("button", name=f"Leave {digit} out").click()
    await_query(train.page, without="38", **{"as": "mine"}, on="mnist", encoder="64_32", decoder="16")
    train.page.reload()
    train.wait()
    train.start.click()
    expect(train.run("mine")).to_be_visible()
    plan = Plan.from_json(server.asked[0][2])
    assert plan.recipe == ""
    assert (plan.digits, plan.leave_out, plan.name) == ("mnist", (3, 8), "mine")
    model, training = plan.model, plan.training
    assert (model.kind, model.latent_dim, model.encoder, model.decoder) == ("ae", 5, (64, 32), (16,))
    assert (model.likelihood, model.activation) == ("bernoulli", "elu")
    assert training.corruption
    assert (training.corruption.kind, training.corruption.level) == ("box", 0.3)
    assert (training.epochs, training.batch_size, training.learning_rate, training.seed) == (7, 99, 0.01, 12)


def test_what_is_wrong_is_said_at_its_field_and_nothing_starts(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    train.field("Epochs").fill("501")
    expect(train.field("Epochs")).to_have_attribute("aria-invalid", "true")
    expect(train.form.locator("#epochs-problem")).to_have_text("This server trains for at most 500 epochs.")
    expect(train.start).to_have_attribute("aria-disabled", "true")
    expect(train.forecast).to_contain_text("Epochs")
    train.start.click(force=True)
    expect(train.field("Epochs")).to_be_focused()
    train.field("Epochs").fill("ten")
    expect(train.form.locator("#epochs-problem")).to_have_text("Epochs are a whole number from 1 to 10,000.")
    train.field("Epochs").fill("5")
    expect(train.form.locator("#epochs-problem")).to_be_hidden()
    train.field("Name").fill("vae-2")
    expect(train.form.locator("#as-problem")).to_have_text("There is a model vae-2 already.")
    train.field("Name").fill("")
    train.more()
    train.field("Layers").fill("8192, 8192")
    expect(train.forecast).to_have_text("This server trains at most 20,000,000 parameters: take narrower layers.")
    train.field("Layers").fill("64")
    assert server.asked == []
    # By the keyboard alone.
    train.field("Layers").press("Enter")
    expect(train.run("my-vae-2")).to_be_visible()
    assert [what for what, *_ in server.asked] == ["start"]


def test_what_the_server_refuses_is_said_and_can_be_tried_again(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, prepare=server.serve)
    server.problem = "The disk is full."
    train.start.click()
    expect(train.form.get_by_role("alert")).to_contain_text("The disk is full.")
    server.problem = ""
    train.form.get_by_role("button", name="Try again").click()
    expect(train.run("my-vae-2")).to_be_visible()
    expect(train.form.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (
            {"training": False, "why": "Training is switched off on this server."},
            "Training is switched off on this server.",
        ),
        ({"limits": {"epochs": 500, "parameters": 10**7, "kept": 1, "megabytes": 9}}, "As many runs are kept here"),
        ({"limits": {"epochs": 500, "parameters": 10**7, "kept": 9, "megabytes": 1}}, "The room for runs is full"),
    ],
)
def test_why_nothing_can_start_here(visit: Visit, about: dict[str, object], words: str) -> None:
    server = Server(summary("mine"), **about)
    train = visit(TrainPage, prepare=server.serve)
    expect(train.forecast).to_contain_text(words)
    train.start.click(force=True)
    assert server.asked == []


@pytest.mark.parametrize("width", [1280, 1920, 400])
def test_form_and_film_are_above_the_fold_and_nothing_scrolls_sideways(visit: Visit, width: int) -> None:
    train = visit(TrainPage, prepare=Server().serve, width=width, height=1080 if width == 1920 else 800)
    assert fits(train.page)
    if width > 400:
        expect(train.start).to_be_in_viewport()
    train.more()
    assert fits(train.page)


def test_denoise_leads_to_the_form_filled_in(visit: Visit) -> None:
    server = Server()
    train = visit(TrainPage, "recipe=ae-30&kind=dae&corrupt=box&corruptby=0.6&digits=mnist", prepare=server.serve)
    expect(train.field("Corruption")).to_have_value("box")
    expect(train.field("Level")).to_have_value("0.6")
    expect(train.field("Digits")).to_have_value("mnist")
    expect(train.field("Name")).to_have_attribute("placeholder", re.compile(r"my-dae-box-30"))
