"""f and g: their values from the definition, two ways to write each derivative, and both tails."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import activated, nudged, predicted

from rnnlib.functions import HIDDEN, OUTPUT, log_softmax, sigmoid, softmax

A = np.array([-3.0, -1.1, -0.4, 0.3, 0.9, 2.5])
moderate = st.lists(st.floats(-20, 20), min_size=2, max_size=5).map(np.array)


@pytest.mark.parametrize("name", HIDDEN)
def test_f_is_its_definition(name):
    """tanh, sigmoid, relu and linear, written out."""
    assert_allclose(HIDDEN[name].f(A), activated(A, name), rtol=1e-14)


@pytest.mark.parametrize("name", HIDDEN)
def test_slope_and_derivative_are_what_nudging_shows(name):
    """f' written in O and f' written in a are the same numbers, those of central differences."""
    f = HIDDEN[name]
    by_nudging = np.diag(nudged(f.f, A))
    assert_allclose(f.derivative(A), by_nudging, rtol=0.0, atol=1e-8)
    assert_allclose(f.slope(f.f(A)), by_nudging, rtol=0.0, atol=1e-8)
    assert_allclose(f.slope(f.f(A)), f.derivative(A), rtol=1e-13)


@pytest.mark.parametrize("name", OUTPUT)
def test_g_is_its_definition(name):
    """linear, sigmoid and softmax, written out."""
    assert_allclose(OUTPUT[name](A), predicted(A, name), rtol=1e-14)


def test_the_tables_hold_what_the_course_speaks_of():
    """The words a learner can pass, in the order the messages list them."""
    assert tuple(HIDDEN) == ("tanh", "sigmoid", "relu", "linear")
    assert tuple(OUTPUT) == ("linear", "sigmoid", "softmax")


def test_at_zero_relu_counts_as_flat():
    """The corner has slope 0, however it is written; an infinite output has slope 1, an undefined one none."""
    relu = HIDDEN["relu"]
    at = np.array([-1.0, 0.0, 1e-300, np.inf, np.nan])
    assert_array_equal(relu.f(at), [0.0, 0.0, 1e-300, np.inf, np.nan])
    assert_array_equal(relu.slope(relu.f(at)), [0.0, 0.0, 1.0, 1.0, np.nan])
    assert_array_equal(relu.derivative(at), [0.0, 0.0, 1.0, 1.0, np.nan])
    assert_array_equal(relu.slope(np.array([-2.0])), [0.0])


@given(moderate)
def test_sigmoid_is_odd_around_a_half(a):
    """sigmoid(a) + sigmoid(-a) = 1, and tanh is the same curve, stretched."""
    assert_allclose(sigmoid(a) + sigmoid(-a), 1.0, rtol=1e-14)
    assert_allclose(2 * sigmoid(2 * a) - 1, np.tanh(a), rtol=0.0, atol=1e-13)


def test_sigmoid_is_accurate_in_both_tails():
    """exp(a) far to the left, where 1 / (1 + exp(-a)) would overflow; 1 - exp(-a) far to the right."""
    assert_allclose(sigmoid(np.array([-30.0, -300.0, -700.0])), np.exp([-30.0, -300.0, -700.0]), rtol=1e-12)
    assert_allclose(1.0 - sigmoid(np.array([20.0, 30.0])), np.exp([-20.0, -30.0]), rtol=1e-2)
    assert_array_equal(sigmoid(np.array([800.0, 1e300])), 1.0)
    assert sigmoid(np.array(0.0)) == 0.5


def test_the_derivative_of_sigmoid_survives_saturation():
    """Written in a it keeps its digits where 1 - O has lost them."""
    assert_allclose(HIDDEN["sigmoid"].derivative(np.array([-40.0, 40.0])), np.exp(-40.0), rtol=1e-12)


@given(moderate, st.floats(-1000, 1000))
def test_softmax_adds_up_to_one_and_ignores_a_shift(z, shift):
    """Probabilities; adding the same number to all entries changes nothing."""
    assert_allclose(softmax(z).sum(), 1.0, rtol=1e-13)
    assert_allclose(softmax(z + shift), softmax(z), rtol=1e-9)
    assert_allclose(np.exp(log_softmax(z)), predicted(z, "softmax"), rtol=1e-12)


def test_softmax_works_along_the_last_axis():
    """Each row of a batch is a distribution of its own."""
    z = np.arange(12.0).reshape(2, 2, 3) ** 1.5
    for i, j in np.ndindex(2, 2):
        assert_allclose(softmax(z)[i, j], predicted(z[i, j], "softmax"), rtol=1e-13)


def test_the_logarithm_of_softmax_has_no_log_of_zero():
    """Two outputs 1600 apart: the lesser one's logarithm is -1600, not -inf."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        assert_array_equal(log_softmax(np.array([800.0, -800.0])), [0.0, -1600.0])


def test_a_row_of_large_outputs_leaves_the_other_rows_alone():
    """Each row is shifted by its own largest entry."""
    with np.errstate(all="raise"):
        together = log_softmax(np.array([[0.0, -1.0], [2000.0, 1999.0]]))
    assert_allclose(together, [log_softmax(np.array([0.0, -1.0]))] * 2, rtol=1e-13)


def test_the_tables_can_not_be_changed_by_mistake():
    """The entry of a hidden function is a frozen record."""
    with pytest.raises(AttributeError):
        HIDDEN["tanh"].f = np.sin


def test_two_equal_outputs_share():
    """softmax((0, 0)) is a half each."""
    assert_array_equal(softmax(np.zeros(2)), 0.5)
