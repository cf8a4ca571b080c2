"""What the page Encodings projects, as the text of a link and of an address. Pure; knows no session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from ui.choices import link
from ui.errors import NotHereError
from vae_core.spaces.projection import KERNELS, LIMITS, METHODS, Kernel, ProjectionConfig

METHOD, AXES, COUNT, CODES, KERNEL, GAMMA, DEGREE, COEF0, PERPLEXITY = KEYS = (
    *("method", "axes", "count", "codes", "kernel", "gamma", "degree", "coef0", "perplexity"),
)
# What a link calls the fields of a projection, and how they are called in the code.
FIELDS = {key: "components" if key == AXES else key for key in KEYS}

CodesKind = Literal["sample", "mean"]
CODES_KINDS: tuple[CodesKind, ...] = get_args(CodesKind)
COUNTS = (500, 1000, 2000, 5000, 10_000)
DEFAULT_COUNT = 2000
# The fields of a cloud that are not those of its projection.
OWN = ("count", "codes")
KERNEL_PARAMETERS: dict[Kernel, tuple[str, ...]] = {
    "linear": (),
    "poly": ("degree", "gamma", "coef0"),
    "rbf": ("gamma",),
    "sigmoid": ("gamma", "coef0"),
    "cosine": (),
}


@dataclass(frozen=True)
class Cloud:
    """The cloud of points on the Encodings page.

    Attributes:
        config: how codes become points.
        count: of how many digits at most.
        codes: of a VAE, one sample of q(z|x) a digit, which its decoder was trained on, or E[z|x].
    """

    config: ProjectionConfig = field(default_factory=ProjectionConfig)
    count: int = DEFAULT_COUNT
    codes: CodesKind = "sample"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a projection as text: `read` gives None where the text is not as `rule` says."""

    rule: str
    read: Callable[[str], Any]


def _one_of(options: tuple[Any, ...]) -> Parameter:
    texts = {str(option): option for option in options}
    return Parameter(f"one of {', '.join(texts)}", texts.get)


def _number(low: float, high: float) -> Parameter:
    def read(text: str) -> float | None:
        if not link.NUMBER.fullmatch(text):
            return None
        (number,) = link.clean_z([float(text)])
        return number if low <= number <= high else None

    return Parameter(f"a number from {low:g} to {high:g}", read)


PARAMETERS: dict[str, Parameter] = {
    "method": _one_of(METHODS),
    "components": _one_of((2, 3)),
    "kernel": _one_of(KERNELS),
    "gamma": _number(*LIMITS["gamma"]),
    "degree": _one_of(tuple(range(int(LIMITS["degree"][0]), int(LIMITS["degree"][1]) + 1))),
    "coef0": _number(*LIMITS["coef0"]),
    "perplexity": _number(*LIMITS["perplexity"]),
    "count": _one_of(COUNTS),
    "codes": _one_of(CODES_KINDS),
    "seed": Parameter(link.SEED_RULE, link.read_seed),
}


def relevant(config: ProjectionConfig) -> tuple[str, ...]:
    """The fields that matter beside method and components."""
    if config.method == "kernel-pca":
        return ("kernel", *KERNEL_PARAMETERS[config.kernel])
    return ("perplexity",) if config.method == "t-sne" else ()


def canonical(config: ProjectionConfig) -> ProjectionConfig:
    """The same projection with all that does not matter at its default, so that equal ones are seen to be equal."""
    kept = {name: getattr(config, name) for name in ("method", "components", *relevant(config))}
    return ProjectionConfig(**kept)


def fit_count(count: int, size: int) -> int:
    """The count among `counts(size)` that shows as many digits."""
    return min(count, counts(size)[-1])


def counts(size: int) -> list[int]:
    """The `COUNTS` that differ for a set of `size` digits; the last of them shows all, or the most there can be."""
    smaller = [count for count in COUNTS if count < size]
    return [*smaller, *COUNTS[len(smaller) : len(smaller) + 1]]


def parse(parameters: Mapping[str, str], size: int) -> tuple[Cloud, list[str]]:
    """Reads each part on its own, as `link.parse`.

    Args:
        parameters: the query parameters; others than `KEYS` are not looked at.
        size: of the set of digits.

    Returns:
        What is asked for as far as it can be had, and one sentence without full stop for each part that is ignored.
    """
    ignored: list[str] = []
    cloud = Cloud()
    for key, name in FIELDS.items():
        if key not in parameters:
            continue
        value = PARAMETERS[name].read(parameters[key])
        if value is None:
            shown = _text(get(Cloud(), name))
            ignored.append(
                f"{key} {link.quoted(parameters[key])}: it must be {PARAMETERS[name].rule}, so it is {shown}"
            )
        else:
            cloud = with_value(cloud, name, value)
    return replace(cloud, count=fit_count(cloud.count, size)), ignored


def compose(cloud: Cloud, size: int) -> dict[str, str]:
    """The inverse of `parse`: only what differs from its default."""
    default = replace(Cloud(), count=fit_count(DEFAULT_COUNT, size))
    return {key: _text(get(cloud, name)) for key, name in FIELDS.items() if get(cloud, name) != get(default, name)}


def address_query(cloud: Cloud, seed: int) -> dict[str, str]:
    """The query of the addresses that serve a projection; two equal projections have one address."""
    config = canonical(cloud.config)
    names = ("method", "components", *relevant(config))
    return {
        **{name: _text(getattr(config, name)) for name in names},
        "count": str(cloud.count),
        # Not where it is as usual: addresses of old keep their meaning.
        **({"codes": cloud.codes} if cloud.codes != Cloud.codes else {}),
        "seed": str(seed),
    }


def parse_address_query(query: Mapping[str, str]) -> tuple[Cloud, int]:
    """The cloud and the seed of an address; the inverse of `address_query`.

    Raises:
        NotHereError: a parameter is missing or out of range; the sentence names it.
    """
    for name in ("method", "components", "count", "seed"):
        if name not in query:
            raise NotHereError(f"The parameter {name} is missing.")
    cloud, seed = Cloud(), 0
    for name, parameter in PARAMETERS.items():
        if name not in query:
            continue
        value = parameter.read(query[name])
        if value is None:
            raise NotHereError(f"The parameter {name} must be {parameter.rule}.")
        if name == "seed":
            seed = value
        else:
            cloud = with_value(cloud, name, value)
    return replace(cloud, config=canonical(cloud.config)), seed


def tidy(name: str, value: Any, size: int) -> Any:
    """What a widget or a session holds for a field of `PARAMETERS`, as a link would say it; else its default."""
    read = PARAMETERS[name].read(_text(value))
    tidied = get(Cloud(), name) if read is None else read
    return fit_count(tidied, size) if name == "count" else tidied


def get(cloud: Cloud, name: str) -> Any:
    """The value of a field of `PARAMETERS`."""
    return getattr(cloud if name in OWN else cloud.config, name)


def with_value(cloud: Cloud, name: str, value: Any) -> Cloud:
    """The cloud with another value of a field of `PARAMETERS`."""
    if name in OWN:
        return replace(cloud, **{name: value})
    return replace(cloud, config=replace(cloud.config, **{name: value}))


def _text(value: str | float) -> str:
    return link.format_z([value]) if isinstance(value, float) else str(value)
