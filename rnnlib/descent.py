"""The way downhill: `descend(w, x, y)` takes many updates and returns all it went through, `descending(w, x, y)` hands
them out one at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, repeat
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, option, positive, whole
from .clipping import clipped, gradient_norm
from .contributions import truncated
from .gradients import Gradients, gradients_of
from .losses import loss_value, target
from .notation import WEIGHTS
from .trace import Trace, forward, run
from .update import moved
from .weights import Weights


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """Where a descent stands after some updates.

    updates       : int       how many were made so far
    weights       : Weights   the weights now
    loss          : float     of all the data, with these weights; inf if it is not finite
    gradient_norm : float     length of the gradient the next update takes (of its mini-batch, before clipping)
    reason        : str       why the descent ends here, in a sentence; empty while it goes on
    """

    updates: int
    weights: Weights
    loss: float
    gradient_norm: float
    reason: str

    def __repr__(self) -> str:
        """Return the numbers and the reason in a line."""
        numbers = f"Step({self.updates} updates, loss {self.loss:.6g}, gradient {self.gradient_norm:.3g})"
        return f"{numbers}: {self.reason}" if self.reason else numbers


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """Everything a descent went through, read-only; index i is after i updates, 0 is the start.

    losses         : (updates + 1,)   of all the data, also with mini-batches; the last one is inf if it diverged
    weights        : tuple of updates + 1 Weights
    gradient_norms : (updates + 1,)   length of the gradient at weights[i] (of the mini-batch, before clipping);
                                      nan where the loss is not finite
    reason         : str              why it ended, in a sentence
    """

    losses: np.ndarray
    weights: tuple[Weights, ...]
    gradient_norms: np.ndarray
    reason: str

    def __repr__(self) -> str:
        """Return how far it came and why it ended in a line."""
        first, last, updates = self.losses[0], self.losses[-1], len(self.losses) - 1
        return f"Descent(loss {first:.6g} -> {last:.6g} in {updates} updates: {self.reason})"


def descend(
    w: Weights,
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: float = 0.1,
    steps: int = 200,
    loss: str = "squared_error",
    hidden: str = "tanh",
    output: str = "linear",
    predict: str = "last",
    O0: ArrayLike | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    clip: float | None = None,
    truncate: int | None = None,
    tolerance: float | None = None,
    callback: Callable[[Step], bool | None] | None = None,
    learn: Sequence[str] = WEIGHTS,
) -> Descent:
    """Go downhill from `w`, W_new = W_old - learning_rate · dL/dW over and over, and return the whole `Descent`.

    steps      : how many updates at most
    batch_size : sequences in a mini-batch, drawn without repetition until all B had their turn, then anew; all if None
    seed       : of the order in which mini-batches are drawn
    clip       : largest length of the gradient; a longer one is `clipped`
    truncate   : largest number of steps on a path back; the gradient is `truncated`
    tolerance  : stop where the gradient (of the mini-batch, before clipping) is no longer than this
    callback   : called with the `Step` after each update; the descent stops if it returns False
    learn      : the weights that are changed; the others stay, and their gradient counts as zero
    The rest is as for `forward` and `backward`.

    It stops early, and `reason` says why, when the loss or the gradient is no longer finite: that is an outcome, not an
    error, and there is no warning. Losses are of all the data after every update, which for mini-batches costs one more
    forward pass each.

    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> run = descend(w, [[3.0], [4.0]], [10.0], learning_rate=0.01, steps=3, hidden="linear")
    >>> run.losses.shape, bool(run.losses[-1] < run.losses[0]), run.reason
    ((4,), True, 'all steps are done, 3 of 3')
    """
    settings = (loss, hidden, output, predict, O0, batch_size, seed, clip, truncate, tolerance, learn)
    path = []
    for step in descending(w, x, y, learning_rate, steps, *settings):
        path.append(step)
        if callback is not None and step.updates and callback(step) is False and not step.reason:
            path[-1] = replace(step, reason=f"the callback asked to stop after update {step.updates}")
            break
    losses, norms = (frozen(np.array([getattr(s, name) for s in path])) for name in ("loss", "gradient_norm"))
    return Descent(losses, tuple(step.weights for step in path), norms, path[-1].reason)


def descending(
    w: Weights,
    x: ArrayLike,
    y: ArrayLike,
    learning_rate: float = 0.1,
    steps: int = 200,
    loss: str = "squared_error",
    hidden: str = "tanh",
    output: str = "linear",
    predict: str = "last",
    O0: ArrayLike | None = None,
    batch_size: int | None = None,
    seed: int = 0,
    clip: float | None = None,
    truncate: int | None = None,
    tolerance: float | None = None,
    learn: Sequence[str] = WEIGHTS,
) -> Iterator[Step]:
    """Return an iterator over the `Step`s of a descent, the start first: `descend`, to be paused and resumed at will.

    The arguments are those of `descend`. Nothing is calculated before it is asked for.
    """
    trace = forward(w, x, O0, hidden, output, predict)
    y = target(trace, y, loss)
    learning_rate, steps = positive(learning_rate, "learning_rate"), whole(steps, "steps", 1)
    clip = clip if clip is None else positive(clip, "clip")
    tolerance = tolerance if tolerance is None else positive(tolerance, "tolerance")
    truncate = truncate if truncate is None else whole(truncate, "truncate", 1)
    learn = {option(weight, "learn", WEIGHTS) for weight in ((learn,) if isinstance(learn, str) else learn)}
    stay = tuple(weight for weight in WEIGHTS if weight not in learn)
    batches = repeat(None) if batch_size is None else minibatches(trace, batch_size, seed)
    gradients = partial(gradients_of_batch, y=y, loss=loss, truncate=truncate, stay=stay)
    return steps_from(trace, y, loss, gradients, batches, learning_rate, steps, clip, tolerance)


def steps_from(
    trace: Trace,
    y: np.ndarray,
    loss: str,
    gradients: Callable[[Trace, np.ndarray | None], Gradients],
    batches: Iterator[np.ndarray | None],
    learning_rate: float,
    steps: int,
    clip: float | None,
    tolerance: float | None,
) -> Iterator[Step]:
    """Yield the steps from the weights of `trace` on, the last one with its reason."""
    for updates in count():
        w, batch = trace.weights, next(batches)
        grads = gradients(trace, batch)
        now = grads.loss if batch is None else loss_value(trace, y, loss)
        if not isfinite(now):
            yield Step(updates, w, np.inf, np.nan, overflow("loss", updates, learning_rate))
            return
        norm = gradient_norm(grads)
        after = moved_or_none(w, grads if clip is None else clipped(grads, clip), learning_rate)
        if tolerance is not None and norm <= tolerance:
            reason = f"the gradient is {norm:.3g} long after {updates} updates, within the tolerance {tolerance:g}"
        elif updates == steps:
            reason = f"all steps are done, {steps} of {steps}"
        else:
            reason = "" if after else overflow("next update", updates, learning_rate)
        yield Step(updates, w, now, norm, reason)
        if reason:
            return
        trace = run(after, trace.x, trace.O[0], trace.hidden, trace.output, trace.predict)


def gradients_of_batch(
    trace: Trace, batch: np.ndarray | None, y: np.ndarray, loss: str, truncate: int | None, stay: tuple[str, ...]
) -> Gradients:
    """Return the gradients of the sequences in `batch` (all, if None), truncated, and zero for weights that `stay`."""
    if batch is not None:
        x, O0, y = trace.x.take(batch, axis=1), trace.O[0, batch], y[..., batch, :]
        trace = run(trace.weights, x, O0, trace.hidden, trace.output, trace.predict)
    grads = gradients_of(trace, y, loss)
    grads = grads if truncate is None else truncated(grads, truncate)
    zeros = {f"dL_d{weight}": frozen(np.zeros_like(grads.total(weight))) for weight in stay}
    return replace(grads, **zeros) if zeros else grads


def minibatches(trace: Trace, batch_size: int, seed: int) -> Iterator[np.ndarray]:
    """Return an iterator over mini-batches, without end: every sequence once in random order, then all anew."""
    if trace.B is None:
        raise ValueError(f"batch_size is {batch_size}, must be None for one sequence, an x of shape (T, D)")
    batch_size, rng = whole(batch_size, "batch_size", 1, trace.B), np.random.default_rng(whole(seed, "seed", 0))
    cuts = range(batch_size, trace.B, batch_size)
    return (batch for _ in count() for batch in np.split(rng.permutation(trace.B), cuts))


def moved_or_none(w: Weights, grads: Gradients, learning_rate: float) -> Weights | None:
    """Return the new weights, or None if they would not be finite."""
    try:
        return moved(w, grads, learning_rate)
    except ValueError:
        return None


def overflow(what: str, updates: int, learning_rate: float) -> str:
    """Return the sentence for a descent that can't go on because a number is not finite."""
    if updates == 0:
        return f"the {what} is not finite at the start: the weights, the data or the learning rate are too large"
    return f"the {what} is no longer finite after update {updates}: the learning rate {learning_rate:g} is too large"
