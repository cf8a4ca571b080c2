import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.training.runs import PLAN
from vae_core.config import CorruptionConfig, ModelConfig, TrainingConfig
from vae_core.errors import ConfigError, TrainingError
from vae_core.recipes import RECIPES
from vae_core.training import folder
from vae_core.training.plan import NAME, Plan, check_leave_out

WIDTHS = st.lists(st.integers(1, 600), max_size=3).map(tuple)
MODELS = st.builds(
    ModelConfig,
    kind=st.just("ae"),
    latent_dim=st.integers(1, 784),
    encoder=WIDTHS,
    decoder=WIDTHS,
    likelihood=st.sampled_from(("bernoulli", "gaussian")),
    activation=st.sampled_from(("relu", "tanh", "elu", "softplus")),
    shape=st.sampled_from(((1, 28, 28), (3, 32, 40))),
) | st.builds(
    ModelConfig,
    kind=st.just("vae"),
    latent_dim=st.integers(1, 784),
    scale=st.sampled_from(("logvar", "sigma")),
)
TRAININGS = st.builds(
    TrainingConfig,
    epochs=st.integers(1, 10_000),
    batch_size=st.integers(1, 60_000),
    learning_rate=st.floats(1e-9, 1),
    beta=st.floats(0, 1e6),
    corruption=st.none()
    | st.builds(
        CorruptionConfig,
        kind=st.sampled_from(("gaussian", "masking", "salt_and_pepper", "box")),
        level=st.floats(1e-6, 1),
    ),
    seed=st.integers(0, 2**32 - 1),
)
PLANS = st.builds(
    Plan,
    name=st.from_regex(NAME, fullmatch=True),
    recipe=st.sampled_from(("", *RECIPES)),
    digits=st.sampled_from(("uci", "mnist", "my set", "Größe.2")),
    leave_out=st.sets(st.integers(0, 9), max_size=9).map(lambda classes: tuple(sorted(classes))),
    model=MODELS,
    training=TRAININGS,
)


@given(PLANS)
def test_a_plan_goes_to_json_and_back_unchanged(plan: Plan) -> None:
    assert Plan.from_json(json.loads(json.dumps(plan.to_json(), allow_nan=False))) == plan


def test_a_plan_goes_to_its_folder_and_back_and_has_the_name_of_the_folder(tmp_path: Path) -> None:
    folder.create(tmp_path / "run", PLAN)
    assert folder.read_plan(tmp_path / "run") == PLAN
    (tmp_path / "run").rename(tmp_path / "other")
    assert folder.read_plan(tmp_path / "other") == replace(PLAN, name="other")
    with pytest.raises(FileExistsError):
        folder.create(tmp_path / "other", PLAN)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{", "run.json: "), (b"[]", "must be a JSON object"), (b'{"name": "run"}', "lacks"), (b"\xff", "run.json: ")],
)
def test_a_plan_that_is_none_is_refused(content: bytes, said: str, run: Path) -> None:
    (run / folder.PLAN).write_bytes(content)
    with pytest.raises(TrainingError, match=said):
        folder.read_plan(run)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        *(({"name": name}, r"Plan\.name is") for name in ("", "A", ".a", "a.", "a/b", "a b", "a" * 61, "a\n")),
        *(({"digits": name}, r"Plan\.digits is") for name in ("", "..", "../uci", "a\\b", "a\0")),
        *(({"leave_out": classes}, r"Plan\.leave_out is") for classes in ((10,), (-1,), (3, 3), (7, 3))),
        ({"leave_out": tuple(range(10))}, "leaves no class"),
    ],
)
def test_what_no_plan_may_say_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        replace(PLAN, **changes)
    assert check_leave_out((0, 9)) is None
