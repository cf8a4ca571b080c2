"""The page Encodings as a session sees it."""

from typing import Any

from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import TestClient, component
from ui.http.routes import ROUTES


def sides(app: AppTest) -> list[dict[str, Any]]:
    data = component(app, "projection")
    return [data["left"], data["right"]]


def statuses(app: AppTest) -> list[int]:
    """How the server answers for the points of both sides."""
    client = TestClient(Starlette(routes=ROUTES))
    return [client.get(f"/{side['projection']}").status_code for side in sides(app)]


def problems(app: AppTest) -> list[str | None]:
    return [side["problem"] for side in sides(app)]


def is_stale(app: AppTest) -> bool:
    return bool(component(app, "projection")["stale"])


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.main.caption, *app.main.markdown))
