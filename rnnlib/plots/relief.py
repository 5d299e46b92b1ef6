"""How a loss surface looks: `relief(surface)` shades it and finds its contour lines, for the map of a descent."""

import io

import numpy as np
from contourpy import contour_generator
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.image import imsave

from ..arrays import instance
from ..explain.backdrop import Relief
from ..surface import Surface

LINES = 8  # contour lines at most
LOW, HIGH = "#fffaf0", "#cf8fae"  # dark enough for a map, light enough for black on it
SHADES = LinearSegmentedColormap.from_list("loss", [LOW, HIGH])


def relief(surface: Surface) -> Relief:
    """Return how the surface looks: the shade follows the loss evenly from one contour line to the next.

    The lines stand at round losses, chosen so that about as much of the map lies between any two.
    """
    instance(surface, "surface", Surface, "loss_surface(w, x, y)")
    levels = levels_of(surface.loss)
    height = heights(surface.loss, levels)
    file = io.BytesIO()
    image = np.flipud(height.T)
    imsave(file, image, format="png", cmap=SHADES, vmin=0.0, vmax=len(levels) + 1.0, metadata={"Software": None})
    lines = contour_generator(*surface.values, height.T)
    pieces = tuple(tuple(lines.lines(k + 1.0)) for k in range(len(levels)))
    shades = tuple(to_hex(SHADES((k + 0.5) / (len(levels) + 1))) for k in range(len(levels) + 1))
    return Relief(file.getvalue(), levels, pieces, shades)


def levels_of(loss: np.ndarray) -> tuple[float, ...]:
    """Return round losses that share out the grid about evenly; none for a surface of one height."""
    finite = loss[np.isfinite(loss)]
    if not len(finite) or not finite.max() > finite.min():
        return ()
    shares = np.quantile(finite, np.linspace(0.04, 0.98, LINES))
    rounded = sorted({round_off(float(v)) for v in shares if v > 0.0})
    return tuple(v for v in rounded if finite.min() < v < finite.max())


def round_off(v: float) -> float:
    """Return the nearest 1, 2, 3, 5 or 7 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(v))
    return min((float(f"{n * power:.0e}") for n in (1, 2, 3, 5, 7, 10)), key=lambda nice: abs(nice - v))


def heights(loss: np.ndarray, levels: tuple[float, ...]) -> np.ndarray:
    """Return each loss as a place between the levels: k at level k, counted from 1, and evenly between."""
    if not levels:
        return np.zeros_like(loss)
    loss = np.where(np.isfinite(loss), loss, np.finfo(float).max)
    ends = [min(float(loss.min()), levels[0] * 0.5), *levels, max(float(np.quantile(loss, 0.99)), levels[-1] * 1.5)]
    return np.interp(loss, ends, np.arange(len(ends)))
