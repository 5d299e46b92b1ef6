"""The explaining route: each factor is the derivative its symbol names, and their product is the term."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from reference import (
    AWKWARD,
    CASES,
    ONE_SEQUENCE,
    activated,
    arrays_of,
    assert_close,
    cases,
    cost,
    nudged,
    predicted,
    reference,
)

from rnnlib import Weights, backward, chain, finite_difference, forward

LAST = tuple(case for case in ONE_SEQUENCE if case.predict == "last")
EVERY = tuple(case for case in ONE_SEQUENCE if case.predict == "every" and case.T == 4)
EVERY_TRACE = EVERY[0].trace


@pytest.mark.parametrize("case", LAST, ids=str)
def test_the_product_is_the_term_of_the_sweep_and_of_autograd(case):
    """For every weight and step: multiplied factors = row of the backward sweep = autograd of that step's copy."""
    trace, y, expected = case.trace, case.y, reference(case)
    grads = backward(trace, y, case.loss)
    for t in range(1, case.T + 1):
        for weight in ("Wh", "Wi"):
            term = chain(trace, y, weight, t, case.loss).product
            assert_close(term, getattr(grads, f"dL_d{weight}_terms")[t])
            assert_close(term, getattr(expected, weight)[t - 1])
    assert_close(chain(trace, y, "Wo", loss=case.loss).product, grads.dL_dWo)
    assert_close(chain(trace, y, "Wo", loss=case.loss).product, expected.Wo[-1])


@given(cases(B=None, predict="last"))
def test_any_product_is_the_term_of_the_sweep(case):
    """The same for any sizes: the two routes agree."""
    trace, y = case.trace, case.y
    grads = backward(trace, y, case.loss)
    for t in range(1, case.T + 1):
        assert_close(chain(trace, y, "Wh", t, case.loss).product, grads.dL_dWh_terms[t])
        assert_close(chain(trace, y, "Wi", t, case.loss).product, grads.dL_dWi_terms[t])


@pytest.mark.parametrize("case", EVERY, ids=str)
def test_with_every_step_predicting_a_path_starts_at_one_loss(case):
    """loss_at = s follows L_s alone: the path of a trace that stops at s and predicts last."""
    trace, data = case.trace, case.data
    for s in range(1, case.T + 1):
        stopped = forward(data.w, data.x[:s], data.O0, case.hidden, case.output)
        for weight, t in (("Wo", s), *((weight, t) for weight in ("Wh", "Wi") for t in range(1, s + 1))):
            mine = chain(trace, data.y, weight, t, case.loss, loss_at=s)
            expected = chain(stopped, data.y[s - 1], weight, t, case.loss)
            assert (mine.t, mine.loss_at, mine.weight) == (t, s, weight)
            for factor, alike in zip(mine.factors, expected.factors, strict=True):
                assert_allclose(factor.value, alike.value, rtol=1e-12)
    assert_close(chain(trace, data.y, "Wo", loss=case.loss, loss_at=3).product, reference(case).Wo[2])


@pytest.mark.parametrize("case", [case for case in LAST if case.T == 4], ids=str)
def test_each_factor_is_the_derivative_its_symbol_names(case):
    """Central differences of each single function on the way give the factors one by one."""
    trace, data = case.trace, case.data
    w, O, x, y = data.w, trace.O, data.x, data.y
    y_hat = trace.y_hat

    def step(O_before, x_t, Wi, Wh):
        return activated(Wi @ x_t + Wh @ O_before, case.hidden)

    of_loss = nudged(lambda p: cost(p, y, case.output, case.loss), y_hat)
    expected = {
        "dL/dy_hat": of_loss,
        "dy_hat/dO4": nudged(lambda v: predicted(w.Wo @ v, case.output), O[4]),
        "dO4/dO3": nudged(lambda v: step(v, x[3], w.Wi, w.Wh), O[3]),
        "dO3/dO2": nudged(lambda v: step(v, x[2], w.Wi, w.Wh), O[2]),
    }
    last = {
        "Wh": nudged(lambda W: step(O[1], x[1], w.Wi, W), w.Wh),
        "Wi": nudged(lambda W: step(O[1], x[1], W, w.Wh), w.Wi),
    }
    for weight in ("Wh", "Wi"):
        path = chain(trace, y, weight, 2, case.loss)
        assert [factor.symbol for factor in path.factors] == [*expected, f"dO2/d{weight}"]
        for factor, value in zip(path.factors, [*expected.values(), last[weight]], strict=True):
            assert_close(factor.value, value, relative=1e-6)
    path = chain(trace, y, "Wo", loss=case.loss)
    assert [factor.symbol for factor in path.factors] == ["dL/dy_hat", "dy_hat/dWo"]
    assert_close(path.factors[0].value, of_loss, relative=1e-6)
    assert_close(path.factors[1].value, nudged(lambda W: predicted(W @ O[4], case.output), w.Wo), relative=1e-6)


def test_symbols_stand_in_board_order():
    """From the loss to the weight; a loss of its own carries its step."""
    last = [[factor.symbol for factor in chain(AWKWARD.trace, AWKWARD.y, "Wi", t).factors] for t in (1, 3, 4)]
    assert last == [
        ["dL/dy_hat", "dy_hat/dO4", "dO4/dO3", "dO3/dO2", "dO2/dO1", "dO1/dWi"],
        ["dL/dy_hat", "dy_hat/dO4", "dO4/dO3", "dO3/dWi"],
        ["dL/dy_hat", "dy_hat/dO4", "dO4/dWi"],
    ]
    path = chain(EVERY_TRACE, EVERY[0].y, "Wh", 2, loss_at=3)
    assert [factor.symbol for factor in path.factors] == ["dL3/dy_hat3", "dy_hat3/dO3", "dO3/dO2", "dO2/dWh"]
    path = chain(EVERY_TRACE, EVERY[0].y, "Wo", loss_at=3)
    assert [factor.symbol for factor in path.factors] == ["dL3/dy_hat3", "dy_hat3/dWo"]


def test_partial_products_start_with_the_first_factor_and_end_with_the_term():
    """partial[i] is the product of the first i + 1 factors, multiplied from the left."""
    path = chain(AWKWARD.trace, AWKWARD.y, "Wh", 1)
    values = [factor.value for factor in path.factors]
    assert len(path.partial) == len(values) == 6
    assert_array_equal(path.partial[0], values[0])
    assert_close(path.partial[1], values[0] @ values[1])
    assert_close(path.partial[2], values[0] @ values[1] @ values[2])
    assert_close(path.partial[4], np.linalg.multi_dot(values[:5]))
    assert_close(path.partial[5], np.einsum("h,hij->ij", path.partial[4], values[5]))
    assert path.product is path.partial[-1]
    assert (path.weight, path.t, path.loss_at) == ("Wh", 1, 4)


def test_the_last_factor_is_the_immediate_derivative():
    """dO_t/dWh holds O_{t-1}: entry [h, h, j] is f'(a_t)[h] O_{t-1}[j], every other entry is zero."""
    trace = AWKWARD.trace
    value = chain(trace, AWKWARD.y, "Wh", 3).factors[-1].value
    assert value.shape == (3, 3, 3)
    for h in range(3):
        assert_allclose(value[h, h], (1 - np.tanh(trace.a[3][h]) ** 2) * trace.O[2], rtol=1e-14)
        assert_array_equal(np.delete(value[h], h, axis=0), 0.0)


def test_one_step_has_one_path():
    """With T = 1 nothing stands between the prediction and the use of the weight."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    path = chain(forward(w, [[3.0]], [4.0], hidden="linear"), [9.0], "Wh", 1)
    assert [factor.symbol for factor in path.factors] == ["dL/dy_hat", "dy_hat/dO1", "dO1/dWh"]
    assert [factor.value.tolist() for factor in path.factors] == [[1.0], [[2.0]], [[[4.0]]]]
    assert path.product.tolist() == [[8.0]]


def test_infosys_term_by_term():
    """thsis/INFOSYS, recomputed: the terms of dL/dWi at t = 3, 2, 1, each as a product of factors."""
    w = Weights(Wi=[[2.0], [1.0]], Wh=[[1.0, 2.0], [3.0, 4.0]], Wo=[[2.0, 4.0]])
    trace = forward(w, [[0.2], [0.3], [0.4]])
    terms = {3: (-0.0022352321, -0.0000059249), 2: (-0.0003819259, -0.0001525403), 1: (-0.0004788993, -0.0008803238)}
    for t, term in terms.items():
        assert_allclose(chain(trace, [7.0], "Wi", t).product.ravel(), term, rtol=0.0, atol=5e-11)


@pytest.mark.parametrize("z", [800.0, 40.0, -40.0, -800.0])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("target", [[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]])
def test_a_saturated_cross_entropy_has_a_finite_product(output, target, z):
    """At z = +-800 the factors are finite and their product is the sweep's, with every floating point error on."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[z], [-z]])
    with np.errstate(all="raise"):
        trace = forward(w, [[0.5], [0.75]], hidden="linear", output=output)
        grads = backward(trace, target, "cross_entropy")
        paths = [chain(trace, target, *at, loss="cross_entropy") for at in (("Wh", 2), ("Wi", 1), ("Wi", 2), ("Wo",))]
    assert_array_equal(trace.z, [z, -z])
    rows = grads.dL_dWh_terms[2], grads.dL_dWi_terms[1], grads.dL_dWi_terms[2], grads.dL_dWo
    for path, row in zip(paths, rows, strict=True):
        assert all(np.isfinite(factor.value).all() for factor in path.factors)
        assert_close(path.product, row, relative=1e-12)
    probability = 1.0 if z > 0 else 0.0
    assert_allclose(grads.dL_dWo.ravel(), [probability - target[0], 1 - probability - target[1]], atol=1e-15)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_probability_of_zero_counts_as_1e_290(output):
    """The factors on either side of a saturated output are what they would be at y_hat = 1e-290."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[800.0], [-800.0]])
    path = chain(forward(w, [[1.0]], hidden="linear", output=output), [0.0, 1.0], "Wo", loss="cross_entropy")
    by_y_hat, by_Wo = (factor.value for factor in path.factors)
    assert_allclose(by_y_hat, [1e290 if output == "sigmoid" else 0.0, -1e290], rtol=1e-12)
    assert_allclose(by_Wo[1, 1], [1e-290], rtol=1e-12)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_saturated_squared_error_has_the_sweeps_product(output):
    """A saturated output passes nothing on: both routes give zero, up to the floor that stands in for it."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[800.0], [-800.0]])
    with np.errstate(all="raise"):
        trace = forward(w, [[0.5], [0.75]], hidden="linear", output=output)
        path = chain(trace, [0.0, 1.0], "Wi", 1)
    assert_allclose(path.product, backward(trace, [0.0, 1.0]).dL_dWi_terms[1], rtol=0.0, atol=1e-280)


def test_the_factors_of_an_overflow_raise_no_warning():
    """A state that is infinite gives factors that are not finite, silently."""
    w = Weights(Wi=[[1.0]], Wh=[[1e200]], Wo=[[1.0]])
    with np.errstate(all="raise"):
        path = chain(forward(w, np.ones((4, 1)), hidden="linear"), [0.0], "Wh", 1)
    assert path.factors[0].value.tolist() == [np.inf]


def test_a_chain_can_not_be_changed():
    """The records are frozen and every array is read-only."""
    path = chain(AWKWARD.trace, AWKWARD.y, "Wh", 1)
    arrays = [*arrays_of(path)]
    assert len(arrays) == 12
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        path.t = 2
    with pytest.raises(AttributeError):
        path.factors[0].symbol = "dL"
    assert path != chain(AWKWARD.trace, AWKWARD.y, "Wh", 1)
    assert {path: 1}[path] == 1
    assert path.factors[0] != chain(AWKWARD.trace, AWKWARD.y, "Wh", 1).factors[0]


@pytest.mark.parametrize("case", [AWKWARD, LAST[5], LAST[-1]], ids=str)
def test_the_product_is_the_finite_difference_of_one_copy(case):
    """What nudging only step t's copy does, the third opinion on a single term."""
    for t in range(1, case.T + 1):
        for weight in ("Wh", "Wi"):
            by_nudging = finite_difference(case.trace, case.y, weight, t, case.loss)
            assert_close(chain(case.trace, case.y, weight, t, case.loss).product, by_nudging, relative=1e-6)


BATCH = next(case for case in CASES if (case.predict, case.B, case.T) == ("last", 2, 4))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: chain(BATCH.trace, BATCH.y, "Wh", 1), ValueError,
         "trace holds a batch of B = 2, chain follows one sequence: give forward an x (T, D)"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wh"), TypeError, "t is None, must be a whole number from 1 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wh", 0), ValueError, "t is 0, must be a whole number from 1 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wi", 5), ValueError, "t is 5, must be a whole number from 1 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wo", 3), ValueError, "t is 3, must be a whole number from 4 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wo", 5), ValueError, "t is 5, must be a whole number from 4 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wh", 1, loss_at=3), ValueError,
         "loss_at is 3, must be a whole number from 4 to 4"),
        (lambda: chain(AWKWARD.trace, AWKWARD.y, "Wh", 1, loss_at=5), ValueError,
         "loss_at is 5, must be a whole number from 4 to 4"),
        (lambda: chain(EVERY_TRACE, EVERY[0].y, "Wh", 1), ValueError,
         "loss_at is None, with predict='every' it must be a step from 1 to 4: whose loss?"),
        (lambda: chain(EVERY_TRACE, EVERY[0].y, "Wh", 1, loss_at=0), ValueError,
         "loss_at is 0, must be a whole number from 1 to 4"),
        (lambda: chain(EVERY_TRACE, EVERY[0].y, "Wh", 1, loss_at=5), ValueError,
         "loss_at is 5, must be a whole number from 1 to 4"),
        (lambda: chain(EVERY_TRACE, EVERY[0].y, "Wh", 3, loss_at=2), ValueError,
         "t is 3, must be a whole number from 1 to 2"),
    ],
)  # fmt: skip
def test_a_step_that_is_not_on_the_path_is_refused(call, error, message):
    """The message names the argument and the steps it may be."""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_the_defaults_are_Wh_and_squared_error():
    """chain(trace, y, t=1) is about Wh and the squared error; the last loss may be named."""
    path = chain(AWKWARD.trace, AWKWARD.y, t=1, loss_at=4)
    assert_array_equal(path.product, chain(AWKWARD.trace, AWKWARD.y, "Wh", 1, "squared_error").product)
