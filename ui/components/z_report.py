"""What a live component reports of the codes of both models."""

from __future__ import annotations

import math
from typing import Any

Z = list[float]


def parse_report(report: Any) -> tuple[Z, Z | None] | None:
    """The codes that a component reports, and anyone may send; None where they are no lists of finite numbers.

    Args:
        report: {"left": [..], "right": [..] | null}; `right` is null where it equals `left`.
    """
    if not isinstance(report, dict):
        return None
    left, right = _numbers(report.get("left")), _numbers(report.get("right"))
    if left is None or (right is None and report.get("right") is not None):
        return None
    return left, right


def _numbers(values: Any) -> Z | None:
    if not isinstance(values, list):
        return None
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in values):
        return None
    return [float(value) for value in values]
