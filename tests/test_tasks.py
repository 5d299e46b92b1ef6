"""Small tasks: hand-fixed numbers that fit together, and weights that forecast as well as they claim."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of, assert_close, nudged

from rnnlib import backward, cycle, finite_difference, forward
from rnnlib.series import sunspots, windows
from rnnlib.tasks import SUNSPOT_SCALING, sunspot_year, three_steps, two_units

TASKS = {"three_steps": three_steps, "two_units": two_units, "sunspot_year": sunspot_year}


@pytest.mark.parametrize("make", TASKS.values(), ids=TASKS)
def test_a_task_is_ready_for_a_cycle(make):
    """Weights, x, y, O0 and the options go straight into `cycle`; autograd by nudging agrees."""
    task = make()
    for weight in ("Wo", "Wh", "Wi"):
        made = cycle(task.weights, task.x, task.y, task.O0, weight, task.hidden, task.output, task.loss)
        assert_close(made.total, made.finite_total, relative=1e-6)
        assert made.new_loss < made.grads.loss


@pytest.mark.parametrize("make", TASKS.values(), ids=TASKS)
def test_a_task_can_not_be_changed(make):
    """Frozen and read-only; each call makes a new one with the same numbers."""
    task = make()
    assert not any(array.flags.writeable for array in arrays_of(task))
    with pytest.raises(AttributeError):
        task.story = ""
    assert task != make()
    assert [array.tolist() for array in arrays_of(task)] == [array.tolist() for array in arrays_of(make())]
    assert (task.hidden, task.output, task.loss) == ("tanh", "linear", "squared_error")


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
        (sunspot_year, "Task: sunspot numbers of 1945 to 1956, in hundreds, to forecast 1957 (T=12, D=1, H=2, K=1)"),
    ],
)
def test_a_task_tells_its_story(make, words):
    """The repr is the story and the sizes."""
    assert repr(make()) == words
