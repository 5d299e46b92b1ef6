"""A training followed: the course of the descent at its marks, and the forecasts at the last one."""

from dataclasses import FrozenInstanceError

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
    last, held_out = run.weights[-1], data.held_out
    assert fit.held_out_losses == tuple(loss_value(forward(w, held_out.x), held_out.y) for w in run.weights[::2])
    assert_array_equal(fit.forecast, forecasts(last, data.held_out))
    table = compare(data, [last])
    for name, (train, held_out) in fit.errors.items():
        assert_allclose([train, held_out], [table.train[name][0], table.held_out[name][0]], rtol=1e-12)


def test_of_a_short_training_every_update_is_a_mark(data):
    """Fewer than a hundred updates; a line says how far it has come."""
    fit = None
    for step in descending(starting_weights(2), data.train.x, data.train.y, 0.1, 3):
        fit = follow(data, 3, step, fit)
    assert fit.updates == (0, 1, 2, 3)
    losses = f"loss {fit.losses[3]:.4g}, held out {fit.held_out_losses[3]:.4g}"
    assert repr(fit) == f"Fit(3 of 3 updates: {losses})"


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
    """The loss is inf, and so is the error; nothing is raised. Where it ends is a mark, too."""
    fit = None
    for step in descending(starting_weights(4), data.train.x, data.train.y, 1e300, 1000):
        fit = follow(data, 1000, step, fit)
    assert fit.step.reason
    assert fit.updates == (0, 1)
    assert (fit.losses[-1], fit.held_out_losses[-1]) == (np.inf, np.inf)
    assert fit.forecast is None
    assert fit.errors["RNN"] == (np.inf, np.inf)


def test_a_fit_is_read_only(data):
    """Its fields, and its forecast; the errors are plain numbers."""
    fit = follow(data, 9, next(descending(starting_weights(2), data.train.x, data.train.y, 0.1, 9)))
    with pytest.raises(FrozenInstanceError):
        fit.steps = 1
    assert not fit.forecast.flags.writeable
    assert {type(error) for errors in fit.errors.values() for error in errors} == {float}
