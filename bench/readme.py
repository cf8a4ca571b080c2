"""The tables of the README, each between two comments; the first names the command that writes it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def with_table(text: str, module: str, table: str) -> str:
    """`text` with the table of `python -m bench.<module>` brought up to date.

    Raises:
        ValueError: there is no place for it.
    """
    begin, end = f"<!-- python -m bench.{module} -->", f"<!-- end of {module} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"README.md has no place for the table of bench.{module}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def write(module: str, table: str) -> None:
    """Brings the table up to date in README.md."""
    README.write_text(with_table(README.read_text(encoding="utf-8"), module, table), encoding="utf-8")
