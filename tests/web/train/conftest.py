from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.web.train.watch_page import WatchPage


@pytest.fixture
def shown(modules: Page) -> WatchPage:
    modules.set_viewport_size({"width": 700, "height": 900})
    return WatchPage(modules)
