"""What moving each step's copy of a weight does to the loss: a row a copy, what its term predicts, and what is true.

`untied_table(untied)` returns an HTML table, `plain_untied(untied)` the same as text, `untied_sentence(untied)` says it
in a line or two. All of them take the `entry` of the weight that is moved; without it, the only one that has moved.
"""

import math

import numpy as np

from ..untied import Untied
from .spelling import number, plain, plain_number, signed, value

Entry = tuple[int, int]
COLUMNS = {"copy": 4, "change": 4, "term": 4, "predicted": 4, "true": 4, "difference": 2}  # significant digits
MANY = 4  # copies; of more, a sentence gives the number and not the steps


def moved_steps(untied: Untied) -> list[int]:
    """Return the steps whose copy is moved."""
    return [int(t) for t in np.flatnonzero(untied.changes.any(axis=(1, 2)))]


def moved_entry(untied: Untied) -> Entry | None:
    """Return the one entry that is moved, in whatever copies; (0, 0) when none is, None when several are."""
    entries = np.argwhere(untied.changes.any(axis=0))
    if len(entries) > 1:
        return None
    return (int(entries[0][0]), int(entries[0][1])) if len(entries) else (0, 0)


def moves_as_one(untied: Untied) -> bool:
    """Return whether all copies are moved alike, as the tied weight would move them."""
    return bool(untied.changes[1].any() and (untied.changes[1:] == untied.changes[1]).all())


def part(array: np.ndarray, entry: Entry | None) -> np.ndarray:
    """Return the entry that is looked at, or the whole array."""
    return array if entry is None else array[entry]


def weight_name(untied: Untied, entry: Entry | None) -> str:
    """Return what is moved: `Wh`, or of a matrix its entry, such as `Wh[0, 1]`."""
    if entry is None or untied.changes[0].size == 1:
        return untied.weight
    return f"{untied.weight}[{entry[0]}, {entry[1]}]"


def untied_sentence(untied: Untied, entry: Entry | None = None) -> str:
    """Return two plain sentences: which copies moved, and what their terms predict beside what is true."""
    entry, steps = entry or moved_entry(untied), moved_steps(untied)
    if not steps:
        return f"No copy of {weight_name(untied, entry)} has moved; the loss stays at {number(untied.loss)}."
    predicted = f"a change of the loss of {signed(untied.predicted_together)}"
    if math.isfinite(untied.true_together):
        return f"{what_moved(untied, entry, steps)} {predicted}; it truly changes by {signed(untied.true_together)}."
    return f"{what_moved(untied, entry, steps)} {predicted}; its true value is no longer a finite number."


def what_moved(untied: Untied, entry: Entry | None, steps: list[int]) -> str:
    """Return which copies moved, by how much where that is one number, and whose prediction follows."""
    name, T = weight_name(untied, entry), untied.grads.trace.T
    by = signed(untied.changes[steps[0]][entry]) if entry else ""
    if len(steps) == 1:
        only = f"The only copy of {name} moved" if T == 1 else f"Only copy {steps[0]} of {name} moved"
        return f"{only}{', by ' * bool(by)}{by}. Its term predicts"
    if moves_as_one(untied) and entry:
        total = number(untied.grads.total(untied.weight)[entry])
        every = "Both" if T == 2 else f"All {T}"
        add_up = f"Their terms add up to {total}; times {by} that predicts"
        return f"{every} copies of {name} moved by {by}, as one weight. {add_up}"
    which = f"{', '.join(map(str, steps[:-1]))} and {steps[-1]}"
    of = f"{len(steps)} of {T} copies of {name}" if len(steps) > MANY else f"Copies {which} of {name}"
    return f"{of} moved. Their terms together predict"


def heading(column: str, untied: Untied, entry: Entry | None, has_bars: bool) -> str:
    """Return the heading of a column with what it holds in small type; two say how their bars look."""
    name = weight_name(untied, entry)
    under = {"copy": f"of {name}", "term": f"of dL/d{name}", "predicted": "term · change", "true": "change of L"}
    swatch = f'<i class="{column}"></i>' if has_bars and column in ("predicted", "true") else ""
    return f'<th scope="col">{swatch}{column} <small>{under.get(column, "")}</small></th>'


def rows(untied: Untied, entry: Entry | None) -> list[tuple[str, list[np.ndarray | float | None]]]:
    """Return name and numbers of each step's row, and at the end those of all copies together."""
    found = []
    for t in range(1, untied.grads.trace.T + 1):
        arrays = (untied.copies[t], untied.changes[t], untied.terms[t])
        change = (untied.predicted[t], untied.true[t], untied.differences[t])
        found.append((f"t = {t}", [*(part(array, entry) for array in arrays), *change]))
    whole = [None, None, None]
    if moves_as_one(untied):
        arrays = (untied.copies[1], untied.changes[1], untied.grads.total(untied.weight))
        whole = [part(array, entry) for array in arrays]
    together = (untied.predicted_together, untied.true_together, untied.difference_together)
    return [*found, ("all", [*whole, *together])]


def cell(column: str, shown: np.ndarray | float | None) -> str:
    """Return a cell: a number, with its sign where it is a change, a matrix, or a dash where there is no one number."""
    if shown is None:
        return '<td class="none">–</td>'
    if np.size(shown) > 1:
        return f"<td>{value(shown, digits=3)}</td>"
    spell = number if column in ("copy", "term") else signed
    return f"<td>{spell(float(shown), COLUMNS[column])}</td>"


def reach(untied: Untied) -> float:
    """Return the change of the loss at the end of the bars: 1, 2 or 5 times a power of ten, so that it seldom jumps."""
    sizes = np.abs([*untied.predicted, *untied.true, untied.predicted_together, untied.true_together])
    largest = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    if not largest:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next((float(f"{n * power:.0e}") for n in (1, 2, 5) if largest <= n * power), 10 * power)


def bars(predicted: float, true: float, end: float) -> str:
    """Return the two changes as bars from zero: filled what is predicted, below it outlined what is true."""
    drawn = ""
    for kind, v in (("predicted", predicted), ("true", true)):
        if v and math.isfinite(v):
            width = 50 * min(abs(v) / end, 1.0)
            drawn += f'<span class="{kind}" style="left:{50 - width if v < 0 else 50:.2f}%;width:{width:.2f}%"></span>'
    return f'<td><span class="pair" aria-hidden="true">{drawn}</span></td>'


def untied_table(untied: Untied, entry: Entry | None = None, has_bars: bool = True) -> str:
    """Return an HTML table: a row for each copy, a last one for all together; rows of moved copies are marked."""
    entry, end, moved = entry or moved_entry(untied), reach(untied), moved_steps(untied)
    head = "".join(heading(column, untied, entry, has_bars) for column in COLUMNS)
    if has_bars:
        ends = f"<span>{signed(-end)}</span> <span>{signed(end)}</span>"
        head += f'<th scope="col"><span class="axis">{ends}</span></th>'
    lines = []
    for t, (name, shown) in enumerate(rows(untied, entry), start=1):
        cells = "".join(cell(column, v) for column, v in zip(COLUMNS, shown, strict=True))
        cells += bars(shown[3], shown[4], end) if has_bars else ""
        kind = ' class="on"' if t in moved else ""
        lines.append(f'<tr{kind}><th scope="row">{name}</th>{cells}</tr>')
    caption = "A row moves one copy alone, the last row all of them at once"
    return (
        f'<div class="ledger untied"><table class="s-{untied.weight}"><caption>{caption}</caption>'
        f'<thead><tr><th scope="col">step</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines[:-1])}</tbody><tfoot>{lines[-1]}</tfoot></table></div>"
    )


def plain_untied(untied: Untied, entry: Entry | None = None) -> str:
    """Return the table as aligned plain text."""
    entry = entry or moved_entry(untied)
    lines = [["step", *COLUMNS]]
    for name, shown in rows(untied, entry):
        lines.append([name, *(plain_cell(column, v) for column, v in zip(COLUMNS, shown, strict=True))])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    aligned = ("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return f"copies of {weight_name(untied, entry)}, each moved by its change\n" + "\n".join(aligned)


def plain_cell(column: str, shown: np.ndarray | float | None) -> str:
    """Return a cell as plain text."""
    if shown is None:
        return "-"
    return plain(shown) if np.size(shown) > 1 else plain_number(float(shown), COLUMNS[column])
