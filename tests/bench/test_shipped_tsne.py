"""The t-SNEs that come with the app are those of the models and digits that do."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from bench import shipped_tsne as bench
from ui import store
from ui.encodings import projections, shipped_tsne
from ui.encodings.shipped_tsne import key


@pytest.fixture(autouse=True)
def shipped_models(checkpoints_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKPOINTS_DIR", str(checkpoints_root))


def test_there_is_one_of_every_model_and_no_other() -> None:
    plots = bench.plots()
    assert {plot.model for plot in plots} == set(store.models())
    found = shipped_tsne.shipped()
    stale = [plot.model for plot in plots if key(plot.model, plot.cloud, plot.seed) not in found]
    assert not stale, "python -m bench.shipped_tsne"
    assert len(found) == len(plots)
    for points in found.values():
        assert points.shape == (1797, 2)
        assert np.isfinite(points).all()


@pytest.mark.parametrize("name", ["ae-30", "vae-30"])
def test_who_is_near_in_the_plot_is_near_in_the_code(name: str) -> None:
    for plot in bench.plots():
        if plot.model == name:
            codes = projections.chosen_codes(plot)
            points = projections.projected(plot).projection.points
            flat = PCA(2).fit_transform(codes)
            assert trustworthiness(codes, points, n_neighbors=10) > trustworthiness(codes, flat, n_neighbors=10) + 0.05
            shuffled = np.random.default_rng(0).permutation(points)
            assert trustworthiness(codes, shuffled, n_neighbors=10) < 0.6
