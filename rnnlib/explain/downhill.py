"""What a descent does, in words: a sentence for each place of a route (`route_sentences`), and its table of updates."""

import numpy as np

from ..regions import Survey
from ..route import Route
from .spelling import number, plain_number

FEW = 4  # steps whose arrows a sentence lists
LOWEST = 1e-8  # of a loss or a gradient smaller than this, the digits are rounding
NEAR = 0.002  # of the losses on the map: no higher than this above the lowest counts as lowest
SHORT = 1e-3  # of the map: a shorter step is hardly seen
STANDING = 1e-2  # of a usual gradient on the map: shorter than this, the descent hardly moves
COLUMNS = ("update", "{first}", "{second}", "L", "gradient", "ground")
ROWS = (0, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50, 60, 80, 100, 150, 200)


def loss_words(v: float) -> str:
    """Return L and its value, such as "L = 0.25" or "L below 1e−8"."""
    return f"L {written_loss(v)}" if v < LOWEST else f"L = {written_loss(v)}"


def written_loss(v: float) -> str:
    """Return a loss as a number, or as a bound where its digits mean nothing."""
    return f"below {number(LOWEST)}" if v < LOWEST else number(v)


def route_sentences(way: Survey) -> list[str]:
    """Return what each frame shows."""
    return [place_sentence(way, i) for i in range(len(way.names))]


def place_sentence(way: Survey, i: int) -> str:
    """Return where the descent stands after i updates, and what comes next; at the end, why it is where it is."""
    route = way.route
    first, second = route.surface.names
    when = f"After update {i}" if i else "Start"
    at = f"{first} = {number(route.places[i, 0])}, {second} = {number(route.places[i, 1])}"
    loss = route.descent.losses[i]
    if not np.isfinite(loss):
        return f"{when}: {at}. {ending(way)}"
    said = f"{when}: {at}, {loss_words(loss)}; {ground_words(way.names[i])}."
    return f"{said} {ending(way) if i == route.updates else next_words(route, i)}"


def ground_words(name: str) -> str:
    """Return the kind of ground in words."""
    return {
        "": "this is outside the map",
        "slope": "the ground slopes",
        "steep": "the ground is steep",
        "flat": "the ground is flat",
        "bowl": "this is the bottom of a bowl",
        "valley": "this is the floor of a valley",
        "saddle": "this is a saddle",
        "ridge": "this is a ridge",
    }[name]


def next_words(route: Route, i: int) -> str:
    """Return what the next update does: its arrows where they are few, their sum, and whether the loss falls."""
    shares = [pair(v) for v in route.arrows[i, 1:]]
    step = pair(route.steps[i])
    if len(shares) == 1:
        moves = f"The only arrow is the step {step}"
    elif len(shares) <= FEW:
        moves = f"The arrows {', '.join(shares[:-1])} and {shares[-1]} add up to the step {step}"
    else:
        moves = f"{len(shares)} arrows add up to the step {step}"
    before, after = route.descent.losses[i], route.descent.losses[i + 1]
    if not np.isfinite(after):
        return f"{moves}, and L is no finite number any more."
    if after > before + 1e-12 * abs(before):
        return f"{moves}, and L rises: the step leaps too far."
    return f"{moves}."


def pair(v: np.ndarray) -> str:
    """Return two changes in brackets, three digits each."""
    return f"({number(v[0], 3)}, {number(v[1], 3)})"


def ending(way: Survey) -> str:
    """Return the verdict at the last place: arrived where, or stuck, on the way, or diverged, when and why."""
    route, ground = way.route, way.regions
    losses, rate = route.descent.losses, number(route.learning_rate)
    if not np.isfinite(losses[-1]) or "not finite" in route.descent.reason or "no longer" in route.descent.reason:
        when = f"after update {route.updates}" if route.updates else "at the start"
        return (
            f"Diverged {when}: the numbers are no longer finite. With the learning rate {rate} every step lands "
            "higher than it began, where the slope is steeper, so the next step is longer still."
        )
    lowest, spread = float(ground.surface.loss.min()), float(np.median(ground.surface.loss)) or 1.0
    span = [v[-1] - v[0] for v in route.surface.values]
    is_short = (np.abs(route.steps[-1]) < SHORT * np.array(span)).all()
    stands = is_short and route.descent.gradient_norms[-1] < STANDING * ground.usual
    leap = f" Update {route.rise} was the first to leap uphill." if route.rise else ""
    low = f"the lowest loss on the map is {written_loss(lowest)}"
    if restless(losses):
        return (
            f"No rest: since update {route.rise} it leaps from side to side. With the learning rate {rate} the "
            f"steps are too long for this valley; {low}."
        )
    if losses[-1] <= lowest + NEAR * min(spread, float(losses[0]) or spread):
        return f"This is as low as the map goes: a global minimum, as far as the map shows.{leap}"
    if stands and way.names[-1] == "bowl":
        return f"Here the descent comes to rest, but {low}. This is a minimum, and not the global one.{leap}"
    if stands and not way.names[-1]:
        return (
            f"Left the map with update {leaving(way)} and stands on almost flat ground out there: the gradient "
            f"is close to 0, and so is every further step; {low}."
        )
    if stands:
        return f"Here the gradient is small and the descent hardly moves, but {low}.{leap}"
    return f"Still on the way after {route.updates} updates; {low}.{leap}"


def restless(losses: np.ndarray) -> bool:
    """Return whether the loss rose again and again up to the end."""
    return bool((np.diff(losses[-8:]) > 0.0).sum() >= 2)


def leaving(way: Survey) -> int:
    """Return the first update that ended outside the map."""
    return way.names.index("")


def chosen(route: Route) -> list[int]:
    """Return the updates of the table: the first ones, some round ones, the first that rises, the last."""
    wanted = {*ROWS, route.updates, *([route.rise] if route.rise else [])}
    return [i for i in sorted(wanted) if i <= route.updates]


def table_rows(way: Survey) -> list[list[str]]:
    """Return the rows of the table, headings first, as plain text."""
    route = way.route
    first, second = route.surface.names
    rows = [[column.format(first=first, second=second) for column in COLUMNS]]
    for i in chosen(route):
        loss, norm = route.descent.losses[i], route.descent.gradient_norms[i]
        place = [plain_number(v) for v in route.places[i]]
        finite = [plain_loss(loss), plain_loss(norm)] if np.isfinite(loss) else ["not finite", "-"]
        rows.append([str(i), *place, *finite, way.names[i] or "outside"])
    return rows


def plain_loss(v: float) -> str:
    """Return a loss or a length as plain text, as a bound where it is only rounding."""
    return f"< {plain_number(LOWEST)}" if v < LOWEST else plain_number(v)


def route_table(way: Survey) -> str:
    """Return an HTML table of the updates."""
    head, *rows = table_rows(way)
    lines = []
    for row in rows:
        cells = "".join(f"<td>{cell.replace('-', '−').replace('<', '&lt;')}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{row[0]}</th>{cells}</tr>')
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    caption = f"A way downhill, learning rate {number(way.route.learning_rate)}"
    return (
        f'<div class="ledger"><table><caption>{caption}</caption><thead><tr>{columns}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def plain_route(way: Survey) -> str:
    """Return the table as aligned plain text."""
    rows = table_rows(way)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)
