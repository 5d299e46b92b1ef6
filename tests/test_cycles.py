"""One full cycle: its parts are those of forward, chain, finite_difference and update, and they fit together."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import CASES, arrays_of, assert_close, reference

from rnnlib import Weights, backward, chain, cycle, finite_difference, forward, loss_value, update

ONE_SEQUENCE = tuple(case for case in CASES if case.B is None and case.predict == "last")


def cycled(case, weight="Wh", **options):
    """The cycle of a case."""
    data = case.data
    return cycle(data.w, data.x, data.y, data.O0, weight, case.hidden, case.output, case.loss, **options)


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("case", ONE_SEQUENCE[::3], ids=str)
def test_a_cycle_holds_what_its_parts_give(case, weight):
    """Each field is the result of the function that makes it."""
    trace, y, made = case.trace, case.y, cycled(case, weight, learning_rate=0.05)
    assert made.steps == ((case.T,) if weight == "Wo" else tuple(range(case.T, 0, -1)))
    assert list(made.chains) == list(made.running) == list(made.finite) == list(made.steps)
    assert_array_equal(made.trace.O, trace.O)
    grads = backward(trace, y, case.loss)
    assert_array_equal(made.total, grads.total(weight))
    so_far = 0.0
    for t in made.steps:
        term = chain(trace, y, weight, t, case.loss)
        so_far = so_far + term.product
        assert [factor.symbol for factor in made.chains[t].factors] == [factor.symbol for factor in term.factors]
        assert_array_equal(made.chains[t].product, term.product)
        assert_allclose(made.running[t], so_far, rtol=1e-12)
        of_copy = finite_difference(trace, y, weight, None if weight == "Wo" else t, case.loss)
        assert_array_equal(made.finite[t], of_copy)
    assert_array_equal(made.finite_total, finite_difference(trace, y, weight, loss=case.loss))
    updated = update(case.data.w, grads, 0.05)
    for name in ("Wo", "Wh", "Wi"):
        assert_array_equal(getattr(made.updated, name), getattr(updated, name))
    after = forward(updated, case.data.x, case.data.O0, **case.options)
    assert made.new_loss == loss_value(after, y, case.loss)
    assert (made.weight, made.learning_rate, made.grads.loss_name) == (weight, 0.05, case.loss)


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("case", ONE_SEQUENCE[1::5], ids=str)
def test_the_last_running_sum_is_the_sweep_is_the_nudge_is_autograd(case, weight):
    """All four opinions on the total agree, and so do those on each term."""
    made = cycled(case, weight)
    copies = getattr(reference(case), weight)
    assert_close(made.running[made.steps[-1]], made.total)
    assert_close(made.total, copies.sum(axis=0))
    assert_close(made.finite_total, copies.sum(axis=0), relative=1e-7)
    assert_close(sum(made.finite.values()), copies.sum(axis=0), relative=1e-7)
    for t in made.steps:
        assert_close(made.chains[t].product, copies[t - 1])


def test_a_small_step_goes_downhill_as_far_as_the_gradient_says():
    """new_loss is loss - learning_rate |gradient|^2, to first order."""
    case = ONE_SEQUENCE[1]
    rate = 1e-6
    made = cycled(case, learning_rate=rate)
    size = sum(np.sum(made.grads.total(weight) ** 2) for weight in ("Wo", "Wh", "Wi"))
    assert_allclose(made.grads.loss - made.new_loss, rate * size, rtol=1e-3)


def test_the_defaults_are_those_of_the_course():
    """Wh, tanh, a linear output, squared error, a rate of 0.1 and nothing before the sequence."""
    data = ONE_SEQUENCE[0].data
    made = cycle(data.w, data.x, data.y)
    assert (made.weight, made.learning_rate, made.grads.loss_name) == ("Wh", 0.1, "squared_error")
    assert (made.trace.hidden, made.trace.output, made.trace.predict) == ("tanh", "linear", "last")
    assert_array_equal(made.trace.O[0], 0.0)


def test_a_cycle_can_not_be_changed():
    """Frozen to the bottom: the record, its dicts, every array of every step."""
    made = cycled(ONE_SEQUENCE[1])
    arrays = list(arrays_of(made))
    assert len(arrays) > 30
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        made.new_loss = 0.0
    for by_step in (made.chains, made.running, made.finite):
        with pytest.raises(TypeError):
            by_step[1] = None
    assert made != cycled(ONE_SEQUENCE[1])
    assert {made: 1}[made] == 1
    assert isinstance(cycled(ONE_SEQUENCE[1], learning_rate=1).learning_rate, float)


def test_a_cycle_shows_what_is_looked_at():
    """The repr is a line."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    assert repr(cycle(w, [[3.0], [4.0]], [11.0], hidden="linear")) == "Cycle(dL/dWh in 2 terms, loss 0 -> 0)"
    made = cycle(w, [[3.0], [4.0]], [10.0], hidden="linear", weight="Wo", learning_rate=0.01)
    assert repr(made).startswith("Cycle(dL/dWo in 1 terms, loss 0.5 -> 0.")


@pytest.mark.parametrize("x", [1.0, -1e201])
def test_an_overflow_is_named_not_warned_about(x):
    """A step to weights that are not finite is an error that says which weight, even when inf - inf is on the way."""
    w = Weights(Wi=[[1.0]], Wh=[[1e200]], Wo=[[1.0]])
    with np.errstate(all="raise"), pytest.raises(ValueError, match=r"^Wi\[0, 0\] is -?\w+, Wi must be finite$"):
        cycle(w, [[1.0], [x], [1.0], [1.0]], [0.0], hidden="linear")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": "W"}, "weight is 'W', must be one of Wo, Wh, Wi"),
        ({"x": np.ones((4, 2, 5))}, "y has shape (6,), must be (B, K) = (2, 6), as y_hat has that shape"),
        ({"x": np.ones((4, 2, 5)), "y": np.ones((2, 6))},
         "trace holds a batch of B = 2, chain follows one sequence: give forward an x (T, D)"),
        ({"learning_rate": 0}, "learning_rate is 0, must be a finite number above 0"),
    ],
)  # fmt: skip
def test_the_errors_are_those_of_the_parts(options, message):
    """A cycle is about one sequence and one weight."""
    data = ONE_SEQUENCE[1].data
    with pytest.raises(ValueError) as caught:
        cycle(**{"w": data.w, "x": data.x, "y": data.y, "O0": data.O0} | options)
    assert str(caught.value) == message
