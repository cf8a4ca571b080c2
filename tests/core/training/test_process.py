"""What the process of a run tells, how signals end it, and what it says of faults."""

import base64
import errno
import io
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from PIL import Image

from tests.core.training.runs import EPOCHS, PLAN, asked, epochs, state, told
from tests.forks import DONE, exit_code, in_child, needs_fork
from tests.tiny import CONFIGS
from vae_core import checkpoint
from vae_core.errors import TrainingError
from vae_core.losses import squared_error
from vae_core.models import parameter_count
from vae_core.pictures import set_file
from vae_core.storage import own_files
from vae_core.training import events, fit, process
from vae_core.training.folder import epochs_done, is_over, standing
from vae_core.training.process import Machine
from vae_core.training.recorded_run import mean_image_reconstruction
from vae_core.training.run import split_digits

pytestmark = pytest.mark.usefixtures("no_disk")


def during_epoch(monkeypatch: pytest.MonkeyPatch, path: Path, epochs: int, work: Callable[[], object]) -> None:
    """Does something once in a step of the epoch after so many."""
    step, waiting = fit.objective_parts, [work]

    def spy(*arguments: Any) -> Any:
        if waiting and epochs_done(path) == epochs:
            waiting.pop()()
        return step(*arguments)

    monkeypatch.setattr(fit, "objective_parts", spy)


def send(number: int) -> Callable[[], None]:
    return lambda: signal.raise_signal(number)


def test_a_run_tells_all_that_its_history_says(run: Path, machine: Machine) -> None:
    heard: list[int] = []
    assert process.train(run, machine, lambda report: heard.append(report.epoch)) == "done"
    about, found = checkpoint.load_training(run), told(run)
    assert heard == list(range(1, EPOCHS + 1))
    assert [event["event"] for event in found if event["event"] != "step"] == [
        "asked", "started", *["epoch"] * EPOCHS, "done",
    ]  # fmt: skip
    (started,) = told(run, "started")
    assert {key: started[key] for key in ("device", "epoch", "epochs", "steps", "images")} == {
        "device": "cpu", "epoch": 0, "epochs": EPOCHS, "steps": 3, "images": 80,
    }  # fmt: skip
    assert started["parameters"] == sum(tensor.numel() for tensor in checkpoint.load(run).state_dict().values())
    train, _ = split_digits("small", machine.data_dir)
    assert list(base64.b64decode(started["labels"])) == train.labels.tolist()
    told_epochs = told(run, "epoch")
    for event, entry in zip(told_epochs, about["history"], strict=True):
        assert {key: event[key] for key in entry} == entry
        assert sum(event["kl_codes"]) == pytest.approx(entry["kl"], abs=2e-4)
        assert event["active"] in (0, 1, 2)
    codes = np.frombuffer(base64.b64decode(told_epochs[-1]["codes"]), "<f4").reshape(-1, 2)
    model = checkpoint.load(run)
    np.testing.assert_allclose(codes, model.encode(torch.from_numpy(train.images[:, None] / np.float32(255))), 1e-5)
    frames = [np.asarray(Image.open(io.BytesIO(base64.b64decode(event["frame"])))) for event in told_epochs]
    for frame, kept in zip(frames, checkpoint.load_frames(run), strict=True):
        assert np.abs(frame.astype(int) - kept).max() <= 9, "the film has 16 greys"
    assert found[-1] == {"event": "done", "time": found[-1]["time"], "epoch": EPOCHS, "test": about["test"]}
    assert told(run, "step")[0].keys() == {"event", "time", "epoch", "step", "loss", "reconstruction", "kl"}


def test_an_autoencoder_of_more_codes_tells_neither_of_them_nor_of_their_kl(tmp_path: Path, machine: Machine) -> None:
    path = asked(tmp_path / "ae", replace(PLAN, model=CONFIGS["ae"]), epochs=1)
    process.train(path, machine)
    assert told(path, "started")[0]["labels"] is None
    (event,) = told(path, "epoch")
    assert (event["kl_codes"], event["active"], event["codes"]) == ([], None, None)


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli"])
def test_the_mean_image_is_the_best_that_needs_no_code(likelihood: Any, uci: Any) -> None:
    x = torch.from_numpy(uci.images[:1100, None].astype(np.float64) / 255)
    mean = x.mean(0, keepdim=True)
    if likelihood == "gaussian":
        expected = squared_error(x, mean.expand_as(x))
    else:
        expected = torch.nn.functional.binary_cross_entropy(mean.expand_as(x), x, reduction="none").flatten(1).sum(1)
    found = mean_image_reconstruction(uci.images[:1100], likelihood)
    assert found == pytest.approx(float(expected.mean()), rel=1e-5)


def test_what_is_left_out_is_never_seen_and_still_measured(tmp_path: Path, machine: Machine) -> None:
    path = asked(tmp_path / "few", replace(PLAN, leave_out=(3, 7)), epochs=2)
    process.train(path, machine)
    (started,) = told(path, "started")
    assert started["images"] == 64
    assert set(base64.b64decode(started["labels"])) == set(range(10)) - {3, 7}
    about = checkpoint.load_training(path)
    assert (about["leave_out"], about["training_digits"]) == ([3, 7], 64)
    whole = asked(tmp_path / "whole", epochs=2)
    process.train(whole, machine)
    assert "leave_out" not in checkpoint.load_training(whole)


@pytest.mark.parametrize("done", [0, 2])
def test_sigterm_pauses_at_once_and_the_run_goes_on_to_the_same_weights(
    done: int, run: Path, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        during_epoch(patch, run, done, send(signal.SIGTERM))
        assert process.train(run, machine) == "paused"
    assert (state(run), told(run)[-1]["epoch"], epochs_done(run)) == ("paused", done, done)
    assert process.train(run, machine) == "done"
    assert [event["epoch"] for event in told(run, "started")] == [0, done]
    assert list(epochs(told(run))) == list(range(1, EPOCHS + 1))
    whole = asked(tmp_path / "whole")
    process.train(whole, machine)
    pairs = zip(*(checkpoint.load(path).state_dict().values() for path in (run, whole)), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_sigint_makes_a_checkpoint_of_the_last_whole_epoch(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_epoch(monkeypatch, run, 3, send(signal.SIGINT))
    assert process.train(run, machine) == "stopped"
    assert is_over(run)
    about, last = checkpoint.load_training(run), told(run)[-1]
    assert (state(run), last["epoch"], len(about["history"])) == ("stopped", 3, 3)
    assert last["test"] == about["test"] != {}
    assert len(checkpoint.load_frames(run)) == 3
    for again in (process.train, process.finish):
        with pytest.raises(TrainingError, match="is finished"):
            again(run, machine)
    assert told(run)[-1] == last


def test_sigint_before_the_first_whole_epoch_pauses(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_epoch(monkeypatch, run, 0, send(signal.SIGINT))
    assert process.train(run, machine) == "paused"
    with pytest.raises(TrainingError, match="no whole epoch"):
        process.finish(run, machine)
    assert told(run)[-1]["event"] == "paused"


def test_a_paused_run_can_be_finished(run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    during_epoch(monkeypatch, run, 2, send(signal.SIGTERM))
    process.train(run, machine)
    assert process.finish(run, machine) == "stopped"
    assert (told(run)[-1]["epoch"], is_over(run)) == (2, True)


@pytest.mark.parametrize(("number", "ending"), [(signal.SIGTERM, "paused"), (signal.SIGINT, "stopped")])
@pytest.mark.parametrize("where", ["a save", "an event"])
def test_a_signal_in_the_middle_of_what_belongs_together_waits_for_its_end(
    number: int, ending: str, where: str, run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = (own_files, "_write") if where == "a save" else (events, "append")
    original = getattr(owner, name)

    def interrupted(*arguments: Any, **values: Any) -> None:
        epoch = next((int(about["epoch"]) for about in [values] if arguments[-1] == "epoch"), None)
        if (where == "a save" and epochs_done(run) == 1) or epoch == 2:
            send(number)()
            send(signal.SIGTERM)()
        original(*arguments, **values)

    monkeypatch.setattr(owner, name, interrupted)
    assert process.train(run, machine) == ending
    assert (epochs_done(run), list(epochs(told(run)))) == (2, [1, 2])
    assert told(run)[-1]["epoch"] == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("last", ["epoch", "done"])
def test_a_signal_after_the_last_epoch_takes_nothing_from_it(
    last: str, number: int, run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = events.append

    def interrupted(folder: Path, event: events.Kind, **values: Any) -> None:
        append(folder, event, **values)
        if (event, values.get("epoch")) == (last, EPOCHS):
            send(number)()

    monkeypatch.setattr(events, "append", interrupted)
    assert process.train(run, machine) == "done"
    assert [event["event"] for event in told(run)[-2:]] == ["epoch", "done"]


def test_handlers_are_put_back(run: Path, machine: Machine) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    process.train(run, machine)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_an_event_that_is_missing_is_written_by_who_goes_on(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    during_epoch(monkeypatch, run, 2, send(signal.SIGTERM))
    process.train(run, machine)
    file = run / events.FILE
    lines = file.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"paused"' not in line and b'"epoch","time"' not in line]
    (written,) = (event for event in told(run, "epoch") if event["epoch"] == 2)
    file.write_bytes(b"".join(kept) + lines[-2][: len(lines[-2]) // 2])
    process.train(run, machine)
    found = told(run)
    assert list(epochs(found)) == list(range(1, EPOCHS + 1))
    again = next(event for event in found if event["event"] == "epoch" and event["epoch"] == 2)
    assert {key: again[key] for key in ("loss", "kl", "codes", "active")} == {
        key: written[key] for key in ("loss", "kl", "codes", "active")
    }
    assert again["kl_codes"]
    assert again["frame"]


def failed(path: Path, machine: Machine, error: type[Exception] = TrainingError) -> str:
    """The sentence of a training that fails with it."""
    with pytest.raises(error):
        process.train(path, machine)
    last = told(path)[-1]
    assert (last["event"], state(path), last["epoch"]) == ("failed", "failed", epochs_done(path))
    words: str = last["words"]
    assert words.endswith(".")
    assert not words.endswith("..")
    assert "\n" not in words
    return words


def test_a_loss_that_is_not_finite_is_said_and_the_run_can_go_on(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        parts = fit.objective_parts
        patch.setattr(
            fit,
            "objective_parts",
            lambda *values: tuple(part * (torch.nan if epochs_done(run) else 1) for part in parts(*values)),
        )
        words = failed(run, machine)
    assert words == "The loss is no longer finite in epoch 2: try a lower learning rate."
    assert process.train(run, machine) == "done"


def test_steps_whose_loss_is_not_finite_break_no_line(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = fit.objective_parts
    monkeypatch.setattr(fit, "objective_parts", lambda *values: tuple(part * torch.inf for part in parts(*values)))
    assert "no longer finite in epoch 1" in failed(run, machine)
    assert not told(run, "step")


def test_digits_that_are_not_there_are_said(tmp_path: Path, machine: Machine) -> None:
    path = asked(tmp_path / "run", replace(PLAN, digits="svhn"))
    assert failed(path, machine) == "There is no set of digits 'svhn': there are mnist, uci."


def test_no_class_that_is_left_is_said(tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    path = asked(tmp_path / "run", replace(PLAN, leave_out=tuple(range(9))))
    images, read = np.zeros((96, 8, 8), np.uint8), set_file.read
    monkeypatch.setattr(set_file, "read", lambda file: replace(read(file), images=images, labels=np.zeros(96, int)))
    assert failed(path, machine) == "There are no digits to train on."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "The memory does not hold this training: "),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "The memory does not hold"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "The memory does not hold"),
        (OSError(errno.EIO, "Input/output error"), "The disk refuses: Input/output error."),
        (ZeroDivisionError("division by\nzero"), "The training broke off: ZeroDivisionError: division by zero."),
        (KeyError(), "The training broke off: KeyError."),
    ],
)
def test_other_faults_are_said_too(
    error: Exception, said: str, run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise error

    during_epoch(monkeypatch, run, 1, fail)
    kind = TrainingError if "memory" in said or "disk" in said else type(error)
    assert failed(run, machine, kind).startswith(said)


@needs_fork
@pytest.mark.parametrize(
    ("batch", "widths", "said"),
    [
        (80, (8192, 8192), "{} parameters are too many, try smaller widths"),
        (25_000, (8192,), "batches of 25,000 pictures are too large, try fewer"),
    ],
)
def test_memory_that_does_not_suffice_is_said(
    batch: int, widths: tuple[int, ...], said: str, tmp_path: Path, machine: Machine
) -> None:
    """The system's own refusal, of a child that may have no more than it has, and a little."""
    assert machine.data_dir
    many = {"images": np.zeros((30_000, 8, 8), np.uint8), "labels": np.zeros(30_000, np.int64)}
    safetensors.numpy.save_file(many, machine.data_dir / "many.safetensors")
    model = replace(PLAN.model, encoder=widths, decoder=widths, shape=(1, 8, 8))
    path = asked(tmp_path / "run", replace(PLAN, model=model, digits="many"), batch_size=batch)

    def work() -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 200_000_000,) * 2)
        with suppress(TrainingError):
            process.train(path, machine)

    assert exit_code(in_child(work)) == DONE
    why = said.format(f"{parameter_count(model):,}")
    assert told(path)[-1]["words"] == f"The memory does not hold this training: {why}."


@needs_fork
@pytest.mark.parametrize("left", [1000, -1000])
def test_a_full_disk_is_said_and_keeps_the_last_whole_epoch(
    left: int, run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the third epoch on no file may be longer than the events are, but for so many bytes."""

    def fill() -> None:
        quota = (run / events.FILE).stat().st_size + left
        assert quota < (run / checkpoint.OPTIMIZER_FILE).stat().st_size
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (quota, quota))

    def work() -> None:
        with suppress(TrainingError):
            process.train(run, machine)

    with monkeypatch.context() as patch:
        during_epoch(patch, run, 2, fill)
        assert exit_code(in_child(work)) == DONE
    last = told(run)[-1]
    if left > 0:
        assert last["words"] == "The disk is full: the training up to epoch 2 is kept, and can go on."
        assert state(run) == "failed"
    else:
        assert (last["event"], last["epoch"], state(run)) == ("epoch", 2, "paused")
    checkpoint.load(run)
    assert process.train(run, machine) == "done"
    assert list(epochs(told(run))) == list(range(1, EPOCHS + 1))


def test_events_that_cannot_be_written_end_the_run_which_is_paused(
    run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = events.append

    def full(folder: Path, event: events.Kind, **values: Any) -> None:
        if values.get("epoch") == 2 or event == "failed":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(folder, event, **values)

    with monkeypatch.context() as patch:
        patch.setattr(events, "append", full)
        with pytest.raises(TrainingError, match="The disk is full: the training up to epoch 2 is kept, and can go on"):
            process.train(run, machine)
    now = standing(run)
    assert now is not None
    assert (now.state, now.pid, epochs_done(run)) == ("paused", None, 2)
    assert process.train(run, machine) == "done"
    assert list(epochs(told(run))) == list(range(1, EPOCHS + 1))


@needs_fork
def test_a_folder_has_one_process(run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def look() -> None:
        now = standing(run)
        assert now is not None
        seen.append((now.state, now.pid == os.getpid()))
        pid = in_child(lambda: process.train(run, machine))
        seen.append(exit_code(pid))

    during_epoch(monkeypatch, run, 1, look)
    process.train(run, machine)
    assert seen == [("running", True), DONE]
    assert len(told(run, "started")) == 1
    assert not told(run, "failed")


def test_another_plan_is_not_begun_where_there_is_one(run: Path, tmp_path: Path) -> None:
    process.begin(run, PLAN)
    with pytest.raises(TrainingError, match="holds a run with other settings"):
        process.begin(run, replace(PLAN, digits="uci"))
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(TrainingError, match="is no folder of a run"):
        process.begin(tmp_path / "thesis", PLAN)
    with pytest.raises(TrainingError, match="cannot be written: Not a directory"):
        process.begin(tmp_path / "thesis" / "chapter.txt" / "run", PLAN)


def test_a_damaged_checkpoint_is_not_trained_over(run: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    during_epoch(monkeypatch, run, 2, send(signal.SIGTERM))
    process.train(run, machine)
    file = run / checkpoint.TRAINING_FILE
    file.write_text(file.read_text()[:50])
    assert "training.json" in failed(run, machine)
    assert (run / checkpoint.WEIGHTS_FILE).is_file()
