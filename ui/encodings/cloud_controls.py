"""The row of widgets over the Encodings page. They keep nothing: what they hold lives in `ui.choices.state`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from ui.choices import view
from ui.choices.view import KERNEL_PARAMETERS, Cloud, CodesKind
from vae_core.spaces.projection import KERNELS, LIMITS, Kernel, Method

METHOD_LABELS: dict[Method, str] = {"pca": "PCA", "kernel-pca": "Kernel PCA", "t-sne": "t-SNE", "raw": "Raw codes"}
CODES_LABELS: dict[CodesKind, str] = {"sample": "Samples", "mean": "Means"}
KERNEL_LABELS: dict[Kernel, str] = {
    "linear": "Linear",
    "poly": "Polynomial",
    "rbf": "RBF",
    "sigmoid": "Sigmoid",
    "cosine": "Cosine",
}
HELP = {
    "codes": "Of a VAE: one sample of q(z|x) a digit, which its decoder was trained on, or its mean.",
    "gamma": "Width of the kernel, in units of 1 / (D Var(codes)).",
    "degree": "Of the polynomial.",
    "coef0": "Added to gamma times the inner product.",
    "perplexity": "About how many neighbours each digit keeps. Below the number of digits.",
}
STEPS = {"gamma": 0.1, "degree": 1, "coef0": 0.5, "perplexity": 5.0}


def cloud_controls(cloud: Cloud, size: int, codes: Collection[int]) -> None:
    """The widgets, in one row where there is room.

    Args:
        cloud: as `ui.choices.state.cloud` has it.
        size: of the set of digits.
        codes: how many each of the two models has: raw codes can be drawn where they are as many as the axes.
    """
    axes = cloud.config.components
    labels = METHOD_LABELS if axes in codes else METHOD_LABELS | {"raw": f"Raw codes (only of {axes})"}
    with st.container(horizontal=True, vertical_alignment="center", key="cloud-controls"):
        _segments("Projection", view.METHOD, labels, cloud.config.method)
        _segments("Axes", view.AXES, {2: "2D", 3: "3D"}, axes)
        st.selectbox(
            "Digits",
            view.counts(size),
            index=view.counts(size).index(cloud.count),
            format_func=lambda count: f"{min(count, size):,} digits",
            key=view.COUNT,
            width=150,
            label_visibility="collapsed",
            persist_state="session",
        )
        # In a popover: what moves the plots down when it comes would move them up again when it goes.
        with st.popover(_summary(cloud), key="cloud-parameters"):
            _parameters(cloud)


def _parameters(cloud: Cloud) -> None:
    _segments("Codes of a VAE", view.CODES, CODES_LABELS, cloud.codes, HELP["codes"])
    if cloud.config.method == "t-sne":
        _number("perplexity", cloud)
    if cloud.config.method != "kernel-pca":
        return
    st.selectbox(
        "Kernel",
        KERNELS,
        index=KERNELS.index(cloud.config.kernel),
        format_func=KERNEL_LABELS.__getitem__,
        key=view.KERNEL,
        persist_state="session",
    )
    for name in KERNEL_PARAMETERS[cloud.config.kernel]:
        _number(name, cloud)


def _segments(title: str, key: str, labels: Mapping[Any, str], chosen: object, explanation: str | None = None) -> None:
    st.segmented_control(
        title,
        list(labels),
        default=chosen,
        format_func=labels.__getitem__,
        key=key,
        required=True,
        help=explanation,
        # Where there is room for an explanation there is room for the title.
        label_visibility="visible" if explanation else "collapsed",
        persist_state="session",
    )


def _number(name: str, cloud: Cloud) -> None:
    low, high = LIMITS[name]
    st.number_input(
        name.capitalize(),
        value=view.get(cloud, name),
        min_value=low,
        max_value=high,
        step=STEPS[name],
        format="%d" if isinstance(low, int) else "%g",
        key=name,
        help=HELP[name],
        persist_state="session",
    )


def _summary(cloud: Cloud) -> str:
    """What matters most, in few words, for the row is short: "RBF · gamma 1", "Perplexity 30 · means"."""
    config, words = cloud.config, []
    if config.method == "t-sne":
        words = [f"Perplexity {config.perplexity:g}"]
    elif config.method == "kernel-pca":
        words = [KERNEL_LABELS[config.kernel]]
        words += [f"{name} {getattr(config, name):g}" for name in KERNEL_PARAMETERS[config.kernel][:1]]
    if not words:
        return CODES_LABELS[cloud.codes]
    if cloud.codes != Cloud.codes:
        words.append(CODES_LABELS[cloud.codes].lower())
    return " · ".join(words)
