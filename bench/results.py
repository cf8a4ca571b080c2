"""The README's results table, from the checkpoints' `training.json` and `vae_core.peers`: `python -m bench.results`."""

from __future__ import annotations

from bench.readme import ROOT, write
from vae_core.checkpoint import load_training
from vae_core.peers import PEERS, Peer


def ours(peer: Peer) -> float:
    """Our number beside a peer's, in its unit, as the checkpoint's `training.json` records it."""
    test = load_training(ROOT / "checkpoints" / peer.checkpoint)["test"]
    return float(test[peer.metric]["value"]) * peer.scale


def table() -> str:
    """The table in Markdown."""
    lines = ["| checkpoint | measured | here | theirs | who |", "|---|---|---|---|---|"]
    for peer in PEERS:
        here = f"**{peer.shown(ours(peer))}**" if peer.is_behind(ours(peer) / peer.scale) else peer.shown(ours(peer))
        measured = f"{peer.protocol}, {peer.unit}"
        lines.append(f"| `{peer.checkpoint}` | {measured} | {here} | {peer.shown(peer.value)} | {peer.what} |")
    return "\n".join(lines)


if __name__ == "__main__":
    write("results", table())
