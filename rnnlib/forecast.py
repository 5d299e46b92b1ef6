"""Forecasting a measured series honestly: `split` it in time, train on the early part, compare on the late one.

What you can do here: cut a series in two without a leak (split), start from small random weights (starting_weights),
forecast (forecasts), forecast without an RNN (last_value, autoregression, coefficients), measure (rmse), put all of it
into a table (compare), and follow a training while it goes on (follow).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, log10

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, same_shape, whole
from .descent import Step
from .losses import loss_value
from .series import Scaling, Series, windows
from .trace import forward
from .weights import Weights

MARKS = 100  # places along a training at which its course is recorded


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """Windows of one part of a series, each with the value that follows; read-only.

    times   : (B,)      the time of each value to forecast
    x       : (T, B, 2) the T scaled values before it, and beside each an input that is always 1
    y       : (B, 1)    the value, scaled
    scaling : Scaling   the way back to the unit of measurement
    """

    times: np.ndarray
    x: np.ndarray
    y: np.ndarray
    scaling: Scaling

    @property
    def measured(self) -> np.ndarray:
        """(B,), the values to forecast in the unit of measurement."""
        return self.scaling.invert(self.y[:, 0])

    def __repr__(self) -> str:
        """Return how many forecasts there are to make, of which times."""
        return f"{len(self.times)} values to forecast, {self.times[0]:.10g} to {self.times[-1]:.10g}"


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """A series cut in two: the `train` part to learn from, and the `held_out` part after it, to be judged by.

    series : Series
    T      : int    values in a window
    """

    series: Series
    T: int
    train: Part
    held_out: Part

    @property
    def scaling(self) -> Scaling:
        """The scaling of both parts, made from the training part alone."""
        return self.train.scaling

    @cached_property
    def baselines(self) -> dict[str, tuple[float, float]]:
        """By how much the forecasters without an RNN miss, on the training part and on the held-out part (RMSE)."""
        parts = (self.train, self.held_out)
        return {
            "last value": tuple(rmse(last_value(part), part.measured) for part in parts),
            "linear autoregression": tuple(rmse(autoregression(self.train, part), part.measured) for part in parts),
        }

    @property
    def decimals(self) -> int:
        """How many decimals an error has that is as large as that of the last value, in three digits."""
        return max(0, 2 - floor(log10(max(*self.baselines["last value"], 1e-12))))

    def __repr__(self) -> str:
        """Return both parts in a line."""
        return f"Split({self.series.name}, T={self.T}: train on {self.train!r}; held out {self.held_out!r})"


def split(series: Series, held_out_from: float, T: int = 12) -> Split:
    """Cut a series at a time: what lies before `held_out_from` is for training, what follows is held out.

    T : values in a window

    Nothing of the held-out part reaches the training: no window, no target, and the scaling is that of the training
    values. A held-out window may begin in the training part: at its time these values are known.
    Raises ValueError when a part is too short, or when the training values are all the same.

    >>> from rnnlib.series import sunspots
    >>> split(sunspots(), held_out_from=1920).held_out
    89 values to forecast, 1920 to 2008
    """
    instance(series, "series", Series, "sunspots() or series_from_text(text)")
    N = len(series.values)
    T = whole(T, "T", 1, N - 1)
    cut = int((series.times < numbers(held_out_from, "held_out_from", "one time", ndim=(0,))).sum())
    if not T < cut < N:
        reach = f"after {series.times[T]:.10g} and up to {series.times[-1]:.10g}, with a window and a value before"
        raise ValueError(f"held_out_from is {held_out_from}, must be {reach}")
    scaling = Scaling.standard(series.values[:cut])
    x, y = windows(scaling.apply(series.values), T)
    x = np.concatenate([x, np.ones_like(x)], axis=2)
    times, B = series.times[T:], cut - T
    early, late = (
        Part(*(frozen(array.copy()) for array in (times[of], x[:, of], y[of])), scaling)
        for of in (slice(0, B), slice(B, None))
    )
    return Split(series, T, early, late)


def starting_weights(H: int, seed: int = 0, D: int = 2) -> Weights:
    """Return small random weights for H hidden units, D inputs and one output; the same for the same seed."""
    H, D = whole(H, "H", 1), whole(D, "D", 1)
    rng = np.random.default_rng(whole(seed, "seed", 0))
    return Weights(
        Wi=rng.normal(0.0, 0.5, (H, D)),
        Wh=rng.normal(0.0, 0.8 / np.sqrt(H), (H, H)),
        Wo=rng.normal(0.0, 0.3, (1, H)),
    )


def forecasts(w: Weights, part: Part) -> np.ndarray:
    """Return the forecast (B,) of the RNN for each value of the part, in the unit of measurement."""
    return part.scaling.invert(forward(w, part.x).y_hat[:, 0])


def last_value(part: Part) -> np.ndarray:
    """Return the forecast (B,) that the next value is the last one again, in the unit of measurement."""
    return part.scaling.invert(part.x[-1, :, 0])


def autoregression(train: Part, part: Part) -> np.ndarray:
    """Return the forecast (B,) of a linear autoregression fitted to `train`, in the unit of measurement."""
    return part.scaling.invert(regressors(part) @ coefficients(train))


def coefficients(train: Part) -> np.ndarray:
    """Return the c (T+1,) of the linear autoregression y_hat = c_0 + c_1 x_1 + ... + c_T x_T.

    It sees the same windows as the RNN, scaled as there; these are the numbers with the least squared error on `train`.
    """
    return np.linalg.lstsq(regressors(train), train.y[:, 0], rcond=None)[0]


def regressors(part: Part) -> np.ndarray:
    """Return what the linear model sees, (B, 1 + T): a 1, and the values of the window."""
    return np.column_stack([np.ones(len(part.times)), part.x[:, :, 0].T])


def rmse(forecast: ArrayLike, measured: ArrayLike) -> float:
    """Return the root of the mean squared error: by how much a forecast typically misses, in the unit of the series.

    >>> rmse([1.0, 2.0], [1.0, 4.0])    # the root of (0 + 4) / 2
    1.4142135623730951
    """
    forecast, measured = numbers(forecast, "forecast", "(B,)", (1,)), numbers(measured, "measured", "(B,)", (1,))
    same_shape(forecast, "forecast", "(B,)", measured.shape, "as measured has that shape")
    with np.errstate(over="ignore"):
        return float(np.sqrt(((forecast - measured) ** 2).mean()))


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """By how much each forecaster misses, in the unit of the series: {name: (n,)}, one number for each training.

    data            : Split
    train, held_out : for the baselines, which nothing random went into, n is 1
    """

    data: Split
    train: dict[str, np.ndarray]
    held_out: dict[str, np.ndarray]

    @property
    def verdict(self) -> str:
        """Who is ahead on the held-out part, in a sentence, told by the digits of the table."""
        rnn, found = self.held_out["RNN"].round(self.data.decimals), []
        for name in self.data.baselines:
            other = self.held_out[name].round(self.data.decimals)
            level = f" ({(rnn == other).sum()} level)" if (rnn == other).any() else ""
            found.append(f"{(rnn < other).sum()} of {len(rnn)} beat the {name}{level}")
        return f"Of the RNNs, on the held-out part, {' and '.join(found)}."

    def __repr__(self) -> str:
        """Return the table and the verdict."""
        decimals, unit = self.data.decimals, self.data.series.unit
        lines = [(f"RMSE in {unit}", "training", "held out")]
        lines += [(name, *(spread(of[name], decimals) for of in (self.train, self.held_out))) for name in self.train]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        padded = [f"{a:{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}" for a, b, c in lines]
        return "\n".join([*padded, "", self.verdict])


def spread(errors: np.ndarray, decimals: int = 1) -> str:
    """Return the mean of several errors with the lowest and the highest, or the only one.

    >>> spread(np.array([1.0, 2.0, 6.0])), spread(np.array([2.5]))
    ('3.0 (1.0 to 6.0)', '2.5')
    """
    mean, low, high = (f"{v:.{decimals}f}" for v in (errors.mean(), errors.min(), errors.max()))
    return f"{mean} ({low} to {high})" if len(errors) > 1 else mean


def compare(data: Split, trained: Sequence[Weights]) -> Comparison:
    """Return by how much last value, linear autoregression and RNN miss on both parts.

    trained : weights of the RNN, one for each training, such as several seeds
    """
    instance(data, "data", Split, "split(series, held_out_from)")
    if isinstance(trained, Weights) or not len(trained):
        raise TypeError("trained must be a list of Weights, at least one")
    train, held_out = (
        {name: np.array([errors[k]]) for name, errors in data.baselines.items()}
        | {"RNN": np.array([rmse(forecasts(w, part), part.measured) for w in trained])}
        for k, part in enumerate((data.train, data.held_out))
    )
    return Comparison(data, train, held_out)


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """How far a training has come: its course at marks, every so many updates, and what it forecasts at the last one.

    data            : Split
    steps           : int            updates to make
    updates         : tuple of int   the marks, 0 first
    losses          : tuple of float the loss on the training part at each mark
    held_out_losses : tuple of float the same of the held-out part, from which nothing is learned
    step            : Step           where it stands at the last mark
    forecast        : (B,)           the forecasts of the held-out values with its weights; None if they are not finite
    """

    data: Split
    steps: int
    updates: tuple[int, ...]
    losses: tuple[float, ...]
    held_out_losses: tuple[float, ...]
    step: Step
    forecast: np.ndarray | None

    @property
    def errors(self) -> dict[str, tuple[float, float]]:
        """By how much baselines and RNN miss, on the training part and on the held-out part (RMSE)."""
        losses = (self.losses[-1], self.held_out_losses[-1])  # half the mean squared error of what is scaled
        return self.data.baselines | {"RNN": tuple(float(np.sqrt(2.0 * L)) * self.data.scaling.unit for L in losses)}

    def __repr__(self) -> str:
        """Return how far it has come in a line."""
        loss, held_out = self.losses[-1], self.held_out_losses[-1]
        return f"Fit({self.updates[-1]} of {self.steps} updates: loss {loss:.4g}, held out {held_out:.4g})"


def follow(data: Split, steps: int, step: Step, before: Fit | None = None, is_mark: bool = False) -> Fit:
    """Return the `Fit` after `step`, one of those that `descending` hands out; between two marks that is `before`.

    steps   : how many updates there will be at most; a hundred marks are spread over them
    before  : the fit after the step before, None at the first
    is_mark : make this step a mark, too
    """
    if before is not None:
        is_mark = is_mark or bool(step.reason) or step.updates % max(1, steps // MARKS) == 0
        if not is_mark or step is before.step:
            return before
    part, so_far = data.held_out, before or Fit(data, steps, (), (), (), step, None)
    trace = forward(step.weights, part.x)
    held_out = loss_value(trace, part.y)
    return Fit(
        data,
        steps,
        (*so_far.updates, step.updates),
        (*so_far.losses, step.loss),
        (*so_far.held_out_losses, held_out if np.isfinite(held_out) else np.inf),
        step,
        frozen(part.scaling.invert(trace.y_hat[:, 0])) if np.isfinite(held_out) else None,
    )
