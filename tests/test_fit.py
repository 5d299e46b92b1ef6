"""A training followed: the course of the descent at its marks, and the forecasts at the last one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib import descend, descending, forward, loss_value
from rnnlib.comparison import compare
from rnnlib.fit import follow
from rnnlib.forecast import forecasts, split, starting_weights
from rnnlib.series import sunspots


@pytest.fixture(scope="module")
def data():
    """The sunspots, cut at 1920."""
    return split(sunspots(), held_out_from=1920, T=12)


def test_a_fit_follows_the_descent_at_its_marks(data):
    """A hundred marks over the updates, the losses of both parts at each, and the forecasts at the last."""
    w, fit = starting_weights(3), None
    for step in descending(w, data.train.x, data.train.y, 0.1, 250):
        fit = follow(data, 250, step, fit)
    run = descend(w, data.train.x, data.train.y, 0.1, 250)
    assert fit.updates == tuple(range(0, 251, 2))
    assert_array_equal(fit.losses, run.losses[::2])
    last = run.weights[-1]
    assert fit.held_out_losses[-1] == loss_value(forward(last, data.held_out.x), data.held_out.y)
    assert_array_equal(fit.forecast, forecasts(last, data.held_out))
    table = compare(data, [last])
    for name, (train, held_out) in fit.errors.items():
        assert_allclose([train, held_out], [table.train[name][0], table.held_out[name][0]], rtol=1e-12)


def test_a_step_between_marks_changes_nothing_unless_it_is_made_one(data):
    """The same record comes back; asked for, it is added once."""
    steps = descending(starting_weights(2), data.train.x, data.train.y, 0.1, 1000)
    first, second = next(steps), next(steps)
    fit = follow(data, 1000, first)
    assert follow(data, 1000, second, fit) is fit
    marked = follow(data, 1000, second, fit, is_mark=True)
    assert marked.updates == (0, 1)
    assert follow(data, 1000, second, marked, is_mark=True) is marked


def test_a_fit_that_diverged_has_no_forecast(data):
    """The loss is inf, and so is the error; nothing is raised."""
    fit = None
    for step in descending(starting_weights(4), data.train.x, data.train.y, 1e300, 50):
        fit = follow(data, 50, step, fit)
    assert fit.step.reason
    assert fit.losses[-1] == np.inf or fit.held_out_losses[-1] > 1e100
    assert fit.errors["RNN"][1] > 1e50
