from __future__ import annotations

import pytest
import streamlit as st

from ui.components.reported import reported


def test_a_trigger_of_a_component_that_has_left_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"desk": {"z": {"left": [1.0], "right": None}}})
    assert reported("desk", "z") == {"left": [1.0], "right": None}
    assert reported("desk", "other") is None
    assert reported("latent_map", "z") is None
