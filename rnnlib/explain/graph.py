"""The unrolled graph as SVG: `graph(cycle, board)` draws every step once, and lights for each frame what it is about.

Forward arrows are straight and grey, the way back is arched and in the colour of the weight; each use of a weight is a pill
on its arrow, so that one sees the same Wh at every step.
"""

from dataclasses import dataclass

import numpy as np

from ..cycles import Cycle
from .board import Board
from .spelling import is_written_out, matrix, number, shape

LABELLED = 14  # steps; with more, nodes are dots and only the current one is labelled


@dataclass(frozen=True)
class Layout:
    """Where things stand: columns 0 .. T hold O_0 .. O_T, then come y_hat and L."""

    T: int
    step: float
    box: float
    lines: int

    def x(self, column: float) -> float:
        """Return the middle of a column."""
        return 14 + self.box / 2 + self.step * column

    @property
    def width(self) -> float:
        """The width of the drawing."""
        return self.x(self.T + 2) + self.box / 2 + 14

    @property
    def half(self) -> float:
        """Half the height of a node."""
        return 15 + 8.5 * self.lines if self.box > 20 else self.box / 2

    @property
    def O_row(self) -> float:
        """The height of the row of O, under the arches."""
        return 50 + self.half

    @property
    def x_row(self) -> float:
        """The height of the row of x."""
        return self.O_row + 2 * self.half + 50

    @property
    def is_roomy(self) -> bool:
        """Whether arrows have room for a symbol and its number."""
        return self.step >= 130


def layout(cycle: Cycle) -> Layout:
    """Return the layout for as many steps and units as the cycle has."""
    T, w = cycle.trace.T, cycle.trace.weights
    if T > LABELLED:
        return Layout(T, step=max(16.0, 1080 / (T + 3)), box=12, lines=0)
    lines = max(n if n <= 3 else 1 for n in (w.H, w.D, w.K))
    step = 158 if T <= 4 else 118 if T <= 7 else 92
    return Layout(T, step=step, box=min(88, step - 34), lines=lines)


def values(vector: np.ndarray, digits: int) -> list[str]:
    """Return the lines that say a vector: its numbers, or its length and size when there are more than three."""
    vector = np.ravel(vector)
    return [number(v, digits) for v in vector] if vector.size <= 3 else [f"size {number(np.linalg.norm(vector), 2)}"]


def spans(*indices: int | None) -> str:
    """Return frames as the stepper reads them."""
    return " ".join(str(i) for i in indices if i is not None)


def text(x: float, y: float, words: str, kind: str = "", more: str = "") -> str:
    """Return a centred line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" {more}>{words}</text>'


def node(at: Layout, column: float, y: float, name: str, vector: np.ndarray, known_from: int, on: str, go: int) -> str:
    """Return a box with a symbol, and its value from the frame on in which it is known."""
    x, half = at.x(column), at.half
    letter = name.rstrip("0123456789")
    shape_ = (
        f'<rect x="{x - at.box / 2:.1f}" y="{y - half:.1f}" width="{at.box}" height="{2 * half:.1f}" rx="9" '
        f'class="node s-{letter}" data-on="{on}"/>'
    )
    go_ = f'<g data-go="{go}">' if go is not None else "<g>"
    if at.box < 20:
        shape_ = f'<circle cx="{x:.1f}" cy="{y}" r="{half}" class="node s-{letter}" data-on="{on}"/>'
        label = text(x, y - half - 8, f"{name} = {', '.join(values(vector, 4))}", f"value s-{letter}", f'data-at="{on}"')
        return f"{go_}{shape_}{label if letter != 'x' else ''}</g>"
    step = name.removeprefix(letter)
    head = f'{letter}<tspan class="sub" dy="4">{step}</tspan>' if step else letter
    label = text(x, y - half + 19, head, f"name s-{letter}")
    lines = (text(x, y - half + 38 + 17 * i, v, "value" if at.is_roomy else "value small") for i, v in enumerate(values(vector, 4 if at.is_roomy else 3)))
    return f'{go_}{shape_}{label}<g data-at="{known_from}-">{"".join(lines)}</g></g>'


def straight(x1: float, y1: float, x2: float, y2: float, on: str) -> str:
    """Return a forward arrow, horizontal or upward."""
    if y1 == y2:
        head = f"{x2:.1f},{y2} {x2 - 8:.1f},{y2 - 4} {x2 - 8:.1f},{y2 + 4}"
    else:
        head = f"{x2:.1f},{y2} {x2 - 4:.1f},{y2 + 8} {x2 + 4:.1f},{y2 + 8}"
    line = f'<path d="M{x1:.1f},{y1} L{x2:.1f},{y2}"/><polygon points="{head}"/>'
    return f'<g class="arrow" data-on="{on}">{line}</g>'


def back(x1: float, x2: float, y1: float, y2: float, rise: float, weight: str, at_frames: str, label: str) -> str:
    """Return an arched arrow back from x1 to x2, seen only while the path runs through it."""
    top = min(y1, y2) - rise
    head = f"{x2:.1f},{y2:.1f} {x2 - 5:.1f},{y2 - 9:.1f} {x2 + 5:.1f},{y2 - 9:.1f}"
    path = f'<path d="M{x1:.1f},{y1:.1f} C{x1:.1f},{top:.1f} {x2:.1f},{top:.1f} {x2:.1f},{y2 - 6:.1f}"/>'
    words = text((x1 + x2) / 2, top + rise * 0.25 - 6, label, "derivative") if label else ""
    return f'<g class="back s-{weight}" data-at="{at_frames}">{path}<polygon points="{head}"/>{words}</g>'


def pill(x: float, y: float, weight: str, words: str, on: str, radius: float) -> str:
    """Return one use of a weight, sitting on its arrow."""
    if radius < 10:
        return f'<circle cx="{x:.1f}" cy="{y}" r="3.5" class="pill s-{weight}" data-on="{on}"/>'
    box = f'<rect x="{x - radius:.1f}" y="{y - 11}" width="{2 * radius}" height="22" rx="11" class="pill s-{weight}" data-on="{on}"/>'
    return f'<g>{box}{text(x, y + 4.5, words, f"use s-{weight}" if radius > 15 else f"use small s-{weight}")}</g>'


def graph(cycle: Cycle, board: Board) -> str:
    """Return the unrolled graph of the whole cycle with the marks by which the stepper lights each frame."""
    trace, w, weight, at = cycle.trace, cycle.trace.weights, cycle.weight, layout(cycle)
    T, loss, total, end = trace.T, board.at("loss"), board.at("sum"), board.at("update")
    forward = {t: board.at("forward", t) for t in range(1, T + 1)}
    term = {t: board.at("term", t) for t in range(1, T + 1)}
    after = "" if total is None else f"{total}-{end if end is not None else total}"
    reach, radius = at.box / 2, min(20.0, (at.step - at.box) / 2 - 2) if at.box > 20 else 4.0
    roof = at.O_row - at.half

    def through(t: int) -> str:
        """Return the frames whose path runs through O_t."""
        return " ".join((spans(*(term[s] for s in range(1, t + 1))), after)) if total is not None else ""

    def used(t: int, name: str) -> str:
        """Return the frames in which the use of a weight at step t is lit."""
        going = loss if name == "Wo" else forward[t]
        return f"{spans(going, term[t])} {after}" if name == weight and total is not None else spans(going)

    def says(symbol: str, array: np.ndarray) -> str:
        if at.box < 20:
            return ""
        block = matrix(array)
        short = number(block.item()) if block.size == 1 else shape(block) if is_written_out(block) or at.is_roomy else ""
        return f"{symbol} = {short}" if at.is_roomy and block.size == 1 else symbol if at.is_roomy else short

    marks = [f'<g data-on="{spans(forward.get(1))}">']
    for t in range(1, T + 1):
        lit = spans(forward[t])
        x_here, x_before, x_pill = at.x(t), at.x(t - 1), (at.x(t - 1) + at.x(t)) / 2
        y_pill = (at.O_row + at.x_row) / 2
        marks += [
            straight(x_before + reach, at.O_row, x_here - reach, at.O_row, lit),
            straight(x_here, at.x_row - at.half, x_here, at.O_row + at.half, lit),
            pill(x_pill, at.O_row, "Wh", "Wh", used(t, "Wh"), radius),
            pill(x_here, y_pill, "Wi", "Wi", used(t, "Wi"), radius),
            node(at, t, at.x_row, f"x{t}", trace.x[t - 1], 0, lit, forward[t]),
        ]
    marks += [
        straight(at.x(T) + reach, at.O_row, at.x(T + 1) - reach, at.O_row, spans(loss)),
        straight(at.x(T + 1) + reach, at.O_row, at.x(T + 2) - reach, at.O_row, spans(loss)),
        straight(at.x(T + 2), at.x_row - at.half, at.x(T + 2), at.O_row + at.half, spans(loss)),
        pill((at.x(T) + at.x(T + 1)) / 2, at.O_row, "Wo", "Wo", used(T, "Wo"), radius),
        node(at, 0, at.O_row, "O0", trace.O[0], 0, spans(forward[1], term[1] if weight == "Wh" else None), forward[1]),
    ]
    for t in range(1, T + 1):
        lit = f"{spans(forward[t], forward.get(t + 1), loss if t == T else None)} {through(t)}"
        go = term[t] if term[t] is not None else forward[t]
        marks.append(node(at, t, at.O_row, f"O{t}", trace.O[t], forward[t], lit, go))
    marks += [
        node(at, T + 1, at.O_row, "y_hat", trace.y_hat, loss, f"{spans(loss)} {through(T)}", loss),
        node(at, T + 2, at.O_row, "L", np.array(cycle.grads.loss), loss, f"{spans(loss)} {through(T)}", loss),
        node(at, T + 2, at.x_row, "y", cycle.grads.y, 0, spans(loss), loss),
        "</g>",
    ]
    if total is not None:
        marks += way_back(cycle, at, term, through, says, roof, radius, after)
    height = at.x_row + at.half + 4
    label = f"Unrolled graph of {T} steps: x1 to x{T} enter, O0 to O{T} follow one another, O{T} predicts y_hat, which is compared with y."
    return (
        f'<svg class="graph" viewBox="0 0 {at.width:.0f} {height:.0f}" role="img" aria-label="{label}" '
        f'style="max-width:{at.width / 16:.0f}em">{"".join(marks)}</svg>'
    )


def way_back(cycle, at, term, through, says, roof, radius, after) -> list[str]:
    """Return the arched arrows: from the loss to O_T, from each O to the one before, and the last one to the weight."""
    T, weight = cycle.trace.T, cycle.weight
    first = cycle.chains[cycle.steps[-1]].factors
    arcs = {factor.symbol: factor.value for factor in first}

    def label(symbol: str) -> str:
        return says(symbol, arcs[symbol]) if symbol in arcs else ""

    found = [back(at.x(T + 2), at.x(T + 1) + 8, roof, roof, 40, weight, through(T), label("dL/dy_hat"))]
    if weight == "Wo":
        x_pill = (at.x(T) + at.x(T + 1)) / 2
        frames = f"{spans(term[T])} {after}"
        return [*found, back(at.x(T + 1) - 8, x_pill, roof, at.O_row - 11, 40, weight, frames, label("dy_hat/dWo"))]
    found.append(back(at.x(T + 1) - 8, at.x(T) + 8, roof, roof, 40, weight, through(T), label(f"dy_hat/dO{T}")))
    for t in range(T, 1, -1):
        found.append(back(at.x(t) - 8, at.x(t - 1) + 8, roof, roof, 40, weight, through(t - 1), label(f"dO{t}/dO{t - 1}")))
    for t in range(T, 0, -1):
        frames = f"{spans(term[t])} {after}"
        last = cycle.chains[t].factors[-1]
        words = says(last.symbol, last.value)
        if weight == "Wh":
            x_pill = (at.x(t - 1) + at.x(t)) / 2
            y_pill = at.O_row - (11 if radius >= 10 else 4)
            found.append(back(at.x(t) - at.box / 2 + 12, x_pill, roof, y_pill, 20, weight, frames, ""))
            if words:
                found.append(text(x_pill, at.O_row + at.half + 15, words, f"derivative s-{weight}", f'data-at="{spans(term[t])}"'))
        else:
            x, y1, y2 = at.x(t) + 16, at.O_row + at.half, (at.O_row + at.x_row) / 2 + 2
            path = f'<path d="M{x:.1f},{y1:.1f} C{x + 14:.1f},{y1 + 8:.1f} {x + 22:.1f},{y2:.1f} {x + 10:.1f},{y2:.1f}"/>'
            head = f'<polygon points="{x + 4:.1f},{y2:.1f} {x + 13:.1f},{y2 - 5:.1f} {x + 13:.1f},{y2 + 5:.1f}"/>'
            tag = text(x + 16, y2 + 26, words, "derivative start", f'data-at="{spans(term[t])}"') if words else ""
            found.append(f'<g class="back s-{weight}" data-at="{frames}">{path}{head}{tag}</g>')
    return found
