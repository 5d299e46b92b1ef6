"""How the gradient fades, as a picture over the age: terms and shares with the cut, and beside them the Jacobians.

`fading_picture(f, k)` returns SVG; its numbers stand in the table and the sentence of the same record.
"""

import math

import numpy as np

from ..fading import Fading
from .chart import Chart, age_ticks, crosses, dots, frame, is_drawn, joined, level, log_chart
from .drawing import text
from .fading import per_cent
from .spelling import number

WIDTH, HEIGHT = 1080, 322
ROUNDING = 2.0**-54  # what is smaller than this part of a number can be added to it without any change


def fading_picture(f: Fading, k: int) -> str:
    """Return the picture: at the left the terms and their shares, at the right the product of Jacobians."""
    a = f.ages
    label = f"Sizes of the terms of dL/d{a.weight} by age, their shares, and the norms of the product of Jacobians"
    return (
        f'<svg class="graph fading s-{a.weight}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{label}; {f.T} steps, cut after {k}.">{terms(f, k)}{lens(f)}</svg>'
    )


def terms(f: Fading, k: int) -> str:
    """Return the sizes of the terms on a log scale, with the size of the total, and below them the shares."""
    a, rounding = f.ages, f.ages.size * ROUNDING
    chart = log_chart(60, 540, 44, 212, f.T, [*a.sizes, a.size])
    shares = Chart(60, 540, 236, 278, f.T)
    kept, left_out = range(min(k, f.T)), range(min(k, f.T), f.T)
    marks = [
        text(60, 15, f"size of each term of dL/d{a.weight}, log scale", "head start"),
        text(60, 230, f"share of all sizes; the largest is {per_cent(a.shares.max())}", "small start"),
        knife(chart, shares, k),
        frame(chart),
        joined(chart, a.sizes, "thread"),
        dots(chart, left_out, a.sizes, "dot small"),
        dots(chart, kept, a.sizes, "dot"),
        crosses(chart, a.sizes),
        bars(shares, a.shares, k),
        age_ticks(shares, 294),
        text(300, 314, "age: steps back from the last", "small"),
    ]
    if is_drawn(a.size):
        line = chart.y(a.size)
        name = text(
            66, line + (15 if line < chart.top + 18 else -5), f"total: size {number(a.size)}", "start total-name"
        )
        marks += [level(chart, a.size, "total"), name]
    if is_drawn(rounding) and math.log10(rounding) > chart.low:
        words = "below this line, a term is lost in rounding"
        marks += [level(chart, rounding, "rounding"), text(66, chart.y(rounding) + 14, words, "small start")]
    return "".join(marks)


def knife(chart: Chart, shares: Chart, k: int) -> str:
    """Return the cut of a truncation, and over it who is left out."""
    if k >= chart.T:
        return text(chart.right, 36, "nothing is left out", "small end")
    x = chart.x(k - 0.5)
    shade = f'<rect class="left-over" x="{chart.left}" y="{chart.top}" width="{x - chart.left:.1f}"'
    shades = f'{shade} height="{chart.bottom - chart.top}"/>'
    line = f'<path class="cut" d="M{x:.1f},{chart.top - 14}V{shares.bottom}"/>'
    side, kind = (-6, "small end") if x - chart.left > 150 else (6, "small start")
    words = f"← left out: {chart.T - k}" if side < 0 else f"cut: k = {k}"
    right = text(x + 6, 38, f"kept: k = {k}", "small start") if side < 0 and chart.right - x > 80 else ""
    return shades + line + text(x + side, 38, words, kind) + right


def bars(chart: Chart, shares: np.ndarray, k: int) -> str:
    """Return a bar for each share, filled where it is kept."""
    largest = float(shares.max()) or 1.0
    marks = [f'<path class="axis-line" d="M{chart.left},{chart.bottom}H{chart.right}"/>']
    for age, share in enumerate(shares):
        height = (chart.bottom - chart.top) * share / largest
        if height >= 0.05:
            wide = 0.76 * chart.step
            kind = "bar kept" if age < k else "bar"
            box = f'x="{chart.x(age) - wide / 2:.1f}" y="{chart.bottom - height:.1f}" width="{wide:.1f}"'
            marks.append(f'<rect class="{kind}" {box} height="{height:.1f}"/>')
    return "".join(marks)


def lens(f: Fading) -> str:
    """Return the norm of the product of Jacobians by age, between the two things it is often taken for."""
    lines = (("bound", f.bounds), ("power", f.powers), ("happens", f.norms))
    chart = log_chart(770, 1030, 44, 278, f.T, [size for _, sizes in lines for size in (*sizes, 1.0)])
    words = {
        "bound": "singular values multiplied",
        "happens": "the product that happens",
        "power": "spectral radius, to the age",
    }
    marks = [
        text(590, 15, "norm of dO_T/dO_t, the product of Jacobians, log scale", "head start"),
        frame(chart, at_right=True),
        level(chart, 1.0, "axis-line"),
        *(joined(chart, sizes, kind) for kind, sizes in lines),
        dots(chart, range(f.T), f.norms, "dot small"),
        crosses(chart, f.norms),
        age_ticks(chart, 294),
        text(900, 314, "age: steps back from the last", "small"),
    ]
    wanted = {kind: chart.y(sizes[-1]) if is_drawn(sizes[-1]) else chart.bottom for kind, sizes in lines}
    for kind, y in apart(wanted, 62, 260).items():
        value = number(dict(lines)[kind][-1])
        marks.append(f'<path class="{kind}" d="M570,{y - 4:.1f}h22"/>')
        marks.append(
            text(598, y, words[kind], "small start") + text(598, y + 16, f"at the oldest: {value}", "small start")
        )
    return "".join(marks)


def apart(wanted: dict[str, float], top: float, bottom: float, room: float = 46) -> dict[str, float]:
    """Return heights near those that are wanted, in their order, at least `room` apart and between the two ends."""
    names = sorted(wanted, key=wanted.get)
    placed: dict[str, float] = {}
    for i, name in enumerate(names):
        lowest = bottom - room * (len(names) - 1 - i)
        highest = max([y + room for y in placed.values()], default=top)
        placed[name] = min(max(wanted[name], highest), lowest)
    return placed
