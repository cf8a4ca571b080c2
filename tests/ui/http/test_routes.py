"""How the routes answer: entity tags, versions, compression, and refusals."""

import json
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
import pytest
import safetensors.numpy
from starlette.applications import Starlette

from tests import tiny
from tests.ui.conftest import TestClient
from ui import store
from ui.http.answers import REPLACED, VERSION
from ui.http.pages import DEFAULT_PAGE, NAMES
from ui.http.routes import below

PCA = "method=pca&components=2&count=500&seed=3"
FILES = ("config.json", "model.safetensors", "training.json", "decoder.safetensors", "encoder.safetensors")
ALL_KINDS = (
    "/assets/web.js",
    "/assets/objective.json",
    *(f"/checkpoints/ae-30/{file}" for file in FILES),
    *(f"/digits/uci/{kind}.safetensors" for kind in ("tray", "images")),
    *(f"/{kind}/vae-30/uci.safetensors" for kind in ("encodings", "means", "planes", "errors")),
    "/paths/vae-30/uci.safetensors?path=graph&stops=3.77",
    "/tangents/vae-30/uci.safetensors?at=3",
    "/magnification/vae-2/uci.safetensors",
    "/graphs/vae-30/uci.safetensors?k=5&distance=cosine&mutual=1",
    *(f"/projections/vae-30/uci.{kind}?{PCA}" for kind in ("safetensors", "csv")),
    "/assets/plotly.min.js",
)


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


def test_files_arrive_as_they_are(client: TestClient, root: Path) -> None:
    for file, media_type in (("model.safetensors", "application/octet-stream"), ("config.json", "application/json")):
        answer = client.get(f"/checkpoints/vae-30/{file}")
        assert answer.content == (root / "vae-30" / file).read_bytes()
        assert answer.headers["content-type"] == media_type
        assert "max-age=31536000" in answer.headers["cache-control"]


def test_a_checkpoint_comes_in_two_parts_that_make_up_the_whole(client: TestClient, root: Path) -> None:
    whole = safetensors.numpy.load((root / "vae-30" / "model.safetensors").read_bytes())
    parts = {}
    for part in ("decoder", "encoder"):
        content = client.get(f"/checkpoints/vae-30/{part}.safetensors").content
        tensors = safetensors.numpy.load(content)
        assert all(name.startswith(f"{part}.") for name in tensors)
        parts.update(tensors)
    assert parts.keys() == whole.keys()
    for name, tensor in whole.items():
        np.testing.assert_array_equal(parts[name], tensor)
    content = client.get("/checkpoints/vae-30/decoder.safetensors").content
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert header["__metadata__"]["config"] == (root / "vae-30" / "config.json").read_text()


def test_a_retrained_checkpoint_is_seen_at_once(own_root: Path, client: TestClient) -> None:
    paths = ("/checkpoints/ae-30/model.safetensors", "/encodings/ae-30/uci.safetensors")
    before = [client.get(path).headers["etag"] for path in paths]
    tiny.write_checkpoint(own_root, "ae-30", "ae", seed=1)
    after = [client.get(path, headers={"If-None-Match": etag}) for path, etag in zip(paths, before, strict=True)]
    assert [answer.status_code for answer in after] == [200, 200]
    assert all(answer.headers["etag"] not in before for answer in after)


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


HOSTILE = (
    *(f"/assets/{file}" for file in ("nothing.js", "nn/nn.js", "")),
    *(f"/checkpoints/{name}/config.json" for name in ("nothing", "AE-30", "..", "%2e%2e", "%2fetc", ".")),
    *(f"/checkpoints/ae-30/{file}" for file in ("optimizer.safetensors", "..%2fvae-30%2fconfig.json", "passwd")),
    "/checkpoints/ae-30/film.gif",
    *(f"/films/{name}/frames.safetensors" for name in ("ae-30", "nothing", "..%2fae-30")),
    *(
        f"/{kind}/{pair}.safetensors"
        for kind in ("encodings", "means", "planes")
        for pair in ("nothing/uci", "ae-30/letters", "ae-30/mnist", "..%2f..%2fetc/uci")
    ),
    "/planes/ae-1/uci.safetensors",
    *(f"/digits/{name}/tray.safetensors" for name in ("letters", "mnist", "..%2fuci")),
    *(f"/digits/{name}/images.safetensors" for name in ("letters", "mnist")),
    *(f"/projections/{file}?{PCA}" for file in ("nothing/uci.safetensors", "ae-30/letters.csv", "..%2fetc/uci.csv")),
)


@pytest.mark.parametrize("path", HOSTILE)
def test_an_unknown_or_hostile_name_is_a_404_without_folders(client: TestClient, path: str, root: Path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "\n" not in answer.text
    assert str(root) not in answer.text
    assert len(answer.text) < 200


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/checkpoints/nothing/config.json", "There is no checkpoint of that name."),
        ("/checkpoints/ae-30/film.gif", "There is no such file."),
        ("/checkpoints/ae-30/passwd", "A checkpoint serves config.json, training.json, model.safetensors, film.gif"),
        ("/assets/desk.json", "There is no such part of the browser side."),
        ("/encodings/ae-30/letters.safetensors", "There is no set of digits of that name."),
        ("/digits/mnist/tray.safetensors", "MNIST is not here: "),
        ("/planes/ae-1/uci.safetensors", "ae-1: it has 1 code, and a plane takes 2."),
    ],
)
def test_a_404_says_why_in_one_sentence(path: str, words: str, client: TestClient) -> None:
    assert client.get(path).text.startswith(words)


def test_the_404_of_what_is_damaged_names_the_file_and_no_folder(
    own_root: Path, client: TestClient, tmp_path: Path
) -> None:
    (own_root / "ae-30" / "config.json").write_text("[]")
    answer = client.get("/checkpoints/ae-30/model.safetensors")
    assert answer.status_code == 404
    assert answer.text.startswith("The checkpoint ae-30 cannot be used: ")
    raw = tmp_path / "no-mnist" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for damage in ("an empty folder", "a truncated file"):
        if damage == "a truncated file":
            (raw / "t10k-images-idx3-ubyte").write_bytes(b"\0\0\x08")
        for path in ("/digits/mnist/tray.safetensors", "/encodings/vae-30/mnist.safetensors"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.text.startswith("MNIST is not here: t10k-images-idx3-ubyte is ")
            assert str(tmp_path) not in answer.text


@pytest.mark.parametrize("probe", ["health", "host-config"])
def test_streamlits_search_for_its_base_path_is_refused_without_an_error(client: TestClient, probe: str) -> None:
    for page in NAMES:
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


@pytest.mark.parametrize("base", ["", "/", "a", "/a/", "a/b", "//a//b/"])
def test_routes_stand_below_the_base_path_as_streamlits_do(root: Path, base: str) -> None:
    client = TestClient(Starlette(routes=below(base)))
    prefix = "".join(f"/{part}" for part in base.split("/") if part)
    for path in ("/assets/web.js", "/digits/uci/tray.safetensors", "/checkpoints/ae-30/config.json"):
        assert client.get(prefix + path).status_code == 200
        assert not prefix or client.get(path).status_code == 404
    moved = client.get(f"{prefix}/{DEFAULT_PAGE}?left=ae-30", follow_redirects=False)
    assert urljoin(str(moved.url), moved.headers["location"]) == f"http://testserver{prefix}/?left=ae-30"
