"""Measured data: what is shipped, how it is cut, and the way to network inputs and back."""

import csv
import socket
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of

import rnnlib
from rnnlib.series import Scaling, sunspots, windows

DATA = Path(rnnlib.__file__).parent / "data"


def test_the_sunspots_are_the_published_ones():
    """NGDC, yearly means as carried by statsmodels: 309 years, 1700 to 2008; the record of 190.2 is of 1957."""
    series = sunspots()
    assert_array_equal(series.times, np.arange(1700.0, 2009.0))
    assert series.values.shape == (309,)
    assert_array_equal(series.values[:5], [5.0, 11.0, 16.0, 23.0, 36.0])
    assert_array_equal(series.values[-5:], [40.4, 29.8, 15.2, 7.5, 2.9])
    assert (series.times[series.values.argmax()], series.values.max()) == (1957.0, 190.2)
    assert_array_equal(series.times[series.values == 0.0], [1711.0, 1712.0, 1810.0])
    assert_allclose(series.values.sum(), 15373.4, rtol=1e-12)


def test_the_sunspots_are_read_from_the_file_beside_the_code(monkeypatch):
    """No network: opening a socket would fail, and the file holds the same numbers."""

    def no_network(*arguments, **options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    with (DATA / "sunspots.csv").open(encoding="utf-8", newline="") as file:
        rows = [(float(year), float(value)) for year, value in list(csv.reader(file))[1:]]
    series = sunspots()
    assert_array_equal(np.stack([series.times, series.values], axis=1), rows)


def test_a_series_says_where_it_comes_from():
    """Name, span, unit, origin and terms, in the record and in a line; the folder has them in prose."""
    series = sunspots()
    origin = "National Geophysical Data Center; public domain"
    assert repr(series) == f"Yearly sunspot numbers, 1700 to 2008, 309 values, in sunspots ({origin})"
    prose = (DATA / "README.md").read_text(encoding="utf-8")
    for words in ("1700 to 2008", "309 rows", "National Geophysical Data Center", "public domain", "statsmodels"):
        assert words in prose


def test_a_series_can_not_be_changed():
    """Frozen and read-only; each call reads it anew."""
    series = sunspots()
    assert not any(array.flags.writeable for array in arrays_of(series))
    with pytest.raises(AttributeError):
        series.unit = "spots"
    assert series != sunspots()


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12), st.data())
def test_each_window_is_followed_by_its_value(values, data):
    """Column b of x is values[b : b+T], y[b] the value after them; every window with a value after it is there."""
    T = data.draw(st.integers(1, len(values) - 1))
    x, y = windows(values, T)
    assert x.shape == (T, len(values) - T, 1)
    assert y.shape == (len(values) - T, 1)
    for b in range(len(values) - T):
        assert_array_equal(x[:, b, 0], values[b : b + T])
        assert_array_equal(y[b], values[b + T])


def test_windows_are_copies():
    """What is done to them does not reach the series, nor one another."""
    values = np.arange(5.0)
    x, y = windows(values, 2)
    x[:], y[:] = -1.0, -2.0
    assert_array_equal(values, np.arange(5.0))
    x[0, 1, 0] = 7.0
    assert (x == 7.0).sum() == 1


@pytest.mark.parametrize(
    ("values", "T", "message"),
    [
        ([1.0], 1, "values has shape (1,), must hold at least 2: one step and the value after it"),
        ([1.0], 5, "values has shape (1,), must hold at least 2: one step and the value after it"),
        ([1.0, 2.0, 3.0], 3, "T is 3, must be a whole number from 1 to 2"),
        ([1.0, 2.0, 3.0], 0, "T is 0, must be a whole number from 1 to 2"),
        ([[1.0, 2.0]], 1, "values has shape (1, 2), must be (N,)"),
    ],
)
def test_a_series_too_short_for_its_windows_is_refused(values, T, message):
    """At least one window and one value after it."""
    with pytest.raises(ValueError) as caught:
        windows(values, T)
    assert str(caught.value) == message


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_scaling_there_and_back_is_where_it_was(offset, unit, values):
    """invert undoes apply, up to rounding at the size of what is added."""
    scaling = Scaling(offset, unit)
    assert_allclose(scaling.apply(values), (np.array(values) - offset) / unit, rtol=1e-15)
    slack = 1e-15 * (abs(offset) + np.abs(values).max()) + 1e-300
    assert_allclose(scaling.invert(scaling.apply(values)), values, rtol=0.0, atol=4 * slack)


def test_scaling_keeps_the_shape():
    """Any array, a single number too."""
    scaling = Scaling(offset=10.0, unit=4.0)
    assert_array_equal(scaling.apply([[10.0, 14.0], [18.0, 2.0]]), [[0.0, 1.0], [2.0, -2.0]])
    assert_array_equal(scaling.invert([[0.0, 1.0], [2.0, -2.0]]), [[10.0, 14.0], [18.0, 2.0]])
    assert scaling.apply(12.0) == 0.5
    with pytest.raises(AttributeError):
        scaling.unit = 2.0


@pytest.mark.parametrize(
    ("offset", "unit", "error", "message"),
    [
        (0.0, 0.0, ValueError, "unit is 0.0, must be a finite number above 0"),
        (np.nan, 1.0, ValueError, "offset is nan, offset must be finite"),
        ([1.0], 1.0, ValueError, "offset has shape (1,), must be one number"),
        ("0", 1.0, TypeError, "offset holds <U1 values, must hold real numbers in shape one number"),
    ],
)
def test_a_scaling_without_a_way_back_is_refused(offset, unit, error, message):
    """The unit must be above zero, the offset one finite number."""
    with pytest.raises(error) as caught:
        Scaling(offset, unit)
    assert str(caught.value) == message


def test_the_standard_scaling_makes_mean_0_and_deviation_1():
    """Of the values it was made from; without any spread there is no such scaling."""
    values = np.array([3.0, 5.0, 10.0, 2.0])
    scaled = Scaling.standard(values).apply(values)
    assert_allclose([scaled.mean(), scaled.std()], [0.0, 1.0], atol=1e-15)
    with pytest.raises(ValueError, match="values are all 4: without any spread they can't be scaled"):
        Scaling.standard([4.0, 4.0])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([4.0, 4.0], "values are all 4: without any spread they can't be scaled"),
        ([[1.0, 2.0]], "values has shape (1, 2), must be (N,)"),
        ([1.0, np.nan], "values[1] is nan, values must be finite"),
    ],
)
def test_a_scaling_needs_a_spread(values, message):
    """Numbers in a row, not all the same."""
    with pytest.raises(ValueError) as caught:
        Scaling.standard(values)
    assert str(caught.value) == message


def test_scaling_standard_is_mean_and_standard_deviation():
    """Of these values, none other."""
    assert Scaling.standard([1.0, 3.0]) == Scaling(2.0, 1.0)
