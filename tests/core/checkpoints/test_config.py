import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.checkpoints.test_models import configs
from vae_core.config import CorruptionConfig, ModelConfig, TrainingConfig
from vae_core.errors import ConfigError

CORRUPTIONS = st.builds(
    CorruptionConfig,
    kind=st.sampled_from(["gaussian", "masking", "salt_and_pepper", "box"]),
    level=st.floats(0, 1, exclude_min=True),
)
TRAININGS = st.builds(
    TrainingConfig,
    epochs=st.integers(1, 10_000),
    batch_size=st.integers(1, 60_000),
    learning_rate=st.floats(0, 1, exclude_min=True),
    beta=st.floats(0, 100),
    reconstruction_weight=st.floats(0, 100),
    corruption=st.none() | CORRUPTIONS,
    seed=st.integers(0, 2**32 - 1),
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MODEL = ModelConfig(kind="vae", latent_dim=30, encoder=(250,), decoder=(320,), scale="logvar").to_json()
TRAINING = TrainingConfig(corruption=CorruptionConfig(kind="gaussian", level=0.5)).to_json()


@given(configs() | TRAININGS)
def test_json_round_trip(config: ModelConfig | TrainingConfig) -> None:
    plain = json.loads(json.dumps(config.to_json(), allow_nan=False))
    assert plain == config.to_json()
    restored = type(config).from_json(plain)
    assert restored == config
    assert hash(restored) == hash(config)


def test_defaults_may_be_left_out() -> None:
    assert ModelConfig.from_json({"kind": "ae", "latent_dim": 2}) == ModelConfig(kind="ae", latent_dim=2)
    assert TrainingConfig.from_json({}) == TrainingConfig()


def test_version_1_is_of_digits_and_names_no_shape_and_version_2_is_of_any_picture() -> None:
    assert "shape" not in MODEL
    assert MODEL["format_version"] == 1
    colour = dataclasses.replace(ModelConfig(kind="ae", latent_dim=2), shape=(3, 32, 32)).to_json()
    assert (colour["format_version"], colour["shape"]) == (2, [3, 32, 32])
    with pytest.raises(ConfigError, match=r"format_version is 1; .* of dense nets for 1 x 28 x 28 pictures"):
        ModelConfig.from_json({**colour, "format_version": 1})


def test_whole_numbers_serve_as_floats() -> None:
    config = TrainingConfig.from_json({"beta": 4})
    assert config.beta == 4.0
    assert isinstance(config.beta, float)


def each(faults: dict[str, list[Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("field", "value"), [(field, value) for field, values in faults.items() for value in values]
    )


@each(
    {
        "kind": ["gan", None, ["ae"]],
        "latent_dim": [0, 785, 2.0, True, "2"],
        "encoder": [250, [250, 0], [250, "320"], [1] * 17],
        "decoder": [[10**9], None],
        "scale": [None, "variance"],
        "likelihood": ["poisson"],
        "activation": ["relu6"],
        "output": ["tanh"],
        "shape": [[1, 28], [2, 28, 28], [1, 7, 28], [3, 28, 65], "28 x 28"],
        "format_version": [3, "1"],
    }
)
def test_a_fault_in_a_model_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=rf"ModelConfig\.{field}\b"):
        ModelConfig.from_json({**MODEL, field: value})


@each(
    {
        "epochs": [0, 10_001, 1.5],
        "batch_size": [0],
        "learning_rate": [0, 1.1, float("nan"), 10**400],
        "beta": [-0.1, float("inf"), "1"],
        "reconstruction_weight": [-1],
        "seed": [-1, 2**32, None],
    }
)
def test_a_fault_in_a_training_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=rf"TrainingConfig\.{field}\b"):
        TrainingConfig.from_json({**TRAINING, field: value})


@each({"kind": ["blur"], "level": [0, 1.01, "half", None, 10**400]})
def test_a_fault_in_a_corruption_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=rf"CorruptionConfig\.{field}\b"):
        TrainingConfig.from_json({**TRAINING, "corruption": {**TRAINING["corruption"], field: value}})


@pytest.mark.parametrize("values", [None, [], "vae", 3, [MODEL]])
def test_a_config_that_is_no_object_is_refused(values: Any) -> None:
    with pytest.raises(ConfigError, match="ModelConfig must be a JSON object"):
        ModelConfig.from_json(values)


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(ConfigError, match="ModelConfig lacks the field 'latent_dim'"):
        ModelConfig.from_json({"kind": "ae"})
    with pytest.raises(ConfigError, match="ModelConfig has an unknown field 'depth'"):
        ModelConfig.from_json({**MODEL, "depth": 3})
    with pytest.raises(ConfigError, match="CorruptionConfig lacks the field 'level'"):
        TrainingConfig.from_json({"corruption": {"kind": "gaussian"}})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "ae"}, "scale"),
        ({"scale": None}, "scale"),
        ({"likelihood": "bernoulli", "output": "linear"}, "output"),
    ],
)
def test_fields_that_do_not_go_together_are_refused_in_python_too(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError, match=rf"ModelConfig\.{field}\b"):
        dataclasses.replace(ModelConfig.from_json(MODEL), **changes)


@given(st.sampled_from([ModelConfig, TrainingConfig, CorruptionConfig]), st.data())
def test_whatever_the_json_only_a_config_error_comes_out(cls: type[ModelConfig], data: st.DataObject) -> None:
    names = [field.name for field in dataclasses.fields(cls)]
    keys = data.draw(st.lists(st.sampled_from(names), unique=True))
    values = {**(MODEL if cls is ModelConfig else {}), **{key: data.draw(JSON_VALUES) for key in keys}}
    try:
        config = cls.from_json(values)
    except ConfigError as error:
        assert cls.__name__ in str(error) or "CorruptionConfig" in str(error)  # noqa: PT017
    else:
        assert cls.from_json(config.to_json()) == config


def test_configs_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ModelConfig.from_json(MODEL).latent_dim = 3  # type: ignore[misc]
