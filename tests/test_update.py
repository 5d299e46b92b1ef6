"""The step downhill: W_new = W_old - learning_rate · dL/dW, in new weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, arrays_of, cases

from rnnlib import Weights, backward, forward, loss_value, update


@given(cases(), st.floats(1e-6, 1.0))
def test_an_update_is_its_equation(case, learning_rate):
    """Each new weight is the old one minus the rate times its gradient."""
    w, grads = case.data.w, backward(case.trace, case.y, case.loss)
    updated = update(w, grads, learning_rate)
    assert_allclose(updated.Wi, w.Wi - learning_rate * grads.dL_dWi, rtol=1e-15)
    assert_allclose(updated.Wh, w.Wh - learning_rate * grads.dL_dWh, rtol=1e-15)
    assert_allclose(updated.Wo, w.Wo - learning_rate * grads.dL_dWo, rtol=1e-15)


@given(cases(hidden="tanh"))
def test_a_small_step_goes_downhill(case):
    """The loss falls by learning_rate times the squared length of the gradient, to first order."""
    data, grads, rate = case.data, backward(case.trace, case.y, case.loss), 1e-7
    after = loss_value(forward(update(data.w, grads, rate), data.x, data.O0, **case.options), data.y, case.loss)
    size = sum(np.sum(grads.total(weight) ** 2) for weight in ("Wo", "Wh", "Wi"))
    assert_allclose(grads.loss - after, rate * size, rtol=1e-3, atol=1e-13)


def test_the_old_weights_stay_as_they_are():
    """update returns another record, read-only like the first."""
    w, grads = AWKWARD.data.w, backward(AWKWARD.trace, AWKWARD.y)
    before = w.Wh.copy()
    updated = update(w, grads)
    assert_array_equal(w.Wh, before)
    assert updated is not w
    assert not any(array.flags.writeable for array in arrays_of(updated))


def test_the_default_rate_is_a_thousandth():
    """learning_rate=0.001, as in the course."""
    w, grads = AWKWARD.data.w, backward(AWKWARD.trace, AWKWARD.y)
    assert_array_equal(update(w, grads).Wh, update(w, grads, learning_rate=0.001).Wh)
    assert_array_equal(update(w, grads).Wh, w.Wh - 0.001 * grads.dL_dWh)


def test_the_first_update_by_hand():
    """Two steps, all ones and halves: dL/dWo = 1 · 5.5, dL/dWh = 2 · 3, dL/dWi = 2 · 4 + 2 · 0.5 · 3."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    grads = backward(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0])
    updated = update(w, grads, 0.5)
    assert (updated.Wo.item(), updated.Wh.item(), updated.Wi.item()) == (2 - 0.5 * 5.5, 0.5 - 0.5 * 6, 1 - 0.5 * 11)


def test_gradients_of_other_weights_of_the_same_shapes_are_welcome():
    """Momentum and the like move from one point by the gradient of another."""
    w = Weights(AWKWARD.data.w.Wi + 1.0, AWKWARD.data.w.Wh, AWKWARD.data.w.Wo)
    grads = backward(AWKWARD.trace, AWKWARD.y)
    assert_array_equal(update(w, grads, 0.5).Wi, w.Wi - 0.5 * grads.dL_dWi)


def ones(H, D, K):
    """Weights of the sizes asked for."""
    return Weights(np.ones((H, D)), np.ones((H, H)), np.ones((K, H)))


@pytest.mark.parametrize(
    ("w", "message"),
    [
        (ones(2, 5, 6), "Wi has shape (2, 5), must be (H, D) = (3, 5), as dL_dWi has that shape"),
        (ones(3, 4, 6), "Wi has shape (3, 4), must be (H, D) = (3, 5), as dL_dWi has that shape"),
        (ones(3, 5, 1), "Wo has shape (1, 3), must be (K, H) = (6, 3), as dL_dWo has that shape"),
    ],
)
def test_gradients_of_other_shapes_are_refused(w, message):
    """Nothing is broadcast: a (1, H) does not pass for a (K, H)."""
    with pytest.raises(ValueError) as caught:
        update(w, backward(AWKWARD.trace, AWKWARD.y))
    assert str(caught.value) == message


def test_a_step_to_infinity_is_refused_by_name():
    """A new weight that is not finite is an error, and no warning."""
    w, grads = AWKWARD.data.w, backward(AWKWARD.trace, 1e10 * AWKWARD.y)
    with np.errstate(all="raise"), pytest.raises(ValueError, match=r"^Wi\[0, 0\] is -?inf, Wi must be finite$"):
        update(w, grads, 1e308)
