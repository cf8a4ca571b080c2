"""Nets as people write them in PyTorch, trained on UCI digits for a moment, so that a wrong guess draws worse."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_core.data import as_input, uci_digits
from vae_core.imports.trial_pictures import fitted
from vae_core.models import Autoencoder, VariationalAutoencoder

DIM = 6
Function = Callable[[Tensor], Tensor]


class Given(nn.Module, ABC):
    """A net of a stranger: `heads` of what it takes, [B, DIM] each, and `decode`, both in its own pixels."""

    @abstractmethod
    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]: ...

    @abstractmethod
    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor: ...


class Examples(Given):
    """As pytorch/examples names its layers."""

    def __init__(self, hidden: Function = torch.relu, end: Function = torch.sigmoid, classes: int = 0) -> None:
        super().__init__()
        self.hidden, self.end, self.classes = hidden, end, classes
        self.fc1 = nn.Linear(784 + classes, 64)
        self.fc21, self.fc22 = nn.Linear(64, DIM), nn.Linear(64, DIM)
        self.fc3, self.fc4 = nn.Linear(DIM + classes, 64), nn.Linear(64, 784)

    def _joined(self, x: Tensor, y: Tensor | None) -> Tensor:
        return x if y is None else torch.cat([x, functional.one_hot(y, self.classes).float()], 1)

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.hidden(self.fc1(self._joined(x.flatten(1), y)))
        return self.fc21(h), self.fc22(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return self.end(self.fc4(self.hidden(self.fc3(self._joined(z, y))))).reshape(-1, 1, 28, 28)


class Embedded(Given):
    """The class is joined as a learned row, the same to both parts or one to each."""

    def __init__(self, is_shared: bool) -> None:
        super().__init__()
        self.is_shared = is_shared
        self.embed_label = nn.Embedding(10, 5)
        self.fc1, self.mean, self.log_var = nn.Linear(784 + 5, 64), nn.Linear(64, DIM), nn.Linear(64, DIM)
        if not is_shared:
            self.another_embedding = nn.Embedding(10, 5)
        self.fc3, self.fc4 = nn.Linear(DIM + 5, 64), nn.Linear(64, 784)

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = torch.relu(self.fc1(torch.cat([x.flatten(1), self.embed_label(y)], 1)))
        return self.mean(h), self.log_var(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        embed = self.embed_label if self.is_shared else self.another_embedding
        h = torch.relu(self.fc3(torch.cat([z, embed(y)], 1)))
        return torch.sigmoid(self.fc4(h)).reshape(-1, 1, 28, 28)


class DecoderFirst(Given):
    """The decoder is defined before the encoder, and neither says so by name; one layer has no bias."""

    def __init__(self, hidden: Function, end: Function) -> None:
        super().__init__()
        self.hidden, self.end = hidden, end
        self.a, self.b, self.c = nn.Linear(DIM, 48), nn.Linear(48, 64), nn.Linear(64, 784)
        self.d, self.e = nn.Linear(784, 64, bias=False), nn.Linear(64, 48)
        self.f, self.g = nn.Linear(48, DIM), nn.Linear(48, DIM)

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.hidden(self.e(self.hidden(self.d(x.flatten(1)))))
        return self.f(h), self.g(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        return self.end(self.c(self.hidden(self.b(self.hidden(self.a(z)))))).reshape(-1, 1, 28, 28)


class DoubleHead(Given):
    """One head of twice as many outputs, in halves or in turn."""

    def __init__(self, alternates: bool) -> None:
        super().__init__()
        self.alternates = alternates
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.LeakyReLU(0.2), nn.Linear(64, 2 * DIM))
        self.decoder = nn.Sequential(nn.Linear(DIM, 64), nn.LeakyReLU(0.2), nn.Linear(64, 784), nn.Sigmoid())

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.encoder(x)
        return h.reshape(-1, DIM, 2).unbind(-1) if self.alternates else h.chunk(2, 1)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        found: Tensor = self.decoder(z)
        return found.reshape(-1, 1, 28, 28)


class DenseAutoencoder(Given):
    """Five hidden layers in two sequences."""

    def __init__(self, hidden: Callable[[], nn.Module], end: Callable[[], nn.Module]) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(784, 96), hidden(), nn.Linear(96, 48), hidden(), nn.Linear(48, DIM)
        )
        self.decoder = nn.Sequential(
            nn.Linear(DIM, 48), hidden(), nn.Linear(48, 96), hidden(), nn.Linear(96, 784), end()
        )

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        return (self.encoder(x),)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        found: Tensor = self.decoder(z)
        return found.reshape(-1, 1, 28, 28)


class Convolutional(Given):
    """Convolutions with batch normalisation, strides of two, and no function where the decoder begins."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            *(nn.Conv2d(1, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.LeakyReLU(0.2)),
            *(nn.Conv2d(8, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.LeakyReLU(0.2)),
            nn.Flatten(),
        )
        self.fc_mu, self.fc_var = nn.Linear(784, DIM), nn.Linear(784, DIM)
        self.decoder_input = nn.Linear(DIM, 784)
        self.decoder = nn.Sequential(
            nn.Unflatten(1, (16, 7, 7)),
            *(nn.ConvTranspose2d(16, 8, 3, 2, 1, 1), nn.BatchNorm2d(8), nn.LeakyReLU(0.2)),
            *(nn.ConvTranspose2d(8, 1, 4, 2, 1), nn.Sigmoid()),
        )

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        h = self.encoder(x)
        return self.fc_mu(h), self.fc_var(h)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        found: Tensor = self.decoder(self.decoder_input(z))
        return found


class Pooling(Given):
    """A convolutional autoencoder with max pooling and upsampling, of pictures of 32 x 32."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.code = nn.Linear(8 * 8 * 8, DIM)
        self.grow = nn.Linear(DIM, 8 * 8 * 8)
        self.conv3, self.conv4 = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 1, 3, padding=1)

    def heads(self, x: Tensor, y: Tensor | None = None) -> tuple[Tensor, ...]:
        for conv in (self.conv1, self.conv2):
            x = functional.max_pool2d(functional.relu(conv(x)), 2)
        return (self.code(x.flatten(1)),)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        h = functional.relu(self.grow(z)).reshape(-1, 8, 8, 8)
        h = functional.relu(self.conv3(functional.interpolate(h, scale_factor=2)))
        return torch.sigmoid(self.conv4(functional.interpolate(h, scale_factor=2)))


@dataclass(frozen=True)
class Case:
    """How a net is made and trained.

    Attributes:
        make: the net.
        meaning: ln sigma^2 of its second head; None for an AE.
        weight, bias: of the line from a pixel in [0, 1] to the net's own.
        own_pixels: whether it draws its own pixels, and not those in [0, 1].
        shape: of its pictures.
        steps, batch: of training, and pictures in each step.
        classes: whether it takes the digit's class.
        kl: weight of the KL.
    """

    make: Callable[[], Given]
    meaning: Function | None = None
    weight: float = 1.0
    bias: float = 0.0
    own_pixels: bool = True
    shape: tuple[int, int, int] = (1, 28, 28)
    steps: int = 300
    batch: int = 100
    classes: bool = False
    kl: float = 1.0


def _logvar(s: Tensor) -> Tensor:
    return s


def _of_log_sigma(s: Tensor) -> Tensor:
    return 2 * s


def _of_sigma(s: Tensor) -> Tensor:
    return (s.square() + 1e-10).log()


def _of_softplus(s: Tensor) -> Tensor:
    return (functional.softplus(s).square() + 1e-10).log()


def _identity(x: Tensor) -> Tensor:
    return x


CASES: dict[str, Case] = {
    "two heads": Case(Examples, _logvar),
    "ln sigma": Case(partial(Examples, functional.elu), _of_log_sigma, steps=800),
    "sigma": Case(partial(Examples, functional.silu), _of_sigma),
    "softplus": Case(partial(Examples, functional.softplus), _of_softplus, steps=500),
    "class-conditional": Case(partial(Examples, classes=10), _logvar, classes=True, steps=800),
    "embedded": Case(partial(Embedded, True), _logvar, classes=True, steps=800),
    "embedded twice": Case(partial(Embedded, False), _logvar, classes=True, steps=800),
    "standardised": Case(Examples, _logvar, 1 / 0.3081, -0.1307 / 0.3081, own_pixels=False),
    "black on white": Case(Examples, _logvar, -1.0, 1.0),
    "decoder first": Case(partial(DecoderFirst, torch.tanh, _identity), _logvar, steps=500),
    "halves": Case(partial(DoubleHead, False), _logvar),
    "in turn": Case(partial(DoubleHead, True), _logvar),
    "dense autoencoder": Case(partial(DenseAutoencoder, nn.GELU, nn.Sigmoid)),
    "tanh": Case(partial(DenseAutoencoder, nn.ELU, nn.Tanh), None, 2.0, -1.0),
    "convolutional": Case(Convolutional, _logvar, steps=400),
    "pooling": Case(Pooling, None, shape=(1, 32, 32), batch=50),
}


def pictures(case: Case, count: int) -> tuple[Tensor, Tensor | None]:
    """Of its shape, in [0, 1], and their classes where it takes them."""
    digits = uci_digits()
    fit = "as they are" if case.shape == (1, 28, 28) else "scaled"
    x = fitted(as_input(digits.images[:count]), case.shape, fit)
    return x, torch.from_numpy(digits.labels[:count].copy()) if case.classes else None


@cache
def trained(name: str) -> Given:
    """In eval mode, gradients off; the same at every call."""
    return train(CASES[name])


def train(case: Case) -> Given:
    """In eval mode, gradients off."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        # What rounding does to so many steps, another processor does otherwise: of doubles it is nothing that is seen.
        net = case.make().double()
        x, y = pictures(case, 1000)
        x = x.double()
        optimizer = torch.optim.Adam(net.parameters(), 3e-3)
        for _ in range(case.steps):
            batch = torch.randint(len(x), (case.batch,))
            loss = _loss(net, case, x[batch], None if y is None else y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net.float().eval().requires_grad_(False)


def _loss(net: Given, case: Case, x: Tensor, y: Tensor | None) -> Tensor:
    taken = case.weight * x + case.bias
    target = taken if case.own_pixels else x
    mu, *rest = net.heads(taken, y)
    if not case.meaning:
        return (net.decode(mu, y) - target).square().flatten(1).sum(1).mean()
    logvar = case.meaning(rest[0])
    z = mu + (logvar / 2).exp() * torch.randn_like(mu)
    drawn = net.decode(z, y)
    is_drawn_by_sigmoid = isinstance(net, Examples)
    error = (
        functional.binary_cross_entropy(drawn, target, reduction="none")
        if is_drawn_by_sigmoid
        else (drawn - target).square()
    )
    kl = (mu.square() + logvar.exp() - 1 - logvar).sum(1) / 2
    return (error.flatten(1).sum(1) + case.kl * kl).mean()


def same_as(model: Autoencoder, name: str) -> None:
    """That an imported model gives what the stranger's net gives, to 1e-5 of the size of the numbers."""
    same(model, CASES[name], trained(name))


def same(model: Autoencoder, case: Case, net: Given) -> None:
    """That an imported model gives what that net gives."""
    x, y = pictures(case, 50)
    heads = net.heads(case.weight * x + case.bias, y)
    model = model.given(y)
    assert model.config.shape == case.shape
    _near(model.encode(x), heads[0])
    if case.meaning:
        assert isinstance(model, VariationalAutoencoder)
        _near(model.posterior(x)[1], case.meaning(heads[1]))
    drawn = net.decode(heads[0], y)
    pixels = (drawn - case.bias) / case.weight if case.own_pixels else drawn
    _near(model.decode(heads[0]), pixels.clamp(0, 1))


def _near(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5 * max(1.0, expected.abs().max().item()))
