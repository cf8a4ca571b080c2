from dataclasses import replace

import pytest

from vae_core.config import CorruptionConfig
from vae_core.models import parameter_count
from vae_core.nets.layers import Convolution, TransposedConvolution
from vae_core.recipes import RECIPES, UnknownNameError, find_recipe

PROMISED = {
    "ae-30", "ae-deep-30", "vae-30", "vae-30-sigma", "ae-linear-30", "dae-gaussian-30", "dae-masking-30", "ae-2",
    "vae-2", "vae-2-reconstruction-only", "vae-2-kl-only", "ae-16", "vae-16", "vae-conv-16", "cvae-16",
}  # fmt: skip


def test_every_promised_recipe_is_there_under_its_own_name() -> None:
    assert set(RECIPES) >= PROMISED
    for name, recipe in RECIPES.items():
        assert recipe.name == name
        assert recipe.summary
        assert find_recipe(name) is recipe


@pytest.mark.parametrize(
    ("name", "kind", "widths", "latent_dim", "likelihood"),
    [
        ("ae-30", "ae", ((250,), (320,)), 30, "gaussian"),
        ("vae-30", "vae", ((250,), (320,)), 30, "gaussian"),
        ("vae-30-sigma", "vae", ((250,), (320,)), 30, "gaussian"),
        ("ae-linear-30", "ae", ((), ()), 30, "gaussian"),
        ("ae-deep-30", "ae", ((700, 350, 150), (150, 350, 700)), 30, "gaussian"),
        ("ae-16", "ae", ((512, 256), (256, 512)), 16, "bernoulli"),
        ("vae-16", "vae", ((512, 256), (256, 512)), 16, "bernoulli"),
    ],
)
def test_the_architectures_are_those_of_the_design(
    name: str, kind: str, widths: tuple[tuple[int, ...], tuple[int, ...]], latent_dim: int, likelihood: str
) -> None:
    model = RECIPES[name].model
    assert (model.kind, (model.encoder, model.decoder)) == (kind, widths)
    assert (model.latent_dim, model.likelihood) == (latent_dim, likelihood)


def test_what_a_recipe_is_named_for_is_what_it_does() -> None:
    assert RECIPES["vae-30"].model.scale == "logvar"
    assert RECIPES["vae-30-sigma"].model.scale == "sigma"
    assert RECIPES["ae-linear-30"].model.output == "linear"
    assert RECIPES["dae-gaussian-30"].training.corruption == CorruptionConfig(kind="gaussian", level=0.5)
    assert RECIPES["dae-masking-30"].training.corruption == CorruptionConfig(kind="masking", level=0.5)
    assert RECIPES["vae-2-reconstruction-only"].training.beta == 0
    assert RECIPES["vae-2-kl-only"].training.reconstruction_weight == 0
    for name in ("dae-gaussian-30", "dae-masking-30"):
        assert RECIPES[name].model == RECIPES["ae-30"].model


def test_the_convolutional_vae_is_a_vae_16_of_convolutions_small_enough_for_a_drag() -> None:
    whole, model = RECIPES["vae-16"].model, RECIPES["vae-conv-16"].model
    assert replace(model, encoder=whole.encoder, decoder=whole.decoder) == whole
    for part, kind in (("encoder", Convolution), ("decoder", TransposedConvolution)):
        assert any(isinstance(layer, kind) for layer in model.chain(part))
    assert model.sizes("decoder")[-1] == model.shape
    assert 4 * parameter_count(model) < 1_000_000
    assert model.products("decoder") < 1_000_000


def test_the_model_that_is_told_the_digit_is_a_smaller_vae_16() -> None:
    whole, model = RECIPES["vae-16"].model, RECIPES["cvae-16"].model
    assert replace(model, encoder=whole.encoder, decoder=whole.decoder, classes=0) == whole
    assert model.classes == 10
    assert parameter_count(model) < parameter_count(whole) / 2


@pytest.mark.parametrize("size", ["2", "16", "30"])
def test_a_pair_differs_in_its_kind_alone(size: str) -> None:
    ae, vae = RECIPES[f"ae-{size}"].model, RECIPES[f"vae-{size}"].model
    assert {**ae.to_json(), "kind": "vae", "scale": "logvar"} == vae.to_json()


def test_the_ladder_of_beta_varies_nothing_but_beta() -> None:
    flat = RECIPES["vae-2"]
    rungs = [recipe for name, recipe in RECIPES.items() if name.startswith("vae-2-beta-")]
    betas = [recipe.training.beta for recipe in rungs]
    assert len(set(betas)) == len(betas) >= 3
    assert min(betas) < flat.training.beta < max(betas)
    for recipe in rungs:
        assert recipe.name == f"vae-2-beta-{recipe.training.beta:g}"
        assert recipe.model == flat.model
        assert {**recipe.training.to_json(), "beta": flat.training.beta} == flat.training.to_json()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("vae30", "vae-30"), ("vae-3", "vae-30"), ("dae-gausian-30", "dae-gaussian-30"), ("vea-16", "vae-16")],
)
def test_a_misspelt_name_is_answered_with_the_right_one(wrong: str, right: str) -> None:
    with pytest.raises(UnknownNameError, match=f"there is no recipe '{wrong}': did you mean '{right}'"):
        find_recipe(wrong)


def test_a_name_like_no_other_is_answered_with_all() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_recipe("diffusion")
    assert all(name in str(caught.value) for name in RECIPES)
    assert str(UnknownNameError("checkpoint", "x", [])) == "there is no checkpoint 'x': there are none"
