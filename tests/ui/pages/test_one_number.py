"""One quantity, one number: what the command line, `training.json`, the README and the pages say of a shipped model."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bench import results
from ui import store
from ui.choices import digit_sets
from ui.reports import denoise_report, error_report
from vae_core import checkpoint
from vae_core.config import CorruptionConfig
from vae_core.data import Digits, as_input
from vae_core.metrics import curve, evaluate, noisy_curve, squared_errors
from vae_core.noise.seeded_noise import corrupt
from vae_core.peers import PEERS

# Enough to tell the conventions apart: clipping takes a tenth of PCA's error.
DIGITS = 200
# Of what is recorded, in four decimals, on another machine.
RECORDED = {"rel": 2e-3, "abs": 1e-3}


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, checkpoints_root: Path) -> None:
    monkeypatch.setenv("CHECKPOINTS_DIR", str(checkpoints_root))


def names() -> list[str]:
    return sorted(folder.name for folder in (results.ROOT / "checkpoints").iterdir() if not folder.name.startswith("."))


@pytest.mark.needs_mnist
@pytest.mark.parametrize("name", names())
def test_what_is_recorded_is_what_evaluate_measures(name: str, mnist_test: Digits) -> None:
    about = store.training(name)
    corruption = CorruptionConfig.from_json(about["corruption"]) if about.get("corruption") else None
    model = store.model(name).given(mnist_test.labels)
    measured = {metric.name: metric for metric in evaluate(model, mnist_test.images, corruption)}
    for key, recorded in about["test"].items():
        if key != "pca_squared_error":
            assert recorded["value"] == pytest.approx(measured[key].value, **RECORDED), key
            assert recorded["protocol"] == measured[key].protocol


@pytest.mark.parametrize("name", names())
def test_reconstruct_and_evaluate_agree(name: str, uci: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand, too: what counts is the picture that `decode` returns."""
    model, images = store.model(name).given(uci.labels[:DIGITS]), uci.images[:DIGITS]
    values = {metric.name: metric.value for metric in evaluate(model, images)}
    few = Digits(images, uci.labels[:DIGITS], "uci")
    monkeypatch.setattr(digit_sets, "load", lambda _: few)
    rows = {one.decoded: one for one in error_report.fidelities.measure(name, "uci", seed=0)}
    at_mean = "squared_error_at_mu" if "mu" in rows else "squared_error"
    by_hand = np.square(model.decode(model.encode(as_input(images)))[:, 0].numpy() - images / 255).sum((1, 2))
    sizes = [one for one in rows.values() if one.codes == model.config.latent_dim]
    shown = rows.get("mu") or rows["code"]
    assert sizes
    assert shown.squared_error == pytest.approx(values[at_mean], rel=1e-5)
    assert shown.squared_error == pytest.approx(by_hand.mean(), rel=1e-4)
    assert shown.squared_error == pytest.approx(squared_errors(model, images).mean(), rel=1e-4)
    assert shown.psnr == pytest.approx(values["psnr"], rel=1e-5)
    if "one sample of z" in rows:
        assert rows["one sample of z"].squared_error == pytest.approx(values["squared_error"], rel=1e-5)


@pytest.mark.needs_mnist
def test_pca_beside_our_models_is_the_curve_on_reconstruct(mnist_test: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    peers = {int(peer.what.split()[1]): peer for peer in PEERS if peer.what.startswith("PCA")}
    rows = [one for one in error_report.unknown(error_report.PCA) if one.codes in peers]
    monkeypatch.setattr(error_report, "unknown", lambda _: rows)
    monkeypatch.setattr(digit_sets, "load", lambda _: mnist_test)
    found = error_report.fidelities.measure(error_report.PCA, "mnist", seed=0)
    assert [one.codes for one in found] == [2, 16, 30]
    for one in found:
        peer = peers[one.codes]
        assert peer.shown(one.squared_error * peer.scale) == peer.shown(peer.value)


@pytest.mark.parametrize(("name", "kind"), [("dae-gaussian-30", "gaussian"), ("dae-masking-30", "masking")])
def test_denoise_and_evaluate_agree_on_the_same_noise(
    name: str, kind: str, uci: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, images = store.model(name).given(uci.labels[:DIGITS]), uci.images[:DIGITS]
    x = (images / 255).astype(np.float32)
    noisy = torch.from_numpy(corrupt(x, "gaussian" if kind == "gaussian" else "masking", 0.5, 0, clip=False))
    monkeypatch.setattr("vae_core.metrics.evaluation.corrupt", lambda *_: noisy.unsqueeze(1))
    corruption = CorruptionConfig.from_json({"kind": kind, "level": 0.5})
    values = {metric.name: metric.value for metric in evaluate(model, images, corruption)}
    found = curve(model, images, corruption.kind, (0.5,), 0, clip=False)
    own = noisy_curve(images, corruption.kind, (0.5,), 0, clip=False)
    assert found.psnr_mean[0] == pytest.approx(values["denoised_psnr"], rel=1e-5)
    assert own.psnr_mean[0] == pytest.approx(values["corrupted_psnr"], rel=1e-5)
    assert "compared in [0, 1]" in denoise_report.protocol("uci", corruption.kind, 0)


def test_readme_names_the_convention_and_the_variance() -> None:
    text = " ".join((results.ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "they are seen, in [0, 1]" in text
    error = checkpoint.load_training(results.ROOT / "checkpoints" / "vae-30")["test"]["squared_error"]["value"]
    assert f"`vae-30` have the variance {error / 784:.3f}" in text
