"""Each path by both its ends: which loss owes how much to which step, and what is left when long paths are cut."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, Case, arrays_of, assert_close, cases

from rnnlib import Weights, backward, chain, forward, loss_contributions, truncated
from rnnlib.contributions import by_age

EVERY = Case("tanh", "softmax", "cross_entropy", "every", None, "shared", T=5)
BATCH = Case("sigmoid", "linear", "squared_error", "every", 2, "own", T=5)
WEIGHTS = pytest.mark.parametrize("weight", ["Wh", "Wi"])


def terms_by_chain(case, weight):
    """The (T+1, T+1, ...) terms of a case for one sequence, each multiplied out along its own path."""
    trace = case.trace
    terms = np.zeros((case.T + 1, case.T + 1, *getattr(trace.weights, weight).shape))
    for t in range(1, case.T + 1):
        for s in range(t, case.T + 1) if case.predict == "every" else [case.T]:
            terms[t, s] = chain(trace, case.y, weight, t, case.loss, loss_at=s).product
    return terms


@WEIGHTS
@given(case=cases(B=None))
def test_a_contribution_is_the_product_along_its_path(case, weight):
    """Entry [t, s] is the chain from the loss of step s to the use of the weight at step t; all others are zero."""
    table = loss_contributions(case.trace, case.y, weight, case.loss, keep_terms=True)
    assert_close(table.terms, terms_by_chain(case, weight))
    assert_array_equal(table.terms[np.tril_indices(case.T + 1, -1)], 0.0)
    assert_array_equal(table.terms[0], 0.0)


@WEIGHTS
@given(case=cases())
def test_rows_add_up_to_the_terms_of_the_sweep(case, weight):
    """What a step did to all losses together is the term that backward keeps for it."""
    table = loss_contributions(case.trace, case.y, weight, case.loss, keep_terms=True)
    grads = backward(case.trace, case.y, case.loss)
    assert_close(table.terms.sum(axis=1), getattr(grads, f"dL_d{weight}_terms"))
    assert_array_equal(table.grads.total(weight), grads.total(weight))
    assert table.weight == weight


@WEIGHTS
def test_columns_add_up_to_the_gradient_of_one_loss(weight):
    """Column s is the gradient of the loss at step s alone: the sequence up to s, predicting from O_s."""
    case, data = BATCH, BATCH.data
    table = loss_contributions(case.trace, case.y, weight, case.loss, keep_terms=True)
    for s in range(1, case.T + 1):
        until_s = forward(data.w, data.x[:s], data.O0, case.hidden, case.output)
        assert_close(table.terms[:, s].sum(axis=0), backward(until_s, case.y[s - 1], case.loss).total(weight))


@WEIGHTS
@given(case=cases())
def test_sizes_are_the_lengths_of_the_terms(case, weight):
    """A size is the root of the sum of the squares, whatever the sign."""
    table = loss_contributions(case.trace, case.y, weight, case.loss, keep_terms=True)
    assert_close(table.sizes, np.sqrt((table.terms**2).sum(axis=(2, 3))))


@WEIGHTS
@given(case=cases())
def test_pulls_add_up_to_the_length_of_the_gradient(case, weight):
    """Each is the term's part in the direction of dL/dW, never longer than the term."""
    table = loss_contributions(case.trace, case.y, weight, case.loss, keep_terms=True)
    total = table.grads.total(weight)
    length = np.sqrt((total**2).sum())
    assert_allclose(table.pulls.sum(), length, rtol=1e-9, atol=1e-12)
    assert np.all(np.abs(table.pulls) <= table.sizes * (1 + 1e-12) + 1e-300)
    assert_close(table.pulls * length, (table.terms * total).sum(axis=(2, 3)))


def test_the_pulls_of_a_scalar_weight_carry_the_signs_of_its_terms():
    """One unit: the pull is the term itself, seen from the sign of the sum."""
    w = Weights(Wi=[[0.5]], Wh=[[-0.8]], Wo=[[1.2]])
    trace = forward(w, [[0.5], [-1.0], [0.8]], [0.2], predict="every")
    table = loss_contributions(trace, [[1.0], [0.5], [-1.0]], "Wh", keep_terms=True)
    signed = table.terms[:, :, 0, 0] * np.sign(table.grads.dL_dWh.item())
    assert (signed < 0).any()
    assert_close(table.pulls, signed)


def test_without_a_gradient_there_is_no_pull():
    """A perfect prediction owes nothing to anybody."""
    trace = BATCH.trace
    table = loss_contributions(trace, trace.y_hat, "Wh")
    assert_array_equal(table.pulls, 0.0)
    assert_array_equal(table.sizes, 0.0)


def test_terms_are_kept_only_when_asked_for():
    """The two tables are small, the terms are not."""
    assert loss_contributions(EVERY.trace, EVERY.y, "Wh", EVERY.loss).terms is None
    kept = loss_contributions(EVERY.trace, EVERY.y, "Wi", EVERY.loss, keep_terms=True)
    assert kept.terms.shape == (6, 6, 3, 5)
    assert kept.sizes.shape == kept.pulls.shape == (6, 6)
    assert not any(array.flags.writeable for array in arrays_of(kept))
    assert repr(kept) == "Contributions(dL/dWi by step of use and step of loss, T=5)"


def test_a_contribution_is_asked_for_by_weight():
    """Wo has no path through time, so no table."""
    with pytest.raises(ValueError, match="weight is 'Wo', must be one of Wh, Wi"):
        loss_contributions(EVERY.trace, EVERY.y, "Wo", EVERY.loss)


def test_the_record_is_frozen():
    """It can't be changed, and it is compared by what it is, not entry by entry."""
    kept = loss_contributions(EVERY.trace, EVERY.y, "Wh", EVERY.loss)
    with pytest.raises(FrozenInstanceError):
        kept.sizes = None
    assert kept != replace(kept)


@given(cases())
def test_the_ages_together_are_the_sweep(case):
    """What losses of all ages send to O_t adds up to what backward brings there."""
    grads = backward(case.trace, case.y, case.loss)
    ages = list(by_age(grads))
    assert len(ages) == case.T
    assert_close(sum(ages)[1:], grads.dL_dO[1:])
    assert_array_equal(sum(ages)[0], 0.0)


@given(cases(B=None), st.integers(1, 6))
def test_truncation_keeps_the_paths_of_at_most_k_steps(case, k):
    """The sum of all chains from L_s to step t with s - t + 1 <= k, for each step and for both weights."""
    cut = truncated(backward(case.trace, case.y, case.loss), k)
    t, s = np.indices((case.T + 1, case.T + 1))
    short = (s - t + 1 <= k)[:, :, None, None]
    for weight in ("Wh", "Wi"):
        expected = (terms_by_chain(case, weight) * short).sum(axis=1)
        assert_close(getattr(cut, f"dL_d{weight}_terms"), expected)
        assert_close(cut.total(weight), expected.sum(axis=0))


@given(cases(predict="last"), st.integers(1, 4))
def test_with_one_loss_the_last_k_terms_are_left(case, k):
    """The terms of the steps T-k+1 .. T are those of the full gradient, the earlier ones are zero."""
    grads = backward(case.trace, case.y, case.loss)
    cut, first = truncated(grads, k), max(case.T - k + 1, 1)
    for weight in ("Wh", "Wi"):
        terms, full = (getattr(g, f"dL_d{weight}_terms") for g in (cut, grads))
        assert_close(terms[first:], full[first:])
        assert_array_equal(terms[:first], 0.0)


@given(cases(), st.integers(0, 3))
def test_k_of_T_or_more_is_the_full_gradient(case, more):
    """Then no path is too long, and the record itself comes back."""
    grads = backward(case.trace, case.y, case.loss)
    assert truncated(grads, case.T + more) is grads


def test_a_cut_of_all_steps_but_one_loses_one_path():
    """k = T - 1 drops the path from the last loss to the first step, and nothing else."""
    grads = backward(BATCH.trace, BATCH.y)
    table = loss_contributions(BATCH.trace, BATCH.y, "Wh", keep_terms=True)
    cut = truncated(grads, BATCH.T - 1)
    assert_close(grads.dL_dWh - cut.dL_dWh, table.terms[1, BATCH.T])
    assert_close(cut.dL_dWh_terms[2:], grads.dL_dWh_terms[2:])


def test_a_truncated_gradient_is_of_one_piece():
    """Terms are made of what reaches a_t; dL/dWo and the loss are untouched; O_0 gets what k steps can bring it."""
    data, grads = BATCH.data, backward(BATCH.trace, BATCH.y)
    cut, O = truncated(grads, 2), BATCH.trace.O
    assert_close(cut.dL_dWh_terms[3], cut.dL_da[3].T @ O[2])
    assert_close(cut.dL_da[3], cut.dL_dO[3] * O[3] * (1 - O[3]))
    assert_close(cut.dL_dO[0], cut.dL_da[1] @ data.w.Wh)
    assert_array_equal(cut.dL_da[0], 0.0)
    assert_array_equal(cut.dL_dWo, grads.dL_dWo)
    assert cut.loss == grads.loss
    assert cut.trace is grads.trace
    assert not any(array.flags.writeable for array in arrays_of(cut))
    two_steps = forward(data.w, data.x[:2], data.O0, "sigmoid", predict="every")
    assert_close(cut.dL_dO[0], backward(two_steps, BATCH.y[:2]).dL_dO[0])


def test_nothing_goes_back_before_the_first_step():
    """Not even to an O_0 so large that the slope of tanh there is not finite."""
    trace = forward(Weights([[1.0]], [[0.5]], [[1.0]]), np.ones((3, 1)), [1e200])
    assert truncated(backward(trace, [0.0]), 2).dL_da[0] == 0.0


def test_an_explosion_makes_no_warning():
    """Linear units that overflow on the way back leave inf or nan, in silence."""
    w = Weights(Wi=[[1.0]], Wh=[[1e80]], Wo=[[1.0]])
    trace = forward(w, np.ones((6, 1)), hidden="linear", predict="every")
    with np.errstate(all="raise"):
        grads = backward(trace, np.zeros((6, 1)))
        truncated(grads, 3)
        loss_contributions(trace, np.zeros((6, 1)))


def test_wrong_arguments_of_truncation_are_named():
    """k counts steps, so it is a whole number from 1 on."""
    grads = backward(AWKWARD.trace, AWKWARD.y)
    with pytest.raises(ValueError, match="k is 0, must be a whole number, 1 or more"):
        truncated(grads, 0)
    with pytest.raises(TypeError, match=r"k is 1.5, must be a whole number"):
        truncated(grads, 1.5)
    with pytest.raises(TypeError, match=r"grads is a Trace, must be a Gradients, as made by backward\(trace, y\)$"):
        truncated(AWKWARD.trace, 1)
