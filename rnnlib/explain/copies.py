"""The unrolled RNN with a copy of one weight at each step, as SVG: `copies(untied, tied)`.

Copies that have moved are lit, and so is everything that changes with them; a line through all copies shows that they
are one weight.
"""

from dataclasses import dataclass

import numpy as np

from ..untied import Untied
from .drawing import WRITTEN_OUT, arrow, text
from .spelling import is_written_out, number, shape, signed
from .untied import Entry, moved_entry, moved_steps, part, weight_name

LONGEST = 3  # numbers in a node; of a longer vector the size is given
SMALLEST = 0.85  # of many steps, the drawing shrinks to this on a narrow page; then it scrolls
LETTER = 8.6  # width of a letter of the title, about


@dataclass(frozen=True)
class Place:
    """Where things stand: columns 0 .. T hold O_0 .. O_T, then y_hat and L; `lines` numbers fit into a node."""

    T: int
    lines: int
    weight: str

    @property
    def is_roomy(self) -> bool:
        """Whether a node has room for four digits; otherwise for two or three decimals."""
        return self.T <= 5

    @property
    def is_written_out(self) -> bool:
        """Whether nodes are boxes with their numbers; otherwise they are dots."""
        return self.T <= WRITTEN_OUT

    @property
    def step(self) -> float:
        """The distance of two columns."""
        return 128 if self.is_roomy else 78 if self.is_written_out else max(16.0, 1100 / (self.T + 3))

    @property
    def box(self) -> float:
        """The width of a node."""
        return 84 if self.is_roomy else 54 if self.is_written_out else 10

    @property
    def half(self) -> float:
        """Half the height of a node."""
        return 15 + 8.5 * self.lines if self.is_written_out else 5

    @property
    def pill(self) -> tuple[float, float]:
        """Half the width and half the height of a copy."""
        return (39 if self.is_roomy else 36, 22) if self.is_written_out else (5, 5)

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


def copies(untied: Untied, tied: bool = False, entry: Entry | None = None) -> str:
    """Return the picture; `tied` draws the line that makes the copies one weight, `entry` is the one that is moved."""
    w, T, weight, entry = untied.grads.trace.weights, untied.grads.trace.T, untied.weight, entry or moved_entry(untied)
    sizes = (w.H, w.K, w.D) if weight == "Wi" else (w.H, w.K)
    place = Place(T, max(n if n <= LONGEST else 1 for n in sizes), weight)
    title = f"one {weight}, used at every step" if tied else f"a copy of {weight} for each step"
    if weight_name(untied, entry) != weight:
        title += f"; its entry {list(entry)} is shown"
    middle = (place.copy_x(1) + place.copy_x(T)) / 2
    marks = [text(max(middle, LETTER * len(title) / 2), 16, title, f"use s-{weight}")]
    if tied:
        marks.append(line(place.copy_x(1), place.copy_row, f"H{place.copy_x(T):.1f}", f"tie s-{weight}"))
    marks += ways(untied, place) + [copy(untied, place, t, entry) for t in range(1, T + 1)] + nodes(untied, place)
    moved = ", ".join(map(str, moved_steps(untied))) or "none"
    kind, smallest = ("graph copies", 0.0) if place.is_roomy else ("graph copies dense", SMALLEST * place.width)
    return (
        f'<svg class="{kind}" style="width:{place.width:.0f}px; min-width:{smallest:.0f}px" '
        f'viewBox="0 0 {place.width:.0f} {place.height:.0f}" role="img" '
        f'aria-label="Unrolled RNN of {T} steps: {title}. Copies that have moved: {moved}.">{"".join(marks)}</svg>'
    )


def line(x: float, y: float, to: str, kind: str) -> str:
    """Return a straight line."""
    return f'<path class="{kind}" d="M{x:.1f},{y:.1f} {to}"/>'


def ways(untied: Untied, place: Place) -> list[str]:
    """Return the arrows from O_0 to L, and how each copy takes part."""
    T, y, reach = place.T, place.O_row, place.box / 2 + 1
    marks = [arrow(place.x(t - 1) + reach, y, place.x(t) - reach, y, "") for t in range(1, T + 3)]
    for t in range(1, T + 1):
        if place.weight == "Wh":
            marks.append(line(place.copy_x(t), place.copy_row + place.pill[1], f"V{y - 3:.1f}", "stem s-Wh"))
        else:
            marks.append(arrow(place.x(t), place.x_row - place.half, place.x(t), y + place.half, ""))
    return marks


def copy(untied: Untied, place: Place, t: int, entry: Entry | None) -> str:
    """Return the copy of step t: a pill with its value, and above it the change where it has moved."""
    x, y, weight, (half, high) = place.copy_x(t), place.copy_row, untied.weight, place.pill
    lit = bool(untied.changes[t].any())
    box = f'x="{x - half:.1f}" y="{y - high:.1f}" width="{2 * half}" height="{2 * high}" rx="{min(half, 14)}"'
    drawn = f'<rect {box} class="pill s-{weight}{" on" * lit}"/>'
    if not place.is_written_out:
        return drawn
    array = part(untied.copies[t], entry)
    said = number(float(array)) if array.size == 1 else shape(array) if is_written_out(array) else ""
    drawn += text(x, y - 5, f"{weight}({t})", f"use s-{weight}") + text(x, y + 14, said, "value")
    if lit and entry is not None:
        change = signed(untied.changes[t][entry])
        above = (x + 7, y - high - 10, change, "change start")  # the arrow up to O leaves room there, the tie does not
        drawn += text(x, y - 29, change, "change") if weight == "Wh" else text(*above)
    return drawn


def nodes(untied: Untied, place: Place) -> list[str]:
    """Return all nodes with their values, as they are with the copies moved; lit where that changes them."""
    trace, T, y = untied.grads.trace, place.T, place.O_row
    marks = [] if place.weight == "Wh" else [
        node(place, t, place.x_row, f"x{t}", trace.x[t - 1], lit=False) for t in range(1, T + 1)
    ]  # fmt: skip
    marks += [node(place, t, y, f"O{t}", untied.O[t], (untied.O[t] != trace.O[t]).any()) for t in range(T + 1)]
    marks.append(node(place, T + 1, y, "y_hat", untied.y_hat, (untied.y_hat != trace.y_hat).any()))
    return [*marks, node(place, T + 2, y, "L", np.array(untied.loss), untied.loss != untied.grads.loss)]


def node(place: Place, column: float, y: float, name: str, vector: np.ndarray, lit: bool) -> str:
    """Return a box with a symbol and its values; among many steps, a dot."""
    x, half, letter = place.x(column), place.half, name.rstrip("0123456789")
    kind = f"node s-{letter} on" if lit else f"node s-{letter}"
    if not place.is_written_out:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half}" class="{kind}"/>'
    step = name.removeprefix(letter)
    head = f'{letter}<tspan class="sub" dy="4">{step}</tspan>' if step else letter
    box = f'x="{x - place.box / 2:.1f}" y="{y - half:.1f}" width="{place.box}" height="{2 * half:.1f}" rx="9"'
    lines = (text(x, y - half + 38 + 17 * i, v, "value") for i, v in enumerate(values(vector, place.is_roomy)))
    return f'<rect {box} class="{kind}"/>{text(x, y - half + 19, head, f"name s-{letter}")}{"".join(lines)}'


def values(vector: np.ndarray, is_roomy: bool) -> list[str]:
    """Return the lines of a node: its numbers, or the size of a long vector."""
    vector = np.ravel(vector)
    if vector.size > LONGEST:
        return [f"size {number(float(np.linalg.norm(vector)), 2)}"]
    return [number(v) if is_roomy else number(round(v, 2 if abs(v) >= 0.1 else 3), 3) for v in vector]
