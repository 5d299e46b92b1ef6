"""The one table of symbols: complete, told apart, and legible on light and on dark pages."""

import re
from dataclasses import FrozenInstanceError, fields

import pytest
from reference import AWKWARD

from rnnlib import Weights, backward
from rnnlib.notation import SYMBOLS, WEIGHTS


def luminance(colour):
    """Relative luminance of #rrggbb, WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    """Contrast of two colours, WCAG 2.2: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_table_holds_every_letter_of_the_model():
    """Under its own name, in the order in which the equations bring them up."""
    assert list(SYMBOLS) == ["x", "a", "O", "y_hat", "y", "L", "Wi", "Wh", "Wo"]
    assert all(symbol.name == name for name, symbol in SYMBOLS.items())
    assert {name: symbol.meaning for name, symbol in SYMBOLS.items()} == {
        "x": "input of a step",
        "a": "pre-activation",
        "O": "hidden output",
        "y_hat": "prediction",
        "y": "target",
        "L": "loss",
        "Wi": "input weights",
        "Wh": "hidden weights",
        "Wo": "output weights",
    }


@pytest.mark.parametrize("symbol", SYMBOLS.values(), ids=SYMBOLS)
def test_a_symbol_is_legible(symbol):
    """Contrast 4.5 : 1 or more: `light` on white, `dark` on black and on JupyterLab's dark grey."""
    assert re.fullmatch("#[0-9a-f]{6}", symbol.light)
    assert re.fullmatch("#[0-9a-f]{6}", symbol.dark)
    assert contrast(symbol.light, "#ffffff") >= 4.5
    assert contrast(symbol.dark, "#111111") >= 4.5
    assert contrast(symbol.dark, "#000000") >= 4.5


def test_colours_tell_symbols_apart():
    """No two share a colour, but x and y, the data the caller brings."""
    for page in ("light", "dark"):
        colours = [getattr(symbol, page) for name, symbol in SYMBOLS.items() if name != "y"]
        assert len(set(colours)) == len(colours)
        assert getattr(SYMBOLS["x"], page) == getattr(SYMBOLS["y"], page)


def test_shapes_are_those_of_the_records():
    """The letters of each shape, filled in, are the shape of the array of that name."""
    grads = backward(AWKWARD.trace, AWKWARD.y)
    trace, w = grads.trace, grads.trace.weights
    sizes = {"D": w.D, "H": w.H, "K": w.K}
    arrays = {"x": trace.x[0], "a": trace.a[1], "O": trace.O[1], "y_hat": trace.y_hat, "y": grads.y,
              "Wi": w.Wi, "Wh": w.Wh, "Wo": w.Wo}  # fmt: skip
    for name, array in arrays.items():
        assert re.fullmatch(r"\([DHK],\)|\([DHK], [DHK]\)", SYMBOLS[name].shape)
        assert tuple(sizes[letter] for letter in re.findall("[DHK]", SYMBOLS[name].shape)) == array.shape
    assert SYMBOLS["L"].shape == "()"


def test_weights_are_named_alike_everywhere():
    """WEIGHTS are the fields of Weights, the output first, as the course meets them; no other name is used for them."""
    assert WEIGHTS == ("Wo", "Wh", "Wi")
    assert sorted(WEIGHTS) == sorted(field.name for field in fields(Weights))
    for weight in WEIGHTS:
        assert weight not in SYMBOLS[weight].elsewhere


def test_other_books_names_are_listed():
    """Weights in the order of Goodfellow, Karpathy, Ng and PyTorch; no two symbols share a name."""
    elsewhere = {
        "x": "x_t",
        "a": "z_t net_t",
        "O": "h_t s_t a^<t>",
        "y_hat": "o_t p_t",
        "y": "d_t target",
        "L": "E J C",
        "Wi": "U Wxh Wax W_ih",
        "Wh": "W Whh Waa W_hh",
        "Wo": "V Why Wya W_ho",
    }
    assert {name: " ".join(symbol.elsewhere) for name, symbol in SYMBOLS.items()} == elsewhere
    names = [name for symbol in SYMBOLS.values() for name in symbol.elsewhere]
    assert len(set(names)) == len(names)


def test_a_symbol_can_not_be_changed():
    """One spelling, one colour, for everyone."""
    with pytest.raises(FrozenInstanceError):
        SYMBOLS["Wh"].light = "#000000"
