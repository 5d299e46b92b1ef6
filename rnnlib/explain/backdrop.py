"""The map of a loss surface without any way on it: what lies behind all scenes (`map_style`), and its frame, marks and
colour bar, which each scene draws over it.
"""

import base64
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from ..regions import Regions
from ..surface import Surface
from .axis import Axis
from .spelling import number

MAP = (56.0, 34.0, 330.0, 330.0)  # left, top, width, height
WIDTH, HEIGHT = 1090, 414  # of the whole drawing


@dataclass(frozen=True, eq=False)
class Relief:
    """A surface as it looks: `png`, a pixel a grid point, the first entry to the right and the second upward; the
    `levels` of its contour lines; `lines`, for each level its pieces, arrays (n, 2) of places; and `shades`, a colour
    for each band between two levels.
    """

    png: bytes
    levels: tuple[float, ...]
    lines: tuple[tuple[np.ndarray, ...], ...]
    shades: tuple[str, ...]


def map_axes(surface: Surface) -> tuple[Axis, Axis]:
    """Return the axes of the map."""
    first, second = (v.tolist() for v in surface.values)
    x = Axis(first[0], first[-1], MAP[0], MAP[0] + MAP[2])
    return x, Axis(second[0], second[-1], MAP[1] + MAP[3], MAP[1])


def map_style(surface: Surface, relief: Relief) -> str:
    """Return the map itself, shades and contour lines, as the style sheet of all scenes on the surface.

    It lies behind the drawing and stays in the page, so that a new way is painted without painting the map anew.
    """
    x, y = map_axes(surface)
    left, top, width, height = MAP
    across, up = width / (pixels_of(relief) - 1), height / (pixels_of(relief) - 1)
    pieces = (piece for lines in relief.lines for piece in lines)
    drawn = "".join(f"M{' '.join(f'{x(a):.1f},{y(b):.1f}' for a, b in piece)}" for piece in pieces)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" width="660" height="660">'
        f'<image x="{left - across / 2:.2f}" y="{top - up / 2:.2f}" width="{width + across:.2f}" '
        f'height="{height + up:.2f}" preserveAspectRatio="none" href="data:image/png;base64,{base64_of(relief.png)}"/>'
        f'<path d="{drawn}" fill="none" stroke="#8c3f62" stroke-width=".8" opacity=".65"/></svg>'
    )
    place = f"{100 * left / (WIDTH - width):.3f}% {100 * top / (HEIGHT - height):.3f}%"
    size = f"{100 * width / WIDTH:.3f}% {100 * height / HEIGHT:.3f}%"
    image = f"url(data:image/svg+xml;base64,{base64_of(picture.encode())})"
    return f"<style>.rnn .{name_of(relief)}{{background:{image} {place} / {size} no-repeat}}</style>"


def base64_of(data: bytes) -> str:
    """Return bytes as they stand in a data URL."""
    return base64.b64encode(data).decode("ascii")


def name_of(relief: Relief) -> str:
    """Return the class of the scenes on this relief, the same in every run."""
    return f"map-{crc32(relief.png):08x}"


def pixels_of(relief: Relief) -> int:
    """Return the width of the PNG, which stands in its header."""
    return int.from_bytes(relief.png[16:20], "big")


def text(x: float, y: float, words: str, kind: str = "", at: str = "", anchor: str = "") -> str:
    """Return a line of text."""
    seen, anchor = f' data-at="{at}"' if at else "", f' style="text-anchor:{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}"{seen}{anchor}>{words}</text>'


def frame(x: Axis, y: Axis, names: tuple[str, str]) -> str:
    """Return the frame of the map with ticks and names."""
    left, top, width, height = MAP
    marks = f'<rect class="box" x="{left}" y="{top}" width="{width}" height="{height}"/>'
    marks += "".join(text(x(v), top + height + 17, number(v, 3), "small") for v in x.ticks)
    marks += "".join(text(left - 6, y(v) + 4, number(v, 3), "small", anchor="end") for v in y.ticks)
    first, second = names
    marks += text(left + width / 2, top + height + 38, first, f"name s-{first[:2]}")
    return marks + text(left - 30, top - 10, second, f"name s-{second[:2]}", anchor="start")


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
