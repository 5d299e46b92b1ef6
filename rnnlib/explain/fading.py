"""How the gradient fades on its way back, in words and numbers; the picture is in by_age.

`fading_sentence(f, k)` says it, `fading_table(f)` has its numbers as an HTML table, `plain_fading(f)` as plain text.
All take a `rnnlib.fading.Fading`; k is where a truncation would cut.
"""

import math

from ..fading import Fading
from .spelling import number, plain_number

SHOWN = (0, 1, 2, 5, 10, 20, 50)  # ages in the table, and the oldest
MOST = 0.99  # of all sizes: how many steps hold that?


def fading_sentence(f: Fading, k: int) -> str:
    """Return what is seen: how large the total is, how small the oldest term, who holds the sum, what a cut costs."""
    a, T = f.ages, f.T
    name = f"{f.task.hidden}, spectral radius {number(f.spectral_radius)}, T = {T}"
    if not a.sizes.any():
        return f"{name}: every term of dL/d{a.weight} is 0. Nothing is learned from this sequence."
    many = a.holding(MOST)
    who = "the last step holds" if many == 1 else f"the latest {many} steps hold"
    oldest = f"its term of step 1 has {number(a.sizes[-1])}" if T > 1 else "in one term"
    return (
        f"{name}: dL/d{a.weight} has size {number(a.size)}, {oldest}; {who} {100 * MOST:.0f} % of all sizes. "
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
    turned = "nothing is left of it" if math.isnan(angle) else f"turned by {degrees(angle)}"
    return f"Truncated after {steps}, the gradient is off by {per_cent(error)}, and {turned}."


def per_cent(part: float) -> str:
    """Return a part of one in per cent: three digits, or a bound where it is next to nothing."""
    return "less than 1e−6 %" if 0.0 < part < 1e-8 else f"{number(100 * part, 3)} %"


def degrees(angle: float) -> str:
    """Return an angle with three digits, or a bound where it is next to nothing."""
    return "less than 1e−6°" if 0.0 < angle < 1e-6 else f"{number(angle, 3)}°"


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
