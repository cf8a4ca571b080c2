"""What may be made of the numbers in a file."""

from __future__ import annotations

import numpy as np

from vae_core.imports.graph.signal import Signal, is_shared
from vae_core.nets.fields import require

# Numbers, 512 MB.
MOST_MADE = 1 << 27


class Budget:
    """What may be made of the numbers in a file, which can ask for the same ones again and again."""

    def __init__(self) -> None:
        self._left = MOST_MADE

    def spend(self, made: object) -> None:
        """Counts an array or the last layer of a signal.

        Raises:
            ConfigError: it is too much.
        """
        array = made.where if isinstance(made, Signal) else made
        if isinstance(array, np.ndarray) and not is_shared(array):
            self._left -= array.size
        if isinstance(made, Signal) and made.chain:
            self._left -= sum(tensor.numel() for tensor in made.chain[-1].tensors.values())
        require(self._left >= 0, "it makes more of its weights than any net")
