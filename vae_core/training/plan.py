"""What a run is to do: all that must be known before it starts, as `run.json` in its folder says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vae_core.config import ModelConfig, TrainingConfig
from vae_core.nets.fields import Json, require

# A name is a folder's, on every file system, and part of an address.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
NAME_RULE = "1 to 60 small letters, digits, dots, hyphens and underscores, a letter or digit at both ends"
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class Plan(Json):
    """One training.

    Attributes:
        name: of the run, its folder and its checkpoint, see `NAME_RULE`.
        recipe: that it began as; empty where it is the visitor's own.
        digits: "uci", "mnist", or the name of a set of one's own.
        leave_out: classes that it never sees, ascending; not all of them.
        model: the architecture; its shape is that of the pictures.
        training: how it is fitted.
    """

    name: str
    recipe: str = ""
    digits: str = "uci"
    leave_out: tuple[int, ...] = ()
    model: ModelConfig
    training: TrainingConfig

    def __post_init__(self) -> None:
        require(NAME.fullmatch(self.name) is not None, f"Plan.name is {self.name!r}; it must be {NAME_RULE}")
        require(
            self.digits not in ("", ".", "..") and not set(self.digits) & set("/\\\0"),
            f"Plan.digits is {self.digits!r}; it must be the name of a set of digits",
        )
        check_leave_out(self.leave_out)


def check_leave_out(classes: tuple[int, ...]) -> None:
    """Whether these classes can be left out.

    Raises:
        ConfigError: they are none of 0 to 9, not ascending, or all.
    """
    require(
        all(0 <= one < CLASSES for one in classes) and list(classes) == sorted(set(classes)),
        f"Plan.leave_out is {list(classes)}; it must be classes of 0 to {CLASSES - 1}, ascending",
    )
    require(len(classes) < CLASSES, "Plan.leave_out leaves no class to train on")
