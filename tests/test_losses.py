"""How wrong a prediction is, in numbers; and which targets a loss can't compare."""

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, CASES, OUTPUT_AND_LOSS, assert_close, cases, cost, nudged, predicted, reference

from rnnlib import Weights, backward, forward, loss_value
from rnnlib.losses import loss_slope, pointwise


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_loss_is_its_definition(case):
    """The mean over the sequences, the sum over the steps, the formula of the docstring inside."""
    trace = case.trace
    predictions, targets = (v.reshape(-1, case.K) for v in (trace.y_hat, case.y))
    costs = [cost(p, y, case.output, case.loss) for p, y in zip(predictions, targets, strict=True)]
    mine = loss_value(trace, case.y, case.loss)
    assert_allclose(mine, np.sum(costs) / (case.B or 1), rtol=1e-12)
    assert_allclose(mine, reference(case).loss, rtol=1e-12)
    assert type(mine) is float


@pytest.mark.parametrize(("output", "loss"), OUTPUT_AND_LOSS)
def test_the_slope_is_what_nudging_z_shows(output, loss):
    """dL/dz in closed form is the central difference of loss(g(z))."""
    case = next(c for c in CASES if (c.output, c.loss, c.predict, c.B) == (output, loss, "last", None))
    by_nudging = nudged(lambda z: cost(predicted(z, output), case.y, output, loss), case.trace.z)
    assert_close(loss_slope(case.trace, case.y, loss), by_nudging, relative=1e-7)


@given(cases())
def test_no_loss_is_below_its_least_value(case):
    """Squared error is zero at the target; cross-entropy is least there, at the entropy of the target."""
    trace, y = case.trace, case.y
    if case.loss == "squared_error":
        assert loss_value(trace, y, case.loss) >= 0.0
        assert loss_value(trace, trace.y_hat, case.loss) == 0.0
    else:
        entropy = -np.sum(y * np.log(y)) - (np.sum((1 - y) * np.log(1 - y)) if case.output == "sigmoid" else 0.0)
        assert loss_value(trace, y, case.loss) >= entropy / (case.B or 1) - 1e-12


def test_each_output_has_its_share_of_the_loss():
    """pointwise keeps the shape of y_hat; its sum is the loss."""
    for case in CASES[:: len(CASES) // 17]:
        shares = pointwise(case.trace.z, case.trace.y_hat, case.y, case.output, case.loss)
        assert shares.shape == case.trace.y_hat.shape
        assert_allclose(shares.sum() / (case.B or 1), loss_value(case.trace, case.y, case.loss), rtol=1e-13)


def saturated(output):
    """A trace whose z is (800, -800), made without a warning."""
    return forward(Weights([[1.0]], [[0.0]], [[800.0], [-800.0]]), [[1.0]], hidden="linear", output=output)


@pytest.mark.parametrize(
    ("output", "y", "right"),
    [
        ("sigmoid", [1.0, 0.0], 0.0),
        ("sigmoid", [0.0, 1.0], 1600.0),
        ("sigmoid", [0.5, 1.0], 1200.0),
        ("softmax", [1.0, 0.0], 0.0),
        ("softmax", [0.0, 1.0], 1600.0),
        ("softmax", [0.75, 0.25], 400.0),
    ],
)
def test_cross_entropy_is_computed_from_z(output, y, right):
    """y_hat is 0 or 1 to the last digit, yet there is no log of zero, even with all errors switched on."""
    with np.errstate(all="raise"):
        trace = saturated(output)
        assert_array_equal(trace.y_hat, [1.0, 0.0])
        assert loss_value(trace, y, "cross_entropy") == right
        assert_array_equal(backward(trace, y, "cross_entropy").dL_dWo.ravel(), trace.y_hat - y)


def test_squared_error_has_a_half():
    """1/2 (3 - 1)^2 + 1/2 (6 - 2)^2 = 10, and it is the default."""
    trace = forward(Weights([[1.0]], [[0.0]], [[1.0], [2.0]]), [[3.0]], hidden="linear")
    assert loss_value(trace, [1.0, 2.0]) == loss_value(trace, [1.0, 2.0], "squared_error") == 10.0


def test_a_huge_error_is_infinite_without_a_warning():
    """A loss too large for a float is inf."""
    trace = forward(Weights([[1.0]], [[0.0]], [[1e200]]), [[3.0]], hidden="linear")
    with np.errstate(all="raise"):
        assert loss_value(trace, [0.0]) == np.inf


BATCH = next(c for c in CASES if (c.predict, c.B, c.T, c.output) == ("last", 2, 4, "softmax"))
EVERY = next(c for c in CASES if (c.predict, c.B, c.T, c.output) == ("every", None, 4, "sigmoid"))
BOTH = next(c for c in CASES if (c.predict, c.B, c.T, c.output) == ("every", 2, 4, "linear"))


@pytest.mark.parametrize(
    ("case", "y", "message"),
    [
        (AWKWARD, 1.0, "y has shape (), must be (K,) = (6,), as y_hat has that shape"),
        (AWKWARD, np.ones(5), "y has shape (5,), must be (K,) = (6,), as y_hat has that shape"),
        (AWKWARD, np.ones((1, 6)), "y has shape (1, 6), must be (K,) = (6,), as y_hat has that shape"),
        (AWKWARD, np.ones((1,) * 7), "y has shape (1, 1, 1, 1, 1, 1, 1), must be (K,) = (6,), as y_hat has that shape"),
        (AWKWARD, [], "y is empty, with shape (0,), must be (K,) = (6,)"),
        (BATCH, np.ones(6), "y has shape (6,), must be (B, K) = (2, 6), as y_hat has that shape"),
        (EVERY, np.ones(6), "y has shape (6,), must be (T, K) = (4, 6), as y_hat has that shape"),
        (BOTH, np.ones((2, 4, 6)), "y has shape (2, 4, 6), must be (T, B, K) = (4, 2, 6), as y_hat has that shape"),
        (AWKWARD, [1.0, 2.0, np.nan, 0.0, 0.0, 0.0], "y[2] is nan, y must be finite"),
    ],
)  # fmt: skip
def test_a_target_of_another_shape_is_refused(case, y, message):
    """The message gives the shape of y_hat, in the letters of this trace."""
    with pytest.raises(ValueError) as caught:
        loss_value(case.trace, y)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("output", "y", "message"),
    [
        ("linear", [1.0, 0.0], "loss is 'cross_entropy', which needs output='sigmoid' or 'softmax', not 'linear'"),
        ("sigmoid", [1.005, 0.5], "y reaches from 0.5 to 1.005, must lie in 0 .. 1 for cross_entropy"),
        ("sigmoid", [1.5, 0.0], "y reaches from 0 to 1.5, must lie in 0 .. 1 for cross_entropy"),
        ("sigmoid", [1.0, -0.25], "y reaches from -0.25 to 1, must lie in 0 .. 1 for cross_entropy"),
        ("softmax", [1.5, -0.5], "y reaches from -0.5 to 1.5, must lie in 0 .. 1 for cross_entropy"),
        ("softmax", [0.5, 0.25], "y must sum to 1 over its last axis (K) for cross_entropy after softmax"),
        ("softmax", [1.0, 1e-5], "y must sum to 1 over its last axis (K) for cross_entropy after softmax"),
    ],
)
def test_a_target_that_is_no_probability_is_refused(output, y, message):
    """Cross-entropy compares probabilities, and says so."""
    with pytest.raises(ValueError) as caught:
        loss_value(saturated(output), y, "cross_entropy")
    assert str(caught.value) == message


def test_a_target_may_be_rounded_and_lie_on_the_border():
    """0 and 1 are probabilities, and a sum off by rounding is a sum of one; sigmoid's need not sum to anything."""
    assert np.isfinite(loss_value(saturated("softmax"), [0.3333333, 0.6666666], "cross_entropy"))
    assert np.isfinite(loss_value(saturated("sigmoid"), [1.0, 1.0], "cross_entropy"))
    assert np.isfinite(loss_value(saturated("sigmoid"), [7.0, -7.0], "squared_error"))


def test_rows_of_a_batch_must_each_sum_to_one():
    """Two rows that sum to 2 together are not two distributions."""
    trace = forward(Weights([[1.0]], [[0.0]], [[1.0], [2.0]]), np.ones((1, 2, 1)), output="softmax")
    with pytest.raises(ValueError, match=r"y must sum to 1 over its last axis"):
        loss_value(trace, [[0.5, 0.25], [0.5, 0.75]], "cross_entropy")


@pytest.mark.parametrize("y", [[0.3, 0.7000005], [0.3, 0.6999995]])
def test_the_slope_is_exact_for_a_target_that_sums_to_almost_one(y):
    """dL/dz is the derivative of the loss as it is computed, whatever the sum of y."""
    trace = forward(Weights([[1.0]], [[0.0]], [[1.0], [-2.0]]), [[1.0]], output="softmax")
    right = trace.y_hat * np.sum(y) - y
    assert_allclose(loss_slope(trace, np.array(y), "cross_entropy"), right, rtol=1e-14)
