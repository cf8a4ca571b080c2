"""What the answers hold: files, digits, codes, the browser side."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from plotly.offline import get_plotlyjs
from scipy import stats

from tests.ui.conftest import CHECKPOINTS, TestClient, arrays, kinds
from ui import store
from ui.choices import digit_sets
from ui.http import modules, payload
from ui.http.modules import WEB
from vae_core import checkpoint
from vae_core.spaces.latent import encodings


def test_a_film_arrives_frame_by_frame(own_root: Path, client: TestClient) -> None:
    rng = np.random.default_rng(0)
    frames = [np.asarray(17 * rng.integers(0, 16, (112, 224)), np.uint8) for _ in range(3)]
    model = checkpoint.load(own_root / "vae-2")
    checkpoint.save(own_root / "vae-2", model, {}, frames)
    np.testing.assert_array_equal(arrays(client, "/films/vae-2/frames.safetensors")["frames"], frames)


def test_the_browser_side_arrives_whole_and_is_never_older_than_the_server(client: TestClient) -> None:
    answer = client.get("/assets/web.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    last = answer.text.strip().rpartition("\n")[2]
    files = json.loads(last.removeprefix("export const load = importer(").rpartition(", new URL(")[0])
    parts = [client.get(f"/assets/{part}.json").json() for part in modules.PARTS]
    assert not any(files.keys() & part.keys() for part in parts)
    for part in parts:
        files |= part
    assert files == {
        path.relative_to(WEB).as_posix(): path.read_text()
        for path in WEB.glob("*/**/*.*")
        if path.suffix in (".js", ".css", ".json")
    }


@pytest.mark.parametrize("digits", ["uci", pytest.param("mnist", marks=pytest.mark.needs_mnist)])
@pytest.mark.parametrize("name", CHECKPOINTS)
def test_encodings_are_those_of_the_core(
    name: str, digits: str, client: TestClient, request: pytest.FixtureRequest
) -> None:
    if digits == "mnist":
        request.getfixturevalue("mnist")
    found = arrays(client, f"/encodings/{name}/{digits}.safetensors")
    expected = encodings(store.model(name), digit_sets.load(digits).images, seed=0)
    for key, gaussian in (("gap", (0, 1)), ("shape_gap", None)):
        gaps = found.pop(key)
        assert gaps.dtype == np.float32
        for code, gap in zip(expected.codes.T.astype(float), gaps, strict=True):
            theory = gaussian or (code.mean(), code.std(ddof=1))
            assert gap == pytest.approx(stats.kstest(code, "norm", theory).statistic, abs=1e-5)
    assert found.pop("active").tolist() == expected.active.astype(int).tolist()
    assert set(found) == {"mean", "std", "cholesky", "activity", "histogram", "histogram_edges"}
    for key, array in found.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, getattr(expected, key))


def test_the_tray_holds_ten_digits_of_each_class_and_the_set_all_in_its_order(client: TestClient) -> None:
    found = arrays(client, "/digits/uci/tray.safetensors")
    expected = {"images": ("uint8", (100, 1, 28, 28)), "labels": ("uint8", (100,))}
    assert kinds(found) == expected | {"index": ("int32", (100,)), "size": ("int32", (1,))}
    assert found["labels"].tolist() == [label for label in range(10) for _ in range(10)]
    uci = digit_sets.load("uci")
    assert found["size"] == len(uci.labels)
    np.testing.assert_array_equal(uci.images[found["index"]], found["images"][:, 0])
    np.testing.assert_array_equal(uci.labels[found["index"]], found["labels"])
    found = arrays(client, "/digits/uci/images.safetensors")
    assert kinds(found) == {"images": ("uint8", (1797, 1, 28, 28)), "labels": ("uint8", (1797,))}
    np.testing.assert_array_equal(found["images"].reshape(uci.images.shape), uci.images)
    np.testing.assert_array_equal(found["labels"], uci.labels)


@pytest.mark.parametrize("name", ["vae-2", "linear", "vae-30"])
def test_means_are_the_core_s_and_every_code_is_its_foot_on_the_plane_and_a_rest(name: str, client: TestClient) -> None:
    expected = encodings(store.model(name), digit_sets.load("uci").images)
    found = arrays(client, f"/means/{name}/uci.safetensors")
    assert set(found) == {"means"}
    np.testing.assert_array_equal(found["means"], expected.means)
    found, codes = arrays(client, f"/planes/{name}/uci.safetensors"), expected.codes
    rest = codes - (found["origin"] + found["points"] @ found["axes"])
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), found["residual"], atol=1e-4)
    labels = found.pop("labels")
    np.testing.assert_array_equal(labels, digit_sets.load("uci").labels)
    assert labels.dtype == np.uint8
    assert {name: str(array.dtype) for name, array in found.items()} == dict.fromkeys(payload.PLANE, "float32")


def test_plotly_is_that_of_the_python_package(client: TestClient) -> None:
    answer = client.get("/assets/plotly.min.js")
    hint, licence, script = answer.text.split("\n", 1)[0], *answer.text.split("\n", 1)[1].split('"use strict";', 1)
    assert hint == "//# allFunctionsCalledOnLoad"
    assert "Licensed under the MIT license" in licence
    # All of it but the wrapper for module systems, whose end this is.
    assert script.rstrip() in get_plotlyjs()
    assert get_plotlyjs().partition(script.rstrip())[2].split() == ["return", "Plotly;", "}));"]
    assert answer.headers["content-type"].startswith("text/javascript")
    # One that looks otherwise is served as it is.
    for script in (b"var Plotly = 1;", b'"use strict";var Plotly=(() => 1)();', b"window.Plotly = Plotly;"):
        assert payload._unwrapped(script) == script


# Of what Chrome 111, Firefox 121 and Safari 16.4 lack, what a hand reaches for.
TOO_NEW = (
    r"\b(hsl|rgb|hwb|lab|lch|oklab|oklch|color)\(from\b|light-dark\(|@starting-style|@scope|anchor-name|field-sizing"
    r"|interpolate-size|popover|withResolvers|\bgroupBy\(|fromAsync|URL\.(parse|canParse)|checkVisibility|AbortSignal\.any"
    r"|isSubsetOf|\.intersection\(|\.union\(|RegExp\.escape|Promise\.try|scrollend|requestIdleCallback|moveBefore"
)


def test_nothing_is_newer_than_the_browsers_that_the_readme_names() -> None:
    found = [
        f"{path.name}: {match.group()}"
        for path in sorted(WEB.glob("**/*.*"))
        for match in re.finditer(TOO_NEW, path.read_text())
    ]
    assert not found
