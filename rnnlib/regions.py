"""What kind of ground a loss surface has: `regions(surface)` names every grid point, such as steep, flat or saddle."""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen, instance
from .surface import Surface

FLAT, STEEP = 0.03, 0.3  # of the steepest slope on the grid
STRAIGHT = 0.005  # of the strongest bend on the grid
NAMES = ("slope", "steep", "flat", "bowl", "valley", "saddle", "ridge")


@dataclass(frozen=True, eq=False, repr=False)
class Regions:
    """The ground at every grid point of a surface, by central differences of its losses.

    surface : Surface                  whose ground it is
    slope   : (resolution, resolution)   length of the gradient along the two entries
    names   : (resolution, resolution)   one of slope, steep, flat, bowl, valley, saddle, ridge
    lowest  : (2,)                     the grid point of the lowest loss
    saddles : (n, 2)                   grid points in the middle of the saddles, inside of the grid
    """

    surface: Surface
    slope: np.ndarray
    names: np.ndarray
    lowest: np.ndarray
    saddles: np.ndarray

    def at(self, place: np.ndarray) -> str:
        """Return the name at the grid point nearest to a place (2,); empty outside the grid."""
        values = self.surface.values
        if not all(v[0] <= p <= v[-1] for v, p in zip(values, place, strict=True)):
            return ""
        i, j = (int(np.abs(v - p).argmin()) for v, p in zip(values, place, strict=True))
        return str(self.names[i, j])

    def __repr__(self) -> str:
        """Return the share of each kind of ground in a line."""
        shares = ", ".join(f"{name} {np.mean(self.names == name):.0%}" for name in NAMES)
        return f"Regions({shares})"


def regions(surface: Surface) -> Regions:
    """Return the `Regions` of a surface.

    steep   the gradient is longer than 0.3 of the longest on the grid
    where it is shorter than 0.03 of that, the bends decide, the eigenvalues of the second derivatives:
    bowl    both bend up; minima are here
    valley  one bends up, the other not noticeably: its floor is level
    saddle  one bends up, the other down
    ridge   none bends up, one or both bend down
    flat    none bends noticeably, by 0.005 of the strongest bend on the grid
    slope   all other places

    They are names for the eye: where one ends and the next begins is a choice.
    """
    instance(surface, "surface", Surface, "loss_surface(w, x, y)")
    if len(surface.loss) < 3:
        raise ValueError(f"surface has resolution {len(surface.loss)}, must have 3 or more for second differences")
    with np.errstate(all="ignore"):
        first = np.gradient(surface.loss, *surface.values)
        (aa, ab), (_, bb) = (np.gradient(d, *surface.values) for d in first)
        slope = np.hypot(*first)
        middle, apart = (aa + bb) / 2, np.hypot((aa - bb) / 2, ab)
    low, high = middle - apart, middle + apart
    bend = STRAIGHT * largest(np.maximum(np.abs(low), np.abs(high)))
    is_level, up, down = slope < FLAT * largest(slope), high > bend, low < -bend
    kinds = {"flat": ~up & ~down, "bowl": low > bend, "valley": up & ~down & (low <= bend), "saddle": up & down}
    names = np.full(slope.shape, "slope", dtype="<U6")
    names[slope > STEEP * largest(slope)] = "steep"
    for name, here in (kinds | {"ridge": ~up & down}).items():
        names[is_level & here] = name
    saddles = saddles_of(surface, first, slope, names)
    return Regions(surface, frozen(slope), frozen(names), frozen(lowest_of(surface)), saddles)


def largest(values: np.ndarray) -> float:
    """Return the largest finite value, 0 where there is none."""
    return float(values[np.isfinite(values)].max(initial=0.0))


def lowest_of(surface: Surface) -> np.ndarray:
    """Return the grid point of the lowest loss."""
    return point(surface, *np.unravel_index(surface.loss.argmin(), surface.loss.shape))


def point(surface: Surface, i: int, j: int) -> np.ndarray:
    """Return the values of the two entries at a grid point."""
    return np.array([surface.values[0][i], surface.values[1][j]])


def saddles_of(surface: Surface, first: list[np.ndarray], slope: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Return the grid points nearest to where both derivatives pass through zero on a saddle, border excluded."""
    found = []
    for i, j in np.argwhere(names == "saddle"):
        around = slice(i - 1, i + 2), slice(j - 1, j + 2)
        is_inside = 0 < i < len(slope) - 1 and 0 < j < len(slope) - 1
        if is_inside and slope[i, j] == slope[around].min() and all(np.ptp(np.sign(d[around])) == 2 for d in first):
            found.append(point(surface, i, j))
    return frozen(np.array(found).reshape(-1, 2))
