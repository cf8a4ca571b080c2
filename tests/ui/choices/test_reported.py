import pytest
import streamlit as st

from ui.components.reported import reported


def test_a_trigger_of_a_component_that_has_left_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"denoise": {"corruption": "box"}})
    assert reported("denoise", "corruption") == "box"
    assert reported("denoise", "other") is None
    assert reported("desk", "corruption") is None
