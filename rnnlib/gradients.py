"""The backward sweep: `backward(trace, y)` returns the loss and all gradients, with every step's term kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen
from .functions import HIDDEN
from .losses import loss_slope, mean_loss, target
from .trace import Trace, product


@dataclass(frozen=True, eq=False, repr=False)
class Gradients:
    """The gradients of one loss, read-only; of the T+1 rows of an array, row t belongs to step t. No term has a step 0.

    trace        : Trace      what they were taken of
    y            : as y_hat   the target
    loss         : float      L
    dL_dWo       : (K, H)     one path
    dL_dWh       : (H, H)     the sum of dL_dWh_terms over t
    dL_dWi       : (H, D)     the sum of dL_dWi_terms over t
    dL_dWh_terms : (T+1, H, H)
    dL_dWi_terms : (T+1, H, D)
    dL_dO        : (T+1, H) or (T+1, B, H)   what reaches O_t from the loss; row 0 is dL/dO_0
    dL_da        : (T+1, H) or (T+1, B, H)   what reaches a_t; row 0 is zero
    loss_name    : str        which loss
    """

    trace: Trace
    y: np.ndarray
    loss: float
    dL_dWo: np.ndarray
    dL_dWh: np.ndarray
    dL_dWi: np.ndarray
    dL_dWh_terms: np.ndarray
    dL_dWi_terms: np.ndarray
    dL_dO: np.ndarray
    dL_da: np.ndarray
    loss_name: str

    def total(self, weight: str) -> np.ndarray:
        """Return dL/dWo, dL/dWh or dL/dWi by name."""
        return getattr(self, f"dL_d{weight}")

    def __repr__(self) -> str:
        """Return the loss and the sizes in a line."""
        return f"Gradients(loss={self.loss:.6g}, T={self.trace.T}, of Wo, Wh and Wi)"


def backward(trace: Trace, y: ArrayLike, loss: str = "squared_error") -> Gradients:
    """Go back once from the last step to the first and return the `Gradients`.

        dL/dO_T = dL/dz Wo                  dL/da_t     = dL/dO_t * f'(a_t)
        dL/dO_{t-1} = dL/da_t Wh            dL/dWo      = dL/dz O_T^T
        term of step t:                     dL/da_t O_{t-1}^T  (Wh),   dL/da_t x_t^T  (Wi)

    With predict="every" each O_t also receives its own dL/dz_t Wo, so that row t of the terms adds up what the use of
    the weight at step t did to all later losses. A batch's gradients are the mean over its sequences.

    y    : shape of trace.y_hat
    loss : "squared_error" or "cross_entropy"

    One sweep, O(T). Raises ValueError or TypeError naming the argument that is wrong.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> grads = backward(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0])
    >>> bool(grads.dL_dWh == grads.dL_dWh_terms.sum(axis=0))
    True
    """
    return gradients_of(trace, target(trace, y, loss), loss)


@np.errstate(all="ignore")
def gradients_of(trace: Trace, y: np.ndarray, loss: str) -> Gradients:
    """Return the `Gradients` for arguments that are checked."""
    w, O = trace.weights, trace.O
    L = mean_loss(trace, y, loss)
    dL_dz, dL_dO, dL_da = sweep(trace, y, loss)
    dL_dWo = dL_dz.reshape(-1, w.K).T.dot(O[predicting(trace)].reshape(-1, w.H))
    terms, H = frozen(terms_of(dL_da, trace.O_x)), w.H
    dL_dWh_Wi = frozen(terms.sum(axis=0))
    of_Wh_and_Wi = dL_dWh_Wi[:, :H], dL_dWh_Wi[:, H:], terms[..., :H], terms[..., H:]
    return Gradients(trace, y, L, frozen(dL_dWo), *of_Wh_and_Wi, frozen(dL_dO), frozen(dL_da), loss)


def sweep(trace: Trace, y: np.ndarray, loss: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what reaches z, each O_t and each a_t from the loss: dL/dz (as y_hat), dL/dO and dL/da (both as O)."""
    Wh, O, every = trace.weights.Wh, trace.O, trace.predict == "every"
    dL_dz = loss_slope(trace, y, loss)
    if trace.B is not None:
        dL_dz = dL_dz / trace.B
    dL_dO, dL_da = np.zeros(O.shape), HIDDEN[trace.hidden].slope(O)  # f'(a_t), until dL/dO_t is there to go with it
    dL_dO[predicting(trace)] = product(dL_dz, trace.weights.Wo)
    dL_dO_t = dL_dO[-1]
    # range(T) ends it, as in the forward pass
    for _, dL_da_t, dL_dO_before in zip(range(trace.T), dL_da[::-1], dL_dO[-2::-1], strict=False):
        dL_da_t *= dL_dO_t
        if every:
            dL_dO_before += dL_da_t.dot(Wh)  # to what O_{t-1} has from its own prediction
        else:
            dL_da_t.dot(Wh, dL_dO_before)  # written into it
        dL_dO_t = dL_dO_before
    dL_da[0] = 0.0
    return dL_dz, dL_dO, dL_da


def predicting(trace: Trace) -> slice:
    """Return which rows of O predict: the last, or all but the state before the sequence."""
    return slice(1 if trace.predict == "every" else -1, None)


def terms_of(dL_da: np.ndarray, used_with: np.ndarray) -> np.ndarray:
    """Return dL/da_t u_t^T as row t, added up over the batch; u_t, from step 1 on, is what the weight multiplies."""
    later, terms = dL_da[1:], np.empty((len(dL_da), dL_da.shape[-1], used_with.shape[-1]))
    terms[0] = 0.0
    if later.ndim == 2:  # vectors, for which einsum is quicker; BLAS takes the matrices of a batch whole
        np.einsum("ti,tj->tij", later, used_with, out=terms[1:])
    else:
        np.matmul(later.mT, used_with, out=terms[1:])
    return terms
