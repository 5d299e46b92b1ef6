"""Why gradients vanish or explode: `jacobians(trace)` returns each dO_t/dO_{t-1} with its eigenvalues and singular
values, and the product of them that really happens, dO_T/dO_t.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen, instance
from .functions import HIDDEN
from .trace import Trace


@dataclass(frozen=True, eq=False, repr=False)
class Jacobians:
    """The Jacobians along one sequence and their spectral facts, read-only; row t belongs to step t.

    trace           : Trace
    J               : (T+1, H, H)   J_t = dO_t/dO_{t-1} = diag(f'(a_t)) Wh; J_0 is zero
    eigenvalues     : (T+1, H)      of each J_t, complex, largest |.| first
    singular_values : (T+1, H)      of each J_t, largest first
    dOT_dO          : (T+1, H, H)   dO_T/dO_t = J_T · J_{T-1} · ... · J_{t+1}; row T is the identity
    norms           : (T+1,)        of dO_T/dO_t, its largest singular value: how far it can stretch a change of O_t
    bounds          : (T+1,)        the largest singular values of J_T .. J_{t+1} multiplied, which norms never exceed
    Wh_eigenvalues, Wh_singular_values : (H,)   of Wh itself
    """

    trace: Trace
    J: np.ndarray
    eigenvalues: np.ndarray
    singular_values: np.ndarray
    dOT_dO: np.ndarray
    norms: np.ndarray
    bounds: np.ndarray
    Wh_eigenvalues: np.ndarray
    Wh_singular_values: np.ndarray

    @property
    def spectral_radius(self) -> float:
        """The largest |eigenvalue| of Wh: in the long run a linear RNN's gradient changes by this factor a step."""
        return float(np.abs(self.Wh_eigenvalues[0]))

    def __repr__(self) -> str:
        """Return the two numbers that are so often mixed up in a line."""
        sizes = f"T={self.trace.T}, H={self.trace.weights.H}"
        largest = f"largest singular value {self.Wh_singular_values[0]:.4g}"
        return f"Jacobians({sizes}, Wh with spectral radius {self.spectral_radius:.4g}, {largest})"


def jacobians(trace: Trace) -> Jacobians:
    """Return the `Jacobians` dO_t/dO_{t-1} = diag(f'(a_t)) Wh along the sequence of `trace`.

    If the largest singular value of Wh is below 1, long products vanish (where |f'| <= 1). If it is above 1, they may
    still vanish: that is necessary for an explosion, not sufficient. For a linear RNN the spectral radius decides.

    For one sequence; a ValueError says so for a batch, and names the step if a Jacobian is not finite.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> jacobians(forward(w, [[3.0], [4.0]], hidden="linear")).norms.tolist()
    [0.25, 0.5, 1.0]
    """
    instance(trace, "trace", Trace, "forward(w, x)")
    if trace.B is not None:
        raise ValueError(f"trace holds a batch of B = {trace.B}, jacobians need one sequence: give forward an x (T, D)")
    Wh, T = trace.weights.Wh, trace.T
    with np.errstate(all="ignore"):
        J = HIDDEN[trace.hidden].derivative(trace.a)[:, :, None] * Wh
        J[0] = 0.0
        for t in range(1, T + 1):
            if not np.isfinite(J[t]).all():
                raise ValueError(f"dO{t}/dO{t - 1} of the trace is not finite everywhere: the forward pass overflowed")
        dOT_dO = np.empty_like(J)
        dOT_dO[T] = np.eye(len(Wh))
        for t in range(T, 0, -1):
            dOT_dO[t - 1] = dOT_dO[t] @ J[t]
        singular_values = np.linalg.svd(J, compute_uv=False)
        bounds = np.append(np.cumprod(singular_values[:0:-1, 0])[::-1], 1.0)
        norms = np.array([largest_stretch(product) for product in dOT_dO])
    return Jacobians(
        trace,
        *map(frozen, (J, eigenvalues(J), singular_values, dOT_dO, norms, bounds, eigenvalues(Wh))),
        frozen(np.linalg.svd(Wh, compute_uv=False)),
    )


def eigenvalues(matrices: np.ndarray) -> np.ndarray:
    """Return the eigenvalues (..., H) of matrices (..., H, H) as complex numbers, largest |.| first."""
    values = np.linalg.eigvals(matrices).astype(complex)
    return np.take_along_axis(values, np.argsort(-np.abs(values), axis=-1, kind="stable"), axis=-1)


def largest_stretch(matrix: np.ndarray) -> float:
    """Return the largest singular value of a matrix; infinity if it has overflowed."""
    return float(np.linalg.norm(matrix, ord=2)) if np.isfinite(matrix).all() else np.inf
