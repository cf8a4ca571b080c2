"""The frame around every page: navigation, sidebar, notices."""

from __future__ import annotations

import streamlit as st

from ui import store
from ui.choices import link, state
from ui.components.address import FRAME_STYLE, address
from ui.components.guide import guide
from ui.components.notices import notices
from ui.errors import NotHereError
from ui.frame import sidebar
from ui.http.pages import DEFAULT_PAGE, PAGES
from ui.jobs import pending
from ui.shelf import shelf

# Without an icon of its own the tab shows the page's, which the browser would fetch from Google.
SIGN = (
    '<rect width="32" height="32" rx="7" fill="#0B0E14"/>'
    '<path d="M7 11h18M7 21h18" stroke="#667085" stroke-width="2" stroke-linecap="round"/>'
    '<circle cx="12" cy="11" r="4" fill="#F0A63C"/><circle cx="21" cy="21" r="4" fill="#82AEFF"/>'
)
TAB_ICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{SIGN}</svg>'
NAME = "Latent spaces"
# A logo is a picture, and knows nothing of the theme.
NAME_COLOURS = {"light": "#1B2433", "dark": "#E6EAF1"}


def navigation() -> dict[str, list[st.Page]]:
    """The sections and their pages, in the order of the menu."""
    return {
        "Explore": [
            page_at(
                "desk",
                "Latent desk",
                ":material/tune:",
                "What does each latent coordinate do? Drag a slider: two models decode the same z.",
            ),
            page_at(
                "latent_map",
                "Latent map",
                ":material/map:",
                "Where do the digits live? Point at a place between the codes: both models decode it.",
            ),
            page_at(
                "encodings",
                "Encodings",
                ":material/scatter_plot:",
                "Are the codes Gaussian? PCA, kernel PCA, t-SNE and histograms of two models' codes.",
            ),
        ],
        "Use": [
            page_at(
                "reconstruct",
                "Reconstruct",
                ":material/compare:",
                "What does a code keep? Draw a digit: every model gives back what its code kept of it.",
            ),
            page_at(
                "denoise",
                "Denoise",
                ":material/blur_on:",
                "What does a model refuse to learn? Add noise: every model gives back what it takes for a digit.",
            ),
            page_at(
                "interpolate",
                "Interpolate",
                ":material/animation:",
                "What lies between two digits? Two models walk from one to the other, on five kinds of paths.",
            ),
        ],
        "Understand": [
            page_at(
                "objective",
                "Objective",
                ":material/function:",
                "What does the KL term buy? The objective of a VAE, term by term, on the models that ship.",
            ),
            page_at(
                "manifold",
                "Manifold",
                ":material/grid_on:",
                "Which directions stay among digits? Tangent planes, geodesics and neighbours of two models.",
            ),
        ],
        "Build": [
            page_at(
                "train",
                "Train",
                ":material/school:",
                "How does it learn? Start a training, watch every epoch of it, and use what comes out on every page.",
            ),
            page_at(
                "models",
                "Models",
                ":material/model_training:",
                "Which checkpoint, how good, against whom? Every model with its test metrics, its learning curves "
                "and its film, beside published numbers.",
            ),
        ],
    }


def page_at(name: str, title: str, icon: str, explanation: str) -> st.Page:
    """The page of `pages/<name>.py`, at /<name>; `DEFAULT_PAGE` is at /."""
    return st.Page(
        PAGES / f"{name}.py", title=title, icon=icon, url_path=name, default=name == DEFAULT_PAGE, help=explanation
    )


def show_name() -> None:
    """The app's name, above the navigation; in the header where the sidebar is folded away."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    fonts = "system-ui, Segoe UI, Roboto, Noto Sans, Helvetica Neue, Arial, sans-serif"
    st.logo(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="186" height="32" viewBox="0 0 186 32" role="img">'
        f'<title>{NAME}</title>{SIGN}<text x="43" y="23" font-family="{fonts}" font-size="20" font-weight="600" '
        f'textLength="140" lengthAdjust="spacingAndGlyphs" fill="{NAME_COLOURS[theme]}">{NAME}</text></svg>'
    )


def show_empty() -> None:
    """Instead of any page where there is no model to show."""
    st.html(FRAME_STYLE)
    st.title("There is no trained model yet")
    st.markdown(
        f"Run `make checkpoints` in the folder of the app, or point `CHECKPOINTS_DIR` at a folder of checkpoints; "
        f"this page looks in {link.quote(str(store.checkpoint_root()))}. Then reload."
    )
    sidebar.show_problems()


def show() -> None:
    """The page and what is around it; once more where a checkpoint has left meanwhile, as the next run says."""
    before = shelf()
    try:
        state.start(address(), page.url_path or DEFAULT_PAGE)
        sidebar.show()
        notices(state.notices())
        guide(page.url_path or DEFAULT_PAGE)
        with pending.watched():
            page.run()
        sidebar.show_link()
    except NotHereError:
        if shelf() is before:
            raise
        st.rerun()


# Before the navigation, or the browser asks for the icon of the page first.
st.set_page_config(layout="wide", page_icon=TAB_ICON)
page = st.navigation(navigation())
show_name()
if store.sets():
    show()
else:
    show_empty()
