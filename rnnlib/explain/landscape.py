"""A descent seen from above: `landscape(survey, relief)` is the map of the loss with the path walked on it,
each step's arrow laid tip to tail, and the loss so far; one scene for the stepper, a frame for each update.
"""

from math import floor, log10

import numpy as np

from ..regions import Survey
from ..route import Route
from .axis import FAR, HUGE, Axis, round_down
from .backdrop import HEIGHT, MAP, WIDTH, Relief, frame, map_axes, name_of, saddles, scale, text
from .downhill import loss_words, route_sentences
from .scene import Scene
from .spelling import number

LENS, CURVE = (496.0, 34.0, 270.0, 330.0), (846.0, 34.0, 226.0, 330.0)  # left, top, width, height
ROOM = 0.74  # of the lens that the arrows fill at most
LABELLED = 26.0  # pixels; a shorter arrow has no room for its number
MANY = 1e6  # a magnification above this is written as a power of ten
DECADES = 2.0  # a loss that rises by more powers of ten than this needs a logarithmic scale


def landscape(way: Survey, relief: Relief) -> Scene:
    """Return the scene of a route: frame i is the place after i updates, with the arrows of the update that follows.

    The map behind it comes from `map_style(surface, relief)`, once for all ways on it.
    """
    route, ground = way.route, way.regions
    x, y = map_axes(route.surface)
    field = '<rect class="field" x="{}" y="{}" width="{}" height="{}" data-pick=""/>'.format(*MAP)
    body = "".join([field, paths(route, x, y), frame(x, y, route.surface.names), saddles(ground, x, y)])
    body += scale(relief) + curve(route)
    for i in range(len(route.places)):
        body += f'<g data-at="{i}">{here(route, i, x, y)}{lens(route, i)}</g>'
    label = f"The loss over {' and '.join(route.surface.names)}, and a way downhill of {route.updates} updates"
    drawing = (
        f'<svg class="graph landscape {name_of(relief)}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{label}">{body}</svg>'
    )
    titles = ["start", *(f"after update {i}" for i in range(1, len(route.places)))]
    return Scene(f'<div class="rnn">{drawing}</div>', titles, route_sentences(way))


def window(box: tuple[float, float, float, float], body: str) -> str:
    """Return a body of which only what lies in the box is seen; its coordinates are those around it."""
    left, top, width, height = box
    at = f'x="{left}" y="{top}" width="{width}" height="{height}" viewBox="{left} {top} {width} {height}"'
    return f"<svg {at}>{body}</svg>"


def paths(route: Route, x: Axis, y: Axis) -> str:
    """Return the way from place to place; each piece is seen once it is walked, and a click on its end goes there."""
    dots = [(x(a), y(b)) for a, b in route.places]
    marks = ""
    for i, (a, b) in enumerate(dots):
        if i and is_near(dots[i - 1]):
            before, (u, v) = dots[i - 1], cut(dots[i - 1], x.exact(route.places[i, 0]), y.exact(route.places[i, 1]))
            line = f"M{before[0]:.1f},{before[1]:.1f} L{u:.1f},{v:.1f}"
            marks += f'<path class="walked" d="{line}" data-at="{i}-"/>'
        marks += f'<circle class="visited" cx="{a:.1f}" cy="{b:.1f}" r="3.2" data-at="{i}-" data-go="{i}"/>'
    return window(MAP, marks)


def is_near(dot: tuple[float, float]) -> bool:
    """Return whether a pixel is not cut off for being too far outside."""
    return max(map(abs, dot)) < FAR


def cut(start: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    """Return the pixel (x, y), or one on the way there from `start` where that is too far outside."""
    length = max(abs(x - start[0]), abs(y - start[1]))
    share = min(1.0, FAR / length) if length else 1.0
    return start[0] + share * (x - start[0]), start[1] + share * (y - start[1])


def here(route: Route, i: int, x: Axis, y: Axis) -> str:
    """Return the place now and the arrows of the next update in their true size; at the border if it is outside."""
    a, b = x(route.places[i, 0]), y(route.places[i, 1])
    left, top, width, height = MAP
    inside = left <= a <= left + width and top <= b <= top + height
    marks = ""
    if i < route.updates and is_near((a, b)):
        tips = np.cumsum(np.vstack([route.places[i], route.arrows[i, 1:]]), axis=0)
        pixels = [(a, b), *(cut((a, b), x.exact(u), y.exact(v)) for u, v in tips[1:])]
        marks += arrows(pixels, [""] * (len(pixels) - 1))
    a, b = min(max(a, left), left + width), min(max(b, top), top + height)
    kind = "place" if inside else "place outside"
    marks = window(MAP, marks) + f'<circle class="{kind}" cx="{a:.1f}" cy="{b:.1f}" r="6.5"/>'
    return marks


def arrows(pixels: list[tuple[float, float]], names: list[str]) -> str:
    """Return arrows from pixel to pixel, tip to tail, with their names on them, and their sum."""
    marks = f'<path class="sum" d="{shaft(*pixels[0], *pixels[-1], 11)}"/>'
    for (x1, y1), (x2, y2), name in zip(pixels, pixels[1:], names, strict=False):
        marks += f'<path class="share" d="{shaft(x1, y1, x2, y2, 8)}"/>'
        length = np.hypot(x2 - x1, y2 - y1)
        if name and length >= LABELLED:
            at = x1 + 0.6 * (x2 - x1), y1 + 0.6 * (y2 - y1)
            marks += f'<circle class="share-number" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="9"/>'
            marks += text(at[0], at[1] + 4.5, name, "share-name")
    return marks


def shaft(x1: float, y1: float, x2: float, y2: float, head: float) -> str:
    """Return an arrow as a path: a line and an open head, which is smaller on a short arrow."""
    length = float(np.hypot(x2 - x1, y2 - y1))
    if length < 0.05:
        return f"M{x1:.1f},{y1:.1f} h0.1"
    head = min(head, 0.45 * length)
    u, v = (x2 - x1) / length * head, (y2 - y1) / length * head
    left, right = (x2 - u - 0.5 * v, y2 - v + 0.5 * u), (x2 - u + 0.5 * v, y2 - v - 0.5 * u)
    wings = f"M{left[0]:.1f},{left[1]:.1f} L{x2:.1f},{y2:.1f} L{right[0]:.1f},{right[1]:.1f}"
    return f"M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f} {wings}"


def lens(route: Route, i: int) -> str:
    """Return the next update seen closely: each step's arrow, tip to tail, and their sum."""
    left, top, width, height = LENS
    marks = f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    if i == route.updates:
        end = "end of the way" if np.isfinite(route.descent.losses[i]) else "L is no finite number"
        return marks + text(left + width / 2, top - 10, end, "strong") + ending(route)
    tips = np.clip(np.cumsum(np.vstack([np.zeros(2), route.arrows[i, 1:]]), axis=0), -HUGE / 1e9, HUGE / 1e9)
    spread = np.ptp(tips, axis=0)
    first, second = route.surface.values
    per_unit = np.array([MAP[2] / (first[-1] - first[0]), MAP[3] / (second[-1] - second[0])])
    size = float((spread * per_unit / (ROOM * np.array([width, height]))).max())
    if not size > 1e-12:
        return marks + text(left + width / 2, top - 10, "the next update: no move at all", "strong")
    zoom = round_down(1 / size)
    middle = tips.min(axis=0) + spread / 2
    centre = np.array([left + width / 2, top + height / 2])
    pixels = [tuple(centre + (tip - middle) * per_unit * (zoom, -zoom)) for tip in tips]
    names = [str(t) for t in range(1, len(tips))]
    title = f"next update, {times(zoom)}"
    dot = f'<circle class="place" cx="{pixels[0][0]:.1f}" cy="{pixels[0][1]:.1f}" r="5"/>'
    down = ", ".join(number(v, 3) for v in route.steps[i])
    marks += text(left + width / 2, top - 10, title, "strong") + window(LENS, arrows(pixels, names) + dot)
    marks += text(left + width / 2, top + height + 19, f"an arrow for each step t; sum ({down})", "small")
    return f'<g class="lens">{marks}</g>'


def ending(route: Route) -> str:
    """Return the lines that stand in the lens when there is no next update."""
    left, top, width, _ = LENS
    lines = [f"{route.updates} updates", f"learning rate {number(route.learning_rate)}"]
    return "".join(text(left + width / 2, top + 150 + 26 * k, line) for k, line in enumerate(lines))


def times(zoom: float) -> str:
    """Return a magnification in words."""
    if zoom == 1.0:
        return "in true size"
    factor, way = (zoom, "larger") if zoom > 1 else (1 / zoom, "smaller")
    return f"{factor:.0f} times {way}" if factor < MANY else f"{number(factor)} times {way}"


def curve(route: Route) -> str:
    """Return the loss over the updates: a dot for each, seen from its own frame on."""
    left, top, width, height = CURVE
    losses = route.descent.losses
    finite = losses[np.isfinite(losses)]
    most, least = (float(finite.max()), float(finite.min())) if len(finite) else (1.0, 1.0)
    start = float(finite[0]) if len(finite) else 1.0
    log = start > 0.0 and log10(max(most, 1 / HUGE) / start) > DECADES
    low = max(least, start * 1e-3) if log else 0.0
    x = Axis(0, max(route.updates, 1), left, left + width)
    ends = (10.0 ** floor(log10(low)), min(3 * most, HUGE)) if log else (0.0, 1.08 * most or 1.0)
    y = Axis(*ends, top + height, top, log)
    marks = f'<g class="s-L"><path class="axes" d="M{left},{top} V{top + height} H{left + width}"/>'
    marks += "".join(text(left - 6, y(v) + 4, number(v, 3), "small", anchor="end") for v in y.ticks)
    whole = [v for v in x.ticks if v == int(v)]
    marks += "".join(text(x(v), top + height + 17, number(v), "small") for v in whole)
    marks += text(left - 4, top - 10, "L, log scale" if log else "L", "name s-L start")
    marks += text(left + width / 2, top + height + 38, "update", "small")
    dots = [(x(i), min(max(y(v), top), top + height) if np.isfinite(v) else top) for i, v in enumerate(losses)]
    for i, (at, loss) in enumerate(zip(dots, losses, strict=True)):
        if i:
            line = f"M{dots[i - 1][0]:.1f},{dots[i - 1][1]:.1f} L{at[0]:.1f},{at[1]:.1f}"
            marks += f'<path class="fallen" d="{line}" data-at="{i}-"/>'
        marks += f'<circle class="loss" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="3" data-at="{i}-" data-go="{i}"/>'
        marks += f'<circle class="loss now" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="6" data-at="{i}"/>'
        said = loss_words(loss) if np.isfinite(loss) else "not finite"
        marks += text(left + width, top - 10, said, "strong", at=str(i), anchor="end")
    return f"{marks}</g>"
