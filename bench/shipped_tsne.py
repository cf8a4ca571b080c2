"""The t-SNEs that come with the app, of every checkpoint: `python -m bench.shipped_tsne` computes those that lack.

About twenty seconds each. To be run where a shipped model, or how UCI's digits are rendered, has changed.
"""

from __future__ import annotations

import safetensors.numpy
from rich.console import Console

from ui import store
from ui.choices import view
from ui.choices.link import DEFAULT_SEED
from ui.choices.view import Cloud
from ui.encodings import projections, shipped_tsne
from ui.encodings.projections import Plot
from ui.encodings.shipped_tsne import DIGITS, FILE, key
from vae_core.errors import ProjectionError
from vae_core.spaces.projection import Array, ProjectionConfig, check, t_sne


def plots() -> list[Plot]:
    """What a visitor meets first: two dimensions, default settings, of a VAE its samples and its means."""
    return [
        projections.plot(name, DIGITS, Cloud(ProjectionConfig("t-sne"), codes=codes), DEFAULT_SEED)
        for name, config in store.models().items()
        for codes in (view.CODES_KINDS if config.kind == "vae" else view.CODES_KINDS[:1])
    ]


def main() -> None:
    """Keeps those that are there already, and drops what belongs to no model any more."""
    console = Console()
    before, found = shipped_tsne.shipped(), dict[str, Array]()
    FILE.parent.mkdir(exist_ok=True)
    for plot in plots():
        name = key(plot.model, plot.cloud, plot.seed)
        codes = projections.chosen_codes(plot)
        try:
            check(codes, plot.cloud.config)
            found[name] = before[name] if name in before else t_sne(codes, plot.cloud.config, plot.seed)
        except ProjectionError as error:
            console.print(f"{plot.model}: {error}")
        else:
            console.print(f"{plot.model}, {plot.cloud.codes}")
            safetensors.numpy.save_file({**before, **found}, FILE)
    safetensors.numpy.save_file(found, FILE)


if __name__ == "__main__":
    main()
