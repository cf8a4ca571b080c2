from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
import pytest
import safetensors.numpy
from plotly.offline import get_plotlyjs
from scipy import stats
from starlette.applications import Starlette

from tests import tiny
from tests.ui.conftest import CHECKPOINTS, TestClient
from ui import store
from ui.choices import digit_sets
from ui.http import payload
from ui.http.modules import WEB
from ui.http.routes import DEFAULT_PAGE, PAGES, REPLACED, ROUTES, VERSION, below
from vae_core import checkpoint
from vae_core.data import find_mnist
from vae_core.spaces.latent import encodings

MNIST = find_mnist()
ALL_KINDS = (
    "/assets/web.js",
    "/checkpoints/ae-30/config.json",
    "/checkpoints/ae-30/model.safetensors",
    "/checkpoints/ae-30/training.json",
    "/encodings/vae-30/uci.safetensors",
    "/digits/uci/tray.safetensors",
    "/digits/uci/images.safetensors",
    "/means/vae-30/uci.safetensors",
    "/planes/vae-30/uci.safetensors",
    "/errors/vae-30/uci.safetensors",
    "/paths/vae-30/uci.safetensors?path=graph&stops=3.77",
    "/tangents/vae-30/uci.safetensors?at=3",
    "/magnification/vae-2/uci.safetensors",
    "/graphs/vae-30/uci.safetensors?k=5&distance=cosine&mutual=1",
    "/projections/vae-30/uci.safetensors?method=pca&components=2&count=500&seed=3",
    "/projections/vae-30/uci.csv?method=pca&components=2&count=500&seed=3",
    "/assets/plotly.min.js",
)


@pytest.fixture
def client(root: Path) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


@pytest.mark.parametrize("path", ALL_KINDS)
def test_a_second_request_costs_a_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert "no-cache" in first.headers["cache-control"]
    etag = first.headers["etag"]
    for tag in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head(path).headers["etag"] == etag


def test_a_film_arrives_frame_by_frame(own_root: Path) -> None:
    rng = np.random.default_rng(0)
    frames = [np.asarray(17 * rng.integers(0, 16, (112, 224)), np.uint8) for _ in range(3)]
    model = checkpoint.load(own_root / "vae-2")
    checkpoint.save(own_root / "vae-2", model, {}, frames)
    answer = TestClient(Starlette(routes=ROUTES)).get("/films/vae-2/frames.safetensors")
    np.testing.assert_array_equal(safetensors.numpy.load(answer.content)["frames"], frames)


def test_files_arrive_as_they_are(client: TestClient, root: Path) -> None:
    for file, media_type in (("model.safetensors", "application/octet-stream"), ("config.json", "application/json")):
        answer = client.get(f"/checkpoints/vae-30/{file}")
        assert answer.content == (root / "vae-30" / file).read_bytes()
        assert answer.headers["content-type"] == media_type
        assert "max-age=31536000" in answer.headers["cache-control"]


def test_the_browser_side_arrives_whole_and_is_never_older_than_the_server(client: TestClient) -> None:
    answer = client.get("/assets/web.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    last = answer.text.strip().rpartition("\n")[2]
    files = json.loads(last.removeprefix("export const load = importer(").rpartition(", new URL(")[0])
    assert files == {
        path.relative_to(WEB).as_posix(): path.read_text()
        for path in WEB.glob("*/**/*.*")
        if path.suffix in (".js", ".css", ".json")
    }


def test_a_retrained_checkpoint_is_seen_at_once(own_root: Path, client: TestClient) -> None:
    paths = ("/checkpoints/ae-30/model.safetensors", "/encodings/ae-30/uci.safetensors")
    before = [client.get(path).headers["etag"] for path in paths]
    tiny.write_checkpoint(own_root, "ae-30", "ae", seed=1)
    after = [client.get(path, headers={"If-None-Match": etag}) for path, etag in zip(paths, before, strict=True)]
    assert [answer.status_code for answer in after] == [200, 200]
    assert all(answer.headers["etag"] not in before for answer in after)


@pytest.mark.parametrize("digits", ["uci", pytest.param("mnist", marks=pytest.mark.needs_mnist)])
@pytest.mark.parametrize("name", CHECKPOINTS)
def test_encodings_are_those_of_the_core(
    name: str, digits: str, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if digits == "mnist":
        monkeypatch.setenv("DIGITS_DIR", str(MNIST))
    arrays = safetensors.numpy.load(client.get(f"/encodings/{name}/{digits}.safetensors").content)
    expected = encodings(store.model(name), digit_sets.load(digits).images, seed=0)
    for key, gaussian in (("gap", (0, 1)), ("shape_gap", None)):
        gaps = arrays.pop(key)
        assert gaps.dtype == np.float32
        for code, gap in zip(expected.codes.T.astype(float), gaps, strict=True):
            theory = gaussian or (code.mean(), code.std(ddof=1))
            assert gap == pytest.approx(stats.kstest(code, "norm", theory).statistic, abs=1e-5)
    assert arrays.pop("active").tolist() == expected.active.astype(int).tolist()
    assert set(arrays) == {"mean", "std", "cholesky", "activity", "histogram", "histogram_edges"}
    for key, array in arrays.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, getattr(expected, key))


def test_the_tray_holds_ten_digits_of_each_class(client: TestClient) -> None:
    arrays = safetensors.numpy.load(client.get("/digits/uci/tray.safetensors").content)
    assert {key: (str(array.dtype), array.shape) for key, array in arrays.items()} == {
        "images": ("uint8", (100, 28, 28)),
        "labels": ("uint8", (100,)),
        "index": ("int32", (100,)),
        "size": ("int32", (1,)),
    }
    assert arrays["labels"].tolist() == [label for label in range(10) for _ in range(10)]
    uci = digit_sets.load("uci")
    assert arrays["size"] == len(uci.labels)
    np.testing.assert_array_equal(uci.images[arrays["index"]], arrays["images"])
    np.testing.assert_array_equal(uci.labels[arrays["index"]], arrays["labels"])


@pytest.mark.parametrize("name", ["ae-1", "vae-2", "vae-30"])
def test_means_are_those_of_the_core(name: str, client: TestClient) -> None:
    arrays = safetensors.numpy.load(client.get(f"/means/{name}/uci.safetensors").content)
    assert set(arrays) == {"means"}
    np.testing.assert_array_equal(arrays["means"], encodings(store.model(name), digit_sets.load("uci").images).means)


@pytest.mark.parametrize("name", ["vae-2", "linear", "vae-30"])
def test_every_code_is_its_foot_on_the_plane_and_a_rest(name: str, client: TestClient) -> None:
    arrays = safetensors.numpy.load(client.get(f"/planes/{name}/uci.safetensors").content)
    codes = store.encodings(name, "uci").codes
    rest = codes - (arrays["origin"] + arrays["points"] @ arrays["axes"])
    np.testing.assert_allclose(np.linalg.norm(rest, axis=1), arrays["residual"], atol=1e-4)
    np.testing.assert_array_equal(arrays["labels"], digit_sets.load("uci").labels)
    assert {key: str(array.dtype) for key, array in arrays.items()} == {
        **dict.fromkeys(["origin", "axes", "points", "residual", "share"], "float32"),
        "labels": "uint8",
    }


def test_all_digits_arrive_in_the_order_of_the_set(client: TestClient) -> None:
    arrays = safetensors.numpy.load(client.get("/digits/uci/images.safetensors").content)
    uci = digit_sets.load("uci")
    assert {key: (str(array.dtype), array.shape) for key, array in arrays.items()} == {
        "images": ("uint8", (1797, 784)),
        "labels": ("uint8", (1797,)),
    }
    np.testing.assert_array_equal(arrays["images"].reshape(uci.images.shape), uci.images)
    np.testing.assert_array_equal(arrays["labels"], uci.labels)


@pytest.mark.parametrize("path", ["/assets/plotly.min.js", "/digits/uci/images.safetensors"])
def test_what_shrinks_is_compressed_for_those_who_can_read_it(client: TestClient, path: str) -> None:
    small, whole = (client.get(path, headers={"Accept-Encoding": coding}) for coding in ("br, gzip", "identity"))
    assert (small.headers["content-encoding"], small.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert whole.headers.get("content-encoding", "identity") == "identity"
    assert small.content == whole.content
    assert int(small.headers["content-length"]) < 0.4 * int(whole.headers["content-length"])
    tags = [small.headers["etag"], whole.headers["etag"]]
    assert tags[0] != tags[1]
    for coding, tag, status in (("gzip", tags[0], 304), ("gzip", tags[1], 200), ("identity", tags[1], 304)):
        again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": tag})
        assert again.status_code == status


def test_plotly_is_that_of_the_python_package(client: TestClient) -> None:
    answer = client.get("/assets/plotly.min.js")
    hint, licence, script = answer.text.split("\n", 1)[0], *answer.text.split("\n", 1)[1].split('"use strict";', 1)
    assert hint == "//# allFunctionsCalledOnLoad"
    assert "Licensed under the MIT license" in licence
    # All of it but the wrapper for module systems, whose end this is.
    assert script.rstrip() in get_plotlyjs()
    assert get_plotlyjs().partition(script.rstrip())[2].split() == ["return", "Plotly;", "}));"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_plotly_that_looks_otherwise_is_served_as_it_is() -> None:
    for script in (b"var Plotly = 1;", b'"use strict";var Plotly=(() => 1)();', b"window.Plotly = Plotly;"):
        assert payload._unwrapped(script) == script


@pytest.mark.parametrize(
    "path",
    [
        "/assets/nothing.js",
        "/assets/nn/nn.js",
        "/assets/",
        "/checkpoints/nothing/config.json",
        "/checkpoints/../config.json",
        "/checkpoints/%2e%2e/config.json",
        "/checkpoints/%2fetc/config.json",
        "/checkpoints/./config.json",
        "/checkpoints/ae-30/optimizer.safetensors",
        "/checkpoints/ae-30/..%2fvae-30%2fconfig.json",
        "/checkpoints/ae-30/passwd",
        "/checkpoints/ae-30/film.gif",
        "/films/ae-30/frames.safetensors",
        "/films/nothing/frames.safetensors",
        "/films/..%2fae-30/frames.safetensors",
        "/checkpoints/AE-30/config.json",
        "/encodings/nothing/uci.safetensors",
        "/encodings/ae-30/letters.safetensors",
        "/encodings/ae-30/mnist.safetensors",
        "/encodings/..%2f..%2fetc/uci.safetensors",
        "/digits/letters/tray.safetensors",
        "/digits/mnist/tray.safetensors",
        "/digits/..%2fuci/tray.safetensors",
        "/digits/letters/images.safetensors",
        "/digits/mnist/images.safetensors",
        "/means/nothing/uci.safetensors",
        "/means/ae-30/mnist.safetensors",
        "/means/..%2f..%2fetc/uci.safetensors",
        "/planes/nothing/uci.safetensors",
        "/planes/ae-30/letters.safetensors",
        "/planes/ae-1/uci.safetensors",
        "/projections/nothing/uci.safetensors?method=pca&components=2&count=500&seed=3",
        "/projections/ae-30/letters.csv?method=pca&components=2&count=500&seed=3",
        "/projections/..%2f..%2fetc/uci.csv?method=pca&components=2&count=500&seed=3",
    ],
)
def test_an_unknown_or_hostile_name_is_a_404_without_the_servers_paths(
    client: TestClient, path: str, root: Path
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "\n" not in answer.text
    assert str(root) not in answer.text
    assert len(answer.text) < 200


def test_a_404_says_why_in_one_sentence(client: TestClient) -> None:
    assert client.get("/checkpoints/nothing/config.json").text == "There is no checkpoint of that name."
    assert client.get("/encodings/ae-30/letters.safetensors").text == "There is no set of digits of that name."
    assert client.get("/digits/mnist/tray.safetensors").text.startswith("MNIST is not here: ")
    assert client.get("/checkpoints/ae-30/film.gif").text == "There is no such file."
    assert client.get("/planes/ae-1/uci.safetensors").text == "ae-1: it has 1 code, and a plane takes 2."


@pytest.mark.parametrize("damage", ["empty folder", "truncated file"])
def test_the_404_of_a_damaged_mnist_names_the_file_and_no_folder(
    damage: str, client: TestClient, tmp_path: Path
) -> None:
    raw = tmp_path / "no-mnist" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    if damage == "truncated file":
        (raw / "t10k-images-idx3-ubyte").write_bytes(b"\0\0\x08")
    for path in ("/digits/mnist/tray.safetensors", "/encodings/ae-30/mnist.safetensors"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.text.startswith("MNIST is not here: t10k-images-idx3-ubyte is ")
        assert str(tmp_path) not in answer.text


def test_a_broken_checkpoint_is_not_served(own_root: Path, client: TestClient) -> None:
    (own_root / "ae-30" / "config.json").write_text("[]")
    answer = client.get("/checkpoints/ae-30/model.safetensors")
    assert answer.status_code == 404
    assert answer.text.startswith("The checkpoint ae-30 cannot be used: ")


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.py")))
@pytest.mark.parametrize("probe", ["health", "host-config"])
def test_streamlits_search_for_its_base_path_is_refused_without_an_error(
    client: TestClient, page: str, probe: str
) -> None:
    answer = client.get(f"/{page}/_stcore/{probe}")
    assert answer.status_code == 300
    assert answer.headers["link"] == f"<../../_stcore/{probe}>"
    assert client.get(f"/elsewhere/_stcore/{probe}").status_code == 404


@pytest.mark.parametrize("query", ["", "?left=vae-30&z=0.5_-1"])
def test_the_default_page_answers_to_its_name(client: TestClient, query: str) -> None:
    answer = client.get(f"/{DEFAULT_PAGE}{query}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"./{query}")


@pytest.mark.parametrize("path", [path for path in ALL_KINDS if "-30/" in path or "-2/" in path])
def test_an_address_holds_for_one_version_of_a_checkpoint(path: str, own_root: Path, client: TestClient) -> None:
    model, kind = path.split("/")[2], {"ae-30": "ae", "vae-30": "vae-logvar", "vae-2": "bernoulli"}
    old = {VERSION: store.version(model)}
    first = client.get(path, headers=old)
    assert first.status_code == 200
    assert REPLACED not in first.headers
    (own_root / model / "notes").write_text("no file of the checkpoint")
    assert client.get(path, headers=old).content == first.content
    tiny.write_checkpoint(own_root, model, kind[model], seed=9, training={"seed": 9})
    for answer in (
        client.get(path, headers=old),
        client.get(f"{path}{'&' if '?' in path else '?'}v={old[VERSION]}"),
        client.get(path, headers={**old, "If-None-Match": first.headers["etag"]}),
    ):
        assert answer.status_code == 200
        assert answer.headers[REPLACED]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == {"problem": f"{model} has been saved anew."}
    new = client.get(path, headers={VERSION: store.version(model)})
    assert REPLACED not in new.headers
    assert new.status_code == 200
    if not path.endswith("config.json"):
        assert new.content != first.content


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


@pytest.mark.parametrize("base", ["", "/", "a", "/a/", "a/b", "//a//b/"])
def test_routes_stand_below_the_base_path_as_streamlits_do(root: Path, base: str) -> None:
    client = TestClient(Starlette(routes=below(base)))
    prefix = "".join(f"/{part}" for part in base.split("/") if part)
    for path in ("/assets/web.js", "/digits/uci/tray.safetensors", "/checkpoints/ae-30/config.json"):
        assert client.get(prefix + path).status_code == 200
        assert not prefix or client.get(path).status_code == 404
    moved = client.get(f"{prefix}/{DEFAULT_PAGE}?left=ae-30", follow_redirects=False)
    assert urljoin(str(moved.url), moved.headers["location"]) == f"http://testserver{prefix}/?left=ae-30"
