"""What short trainings tell, and a browser's network that says it as a server would, a bit at a time."""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

from vae_core.config import ModelConfig, TrainingConfig
from vae_core.training import events, folder, process
from vae_core.training.plan import Plan

Event = dict[str, Any]

VAE_2 = ModelConfig(kind="vae", latent_dim=2, encoder=(48,), decoder=(48,), scale="logvar", likelihood="bernoulli")
MODELS = {
    "vae-two": VAE_2,
    "vae-thirty": replace(VAE_2, latent_dim=30),
    "ae-two": replace(VAE_2, kind="ae", scale=None),
    "ae-thirty": replace(VAE_2, kind="ae", scale=None, latent_dim=30, likelihood="gaussian"),
}


@functools.cache
def record(name: str, epochs: int = 5) -> tuple[Event, ...]:
    """The events of a training of one of `MODELS` on UCI digits, from "asked" to "done"."""
    training = TrainingConfig(epochs=epochs, batch_size=100, learning_rate=1e-2, seed=1)
    plan = Plan(name=name, digits="uci", model=MODELS[name], training=training)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        folder.create(path, plan)
        events.append(path, "asked")
        process.train(path, process.Machine())
        return tuple(events.parsed(events.read(path)[0]))


def epochs_of(told: Sequence[Event]) -> list[Event]:
    return [event for event in told if event["event"] == "epoch"]


class Network:
    """Answers what the page asks of runs.

    Attributes:
        told: of each run what it has told so far.
        states: of each run.
        asked: what was asked to be done, such as "vae-two/pause".
        is_down: whether nothing is answered.
        problem: in place of doing what is asked; empty for none.
        about: of each run what else the list says of it.
    """

    def __init__(self, page: Page) -> None:
        self.told: dict[str, list[Event]] = {}
        self.states: dict[str, str] = {}
        self.asked: list[str] = []
        self.is_down = False
        self.problem = ""
        self.about: dict[str, dict[str, Any]] = {}
        page.route("**/runs", self._guarded(self._list))
        page.route("**/runs/*/*", self._guarded(self._act))
        # Of routes that fit, the last is asked.
        page.route("**/runs/*/events.ndjson*", self._guarded(self._events))

    def tell(self, name: str, told: Sequence[Event], state: str = "running", **about: Any) -> None:
        """More of a run."""
        self.told.setdefault(name, []).extend(told)
        self.states[name] = state
        self.about.setdefault(name, {}).update(about)

    def runs(self) -> dict[str, Any]:
        """The list of runs, see ui/web/train/server.js."""
        limits = {"epochs": 500, "parameters": 20_000_000, "kept": 50, "megabytes": 2000}
        found = [self._summary(name) for name in self.states]
        return {"training": True, "why": "", "limits": limits, "flops": 1e9, "runs": found}

    def _summary(self, name: str) -> dict[str, Any]:
        told = self.told.get(name, [])
        model = MODELS[name]
        return {
            "name": name,
            "state": self.states[name],
            "ships": False,
            "role": model.kind,
            "label": f"{model.kind.upper()}, {model.latent_dim} codes",
            "digits": "uci",
            "epoch": len(epochs_of(told)),
            "epochs": 5,
            "position": None,
            "seconds_left": None,
            "words": "",
            "asked": 1.0,
            "bytes": 1000,
            **self.about.get(name, {}),
        }

    def _guarded(self, answer: Callable[[Route], None]) -> Callable[[Route], None]:
        return lambda route: route.abort() if self.is_down else answer(route)

    def _list(self, route: Route) -> None:
        route.fulfill(json=self.runs())

    def _events(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        name, start = address.path.split("/")[-2], int(parse_qs(address.query)["from"][0])
        told = self.told.get(name, [])
        lines = "".join(json.dumps(event) + "\n" for event in told[start:])
        headers = {"Run-Next": str(len(told)), "Run-State": self.states[name]}
        route.fulfill(body=lines, headers=headers, content_type="application/x-ndjson")

    def _act(self, route: Route) -> None:
        name, action = urlsplit(route.request.url).path.split("/")[-2:]
        self.asked.append(f"{name}/{action}")
        if self.problem:
            return route.fulfill(json={"problem": self.problem})
        self.states[name] = {"pause": "paused", "resume": "running", "stop": "stopped"}[action]
        return route.fulfill(json={"name": name})
