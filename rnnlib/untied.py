"""What if each step had its own copy of a weight? `untied_loss` runs with them, `untie` compares with the terms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, option, same_shape, whole
from .functions import HIDDEN, OUTPUT
from .gradients import Gradients, backward
from .losses import pointwise, target
from .trace import Trace

COPIED = ("Wh", "Wi")


def untied_loss(
    trace: Trace,
    y: ArrayLike,
    Wh: Mapping[int, np.ndarray] | None = None,
    Wi: Mapping[int, np.ndarray] | None = None,
    loss: str = "squared_error",
) -> np.ndarray | np.float64:
    """Return the loss when some steps use a copy of their own: a number, or an array of them.

    Wh, Wi : {step: copy}; a copy is (H, H) for Wh, (H, D) for Wi. Steps that are not named use the trace's weight.
             Copies may have axes in front, (..., H, H): then each of those is tried, and the result has shape (...).

    The sequence runs again from the first step named; nothing here knows a derivative.
    """
    y = target(trace, y, loss)
    w, T = trace.weights, trace.T
    Wh, Wi = checked_copies(Wh, "Wh", trace), checked_copies(Wi, "Wi", trace)
    check_axes_in_front([copy.shape[:-2] for copy in (*Wh.values(), *Wi.values())])
    first = min((*Wh, *Wi), default=T)
    g, every = OUTPUT[trace.output], trace.predict == "every"
    y, z = (v.reshape(-1, trace.B or 1, w.K) for v in (y, trace.z))
    with np.errstate(all="ignore"):
        total = pointwise(z, g(z), y, trace.output, loss)[: first - 1].sum() if every else 0.0
        for t, O_t in untied_outputs(trace, first, Wh, Wi):
            if every or t == T:
                z_t = O_t @ w.Wo.T
                total = total + pointwise(z_t, g(z_t), y[t - 1 if every else 0], trace.output, loss).sum(axis=(-1, -2))
        return total / (trace.B or 1)


def untied_outputs(
    trace: Trace, first: int, Wh: Mapping[int, np.ndarray], Wi: Mapping[int, np.ndarray]
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield t and O_t (..., B, H) for t = first .. T, with the copies of the steps that have one."""
    w, f = trace.weights, HIDDEN[trace.hidden].f
    x, O_t = trace.x.reshape(trace.T, -1, w.D), trace.O[first - 1].reshape(-1, w.H)
    for t in range(first, trace.T + 1):
        a_t = x[t - 1] @ Wi.get(t, w.Wi).mT + O_t @ Wh.get(t, w.Wh).mT
        O_t = f(a_t)
        yield t, O_t


def checked_copies(copies: Mapping[int, ArrayLike] | None, name: str, trace: Trace) -> dict[int, np.ndarray]:
    """Return {step: copy (..., H, H) or (..., H, D)}, each copy checked against the weight it stands for."""
    tied, checked = getattr(trace.weights, name), {}
    copies = {} if copies is None else copies
    instance(copies, name, Mapping, "{step: copy}")
    shapes = f"(..., H, {'H' if name == 'Wh' else 'D'}) = (..., {tied.shape[0]}, {tied.shape[1]})"
    for t, copy in copies.items():
        t = whole(t, f"step of {name}", 1, trace.T)
        copy = numbers(copy, f"{name}[{t}]", shapes)
        if copy.shape[-2:] != tied.shape:
            raise ValueError(f"{name}[{t}] has shape {copy.shape}, must be {shapes}, as {name} of the trace")
        checked[t] = copy
    return checked


def check_axes_in_front(fronts: list[tuple[int, ...]]) -> None:
    """Raise ValueError unless the axes in front of all copies broadcast together."""
    try:
        np.broadcast_shapes(*fronts)
    except ValueError:
        raise ValueError(f"the copies have axes {fronts} in front, these must agree") from None


@dataclass(frozen=True, eq=False, repr=False)
class Untied:
    """What nudging each step's copy of a weight does to the loss; row t of arrays belongs to step t, row 0 is zero.

    weight    : "Wh" or "Wi"
    changes   : (T+1, H, H) or (T+1, H, D)   by how much each copy was moved
    predicted : (T+1,)   term of step t times the change of copy t, added up over its entries
    true      : (T+1,)   loss with only copy t moved, minus the loss with the tied weight
    predicted_together, true_together : float   all copies moved at once; the prediction is the sum of `predicted`
    copies    : as changes   the weight of each step after the move
    O         : (T+1, H) or (T+1, B, H)   hidden outputs with all copies moved at once
    y_hat, loss : as the trace's, with all copies moved at once
    """

    grads: Gradients
    weight: str
    changes: np.ndarray
    predicted: np.ndarray
    true: np.ndarray
    predicted_together: float
    true_together: float
    copies: np.ndarray
    O: np.ndarray
    y_hat: np.ndarray
    loss: float

    @property
    def terms(self) -> np.ndarray:
        """The terms of the weight's gradient, one for each copy, shaped as changes."""
        return getattr(self.grads, f"dL_d{self.weight}_terms")

    @property
    def differences(self) -> np.ndarray:
        """By how much each prediction misses the truth: true minus predicted, (T+1,)."""
        with np.errstate(all="ignore"):
            return self.true - self.predicted

    @property
    def difference_together(self) -> float:
        """By how much the prediction for all copies misses the truth."""
        return self.true_together - self.predicted_together

    def __repr__(self) -> str:
        """Return what all the changes together do, in a line."""
        together = f"predicted_together={self.predicted_together:.4g}, true_together={self.true_together:.4g}"
        return f"Untied(weight={self.weight!r}, T={self.grads.trace.T}, {together})"


def untie(trace: Trace, y: ArrayLike, changes: ArrayLike, weight: str = "Wh", loss: str = "squared_error") -> Untied:
    """Move each step's copy of `weight` by its own change and return what that does to the loss, as an `Untied`.

    changes : (T+1, H, H) for Wh, (T+1, H, D) for Wi; row t moves the copy of step t, row 0 must be zero

    For small changes prediction and truth agree, for one copy and for all together: the derivative of the tied
    weight is the sum of the terms because moving the tied weight moves every copy.
    """
    option(weight, "weight", COPIED)
    grads = backward(trace, y, loss)
    tied, terms = getattr(trace.weights, weight), getattr(grads, f"dL_d{weight}_terms")
    letters = "(T+1, H, H)" if weight == "Wh" else "(T+1, H, D)"
    changes = numbers(changes, "changes", f"{letters} = {terms.shape}")
    same_shape(changes, "changes", letters, terms.shape, f"as T = {trace.T} and {weight} has shape {tied.shape}")
    if changes[0].any():
        raise ValueError("changes[0] is not zero; there is no step 0, so no copy to move")
    with np.errstate(all="ignore"):
        predicted, true = (terms * changes).sum(axis=(1, 2)), np.zeros(trace.T + 1)
        copies, O = tied + changes, trace.O.copy()
        copies[0] = 0.0
        moved = {t: copies[t] for t in range(1, trace.T + 1) if changes[t].any()}
        for t, copy in moved.items():
            true[t] = untied_loss(trace, y, **{weight: {t: copy}}, loss=loss) - grads.loss
        together = float(untied_loss(trace, y, **{weight: moved}, loss=loss)) if moved else grads.loss
        for t, O_t in untied_outputs(trace, min(moved, default=trace.T + 1), **{"Wh": {}, "Wi": {}, weight: moved}):
            O[t] = O_t.reshape(O[t].shape)
        y_hat = OUTPUT[trace.output]((O[1:] if trace.predict == "every" else O[-1]) @ trace.weights.Wo.T)
        return Untied(
            grads,
            weight,
            changes,
            frozen(predicted),
            frozen(true),
            float(predicted.sum()),
            together - grads.loss,
            frozen(copies),
            frozen(O),
            frozen(y_hat),
            together,
        )
