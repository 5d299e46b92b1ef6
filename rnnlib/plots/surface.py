"""The loss over two entries of the weights, as a map with the ways that were walked on it: `draw_surface`, and in words
`describe_surface`.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..arrays import instance, numbers, same_shape
from ..explain.downhill import written_loss
from ..explain.spelling import number
from ..route import Route
from ..surface import Surface
from . import style
from .description import Description, listed
from .picture import described
from .relief import heights, relief

HIGH = 4.6  # inches
WAYS = (
    ("o", "-", "#1a1a1a"),
    ("s", "--", "#00589c"),
    ("^", "-.", "#6a2c9c"),
    ("D", ":", "#00665a"),
    ("v", "-", "#8a3d00"),
)


def places_of(way: Route | ArrayLike, name: str) -> np.ndarray:
    """Return the places (n, 2) of a way."""
    places = way.places if isinstance(way, Route) else numbers(way, f"ways[{name!r}]", "(n, 2)", ndim=(2,))
    same_shape(places, f"ways[{name!r}]", "(n, 2)", (len(places), 2), "a value for each of the two entries")
    return places


def describe_surface(surface: Surface, ways: Mapping[str, Route | ArrayLike] | None = None) -> Description:
    """Return where the loss is lowest on the map, and as a table where each way begins and ends."""
    instance(surface, "surface", Surface, "loss_surface(w, x, y)")
    i, j = np.unravel_index(surface.loss.argmin(), surface.loss.shape)
    first, second = surface.names
    lowest = f"{first} = {number(surface.values[0][i])}, {second} = {number(surface.values[1][j])}"
    said = f"The loss over {first} and {second}; of the grid points the lowest has {written_loss(surface.loss[i, j])}, "
    said += f"at {lowest}."
    rows = []
    for name, way in (ways or {}).items():
        places = places_of(way, name)
        loss = way.descent.losses[-1] if isinstance(way, Route) else np.nan
        end = written_loss(loss) if np.isfinite(loss) else "not finite" if np.isinf(loss) else "–"
        rows.append((name, spot(places[0]), spot(places[-1]), str(len(places) - 1), end))
    if rows:
        said += f" Ways: {listed([row[0] for row in rows])}."
    columns = ("way", f"start ({first}, {second})", "end", "updates", "L at the end") if rows else ()
    return Description(said, columns, tuple(rows))


def spot(place: np.ndarray) -> str:
    """Return a place in brackets, four digits each."""
    return f"({number(place[0])}, {number(place[1])})"


def draw_surface(surface: Surface, ways: Mapping[str, Route | ArrayLike] | None = None, ax: Axes | None = None) -> Axes:
    """Draw the loss as shades with contour lines, and on it the ways, each with its name where it ends.

    ways : {name: a route, or its places (n, 2)}; what leads out of the map is cut off at its border
    """
    said = describe_surface(surface, ways)
    ax, look = style.axes(ax, HIGH), relief(surface)
    first, second = surface.values
    height = heights(surface.loss, look.levels)
    ax.contourf(first, second, height.T, levels=np.arange(len(look.shades) + 1), colors=look.shades)
    for level, pieces in zip(look.levels, look.lines, strict=True):
        for piece in pieces:
            ax.plot(*piece.T, color="#8c3f62", linewidth=0.8, alpha=0.8)
        longest = max(pieces, key=len, default=None)
        if longest is not None and len(longest) > len(first) // 4:
            at = longest[len(longest) // 2]
            style.label(ax, number(level), tuple(at), (0, 0), "#8c3f62", ha="center", va="center", fontsize=10)
    crowded = crowded_starts(surface, ways or {})
    for (name, way), (marker, line, colour) in zip((ways or {}).items(), WAYS * len(ways or {}), strict=False):
        places = np.clip(places_of(way, name), -1e6, 1e6)
        ax.plot(*places.T, line, marker=marker, color=colour, linewidth=1.8, markersize=4.5)
        ax.plot(*places[:1].T, marker, color="#ffd21f", markeredgecolor=colour, markersize=9)
        style.label(ax, name, place_on(places) if name in crowded else tuple(places[0]), (7, 7), colour)
    ax.set_xlim(first[0], first[-1])
    ax.set_ylim(second[0], second[-1])
    names = surface.names
    style.dress(ax, names[1], style.colour_of(names[1][:2]), names[0])
    ax.set_title("on the lines: loss L; darker is higher", fontsize=style.FONT, color=style.colour_of("L"), loc="right")
    return described(ax, said)


def crowded_starts(surface: Surface, ways: Mapping[str, Route | ArrayLike]) -> set[str]:
    """Return the ways that begin so close to another that their names would run into each other."""
    reach = 0.08 * np.array([v[-1] - v[0] for v in surface.values])
    starts = {name: places_of(way, name)[0] for name, way in ways.items()}
    near = {(a, b) for a in starts for b in starts if a != b and (np.abs(starts[a] - starts[b]) < reach).all()}
    return {a for a, _ in near}


def place_on(places: np.ndarray) -> tuple[float, float]:
    """Return a place on a way, away from both of its ends."""
    walked = np.concatenate([[0.0], np.hypot(*np.diff(places, axis=0).T).cumsum()])
    x, y = places[int(np.abs(walked - 0.3 * walked[-1]).argmin())]
    return float(x), float(y)
