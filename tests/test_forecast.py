"""Honest forecasting: no leak from the held-out part, and baselines by another route."""

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of

from rnnlib import forward
from rnnlib.forecast import (
    autoregression,
    coefficients,
    forecasts,
    last_value,
    rmse,
    split,
    starting_weights,
)
from rnnlib.series import Series, sunspots


def series_of(values):
    """A series of these values at the times 1, 2, 3 .."""
    values = np.array(values, dtype=float)
    return Series("Sample", np.arange(1.0, len(values) + 1), values, "units", "tests", "public domain")


@pytest.fixture(scope="module")
def data():
    """The sunspots, cut at 1920."""
    return split(sunspots(), held_out_from=1920, T=12)


def test_the_cut_is_in_time(data):
    """All training targets are before 1920, all held-out ones from then on, and none is missing."""
    assert_array_equal(data.train.times, np.arange(1712.0, 1920.0))
    assert_array_equal(data.held_out.times, np.arange(1920.0, 2009.0))
    series = sunspots()
    assert_allclose(data.train.measured, series.values[12:220], atol=1e-12)
    assert_allclose(data.held_out.measured, series.values[220:], atol=1e-12)


def test_a_window_holds_the_values_before_its_target_and_an_input_that_is_always_one(data):
    """Nothing later than the value before the target; the second input is 1."""
    values = data.scaling.apply(sunspots().values)
    for part in (data.train, data.held_out):
        assert part.x.shape == (12, len(part.times), 2)
        for b, time in enumerate(part.times):
            k = int(time) - 1700
            assert_array_equal(part.x[:, b, 0], values[k - 12 : k])
            assert part.y[b, 0] == values[k]
        assert (part.x[:, :, 1] == 1.0).all()


@pytest.mark.parametrize("future", [0.0, 1e6])
def test_no_change_of_the_future_reaches_the_training(data, future):
    """Whatever the held-out values are: the same training inputs, targets, scaling and linear model."""
    series = sunspots()
    other = split(replace(series, values=np.where(series.times < 1920, series.values, future)), 1920, 12)
    assert_array_equal(other.train.x, data.train.x)
    assert_array_equal(other.train.y, data.train.y)
    assert other.scaling == data.scaling
    assert_array_equal(coefficients(other.train), coefficients(data.train))


def test_the_scaling_is_that_of_the_training_values(data):
    """Mean 0 and standard deviation 1 before the cut, of all values there, windows or not."""
    past = data.scaling.apply(sunspots().values[:220])
    assert_allclose([past.mean(), past.std()], [0.0, 1.0], atol=1e-12)


def test_a_split_can_not_be_changed(data):
    """Its fields and arrays are read-only, and no views of what can be written."""
    for record, field in ((data, "T"), (data.train, "times")):
        with pytest.raises(FrozenInstanceError):
            setattr(record, field, 1)
    for part in (data.train, data.held_out):
        assert not any(array.flags.writeable for array in arrays_of(part))
        assert all(array.base is None for array in (part.times, part.x, part.y))


def test_a_split_says_what_it_holds(data):
    """The series, the length of its windows, twelve if nothing is said, and both parts."""
    series = sunspots()
    parts = "train on 208 values to forecast, 1712 to 1919; held out 89 values to forecast, 1920 to 2008"
    assert repr(data) == f"Split(Yearly sunspot numbers, T=12: {parts})"
    assert repr(split(series, 1920)) == repr(data)
    assert (data.series.name, data.T) == (series.name, 12)


def test_the_baselines_miss_by_their_rmse_on_both_parts(data):
    """Training first, then held out; plain numbers."""
    parts = (data.train, data.held_out)
    assert data.baselines == {
        "last value": tuple(rmse(last_value(part), part.measured) for part in parts),
        "linear autoregression": tuple(rmse(autoregression(data.train, part), part.measured) for part in parts),
    }
    assert {type(error) for errors in data.baselines.values() for error in errors} == {float}


@pytest.mark.parametrize(
    ("at", "T", "message"),
    [
        (1712, 12, "held_out_from is 1712, must be after 1712 and up to 2008, with a window and a value before"),
        (2009, 12, "held_out_from is 2009, must be after 1712 and up to 2008"),
        (1920, 309, "T is 309, must be a whole number from 1 to 308"),
        (np.nan, 12, "held_out_from is nan"),
        ([1920], 12, "held_out_from has shape (1,), must be one time"),
    ],
)
def test_a_cut_that_leaves_a_part_empty_is_refused(at, T, message):
    """The message says where one can cut."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        split(sunspots(), at, T)


def test_the_outermost_cuts_leave_one_value_to_train_on_or_to_forecast():
    """The ends that the message names are usable."""
    assert len(split(sunspots(), 1713, 12).train.times) == 1
    assert len(split(sunspots(), 2008, 12).held_out.times) == 1


def test_a_training_part_without_any_spread_is_refused():
    """It could not be scaled; a wrong type is named, too."""
    with pytest.raises(ValueError, match="values are all 3: without any spread they can't be scaled"):
        split(series_of([3.0] * 20 + [4.0, 5.0]), 21, 4)
    with pytest.raises(TypeError, match=r"^series is a list, must be a Series, as made by sunspots\(\) or series_from"):
        split([1.0, 2.0], 1)


def test_last_value_repeats_what_was_measured_before(data):
    """One year late, in sunspots."""
    assert_allclose(last_value(data.held_out), sunspots().values[219:-1], atol=1e-12)


def test_the_linear_autoregression_solves_the_normal_equations(data):
    """Its errors on the training part are orthogonal to every input: no other c has smaller ones."""
    train = data.train
    errors = autoregression(train, train) - train.measured
    assert_allclose(train.x[:, :, 0] @ errors, 0.0, atol=1e-8)
    assert abs(errors.sum()) < 1e-8
    c = coefficients(train)
    made = data.scaling.invert(c[0] + np.einsum("t,tb->b", c[1:], data.held_out.x[:, :, 0]))
    assert_allclose(autoregression(train, data.held_out), made, rtol=1e-10)


def test_the_linear_autoregression_finds_the_rule_of_a_linear_series():
    """v_t = 1.8 v_{t-1} - v_{t-2} + noise without noise is forecast without an error."""
    values = [1.0, 1.5]
    for _ in range(60):
        values.append(1.8 * values[-1] - values[-2])
    data = split(series_of(values), 40, 2)
    assert_allclose(autoregression(data.train, data.held_out), data.held_out.measured, atol=1e-9)
    assert_allclose(coefficients(data.train)[1:], [-1.0, 1.8], atol=1e-9)


def test_a_forecast_of_the_rnn_is_its_prediction_in_the_unit_of_measurement(data):
    """forward, and scaled back."""
    w = starting_weights(3, seed=1)
    one = forward(w, data.held_out.x[:, 5]).y_hat[0]
    assert_allclose(forecasts(w, data.held_out)[5], data.scaling.invert(one), rtol=1e-12)


def test_starting_weights_depend_on_the_seed_alone():
    """The same seed, the same weights; another one, others; shapes as asked for."""
    a, b, other = starting_weights(4, 1), starting_weights(4, 1), starting_weights(4, 2)
    assert_array_equal(a.Wh, b.Wh)
    assert (a.Wh != other.Wh).all()
    assert (a.Wi.shape, a.Wh.shape, a.Wo.shape) == ((4, 2), (4, 4), (1, 4))
    assert_array_equal(starting_weights(4).Wh, starting_weights(4, seed=0, D=2).Wh)
    assert starting_weights(4, D=3).Wi.shape == (4, 3)


@pytest.mark.parametrize(("wrong", "message"), [((0,), "H is 0"), ((1, -1), "seed is -1"), ((1, 0, 0), "D is 0")])
def test_starting_weights_that_can_not_be_are_refused(wrong, message):
    """At least one hidden unit and one input, and a seed that counts."""
    with pytest.raises(ValueError, match=f"^{message}, must be a whole number"):
        starting_weights(*wrong)


def test_starting_weights_are_small():
    """Around 0, with the spread that the docstring says: this many random numbers have it within 3 %."""
    H = 400
    w, Wo = starting_weights(H, D=H), np.concatenate([starting_weights(H, seed).Wo for seed in range(20)])
    for W, spread in ((w.Wi, 0.5), (w.Wh, 0.8 / np.sqrt(H)), (Wo, 0.3)):
        assert_allclose(W.std(), spread, rtol=0.03)
        assert abs(W.mean()) < 0.03 * spread


def test_rmse_is_the_root_of_the_mean_square():
    """By hand: errors 3 and 4 make the root of 12.5; lengths must agree."""
    assert rmse([3.0, 0.0], [0.0, 4.0]) == np.sqrt(12.5)
    assert rmse([1e200, 0.0], [0.0, 0.0]) == np.inf
    assert type(rmse([1.0], [1.0])) is float
    with pytest.raises(ValueError, match=r"^forecast has shape \(1,\), must be \(B,\) = \(2,\), as measured has that"):
        rmse([1.0], [1.0, 2.0])
    for name, arrays in (("forecast", ([[1.0]], [1.0])), ("measured", ([1.0], [[1.0]]))):
        with pytest.raises(ValueError, match=rf"^{name} has shape \(1, 1\), must be \(B,\)"):
            rmse(*arrays)


@pytest.mark.parametrize(("unit", "decimals"), [(1.0, 1), (100.0, 0), (0.01, 3), (1e-5, 6)])
def test_errors_have_three_digits_whatever_the_unit(unit, decimals):
    """As many decimals as the error of the last value needs."""
    series = sunspots()
    assert split(replace(series, values=series.values * unit), 1920).decimals == decimals


def test_an_error_of_zero_has_decimals_too():
    """The last value is the next one everywhere: as many decimals as for the smallest error that is told."""
    assert split(series_of([1.0] + [2.0] * 20), 15, 2).decimals == 14
