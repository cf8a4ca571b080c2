"""The README's results table, from the checkpoints' `training.json` and `vae_core.peers`: `python -m bench.results`."""

from __future__ import annotations

from pathlib import Path

from vae_core.checkpoint import load_training
from vae_core.peers import PEERS, Peer

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- results: python -m bench.results -->", "<!-- end of results -->"


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


def with_table(text: str) -> str:
    """`text` with the table between its two markers brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
