"""How old is a gradient? `ages(grads)` sorts the terms by age, and tells what a sum cut after k steps is worth.

The age of a term is how many steps lie between the use of the weight and the prediction: T - t. Age 0 is the last step.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen, instance, option
from .gradients import Gradients


@dataclass(frozen=True, eq=False, repr=False)
class Ages:
    """The terms of one gradient by age, and its truncations, read-only.

    grads  : Gradients
    weight : "Wh" or "Wi"
    sizes  : (T,)     Frobenius norm of each term; for one sequence and Wh that is |dL/da_t| · |O_{t-1}|
    shares : (T,)     each size as a part of all sizes added; zero where every size is zero
    size   : float    Frobenius norm of the total, which the sizes do not add up to
    errors : (T+1,)   |sum of the k latest terms - total| / |total|; nan if the total is zero
    angles : (T+1,)   between the sum of the k latest terms and the total, in degrees; nan if one of them is zero
    """

    grads: Gradients
    weight: str
    sizes: np.ndarray
    shares: np.ndarray
    size: float
    errors: np.ndarray
    angles: np.ndarray

    @property
    def T(self) -> int:
        """The number of steps, and of ages."""
        return len(self.sizes)

    def holding(self, share: float) -> int:
        """Return how many of the latest steps together have at least this share of all sizes; T if none is enough."""
        enough = np.flatnonzero(np.cumsum(self.shares) >= share)
        return int(enough[0]) + 1 if len(enough) else self.T

    def __repr__(self) -> str:
        """Return the two numbers that can disagree in a line."""
        sizes = f"|dL/d{self.weight}|={self.size:.4g}, term of age {self.T - 1} of size {self.sizes[-1]:.4g}"
        return f"Ages(T={self.T}, {sizes})"


def ages(grads: Gradients, weight: str = "Wh") -> Ages:
    """Return the terms of dL/d`weight` by age, and how far each truncation is from the whole.

    grads  : of one loss at the end, predict="last"; a batch's terms are means over its sequences
    weight : "Wh" or "Wi"

    >>> from rnnlib import Weights, backward, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[1.0]])
    >>> a = ages(backward(forward(w, [[1.0], [1.0], [1.0]], hidden="linear"), [0.75]), "Wi")
    >>> a.sizes.tolist(), a.size, a.angles.tolist()[1:]
    ([1.0, 0.5, 0.25], 1.75, [0.0, 0.0, 0.0])
    """
    instance(grads, "grads", Gradients, "backward(trace, y)")
    option(weight, "weight", ("Wh", "Wi"))
    if grads.trace.predict != "last":
        raise ValueError("grads are of predict='every', where a term has many ages; ages needs predict='last'")
    terms = getattr(grads, f"dL_d{weight}_terms")[:0:-1].reshape(grads.trace.T, -1)
    unit = np.abs(terms).max()
    if not np.isfinite(unit):
        raise ValueError(f"the terms of dL/d{weight} are not finite: forward or backward pass overflowed")
    terms = terms / (unit or 1.0)
    sizes = np.linalg.norm(terms, axis=1)
    size, errors, angles = truncations(terms)
    shares = sizes / (sizes.sum() or 1.0)
    return Ages(grads, weight, *map(frozen, (sizes * unit, shares)), float(size * unit), *map(frozen, (errors, angles)))


def truncations(terms: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the length of the sum of the rows, and for the sum of the first k rows its error and its angle."""
    nothing, whole = np.zeros((1, terms.shape[1])), terms.sum(axis=0)
    kept = np.vstack([nothing, np.cumsum(terms, axis=0)])
    missing = np.vstack([nothing, np.cumsum(terms[::-1], axis=0)])[::-1]  # summed from the small end: no cancellation
    size = np.linalg.norm(whole)
    with np.errstate(all="ignore"):
        direction = whole / size
        along = kept @ direction
        aside = np.linalg.norm(missing - np.outer(missing @ direction, direction), axis=1)
        angles = np.degrees(np.arctan2(aside, along))
    angles[~kept.any(axis=1)] = np.nan
    angles[-1] = np.nan if size == 0.0 else 0.0
    return float(size), np.linalg.norm(missing, axis=1) / (size or np.nan), angles
