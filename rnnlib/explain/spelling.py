"""How symbols and numbers are written, on the page and as plain text; everything in this package spells through here.

`symbol("O3")`, `derivative("dO3/dO2")` and `value(array)` return HTML or MathML, `plain(array)` the same as text.
"""

import re
from functools import lru_cache
from html import escape

import numpy as np

MATRIX_LIMIT = 4  # rows or columns of the largest matrix that is written out


def number(v: float, digits: int = 4) -> str:
    """Return so many significant digits with a true minus sign, `0` for zero.

    >>> number(-0.123456), number(0.0), number(1.5e-7)
    ('−0.1235', '0', '1.5e−7')
    """
    return plain_number(v, digits).replace("-", "−")


def plain_number(v: float, digits: int = 4) -> str:
    """Return so many significant digits in ASCII, `0` for zero.

    >>> plain_number(-0.123456), plain_number(-0.0), plain_number(1.5e-7)
    ('-0.1235', '0', '1.5e-7')
    """
    text = f"{v:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text


def signed(v: float, digits: int = 4) -> str:
    """Return a change: a number with its sign, also where that is a plus.

    >>> signed(0.1), signed(-0.1), signed(0.0)
    ('+0.1', '−0.1', '0')
    """
    return f"+{number(v, digits)}" if v > 0 else number(v, digits)


def bound(difference: float) -> str:
    """Return a difference that is only rounding as a bound, as its digits mean nothing; a real one as a number."""
    return next((f"< 1e−{n}" for n in (8, 6) if difference < 10.0**-n), number(difference))


def shape(array: np.ndarray) -> str:
    """Return rows times columns, such as `2×3`; a vector counts as one row."""
    return "×".join(str(n) for n in matrix(array).shape)


def matrix(array: np.ndarray) -> np.ndarray:
    """Return a factor as the matrix it is written as.

    A row stays a row. Of dO_t/dW (H, H, n) only the block that is not zero is written, as a matrix (H, n): O_i moves
    with row i of W alone, and entry [i, j] is dO_i/dW_ij.
    """
    if array.ndim == 3:
        return np.einsum("iij->ij", array)
    return np.atleast_2d(array)


def is_written_out(array: np.ndarray) -> bool:
    """Return whether the array is small enough for all its numbers."""
    return max(matrix(array).shape) <= MATRIX_LIMIT


def value(array: np.ndarray, digits: int = 4) -> str:
    """Return HTML for an array: a number, a matrix with all its numbers, or for a large one its shape and size."""
    block = matrix(np.asarray(array))
    if block.size == 1:
        return f'<span class="n">{number(block.item(), digits)}</span>'
    if not is_written_out(block):
        return f'<span class="n">{shape(block)}, size {number(np.linalg.norm(block))}</span>'
    entries = "".join(f"<span>{number(v, digits)}</span>" for v in block.flat)
    return f'<span class="matrix" style="--columns:{block.shape[1]}">{entries}</span>'


def plain(array: np.ndarray) -> str:
    """Return the same as `value` in one line of plain text.

    >>> plain(np.array([[0.5, -1.0]]))
    '[0.5, -1]'
    """
    block = matrix(np.asarray(array))
    if block.size == 1:
        return plain_number(block.item())
    if not is_written_out(block):
        return f"{shape(block)}, size {plain_number(np.linalg.norm(block))}".replace("×", "x")
    rows = [f"[{', '.join(plain_number(v) for v in row)}]" for row in block]
    return rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]"


def value_words(array: np.ndarray) -> str:
    """Return an array as a sentence says it: a number, a row of numbers, or the shape and size of a matrix."""
    block = matrix(np.asarray(array))
    if min(block.shape) > 1:
        return f"a {shape(block)} matrix of size {number(np.linalg.norm(block))}"
    return plain(block.ravel()).replace("-", "−")


@lru_cache
def symbol(name: str) -> str:
    """Return MathML for one symbol in its colour, such as `Wh`, `O3` or `O_t`: digits or `_t` are its step."""
    letter, step = re.fullmatch(r"(\w*?)(_t|\d*)", name).groups()
    spelled = f'<mi mathvariant="normal" class="s-{letter}">{letter}</mi>'
    return f"<msub>{spelled}<mn>{step.removeprefix('_')}</mn></msub>" if step else spelled


D = '<mi mathvariant="normal">d</mi>'


@lru_cache
def derivative(name: str) -> str:
    """Return MathML for a derivative as it stands on the board, such as `dO3/dO2`."""
    over, under = (part.removeprefix("d") for part in name.split("/"))
    return f"<mfrac><mrow>{D}{symbol(over)}</mrow><mrow>{D}{symbol(under)}</mrow></mfrac>"


def math(body: str, label: str = "") -> str:
    """Return a formula of its own; with a label, that is what a screen reader says for it."""
    said = f' aria-label="{escape(label)}"' if label else ""
    return f'<math displaystyle="true"{said}>{body}</math>'
