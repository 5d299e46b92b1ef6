"""A bar a step: what each term adds to dL/dW. `draw_contributions`, and the same in words, `describe_contributions`."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ..explain.spelling import number
from ..gradients import Gradients
from . import style
from .description import Description, largest, listed
from .picture import described
from .stepwise import entry_of, norms, stepwise

NAMED = 4  # steps that are named one by one
NUMBERED = 24  # bars of which each has its number written on it
DIGITS = (4, 3, 2)  # of the numbers on the bars: as many as find room side by side
SUM_COLOUR = "#444444"


@dataclass(frozen=True, eq=False)
class Bars:
    """One number a step: `heights` (T,), and `total`, the sum of the terms or its size.

    name : the gradient, "dL/dWh", or one entry of it, "dL/dWh[0,1]"
    kind : "term" (signed), "size" (Frobenius norm) or "share" (its size in % of all sizes added)
    many : whether a term has several entries, so that its size is a norm
    """

    heights: np.ndarray
    total: float
    name: str
    kind: str
    many: bool

    @property
    def quantity(self) -> str:
        """What the bars measure, as it stands at the axis and over the table."""
        size = f"size of the term of {self.name} (Frobenius norm)" if self.many else f"|term of {self.name}|"
        return {"term": f"term of {self.name}", "size": size, "share": f"{size}, in % of all added"}[self.kind]

    def written(self, v: float, digits: int) -> str:
        """A number as it stands at its bar: a signed one shows its plus, too."""
        return ("+" if self.kind == "term" and 0.0 < v < np.inf else "") + number(v, digits)


def bars(grads: Gradients, weight: str, share: bool, entry: tuple[int, int] | None) -> Bars:
    """Return the terms as one number a step: signed for a scalar or one entry, else the size of each matrix."""
    terms, total = stepwise(grads, weight)
    name = f"dL/d{weight}"
    if entry is not None:
        i, j = entry_of(entry, total)
        terms, total, name = terms[:, i : i + 1, j : j + 1], total[i : i + 1, j : j + 1], f"{name}[{i},{j}]"
    many = total.size > 1
    heights, whole = (norms(terms), norms(total[None]).item()) if many else (terms.ravel(), total.item())
    if not share:
        return Bars(heights, whole, name, "size" if many else "term", many)
    with np.errstate(all="ignore"):
        sizes = np.abs(heights) / (np.abs(heights).max() or 1.0)
        return Bars(100.0 * sizes / (sizes.sum() or 1.0), whole, name, "share", many)


def describe_contributions(
    grads: Gradients, weight: str = "Wh", share: bool = False, entry: tuple[int, int] | None = None
) -> Description:
    """Return which term is the largest, what the others do to it, and all of them as a table."""
    made = bars(grads, weight, share, entry)
    rows = [(str(t), number(height)) for t, height in enumerate(made.heights, 1)]
    if not share:
        rows.append(("size of the sum" if made.many else "sum", number(made.total)))
    return Description(sentence(made), ("t", made.quantity), tuple(rows))


def sentence(made: Bars) -> str:
    """Return the finding in words."""
    sizes, T, name = np.abs(made.heights), len(made.heights), made.name
    if broken := int((~np.isfinite(sizes)).sum()):
        verb = "is" if broken == 1 else "are"
        return f"{broken} of the {T} terms of {name} {verb} not finite, and neither is their sum."
    if not sizes.any():
        return f"Every term of {name} is 0, and so is their sum."
    if T == 1:
        return f"There is one step, and its term is the whole of {name}: {'size ' * made.many}{number(made.total)}."
    finding = {"term": of_terms, "size": of_sizes, "share": of_shares}[made.kind](made, sizes)
    if T <= NUMBERED:
        return finding
    least = int(sizes.argmin())
    return f"{finding} The smallest of all is that of step {least + 1}, {number(made.heights[least])}."


def of_terms(made: Bars, sizes: np.ndarray) -> str:
    """Say which signed term is the largest, and who pushes the other way."""
    top, rank = largest(sizes)
    against = np.flatnonzero(np.sign(made.heights) == -np.sign(made.heights[top])) + 1
    return (
        f"The term of step {top + 1} is {rank}, {number(made.heights[top])} of the sum {number(made.total)}; "
        f"{pushing(against, len(sizes))} the other way."
    )


def pushing(ts: np.ndarray, T: int) -> str:
    """Return the steps as a subject, with their verb."""
    if len(ts) == 0:
        return "no step pushes"
    if len(ts) > NAMED:
        return f"{len(ts)} of the {T} steps push"
    return f"step {ts[0]} pushes" if len(ts) == 1 else f"steps {listed(ts)} push"


def of_sizes(made: Bars, sizes: np.ndarray) -> str:
    """Say which term is the largest, and that sizes do not add up as terms do."""
    top, rank = largest(sizes)
    added = float(sizes.sum())
    cancels = made.total < 0.9995 * added
    how = "but the sum of the terms, which partly cancel, has" if cancels else "and so does the sum of the terms:"
    return (
        f"The term of step {top + 1} is {rank}, of size {number(sizes[top])}. All sizes together make "
        f"{number(added)}, {how} size {number(made.total)}."
    )


def of_shares(made: Bars, sizes: np.ndarray) -> str:
    """Say which share is the largest, what the earlier steps have, and how large the sum is, which shares hide."""
    (top, rank), T = largest(sizes), len(sizes)
    early = f"; steps 1 to {T // 2} together have {number(sizes[: T // 2].sum())} %" if T > NAMED else ""
    return (
        f"The share of step {top + 1} is {rank}, {number(sizes[top])} % of all sizes added{early}. "
        f"The sum of the terms {'has size' if made.many else 'is'} {number(made.total)}."
    )


def draw_contributions(
    grads: Gradients,
    weight: str = "Wh",
    share: bool = False,
    entry: tuple[int, int] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar a step, t = 1 .. T from left to right, and apart from them the sum; negative bars are hatched.

    weight : "Wh" or "Wi"; the terms of a 1x1 weight are signed numbers, of a matrix the bars show Frobenius norms
    share  : the size of each term in % of all sizes added, and no bar for the sum
    entry  : (i, j), to draw this one entry of each term, signed

    Up to 24 steps have their numbers written on them, of more only the largest has.
    """
    made = bars(grads, weight, share, entry)
    ax, colour, T = style.axes(ax), style.colour_of(weight), len(made.heights)
    at_sum = T + max(1.6, 0.17 * T)
    places, heights, shades = np.arange(1.0, T + 1), made.heights, [colour] * T
    if not share:
        places, heights, shades = np.append(places, at_sum), np.append(heights, made.total), [*shades, SUM_COLOUR]
    style.dress(ax, made.quantity, colour, "step t")
    ends = np.nan_to_num(style.drawable(heights))
    faces = [style.PAPER if end < 0 else shade for end, shade in zip(ends, shades, strict=True)]
    hatches = [style.HATCH if end < 0 else "" for end in ends]
    ax.bar(places, ends, 0.7 if T <= NUMBERED else 0.9, color=faces, edgecolor=shades, hatch=hatches, linewidth=1)
    ax.axhline(0.0, color=style.QUIET, linewidth=1)
    ax.set_ylim(min(0.0, ends.min()), max(0.0, ends.max()) if ends.any() else 1.0)
    ax.set_xlim(0.4, places[-1] + 0.6)
    style.steps_along(ax, 1, T, {} if share else {at_sum: "size of\nthe sum" if made.many else "sum"})
    top = largest(np.abs(made.heights))[0] if np.isfinite(made.heights).all() else 0
    chosen = list(range(len(heights)) if T <= NUMBERED else [top, *range(T, len(heights))])
    write_numbers(ax, made, places[chosen], heights[chosen], [shades[k] for k in chosen])
    return described(ax, describe_contributions(grads, weight, share, entry))


def write_numbers(ax: Axes, made: Bars, places: np.ndarray, heights: np.ndarray, shades: list[str]) -> None:
    """Write numbers at the ends of their bars, upright where these are narrow, and make room for them."""
    ends, slot = np.nan_to_num(style.drawable(heights)), np.diff(places, append=np.inf).min() * style.unit(ax)
    choice = [[made.written(height, digits) for height in heights] for digits in DIGITS]
    level = [texts for texts in choice if max(map(style.width_of, texts)) < slot]
    texts, turn = (level[0], 0) if level else (choice[-1], 90)
    for place, end, text, shade in zip(places, ends, texts, shades, strict=True):
        gap, side = (-4, "top") if end < 0 else (4, "bottom")
        style.label(ax, text, (place, end), (0, gap), shade, ha="center", va=side, rotation=turn)
    lengths = [8 + (style.width_of(text) if turn else style.LINE) for text in texts]
    style.make_room(ax, ends, np.array(lengths))
