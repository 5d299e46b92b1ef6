"""Small tasks with their arrays: weights, one sequence, target, state before it, and the options that go with them."""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen, positive, whole
from .series import Scaling, sunspots, windows
from .weights import Weights


@dataclass(frozen=True, eq=False, repr=False)
class Task:
    """One sequence to learn from: `weights`, `x` (T, D), `y` (K,), `O0` (H,), and the options that go with them.

    Or a batch of B sequences: x (T, B, D), y (B, K).
    story says what the numbers stand for, in a sentence.
    """

    story: str
    weights: Weights
    x: np.ndarray
    y: np.ndarray
    O0: np.ndarray
    hidden: str = "tanh"
    output: str = "linear"
    loss: str = "squared_error"

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("x", "y", "O0"):
            object.__setattr__(self, name, frozen(np.array(getattr(self, name), dtype=np.float64)))

    def __repr__(self) -> str:
        """Return the story and the sizes."""
        return f"Task: {self.story} (T={len(self.x)}, D={self.weights.D}, H={self.weights.H}, K={self.weights.K})"


def three_steps() -> Task:
    """Return the example to check by hand: three steps; one input, one hidden unit, one output: factors are numbers."""
    return Task(
        story="three steps, one hidden unit, small enough to check by hand",
        weights=Weights(Wi=[[0.5]], Wh=[[0.8]], Wo=[[1.2]]),
        x=[[0.5], [-1.0], [0.8]],
        y=[1.0],
        O0=[0.2],
    )


def two_units() -> Task:
    """Return the same story with matrices: three steps, two inputs, two hidden units, a Wh that is not symmetric."""
    return Task(
        story="three steps, two hidden units, so that weights are matrices",
        weights=Weights(Wi=[[0.5, -0.3], [0.4, 0.6]], Wh=[[0.6, -0.9], [0.3, 0.5]], Wo=[[1.2, -0.7]]),
        x=[[0.5, 1.0], [-1.0, 0.4], [0.8, -0.6]],
        y=[1.0],
        O0=[0.2, -0.1],
    )


def two_sequences() -> Task:
    """Return the story with a second sequence beside the first: its loss has several minima over Wi and Wh."""
    return Task(
        story="two sequences of three steps, one hidden unit",
        weights=Weights(Wi=[[0.5]], Wh=[[0.8]], Wo=[[1.2]]),
        x=[[[0.5], [-0.5]], [[-1.0], [1.0]], [[0.8], [0.4]]],
        y=[[1.0], [0.0]],
        O0=[0.2],
    )


def ones_to_count() -> Task:
    """Return the example of Peter Roelants (RNN implementation, part 1): 20 sequences of ten 0s and 1s, drawn with seed
    1; the target is the number of 1s; a linear RNN whose best weights are Wi = 1, Wh = 1, with his start.
    """
    x = np.around(np.random.RandomState(1).rand(20, 10))
    return Task(
        story="20 sequences of ten 0s and 1s, to count the 1s",
        weights=Weights(Wi=[[-1.5]], Wh=[[2.0]], Wo=[[1.0]]),
        x=x.T[:, :, None],
        y=x.sum(axis=1)[:, None],
        O0=[0.0],
        hidden="linear",
    )


SUNSPOT_SCALING = Scaling(offset=0.0, unit=100.0)


def sunspot_year(year: int = 1957, T: int = 12) -> Task:
    """Return a measured task: the T years before `year` as x, the sunspot number of `year` as y, both in hundreds.

    Two hidden units whose weights came from gradient descent on the years up to 1949, rounded to two decimals. A test
    holds that they forecast the later years better than repeating the last value.
    """
    series = sunspots()
    first, last = int(series.times[0]), int(series.times[-1])
    T = whole(T, "T", 1, last - first)
    year = whole(year, "year", first + T, last)
    x, y = windows(SUNSPOT_SCALING.apply(series.values), T)
    column = year - first - T
    return Task(
        story=f"sunspot numbers of {year - T} to {year - 1}, in hundreds, to forecast {year}",
        weights=Weights(Wi=[[0.35], [-0.81]], Wh=[[-0.46, 1.24], [-0.39, 0.41]], Wo=[[1.39, -1.89]]),
        x=x[:, column],
        y=y[column],
        O0=[0.0, 0.0],
    )


def hundred_steps() -> Task:
    """Return a hundred steps with three hidden units, to be cut to the last T.

    Wh is the matrix 0.5·Wh of `rnn_gradient_graph` in Saito, Deep Learning from Scratch 2, which multiplies by its
    transpose: the largest singular value is above 1, the spectral radius below. The inputs are spread over -1 .. 1.
    """
    age = np.arange(100)[::-1]
    return Task(
        story="a hundred steps, three hidden units",
        weights=Weights(
            Wi=[[0.6], [-0.4], [0.5]],
            Wh=0.5 * np.random.RandomState(3).randn(3, 3).T,  # that generator's numbers never change
            Wo=[[0.8, -0.6, 0.7]],
        ),
        x=(2.0 * ((age + 1) * 0.618 % 1.0) - 1.0)[:, None],
        y=[1.0],
        O0=[0.2, -0.1, 0.3],
    )


def remembering(steps_back: int, B: int = 16, distraction: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Return a task whose answer lies `steps_back` steps back: x (T, B, 1) and y (B, 1), with T = steps_back + 1.

    x_1 is 1 for half of the sequences and -1 for the others, and so is y. All that follows is between -distraction and
    distraction and says nothing. Who predicts 0 always has a loss of 0.5.
    """
    k, B, distraction = whole(steps_back, "steps_back", 0), whole(B, "B", 2), positive(distraction, "distraction")
    y = np.where(np.arange(B) % 2 == 0, 1.0, -1.0)
    n = 1 + np.arange((k + 1) * B).reshape(k + 1, B)
    x = distraction * (2.0 * (n * 0.6180339887 % 1.0) - 1.0)
    x[0] = y
    return x[:, :, None], y[:, None]
