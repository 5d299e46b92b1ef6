"""The age of a gradient: sizes and shares of its terms, and what a truncation after k steps is worth."""

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, Case, arrays_of, cases

from rnnlib import Weights, ages, backward, forward, truncated
from rnnlib.tasks import hundred_steps

EACH_WEIGHT = pytest.mark.parametrize("weight", ["Wh", "Wi"])


def gradients(T, weights=None):
    """The gradients of the last T of a hundred steps."""
    task = hundred_steps()
    return backward(forward(weights or task.weights, task.x[-T:], task.O0), task.y)


@EACH_WEIGHT
@given(case=cases(predict="last"))
def test_sizes_are_those_of_the_terms_the_last_step_first(weight, case):
    """Age 0 is step T, age T - 1 is step 1; the shares add up to one."""
    grads = backward(case.trace, case.y, case.loss)
    a = ages(grads, weight)
    terms = getattr(grads, f"dL_d{weight}_terms")
    assert a.T == case.T
    assert_allclose(a.sizes, [np.linalg.norm(terms[case.T - age]) for age in range(case.T)])
    assert_allclose(a.shares * a.sizes.sum(), a.sizes)
    assert_allclose(a.size, np.linalg.norm(grads.total(weight)), rtol=1e-6, atol=1e-15)


@given(case=cases(predict="last", B=None))
def test_a_size_is_what_arrives_times_what_was_there(case):
    """Of one sequence: |dL/da_t| · |O_{t-1}|, as the term is their outer product."""
    grads = backward(case.trace, case.y, case.loss)
    arrives, before = (np.linalg.norm(v, axis=1) for v in (grads.dL_da[1:], grads.trace.O[:-1]))
    assert_allclose(ages(grads).sizes, (arrives * before)[::-1])


@EACH_WEIGHT
@given(case=cases(predict="last", output="linear", loss="squared_error"))
def test_error_and_angle_are_those_of_the_truncated_gradient(weight, case):
    """For every k, against `truncated` and the textbook formulas."""
    grads = backward(case.trace, case.y, case.loss)
    a, whole = ages(grads, weight), grads.total(weight).ravel()
    assume(a.size > 1e-9)
    for k in range(1, case.T + 1):
        cut = truncated(grads, k).total(weight).ravel()
        if not cut.any():
            assert np.isnan(a.angles[k])
            continue
        assert_allclose(a.errors[k], np.linalg.norm(cut - whole) / np.linalg.norm(whole), atol=1e-12)
        cosine = cut @ whole / np.linalg.norm(cut) / np.linalg.norm(whole)
        assert_allclose(np.cos(np.radians(a.angles[k])), cosine, atol=1e-9)
        assert 0.0 <= a.angles[k] <= 180.0


@EACH_WEIGHT
@pytest.mark.parametrize("T", [1, 3, 100])
def test_nothing_cut_is_no_error_and_everything_cut_is_all_of_it(weight, T):
    """To the last bit: k = T gives 0 and 0 degrees; k = 0 gives 100 %, and no direction."""
    a = ages(gradients(T), weight)
    assert (a.errors[-1], a.angles[-1]) == (0.0, 0.0)
    assert_allclose(a.errors[0], 1.0, rtol=1e-14)
    assert np.isnan(a.angles[0])
    assert (len(a.sizes), len(a.errors), len(a.angles)) == (T, T + 1, T + 1)


def test_a_tiny_error_is_no_rounding_noise():
    """What is left out is added up by itself: with the terms of ages 60 .. 99 missing it is near 1e-18, to 9 digits."""
    grads = gradients(100)
    a, missing = ages(grads), grads.dL_dWh_terms[1:41].reshape(40, -1)
    exact = [math.fsum(column) for column in missing.T]
    assert_allclose(a.errors[60], np.linalg.norm(exact) / a.size, rtol=1e-9)
    assert 0.0 < a.errors[60] < 1e-16
    assert 0.0 < a.angles[60] < 1e-14


def test_the_total_stays_while_the_oldest_term_vanishes():
    """From 10 steps to 100 the total changes by 3 %, the oldest term by 27 powers of ten."""
    short, long = ages(gradients(10)), ages(gradients(100))
    assert_allclose(long.size, short.size, rtol=0.04)
    assert long.sizes[-1] < 1e-27 * short.sizes[-1]
    assert repr(long) == "Ages(T=100, |dL/dWh|=0.1764, term of age 99 of size 9.286e-31)"


def test_holding_counts_the_latest_steps():
    """How many it takes for a share of all sizes; all of them, if rounding leaves the last bit out."""
    a = replace(ages(gradients(4)), shares=np.array([0.5, 0.3, 0.15, 0.05]))
    assert [a.holding(share) for share in (0.0, 0.5, 0.6, 0.9, 0.96)] == [1, 1, 2, 3, 4]
    assert a.holding(1.1) == 4


def test_a_gradient_of_zero_has_no_shares_and_no_direction():
    """The prediction is right: every size and share is 0, errors and angles are nan, and there is no warning."""
    w = Weights(Wi=[[0.5]], Wh=[[0.5]], Wo=[[0.0]])
    a = ages(backward(forward(w, [[1.0], [2.0]]), [0.0]))
    assert (a.sizes.tolist(), a.shares.tolist(), a.size) == ([0.0, 0.0], [0.0, 0.0], 0.0)
    assert np.isnan(a.errors).all()
    assert np.isnan(a.angles).all()
    assert a.holding(0.99) == 2


def test_terms_that_cancel_have_an_error_above_one():
    """Two scalar terms, +1 and -0.5: the latest alone is twice the total, in its direction."""
    w = Weights(Wi=[[1.0]], Wh=[[-0.5]], Wo=[[1.0]])
    a = ages(backward(forward(w, [[1.0], [1.0]], hidden="linear"), [-0.5]), "Wi")
    assert_allclose(a.sizes, [1.0, 0.5])
    assert_allclose(a.size, 0.5)
    assert_allclose(a.errors, [1.0, 1.0, 0.0])
    assert_array_equal(a.angles, [np.nan, 0.0, 0.0])


def test_very_large_terms_do_not_overflow():
    """Sizes up to 1e200 are squared nowhere."""
    w = Weights(Wi=[[1.0], [1.0]], Wh=[[1e100, 0.0], [0.0, 1e100]], Wo=[[1.0, 1.0]])
    with np.errstate(all="raise"):
        a = ages(backward(forward(w, [[1.0], [1.0]], hidden="linear"), [0.0]))
    assert np.isfinite(a.sizes).all()
    assert a.size > 1e99


def test_the_record_is_read_only():
    """All arrays of it, and the record itself."""
    a = ages(gradients(5))
    assert not any(array.flags.writeable for array in arrays_of(a))
    with pytest.raises(FrozenInstanceError):
        a.size = 0.0
    assert a != replace(a)


def test_wrong_arguments_are_named():
    """Gradients of a loss at the end, one of the two shared weights, and no overflow."""
    every = Case("tanh", "linear", "squared_error", "every", None, "none")
    with pytest.raises(ValueError, match="grads are of predict='every', where a term has many ages"):
        ages(backward(every.trace, every.y))
    with pytest.raises(TypeError, match=r"grads is a Trace, must be a Gradients, as made by backward\(trace, y\)"):
        ages(AWKWARD.trace)
    with pytest.raises(ValueError, match="weight is 'Wo', must be one of Wh, Wi"):
        ages(gradients(3), "Wo")
    w = Weights(Wi=[[1e200]], Wh=[[1.0]], Wo=[[1e200]])
    with pytest.raises(ValueError, match="the terms of dL/dWh are not finite"):
        ages(backward(forward(w, [[1.0], [1.0]], hidden="linear"), [0.0]))
