"""A net that PyTorch has trained and saved, from its file on the page Models to sliders on the desk."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from tests.core.imports.nets import trained
from tests.web.desk_page import DeskPage
from tests.web.imports.import_page import ImportPage
from tests.web.oracle import LINK_GREY
from tests.web.shown import TINY, Visit, await_query, box, drag

# What is tried lets all else on the machine go first: beside other tests it would have no turn.
pytestmark = pytest.mark.alone
TRIED_MS = 120_000


def test_a_file_that_is_dropped_becomes_sliders_on_the_desk(visit: Visit, app: str) -> None:
    net, file = trained("ln sigma"), io.BytesIO()
    torch.save(net.state_dict(), file)
    page = visit(ImportPage, TINY)
    page.drop(("ln sigma.pth", list(file.getvalue()), ""))
    expect(page.candidates.first).to_be_checked(timeout=TRIED_MS)
    expect(page.root.locator(".about")).to_contain_text("VAE, 6 codes")
    for key, value in {"activation": "elu", "scale": "log_sigma"}.items():
        answer, result = page.root.locator(f"#import-{key}"), page.root.locator(".found-net")
        answer.select_option(value)
        expect(result).to_have_attribute("aria-busy", "true")
        expect(result).to_have_attribute("aria-busy", "false", timeout=TRIED_MS)
        expect(page.alert).to_have_count(0)
        expect(answer).to_have_value(value)
    expect(page.name).to_have_value("ln-sigma")
    page.name.press("Enter")
    expect(page.root.get_by_text("ln-sigma is on every page now.")).to_be_visible(timeout=TRIED_MS)
    await_query(page.page, left="ln-sigma")

    page.root.get_by_role("link", name="Latent desk").click()
    desk = DeskPage(page.page)
    desk.expect_model(0, "ln-sigma")
    desk.unfold()
    for i, share in ((0, 0.8), (5, 0.3)):
        track = box(desk.slider(i))
        drag(desk.page, track.at(0.5), track.at(share), steps=5)
        desk.settle()
        drawn = net.decode(torch.tensor([desk.values()]))[0, 0].numpy()
        np.testing.assert_allclose(desk.picture(0), drawn, atol=LINK_GREY)
        assert drawn.std() > 0.1
    # The runs are those of all tests.
    gone = page.page.request.post(f"{app}runs/ln-sigma/delete", headers={"Latent-Spaces": "1"})
    assert gone.json() == {"name": "ln-sigma"}
