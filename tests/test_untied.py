"""A copy of the weight for each step: the loss with such copies, and what nudging each does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import (
    AWKWARD,
    CASES,
    activated,
    arrays_of,
    assert_close,
    cases,
    copies_of,
    loss_of_copies,
    predicted,
)

from rnnlib import Weights, backward, forward, loss_value, untie, untied_loss

FOUR_STEPS = tuple(case for case in CASES if case.T == 4)


def some_copies(case, seed=3):
    """A stack of copies of Wh and one of Wi, each a bit off the tied weight."""
    rng, w = np.random.default_rng(seed), case.data.w
    return (W + 0.1 * rng.normal(size=(case.T, *W.shape)) for W in (w.Wh, w.Wi))


@pytest.mark.parametrize("case", FOUR_STEPS, ids=str)
def test_the_loss_with_copies_is_that_of_an_rnn_written_anew(case):
    """All steps with copies of both weights, or only some steps with a copy of one."""
    Wh, Wi = some_copies(case)
    tied_Wi, tied_Wh, *rest = copies_of(case)
    mine = untied_loss(case.trace, case.y, dict(enumerate(Wh, start=1)), dict(enumerate(Wi, start=1)), case.loss)
    assert_allclose(mine, loss_of_copies(Wi, Wh, *rest), rtol=1e-12)
    for t in range(1, 5):
        only_Wh, only_Wi = tied_Wh.copy(), tied_Wi.copy()
        only_Wh[t - 1], only_Wi[t - 1] = Wh[t - 1], Wi[t - 1]
        mine = untied_loss(case.trace, case.y, Wh={t: Wh[t - 1]}, loss=case.loss)
        assert_allclose(mine, loss_of_copies(tied_Wi, only_Wh, *rest), rtol=1e-12)
        mine = untied_loss(case.trace, case.y, Wi={t: Wi[t - 1]}, loss=case.loss)
        assert_allclose(mine, loss_of_copies(only_Wi, tied_Wh, *rest), rtol=1e-12)


@given(cases())
def test_tied_copies_change_nothing(case):
    """Copies equal to the weight, or none at all, give the loss of the trace."""
    trace, y, w = case.trace, case.y, case.data.w
    right = loss_value(trace, y, case.loss)
    Wh, Wi = (dict.fromkeys(range(1, case.T + 1), W) for W in (w.Wh, w.Wi))
    assert_allclose(untied_loss(trace, y, loss=case.loss), right, rtol=1e-12)
    assert_allclose(untied_loss(trace, y, {}, {}, case.loss), right, rtol=1e-12)
    assert_allclose(untied_loss(trace, y, Wh, loss=case.loss), right, rtol=1e-12)
    assert_allclose(untied_loss(trace, y, Wi=Wi, loss=case.loss), right, rtol=1e-12)


@given(cases())
def test_the_same_copy_at_every_step_is_another_tied_weight(case):
    """Untied copies that agree are one weight: the forward pass with that weight has the same loss."""
    trace, y, data = case.trace, case.y, case.data
    Wh = data.w.Wh + 0.125
    other = forward(Weights(data.w.Wi, Wh, data.w.Wo), data.x, data.O0, **case.options)
    mine = untied_loss(trace, y, dict.fromkeys(range(1, case.T + 1), Wh), loss=case.loss)
    assert_allclose(mine, loss_value(other, y, case.loss), rtol=1e-11)


@pytest.mark.parametrize("case", FOUR_STEPS[::5], ids=str)
def test_axes_in_front_of_a_copy_are_tried_one_by_one(case):
    """Copies (2, 3, H, H) and (3, H, D) give a loss (2, 3), each entry that of its own pair of copies."""
    rng, w = np.random.default_rng(5), case.data.w
    Wh = w.Wh + 0.1 * rng.normal(size=(2, 3, *w.Wh.shape))
    Wi = w.Wi + 0.1 * rng.normal(size=(3, *w.Wi.shape))
    mine = untied_loss(case.trace, case.y, {2: Wh}, {3: Wi}, case.loss)
    assert mine.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        one = untied_loss(case.trace, case.y, {2: Wh[i, j]}, {3: Wi[j]}, case.loss)
        assert np.ndim(one) == 0
        assert_allclose(mine[i, j], one, rtol=1e-12)


def test_copies_that_overflow_give_inf_without_a_warning():
    """A copy may be large enough to end in infinity."""
    case = next(c for c in FOUR_STEPS if (c.hidden, c.output, c.B, c.predict) == ("linear", "linear", None, "last"))
    with np.errstate(all="raise"):
        assert not np.isfinite(untied_loss(case.trace, case.y, {2: np.full((3, 3), 1e300), 3: np.full((3, 3), 1e300)}))


@pytest.mark.parametrize("case", FOUR_STEPS[::3], ids=str)
@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_what_is_predicted_comes_true_for_small_changes(case, weight):
    """Halving the changes divides the gap between prediction and truth by four, for each copy and for all at once."""
    trace, y = case.trace, case.y
    shape = (case.T + 1, *getattr(case.data.w, weight).shape)
    changes = 1e-3 * np.random.default_rng(9).uniform(0.5, 1.0, shape)
    changes[0] = 0.0
    large, small = untie(trace, y, changes, weight, case.loss), untie(trace, y, changes / 2, weight, case.loss)
    for one, factor in ((large, 1.0), (small, 0.5)):
        terms = getattr(backward(trace, y, case.loss), f"dL_d{weight}_terms")
        assert_allclose(one.predicted, [np.sum(terms[t] * changes[t] * factor) for t in range(5)], rtol=1e-12)
        assert_allclose(one.predicted_together, one.predicted.sum(), rtol=1e-12)
    gap, smaller = np.abs(large.true - large.predicted), np.abs(small.true - small.predicted)
    assert (smaller <= gap / 4 * 1.05 + 1e-12).all()
    together = large.true_together - large.predicted_together
    assert abs(small.true_together - small.predicted_together) <= abs(together) / 4 * 1.05 + 1e-12


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_the_truth_is_the_loss_with_the_copies_moved_minus_the_loss(weight):
    """true[t] moves copy t alone, true_together all of them; a copy that is not moved changes nothing."""
    trace, y, tied = AWKWARD.trace, AWKWARD.y, getattr(AWKWARD.data.w, weight)
    changes = np.random.default_rng(2).normal(size=(5, *tied.shape))
    changes[0] = changes[3] = 0.0
    result = untie(trace, y, changes, weight)
    for t in (1, 2, 4):
        right = float(untied_loss(trace, y, **{weight: {t: tied + changes[t]}})) - loss_value(trace, y)
        assert_allclose(result.true[t], right, rtol=1e-12)
    assert result.true[0] == result.true[3] == result.predicted[0] == result.predicted[3] == 0.0
    together = untied_loss(trace, y, **{weight: {t: tied + changes[t] for t in (1, 2, 4)}}) - loss_value(trace, y)
    assert_allclose(result.true_together, together, rtol=1e-12)
    assert type(result.predicted_together) is type(result.true_together) is float
    assert result.weight == weight
    assert_array_equal(result.changes, changes)
    assert result.grads.trace is trace


@pytest.mark.parametrize("case", FOUR_STEPS[::3], ids=str)
@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_the_states_with_all_copies_moved_follow_from_the_equations(case, weight):
    """O, y_hat and loss are those of a forward pass in which step t uses tied + changes[t]."""
    trace, data, B = case.trace, case.data, case.B or 1
    tied = getattr(data.w, weight)
    changes = 0.1 * np.random.default_rng(4).normal(size=(5, *tied.shape))
    changes[0] = changes[1] = changes[3] = 0.0
    result = untie(trace, case.y, changes, weight, case.loss)
    assert_array_equal(result.copies, np.concatenate([np.zeros((1, *tied.shape)), tied + changes[1:]]))
    x, O_t = data.x.reshape(4, B, -1), trace.O[0].reshape(B, -1)
    every, rows = [], trace.y_hat.reshape(-1, B, case.K)
    assert_array_equal(result.O[0], trace.O[0])
    for t in range(1, 5):
        Wi, Wh = (result.copies[t] if weight == name else getattr(data.w, name) for name in ("Wi", "Wh"))
        O_t = np.array([activated(Wi @ x[t - 1, b] + Wh @ O_t[b], case.hidden) for b in range(B)])
        assert_close(result.O[t], O_t.reshape(result.O[t].shape), relative=1e-12)
        every.append([predicted(data.w.Wo @ O_t[b], case.output) for b in range(B)])
    assert_close(result.y_hat, np.array(every[-len(rows) :]).reshape(trace.y_hat.shape), relative=1e-12)
    assert_allclose(result.loss, loss_value(trace, case.y, case.loss) + result.true_together, rtol=1e-12)
    all_moved = {t: result.copies[t] for t in range(1, 5)}
    assert_allclose(result.loss, untied_loss(trace, case.y, **{weight: all_moved}, loss=case.loss), rtol=1e-12)
    assert type(result.loss) is float


def test_what_is_said_about_the_gap():
    """differences are true minus predicted, copy by copy; terms are those of the weight; the repr is a line."""
    changes = np.full((5, 3, 5), 0.01)
    changes[0] = 0.0
    result = untie(AWKWARD.trace, AWKWARD.y, changes, "Wi")
    assert_array_equal(result.differences, result.true - result.predicted)
    assert result.difference_together == result.true_together - result.predicted_together
    assert result.terms is result.grads.dL_dWi_terms
    together = f"predicted_together={result.predicted_together:.4g}, true_together={result.true_together:.4g}"
    assert repr(result) == f"Untied(weight='Wi', T=4, {together})"


@given(cases(), st.sampled_from(["Wh", "Wi"]))
def test_moving_the_tied_weight_moves_every_copy(case, weight):
    """The same change at every step is predicted by the total gradient: the sum of untied is tied."""
    trace, y = case.trace, case.y
    change = np.random.default_rng(case.seed).normal(size=getattr(case.data.w, weight).shape)
    changes = np.concatenate([np.zeros((1, *change.shape)), np.stack([change] * case.T)])
    result = untie(trace, y, changes, weight, case.loss)
    tied = np.sum(backward(trace, y, case.loss).total(weight) * change)
    assert_allclose(result.predicted_together, tied, rtol=1e-9, atol=1e-12)


def test_nothing_moved_is_nothing_changed():
    """Changes of zero predict and give exactly zero."""
    result = untie(AWKWARD.trace, AWKWARD.y, np.zeros((5, 3, 3)))
    assert_array_equal(result.true, np.zeros(5))
    assert_array_equal(result.predicted, np.zeros(5))
    assert (result.true_together, result.predicted_together) == (0.0, 0.0)
    assert_array_equal(result.O, AWKWARD.trace.O)
    assert_allclose(result.y_hat, AWKWARD.trace.y_hat, rtol=1e-14)
    assert result.loss == loss_value(AWKWARD.trace, AWKWARD.y)


def test_an_infinite_loss_is_a_result_too():
    """When a moved copy overflows, the truth is inf or NaN, without a warning."""
    case = next(c for c in FOUR_STEPS if (c.hidden, c.output, c.B, c.predict) == ("linear", "linear", None, "last"))
    changes = np.full((5, 3, 3), 1e300)
    changes[0] = 0.0
    with np.errstate(all="raise"):
        result = untie(case.trace, case.y, changes)
        assert not np.isfinite(result.true_together)


def test_an_infinite_gap_is_not_a_number():
    """Where prediction and truth are both infinite, their difference is NaN, without a warning."""
    trace = forward(Weights([[1.0]], [[0.5]], [[1.0]]), [[1e10]], hidden="linear")
    with np.errstate(all="raise"):
        result = untie(trace, [0.0], [[[0.0]], [[1e300]]], "Wi")
        assert result.true[1] == result.predicted[1] == np.inf
        assert np.isnan(result.differences[1])
        assert np.isnan(result.difference_together)


def test_an_untied_record_can_not_be_changed():
    """Frozen, arrays read-only, changes copied."""
    changes = np.full((5, 3, 3), 0.25)
    changes[0] = 0.0
    result = untie(AWKWARD.trace, AWKWARD.y, changes)
    changes[1:] = 99.0
    assert result.changes.max() == 0.25
    assert not any(array.flags.writeable for array in arrays_of(result))
    with pytest.raises(AttributeError):
        result.true = None
    assert result != untie(AWKWARD.trace, AWKWARD.y, result.changes)
    assert {result: 1}[result] == 1


TRACE, Y = AWKWARD.trace, AWKWARD.y
FRONTS = {1: np.ones((5, 3, 3)), 2: np.ones((4, 3, 3))}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: untied_loss(TRACE, Y, Wh={0: np.eye(3)}), ValueError,
         "step of Wh is 0, must be a whole number from 1 to 4"),
        (lambda: untied_loss(TRACE, Y, Wi={5: np.eye(3)}), ValueError,
         "step of Wi is 5, must be a whole number from 1 to 4"),
        (lambda: untied_loss(TRACE, Y, Wh={"1": np.eye(3)}), TypeError,
         "step of Wh is '1', must be a whole number from 1 to 4"),
        (lambda: untied_loss(TRACE, Y, Wh={True: np.eye(3)}), TypeError,
         "step of Wh is True, must be a whole number from 1 to 4"),
        (lambda: untied_loss(TRACE, Y, Wh=[np.eye(3)]), TypeError,
         "Wh is a list, must be a Mapping, as made by {step: copy}"),
        (lambda: untied_loss(TRACE, Y, Wh={2: np.eye(2)}), ValueError,
         "Wh[2] has shape (2, 2), must be (..., H, H) = (..., 3, 3), as Wh of the trace"),
        (lambda: untied_loss(TRACE, Y, Wi={2: np.eye(3)}), ValueError,
         "Wi[2] has shape (3, 3), must be (..., H, D) = (..., 3, 5), as Wi of the trace"),
        (lambda: untied_loss(TRACE, Y, Wi={2: 1.0}), ValueError,
         "Wi[2] has shape (), must be (..., H, D) = (..., 3, 5), as Wi of the trace"),
        (lambda: untied_loss(TRACE, Y, Wh={2: np.full((3, 3), np.nan)}), ValueError,
         "Wh[2][0, 0] is nan, Wh[2] must be finite"),
        (lambda: untied_loss(TRACE, Y, Wh=FRONTS), ValueError,
         "the copies have axes [(5,), (4,)] in front, these must agree"),
        (lambda: untied_loss(TRACE, Y, Wh={1: np.ones((5, 3, 3))}, Wi={3: np.ones((2, 1, 4, 3, 5))}), ValueError,
         "the copies have axes [(5,), (2, 1, 4)] in front, these must agree"),
        (lambda: untie(TRACE, Y, np.zeros((4, 3, 3))), ValueError,
         "changes has shape (4, 3, 3), must be (T+1, H, H) = (5, 3, 3), as T = 4 and Wh has shape (3, 3)"),
        (lambda: untie(TRACE, Y, np.zeros((5, 3, 3)), "Wi"), ValueError,
         "changes has shape (5, 3, 3), must be (T+1, H, D) = (5, 3, 5), as T = 4 and Wi has shape (3, 5)"),
        (lambda: untie(TRACE, Y, np.zeros((3, 3))), ValueError,
         "changes has shape (3, 3), must be (T+1, H, H) = (5, 3, 3), as T = 4 and Wh has shape (3, 3)"),
        (lambda: untie(TRACE, Y, []), ValueError, "changes is empty, with shape (0,), must be (T+1, H, H) = (5, 3, 3)"),
        (lambda: untie(TRACE, Y, np.eye(3) * np.ones((5, 1, 1))), ValueError,
         "changes[0] is not zero; there is no step 0, so no copy to move"),
        (lambda: untie(TRACE, Y, np.ones((5, 3, 3))), ValueError,
         "changes[0] is not zero; there is no step 0, so no copy to move"),
        (lambda: untie(TRACE, Y, np.zeros((5, 6, 3)), "Wo"), ValueError, "weight is 'Wo', must be one of Wh, Wi"),
    ],
)  # fmt: skip
def test_what_is_no_copy_is_refused(call, error, message):
    """The message names the step, the shape of the copy and the shape of the weight."""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_the_predictions_are_those_of_the_terms_of_the_batch():
    """For a batch, too, a term is the derivative of the mean loss."""
    case = next(c for c in FOUR_STEPS if (c.B, c.O0, c.hidden) == (2, "own", "tanh"))
    changes = np.zeros((5, 3, 3))
    changes[2, 0, 1] = 1e-6
    result = untie(case.trace, case.y, changes, loss=case.loss)
    assert_close(result.true / 1e-6, result.predicted / 1e-6, relative=1e-4)


def test_what_no_moved_copy_reaches_stays_to_the_last_bit():
    """Hidden outputs before the first moved copy are those of the trace; so are all of them when nothing moves."""
    changes = np.zeros((5, 3, 3))
    assert_array_equal(untie(TRACE, Y, changes).O, TRACE.O)
    assert untie(TRACE, Y, changes).loss == loss_value(TRACE, Y)
    changes[3] = 0.1
    result = untie(TRACE, Y, changes)
    assert_array_equal(result.O[:3], TRACE.O[:3])
    assert (result.O[3:] != TRACE.O[3:]).all()
