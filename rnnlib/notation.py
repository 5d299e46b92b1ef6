"""The one table of symbols: what each is called, what it means, its colour, its names elsewhere.

Code, prose, axis labels, equations and graphs take their spelling and colour from here (`SYMBOLS`).
The model, in these letters:

    a_t   = Wi x_t + Wh O_{t-1}      t = 1 .. T
    O_t   = f(a_t)
    y_hat = g(Wo O_T)
    L     = loss(y_hat, y)

T steps, B sequences in a batch, D inputs, H hidden units, K outputs.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """One letter of the course.

    `light` and `dark` are its colours on a light and on a dark page (contrast at least 4.5 : 1 on both);
    `elsewhere` holds the names other books and libraries use for the same thing.
    """

    name: str
    meaning: str
    shape: str
    light: str
    dark: str
    elsewhere: tuple[str, ...] = ()


_TABLE = (
    Symbol("x", "input of a step", "(D,)", "#555555", "#bdbdbd", ("x_t",)),
    Symbol("a", "pre-activation", "(H,)", "#6b5b00", "#d8c766", ("z_t", "net_t")),
    Symbol("O", "hidden output", "(H,)", "#00665a", "#56c9b4", ("h_t", "s_t", "a^<t>")),
    Symbol("y_hat", "prediction", "(K,)", "#8a3d00", "#f0a35e", ("o_t", "p_t")),
    Symbol("y", "target", "(K,)", "#555555", "#bdbdbd", ("d_t", "target")),
    Symbol("L", "loss", "()", "#a3004a", "#ff8fb8", ("E", "J", "C")),
    Symbol("Wi", "input weights", "(H, D)", "#00589c", "#7cc0ff", ("U", "Wxh", "Wax", "W_ih")),
    Symbol("Wh", "hidden weights", "(H, H)", "#b3261e", "#ff9a8f", ("W", "Whh", "Waa", "W_hh")),
    Symbol("Wo", "output weights", "(K, H)", "#6a2c9c", "#cfa3f5", ("V", "Why", "Wya", "W_ho")),
)

SYMBOLS: dict[str, Symbol] = {symbol.name: symbol for symbol in _TABLE}
WEIGHTS = ("Wo", "Wh", "Wi")
