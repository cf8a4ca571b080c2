"""The page Train as a visitor has it, and a server that has the runs which a test wants."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, Route

from tests.web.shown import Shown

LIMITS = {"epochs": 500, "parameters": 20_000_000, "kept": 50, "megabytes": 2000}
# Of this speed a first training takes nine seconds.
FLOPS = 2.3e10


def summary(name: str, state: str = "done", **more: Any) -> dict[str, Any]:
    """As `GET /runs` tells of a run."""
    usual = {
        **{"name": name, "state": state, "ships": False, "role": "vae", "label": "VAE, 2 codes", "digits": "uci"},
        **{"epoch": 50, "epochs": 50, "position": None, "seconds_left": None, "words": "", "asked": 1.7e9},
    }
    return {**usual, "bytes": 1_900_000, **more}


SHIPPED = [
    summary("vae-2", ships=True, digits="mnist", asked=0),
    summary("ae-30", ships=True, role="ae", label="AE, 30 codes", digits="mnist", asked=0),
]


class Server:
    """Answers for ui/http/runs.py.

    Attributes:
        own: the runs beside those that ship.
        asked: what the page wanted done: ("pause", "name", body).
        problem: why the next thing that is wanted cannot be had.
    """

    def __init__(self, *own: dict[str, Any], **about: Any) -> None:
        self.own = list(own)
        self.about = about
        self.asked: list[tuple[str, str, Any]] = []
        self.problem = ""
        self.looks = 0

    def serve(self, page: Page) -> None:
        page.route(re.compile(r"/runs$"), self._runs)
        page.route(re.compile(r"/runs/[^/]+/events"), self._events)
        page.route(re.compile(r"/runs/[^/]+/[a-z]+$"), self._act)
        page.route(re.compile(r"/checkpoints$"), self._import)

    def _runs(self, route: Route) -> None:
        if route.request.method == "POST":
            plan = json.loads(route.request.post_data or "")
            self.asked.append(("start", plan["name"], plan))
            if self._refuses(route):
                return
            self.own.insert(0, summary(plan["name"], "running", epoch=0, epochs=plan["training"]["epochs"]))
            route.fulfill(json={"name": plan["name"]})
            return
        self.looks += 1
        usual = {"training": True, "why": "", "limits": LIMITS, "flops": FLOPS}
        route.fulfill(json={**usual, **self.about, "runs": [*self.own, *SHIPPED]})

    def _events(self, route: Route) -> None:
        route.fulfill(body="", headers={"Run-Next": "0", "Run-State": "done"})

    def _act(self, route: Route) -> None:
        *_, name, action = route.request.url.split("/")
        body = json.loads(route.request.post_data or "{}")
        self.asked.append((action, name, body))
        assert route.request.headers["latent-spaces"] == "1"
        if self._refuses(route):
            return
        run = next((one for one in self.own if one["name"] == name), None)
        if action == "delete":
            self.own.remove(run)  # type: ignore[arg-type]
        elif action == "restore":
            self.own.append(summary(name))
        elif run:
            states = {"pause": "paused", "resume": "running", "stop": "stopped"}
            run |= {"name": body["to"]} if action == "rename" else {"state": states[action]}
        route.fulfill(json={"name": body.get("to", name)})

    def _import(self, route: Route) -> None:
        self.asked.append(("import", "", route.request.post_data_buffer))
        if not self._refuses(route):
            self.own.insert(0, summary("brought"))
            route.fulfill(json={"name": "brought"})

    def _refuses(self, route: Route) -> bool:
        if self.problem:
            route.fulfill(json={"problem": self.problem})
        return bool(self.problem)


class TrainPage(Shown):
    component, path = "train", "train"

    @property
    def form(self) -> Locator:
        return self.root.locator("form")

    def field(self, name: str) -> Locator:
        return self.form.get_by_label(name, exact=True)

    def kind(self, name: str) -> None:
        self.form.get_by_role("radiogroup", name="Kind").get_by_text(name, exact=True).click()

    def more(self) -> None:
        self.form.get_by_text("More", exact=True).click()

    @property
    def start(self) -> Locator:
        return self.form.get_by_role("button", name="Start", exact=True)

    @property
    def forecast(self) -> Locator:
        return self.form.locator(".forecast")

    def run(self, name: str) -> Locator:
        return self.root.locator(f"li[data-run='{name}']")
