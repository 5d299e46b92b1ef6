"""A descent over a loss surface: `route(surface, start)` moves its two entries alone, and keeps each step's share of
every update.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, positive, same_shape, whole
from .descent import Descent, overflow
from .gradients import Gradients, backward
from .surface import Surface
from .trace import forward
from .weights import Weights


@dataclass(frozen=True, eq=False, repr=False)
class Route:
    """A way downhill over a surface, read-only; index i is after i updates, 0 is the start.

    surface       : Surface              whose two entries move; all others stay
    learning_rate : float
    clip          : float                largest length of the gradient, or None
    descent       : Descent              losses, weights, lengths of the gradient of the two entries, why it ended
    places        : (updates + 1, 2)     the values of the two entries
    arrows        : (updates + 1, T+1, 2)   -learning_rate · term of step t: its share of the next update; row 0 is
                                         zero; all are nan where no next update is possible
    """

    surface: Surface
    learning_rate: float
    clip: float | None
    descent: Descent
    places: np.ndarray
    arrows: np.ndarray

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return len(self.places) - 1

    @property
    def steps(self) -> np.ndarray:
        """The next update from each place (updates + 1, 2): the arrows, laid tip to tail, lead there."""
        return self.arrows.sum(axis=1)

    @property
    def rise(self) -> int | None:
        """The first update after which the loss is higher than before it, None if there is none."""
        losses = self.descent.losses
        rises = np.flatnonzero(losses[1:] > losses[:-1] + 1e-12 * np.abs(losses[:-1]))
        return int(rises[0]) + 1 if len(rises) else None

    def __repr__(self) -> str:
        """Return both ends in a line."""
        ends = " -> ".join(f"({first:.4g}, {second:.4g})" for first, second in (self.places[0], self.places[-1]))
        return f"Route({ends}, learning rate {self.learning_rate:g}: {self.descent.reason})"


@np.errstate(all="ignore")
def route(
    surface: Surface,
    start: ArrayLike | None = None,
    learning_rate: float = 1.0,
    steps: int = 30,
    clip: float | None = None,
) -> Route:
    """Go downhill on a surface by its two entries alone and return the `Route`; all other weights stay as they are.

        entry_new = entry_old - learning_rate · sum over t of its term of step t

    surface : of any two entries
    start   : (2,) values of the two entries; those of the surface's own weights if None
    steps   : how many updates at most
    clip    : largest length of the gradient of the two entries; a longer one is shortened, and all its terms alike

    It stops early, and `descent.reason` says why, when the loss or the next place is no longer finite.

    >>> from rnnlib import loss_surface
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> r = route(loss_surface(w, [[3.0], [4.0]], [10.0], hidden="linear"), learning_rate=0.01, steps=1)
    >>> bool(np.allclose(r.places[1], r.places[0] + r.arrows[0].sum(axis=0)))
    True
    """
    instance(surface, "surface", Surface, "loss_surface(w, x, y)")
    place = surface.place(surface.trace.weights) if start is None else numbers(start, "start", "(2,)", ndim=(1,))
    same_shape(place, "start", "(2,)", (2,), "a value for each entry of the surface")
    learning_rate, steps = positive(learning_rate, "learning_rate"), whole(steps, "steps", 1)
    clip = clip if clip is None else positive(clip, "clip")
    weights, losses, norms, places, arrows, reason = [], [], [], [], [], ""
    while not reason:
        updates, w = len(places), moved_to(surface, place)
        grads = gradients_at(surface, w)
        terms = surface.arrows(grads)
        norm = float(np.hypot(*terms.sum(axis=0)))
        shortened = clip / norm if clip is not None and clip < norm < np.inf else 1.0
        shares = -learning_rate * shortened * terms
        after = place + shares.sum(axis=0)
        if not np.isfinite(grads.loss):
            reason = overflow("loss", updates, learning_rate)
            norm = np.nan
        elif updates == steps:
            reason = f"all steps are done, {steps} of {steps}"
        elif not np.isfinite(after).all():
            reason = overflow("next update", updates, learning_rate)
        places.append(place)
        weights.append(w)
        losses.append(grads.loss if np.isfinite(grads.loss) else np.inf)
        norms.append(norm)
        arrows.append(shares if np.isfinite(after).all() and not np.isnan(norm) else np.full_like(terms, np.nan))
        place = after
    descent = Descent(frozen(np.array(losses)), tuple(weights), frozen(np.array(norms)), reason)
    return Route(surface, learning_rate, clip, descent, frozen(np.array(places)), frozen(np.array(arrows)))


def gradients_at(surface: Surface, w: Weights) -> Gradients:
    """Return the gradients of the surface's data at these weights."""
    trace = surface.trace
    there = forward(w, trace.x, trace.O[0], trace.hidden, trace.output, trace.predict)
    return backward(there, surface.y, surface.loss_name)


def moved_to(surface: Surface, place: np.ndarray) -> Weights:
    """Return the surface's weights with its two entries set to a place."""
    arrays = {name: getattr(surface.trace.weights, name).copy() for name in ("Wi", "Wh", "Wo")}
    for (weight, row, column), value in zip(surface.entries, place, strict=True):
        arrays[weight][row, column] = value
    return Weights(**arrays)
