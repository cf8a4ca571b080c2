"""Adam (Kingma & Ba, 2015), all parameters in one fused kernel, and nothing else in a step.

`torch.optim.Adam` calls the same kernel, with half as much again of its time around it for nets as small as these. With
one flat parameter every gradient is added to one that is kept, which costs more than it saves: 7 % of a step at
784-512-30.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from vae_core.errors import TrainingError

STATE = ("step", "exp_avg", "exp_avg_sq")


class Adam:
    """Of named parameters whose gradients are on, on one device.

    Args:
        parameters: by name; changed in place by every step.
        state: `state()` of an Adam that goes on; None begins anew.

    Raises:
        TrainingError: the state is not of these parameters.
    """

    def __init__(self, parameters: Mapping[str, Tensor], state: Mapping[str, Tensor] | None = None) -> None:
        self._names, self._parameters = list(parameters), list(parameters.values())
        if state is None:
            steps = [weights.new_zeros(()) for weights in self._parameters]
            self._means = [torch.zeros_like(weights) for weights in self._parameters]
            self._squares = [torch.zeros_like(weights) for weights in self._parameters]
        else:
            _check(parameters, state)
            steps, self._means, self._squares = (
                [state[f"{name}.{key}"].to(weights.device, copy=True) for name, weights in parameters.items()]
                for key in STATE
            )
        # One addition counts for all.
        self._counts = torch.stack(steps)
        self._steps = list(self._counts.unbind())

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Takes the gradients, and leaves none."""
        self._counts += 1
        torch._fused_adam_(
            self._parameters,
            [weights.grad for weights in self._parameters],  # type: ignore[misc]
            self._means,
            self._squares,
            [],
            self._steps,
            lr=learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
        for weights in self._parameters:
            weights.grad = None

    def state(self) -> dict[str, Tensor]:
        """float32 on the CPU, named `<parameter>.<one of STATE>`; on the CPU they change with the next step."""
        tensors = zip(self._names, self._steps, self._means, self._squares, strict=True)
        return {
            f"{name}.{key}": tensor.cpu() for name, *state in tensors for key, tensor in zip(STATE, state, strict=True)
        }


def _check(parameters: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> None:
    """The kernel reads its buffers unchecked: what a file says must fit before it gets there."""
    shapes = {
        f"{name}.{key}": torch.Size() if key == "step" else tensor.shape
        for name, tensor in parameters.items()
        for key in STATE
    }
    for name in shapes:
        if name not in state:
            raise TrainingError(f"the training cannot go on: its optimizer state lacks '{name}'")
    for name, value in state.items():
        if name not in shapes:
            raise TrainingError(
                f"the training cannot go on: its optimizer state holds '{name}', which no weight calls for"
            )
        if value.shape != shapes[name] or value.dtype != torch.float32 or not value.isfinite().all():
            wanted = f"finite float32 {list(shapes[name])}"
            raise TrainingError(f"the training cannot go on: '{name}' in its optimizer state is not {wanted}")
