"""What the browser may ask for and cannot have."""

from __future__ import annotations

from vae_core.errors import VaeCoreError


class NotHereError(VaeCoreError):
    """A checkpoint, digit set or file of that name cannot be used here; the message is one sentence."""


class ReplacedError(VaeCoreError):
    """What was asked is of a checkpoint that has been replaced by another of its name; the message is one sentence."""


class NoAnswerError(VaeCoreError):
    """What was asked can be asked, and there is none: no path, no plane; the message is one sentence for a visitor."""


class ImportRefusedError(VaeCoreError):
    """A net cannot be imported as asked, or its import has failed; the message has no full stop."""


def sentence(error: VaeCoreError | str) -> str:
    """Of an error, whether or not its message has a capital and a full stop.

    >>> sentence(VaeCoreError("the disk is full"))
    'The disk is full.'
    """
    text = str(error)
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
