"""The parameters of a link that only the browser reads: what is written is read, and what makes no sense is named."""

import random
from typing import Any

import numpy as np
import pytest

from tests.js.node import Node
from tests.ui.choices.test_hostile_links import damaged
from ui.choices import comparison, drawn, link, view

DIGIT = drawn.pack(np.eye(28, dtype=np.uint8) * 15)
# Every parameter, none at its default.
GOOD = {
    **{"z": "0.5_-1.234_1e-7_2", "z2": "1_2_3_4"},
    **{"row": "17", "drawn": DIGIT, "class": "3", "digit": "0", "pen": "thick", "hide": "38", "present": "1"},
    **{"unit": "sd", "coordinate": "3", "sampler": "fitted", "temperature": "0.75", "samples": "7"},
    **{"behind": "votes", "tool": "pin", "surfacetool": "graph", "view": "0.5_-0.25_2"},
    **{"scale": "own", "order": "right", "ellipses": "none", "dragging": "lasso"},
    **{"rows": "errors", "bar": "3_12", "spread": "4"},
    **{"level": "0.35", "clip": "1", "noise": "4294967295", "box": "3_4_10_9", "rubbed": DIGIT, "times": "7"},
    **{"shown": "one", "mode": "corners", "path": "geodesic", "stops": f"17.203.~{DIGIT}", "corners": "1.2.3.4"},
    **{"t": "0.35", "classes": "3_8", "walk": "0", "between": "0.25_1", "walker": "prior", "when": "12.5"},
    **{"loop": "once", "speed": "0.5", "film": "560", "frames": "120"},
    **{"neighbours": "12", "distance": "cosine", "mutual": "1", "surface": "graph", "ends": "-0.5_0.25_1_0"},
    **{"at": "z", "direction": "3", "length": "-1.25", "off": "5", "change": "changes", "subject": "draws"},
    **{"rung": "0.3", "spot": "-0.25_1", "loss": "csmsm", "errorweight": "0.5", "klweight": "2.5e-4/784"},
    **{"picturesize": "64_48_3", "batch": "128", "latent": "16", "pixels": "binary"},
    **{"gaussian": "-1.5_0.25", "target": "0_2", "draws": "3"},
    **{"chances": "0_1_2_3_4_5_6_7_8_100", "others": "9_8_7_6_5_4_3_2_1_0", "information": "bits"},
    **{"eps": "0.5_-1", "epsdraw": "4", "epscode": "2", "gradients": "1", "logvar": "1.25", "rate": "0.003"},
    **{"likelihoodof": "letter", "likelihooddraw": "9"},
    **{"epoch": "12", "axis": "seconds", "curve": "kl", "sorted": "1"},
    **{"run": "my-vae", "against": "vae-2~ae-2", "recipe": "ae-2", "on": "mnist", "kind": "dae", "corrupt": "box"},
    **{"corruptby": "0.25", "beta": "0.5", "latentdim": "3", "epochs": "7", "encoder": "512_256", "decoder": "mirror"},
    **{"likelihood": "bernoulli", "activation": "elu", "head": "sigma", "reconstruction": "0.5", "batchsize": "64"},
    **{"learningrate": "0.001", "without": "38", "trainseed": "5", "as": "mine.2"},
}
BAD = {
    "z": ["1_2_nan_4", "1_2_inf_4", "1e3_2_3_4", "1e-333_2_3_4", "9999999999999999_2_3_4", "1__2", "0_" * 5000],
    "hide": ["83", "3x", "33"],
    "row": ["-1", "1e3", "1.5", "9" * 5000],
    "digit": ["10", "-1", "1.5", "seven"],
    "behind": ["nonsense", "Votes"],
    "view": ["0_0", "0_0_0", "0_0_0.0", "nan_0_1", "0.12345_0_1"],
    "drawn": ["AA A", "A" * 100_000],
    "level": ["1.5", "-0.1", "half", "1e-1"],
    "clip": ["true", "2"],
    "noise": ["4294967296", "-1", "1.5"],
    "box": ["0_0_65_1", "60_60_5_1", "1_1_0_3", "1_2_3", "1_2_3_4_5"],
    "times": ["0", "21", "1.5"],
    "stops": ["5", "1.2.3.4.5.6.7", "1..2", "a.b"],
    "corners": ["1.2.3", "1.2.3.4.5"],
    "t": ["1.01", "-0.5"],
    "classes": ["3", "3_8_1", "a_b"],
    "direction": ["0", "785"],
    "ends": ["1_2_3", "1_2_3_x"],
    "rung": ["-1", "kl", "0.12345"],
    "spot": ["0.5", "2_0"],
    "loss": ["ssss", "xssss"],
    "klweight": ["-1", "nan", "1e555", "1/2/3", "/784", "1" * 30],
    "picturesize": ["28_28", "0_28_1"],
    "gaussian": ["0_0", "0_0.00", "1", "10_1"],
    "against": ["a~", "a b", "~"],
    "corruptby": ["0", "1.5"],
    "encoder": ["1__2", "mirror", "12345", "_".join(["9"] * 17)],
    "epochs": ["0", "10001", "ten"],
    "learningrate": ["0", "2"],
    "without": ["83"],
    "as": ["Mine", "-a", "a-"],
    "chances": ["1_2", "1_2_3_4_5_6_7_8_9_1000"],
}
OPENED = """async (links) => {
  const opened = [];
  for (const link of links) {
    const { query, refused } = await openLink(new URLSearchParams(link))("state/parameters.js");
    opened.push([JSON.parse(JSON.stringify(query())), refused]);
  }
  return opened;
}"""


def opened(node: Node, links: list[dict[str, str]]) -> list[tuple[dict[str, str], list[dict[str, str]]]]:
    """What the link says once it is opened, and what was refused."""
    found: list[Any] = node.evaluate(OPENED, links)
    return [(query, refused) for query, refused in found]


def test_every_parameter_is_written_as_it_was_read(node: Node) -> None:
    keys = node.evaluate("async () => (await load('state/parameters.js')).KEYS")
    assert set(GOOD) == set(keys)
    assert not set(keys) & {*link.KEYS, *view.KEYS, *comparison.KEYS}
    assert opened(node, [GOOD, {}]) == [(GOOD, []), ({}, [])]


@pytest.mark.parametrize("key", BAD)
def test_what_makes_no_sense_is_left_out_and_named_with_the_rule(node: Node, key: str) -> None:
    for text, (kept, refused) in zip(BAD[key], opened(node, [{key: text} for text in BAD[key]]), strict=True):
        assert kept == {}
        ((one),) = refused
        assert (one["key"], one["text"]) == (key, text)
        assert one["rule"]


def test_five_hundred_malformed_links_open_on_what_can_be_shown(node: Node) -> None:
    rng = random.Random(4)
    broken = [rng.sample(list(GOOD), rng.randint(1, 4)) for _ in range(500)]
    links = [GOOD | {key: damaged(GOOD[key], rng, GOOD) for key in keys} for keys in broken]
    found = opened(node, links)
    for keys, (kept, refused) in zip(broken, found, strict=True):
        assert {one["key"] for one in refused} <= set(keys)
        assert kept.items() >= {key: text for key, text in GOOD.items() if key not in keys}.items()
    assert opened(node, [kept for kept, _ in found]) == [(kept, []) for kept, _ in found]
    assert 5 < sum(not refused for _, refused in found) < 250, "damage should break most links, but not all"
