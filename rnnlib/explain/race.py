"""Several descents side by side, as frames of a stepper: `race(runs)` makes the scene, `plain_race(runs, i)` its text.

runs : {name: losses (updates + 1,)}; a frame is some updates further, and its picture shows how far each run has come.
"""

import math
from collections.abc import Mapping
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import instance, numbers, same_shape
from .drawing import text
from .scene import Scene
from .spelling import number, plain_number
from .style import style

LEFT, RIGHT, TOP, BOTTOM = 60, 980, 20, 250
FRAMES = 41  # at most, the start included
DASHES = ("", "9 4", "2 4", "10 3 2 3", "5 2", "1 6")
GOAL = 0.1  # of a loss that counts as learned, by itself


def checked(runs: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """Return the runs as arrays of the same length, or say which does not fit."""
    instance(runs, "runs", Mapping, "{name: losses}")
    if not 1 <= len(runs) <= len(DASHES):
        raise ValueError(f"runs holds {len(runs)} descents, must hold 1 to {len(DASHES)}")
    arrays = {
        str(name): numbers(losses, f"losses of {name!r}", "(updates + 1,)", ndim=(1,)) for name, losses in runs.items()
    }
    first = next(iter(arrays))
    for name, losses in arrays.items():
        same_shape(losses, f"losses of {name!r}", "(updates + 1,)", arrays[first].shape, f"as those of {first!r}")
    if len(arrays[first]) < 2:
        raise ValueError("runs hold the loss of the start only; make at least one update")
    return arrays


def frames(runs: Mapping[str, np.ndarray]) -> list[int]:
    """Return the number of updates of each frame, from 0 to the last."""
    updates = len(next(iter(runs.values()))) - 1
    every = math.ceil(updates / (FRAMES - 1))
    return [*range(0, updates, every), updates]


def learned_after(losses: np.ndarray, goal: float = GOAL) -> int | None:
    """Return after how many updates the loss is below the goal for the first time; None if it never is."""
    below = np.flatnonzero(losses < goal)
    return int(below[0]) if len(below) else None


def sentence(runs: Mapping[str, np.ndarray], i: int, goal: float = GOAL) -> str:
    """Return where all runs stand after i updates, in words."""
    done = {name: at for name, losses in runs.items() if (at := learned_after(losses, goal)) is not None and at <= i}
    stand = ", ".join(f"{name} at {number(losses[i], 3)}" for name, losses in runs.items())
    arrived = ", ".join(f"{name} (after {at})" for name, at in sorted(done.items(), key=lambda item: item[1]))
    missing = "nobody yet" if not done else arrived
    return f"Loss after {i} update{'s' * (i != 1)}: {stand}. Below {number(goal)}: {missing}."


def race(runs: Mapping[str, ArrayLike], goal: float = GOAL) -> Scene:
    """Return the scene: curves of all losses up to now, and a dot with its name where each run stands."""
    runs = checked(runs)
    steps, top = frames(runs), max(float(losses.max()) for losses in runs.values())
    top = max(top, 1.1 * goal)

    def x(i: float) -> float:
        return LEFT + (RIGHT - LEFT) * i / steps[-1]

    def y(loss: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * loss / top

    marks = [axes(steps[-1], top, x, y)]
    marks.append(f'<path class="goal" d="M{LEFT},{y(goal):.1f}H{RIGHT}"/>')
    marks.append(text(RIGHT, y(goal) - 5, f"learned: below {number(goal)}", "small end"))
    for losses, dash in zip(runs.values(), DASHES, strict=False):
        points = [(x(i), y(loss)) for i, loss in enumerate(losses)]
        marks.append(curve(points, steps, dash))
    for frame, i in enumerate(steps):
        at, heights = x(i), apart([y(losses[i]) for losses in runs.values()])
        marks.append(f'<path class="now" data-at="{frame}" d="M{at:.1f},{TOP}V{BOTTOM}"/>')
        for (name, losses), height in zip(runs.items(), heights, strict=True):
            dot = f'<circle cx="{at:.1f}" cy="{y(losses[i]):.1f}" r="6" data-at="{frame}"/>'
            marks.append(dot + text(at + 12, height + 5, escape(name), "start runner", at=str(frame)))
    label = f"Losses of {len(runs)} descents over {steps[-1]} updates"
    svg = f'<svg class="graph race s-L" viewBox="0 0 1080 300" role="img" aria-label="{label}">{"".join(marks)}</svg>'
    titles = [f"update {i}" for i in steps]
    return Scene(f'{style()}<div class="rnn">{svg}</div>', titles, [sentence(runs, i, goal) for i in steps])


def curve(points: list[tuple[float, float]], steps: list[int], dash: str) -> str:
    """Return a run's curve, a piece for each frame, seen from that frame on; dashes go on from piece to piece."""
    pieces, length = [], 0.0
    for frame in range(1, len(steps)):
        piece = points[steps[frame - 1] : steps[frame] + 1]
        line = "L".join(f"{at:.1f},{height:.1f}" for at, height in piece)
        kind = f'class="run" stroke-dasharray="{dash}" stroke-dashoffset="{length:.1f}"'
        pieces.append(f'<path {kind} data-at="{frame}-" d="M{line}"/>')
        length += sum(map(math.dist, piece, piece[1:]))
    return "".join(pieces)


def axes(updates: int, top: float, x: object, y: object) -> str:
    """Return the frame of the picture, with some numbers at its sides."""
    marks = [f'<path class="axis-line" d="M{LEFT},{TOP}V{BOTTOM}H{RIGHT}"/>']
    for part in (0.0, 0.5, 1.0):
        marks.append(text(LEFT - 6, y(part * top) + 4, number(part * top, 2), "small end"))
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        marks.append(text(x(part * updates), BOTTOM + 18, number(part * updates), "small"))
    marks.append(text((LEFT + RIGHT) / 2, BOTTOM + 38, "updates", "small"))
    return "".join([*marks, text(LEFT - 6, TOP - 10, "loss L", "small end")])


def apart(wanted: list[float], room: float = 18) -> list[float]:
    """Return heights near the wanted ones, in their order, at least `room` apart and between TOP and BOTTOM."""
    placed, order = list(wanted), sorted(range(len(wanted)), key=wanted.__getitem__)
    above = TOP - room
    for k in order:
        above = placed[k] = max(wanted[k], above + room)
    below = BOTTOM + room
    for k in reversed(order):
        below = placed[k] = min(placed[k], below - room)
    return placed


def plain_race(runs: Mapping[str, ArrayLike], goal: float = GOAL) -> str:
    """Return a table as plain text: each run's loss at five places, and when it was learned."""
    runs = checked(runs)
    lines = [table_head(runs, goal), *table_rows(runs, goal)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def race_table(runs: Mapping[str, ArrayLike], goal: float = GOAL) -> str:
    """Return the same as an HTML table."""
    runs = checked(runs)
    head = "".join(f'<th scope="col">{cell}</th>' for cell in table_head(runs, goal))
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in table_rows(runs, goal)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def places(runs: Mapping[str, np.ndarray]) -> list[int]:
    """Return up to five numbers of updates from 0 to the last."""
    updates = len(next(iter(runs.values()))) - 1
    return sorted({round(part * updates / 4) for part in range(5)})


def table_head(runs: Mapping[str, np.ndarray], goal: float) -> list[str]:
    """Return the headings."""
    return ["L after", *map(str, places(runs)), f"below {plain_number(goal)} after"]


def table_rows(runs: Mapping[str, np.ndarray], goal: float) -> list[list[str]]:
    """Return name, losses and the update at which it was learned, of each run."""
    return [
        [name, *(plain_number(losses[i], 3) for i in places(runs)), str(after if after is not None else "never")]
        for name, losses in runs.items()
        for after in [learned_after(losses, goal)]
    ]
