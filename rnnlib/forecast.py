"""Forecasting a measured series honestly: `split` it in time, train on the early part, judge by the late one.

What you can do here: cut a series in two without a leak (split), start from small random weights (starting_weights),
forecast (forecasts), forecast without an RNN (last_value, autoregression, coefficients), and measure (rmse).
"""

from dataclasses import dataclass
from functools import cached_property
from math import floor, log10

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, same_shape, whole
from .series import Scaling, Series, windows
from .trace import forward
from .weights import Weights


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
    """Return small random weights for H hidden units, D inputs and one output; the same for the same seed.

    Normal, around 0, with the standard deviations 0.5 for Wi, 0.8 / sqrt(H) for Wh and 0.3 for Wo.
    """
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
