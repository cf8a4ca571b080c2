"""Links that somebody has tampered with."""

import random

from tests.tiny import CONFIGS
from ui.choices import comparison, link, view

MODELS = {"ae-30": CONFIGS["ae"], "vae-30": CONFIGS["vae-logvar"], "vae-2": CONFIGS["bernoulli"]}
USUAL = ("vae-2",)
SIZE = 1797
GOOD = {
    **{"left": "ae-30", "right": "vae-30", "digits": "uci", "seed": "4294967295"},
    **{"method": "kernel-pca", "axes": "3", "count": "500", "kernel": "poly", "gamma": "0.5", "degree": "2"},
    **{"coef0": "-1", "perplexity": "50", "codes": "mean", "also": "ae-30,vae-2", "corruption": "box"},
    "measure": "ssim",
}
FOREIGN = ("", " ", "nan", "1e999", "-1", "\u0663", "<img src=x onerror=alert(1)>", "`[x](//e)`\n", "..", "0_0", "é,\0")


def damaged(text: str, rng: random.Random, good: dict[str, str]) -> str:
    place = rng.randrange(len(text))
    return rng.choice(
        [
            text[:place],
            text[:place] + rng.choice(FOREIGN) + text[place:],
            text[:place] + rng.choice("0123456789_-.,Aa") + text[place + 1 :],
            text + rng.choice("_,") + text,
            text * rng.choice((2, 2000)),
            rng.choice(FOREIGN),
            rng.choice(list(good.values())),
            "gone," * 2000,
        ]
    )


def opened(parameters: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The link of a session that this link has opened, and what the visitor is told of it."""
    asked = link.parse(parameters, {"uci": MODELS})
    cloud, of_cloud = view.parse(parameters, SIZE)
    compared, of_models = comparison.parse(parameters, list(MODELS), USUAL)
    kept = link.compose(asked.choice) | view.compose(cloud, SIZE) | comparison.compose(compared, USUAL)
    return kept, asked.ignored + of_cloud + of_models


def test_every_parameter_is_tampered_with() -> None:
    keys = {*link.KEYS, *view.KEYS, *comparison.KEYS}
    assert set(GOOD) == keys
    assert opened(GOOD) == (GOOD, [])


def test_five_hundred_malformed_links_open_on_what_can_be_shown() -> None:
    rng = random.Random(4)
    silent = 0
    for _ in range(500):
        broken = rng.sample(list(GOOD), rng.randint(1, 4))
        kept, told = opened(GOOD | {key: damaged(GOOD[key], rng, GOOD) for key in broken})
        assert opened(kept) == (kept, []), broken
        # Of the models beside the pair, one sentence says which are gone and another how many are shown.
        assert len(told) <= len(broken) + ("also" in broken) + 1
        for sentence in told:
            assert len(sentence) < 200
            assert sentence.isprintable()
        silent += not told
    assert 5 < silent < 250, "damage should break most links, but not all"
