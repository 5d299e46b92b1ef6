"""Clipping: the length changes, the direction does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, arrays_of, assert_close, cases

from rnnlib import backward, clipped, gradient_norm

WEIGHTS = ("Wo", "Wh", "Wi")


def entries(grads):
    """All entries of the three gradients in a row."""
    return np.concatenate([grads.total(weight).ravel() for weight in WEIGHTS])


def awkward_gradients(factor=1.0):
    """Gradients of a case with nothing convenient about it, times a factor."""
    grads = backward(AWKWARD.trace, AWKWARD.y)
    return replace(grads, **{f"dL_d{weight}": factor * grads.total(weight) for weight in WEIGHTS})


@given(cases())
def test_the_norm_is_the_length_of_all_entries_together(case):
    """Not of one weight, and not the sum of three lengths."""
    grads = backward(case.trace, case.y, case.loss)
    squares = sum((grads.total(weight) ** 2).sum() for weight in WEIGHTS)
    assert_allclose(gradient_norm(grads), np.sqrt(squares), rtol=1e-12, atol=1e-300)


@given(cases(), st.floats(0.01, 0.99))
def test_clipping_keeps_the_direction(case, part):
    """Every entry is multiplied by the same positive number, and the length becomes the one asked for."""
    grads = backward(case.trace, case.y, case.loss)
    length = gradient_norm(grads)
    if length > 1e-3:
        short = clipped(grads, part * length)
        assert_allclose(gradient_norm(short), part * length, rtol=1e-12)
        assert_close(entries(short), part * entries(grads))


@given(cases())
def test_a_short_gradient_is_left_alone(case):
    """At the limit or below it nothing happens."""
    grads = backward(case.trace, case.y, case.loss)
    assert clipped(grads, 1.001 * gradient_norm(grads) + 1.0) is grads
    if gradient_norm(grads):
        assert clipped(grads, gradient_norm(grads)) is grads


def test_what_is_clipped_is_still_a_sum_of_terms():
    """Terms, and what reaches each O_t and a_t, shrink with their sum; the loss does not."""
    grads = backward(AWKWARD.trace, AWKWARD.y)
    short = clipped(grads, gradient_norm(grads) / 4)
    for name in ("dL_dWh_terms", "dL_dWi_terms", "dL_dO", "dL_da"):
        assert_close(getattr(short, name), getattr(grads, name) / 4)
    assert_close(short.dL_dWh_terms.sum(axis=0), short.dL_dWh)
    assert_close(short.dL_dWi_terms.sum(axis=0), short.dL_dWi)
    assert short.loss == grads.loss
    assert not any(array.flags.writeable for array in arrays_of(short))


@pytest.mark.parametrize("factor", [1e300, 1e-300])
def test_neither_a_huge_nor_a_tiny_length_is_lost(factor):
    """The squares of such entries are not finite, or zero; their length is a number all the same."""
    assert_allclose(gradient_norm(awkward_gradients(factor)) / factor, gradient_norm(awkward_gradients()), rtol=1e-12)


@pytest.mark.parametrize("entry", [-1e300, -1e-300, 1e300])
def test_the_length_of_a_single_entry_is_its_size(entry):
    """All others are 0, and its own sign is no matter."""
    grads = awkward_gradients(0.0)
    alone = replace(grads, dL_dWi=np.where(np.arange(grads.dL_dWi.size).reshape(grads.dL_dWi.shape) == 4, entry, 0.0))
    assert_allclose(gradient_norm(alone), abs(entry), rtol=1e-15)


def test_an_exploded_gradient_keeps_its_direction():
    """1e300 in every entry is clipped to length 1, pointing where it pointed."""
    short = clipped(awkward_gradients(1e300), 1.0)
    assert_close(entries(short), entries(awkward_gradients()) / gradient_norm(awkward_gradients()))


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_a_gradient_that_is_not_finite_has_no_direction(bad):
    """It is handed back as it is, and its norm says so."""
    grads = replace(awkward_gradients(), dL_dWh=np.full((3, 3), bad))
    assert clipped(grads, 1.0) is grads
    assert_array_equal(gradient_norm(grads), bad)


def test_a_zero_gradient_has_length_zero():
    """And there is nothing to clip."""
    grads = awkward_gradients(0.0)
    assert gradient_norm(grads) == 0.0
    assert clipped(grads, 1.0) is grads


def test_clipping_warns_of_nothing():
    """Not even when what reaches an early O_t overflows on the way."""
    grads = replace(awkward_gradients(), dL_dO=np.full_like(AWKWARD.trace.O, 1e308))
    with np.errstate(all="raise"):
        clipped(awkward_gradients(1e300), 1e-300)
        clipped(grads, 1e-2)
        gradient_norm(awkward_gradients(1e-300))
        assert gradient_norm(replace(awkward_gradients(), dL_dWh=np.full((3, 3), 1e308))) == np.inf


def test_wrong_arguments_are_named():
    """A gradient is a record of backward, a norm a number above 0."""
    grads = awkward_gradients()
    with pytest.raises(TypeError, match=r"grads is a ndarray, must be a Gradients, as made by backward\(trace, y\)$"):
        gradient_norm(grads.dL_dWh)
    with pytest.raises(TypeError, match="grads is a ndarray"):
        clipped(grads.dL_dWh, 1.0)
    with pytest.raises(ValueError, match="norm is 0, must be a finite number above 0"):
        clipped(grads, 0)
