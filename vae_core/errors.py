"""Errors whose message is one sentence for the person at the edge: the page, the command line, a log."""


class VaeCoreError(Exception):
    """Base of every error this package raises on purpose; `str(error)` is one clear sentence."""


class ConfigError(VaeCoreError):
    """A configuration field is missing, unknown or out of range."""


class CheckpointError(VaeCoreError):
    """A checkpoint folder cannot be read or written."""


class DigitsError(VaeCoreError):
    """A set of digits is absent, corrupt, or could not be downloaded."""


class LabelError(VaeCoreError):
    """A class-conditional model is given no label, or one that it does not know; the message has no full stop."""


class HalfModelError(VaeCoreError):
    """A decoder alone is to encode, or an encoder alone to decode; the message has no full stop."""


class TrainingError(VaeCoreError):
    """Training cannot start or cannot go on."""


class ProjectionError(VaeCoreError):
    """Codes cannot be projected as asked; the message has no full stop and is fit to follow "ae-2: "."""


class ImageError(VaeCoreError):
    """A file is no picture from which a digit can be taken; the message has no full stop."""


class PathError(VaeCoreError):
    """Codes allow no such path, neighbour graph, tangent plane or estimate; the message has no full stop."""


class DisconnectedError(PathError):
    """No path leads from one digit to another through the neighbour graph."""


class ObjectiveError(VaeCoreError):
    """Of such numbers there is no divergence, gradient, estimate or beta; the message has no full stop."""


class ShelfError(VaeCoreError):
    """A run cannot be renamed, deleted or restored; the message has no full stop."""


class ArchiveError(VaeCoreError):
    """A zip is no checkpoint that can be taken in, or none can be made; the message has no full stop."""
