"""How does it learn?"""

from __future__ import annotations

import streamlit as st

from ui.choices import state
from ui.components.train import train

choice = state.choice()

st.title("How does it learn?")
train(choice.digits)
