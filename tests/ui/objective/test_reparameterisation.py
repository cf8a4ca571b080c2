"""The block's data, and the gradients that the server gives it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from tests import tiny
from tests.ui.conftest import TRAINING, TestClient, arrays, component, kinds, open_page
from ui import store
from ui.http.objective_payload import DRAWS
from vae_core import checkpoint
from vae_core.data import as_input, uci_digits
from vae_core.models import VariationalAutoencoder
from vae_core.noise.seeded_noise import normals
from vae_core.objective.gradients import of_picture
from vae_core.training.fit import new_model

pytestmark = pytest.mark.usefixtures("root", "unmeasured")
GRADIENTS = "/gradients/vae-30/uci.safetensors?at=3&seed=7"


def narrow(root: Path, logvar: float) -> str:
    """A VAE whose encoder says that ln sigma^2 is this, whatever the picture."""
    model = new_model(tiny.CONFIGS["vae-logvar"], 0)
    with torch.no_grad():
        scale = model.get_submodule("encoder.scale")
        for parameter in scale.parameters():
            parameter.zero_()
        scale.get_parameter("bias").fill_(logvar)
    checkpoint.save(root / "narrow", model)
    return "narrow"


def test_the_vaes_of_the_pair_come_with_what_their_training_reports(own_root: Path) -> None:
    kl = {"kl": {"value": 12.25, "unit": "nats per image", "protocol": "against N(0, I)"}}
    tiny.write_checkpoint(own_root, "vae-30", "vae-logvar", training=TRAINING | {"test": kl})
    data = component(open_page("objective", left="vae-30", right="vae-2", seed="9"), "reparameterisation")
    assert [model["name"] for model in data["models"]] == ["vae-30", "vae-2"]
    assert (data["recorded"], data["digits"], data["seed"]) == ([12.25, None], "uci", 9)


def test_gradients_are_those_of_the_core(client: TestClient) -> None:
    found = arrays(client, GRADIENTS)
    model = store.model("vae-30")
    assert isinstance(model, VariationalAutoencoder)
    expected = of_picture(model, as_input(uci_digits().images[3:4]), normals(7, shape=(DRAWS, 4))[0])
    assert_allclose(found["score_sigma"], expected.score.sigma, rtol=1e-4, atol=1e-3)
    assert_allclose(found["baseline_mu"], expected.score_with_baseline.mu, rtol=1e-4, atol=1e-3)
    assert_allclose(found["reparameterised_mu"], expected.reparameterised.mu, rtol=1e-4, atol=1e-4)
    assert_allclose(found["sigma"], expected.sigma, rtol=1e-6)
    draws = {kind: shape for name, (kind, shape) in kinds(found).items() if name not in ("mu", "sigma")}
    assert draws == {"float32": (DRAWS, 4)}
    assert np.isfinite(found["score_sigma"]).all()


@pytest.mark.parametrize(
    ("logvar", "words"),
    [
        (-180.0, "The sigma that narrow gives this picture is so small that gradients have no bounds."),
        (-1600.0, "Sigma is 0; it must be a number above 0."),
    ],
)
def test_a_sigma_too_small_for_gradients_is_a_sentence(
    own_root: Path, client: TestClient, logvar: float, words: str
) -> None:
    answer = client.get(GRADIENTS.replace("vae-30", narrow(own_root, logvar)))
    assert answer.status_code == 200
    assert answer.json() == {"problem": words}


def test_an_autoencoder_has_no_gradients_of_sigma(client: TestClient) -> None:
    answer = client.get(GRADIENTS.replace("vae-30", "ae-30"))
    assert answer.json() == {"problem": "ae-30 is no VAE: its code has no sigma."}
