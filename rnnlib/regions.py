"""What kind of ground a loss surface has: `regions(surface)` names every grid point, such as steep, flat or saddle;
`survey(route, regions)` names the true ground at every place of a way downhill.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen, instance
from .route import Route, gradients_at, moved_to
from .surface import Surface

STEEP = 0.9  # this share of the grid is less steep
USUAL = 0.75  # and of this share of the grid slopes and bends are no larger than usual
SAME = 0.0005
FLAT, STRAIGHT = 0.1, 0.04  # of a usual slope, and of a usual bend
NAMES = ("slope", "steep", "flat", "bowl", "valley", "saddle", "ridge")


@dataclass(frozen=True, eq=False, repr=False)
class Regions:
    """The ground at every grid point of a surface, by central differences of its losses.

    surface : Surface                  whose ground it is
    slope   : (resolution, resolution)   length of the gradient along the two entries
    usual   : float                    a usual slope: three quarters of the grid have no larger one
    steep   : float                    what is steeper is called steep
    bend    : float                    what bends less is called straight
    names   : (resolution, resolution)   one of slope, steep, flat, bowl, valley, saddle, ridge
    lowest  : (2,)                     the grid point of the lowest loss
    saddles : (n, 2)                   saddle points: the gradient is 0, one way is up and another down
    """

    surface: Surface
    slope: np.ndarray
    usual: float
    steep: float
    bend: float
    names: np.ndarray
    lowest: np.ndarray
    saddles: np.ndarray

    @np.errstate(all="ignore")
    def at(self, place: np.ndarray) -> str:
        """Return the name of the ground at any place (2,), by its true derivatives; empty outside the grid."""
        if not is_on(self.surface, place):
            return ""
        slope = float(np.hypot(*slope_at(self.surface, place)))
        if slope > FLAT * self.usual:
            return "steep" if slope > self.steep else "slope"
        bends = bends_at(self.surface, place)
        return str(name_of(*np.linalg.eigvalsh((bends + bends.T) / 2), self.bend))

    def __repr__(self) -> str:
        """Return the share of each kind of ground in a line."""
        shares = ", ".join(f"{name} {np.mean(self.names == name):.0%}" for name in NAMES)
        return f"Regions({shares})"


@np.errstate(all="ignore")
def regions(surface: Surface) -> Regions:
    """Return the `Regions` of a surface.

    steep   the gradient is longer than on nine tenths of the grid
    where it is shorter than 0.1 of a usual one, the bends decide, the eigenvalues of the second derivatives:
    bowl    both bend up; minima are here
    valley  one bends up, the other not noticeably: its floor is level
    saddle  one bends up, the other down
    ridge   none bends up, one or both bend down
    flat    none bends noticeably, by 0.04 of a usual bend
    slope   all other places

    They are names for the eye: where one ends and the next begins is a choice.
    """
    instance(surface, "surface", Surface, "loss_surface(w, x, y)")
    if len(surface.loss) < 3:
        raise ValueError(f"surface has resolution {len(surface.loss)}, must have 3 or more for second differences")
    first = np.gradient(surface.loss, *surface.values)
    (aa, ab), (_, bb) = (np.gradient(d, *surface.values) for d in first)
    slope = np.hypot(*first)
    middle, apart = (aa + bb) / 2, np.hypot((aa - bb) / 2, ab)
    low, high = middle - apart, middle + apart
    usual, bend = quantile(slope, USUAL), STRAIGHT * quantile(np.maximum(np.abs(low), np.abs(high)), USUAL)
    steep = quantile(slope, STEEP)
    level = name_of(low, high, bend)
    names = np.where(slope <= FLAT * usual, level, np.where(slope > steep, "steep", "slope"))
    saddles = saddles_of(surface, first, level, bend)
    return Regions(surface, frozen(slope), usual, steep, bend, frozen(names), frozen(lowest_of(surface)), saddles)


def name_of(low: np.ndarray, high: np.ndarray, bend: float) -> np.ndarray:
    """Return the names of level ground with these lower and higher bends."""
    up, down = high > bend, low < -bend
    level = np.where(low > bend, "bowl", np.where(up, "valley", "flat"))
    return np.where(up & down, "saddle", np.where(down, "ridge", level))


@dataclass(frozen=True, eq=False, repr=False)
class Survey:
    """A route and the ground under it: `names` has the name at each of its places, empty outside the map."""

    route: Route
    regions: Regions
    names: tuple[str, ...]


def survey(route: Route, regions: Regions) -> Survey:
    """Return the ground at every place of a route, by the true derivatives there.

    Places closer together than 0.0005 of the map count as one.
    """
    instance(route, "route", Route, "route(surface, start)")
    instance(regions, "regions", Regions, "regions(surface)")
    span = np.array([np.ptp(v) for v in regions.surface.values])
    names, named = [], np.full(2, np.inf)
    for place in route.places:
        if not (np.abs(place - named) < SAME * span).all():
            names.append(regions.at(place))
            named = place
        else:
            names.append(names[-1])
    return Survey(route, regions, tuple(names))


def quantile(values: np.ndarray, share: float) -> float:
    """Return what this share of the finite values does not exceed, 0 where there is none."""
    finite = values[np.isfinite(values)]
    return float(np.quantile(finite, share)) if len(finite) else 0.0


def lowest_of(surface: Surface) -> np.ndarray:
    """Return the grid point of the lowest loss."""
    return point(surface, *np.unravel_index(surface.loss.argmin(), surface.loss.shape))


def point(surface: Surface, i: int, j: int) -> np.ndarray:
    """Return the values of the two entries at a grid point."""
    return np.array([surface.values[0][i], surface.values[1][j]])


def is_on(surface: Surface, place: np.ndarray) -> bool:
    """Return whether a place lies on the map."""
    return all(v[0] <= p <= v[-1] for v, p in zip(surface.values, place, strict=True))


def saddles_of(surface: Surface, first: list[np.ndarray], level: np.ndarray, bend: float) -> np.ndarray:
    """Return the saddle points of the true loss near a grid point that bends both ways, where both slopes change sign.

    On a coarse grid such a point may itself be far from level; what it would be called, if it were, is enough.
    """
    reach = 2 * np.array([v[1] - v[0] for v in surface.values])
    apart = 0.05 * np.array([np.ptp(v) for v in surface.values])
    found: list[np.ndarray] = []
    for i, j in np.argwhere(level == "saddle"):
        around = slice(max(i - 1, 0), i + 2), slice(max(j - 1, 0), j + 2)
        if not all(np.ptp(np.sign(d[around])) == 2 for d in first):
            continue
        place = saddle_near(surface, point(surface, i, j), reach, bend)
        if (
            place is not None
            and is_on(surface, place)
            and all((np.abs(place - other) > apart).any() for other in found)
        ):
            found.append(place)
    return frozen(np.array(found).reshape(-1, 2))


def saddle_near(surface: Surface, start: np.ndarray, reach: np.ndarray, bend: float) -> np.ndarray | None:
    """Return the point within reach of a grid point where the gradient is 0 and the loss bends both ways, by Newton."""
    place = start
    for _ in range(12):
        bends = bends_at(surface, place)
        if not np.isfinite(bends).all() or not np.linalg.det(bends) < 0.0:
            return None
        place = place - np.linalg.solve(bends, slope_at(surface, place))
        if (np.abs(place - start) > reach).any():
            return None
    return place if name_of(*np.linalg.eigvalsh((bends + bends.T) / 2), bend) == "saddle" else None


def bends_at(surface: Surface, place: np.ndarray) -> np.ndarray:
    """Return the second derivatives of the true loss (2, 2), by central differences of its gradient."""
    tiny = np.array([1e-5 * (v[-1] - v[0]) for v in surface.values])
    rows = [slope_at(surface, place + d) - slope_at(surface, place - d) for d in np.diag(tiny)]
    return np.array(rows) / (2 * tiny[:, None])


def slope_at(surface: Surface, place: np.ndarray) -> np.ndarray:
    """Return the gradient of the true loss along the two entries, (2,)."""
    return surface.arrows(gradients_at(surface, moved_to(surface, place))).sum(axis=0)
