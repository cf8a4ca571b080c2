from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, kl_divergence

from ui import codes_report, store
from ui.codes_report import headline, meaning, normality
from vae_core.latent import Encodings
from vae_core.normality import Normality

pytestmark = pytest.mark.usefixtures("root")


def plant(monkeypatch: pytest.MonkeyPatch, silent: str = "", **kls: float) -> None:
    """Names with "_" stand for those with "-"; all but `silent` have active coordinates."""
    found = {name.replace("_", "-"): kl for name, kl in kls.items()}
    gaps = np.zeros(4, np.float32)
    whole = store.encodings

    def normality(model: str, digits: str) -> Normality:
        return Normality(gaps, gaps, found[model], energy=-0.0001, count=10)

    def encodings(model: str, digits: str) -> Encodings:
        return replace(whole(model, digits), active=np.full(4, model != silent))

    monkeypatch.setattr(codes_report, "normality", normality)
    monkeypatch.setattr(store, "encodings", encodings)


@pytest.mark.parametrize("name", ["ae-1", "vae-30"])
def test_the_headline_has_the_kl_of_the_gaussian_with_the_same_moments(name: str) -> None:
    codes = torch.tensor(store.encodings(name, "uci").codes, dtype=torch.float64)
    moments = MultivariateNormal(codes.mean(0), codes.T.cov().reshape(codes.shape[1], -1))
    standard = MultivariateNormal(torch.zeros(codes.shape[1]).double(), torch.eye(codes.shape[1]).double())
    kl = kl_divergence(moments, standard).item()
    assert normality(name, "uci").kl == pytest.approx(kl, rel=1e-4)
    active = int((store.encodings(name, "uci").means.var(0, ddof=1) > 0.01).sum())
    assert f"{name}: KL {kl:.3g} nats · energy distance " in headline(name, "uci")
    assert headline(name, "uci").endswith(f" · {active} of {codes.shape[1]} active")


def test_a_headline_has_no_number_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, ae_30=math.inf)
    assert headline("ae-30", "uci").startswith(":orange[AE] ae-30: KL ∞ nats · energy distance 0 · ")


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        (
            math.log(1e25) + 0.1,
            0.06,
            "like a code of vae-30 nearly always, and like one of ae-30 once in 10²⁵ draws at best",
        ),
        (3.22, 0.99, "like a code of vae-30 once in 2.7 draws at best, and like one of ae-30 once in 25 draws at best"),
        (0.0, 0.29, "like a code of ae-30 nearly always, and like one of vae-30 nearly always"),
        (6.9, math.inf, "like a code of ae-30 once in 10² draws at best, and like one of vae-30 never"),
    ],
)
def test_one_sentence_says_what_a_draw_is_worth_the_better_model_first(
    left: float, right: float, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, ae_30=left, vae_30=right)
    said = meaning(["ae-30", "vae-30"], "uci")
    assert said == f"A draw from N(0, I) is {sentence}."
    assert said == meaning(["vae-30", "ae-30"], "uci")


def test_one_model_on_both_sides_is_spoken_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, ae_30=0.1)
    assert meaning(["ae-30", "ae-30"], "uci") == "A draw from N(0, I) is like a code of ae-30 nearly always."


def test_codes_that_say_nothing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, silent="vae-30", vae_30=0.1, ae_30=3.0)
    silent = "A draw from N(0, I) is like a code of vae-30 (whose codes say nothing of their digit) nearly always"
    assert meaning(["ae-30", "vae-30"], "uci") == f"{silent}, and like one of ae-30 once in 20 draws at best."
    assert meaning(["vae-30"], "uci") == f"{silent}."
