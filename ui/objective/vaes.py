"""What a block shows in place of itself where neither model of the pair is a VAE."""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.choices import state

USUAL = "vae-30"


def offer_vae(digits: str, block: str) -> None:
    """One sentence, and a button that takes a VAE as the model on the right, where one takes the pictures of the set.

    Args:
        digits: the set.
        block: which one; no two on a page have the same.
    """
    takers = [name for name, config in store.whole_models(digits).items() if config.kind == "vae"]
    if not takers:
        st.write("This takes a VAE, and there is none for these pictures.")
        return
    name = USUAL if USUAL in takers else takers[0]
    st.write("This takes a VAE, for only its code of a picture has a spread; neither model on screen is one.")
    st.button(f"Show {name} on the right", key=f"{block}.vae", on_click=state.show_vae, args=(name,))
