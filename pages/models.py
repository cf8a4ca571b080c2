"""Which checkpoint, how good, against whom?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import store
from ui.choices import link, state
from ui.components.chart import chart
from ui.components.films import films
from ui.components.imports import imports
from ui.figures.health import activities
from ui.figures.latent import learning_curves
from ui.figures.palette import SUBJECTS
from ui.frame.glossary import gloss, gloss_rows
from ui.frame.why import why
from ui.reports import catalogue, health_report

# Of the tables' font, in pixels. A column that measures itself looks at few rows, and cuts the numbers of the others.
CHARACTER, PADDING = 7.2, 18


def text(label: str, explanation: str = "", widest: str = "") -> Any:
    """A column that is wide enough for its label, and for the widest text in it."""
    return st.column_config.TextColumn(label, help=explanation or None, width=width(label, widest))


def number(label: str, explanation: str = "", digits: int = 2, widest: str = "1000.00") -> Any:
    """A column of numbers with its unit and protocol in the tooltip."""
    column_width = width(label, widest if digits else widest.partition(".")[0])
    return st.column_config.NumberColumn(label, help=explanation, format=f"%.{digits}f", width=column_width)


def width(label: str, widest: str) -> int:
    """In pixels."""
    return round(CHARACTER * max(len(label), len(widest)) + PADDING)


names = list(store.models())
NAME = st.column_config.TextColumn("checkpoint", pinned=True, width=width("checkpoint", max(names, key=len)))
COLUMNS = {
    "name": NAME,
    "kind": text("kind"),
    "codes": number("codes", "latent_dim", 0, widest=""),
    "squared_error": number(
        "sq. error",
        "Squared error, summed over pixels, per image, decoded pictures in [0, 1]. AE: decoded from its code; VAE: "
        "from one sample of z.",
    ),
    "bce": number("BCE", "Cross-entropy with grey pixels, nats per image. Its floor on MNIST is 45.5, not 0."),
    "kl": number("KL", "KL(q(z|x) || N(0, I)), nats per image."),
    "squared_error_plus_kl": number(
        "sq. + KL",
        "Squared error + KL, nats per image, one sample of z, beta 1. Minus the ELBO of Gaussian pixels with variance "
        "1/2, less 448.7.",
    ),
    "bce_plus_kl": number("BCE + KL", "Nats per image, grey pixels, one sample of z, beta 1."),
    "psnr": number("PSNR", "dB, mean per image; a VAE is decoded at mu.", widest="10.00"),
    "denoised_psnr": number("denoised", "PSNR in dB, mean per image, on the corruption it was trained against."),
    "active": number(
        "active",
        "Coordinates with over 1 % of their variance from the digits (after Burda et al., 2015).",
        0,
        widest="",
    ),
}
FAULTS = {
    "faults": text(
        "check-up",
        "The known faults that it shows on the chosen pictures, or where it takes others on those.",
        widest="other pictures",
    )
}
MAKING_COLUMNS = {
    "name": NAME,
    "digits": text("digits", "Trained on its training digits, tested on its test digits."),
    "likelihood": text("likelihood"),
    "layers": text("layers", "Widths, from image to image.", widest="784-512-256-128-256-512-784"),
    "parameters": st.column_config.NumberColumn("parameters", format="localized", width=110),
    "epochs": number("epochs", "Of training.", 0),
    "seconds": number("seconds", "Of training, on the CPU that trained it.", 0, widest="100000"),
}
PEER_COLUMNS = {
    "checkpoint": "checkpoint",
    "protocol": "measured on MNIST's 10,000 test digits",
    "ours": "here",
    "theirs": "theirs",
    "what": "who",
}
ALL_CHECKED = "models.all-checked"
# A pair without test metrics explains none of them before the table does.
PEER_TERMS = ("squared-error", "kl", "nat", "psnr", "epoch", "z", "sigma", "pca", "bce", "dae", "code")


def check_up_all() -> None:
    """From now on, in this session: of many models it takes a while, in which pages have less of the machine."""
    st.session_state[ALL_CHECKED] = True


def table(rows: list[dict[str, Any]], columns: dict[str, Any], key: str) -> None:
    """Some columns of all checkpoints."""
    shown = [{column: row[column] for column in columns} for row in rows]
    st.dataframe(shown, column_config=columns, hide_index=True, placeholder="–", height="content", key=key)


st.title("Which [checkpoint](#term-checkpoint), how good, against whom?")

choice = state.choice()
imports(choice, state.show_new)
pair = [choice.left, choice.right]
histories = [catalogue.history(name) for name in pair]
comparable = store.entry(choice.left).config.likelihood == store.entry(choice.right).config.likelihood
top = max((entry["loss"] for history in histories for entry in history), default=None) if comparable else None

films(choice.left, choice.right, choice.digits, choice.seed)

for side, column, name, history in zip(("left", "right"), st.columns(2, gap="large"), pair, histories, strict=True):
    with column, st.container(key=f"model-{side}"):
        shelved = store.entry(name)
        role = shelved.role
        st.subheader(f":{SUBJECTS[role].markdown}[{gloss(shelved.kind, role)}] {link.plain(name)}")
        if history:
            figure = learning_curves(history, SUBJECTS[role].light, top)
            chart(figure, key=f"curves-{side}")
        else:
            st.caption("There is no history of its training.")
        st.caption(gloss(f"{catalogue.headline(name)}.", "squared-error", "bce", "kl", "nat", "psnr"))

st.subheader("Check-up")
for side, column, name in zip(("left", "right"), st.columns(2, gap="large"), pair, strict=True):
    with column, st.container(key=f"check-up-{side}"):
        found = health_report.health.ask(name, choice.digits)
        line = health_report.headline(name, found)
        st.caption(gloss(line, "squared-error", "kl", "nat", "code", "active", "beta"))
        checked, colour = found.health if found else None, SUBJECTS[store.role(name)].light
        chart(activities(checked, store.models()[name].latent_dim, colour), key=f"activities-{side}")
        for finding in checked.findings if checked else ():
            st.markdown(gloss(f"**{finding.words}** {finding.advice}", "posterior", "sigma", "beta"))
        if checked and not checked.findings:
            st.caption("None of the known faults shows.")
st.caption(gloss(health_report.protocol(choice.digits), "posterior", "sigma", "beta"))

rows = catalogue.model_rows()
st.subheader("All checkpoints, on test digits")
if st.session_state.get(ALL_CHECKED):
    faults = health_report.faults(choice.digits, pair)
    rows = [row | {"faults": faults[row["name"]]} for row in rows]
    table(rows, {"name": NAME, **FAULTS, **COLUMNS}, "models-table")
else:
    table(rows, COLUMNS, "models-table")
    st.button("Check up all of them", on_click=check_up_all, key="check-up-all")
st.caption(gloss(catalogue.what_the_sum_takes(pair), "squared-error", "kl", "nat", "elbo"))

peers = catalogue.peer_rows()
if peers:
    ahead = sum(row["closer"] == "ours" for row in peers)
    st.subheader("Against whom")
    st.caption(f"{ahead} of {len(peers)} numbers here are the better ones.")
    compared = [{label: row[key] for key, label in PEER_COLUMNS.items()} for row in peers]
    st.table(gloss_rows(compared, *PEER_TERMS), hide_index=True)

st.subheader("How they are made")
table(rows, MAKING_COLUMNS, "making-table")

why(
    r"""
Every model is measured on digits that it has not seen in training: how far its picture is from the original, and for a
VAE also how many nats its codes tell of each picture. A VAE is trained to make the sum of the two small.

A VAE minimises, in nats per image, $-\ln p(x|z) + \mathrm{KL}(q(z|x)\,\|\,N(0, I))$ (Kingma & Welling, 2013,
equation 3), on average over samples of $z$ from $q(z|x)$; an AE has only the first term. With the Bernoulli likelihood
it is the cross-entropy of the grey pixels, which cannot fall below their own entropy. With the Gaussian likelihood it
is the squared error $\sum_i (\hat x_i - x_i)^2$, if every pixel has the variance $1/2$ and the constant
$392 \ln \pi = 448.7$ nats is left out: squared error + KL is $-\mathrm{ELBO} - 392 \ln \pi$. That variance is
not measured but taken. The one that makes the ELBO largest is that of the errors themselves, the mean squared error per
pixel; with it the same errors would weigh more against the same KL.

Sums of one likelihood are never compared with those of the other, and none is set beside log-likelihoods of binarised
digits. Pictures are compared as they are seen: decoded ones as `decode` returns them, in [0, 1], and a noisy digit
clipped to that.

The check-up asks of the trained net alone what is wrong with it. Where a VAE's loss is least, a slightly larger
$\sigma$ costs in the error what it saves in the KL, times beta: so the codes say which beta they were trained with, and
where small $\sigma$, large ones and $\mu$ each speak for another, the second head is something else than it was taken
for. Other scales of the pixels, and black on white, are tried with the same weights; a model that draws no better than
the mean picture was trained on other pictures.

Computed by `vae_core.metrics.evaluate` and `vae_core.metrics.health`; `python -m vae_core evaluate CHECKPOINT` prints
them again.
""",
    label="Why these numbers",
)
