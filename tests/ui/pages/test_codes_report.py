import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.core.spaces.test_normality import moments_kl
from tests.ui.conftest import few_digits
from ui import store
from ui.reports import codes_report
from ui.reports.codes_report import headline, meaning, normality
from ui.reports.map_report import Measures
from vae_core.metrics import Continuity, Coverage
from vae_core.spaces.latent import Encodings
from vae_core.spaces.normality import Normality

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
    kl = moments_kl(codes)
    assert normality(name, "uci").kl == pytest.approx(kl, rel=1e-4)
    active = int(store.encodings(name, "uci").active.sum())
    assert f"{name}: KL {kl:.3g} nats · energy distance " in headline(name, "uci")
    assert headline(name, "uci").endswith(f" · {active} of {codes.shape[1]} active")


def test_a_headline_has_no_number_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, ae_30=math.inf)
    assert headline("ae-30", "uci").startswith(":orange[AE] ae-30: KL ∞ nats · energy distance 0 · ")


def plant_shares(monkeypatch: pytest.MonkeyPatch, **shares: float | None) -> None:
    """Precision of decoded draws from N(0, I); None where it is not known yet."""
    found = {name.replace("_", "-"): share for name, share in shares.items()}

    def ask(model: str, digits: str, seed: int) -> Measures | None:
        share = found[model]
        assert (digits, seed) == ("uci", 3)
        nothing = np.zeros(1)
        lines = Continuity(nothing, nothing, nothing, 1)
        return None if share is None else Measures({"prior": Coverage(share, 0)}, lines)

    monkeypatch.setattr(codes_report.map_report.measures, "ask", ask)


def test_one_sentence_says_what_draws_are_worth_the_better_model_first(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, ae_30=0.1, vae_30=0.1)
    plant_shares(monkeypatch, ae_30=0.046, vae_30=0.6254)
    said = meaning(["ae-30", "vae-30"], "uci", 3)
    assert said == "Of 898 draws from N(0, I), 62.5 % decoded by vae-30 and 4.6 % by ae-30 lie where digits lie."
    assert said == meaning(["vae-30", "ae-30"], "uci", 3)
    said = meaning(["ae-30", "ae-30"], "uci", 3)
    assert said == "Of 898 draws from N(0, I), 4.6 % decoded by ae-30 lie where digits lie."


def test_what_is_not_counted_yet_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    plant_shares(monkeypatch, ae_30=0.046, vae_30=None)
    assert meaning(["ae-30", "vae-30"], "uci", 3) is None
    few_digits(monkeypatch, 7, 2)
    said = meaning(["ae-30", "vae-30"], "uci", 3)
    assert said == "It takes at least 8 digits to say what a draw from N(0, I) is worth."


def test_codes_that_say_nothing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, silent="vae-30", vae_30=0.1, ae_30=3.0)
    plant_shares(monkeypatch, ae_30=0.1, vae_30=0.0)
    assert meaning(["ae-30", "vae-30"], "uci", 3) == (
        "Of 898 draws from N(0, I), 10.0 % decoded by ae-30 and 0.0 % by vae-30 "
        "(whose codes say nothing of their digit) lie where digits lie."
    )
