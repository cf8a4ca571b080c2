"""Paths, tangent planes, magnification and neighbour graphs as the server answers for them."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from torch.func import jacrev

from tests import tiny
from tests.ui.conftest import TestClient, arrays
from ui import store
from ui.choices import digit_sets, drawn
from ui.http import path_payload
from ui.reports import map_frame
from vae_core import checkpoint
from vae_core.data import as_input
from vae_core.models import Autoencoder
from vae_core.spaces import paths
from vae_core.training.fit import new_model

LEVELS = np.random.default_rng(0).integers(0, 16, (28, 28)).astype(np.uint8)
DRAWN = f"~{drawn.pack(LEVELS)}"
STOPS = f"17.{DRAWN}.203"
SEEN = "k=50&distance=euclidean&mutual=0"


@pytest.fixture(autouse=True)
def small_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_payload, "SIDE", 24)


def problem(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert list(answer.json()) == ["problem"]
    return str(answer.json()["problem"])


def codes(model: Autoencoder) -> NDArray[np.float32]:
    """Of `STOPS`."""
    images = as_input(digit_sets.load("uci").images[[17, 203]])
    own = torch.tensor(LEVELS / 15, dtype=torch.float32)[None, None]
    return model.encode(torch.cat([images[:1], own, images[1:]])).numpy()


@pytest.mark.parametrize("kind", ["straight", "slerp", "pixels", "graph"])
@pytest.mark.parametrize("name", ["ae-30", "ae-1"])
def test_a_path_goes_through_its_stops_and_is_measured(kind: str, name: str, client: TestClient) -> None:
    found = arrays(client, f"/paths/{name}/uci.safetensors?path={kind}&stops={STOPS}&{SEEN}")
    model, ends = store.model(name), codes(store.model(name))
    if kind == "pixels":
        assert "curve" not in found
        pictures = paths.through(model.decode(torch.tensor(ends)).flatten(1).numpy(), 64).reshape(64, 28, 28)
    else:
        curve = found["curve"]
        np.testing.assert_allclose(curve[[0, -1]], ends[[0, -1]], atol=1e-5)
        steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
        assert cdist(curve, ends[1:2]).min() <= steps.max() / 2 + 1e-5, "the stop between them"
        pictures = model.decode(torch.tensor(curve)).squeeze(1).numpy()
    if kind == "straight":
        np.testing.assert_allclose(curve, paths.through(ends, 64), atol=1e-5)
    measured = paths.measure_pictures(pictures, digit_sets.load("uci").images)
    for measure in ("length", "energy", "jump", "speed", "nearest", "nearest_row"):
        np.testing.assert_allclose(found[measure], getattr(measured, measure), rtol=1e-3, atol=1e-4, err_msg=measure)
    assert {str(found[name].dtype) for name in ("length", "energy", "jump")} == {"float64"}
    assert str(found["nearest_row"].dtype) == "int32"


def test_a_path_along_arcs_passes_digits_and_enters_where_a_drawn_one_is_nearest(client: TestClient) -> None:
    found = arrays(client, f"/paths/ae-30/uci.safetensors?path=graph&stops={STOPS}&{SEEN}")
    graph = arrays(client, f"/graphs/ae-30/uci.safetensors?{SEEN}")
    rows, means = found["rows"], store.encodings("ae-30", "uci").means
    assert (rows[0], rows[-1]) == (17, 203)
    (entry,) = cdist(codes(store.model("ae-30"))[1:2], means).argmin(1)
    assert entry in rows
    arcs = set(map(tuple, graph["arcs"]))
    assert all((min(pair), max(pair)) in arcs for pair in pairwise(rows))
    step = np.linalg.norm(np.diff(found["curve"], axis=0), axis=1).max()
    assert cdist(means[rows], found["curve"]).min(1).max() <= step / 2 + 1e-5
    assert graph["part"].shape == (1797,)
    assert graph["parts"] == graph["part"].max() + 1
    assert (graph["part"][graph["arcs"][:, 0]] == graph["part"][graph["arcs"][:, 1]]).all()


def test_equal_ends_are_a_path_on_which_nothing_moves(client: TestClient) -> None:
    for kind in ("straight", "slerp", "pixels", "graph"):
        found = arrays(client, f"/paths/vae-30/uci.safetensors?path={kind}&stops=5.5")
        assert found["length"] == found["energy"] == 0
        assert np.isnan(found["jump"])
        assert np.isfinite(found["nearest"]).all()


@pytest.mark.parametrize("at", ["at=17", f"at={DRAWN}", "z=0.5_-1.25_0_2"])
def test_a_tangent_plane_is_that_of_the_decoder(at: str, client: TestClient) -> None:
    found = arrays(client, f"/tangents/vae-30/uci.safetensors?{at}")
    model = store.model("vae-30")
    z = torch.tensor(found["z"])
    if at.startswith("z"):
        assert z.tolist() == [0.5, -1.25, 0, 2]
        image = model.decode(z[None])
    else:
        row = 1 if "~" in at else 0
        np.testing.assert_allclose(z, codes(model)[row], atol=1e-5)
        levels = torch.tensor(LEVELS / 15)
        image = levels if row else as_input(digit_sets.load("uci").images[17:18])
    np.testing.assert_allclose(found["image"], image.flatten(), atol=1e-6)
    expected = jacrev(lambda z: model.decode(z[None]).flatten())(z).numpy()
    np.testing.assert_allclose(found["jacobian"], expected.T, atol=1e-6)
    rebuilt = found["left"].T * found["singular"] @ found["right"]
    np.testing.assert_allclose(rebuilt, expected, atol=1e-6)
    assert 1 <= found["effective_rank"] <= 4
    for name, share in (("within", 1), ("outside", 0)):
        assert found[name].shape == (8, 784)
        np.testing.assert_allclose(np.linalg.norm(found[name], axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(found[name] @ found["left"].T, axis=1), share, atol=1e-5)


def test_the_magnification_of_a_cell_is_that_of_its_middle(own_root: Path, client: TestClient) -> None:
    tiny.write_checkpoint(own_root, "tanh", "tanh")
    found = arrays(client, "/magnification/tanh/uci.safetensors")
    model, frame = store.model("tanh"), map_frame.frame("tanh", "uci")
    assert found["log10"].shape == (24, 24)
    for row, column in ((0, 0), (0, 23), (15, 5)):
        x, y = -1.1 + (column + 0.5) * 2.2 / 24, 1.1 - (row + 0.5) * 2.2 / 24
        z = torch.tensor(frame.centre + frame.half * np.array([x, y]), dtype=torch.float32)
        jacobian = jacrev(lambda z: model.decode(z[None]).flatten())(z).double()
        expected = 0.5 * torch.logdet(jacobian.T @ jacobian) / np.log(10)
        assert found["log10"][row, column] == pytest.approx(float(expected), abs=1e-4)
    low, high = found["low"].item(), found["high"].item()
    assert ((low <= found["log10"]) & (found["log10"] <= high)).mean() == pytest.approx(0.96, abs=0.01)


def test_what_has_no_answer_is_said_in_one_sentence(own_root: Path, client: TestClient) -> None:
    collapsed = new_model(tiny.CONFIGS["bernoulli"], 0)
    for parameter in collapsed.decoder.parameters():
        parameter.detach().zero_()
    checkpoint.save(own_root / "collapsed", collapsed, None)
    apart = problem(client, "/paths/ae-30/uci.safetensors?path=graph&stops=17.203&k=1&mutual=1")
    assert apart.startswith("No path joins the two digits, which lie in different parts of the graph (")
    assert apart.endswith("; take more than k = 1 neighbours, or not only mutual ones.")
    magnification = "/magnification/{}/uci.safetensors"
    assert problem(client, magnification.format("ae-1")) == "ae-1: it has 1 code, and a plane takes 2."
    assert problem(client, magnification.format("collapsed")).startswith("collapsed: no picture changes")
    assert problem(client, "/geodesics/ae-1/uci.ndjson?from=0_0&to=1_1").startswith("ae-1: it has 1 code")
    tangent = problem(client, "/tangents/collapsed/uci.safetensors?at=3")
    assert tangent == "The picture does not change with the code here, so there is no tangent plane."


GARBAGE = "~" + "A" * 600
PATH, TANGENT = "/paths/ae-30/uci.safetensors", "/tangents/ae-30/uci.safetensors"
GEODESIC = "/geodesics/ae-30/uci.ndjson"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{PATH}?stops=1.2", "The parameter path is missing."),
        (f"{PATH}?path=up&stops=1.2", "The parameter path must be one of straight, slerp, pixels, graph."),
        (f"{PATH}?path=slerp", "The parameter stops is missing."),
        *((f"{PATH}?path=slerp&stops={text}", "A path takes 2 to 6 stops.") for text in ("", "1", "1.2.3.4.5.6.7")),
        *(
            (f"{PATH}?path=slerp&stops=1.{text}", "A stop is a drawn digit or one of the rows 0 to 1796.")
            for text in ("-1", "1000000000", "1797", "", "x", "٣")
        ),
        *((f"{PATH}?path=slerp&stops=1.{text}", "A stop is not a drawn digit.") for text in ("~", "~!", GARBAGE)),
        (f"{PATH}?path=slerp&stops={'1.' * 30_000}", "A path takes 2 to 6 stops."),
        *(
            (f"{PATH}?path=graph&stops=1.2&{text}", f"The parameter {text.split('=')[0]} must be")
            for text in ("k=0", "k=51", "k=1e1", "distance=manhattan", "mutual=2")
        ),
        (TANGENT, "The parameter at is missing."),
        (f"{TANGENT}?at=1.2", "A stop is a drawn digit or one of the rows 0 to 1796."),
        *((f"{TANGENT}?z={text}", "The parameter z must be 4 plain") for text in ("1_2", "inf_0_0_0", "_" * 9000)),
        (f"{GEODESIC}?stops=1", "A path takes 2 to 6 stops."),
        (f"{GEODESIC}?from=0_0", "The parameter to is missing."),
        *((f"{GEODESIC}?from={text}&to=0_0", "The parameter from must be") for text in ("nan_0", "0", "0_9999")),
        ("/graphs/ae-30/letters.safetensors", "There is no set of digits of that name."),
        ("/magnification/nothing/uci.safetensors", "There is no checkpoint of that name."),
        ("/geodesics/..%2fetc/uci.ndjson?stops=1.2", ""),
    ],
)
def test_what_is_asked_in_a_wrong_way_is_a_404(address: str, words: str, client: TestClient) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["cache-control"] if words else "no-store") == (404, "no-store")
    assert answer.text.startswith(words)
    assert len(answer.text) < 100
