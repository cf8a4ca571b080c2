import json
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import write_checkpoint
from vae_core import checkpoint
from vae_core.errors import CheckpointError

METRIC = {"value": 1.5, "unit": "dB", "protocol": "mean per image"}
EPOCH = {"epoch": 1, "loss": 2.0, "reconstruction": 2.0, "kl": 0.0, "seconds": 0.1, "images_per_second": 9.0}


def load(folder: Path, values: Any) -> dict[str, Any]:
    (folder / checkpoint.TRAINING_FILE).write_text(json.dumps(values))
    return checkpoint.load_training(folder)


@pytest.mark.parametrize(
    "values", [{}, {"test": {"psnr": METRIC, "mse": {**METRIC, "value": None}}, "history": [EPOCH]}, {"mine": [1]}]
)
def test_what_fits_is_taken_as_it_is(values: dict[str, Any], tmp_path: Path) -> None:
    assert load(write_checkpoint(tmp_path, "ae"), values) == values


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ([], "JSON object"),
        ({"digits": ["mnist"]}, "'digits'"),
        ({"seconds": "long"}, "'seconds'"),
        ({"seconds": True}, "'seconds'"),
        ({"test": 3}, "'test'"),
        ({"test": {"psnr": 3.2}}, "'test.psnr'"),
        ({"test": {"psnr": {"value": 3.2}}}, "'test.psnr'"),
        ({"test": {"psnr": {**METRIC, "value": "3"}}}, "'test.psnr.value'"),
        ({"test": {"psnr": {**METRIC, "value": float("nan")}}}, "'test.psnr.value'"),
        ({"test": {"psnr": {**METRIC, "unit": None}}}, "'test.psnr'"),
        ({"history": 5}, "'history'"),
        ({"history": [3]}, "'history[0]'"),
        ({"history": [EPOCH, {**EPOCH, "loss": None}]}, "'history[1].loss'"),
        ({"history": [{key: value for key, value in EPOCH.items() if key != "kl"}]}, "'history[0].kl'"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values: Any, field: str, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, "ae")
    with pytest.raises(CheckpointError) as refusal:
        load(folder, values)
    assert "training.json" in str(refusal.value)
    assert field in str(refusal.value)
