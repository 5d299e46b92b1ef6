"""How the gradient fades on its way back: terms by age, their shares, and the Jacobians between the steps.

`fading_picture(f, k)` is the picture as SVG, `fading_sentence(f, k)` says it, `fading_table(f)` has its numbers as an
HTML table, `plain_fading(f)` as plain text. All take a `rnnlib.fading.Fading`; k is where a truncation would cut.
"""

import math

import numpy as np

from ..fading import Fading
from .chart import Chart, age_ticks, crosses, dots, frame, is_drawn, joined, level, log_chart
from .drawing import text
from .spelling import number, plain_number

WIDTH, HEIGHT = 1080, 322
SHOWN = (0, 1, 2, 5, 10, 20, 50)  # ages in the table, and the oldest
MOST = 0.99  # of all sizes: how many steps hold that?
ROUNDING = 2.0**-53  # a term smaller than this part of the sum changes no digit of it


def fading_sentence(f: Fading, k: int) -> str:
    """Return what is seen: how large the total is, how small the oldest term, who holds the sum, what a cut costs."""
    a, T = f.ages, f.T
    name = f"{f.task.hidden}, spectral radius {number(f.spectral_radius)}, T = {T}"
    if not a.sizes.any():
        return f"{name}: every term of dL/d{a.weight} is 0. Nothing is learned from this sequence."
    many = a.holding(MOST)
    who = "the last step holds" if many == 1 else f"the latest {many} steps hold"
    oldest = f"the term of step 1 has size {number(a.sizes[-1])}" if T > 1 else "there is one term"
    return (
        f"{name}: the total dL/d{a.weight} has size {number(a.size)}, {oldest}; {who} {100 * MOST:.0f} % of all sizes. "
        f"{back(f)}{cut(f, k)}"
    )


def back(f: Fading) -> str:
    """Return how long the product of all Jacobians is, in a sentence."""
    if f.T == 1:
        return ""
    return f"Back from O_{f.T} to O_1, the Jacobians multiply to a norm of {number(f.norms[-1])}. "


def cut(f: Fading, k: int) -> str:
    """Return what a truncation after k steps makes of the gradient, in a sentence."""
    a, steps = f.ages, "1 step" if k == 1 else f"{k} steps"
    if k >= a.T:
        return f"Truncation after {steps} cuts nothing here."
    error, angle = a.errors[k], a.angles[k]
    if math.isnan(error):
        return f"Truncation after {steps}: the total is 0, so there is no direction to compare with."
    turned = "nothing is left of it" if math.isnan(angle) else f"it is turned by {degrees(angle)}"
    return f"Truncated after {steps}, the gradient is off by {per_cent(error)}, and {turned}."


def per_cent(part: float) -> str:
    """Return a part of one in per cent: three digits, or a bound where it is next to nothing."""
    return "less than 1e−6 %" if 0.0 < part < 1e-8 else f"{number(100 * part, 3)} %"


def degrees(angle: float) -> str:
    """Return an angle with three digits, or a bound where it is next to nothing."""
    return "less than 1e−6°" if 0.0 < angle < 1e-6 else f"{number(angle, 3)}°"


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
        words = "a term below this line changes no digit of the total"
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


def ages_shown(f: Fading) -> list[int]:
    """Return the ages in the table."""
    return [*(age for age in SHOWN if age < f.T - 1), f.T - 1]


def rows(f: Fading) -> list[tuple[str, list[float], str]]:
    """Return name, numbers and unit of each row of the table."""
    shown = ages_shown(f)
    a = f.ages
    return [
        (f"size of the term of dL/d{a.weight}", list(a.sizes[shown]), ""),
        ("share of all sizes", list(100 * a.shares[shown]), " %"),
        ("norm of dO_T/dO_t, the product that happens", list(f.norms[shown]), ""),
        ("largest singular values multiplied", list(f.bounds[shown]), ""),
        ("spectral radius to the power of the age", list(f.powers[shown]), ""),
    ]


def fading_table(f: Fading) -> str:
    """Return an HTML table: a column for some of the ages, the oldest last."""
    head = "".join(f'<th scope="col">{age}</th>' for age in ages_shown(f))
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{number(v, 3)}{unit}</td>" for v in numbers)}</tr>'
        for name, numbers, unit in rows(f)
    )
    return (
        f'<div class="ledger fading"><table><caption>{caption(f)}</caption>'
        f'<thead><tr><th scope="col">age T − t</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def caption(f: Fading) -> str:
    """Return the two numbers of Wh that people ask for first."""
    largest = number(float(f.jacobians.Wh_singular_values[0]))
    return f"Wh has spectral radius {number(f.spectral_radius)} and largest singular value {largest}"


def plain_fading(f: Fading) -> str:
    """Return the table as aligned plain text."""
    lines = [["age T - t", *map(str, ages_shown(f))]]
    lines += [[name, *(f"{plain_number(v, 3)}{unit}" for v in numbers)] for name, numbers, unit in rows(f)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    aligned = (
        "  ".join([first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))])
        for first, *rest in lines
    )
    return f"{caption(f)}\n" + "\n".join(aligned)
