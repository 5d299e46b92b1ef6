"""Who forecasts better: a table that tells the truth, and the same on every machine."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib import Weights, descend
from rnnlib.comparison import Comparison, compare
from rnnlib.forecast import autoregression, forecasts, rmse, split, starting_weights
from rnnlib.series import sunspots


@pytest.fixture(scope="module")
def data():
    """The sunspots, cut at 1920."""
    return split(sunspots(), held_out_from=1920, T=12)


@pytest.fixture(scope="module")
def trained(data):
    """What lesson 7 trains: five seeds, 1000 updates."""
    train = data.train
    return [descend(starting_weights(8, seed), train.x, train.y, 0.1, 1000).weights[-1] for seed in range(5)]


def test_the_rnn_beats_the_last_value_clearly_and_not_the_linear_model(data, trained):
    """What the lesson says: held out, every seed is far ahead of "last value", and most are behind the linear model."""
    comparison = compare(data, trained)
    held_out, train = comparison.held_out, comparison.train
    assert (held_out["RNN"] < 0.65 * held_out["last value"]).all()
    assert (train["RNN"] < 0.9 * train["linear autoregression"]).all()
    assert (held_out["RNN"] > held_out["linear autoregression"]).sum() == 4
    assert comparison.verdict == (
        "Of the RNNs, on the held-out part, 5 of 5 beat the last value and 1 of 5 beat the linear autoregression."
    )


def test_the_rnn_loses_in_the_record_years_alone(data, trained):
    """What the lesson says: ahead in years like those before 1920, far behind in the six that were higher than any."""
    part, linear = data.held_out, autoregression(data.train, data.held_out)
    record = part.measured > sunspots().values[:220].max()
    assert record.sum() == 6
    for w in trained:
        rnn = forecasts(w, part)
        assert rmse(rnn[~record], part.measured[~record]) < rmse(linear[~record], part.measured[~record])
        assert rmse(rnn[record], part.measured[record]) > 1.5 * rmse(linear[record], part.measured[record])


def test_another_rounding_changes_no_printed_digit(data, trained):
    """A start that differs in the eleventh digit ends within a millionth: the table is the same on other machines."""
    w = starting_weights(8, 0)
    moved = Weights(w.Wi * (1 + 1e-11), w.Wh * (1 - 1e-11), w.Wo)
    other = descend(moved, data.train.x, data.train.y, 0.1, 1000).weights[-1]
    assert_allclose(forecasts(other, data.held_out), forecasts(trained[0], data.held_out), rtol=1e-6)
    assert repr(compare(data, [other, *trained[1:]])) == repr(compare(data, trained))


def test_the_table_shows_mean_and_spread(data):
    """One number for a baseline, mean (best to worst) for several trainings, one decimal here."""
    errors = {"last value": np.array([30.0]), "linear autoregression": np.array([18.0]), "RNN": np.array([17.0, 18.0])}
    lines = repr(Comparison(data, errors, errors)).splitlines()
    assert lines[0].split() == ["RMSE", "in", "sunspots", "training", "held", "out"]
    assert lines[1].split() == ["last", "value", "30.0", "30.0"]
    assert lines[3].endswith("17.5 (17.0 to 18.0)  17.5 (17.0 to 18.0)")
    assert lines[-1].endswith("2 of 2 beat the last value and 1 of 2 beat the linear autoregression (1 level).")
    assert len({len(line) for line in lines[:4]}) == 1


def test_the_verdict_goes_by_the_digits_of_the_table(data):
    """Who is level in what is printed is neither ahead nor behind; training and held out are not mixed up."""
    held_out = {"last value": np.array([30.04]), "linear autoregression": np.array([18.0])}
    train = {"last value": np.array([9.0]), "linear autoregression": np.array([8.0]), "RNN": np.array([7.0])}
    assert repr(Comparison(data, train, held_out | {"RNN": np.array([17.0, 18.04, 30.0])})).splitlines() == [
        "RMSE in sunspots       training             held out",
        "last value                  9.0                 30.0",
        "linear autoregression       8.0                 18.0",
        "RNN                         7.0  21.7 (17.0 to 30.0)",
        "",
        "Of the RNNs, on the held-out part, 2 of 3 beat the last value (1 level) and "
        "1 of 3 beat the linear autoregression (1 level).",
    ]


def test_the_table_has_the_decimals_of_the_unit():
    """In hundreds of sunspots there are three of them."""
    series = sunspots()
    hundreds = split(replace(series, values=series.values / 100), held_out_from=1920)
    lines = repr(compare(hundreds, [starting_weights(2)])).splitlines()
    assert lines[1].split() == ["last", "value", "0.211", "0.304"]


def test_what_can_not_be_compared_is_refused(data):
    """A list of weights, at least one, and a split."""
    for wrong in ([], starting_weights(2)):
        with pytest.raises(TypeError, match="trained must be a list of Weights"):
            compare(data, wrong)
    with pytest.raises(TypeError, match="data is a Series, must be a Split"):
        compare(sunspots(), [starting_weights(2)])
