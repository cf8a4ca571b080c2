"""The gradient of E_q[f(z)] in the parameters of q = N(mu, diag sigma^2), by two estimators, one value a draw.

Both are unbiased; they differ in their variance (Mohamed et al., 2020, sections 4 and 5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vae_core import losses
from vae_core.arrays import Frozen
from vae_core.errors import ObjectiveError
from vae_core.models import VariationalAutoencoder

Array = NDArray[np.float64]
Cost = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Gradients(Frozen):
    """One gradient a draw; arrays read-only, in the unit of f per unit of the code.

    Attributes:
        mu: float64 [N, D], in the mean of each code.
        sigma: float64 [N, D], in its standard deviation.
    """

    mu: Array
    sigma: Array

    def first(self, count: int) -> Self:
        """Of the first draws alone, at least one."""
        return type(self)(self.mu[:count], self.sigma[:count])

    def mean(self) -> Array:
        """The estimate of the gradient, [2, D]: in mu, in sigma."""
        return np.stack([self.mu.mean(0), self.sigma.mean(0)])

    def variance(self) -> Array:
        """Of the gradient of one draw, [2, D]; that of a mean over n draws is an n-th of it.

        Raises:
            ObjectiveError: there is but one draw.
        """
        if len(self.mu) < 2:
            raise ObjectiveError("a variance takes at least two draws")
        return np.stack([self.mu.var(0, ddof=1), self.sigma.var(0, ddof=1)])

    def standard_error(self) -> Array:
        """Of the mean, [2, D].

        Raises:
            ObjectiveError: there is but one draw.
        """
        return np.sqrt(self.variance() / len(self.mu))


@dataclass(frozen=True)
class PictureGradients(Frozen):
    """The gradient of one picture's loss over the same draws; arrays read-only.

    Attributes:
        mu, sigma: float64 [D], the encoder's for this picture.
        reconstruction: float64 [N], -ln p(x|z) of each draw in nats, less `losses.gaussian_constant`.
        reparameterised: by `reparameterised`.
        score: by `score_function`.
        score_with_baseline: by `score_function` of `leave_one_out`.
    """

    mu: Array
    sigma: Array
    reconstruction: Array
    reparameterised: Gradients
    score: Gradients
    score_with_baseline: Gradients


def reparameterised(cost: Cost, mu: Array, sigma: Array, eps: Array) -> tuple[Array, Gradients]:
    """f(z) and its gradients at z = mu + sigma eps: f'(z) in mu and f'(z) eps in sigma.

    Kingma & Welling (2013), section 2.4.

    >>> draws = np.array([[-1.0], [2.0]])
    >>> values, found = reparameterised(lambda z: z.square().sum(1), np.array([3.0]), np.array([0.5]), draws)
    >>> values, found.mu[:, 0], found.sigma[:, 0]
    (array([ 6.25, 16.  ]), array([5., 8.]), array([-5., 16.]))

    Args:
        cost: f, differentiable, float32 or float64 [N, D] -> [N]; row n of the result depends on row n alone.
        mu, sigma: float64 [D].
        eps: float64 [N, D], draws of N(0, I).

    Returns:
        f(z) of each draw, float64 [N], and the gradients.

    Raises:
        ObjectiveError: a sigma is not above 0, or the draws are not of so many codes.
    """
    _check(mu, sigma, eps)
    # A tensor from within somebody else's inference mode could not be part of a gradient.
    with torch.inference_mode(False), torch.enable_grad():
        z = torch.from_numpy(mu + sigma * eps).requires_grad_()
        values = cost(z)
        (slope,) = torch.autograd.grad(values.sum(), z)
    slopes = np.asarray(slope.numpy(), np.float64)
    return values.detach().double().numpy(), Gradients(slopes, slopes * eps)


def score_function(values: Array, sigma: Array, eps: Array) -> Gradients:
    """The gradients f(z) d ln q(z), which need no derivative of f: f(z) eps / sigma and f(z) (eps^2 - 1) / sigma.

    REINFORCE (Williams, 1992).

    >>> score_function(np.array([2.0]), np.array([0.5]), np.array([[3.0]]))
    Gradients(mu=array([[12.]]), sigma=array([[32.]]))

    Args:
        values: f(z) at z = mu + sigma eps, float64 [N]; or less any number that does not depend on the same draw.
        sigma: float64 [D].
        eps: float64 [N, D], draws of N(0, I).

    Raises:
        ObjectiveError: a sigma is not above 0, or the draws are not of so many codes.
    """
    _check(sigma, sigma, eps)
    weights = values[:, None] / sigma
    return Gradients(weights * eps, weights * (eps * eps - 1))


def leave_one_out(values: Array) -> Array:
    """Each value less the mean of the others, [N]: it takes most of the variance of `score_function`, and adds no bias.

    Kool et al. (2019).

    >>> leave_one_out(np.array([1.0, 2.0, 6.0]))
    array([-3. , -1.5,  4.5])

    Raises:
        ObjectiveError: there is but one.
    """
    count = len(values)
    if count < 2:
        raise ObjectiveError("the mean of the other draws takes at least two draws")
    return np.asarray((values - values.mean()) * (count / (count - 1)))


def of_picture(
    model: VariationalAutoencoder, x: Tensor, eps: Array, beta: float = 1.0, label: int | None = None
) -> PictureGradients:
    """The gradient of E_q[-ln p(x|z)] + beta KL(q(z|x) || N(0, I)) in mu and sigma of one picture, by both estimators.

    The KL divergence is in closed form in both, as in training: it adds beta mu and beta (sigma - 1 / sigma) to every
    draw, which moves the means and leaves the variances alone.

    Args:
        model: in eval mode.
        x: float32 [1, C, H, W] in [0, 1].
        eps: float64 [N, D], draws of N(0, I), at least two.
        beta: weight of the KL term, at least 0.
        label: with which a class-conditional model decodes, where that is another than it has been given.

    Raises:
        ObjectiveError: fewer than two draws, not of so many codes, or the encoder says sigma is 0.
    """
    # As in `reparameterised`: of the cross-entropy the picture is a part of the gradient.
    with torch.inference_mode(False), torch.no_grad():
        x = x.clone()
        means, logvars = model.posterior(x)
    mu = np.asarray(means[0].double().numpy())
    sigma = np.exp(0.5 * logvars[0].double().numpy())

    decoder = model.given(label)

    def cost(z: Tensor) -> Tensor:
        output = decoder.decoder_output(z.float())
        return losses.reconstruction(output, x.expand_as(output), model.config.likelihood)

    values, pathwise = reparameterised(cost, mu, sigma, eps)
    kl = np.stack([beta * mu, beta * (sigma - 1 / sigma)])
    found = (pathwise, score_function(values, sigma, eps), score_function(leave_one_out(values), sigma, eps))
    return PictureGradients(mu, sigma, values, *(Gradients(each.mu + kl[0], each.sigma + kl[1]) for each in found))


def _check(mu: Array, sigma: Array, eps: Array) -> None:
    wrong = sigma[~((sigma > 0) & np.isfinite(sigma))]
    if len(wrong):
        raise ObjectiveError(f"sigma is {wrong[0]:g}; it must be a number above 0")
    if eps.shape[1:] != mu.shape:
        raise ObjectiveError(f"the draws are of {math.prod(eps.shape[1:])} codes; they must be of {len(mu)}")
