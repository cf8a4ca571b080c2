"""The frame around every page: navigation, sidebar, notices."""

from __future__ import annotations

import streamlit as st

from ui import link, sidebar, state, store
from ui.routes import DEFAULT_PAGE, PAGES

NOTICE_SECONDS = 20
# Without an icon of its own the tab shows the page's, which the browser would fetch from Google.
TAB_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0B0E14"/>'
    '<path d="M7 11h18M7 21h18" stroke="#667085" stroke-width="2" stroke-linecap="round"/>'
    '<circle cx="12" cy="11" r="4" fill="#F0A63C"/><circle cx="21" cy="21" r="4" fill="#82AEFF"/></svg>'
)


def navigation() -> dict[str, list[st.Page]]:
    """The sections and their pages, in the order of the menu."""
    return {
        "Explore": [
            st.Page(
                PAGES / "desk.py",
                title="Latent desk",
                icon=":material/tune:",
                url_path=DEFAULT_PAGE,
                default=True,
                help="What does each latent coordinate do? Drag a slider: two models decode the same z.",
            ),
            st.Page(
                PAGES / "latent_map.py",
                title="Latent map",
                icon=":material/map:",
                url_path="latent_map",
                help="Where do the digits live? Point at a place between the codes: both models decode it.",
            ),
            st.Page(
                PAGES / "encodings.py",
                title="Encodings",
                icon=":material/scatter_plot:",
                url_path="encodings",
                help="Are the codes Gaussian? PCA, kernel PCA, t-SNE and histograms of two models' codes.",
            ),
        ],
        "Use": [
            st.Page(
                PAGES / "reconstruct.py",
                title="Reconstruct",
                icon=":material/compare:",
                url_path="reconstruct",
                help="What does a code keep? Draw a digit: every model gives back what its code kept of it.",
            ),
            st.Page(
                PAGES / "denoise.py",
                title="Denoise",
                icon=":material/blur_on:",
                url_path="denoise",
                help="What does a model refuse to learn? Add noise: every model gives back what it takes for a digit.",
            ),
        ],
        "Build": [
            st.Page(
                PAGES / "models.py",
                title="Models",
                icon=":material/model_training:",
                url_path="models",
                help="Which checkpoint, how good, against whom? Every model with its test metrics, its learning curves "
                "and its film, beside published numbers.",
            ),
        ],
    }


def show_notices() -> None:
    """One toast for all, which moves nothing and stays long enough to be read in a class."""
    if sentences := state.notices():
        st.toast("\n\n".join(sentences), icon=":material/info:", duration=NOTICE_SECONDS)


def show_empty() -> None:
    """Instead of any page where there is no model to show."""
    st.title("There is no trained model yet")
    st.markdown(
        f"Run `make checkpoints` in the folder of the app, or point `CHECKPOINTS_DIR` at a folder of checkpoints; "
        f"this page looks in {link.quote(str(store.checkpoint_root()))}. Then reload."
    )
    sidebar.show_problems()


# Before the navigation, or the browser asks for the icon of the page first.
st.set_page_config(layout="wide", page_icon=TAB_ICON)
page = st.navigation(navigation())
if store.models():
    state.start()
    sidebar.show()
    show_notices()
    page.run()
    sidebar.show_link(page.url_path)
else:
    show_empty()
