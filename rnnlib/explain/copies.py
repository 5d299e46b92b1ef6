"""The unrolled RNN with a copy of one weight at each step, as SVG: `copies(untied, tied)`.

Copies that have moved are lit, and so is every hidden output that changes with them; a line through all copies shows
that they are one weight again.
"""

from dataclasses import dataclass

import numpy as np

from ..untied import Untied
from .drawing import WRITTEN_OUT, arrow, text
from .spelling import is_written_out, number, shape, signed
from .untied import Entry, moved_entry, moved_steps, part, weight_name

LONGEST = 3  # numbers in a node; of a longer vector the size is given


@dataclass(frozen=True)
class Place:
    """Where things stand: columns 0 .. T hold O_0 .. O_T, then y_hat and L; `lines` numbers fit into a node."""

    T: int
    lines: int
    weight: str

    @property
    def is_written_out(self) -> bool:
        """Whether nodes are boxes with their numbers; otherwise they are dots."""
        return self.T <= WRITTEN_OUT

    @property
    def step(self) -> float:
        """The distance of two columns."""
        return 128 if self.T <= 5 else 78 if self.is_written_out else max(16.0, 1100 / (self.T + 3))

    @property
    def digits(self) -> int:
        """Significant digits that fit into a node."""
        return 4 if self.step > 100 else 2

    @property
    def box(self) -> float:
        """The width of a node."""
        return 84 if self.step > 100 else 50 if self.is_written_out else 10

    @property
    def half(self) -> float:
        """Half the height of a node."""
        return 15 + 8.5 * self.lines if self.is_written_out else 5

    @property
    def pill(self) -> float:
        """Half the width of a copy."""
        return 39 if self.step > 100 else 33 if self.is_written_out else 5

    @property
    def copy_row(self) -> float:
        """The height of the copies: above the arrows from O to O, or between x and O."""
        return 64 if self.weight == "Wh" else self.O_row + self.half + 52

    @property
    def O_row(self) -> float:
        """The height of the row of O."""
        return 116 + self.half if self.weight == "Wh" else 30 + self.half

    @property
    def x_row(self) -> float:
        """The height of the row of x, which only the copies of Wi need."""
        return self.copy_row + 46 + self.half

    def x(self, column: float) -> float:
        """Return the middle of a column; half a column is the middle of an arrow."""
        return 4 + self.box / 2 + self.step * column

    def copy_x(self, t: int) -> float:
        """Return the middle of the copy of step t."""
        return self.x(t - 0.5) if self.weight == "Wh" else self.x(t)

    @property
    def width(self) -> float:
        """The width of the drawing."""
        return self.x(self.T + 2) + self.box / 2 + 4

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return (self.O_row if self.weight == "Wh" else self.x_row) + self.half + 4


def values(vector: np.ndarray, digits: int) -> list[str]:
    """Return the lines of a node: its numbers, or the size of a long vector."""
    vector = np.ravel(vector)
    if vector.size > LONGEST:
        return [f"size {number(float(np.linalg.norm(vector)), 2)}"]
    return [number(v, digits) for v in vector]


def node(place: Place, column: float, y: float, name: str, vector: np.ndarray, lit: bool) -> str:
    """Return a box with a symbol and its values, lit where they have changed; one of many is a dot."""
    x, half, on = place.x(column), place.half, " on" if lit else ""
    letter = name.rstrip("0123456789")
    if not place.is_written_out:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half}" class="node s-{letter}{on}"/>'
    step = name.removeprefix(letter)
    head = f'{letter}<tspan class="sub" dy="4">{step}</tspan>' if step else letter
    lines = (text(x, y - half + 38 + 17 * i, v, "value") for i, v in enumerate(values(vector, place.digits)))
    box = f'x="{x - place.box / 2:.1f}" y="{y - half:.1f}" width="{place.box}" height="{2 * half:.1f}" rx="9"'
    return f'<rect {box} class="node s-{letter}{on}"/>{text(x, y - half + 19, head, f"name s-{letter}")}{"".join(lines)}'


def copy(place: Place, untied: Untied, t: int, entry: Entry | None, lit: bool) -> str:
    """Return the copy of step t: a pill with its value, above it the change where it has moved."""
    x, y, weight, on = place.copy_x(t), place.copy_row, untied.weight, " on" if lit else ""
    if not place.is_written_out:
        return f'<circle cx="{x:.1f}" cy="{y}" r="{place.pill}" class="pill s-{weight}{on}"/>'
    array = part(untied.copies[t], entry)
    said = number(array) if array.size == 1 else shape(array) if is_written_out(array) else ""
    box = f'x="{x - place.pill:.1f}" y="{y - 22}" width="{2 * place.pill}" height="44" rx="14"'
    drawn = f'<rect {box} class="pill s-{weight}{on}"/>{text(x, y - 5, f"{weight}({t})", f"use s-{weight}")}'
    drawn += text(x, y + 14, said, "value")
    if not lit or entry is None:
        return drawn
    change = signed(untied.changes[t][entry])
    at = (x, y - 29, change, "change") if weight == "Wh" else (x + place.pill + 4, y + 5, change, "change start")
    return drawn + text(*at)


def copies(untied: Untied, tied: bool = False, entry: Entry | None = None) -> str:
    """Return the picture as SVG; `tied` draws the line that makes the copies one weight."""
    trace, weight, entry, moved = untied.grads.trace, untied.weight, entry or moved_entry(untied), moved_steps(untied)
    T, w = trace.T, trace.weights
    place = Place(T, max(n if n <= LONGEST else 1 for n in (w.H, w.K, w.D if weight == "Wi" else 1)), weight)
    reach, floor = place.box / 2 + 1, place.O_row + place.half
    parts = []
    if tied:
        ends = place.copy_x(1) - place.pill / 2, place.copy_x(T) + place.pill / 2
        parts.append(f'<path class="tie s-{weight}" d="M{ends[0]:.1f},{place.copy_row} H{ends[1]:.1f}"/>')
    for t in range(1, T + 3):
        parts.append(arrow(place.x(t - 1) + reach, place.O_row, place.x(t) - reach, place.O_row, ""))
    for t in range(1, T + 1):
        if weight == "Wh":
            top, bottom = place.copy_row + (22 if place.is_written_out else 5), place.O_row - 3
            parts.append(f'<path class="stem s-Wh" d="M{place.copy_x(t):.1f},{top} V{bottom:.1f}"/>')
        else:
            parts.append(arrow(place.x(t), place.x_row - place.half, place.x(t), floor, ""))
            parts.append(node(place, t, place.x_row, f"x{t}", trace.x[t - 1], lit=False))
    for t in range(1, T + 1):
        parts.append(copy(place, untied, t, entry, t in moved))
    for t in range(T + 1):
        parts.append(node(place, t, place.O_row, f"O{t}", untied.O[t], bool((untied.O[t] != trace.O[t]).any())))
    lit = bool((untied.y_hat != trace.y_hat).any())
    parts.append(node(place, T + 1, place.O_row, "y_hat", untied.y_hat, lit))
    parts.append(node(place, T + 2, place.O_row, "L", np.array(untied.loss), lit))
    name, heading = weight_name(untied, entry), f"a copy of {weight} for each step"
    if tied:
        heading = f"one {weight}, used at every step"
    if name != weight:
        heading += f"; its entry {name.removeprefix(weight)} is shown"
    label = f"Unrolled RNN of {T} steps with {heading}; moved: {', '.join(map(str, moved)) or 'none'}."
    return (
        f'<svg class="graph copies" viewBox="0 0 {place.width:.0f} {place.height:.0f}" role="img" aria-label="{label}" '
        f'style="max-width:{place.width / 16:.1f}em">{text(place.width / 2, 16, heading, f"use s-{weight}")}{"".join(parts)}</svg>'
    )
