"""A descent seen from above: `landscape(route, relief, ground)` is the map of the loss with the path walked on it,
each step's arrow laid tip to tail, and the loss so far; one scene for the stepper, a frame for each update.
"""

import base64
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from ..regions import Regions
from ..route import Route
from .downhill import route_sentences, written_loss
from .scene import Scene
from .spelling import number
from .style import style

MAP, LENS, CURVE = (56.0, 34.0, 330.0, 330.0), (496.0, 34.0, 270.0, 330.0), (846.0, 34.0, 226.0, 330.0)
WIDTH, HEIGHT = 1090, 414
ROOM = 0.74  # of the lens that the arrows fill at most
LABELLED = 26.0  # pixels; a shorter arrow has no room for its number
FAR = 5000.0  # pixels; what leads further is drawn to there
DECADES = 2.0  # a loss that rises by more powers of ten than this needs a logarithmic scale


@dataclass(frozen=True, eq=False)
class Relief:
    """A surface as it looks: `png`, a pixel a grid point, the first entry to the right and the second upward; the
    `levels` of its contour lines; `lines`, for each level its pieces, arrays (n, 2) of places; and `shades`, a colour for
    each band between two levels.
    """

    png: bytes
    levels: tuple[float, ...]
    lines: tuple[tuple[np.ndarray, ...], ...]
    shades: tuple[str, ...]


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` over pixels `start` to `end`; logarithmic if `log`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, v: float) -> float:
        """Return the pixel of a value, not further than FAR outside."""
        low, high, v = (log10(max(u, 1e-300)) if self.log else u for u in (self.low, self.high, v))
        share = (v - low) / (high - low)
        return float(np.clip(self.start + share * (self.end - self.start), -FAR, FAR))

    @property
    def ticks(self) -> list[float]:
        """Round values on the axis, about five."""
        if self.log:
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            return [10.0**k for k in range(first, last + 1, max(1, ceil((last - first) / 5)))]
        step = round_up((self.high - self.low) / 6)
        return [k * step for k in range(ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9) + 1)]


def round_up(v: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(v))
    return next(float(f"{n * power:.0e}") for n in (1, 2, 5, 10) if v <= n * power * (1 + 1e-9))


def round_down(v: float) -> float:
    """Return the last 1, 2 or 5 times a power of ten."""
    return 1 / round_up(1 / v)


def landscape(route: Route, relief: Relief, ground: Regions) -> Scene:
    """Return the scene of a route: frame i is the place after i updates, with the arrows of the update that follows."""
    first, second = route.surface.values
    x = Axis(first[0], first[-1], MAP[0], MAP[0] + MAP[2])
    y = Axis(second[0], second[-1], MAP[1] + MAP[3], MAP[1])
    body = "".join([map_of(relief, x, y), paths(route, x, y), frame(x, y, route.surface.along), saddles(ground, x, y)])
    body += scale(relief) + curve(route)
    for i in range(len(route.places)):
        body += f'<g data-at="{i}">{here(route, i, x, y)}{lens(route, i)}</g>'
    label = f"The loss over {' and '.join(route.surface.along)}, and a way downhill of {route.updates} updates"
    drawing = (
        f'<svg class="graph landscape" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{body}</svg>'
    )
    titles = ["start", *(f"after update {i}" for i in range(1, len(route.places)))]
    return Scene(f'{style()}<div class="rnn">{drawing}</div>', titles, route_sentences(route, ground))


def window(box: tuple[float, float, float, float], body: str) -> str:
    """Return a body of which only what lies in the box is seen; its coordinates are those around it."""
    left, top, width, height = box
    at = f'x="{left}" y="{top}" width="{width}" height="{height}" viewBox="{left} {top} {width} {height}"'
    return f"<svg {at}>{body}</svg>"


def map_of(relief: Relief, x: Axis, y: Axis) -> str:
    """Return shades and contour lines, the same for every frame."""
    left, top, width, height = MAP
    pixel_x, pixel_y = width / (x_pixels(relief) - 1), height / (x_pixels(relief) - 1)
    image = (
        f'<image x="{left - pixel_x / 2:.2f}" y="{top - pixel_y / 2:.2f}" width="{width + pixel_x:.2f}" '
        f'height="{height + pixel_y:.2f}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{base64.b64encode(relief.png).decode("ascii")}"/>'
    )
    pieces = (piece for lines in relief.lines for piece in lines)
    drawn = "".join(f"M{' '.join(f'{x(a):.1f},{y(b):.1f}' for a, b in piece)}" for piece in pieces)
    return window(MAP, f'{image}<path class="contour" d="{drawn}"/>')


def x_pixels(relief: Relief) -> int:
    """Return the width of the PNG, which stands in its header."""
    return int.from_bytes(relief.png[16:20], "big")


def text(x: float, y: float, words: str, kind: str = "", at: str = "", anchor: str = "") -> str:
    """Return a line of text."""
    seen, anchor = f' data-at="{at}"' if at else "", f' style="text-anchor:{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{seen}{anchor}>{words}</text>'


def name_of(entry: str, surface_is_scalar: bool) -> str:
    """Return how an entry is written: Wi where the weight is one number."""
    return entry.split("[")[0] if surface_is_scalar else entry


def frame(x: Axis, y: Axis, along: tuple[str, str]) -> str:
    """Return the frame of the map with ticks and names."""
    left, top, width, height = MAP
    marks = f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    marks += "".join(text(x(v), top + height + 17, number(v, 3), "small") for v in x.ticks)
    marks += "".join(text(left - 6, y(v) + 4, number(v, 3), "small", anchor="end") for v in y.ticks)
    first, second = (entry.replace("[0,0]", "") for entry in along)
    marks += text(left + width / 2, top + height + 38, first, f"name s-{first[:2]}")
    return marks + text(left - 8, top - 10, second, f"name s-{second[:2]}", anchor="end")


def saddles(ground: Regions, x: Axis, y: Axis) -> str:
    """Return the lowest grid point and the saddles, with their names."""
    a, b = ground.lowest
    marks = "" if is_long(ground) else f'<path class="lowest" d="M{x(a) - 5:.1f},{y(b):.1f} h10 m-5,-5 v10"/>'
    marks += "" if is_long(ground) else text(x(a), y(b) - 9, "lowest", "on-map")
    for a, b in ground.saddles[:4]:
        marks += f'<path class="lowest" d="M{x(a) - 4:.1f},{y(b) - 4:.1f} l8,8 m0,-8 l-8,8"/>'
        marks += text(x(a), y(b) - 9, "saddle", "on-map")
    return f'<g class="places">{marks}</g>'


def is_long(ground: Regions) -> bool:
    """Return whether places almost as low as the lowest lie far from it: then it is one of many in a valley."""
    loss = ground.surface.loss
    low = np.argwhere(loss <= loss.min() + 0.01 * np.median(loss))
    return bool((np.ptp(low, axis=0) > len(loss) // 4).any())


def scale(relief: Relief) -> str:
    """Return the colour bar: a band between every two contour lines, the lowest losses at the bottom."""
    left, top, height = MAP[0] + MAP[2] + 10, MAP[1], MAP[3] / len(relief.shades)
    marks = text(left + 7, top - 10, "L", "name s-L")
    for k, shade in enumerate(reversed(relief.shades)):
        marks += f'<rect x="{left}" y="{top + k * height:.1f}" width="14" height="{height:.1f}" fill="{shade}"/>'
    for k, level in enumerate(reversed(relief.levels), start=1):
        marks += text(left + 19, top + k * height + 4, number(level, 3), "small start")
    return marks + f'<rect class="box" x="{left}" y="{top}" width="14" height="{MAP[3]}"/>'


def paths(route: Route, x: Axis, y: Axis) -> str:
    """Return the way from place to place; each piece is seen once it is walked, and a click on its end goes there."""
    dots = [(x(a), y(b)) for a, b in route.places]
    marks = ""
    for i, (a, b) in enumerate(dots):
        before = dots[i - 1] if i else dots[0]
        if i:
            line = f"M{before[0]:.1f},{before[1]:.1f} L{a:.1f},{b:.1f}"
            marks += f'<path class="walked" d="{line}" data-at="{i}-"/>'
        marks += f'<circle class="visited" cx="{a:.1f}" cy="{b:.1f}" r="3.2" data-at="{i}-" data-go="{i}"/>'
    return window(MAP, marks)


def here(route: Route, i: int, x: Axis, y: Axis) -> str:
    """Return the place now and the arrows of the next update in their true size; at the border if it is outside."""
    a, b = x(route.places[i, 0]), y(route.places[i, 1])
    left, top, width, height = MAP
    inside = left <= a <= left + width and top <= b <= top + height
    marks = ""
    if i < route.updates:
        tips = np.cumsum(np.vstack([route.places[i], route.arrows[i, 1:]]), axis=0)
        pixels = [(x(u), y(v)) for u, v in tips]
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
    tips = np.cumsum(np.vstack([np.zeros(2), route.arrows[i, 1:]]), axis=0)
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
    return f'<g class="lens">{marks}</g>' + text(left + width / 2, top + height + 19, f"an arrow for each step t; their sum: ({down})", "small")


def ending(route: Route) -> str:
    """Return the lines that stand in the lens when there is no next update."""
    left, top, width, _ = LENS
    lines = [f"{route.updates} updates", f"learning rate {number(route.learning_rate)}"]
    return "".join(text(left + width / 2, top + 150 + 26 * k, line) for k, line in enumerate(lines))


def times(zoom: float) -> str:
    """Return a magnification in words."""
    if zoom == 1.0:
        return "in true size"
    return f"{number(zoom)} times larger" if zoom > 1 else f"{number(1 / zoom)} times smaller"


def curve(route: Route) -> str:
    """Return the loss over the updates: a dot for each, seen from its own frame on."""
    left, top, width, height = CURVE
    losses = route.descent.losses
    finite = losses[np.isfinite(losses)]
    most, least = (float(finite.max()), float(finite.min())) if len(finite) else (1.0, 1.0)
    start = float(finite[0]) if len(finite) else 1.0
    log = start > 0.0 and log10(max(most, 1e-300) / start) > DECADES
    low = max(least, start * 1e-3) if log else 0.0
    x = Axis(0, max(route.updates, 1), left, left + width)
    y = Axis(10.0 ** floor(log10(low)) if log else 0.0, (most * 3 if log else most * 1.08) or 1.0, top + height, top, log)
    marks = f'<path class="axes" d="M{left},{top} V{top + height} H{left + width}"/>'
    marks += "".join(text(left - 6, y(v) + 4, number(v, 3), "small", anchor="end") for v in y.ticks)
    whole = [v for v in x.ticks if v == int(v)]
    marks += "".join(text(x(v), top + height + 17, number(v), "small") for v in whole)
    marks += text(left - 4, top - 10, "L, logarithmic" if log else "L", "name s-L start")
    marks += text(left + width / 2, top + height + 38, "update", "small")
    for i, loss in enumerate(losses):
        at = x(i), min(max(y(loss), top), top + height) if np.isfinite(loss) else top
        if i:
            marks += f'<path class="fallen" d="M{before[0]:.1f},{before[1]:.1f} L{at[0]:.1f},{at[1]:.1f}" data-at="{i}-"/>'
        marks += f'<circle class="loss" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="3" data-at="{i}-" data-go="{i}"/>'
        marks += f'<circle class="loss now" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="6" data-at="{i}"/>'
        said = f"L = {written_loss(loss)}" if np.isfinite(loss) else "L is no finite number"
        marks += text(left + width, top - 10, said, "strong", at=str(i), anchor="end")
        before = at
    return marks
