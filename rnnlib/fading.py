"""What makes gradients fade or explode: `fading(task, T, radius, hidden)` runs a task again with these three.

`with_spectral_radius(w, radius)` scales Wh. A task that is long enough to see it: `rnnlib.tasks.hundred_steps()`.
"""

from dataclasses import dataclass, replace

import numpy as np

from .ages import Ages, ages
from .arrays import frozen, instance, option, positive, whole
from .functions import HIDDEN
from .gradients import backward
from .jacobians import Jacobians, eigenvalues, jacobians
from .tasks import Task
from .trace import forward
from .weights import Weights


@dataclass(frozen=True, eq=False, repr=False)
class Fading:
    """What happens to the gradient of one task on its way back, read-only.

    task            : Task        as it was run: the last T steps, with the scaled Wh and the activation
    spectral_radius : float       of its Wh
    ages            : Ages        the terms by age
    jacobians       : Jacobians   the factors between the steps
    norms           : (T,)        by age: norm of dO_T/dO_t, the product of Jacobians that really happens
    bounds          : (T,)        by age: their largest singular values multiplied
    powers          : (T,)        by age: spectral_radius to the power of the age
    """

    task: Task
    spectral_radius: float
    ages: Ages
    jacobians: Jacobians
    norms: np.ndarray
    bounds: np.ndarray
    powers: np.ndarray

    @property
    def T(self) -> int:
        """The number of steps."""
        return self.ages.T

    def __repr__(self) -> str:
        """Return the three settings and the gradient in a line."""
        settings = f"{self.task.hidden}, spectral radius {self.spectral_radius:.4g}"
        return f"Fading(T={self.T}, {settings}, |dL/d{self.ages.weight}|={self.ages.size:.4g})"


def fading(task: Task, T: int, radius: float, hidden: str = "tanh", weight: str = "Wh") -> Fading:
    """Return the `Fading` of the last T steps of `task`, with Wh scaled to this spectral radius, and this activation.

    Only the past gets longer with T: the last inputs, the target and the state before the sequence stay.
    """
    instance(task, "task", Task, "rnnlib.tasks.hundred_steps()")
    T = whole(T, "T", 1, len(task.x))
    option(hidden, "hidden", HIDDEN)
    run = replace(task, weights=with_spectral_radius(task.weights, radius), x=task.x[-T:], hidden=hidden)
    trace = forward(run.weights, run.x, run.O0, hidden, run.output)
    j = jacobians(trace)
    with np.errstate(all="ignore"):
        by_age = (j.norms[:0:-1], j.bounds[:0:-1], float(radius) ** np.arange(T))
    return Fading(run, float(radius), ages(backward(trace, run.y, run.loss), weight), j, *map(frozen, by_age))


def spectral_radius(w: Weights) -> float:
    """Return the largest |eigenvalue| of Wh."""
    instance(w, "w", Weights, "Weights(Wi, Wh, Wo)")
    return float(np.abs(eigenvalues(w.Wh)[0]))


def with_spectral_radius(w: Weights, radius: float) -> Weights:
    """Return the weights with Wh times a number, so that its largest |eigenvalue| is `radius`.

    >>> with_spectral_radius(Weights(Wi=[[1.0]], Wh=[[-0.5]], Wo=[[1.0]]), 0.9).Wh.tolist()
    [[-0.9]]
    """
    radius, now = positive(radius, "radius"), spectral_radius(w)
    if now == 0.0:
        raise ValueError("w.Wh has spectral radius 0, and every multiple of it has; it can't be scaled to another")
    return Weights(w.Wi, w.Wh * (radius / now), w.Wo)
