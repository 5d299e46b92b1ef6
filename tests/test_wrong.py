"""Wrong on purpose, and in just the way the name says: each mistake against the same slip made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, CASES, OUTPUT_AND_LOSS, activated, assert_close, cases, nudged, predicted

from rnnlib import Weights, backward, check, forward, mistakes
from rnnlib.wrong import forward_mistakes

FOUR_STEPS = tuple(c for c in CASES if (c.T, c.B, c.predict, c.O0) == (4, None, "last", "shared"))
DERIVATIVE_IN_A = {
    "tanh": lambda a: 1 / np.cosh(a) ** 2,
    "sigmoid": lambda a: np.exp(-a) / (1 + np.exp(-a)) ** 2,
    "relu": lambda a: 1.0 * (a > 0),
    "linear": lambda a: 1.0 + 0 * a,
}
DERIVATIVE_IN_O = {
    "tanh": lambda O: 1 - O**2,
    "sigmoid": lambda O: O * (1 - O),
    "relu": lambda O: 1.0 * (O > 0),
    "linear": lambda O: 1.0 + 0 * O,
}


def summed(case, slopes, back, before, only=None):
    """The sum over t of (prod over s = T .. t+1 of back diag(slopes_s))^T dL/dO_T, times slopes_t, times before_t.

    slopes {t: (H,)}, before {t: (n,)}, back (H, H) is what takes the place of Wh^T.
    """
    total = 0.0
    for t in only or range(1, case.T + 1):
        v = case.data.w.Wo.T @ dL_dz(case, case.y)
        for s in range(case.T, t, -1):
            v = back @ (slopes[s] * v)
        total = total + np.outer(slopes[t] * v, before[t])
    return total


def dL_dz(case, y, without_y=False):
    """dL/dz by the chain rule with a Jacobian of g by hand; without_y puts y_hat where y_hat - y belongs."""
    y_hat = case.trace.y_hat
    error = y_hat if without_y else y_hat - y
    if case.loss == "cross_entropy" or case.output == "linear":
        return error
    if case.output == "sigmoid":
        return y_hat * (1 - y_hat) * error
    return (np.diag(y_hat) - np.outer(y_hat, y_hat)) @ error


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("case", FOUR_STEPS, ids=str)
def test_each_mistake_with_a_shared_weight_is_what_its_name_says(case, weight):
    """Every slip made by hand, path by path, gives the numbers that the library lists under its name."""
    trace, w = case.trace, case.data.w
    steps = range(1, 5)
    right_before = {t: trace.O[t - 1] if weight == "Wh" else trace.x[t - 1] for t in steps}
    before_O, O = {t: trace.O[t - 1] for t in steps}, {t: trace.O[t] for t in steps}
    slopes = {t: DERIVATIVE_IN_A[case.hidden](trace.a[t]) for t in steps}
    at_a = {t: DERIVATIVE_IN_O[case.hidden](trace.a[t]) for t in steps}
    of_O = {t: DERIVATIVE_IN_A[case.hidden](trace.O[t]) for t in steps}
    ones = {t: np.ones(3) for t in steps}
    one_by_one = [summed(case, slopes, w.Wh.T, right_before, only=[t]) for t in steps]
    right = sum(one_by_one)
    formula = {"tanh": "1 - a^2", "sigmoid": "a (1 - a)"}.get(case.hidden, "")
    by_hand = {
        "with only the last step's term (t = 4)": one_by_one[3],
        "with only the longest path (t = 1)": one_by_one[0],
        f"without {case.hidden}'": summed(case, ones, w.Wh.T, right_before),
        f"with the derivative taken at the pre-activation, {formula}": summed(case, at_a, w.Wh.T, right_before),
        "with the derivative taken of O_t instead of a_t": summed(case, of_O, w.Wh.T, right_before),
        "with Wh transposed on the way back": summed(case, slopes, w.Wh, right_before),
        "with Wh left out on the way back": summed(case, slopes, np.eye(3), right_before),
        "with the mean over the steps instead of the sum": right / 4,
        "with the terms multiplied instead of added": one_by_one[0] * one_by_one[1] * one_by_one[2] * one_by_one[3],
    }
    if weight == "Wh":
        by_hand["with O_t where O_{t-1} belongs"] = summed(case, slopes, w.Wh.T, O)
    else:
        by_hand["with O_{t-1} where x_t belongs"] = summed(case, slopes, w.Wh.T, before_O)
        x_T = dict.fromkeys(steps, trace.x[3])
        by_hand["with only the last input, x_T, at every step"] = summed(case, slopes, w.Wh.T, x_T)
    assert_close(right, backward(trace, case.y, case.loss).total(weight))
    listed = mistakes(trace, case.y, weight, case.loss)
    slack = 1e-6 * np.abs(right).max()
    differ = [name for name, W in by_hand.items() if W.shape != right.shape or np.abs(W - right).max() > slack]
    assert list(listed) == differ
    for name, W in listed.items():
        assert_close(W, by_hand[name])


@pytest.mark.parametrize("case", FOUR_STEPS, ids=str)
def test_each_mistake_with_Wo_is_what_its_name_says(case):
    """The state before the sequence, the pre-activation, and a target forgotten."""
    trace, y = case.trace, case.y
    by_hand = {
        "with O_0 instead of O_T": np.outer(dL_dz(case, y), trace.O[0]),
        "with a_T instead of O_T": np.outer(dL_dz(case, y), trace.a[4]),
        "with y_hat instead of y_hat - y": np.outer(dL_dz(case, y, without_y=True), trace.O[4]),
    }
    if case.hidden == "linear":
        del by_hand["with a_T instead of O_T"]
    listed = mistakes(trace, y, "Wo", case.loss)
    assert list(listed) == list(by_hand)
    for name, W in listed.items():
        assert_close(W, by_hand[name])


@pytest.mark.parametrize(("hidden", "names"), [("tanh", 10), ("sigmoid", 10), ("relu", 8), ("linear", 7)])
def test_a_hidden_function_without_a_slope_has_fewer_mistakes_to_make(hidden, names):
    """Where a slip changes nothing it is not listed: linear' is 1, and relu' is the same in a and in O."""
    case = next(c for c in FOUR_STEPS if (c.hidden, c.output) == (hidden, "linear"))
    listed = mistakes(case.trace, case.y, "Wh")
    assert len(listed) == names
    assert not any(name.endswith((", ", ",")) for name in listed)


@given(cases(B=None, predict="last"))
def test_no_mistake_is_right(case):
    """For any case: each differs from the right gradient in shape or number, and all are finite."""
    for weight in ("Wo", "Wh", "Wi"):
        right = backward(case.trace, case.y, case.loss).total(weight)
        for wrong in mistakes(case.trace, case.y, weight, case.loss).values():
            assert np.isfinite(wrong).all()
            assert wrong.shape != right.shape or np.abs(wrong - right).max() > 1e-6 * np.abs(right).max()


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_size_of_the_gradient_does_not_matter(scale):
    """The same slips are told apart from a tiny right gradient as from a large one."""
    data = AWKWARD.data
    w = Weights(data.w.Wi, data.w.Wh, scale * data.w.Wo)
    for weight in ("Wh", "Wi"):
        listed = mistakes(forward(w, data.x, data.O0), scale * data.y, weight)
        expected = mistakes(AWKWARD.trace, AWKWARD.y, weight)
        assert list(listed) == list(expected)


def test_with_one_step_the_sum_is_its_only_term():
    """T = 1: the slips about several steps give the right result and are not listed."""
    case = next(c for c in CASES if (c.T, c.B, c.predict, c.O0, c.hidden) == (1, None, "last", "shared", "tanh"))
    listed = mistakes(case.trace, case.y, "Wh", case.loss)
    assert list(listed) == [
        "without tanh'",
        "with the derivative taken at the pre-activation, 1 - a^2",
        "with the derivative taken of O_t instead of a_t",
        "with O_t where O_{t-1} belongs",
    ]


def test_pytorch_forum_187917_took_the_derivative_at_the_pre_activation():
    """discuss.pytorch.org 187917: -40.2153 where 8.1888 is right."""
    trace = forward(Weights(Wi=[[1.0]], Wh=[[2.0]], Wo=[[40.0]]), [[0.0], [0.0]], [0.5])
    listed = mistakes(trace, trace.y_hat - 1.0)
    published = listed["with the derivative taken at the pre-activation, 1 - a^2"]
    assert f"{published.item():.4f}" == "-40.2153"


def test_rnn_from_scratch_passes_Wh_back_untransposed():
    """vzhou842/rnn-from-scratch: with a symmetric Wh nobody can tell; the larger the weights, the more it is off."""

    def off(scale, antisymmetric):
        Wh = scale * np.array([[1.0, -0.8 * antisymmetric, 0.3], [0.8, 0.9, -0.6], [0.3, -0.6, 1.1]])
        Wh = Wh if antisymmetric else (Wh + Wh.T) / 2
        trace = forward(Weights(scale * np.array([[1.0], [-0.7], [0.4]]), Wh, [[1.0, -1.0, 0.5]]), np.ones((4, 1)))
        right = backward(trace, [1.0]).dL_dWh
        wrong = mistakes(trace, [1.0]).get("with Wh transposed on the way back", right)
        return np.linalg.norm(wrong - right) / np.linalg.norm(right)

    assert off(0.3, antisymmetric=False) == 0.0
    assert 0.0 < off(0.001, antisymmetric=True) < 0.005
    assert off(0.3, antisymmetric=True) > 0.1


def test_an_overflow_lists_nothing_that_is_not_finite():
    """States near the largest float: silent, and only finite results are listed."""
    trace = forward(Weights([[1.0]], [[1e160]], [[1.0]]), np.ones((2, 1)), hidden="linear")
    with np.errstate(all="raise"):
        listed = mistakes(trace, [0.0])
    assert all(np.isfinite(wrong).all() for wrong in listed.values())
    assert "with O_t where O_{t-1} belongs" not in listed


@pytest.mark.parametrize(("output", "loss"), OUTPUT_AND_LOSS)
def test_forgetting_the_target_forgets_nothing_else(output, loss):
    """The Jacobian of g stays: only y is left out."""
    case = next(c for c in FOUR_STEPS if (c.output, c.loss, c.hidden) == (output, loss, "tanh"))
    y_hat = case.trace.y_hat
    jacobian = nudged(lambda z: predicted(z, output), case.trace.z)
    error = y_hat if loss == "cross_entropy" else y_hat @ jacobian
    listed = mistakes(case.trace, case.y, "Wo", loss)
    assert_close(listed["with y_hat instead of y_hat - y"], np.outer(error, case.trace.O[4]), relative=1e-6)
    assert_allclose(case.trace.O[4], activated(case.trace.a[4], "tanh"), rtol=1e-14)


def test_the_default_is_Wh_with_squared_error():
    """mistakes(trace, y) is about dL/dWh."""
    plain, named = mistakes(AWKWARD.trace, AWKWARD.y), mistakes(AWKWARD.trace, AWKWARD.y, "Wh", "squared_error")
    assert list(plain) == list(named)
    for name, wrong in plain.items():
        assert_array_equal(wrong, named[name])


@pytest.mark.parametrize("D", [3, 5])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "linear"])
def test_each_mistake_on_the_way_forward_is_what_its_name_says(hidden, D):
    """Every slip as a loop of its own; those about shapes only where D = H lets them pass."""
    case = replace(AWKWARD, hidden=hidden, D=D)
    trace, data = case.trace, case.data
    w, x = data.w, data.x

    def f(a):
        return activated(a, hidden)

    def looped(step):
        O = [data.O0]
        for t in range(1, 5):
            O.append(step(t, O[t - 1]))
        return np.array(O)

    by_hand = {
        "with x_t left out": looped(lambda t, O: f(w.Wh @ O)),
        "with Wh O_{t-1} left out": looped(lambda t, O: f(w.Wi @ x[t - 1])),
        "with O_0 where O_{t-1} belongs": looped(lambda t, O: f(w.Wi @ x[t - 1] + w.Wh @ data.O0)),
        "with Wh left out": looped(lambda t, O: f(w.Wi @ x[t - 1] + O)),
        "with x_1 at every step": looped(lambda t, O: f(w.Wi @ x[0] + w.Wh @ O)),
        f"without {hidden}": looped(lambda t, O: w.Wi @ x[t - 1] + w.Wh @ O),
        f"with {hidden} of each part instead of their sum": looped(lambda t, O: f(w.Wi @ x[t - 1]) + f(w.Wh @ O)),
        "with Wh transposed": looped(lambda t, O: f(w.Wi @ x[t - 1] + w.Wh.T @ O)),
    }
    if D == 3:
        by_hand["with Wi transposed"] = looped(lambda t, O: f(w.Wi.T @ x[t - 1] + w.Wh @ O))
        by_hand["with Wi and Wh swapped"] = looped(lambda t, O: f(w.Wh @ x[t - 1] + w.Wi @ O))
    by_hand["with the inputs in the opposite order"] = looped(lambda t, O: f(w.Wi @ x[4 - t] + w.Wh @ O))
    if hidden == "linear":
        del by_hand["without linear"], by_hand["with linear of each part instead of their sum"]
    listed = forward_mistakes(trace)
    assert list(listed) == list(by_hand)
    for name, O in listed.items():
        assert_close(O, by_hand[name], relative=1e-12)
        assert check(O, trace.O, listed).report.startswith(f"Not yet: this is the result {name}. ")


def test_a_mistake_on_the_way_forward_that_overflows_is_not_listed():
    """Silent, and only finite results."""
    trace = forward(Weights([[1e200]], [[1e-200]], [[1.0]]), [[1.0], [1e100], [1.0], [1.0]], hidden="linear")
    with np.errstate(all="raise"):
        listed = forward_mistakes(trace)
    assert all(np.isfinite(O).all() for O in listed.values())
    assert "with Wi and Wh swapped" not in listed


def test_a_mistake_on_the_way_forward_needs_a_trace_of_one_sequence():
    """Any way to predict will do, a batch will not."""
    every = next(c for c in CASES if (c.B, c.predict, c.T) == (None, "every", 4))
    assert forward_mistakes(every.trace)
    batch = next(c for c in CASES if c.B == 2).trace
    with pytest.raises(ValueError) as caught:
        forward_mistakes(batch)
    assert str(caught.value) == f"trace is {batch!r}, must hold one sequence"
    with pytest.raises(TypeError, match=r"^trace is a Case, must be a Trace, as made by forward\(w, x\)$"):
        forward_mistakes(every)


@pytest.mark.parametrize(("B", "predict"), [(2, "last"), (None, "every"), (2, "every")])
def test_a_batch_or_a_loss_per_step_is_refused(B, predict):
    """The slips are about one sequence and one prediction; the message shows the trace."""
    case = next(c for c in CASES if (c.B, c.predict, c.T) == (B, predict, 4))
    with pytest.raises(ValueError) as caught:
        mistakes(case.trace, case.y, loss=case.loss)
    assert str(caught.value) == f"trace is {case.trace!r}, must hold one sequence with predict='last'"
