"""Class-conditional models: a picture of a set has its own label, what is in hand the digit of the address."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.func import jacrev

from tests.ui.conftest import TestClient, arrays, few_digits
from ui import store
from ui.choices import digit_sets, drawn
from ui.errors import NotHereError
from ui.http import path_payload
from ui.reports import (
    denoise_report,
    dimension_report,
    error_report,
    map_frame,
    map_report,
    objective_report,
    tangent_report,
)
from vae_core import checkpoint, losses, metrics
from vae_core.config import ModelConfig
from vae_core.data import as_input
from vae_core.models import Autoencoder, VariationalAutoencoder
from vae_core.nets.layers import Activation, Dense, Flatten, Label, Reshape
from vae_core.nets.windows import Convolution, TransposedConvolution
from vae_core.noise.seeded_noise import normals
from vae_core.objective import grey
from vae_core.objective.gradients import of_picture
from vae_core.spaces import intrinsic_dimension, latent, manifold, paths
from vae_core.training.fit import new_model

COUNT = 120
LEVELS = np.random.default_rng(0).integers(0, 16, (28, 28)).astype(np.uint8)
DRAWN = f"~{drawn.pack(LEVELS)}"


def convolutional(classes: int) -> ModelConfig:
    """A VAE of convolutions that is told the label between others of its layers, too."""
    told, relu = Label(classes=classes), Activation(function="relu")
    encoder = (told, Convolution(channels=3, kernel=(4, 4), stride=(4, 4)), relu, Flatten(), told, Dense(units=9), relu)
    decoder = (
        *(told, Dense(units=98), relu, Reshape(shape=(2, 7, 7)), told),
        TransposedConvolution(channels=1, kernel=(4, 4), stride=(4, 4)),
    )
    return ModelConfig(
        kind="vae",
        latent_dim=3,
        encoder=encoder,
        decoder=decoder,
        scale="logvar",
        likelihood="bernoulli",
        classes=classes,
    )


MAKE: dict[str, Callable[[int], ModelConfig]] = {
    "dense-ae": lambda classes: ModelConfig(kind="ae", latent_dim=4, encoder=(9,), decoder=(8,), classes=classes),
    "dense-vae": lambda classes: ModelConfig(
        kind="vae", latent_dim=3, encoder=(9,), decoder=(8,), scale="sigma", classes=classes
    ),
    "conv-vae": convolutional,
}


class Told:
    """A model as PyTorch has it, and the pictures of the set, one label after the other: no picture knows its place.

    Attributes:
        name: of the checkpoint.
        x: float32 [N, 1, 28, 28].
        labels: int64 [N].
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.model = name, checkpoint.load(path)
        found = digit_sets.load("uci")
        self.images, self.x, self.labels = found.images, as_input(found.images), found.labels

    def each(self, work: Callable[[Autoencoder, Tensor], Tensor], values: Tensor) -> NDArray[np.float32]:
        """What is made of the values of each picture by the model that is told its label."""
        rows = {int(label): np.flatnonzero(self.labels == label) for label in np.unique(self.labels)}
        found = {label: work(self.model.given(label), values[of]) for label, of in rows.items()}
        whole = torch.empty(len(self.labels), *next(iter(found.values())).shape[1:])
        for label, of in rows.items():
            whole[of] = found[label]
        return whole.numpy()

    @property
    def codes(self) -> NDArray[np.float32]:
        return self.each(lambda model, x: model.encode(x), self.x)

    @property
    def decoded(self) -> NDArray[np.float32]:
        return self.each(lambda model, z: model.decode(z), torch.tensor(self.codes))


@pytest.fixture(
    params=[(kind, classes) for kind in MAKE for classes in (2, 5, 10)], ids=lambda one: f"{one[0]}-{one[1]}"
)
def told(request: pytest.FixtureRequest, own_root: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """A model of 2 to 10 classes among the checkpoints, and as many of UCI's digits' classes."""
    kind, classes = request.param
    name = f"told-{kind}"
    monkeypatch.setattr(path_payload, "SIDE", 8)
    checkpoint.save(own_root / name, new_model(MAKE[kind](classes), 0), {"beta": 1, "reconstruction_weight": 1})
    few_digits(monkeypatch, COUNT, classes)
    return Told(name, own_root / name)


def test_the_set_is_encoded_and_decoded_label_by_label(told: Told, client: TestClient) -> None:
    model, codes = told.name, told.codes
    assert model in store.models("uci")
    np.testing.assert_allclose(arrays(client, f"/means/{model}/uci.safetensors")["means"], codes, atol=1e-5)
    own = told.model.given(told.labels)
    expected = latent.encodings(own, told.images)
    found = arrays(client, f"/encodings/{model}/uci.safetensors")
    np.testing.assert_allclose(found["mean"], expected.mean, atol=1e-5)
    np.testing.assert_allclose(found["activity"], expected.activity, atol=1e-5)
    errors = np.square(told.decoded - told.x.numpy()).sum((1, 2, 3))
    squared = arrays(client, f"/errors/{model}/uci.safetensors")["squared_error"]
    np.testing.assert_allclose(squared, errors, rtol=1e-4)
    lost = arrays(client, f"/whereabouts/{model}/uci.safetensors")["codes"]
    assert all(np.abs(codes - code).max(1).min() < 1e-5 for code in lost)


def test_reports_tell_each_picture_its_label(told: Told) -> None:
    name, own, images = told.name, told.model.given(told.labels), told.images
    errors = [one for one in error_report.fidelities.measure(name, "uci", 0) if one.decoded != "one sample of z"]
    expected = losses.squared_error(torch.tensor(told.decoded), told.x).mean().item()
    assert [one.squared_error for one in errors] == pytest.approx([expected], rel=1e-4)
    assert map_report.measures.measure(name, "uci", 0).coverage == metrics.completeness(own, images, 0)
    found = dimension_report.dimensions.measure(name, "uci", 0)
    assert found.estimate
    assert found.estimate.dimension == pytest.approx(intrinsic_dimension.two_nn(told.codes, seed=0).dimension, rel=1e-3)
    moved = tangent_report.moved.measure(name, "uci", 0).measures
    assert moved
    np.testing.assert_allclose(moved.off_moved, metrics.tangency(own, images, 0).off_moved, rtol=1e-6)
    curve = denoise_report.curves.measure(name, "uci", "masking", 0)
    clean = [losses.psnr(torch.tensor(told.decoded), told.x).mean().item()]
    assert curve.psnr_mean[:1] == pytest.approx(clean, rel=1e-4)
    both = objective_report.errors.measure(name, "uci").grey
    at_codes = grey.errors(own, torch.tensor(told.codes), told.x)
    assert both.squared_error == pytest.approx(float(at_codes.squared_error.mean()), rel=1e-4)


@pytest.mark.parametrize("kind", ["straight", "slerp", "pixels", "graph"])
def test_a_path_is_drawn_as_the_digit_and_its_stops_keep_their_labels(
    kind: str, told: Told, client: TestClient
) -> None:
    last = told.model.config.classes - 1
    query = f"path={kind}&stops=3.{DRAWN}.8&k=50&digit={last}"
    found = arrays(client, f"/paths/{told.name}/uci.safetensors?{query}")
    own = told.model.given(last).encode(torch.tensor(LEVELS / 15, dtype=torch.float32)[None, None]).numpy()
    ends = np.concatenate([told.codes[[3]], own, told.codes[[8]]])
    decoder = told.model.given(last)
    if kind == "pixels":
        pictures = paths.through(decoder.decode(torch.tensor(ends)).flatten(1).numpy(), 64)
    else:
        np.testing.assert_allclose(found["curve"][[0, -1]], ends[[0, -1]], atol=1e-5)
        pictures = decoder.decode(torch.tensor(found["curve"])).flatten(1).numpy()
    steps = np.linalg.norm(np.diff(pictures.astype(np.float64), axis=0), axis=1)
    np.testing.assert_allclose(found["length"], steps.sum(), rtol=1e-4)


def test_a_tangent_plane_is_that_of_the_digit(told: Told, client: TestClient) -> None:
    decoder = told.model.given(1)
    for place, z in (("at=5", told.codes[5]), ("z=" + "_".join(["0.5"] * told.codes.shape[1]), None)):
        found = arrays(client, f"/tangents/{told.name}/uci.safetensors?{place}&digit=1")
        code = torch.full((told.codes.shape[1],), 0.5) if z is None else torch.tensor(z)
        np.testing.assert_allclose(found["z"], code, atol=1e-5)
        expected = jacrev(lambda one: decoder.decode(one[None]).flatten())(code)
        np.testing.assert_allclose(found["jacobian"], expected.T, atol=1e-4)


def test_maps_and_geodesics_follow_the_digit(told: Told, client: TestClient) -> None:
    maps = [arrays(client, f"/magnification/{told.name}/uci.safetensors?digit={digit}") for digit in (0, 1)]
    assert not np.allclose(maps[0]["log10"], maps[1]["log10"])
    frame = map_frame.frame(told.name, "uci")
    middles = frame.points(np.array([[-1.1 / 8, 1.1 / 8]]))
    for digit, found in enumerate(maps):
        (factor,) = manifold.magnification_on(told.model.given(digit).decode, frame.plane, middles)
        assert found["log10"][3, 3] == pytest.approx(np.log10(factor), abs=1e-4)
    lines = [client.get(f"/geodesics/{told.name}/uci.ndjson?stops=3.8&digit={digit}").text for digit in (0, 1, 0)]
    assert lines[0].splitlines()[-1] == lines[2].splitlines()[-1] != lines[1].splitlines()[-1]


def test_gradients_are_those_of_the_picture_decoded_as_the_digit(told: Told, client: TestClient) -> None:
    if not isinstance(told.model, VariationalAutoencoder):
        return
    found = arrays(client, f"/gradients/{told.name}/uci.safetensors?at=3&seed=4&digit=0")
    (eps,) = normals(4, shape=(200, told.model.config.latent_dim))
    own = told.model.given(int(told.labels[3]))
    np.testing.assert_allclose(found["mu"], of_picture(own, told.x[3:4], eps).mu, atol=1e-6)
    # Where both are told the same, nothing is to be told apart.
    same = of_picture(told.model.given(0), told.x[:1], eps).reparameterised.mu
    first = arrays(client, f"/gradients/{told.name}/uci.safetensors?at=0&seed=4&digit=0")
    assert told.labels[0] == 0
    np.testing.assert_allclose(first["reparameterised_mu"], same, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("text", ["", "digit=10", "digit=-1", "digit=x", "digit=1.5", "digit=٣"])
@pytest.mark.parametrize(
    "address",
    [
        *("paths/NAME/uci.safetensors?path=straight&stops=3.8", "geodesics/NAME/uci.ndjson?stops=3.8"),
        *("tangents/NAME/uci.safetensors?at=3", "magnification/NAME/uci.safetensors?of=all"),
        *("gradients/NAME/uci.safetensors?at=3&seed=1", "geodesics/NAME/uci.ndjson?from=0_0&to=0_1"),
    ],
)
def test_no_other_digit_is_taken_and_none_is_asked_of_models_without_classes(
    address: str, text: str, own_root: Path, client: TestClient
) -> None:
    checkpoint.save(own_root / "told", new_model(MAKE["dense-vae"](10), 0), {})
    answer = client.get(f"/{address.replace('NAME', 'told')}&{text}")
    words = "is missing." if not text else "must be a whole number from 0 to 9."
    assert (answer.status_code, answer.text) == (404, f"The parameter digit {words}")
    assert client.get(f"/{address.replace('NAME', 'vae-30')}&{text}").status_code == 200


def test_a_model_of_too_few_classes_is_offered_for_no_set_that_has_more(own_root: Path, client: TestClient) -> None:
    checkpoint.save(own_root / "few", new_model(MAKE["dense-ae"](3), 0), {})
    assert "few" in store.models()
    assert "few" not in store.models("uci")
    words = "few takes labels up to 2, and uci has a label 9."
    with pytest.raises(NotHereError, match=f"^{words}$"):
        store.given("few", "uci")
    assert client.get("/means/few/uci.safetensors").text == words
    assert store.problems()["few"] == "there is no set of pictures of 1 x 28 x 28 with labels up to 2"
