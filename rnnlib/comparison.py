"""By how much each forecaster misses, in a table with a verdict: `compare(data, trained)`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import instance
from .forecast import Split, forecasts, rmse
from .weights import Weights


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
