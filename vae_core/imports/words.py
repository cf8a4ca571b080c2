"""What was guessed of a net, in words."""

from __future__ import annotations

from collections.abc import Sequence

from vae_core.config import shape_text
from vae_core.imports.assembly import half_of, head_function, is_double, without_output
from vae_core.imports.choice import IDENTITY, Choice, rule_text
from vae_core.imports.half import GUESSES
from vae_core.imports.net import Chain, FoundNet
from vae_core.nets.layers import AveragePooling, Convolution, MaxPooling, TransposedConvolution, Upsampling
from vae_core.nets.readings import INPUTS, MEANINGS, OUTPUTS

SPLITS = {
    "as found": "mu is the first head",
    "swapped": "mu is the second head",
    "halves": "the head's first half is mu",
    "swapped halves": "the head's second half is mu",
    "alternating": "the head's outputs are mu and the second number in turn",
}


def guesses(net: FoundNet, choice: Choice) -> tuple[str, ...]:
    """Of the winner, a sentence each, without a full stop."""
    half = half_of(net)
    found = [*([GUESSES[half]] if half else []), *net.guesses]
    encoder, decoder = net.encoder or (), net.decoder or ()
    if any(link.is_open for link in (*encoder, *decoder)):
        found.append(_functions_text(choice))
    if windows := _windows_text((*encoder, *decoder)):
        found.append(windows)
    if half != "encoder" and without_output(decoder)[1] is None:
        found.append(f"the decoder ends in {OUTPUTS[choice.output].line.words}")
    if half != "decoder":
        found.append(f"it takes {INPUTS[choice.input].words}")
    if is_double(net) or len(net.heads) == 2:
        found.append(f"{SPLITS[choice.split]}, and the second number is {MEANINGS[choice.meaning]}")
    if choice.code != IDENTITY and head_function(net) is None:
        found.append(f"the code comes from {rule_text(choice.code)}")
    if choice.fit != "as they are":
        found.append(f"pictures of another size were {choice.fit} to try it")
    return tuple(found)


def differences(layouts: Sequence[FoundNet], best: Choice, other: Choice) -> str:
    """In what another choice differs from the best."""
    one, two = _said(layouts, best), _said(layouts, other)
    return "; ".join(two[key] for key in two if one[key] != two[key])


def _said(layouts: Sequence[FoundNet], choice: Choice) -> dict[str, str]:
    net = layouts[choice.net]
    assert net.shape is not None
    return {
        "layout": f"layout {choice.net + 1}: {_windows_text((*(net.encoder or ()), *(net.decoder or ())))}",
        "shape": f"pictures are {shape_text(net.shape)}",
        "functions": _functions_text(choice),
        "norm": "normalisation after the function" if choice.norm_last else "normalisation before the function",
        "code": f"the code comes from {rule_text(choice.code)}",
        "input": f"it takes {INPUTS[choice.input].words}",
        "output": f"the decoder ends in {OUTPUTS[choice.output].line.words}",
        "split": SPLITS[choice.split],
        "fit": f"pictures {choice.fit}",
    }


def _functions_text(choice: Choice) -> str:
    one, two = rule_text(choice.encoder), rule_text(choice.decoder)
    said = (
        f"after hidden layers comes {one}" if one == two else f"after hidden layers comes {one}, in the decoder {two}"
    )
    if choice.plain:
        said += f", but not after number {', '.join(str(number + 1) for number in sorted(choice.plain))} of them"
    return said


def _windows_text(links: Chain) -> str:
    said = []
    for link in links:
        layer = link.layer
        if isinstance(layer, Convolution | TransposedConvolution):
            said.append(f"{link.source} stride {layer.stride[0]}, padding {layer.padding[0]}")
        elif isinstance(layer, MaxPooling | AveragePooling):
            said.append(f"{'max' if isinstance(layer, MaxPooling) else 'average'} pooling {layer.kernel[0]}")
        elif isinstance(layer, Upsampling):
            said.append(f"upsampling {layer.factor[0]}")
    return ", ".join(said)
