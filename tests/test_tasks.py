"""Small tasks: hand-fixed numbers that fit together, and weights that forecast as well as they claim."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of, assert_close, nudged

from rnnlib import Weights, backward, cycle, finite_difference, forward, loss_value
from rnnlib.series import sunspots, windows
from rnnlib.tasks import (
    SUNSPOT_SCALING,
    Task,
    hundred_steps,
    ones_to_count,
    remembering,
    sunspot_year,
    three_steps,
    two_sequences,
    two_units,
)

TASKS = {"three_steps": three_steps, "two_units": two_units, "sunspot_year": sunspot_year}
BATCHES = {"two_sequences": two_sequences, "ones_to_count": ones_to_count}
ALL = {**TASKS, **BATCHES, "hundred_steps": hundred_steps}


@pytest.mark.parametrize("make", TASKS.values(), ids=TASKS)
def test_a_task_is_ready_for_a_cycle(make):
    """Weights, x, y, O0 and the options go straight into `cycle`; nudging agrees, and the first step goes downhill."""
    task = make()
    for weight in ("Wo", "Wh", "Wi"):
        made = cycle(task.weights, task.x, task.y, task.O0, weight, task.hidden, task.output, task.loss)
        assert_close(made.total, made.finite_total, relative=1e-6)
        assert made.new_loss < made.grads.loss


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_a_task_fits_together(make):
    """Forward and backward take it as it is, a batch too, and its gradient is what nudging shows."""
    task = make()
    trace = forward(task.weights, task.x, task.O0, task.hidden, task.output)
    grads = backward(trace, task.y, task.loss)
    B = {"two_sequences": 2, "ones_to_count": 20}.get(make.__name__)
    assert trace.B == B
    for weight in ("Wo", "Wh", "Wi"):
        assert_close(grads.total(weight), finite_difference(trace, task.y, weight, loss=task.loss), relative=1e-6)


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_a_task_can_not_be_changed(make):
    """Frozen and read-only; each call makes a new one with the same numbers."""
    task = make()
    assert not any(array.flags.writeable for array in arrays_of(task))
    with pytest.raises(AttributeError):
        task.story = ""
    assert task != make()
    assert {task: 1}[task] == 1
    assert [array.tolist() for array in arrays_of(task)] == [array.tolist() for array in arrays_of(make())]
    hidden = "linear" if make is ones_to_count else "tanh"
    assert (task.hidden, task.output, task.loss) == (hidden, "linear", "squared_error")


def test_a_task_holds_float64_copies():
    """Whatever its arrays were made of."""
    x, w = np.ones((3, 1), dtype=int), three_steps().weights
    task = Task("a story", w, x, [1], [0])
    x[:] = 5
    assert task.x.tolist() == [[1.0]] * 3
    assert {task.x.dtype, task.y.dtype, task.O0.dtype} == {np.dtype("float64")}


def test_ones_to_count_is_the_example_of_roelants():
    """peterroelants.github.io, part 1: 20 binary sequences of length 10, seed 1; at Wi = Wh = 1 the count is exact."""
    task = ones_to_count()
    assert task.x.shape == (10, 20, 1)
    assert set(task.x.ravel()) == {0.0, 1.0}
    assert_array_equal(task.x[:, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    assert_array_equal(task.y, task.x.sum(axis=0))
    assert repr(task.weights) == "Weights(Wi=[[-1.5]], Wh=[[2.0]], Wo=[[1.0]])"
    assert task.O0.tolist() == [0.0]
    best = Weights([[1.0]], [[1.0]], [[1.0]])
    assert loss_value(forward(best, task.x, hidden=task.hidden), task.y) == 0.0


def test_two_sequences_have_the_first_one_of_three_steps():
    """Column 0 of the batch is the hand-sized example."""
    batch, one = two_sequences(), three_steps()
    assert_array_equal(batch.x[:, 0], one.x)
    assert_array_equal(batch.x[:, 1, 0], [-0.5, 1.0, 0.4])
    assert batch.y.tolist() == [one.y.tolist(), [0.0]]
    assert_array_equal(batch.O0, one.O0)
    assert repr(batch.weights) == repr(one.weights)


def test_hundred_steps_has_the_matrix_of_deep_learning_from_scratch_2():
    """`rnn_gradient_graph`, seed 3: largest singular value 1.3297 above 1, spectral radius 0.6276 below."""
    task = hundred_steps()
    Wh = task.weights.Wh
    sizes = np.linalg.svd(Wh, compute_uv=False)[0], np.abs(np.linalg.eigvals(Wh)).max()
    assert (f"{sizes[0]:.4f}", f"{sizes[1]:.4f}") == ("1.3297", "0.6276")
    assert f"{Wh[0, 1]:.4f} {Wh[1, 0]:.4f}" == "-0.9317 0.2183"
    assert task.weights.Wi.tolist() == [[0.6], [-0.4], [0.5]]
    assert task.weights.Wo.tolist() == [[0.8, -0.6, 0.7]]
    assert (task.x.shape, task.y.tolist(), task.O0.tolist()) == ((100, 1), [1.0], [0.2, -0.1, 0.3])
    assert_allclose(task.x[[-1, -2, 0], 0], [2 * 0.618 - 1, 2 * 0.236 - 1, 2 * 0.8 - 1], rtol=1e-9)


def test_three_steps_by_hand():
    """Every number of the course's first example, from scalars and the textbook formula."""
    task = three_steps()
    assert (task.x.tolist(), task.y.tolist(), task.O0.tolist()) == ([[0.5], [-1.0], [0.8]], [1.0], [0.2])
    assert repr(task.weights) == "Weights(Wi=[[0.5]], Wh=[[0.8]], Wo=[[1.2]])"
    O1 = np.tanh(0.5 * 0.5 + 0.8 * 0.2)
    O2 = np.tanh(0.5 * -1.0 + 0.8 * O1)
    O3 = np.tanh(0.5 * 0.8 + 0.8 * O2)
    error = 1.2 * O3 - 1.0
    at_3 = error * 1.2 * (1 - O3**2)
    at_2 = at_3 * 0.8 * (1 - O2**2)
    at_1 = at_2 * 0.8 * (1 - O1**2)
    grads = backward(forward(task.weights, task.x, task.O0), task.y)
    assert_allclose(grads.trace.O.ravel(), [0.2, O1, O2, O3], rtol=1e-14)
    assert_allclose(grads.loss, error**2 / 2, rtol=1e-14)
    assert_allclose(grads.dL_dWo.ravel(), [error * O3], rtol=1e-13)
    assert_allclose(grads.dL_dWh_terms.ravel(), [0.0, at_1 * 0.2, at_2 * O1, at_3 * O2], rtol=1e-13)
    assert_allclose(grads.dL_dWi_terms.ravel(), [0.0, at_1 * 0.5, at_2 * -1.0, at_3 * 0.8], rtol=1e-13)


def test_two_units_are_awkward_on_purpose():
    """Wh is not symmetric and O0 not zero, so no slip stays hidden."""
    task = two_units()
    w = task.weights
    assert repr(w) == "Weights(Wi=[[0.5, -0.3], [0.4, 0.6]], Wh=[[0.6, -0.9], [0.3, 0.5]], Wo=[[1.2, -0.7]])"
    assert (task.x.tolist(), task.y.tolist()) == ([[0.5, 1.0], [-1.0, 0.4], [0.8, -0.6]], [1.0])
    assert task.O0.tolist() == [0.2, -0.1]
    assert (w.Wh != w.Wh.T).any()
    assert task.O0.all()

    def loss(Wh):
        O = task.O0
        for x_t in task.x:
            O = np.tanh(w.Wi @ x_t + Wh @ O)
        return ((w.Wo @ O - task.y) ** 2).sum() / 2

    grads = backward(forward(w, task.x, task.O0), task.y)
    assert_close(grads.dL_dWh, nudged(loss, w.Wh), relative=1e-7)
    assert_close(grads.dL_dWh, finite_difference(grads.trace, task.y), relative=1e-7)


def test_remembering_asks_for_the_first_input():
    """x_1 is y, 1 and -1 in turn; what follows is small, spread by the golden section, and not the same twice."""
    x, y = remembering(3, B=4, distraction=0.5)
    assert (x.shape, y.shape) == ((4, 4, 1), (4, 1))
    assert_array_equal(y.ravel(), [1.0, -1.0, 1.0, -1.0])
    assert_array_equal(x[0], y)
    golden = [[0.5 * (2 * (n * 0.6180339887 % 1) - 1) for n in range(4 * t + 1, 4 * t + 5)] for t in (1, 2, 3)]
    assert_allclose(x[1:, :, 0], golden, rtol=1e-12)
    assert np.abs(x[1:]).max() < 0.5
    assert len(np.unique(x[1:])) == 12


def test_remembering_nothing_is_repeating_and_its_defaults_are_sixteen_and_a_tenth():
    """With 0 steps back x is y; B = 16 sequences, distraction 0.1, and at the least two sequences."""
    x, y = remembering(0)
    assert_array_equal(x, y[None])
    assert y.shape == (16, 1)
    assert_array_equal(remembering(5)[0], remembering(5, 16, 0.1)[0])
    assert remembering(1, 2)[0].shape == (2, 2, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((-1,), ValueError, "steps_back is -1, must be a whole number, 0 or more"),
        ((2.0,), TypeError, "steps_back is 2.0, must be a whole number, 0 or more"),
        ((2, 1), ValueError, "B is 1, must be a whole number, 2 or more"),
        ((2, 4, 0.0), ValueError, "distraction is 0.0, must be a finite number above 0"),
    ],
)
def test_what_can_not_be_remembered_is_refused(arguments, error, message):
    """The message names the argument."""
    with pytest.raises(error) as caught:
        remembering(*arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize(("year", "T"), [(1957, 12), (1712, 12), (2008, 12), (1701, 1), (2008, 308), (1900, 30)])
def test_a_sunspot_year_is_forecast_from_the_years_before_it(year, T):
    """x are the T years before, in hundreds, y is the year itself; the story says which."""
    series, task = sunspots(), sunspot_year(year, T)
    before = series.values[(series.times >= year - T) & (series.times < year)]
    assert_allclose(task.x[:, 0], before / 100.0, rtol=1e-15)
    assert_allclose(task.y, series.values[series.times == year] / 100.0, rtol=1e-15)
    assert task.story == f"sunspot numbers of {year - T} to {year - 1}, in hundreds, to forecast {year}"
    assert_array_equal(task.O0, [0.0, 0.0])
    assert_allclose(SUNSPOT_SCALING.invert(task.y), series.values[series.times == year], rtol=1e-15)


def test_the_default_year_is_the_record():
    """1957, the highest value of the series, from the twelve years before."""
    task = sunspot_year()
    assert task.story == "sunspot numbers of 1945 to 1956, in hundreds, to forecast 1957"
    assert task.x.shape == (12, 1)
    assert task.y.tolist() == [1.902]


def test_the_sunspot_weights_beat_repeating_the_last_value():
    """On the years 1950 to 2008, none of which they have seen, their error is well below the last value's."""
    series, w = sunspots(), sunspot_year().weights
    x, y = windows(SUNSPOT_SCALING.apply(series.values), 12)
    later = series.times[12:] > 1949
    assert later.sum() == 59

    def rmse(forecast):
        return 100.0 * np.sqrt(np.mean((forecast - y[later]) ** 2))

    by_net, by_last_value = rmse(forward(w, x[:, later]).y_hat), rmse(x[-1, later])
    assert by_net < 0.75 * by_last_value
    assert (f"{by_net:.1f}", f"{by_last_value:.1f}") == ("23.3", "33.2")
    assert repr(w) == "Weights(Wi=[[0.35], [-0.81]], Wh=[[-0.46, 1.24], [-0.39, 0.41]], Wo=[[1.39, -1.89]])"


@pytest.mark.parametrize(
    ("year", "T", "message"),
    [
        (1711, 12, "year is 1711, must be a whole number from 1712 to 2008"),
        (2009, 12, "year is 2009, must be a whole number from 1712 to 2008"),
        (1705, 6, "year is 1705, must be a whole number from 1706 to 2008"),
        (1957, 0, "T is 0, must be a whole number from 1 to 308"),
        (1957, 309, "T is 309, must be a whole number from 1 to 308"),
    ],
)
def test_a_year_without_enough_years_before_it_is_refused(year, T, message):
    """The message says from which year on it can be done."""
    with pytest.raises(ValueError) as caught:
        sunspot_year(year, T)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (three_steps, "Task: three steps, one hidden unit, small enough to check by hand (T=3, D=1, H=1, K=1)"),
        (two_units, "Task: three steps, two hidden units, so that weights are matrices (T=3, D=2, H=2, K=1)"),
        (two_sequences, "Task: two sequences of three steps, one hidden unit (T=3, D=1, H=1, K=1)"),
        (ones_to_count, "Task: 20 sequences of ten 0s and 1s, to count the 1s (T=10, D=1, H=1, K=1)"),
        (hundred_steps, "Task: a hundred steps, three hidden units (T=100, D=1, H=3, K=1)"),
        (sunspot_year, "Task: sunspot numbers of 1945 to 1956, in hundreds, to forecast 1957 (T=12, D=1, H=2, K=1)"),
    ],
)
def test_a_task_tells_its_story(make, words):
    """The repr is the story and the sizes."""
    assert repr(make()) == words
