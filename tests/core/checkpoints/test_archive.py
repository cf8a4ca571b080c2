"""A checkpoint goes out as a zip and comes in again; zips that attack leave nothing behind but a sentence."""

import errno
import io
import os
import stat
import struct
import threading
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vae_core import checkpoint
from vae_core.config import ModelConfig
from vae_core.errors import ArchiveError, CheckpointError
from vae_core.models import build
from vae_core.storage import archive, own_files
from vae_core.training.plan import NAME

MODEL = build(ModelConfig(kind="vae", scale="logvar", latent_dim=2, decoder=(3,), shape=(1, 8, 8)))
TRAINING = {"recipe": "vae-2", "digits": "uci", "history": []}
FRAMES = [np.full((112, 224), 17 * i, np.uint8) for i in range(3)]

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")

Entry = tuple[str | zipfile.ZipInfo, bytes]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, bytes]:
    checkpoint.save(tmp_path / "shelf" / "vae-2", MODEL, TRAINING, FRAMES)
    return {file.name: file.read_bytes() for file in (tmp_path / "shelf" / "vae-2").iterdir()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "runs" / "taken").mkdir(parents=True)
    return tmp_path / "runs"


def zipped(*entries: Entry, method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as out:
        for name, content in entries:
            out.writestr(name, content)
    return stream.getvalue()


def refused(content: bytes, root: Path, words: str, **limits: int) -> None:
    before = sorted(root.parent.rglob("*"))
    with pytest.raises(ArchiveError, match=words) as caught:
        archive.unpack(content, root, **limits)
    assert str(root.parent) not in str(caught.value)
    assert str(caught.value).isprintable()
    assert sorted(root.parent.rglob("*")) == before


def info(name: str, mode: int = 0, system: int = 3) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr, made.create_system = mode << 16, system
    return made


def test_what_goes_out_comes_in_again(files: dict[str, bytes], tmp_path: Path, root: Path) -> None:
    content = archive.pack(tmp_path / "shelf" / "vae-2")
    assert content == archive.pack(tmp_path / "shelf" / "vae-2")
    folder = archive.unpack(content, root)
    assert folder == root / "vae-2"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == files
    assert checkpoint.entry(folder).problem is None
    assert checkpoint.load_training(folder) == TRAINING
    assert len(checkpoint.load_frames(folder)) == 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_the_state_of_an_unfinished_training_and_files_of_others_stay(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "mine"
    checkpoint.save(path, MODEL, optimizer_state=dict(MODEL.state_dict()))
    (path / "run.json").write_text("{}")
    with zipfile.ZipFile(io.BytesIO(archive.pack(path))) as out:
        assert out.namelist() == ["mine/config.json", "mine/model.safetensors"]
    assert set(os.listdir(archive.unpack(archive.pack(path), root))) == {"config.json", "model.safetensors"}


def test_no_checkpoint_makes_no_zip(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint folder"):
        archive.pack(tmp_path / "nowhere")
    (tmp_path / "shelf" / "vae-2" / "model.safetensors").unlink()
    with pytest.raises(ArchiveError, match=r"model\.safetensors is missing"):
        archive.pack(tmp_path / "shelf" / "vae-2")


def test_a_zip_is_of_one_moment(tmp_path: Path, root: Path) -> None:
    models = [build(ModelConfig(kind="ae", latent_dim=dim)) for dim in (1, 2)]
    checkpoint.save(tmp_path / "mine", models[0], {"recipe": "1"})
    stop = threading.Event()

    def save() -> None:
        while not stop.is_set():
            for dim, model in enumerate(models, 1):
                checkpoint.save(tmp_path / "mine", model, {"recipe": str(dim)})

    thread = threading.Thread(target=save)
    thread.start()
    try:
        for _ in range(20):
            folder = archive.unpack(archive.pack(tmp_path / "mine"), root)
            assert checkpoint.load_training(folder)["recipe"] == str(checkpoint.load(folder).config.latent_dim)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("folder", ["", "vae-2/", "My Model/"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zips_of_other_programs_come_in(folder: str, method: int, files: dict[str, bytes], root: Path) -> None:
    entries: list[Entry] = [(f"{folder}{name}", content) for name, content in files.items()]
    if folder:
        entries.insert(0, (info(folder, stat.S_IFDIR | 0o755), b""))
    for system in (0, 3, 19):
        for entry in entries:
            if isinstance(entry[0], zipfile.ZipInfo):
                entry[0].create_system = system
        found = archive.unpack(zipped(*entries, method=method), root)
        assert {file.name: file.read_bytes() for file in found.iterdir()} == files


def test_what_macos_adds_is_passed_over(files: dict[str, bytes], root: Path) -> None:
    added = [("__MACOSX/vae-2/._config.json", b"\0\5\x16\7"), ("vae-2/.DS_Store", b"x"), (".DS_Store", b"x")]
    found = archive.unpack(zipped(*((f"vae-2/{name}", content) for name, content in files.items()), *added), root)
    assert set(os.listdir(found)) == set(files)


TRICKS = ["../x", "/x", "//x", "./x", "a/../x", "a//x", "..\\x", "a\\x", "c:/x", "c:x", "x\0y", "../../../etc/passwd"]


@pytest.mark.parametrize("path", [*TRICKS, *(trick.replace("x", "config.json") for trick in TRICKS[:-2])])
def test_paths_that_lead_elsewhere_are_refused(path: str, files: dict[str, bytes], root: Path) -> None:
    made = info("placeholder")
    made.filename = made.orig_filename = path
    rest = list(files.items())
    refused(zipped((made, files["config.json"]), *rest), root, "path that leads elsewhere")
    refused(zipped(*rest, (made, b"")), root, "path that leads elsewhere")


def test_macos_does_not_hide_a_path_that_leads_elsewhere(files: dict[str, bytes], root: Path) -> None:
    refused(zipped(*files.items(), ("__MACOSX/../../x", b"x")), root, "path that leads elsewhere")
    refused(zipped(*files.items(), (info("__MACOSX/x", stat.S_IFLNK), b"/etc")), root, "is a link")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR])
@pytest.mark.parametrize("system", [0, 3])
def test_links_and_devices_are_refused(kind: int, system: int, files: dict[str, bytes], root: Path) -> None:
    for name in files:
        rest = [(other, content) for other, content in files.items() if other != name]
        refused(zipped((info(name, kind | 0o777, system), b"/etc/passwd"), *rest), root, "is a link, or no file")
    refused(zipped((info("vae-2/", stat.S_IFLNK), b""), *files.items()), root, "is a link, or no file")


@pytest.mark.parametrize(
    "name",
    ["evil.py", "optimizer.safetensors", "run.json", "CONFIG.JSON", "config.json ", "a/b/config.json", "a/b/", "x.zip",
     "model.pkl", ".vae_core.saved", "config.json/", "ｃonfig.json", "config.json.", "*", "\u202egnosj", "a" * 5000],
)  # fmt: skip
def test_other_files_are_refused(name: str, files: dict[str, bytes], root: Path) -> None:
    refused(zipped(*files.items(), (name, b"x")), root, "none of a checkpoint's files|several folders")


def test_what_is_there_twice_is_refused(files: dict[str, bytes], root: Path) -> None:
    refused(zipped(*files.items(), ("config.json", files["config.json"])), root, "in it twice")
    for other in ("vae-2/config.json", "vae-2/"):
        refused(zipped(*files.items(), (other, b"")), root, "in it twice|several folders")
    one, two = ("a/config.json", files["config.json"]), ("b/model.safetensors", files["model.safetensors"])
    refused(zipped(one, two), root, "several folders")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_what_lacks_a_file_is_refused(name: str, files: dict[str, bytes], root: Path) -> None:
    del files[name]
    refused(zipped(*files.items()), root, f"it holds no {name}")
    refused(zipped(), root, "it holds no config")


def patched(content: bytes, offset: int, value: bytes, local: int | None, name: str = "config.json") -> bytes:
    """With other bytes in the entry of a name in the directory, and in its local header."""
    data = bytearray(content)
    at = data.rindex(name.encode()) - 46
    assert data[at : at + 4] == b"PK\1\2"
    data[at + offset : at + offset + len(value)] = value
    if local is not None:
        at = data.index(name.encode()) - 30
        assert data[at : at + 4] == b"PK\3\4"
        data[at + local : at + local + len(value)] = value
    return bytes(data)


def test_encrypted_ones_are_refused(files: dict[str, bytes], root: Path) -> None:
    for flag in (1, 0x40, 0x2000):
        refused(patched(zipped(*files.items()), 8, struct.pack("<H", flag), 6), root, "is encrypted")


@pytest.mark.parametrize("method", [1, 6, 8, 9, 12, 14, 93, 95, 99, 65535])
def test_other_methods_are_refused(method: int, files: dict[str, bytes], root: Path) -> None:
    content = patched(zipped(*files.items()), 10, struct.pack("<H", method), 8)
    refused(content, root, "damaged" if method == 8 else "another method than deflate")


def test_checksums_are_checked(files: dict[str, bytes], root: Path) -> None:
    refused(patched(zipped(*files.items()), 16, b"\0\0\0\0", 14), root, "damaged")
    content = bytearray(zipped(*files.items()))
    content[content.index(b'"latent_dim": 2') + 14] = ord("3")
    refused(bytes(content), root, "damaged")


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("change", [-1, 1, -100, 2**20, 2**32 - 2**20])
def test_a_size_that_is_a_lie_is_refused(change: int, method: int, files: dict[str, bytes], root: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        said = (len(files[name]) + change) % 2**32
        content = zipped(*files.items(), method=method)
        # The checksum is that of the beginning: it does not give the lie away.
        start = struct.pack("<I", zlib.crc32(files[name][:said]))
        content = patched(patched(content, 24, struct.pack("<I", said), 22, name), 16, start, 14, name)
        refused(content, root, "damaged|as its directory says|too large|times its size")


def test_bombs_are_refused_before_they_are_unpacked(
    files: dict[str, bytes], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("unpacked")

    with monkeypatch.context() as patch:
        patch.setattr(archive, "content_of", never)
        for name in files:
            bomb = zipped(*((n, c) for n, c in files.items() if n != name), (name, bytes(15_000_000)), method=8)
            refused(bomb, root, "times its size")
        large = patched(zipped(*files.items()), 24, struct.pack("<I", 4_000_000_000), 22)
        refused(large, root, "too large: 4,000 MB")
        refused(zipped(*files.items()), root, r"larger than 0\.0 MB unpacked", most=sum(map(len, files.values())) - 1)
    assert archive.unpack(zipped(*files.items()), root, most=sum(map(len, files.values()))).is_dir()


def test_entries_that_share_their_bytes_are_refused_or_small(root: Path, files: dict[str, bytes]) -> None:
    content = zipped(*files.items())
    at = content.index(b"training.json") - 30
    shared = patched(content, 42, struct.pack("<I", at), None, "film.gif")
    refused(shared, root, "damaged")


def test_many_entries_are_not_even_listed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped(*((f"{i}", b"") for i in range(2000)))
    monkeypatch.setattr(archive.zipfile, "ZipFile", None)
    refused(content, root, "too many files")
    end = content[-22:]
    refused(b"PK\6\7" + bytes(16) + end[:12] + bytes(8) + b"\0\0", root, "too many files")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\3\4" + bytes(100), b"hello" * 100, b"\x1f\x8b" + bytes(50)])
def test_what_is_no_zip_is_refused(content: bytes, root: Path, files: dict[str, bytes]) -> None:
    refused(content, root, "no zip, or damaged")
    for cut in (1, 22, 100):
        refused(zipped(*files.items())[:-cut], root, "no zip, or damaged")
    refused(zipped(*files.items()) + b"\0more", root, "no zip, or damaged")


def test_files_in_it_must_be_what_they_are_called(files: dict[str, bytes], root: Path) -> None:
    nested = zipped(*files.items())
    for name, words in (
        ("config.json", r"^config\.json is not JSON"),
        ("model.safetensors", r"^model\.safetensors is truncated or no safetensors"),
        ("training.json", r"^training\.json is not JSON"),
        ("film.gif", r"^film\.gif cannot be read: .*no GIF"),
    ):
        for content in (nested, b"", b"\0" * 40):
            refused(zipped(*{**files, name: content}.items()), root, words)
    refused(zipped(*{**files, "training.json": b'{"history": 3}'}.items()), root, r"^training\.json: field 'history'")
    other = checkpoint.contents.json_bytes({**MODEL.config.to_json(), "latent_dim": 3})
    refused(zipped(*{**files, "config.json": other}.items()), root, r"model\.safetensors: .* shape")


def test_weights_that_compute_nothing_are_refused(tmp_path: Path, root: Path) -> None:
    model = build(MODEL.config)
    next(model.parameters()).data.fill_(float("nan"))
    checkpoint.save(tmp_path / "mine", model)
    refused(archive.pack(tmp_path / "mine"), root, "not finite")


def test_names_are_cleaned_and_made_free(files: dict[str, bytes], root: Path) -> None:
    named = [(f"My Größe/{name}", content) for name, content in files.items()]
    assert archive.unpack(zipped(*named), root).name == "my-gro-e"
    assert archive.unpack(zipped(*named), root).name == "my-gro-e-2"
    assert archive.unpack(zipped(*named), root, taken={"my-gro-e-3", "my-gro-e-4"}).name == "my-gro-e-5"
    assert archive.unpack(zipped(*named), root, "Taken").name == "taken-2"
    assert archive.unpack(zipped(*files.items()), root).name == "imported"
    assert archive.unpack(zipped(*files.items()), root, "x" * 80).name == "x" * 60
    assert archive.unpack(zipped(*files.items()), root, "x" * 80).name == "x" * 58 + "-2"
    (root / "nowhere").symlink_to(root / "gone")
    assert archive.unpack(zipped(*files.items()), root, "nowhere").name == "nowhere-2"


@given(st.text(), st.sets(st.integers(1, 12)))
def test_any_name_becomes_a_free_one(text: str, used: set[int]) -> None:
    name = archive._clean(text)
    taken = {name if number == 1 else f"{name[:57]}-{number}" for number in used}
    free = archive._free(name, Path("/nowhere"), taken)
    assert NAME.fullmatch(free)
    assert free not in taken
    assert archive._clean(name) == name


def test_of_many_at_once_each_gets_a_name(files: dict[str, bytes], root: Path) -> None:
    content, found = zipped(*files.items()), []
    threads = [threading.Thread(target=lambda: found.append(archive.unpack(content, root).name)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["imported", *(f"imported-{i}" for i in range(2, 7))]
    assert {entry.problem for entry in checkpoint.available(root) if entry.name != "taken"} == {None}


def test_a_full_disk_leaves_nothing(files: dict[str, bytes], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = own_files._write

    def refuse(file: Path, content: bytes) -> None:
        if file.name == "training.json":
            write(file, content[:5])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        write(file, content)

    monkeypatch.setattr(own_files, "_write", refuse)
    refused(zipped(*files.items()), root, "it cannot be saved: No space left on device")


def test_what_one_that_was_killed_has_left_goes_with_the_next(files: dict[str, bytes], root: Path) -> None:
    (root / ".vae_core.abcdefgh.new").mkdir()
    (root / ".vae_core.abcdefgh.new" / "config.json").write_text("{")
    archive.unpack(zipped(*files.items()), root)
    assert sorted(os.listdir(root)) == ["imported", "taken"]


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(data=st.data())
def test_bytes_changed_anywhere_are_refused_or_change_nothing_that_comes_in(
    data: st.DataObject, files: dict[str, bytes], root: Path
) -> None:
    content = bytearray(zipped(*files.items(), method=data.draw(st.sampled_from([0, 8]))))
    directory = content.index(b"PK\1\2")
    headers = st.sampled_from([content.index(name.encode()) - 30 + i for name in files for i in range(50)])
    for at in data.draw(st.lists(headers | st.integers(directory, len(content) - 1), min_size=1, max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    try:
        found = archive.unpack(bytes(content), root)
    except ArchiveError:
        return
    assert {file.name: file.read_bytes() for file in found.iterdir()}.items() <= files.items()
    assert found.parent == root


SEGMENTS = st.sampled_from(["..", ".", "", "a", "c:", "config.json", "film.gif", "\\", "~", "\0", "vae-2", "__MACOSX"])


@QUICK
@given(paths=st.lists(st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join), max_size=3), kind=st.integers(0, 15))
def test_no_list_of_paths_writes_anything_elsewhere(
    paths: list[str], kind: int, files: dict[str, bytes], root: Path
) -> None:
    entries: list[Entry] = []
    for path in paths:
        made = info("x", kind << 12)
        made.filename = made.orig_filename = path
        entries.append((made, files["config.json"]))
    before = {path for path in root.parent.rglob("*") if root not in path.parents}
    try:
        found = archive.unpack(zipped(*files.items(), *entries), root)
    except ArchiveError:
        pass
    else:
        assert {file.name: file.read_bytes() for file in found.iterdir()} == files
    assert {path for path in root.parent.rglob("*") if root not in path.parents} == before
