"""The ASGI app: `streamlit run app.py`, or `uvicorn app:app` in this folder."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

# Beside other processes, such as a t-SNE, threads wait for each other: kernel PCA and neighbours take 3 to 10 times as
# long. Libraries read these when they are loaded.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import anyio
import streamlit as st
import torch
from starlette.middleware import Middleware
from threadpoolctl import threadpool_limits

from ui import store
from ui.choices import digit_sets, state
from ui.http import payload, routes
from ui.http.middleware import KeepImmutable, Preload
from ui.imports import manager as imports
from ui.training import settings
from ui.training.manager import manager
from vae_core.errors import ConfigError
from vae_core.spaces import manifold

# Of a BLAS that was loaded before this file; asked from another thread than the main one, it does nothing.
threadpool_limits(1, user_api="blas")

log = logging.getLogger("explorer")


def configure_log() -> None:
    """Neither Streamlit nor uvicorn shows what other loggers say at the level INFO."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def warm() -> None:
    """Loads what the first visitor needs, and says what took how long."""
    torch.set_num_threads(1)
    _timed("models", lambda: list(store.models()))
    _timed("digits", lambda: [payload.tray(name) for name in digit_sets.names()])
    if models := store.models():
        _timed("encodings", lambda: [payload.encodings(name, "uci") for name in state.default_pair(models)])
    _timed("figures", lambda: [importlib.import_module("plotly.graph_objects")])
    for name, problem in store.problems().items():
        log.warning("checkpoint %s cannot be used: %s", name, problem)
    if reason := digit_sets.mnist_problem():
        log.info("no MNIST: %s", reason)
    _settle()


def warm_up_jacobians() -> None:
    """The first Jacobian of a process takes a second longer than all others; no first page shows one."""
    _timed("jacobians", lambda: [manifold.jacobian(torch.square, torch.zeros(1, 1))])
    _settle()


def take_up_trainings() -> None:
    """What waits and what runs are as they were before the app was started anew."""
    if settings.is_off():
        return
    try:
        manager().recover()
        imports.manager().recover()
    except ConfigError as error:
        log.error("no training can start: %s", error)


def _settle() -> None:
    """What is imported by now stays: later collections need not walk it."""
    gc.collect()
    gc.freeze()


def _timed(what: str, load: Callable[[], list[Any]]) -> None:
    started = time.perf_counter()
    try:
        count = len(load())
    except Exception:
        # Whoever asks for it is told what is wrong with it; all others are served.
        log.exception("%s could not be made ready", what)
        return
    log.info("%-9s %2d in %.2f s", what, count, time.perf_counter() - started)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """What a first page shows is warm before the server takes the first request."""
    await anyio.to_thread.run_sync(warm)
    # No daemon: a process that took torch from a running thread would abort.
    threading.Thread(target=warm_up_jacobians, name="jacobians").start()
    threading.Thread(target=take_up_trainings, name="trainings").start()
    yield {}


configure_log()
app = st.App(
    store.ROOT / "ui" / "main.py",
    routes=routes.below(st.get_option("server.baseUrlPath")),
    lifespan=lifespan,
    middleware=[Middleware(Preload), Middleware(KeepImmutable)],
)
