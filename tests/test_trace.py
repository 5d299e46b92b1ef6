"""The forward pass: every value of it against the equations written out, and what a Trace holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, CASES, activated, arrays_of, assert_close, cases, predicted

from rnnlib import Weights, forward

HIDDEN = ("tanh", "sigmoid", "relu", "linear")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_value_follows_from_the_equations(case):
    """a_t = Wi x_t + Wh O_{t-1}, O_t = f(a_t), y_hat = g(Wo O): for each sequence and step on its own."""
    trace, data = case.trace, case.data
    w, T, B = data.w, case.T, case.B or 1
    x, a, O = (v.reshape(len(v), B, -1) for v in (data.x, trace.a, trace.O))
    z, y_hat = (v.reshape(-1, B, case.K) for v in (trace.z, trace.y_hat))
    O0 = np.zeros((B, case.H)) if data.O0 is None else np.broadcast_to(data.O0, (B, case.H))
    assert_array_equal(O[0], O0)
    assert_array_equal(a[0], 0.0)
    for b in range(B):
        for t in range(1, T + 1):
            assert_allclose(a[t, b], w.Wi @ x[t - 1, b] + w.Wh @ O[t - 1, b], rtol=1e-12, atol=1e-15)
            assert_allclose(O[t, b], activated(a[t, b], case.hidden), rtol=1e-12)
        for i, t in enumerate(range(1, T + 1) if case.predict == "every" else [T]):
            assert_allclose(z[i, b], w.Wo @ O[t, b], rtol=1e-12, atol=1e-15)
            assert_allclose(y_hat[i, b], predicted(z[i, b], case.output), rtol=1e-12)
    assert len(z) == (T if case.predict == "every" else 1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_shapes_are_those_of_the_legend(case):
    """T + 1 rows about steps, T rows about data, K numbers for a prediction."""
    trace, batch = case.trace, () if case.B is None else (case.B,)
    assert trace.x.shape == (case.T, *batch, case.D)
    assert trace.a.shape == trace.O.shape == (case.T + 1, *batch, case.H)
    steps = (case.T,) if case.predict == "every" else ()
    assert trace.z.shape == trace.y_hat.shape == (*steps, *batch, case.K)
    assert (trace.T, trace.B) == (case.T, case.B)
    assert (trace.hidden, trace.output, trace.predict) == (case.hidden, case.output, case.predict)


@given(cases(predict="every"))
def test_the_last_of_every_prediction_is_the_last_prediction(case):
    """predict="last" is the last row of predict="every", and changes nothing else."""
    every, data = case.trace, case.data
    last = forward(data.w, data.x, data.O0, case.hidden, case.output, "last")
    assert_allclose(last.y_hat, every.y_hat[-1], rtol=1e-13)
    assert_array_equal(last.O, every.O)


@given(cases(), st.integers(1, 4))
def test_a_sequence_may_be_cut_and_continued(case, cut):
    """Running on from the last state of the first part gives the states of the whole."""
    data, whole = case.data, case.trace
    if cut >= case.T:
        cut = 0
    first = whole if cut == 0 else forward(data.w, data.x[:cut], data.O0, **case.options)
    rest = forward(data.w, data.x[cut:], data.O0 if cut == 0 else first.O[-1], **case.options)
    assert_close(rest.O, whole.O[cut:], relative=1e-12)


@given(cases(B=3))
def test_the_sequences_of_a_batch_do_not_touch(case):
    """Column b of a batch is the sequence b on its own."""
    data, trace = case.data, case.trace
    for b in range(3):
        O0 = data.O0[b] if case.O0 == "own" else data.O0
        one = forward(data.w, data.x[:, b], O0, **case.options)
        assert_allclose(trace.O[:, b], one.O, rtol=1e-12, atol=1e-15)
        assert_allclose(trace.y_hat[..., b, :], one.y_hat, rtol=1e-12, atol=1e-15)


def test_no_state_before_the_sequence_is_zero():
    """O0 = None starts from zeros."""
    data = AWKWARD.data
    assert_array_equal(forward(data.w, data.x).O, forward(data.w, data.x, np.zeros(3)).O)


def test_the_defaults_are_tanh_a_linear_output_and_the_last_step():
    """What `forward(w, x)` means when nothing is said."""
    data = AWKWARD.data
    trace = forward(data.w, data.x)
    assert (trace.hidden, trace.output, trace.predict) == ("tanh", "linear", "last")
    assert_array_equal(trace.O[1:], np.tanh(trace.a[1:]))
    assert_array_equal(trace.y_hat, trace.z)


def test_infosys_forward():
    """thsis/INFOSYS: y_hat = 5.99720442000804, as published."""
    w = Weights(Wi=[[2.0], [1.0]], Wh=[[1.0, 2.0], [3.0, 4.0]], Wo=[[2.0, 4.0]])
    assert f"{forward(w, [[0.2], [0.3], [0.4]]).y_hat.item():.14f}" == "5.99720442000804"


@pytest.mark.parametrize("hidden", ["relu", "linear"])
def test_an_overflow_is_inf_without_a_warning(hidden):
    """No floating point error reaches the caller, even when all are switched on."""
    w = Weights(Wi=[[1e308]], Wh=[[1.0]], Wo=[[1e308]])
    with np.errstate(all="raise"):
        trace = forward(w, [[10.0], [10.0]], hidden=hidden)
    assert_array_equal(trace.O.ravel(), [0.0, np.inf, np.inf])
    assert_array_equal(trace.y_hat, [np.inf])


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_saturated_output_raises_nothing(hidden, output):
    """z = +-800 and beyond is 0 or 1, never NaN, with every floating point error switched on."""
    w = Weights(Wi=[[2.0]], Wh=[[1.0]], Wo=[[1600.0], [-1600.0]])
    with np.errstate(all="raise"):
        trace = forward(w, [[800.0], [800.0]], hidden=hidden, output=output)
    assert_array_equal(trace.y_hat, [1.0, 0.0])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_step_meets_is_the_output_before_it_beside_its_input(case):
    """Row t-1 of O_x is O_{t-1} beside x_t; [Wh Wi] times it is a_t."""
    trace, w = case.trace, case.trace.weights
    assert_array_equal(trace.O_x, np.concatenate([trace.O[:-1], trace.x], axis=-1))
    assert_allclose(trace.O_x @ np.hstack([w.Wh, w.Wi]).T, trace.a[1:], rtol=1e-12, atol=1e-12)


def test_a_trace_can_not_be_changed():
    """The record is frozen and its arrays are read-only, whatever the options."""
    trace = AWKWARD.trace
    for case in CASES[::7]:
        arrays = list(arrays_of(case.trace))
        assert len(arrays) == 10
        assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        trace.hidden = "relu"
    with pytest.raises(ValueError, match="read-only"):
        trace.O[1] = 0.0
    assert trace != AWKWARD.trace
    assert {trace: 1}[trace] == 1


def test_a_trace_keeps_its_weights_and_copies_its_data():
    """What the caller does to x and O0 afterwards changes nothing; the weights are the very same record."""
    data = AWKWARD.data
    x, O0 = data.x.copy(), data.O0.copy()
    trace = forward(data.w, x, O0)
    x[:], O0[:] = 99.0, 99.0
    assert trace.weights is data.w
    assert_array_equal(trace.x, data.x)
    assert_array_equal(trace.O[0], data.O0)


def test_lists_and_whole_numbers_are_data_too():
    """x and O0 may be nested lists of ints; everything is computed in float64."""
    trace = forward(Weights([[1]], [[1]], [[2]]), [[3], [4]], [5], hidden="linear")
    assert {array.dtype for array in arrays_of(trace)} == {np.dtype("float64")}
    assert trace.y_hat.tolist() == [24.0]


def test_a_trace_shows_its_sizes_and_options():
    """The repr is a line; a batch says how many sequences it holds."""
    words = "hidden='tanh', output='linear', predict='last'"
    assert repr(AWKWARD.trace) == f"Trace(T=4, D=5, H=3, K=6, {words})"
    data = AWKWARD.data
    batch = forward(data.w, data.x[:, None].repeat(2, axis=1), hidden="relu", output="softmax", predict="every")
    words = "hidden='relu', output='softmax', predict='every'"
    assert repr(batch) == f"Trace(T=4, B=2, D=5, H=3, K=6, {words})"


W = Weights(Wi=np.ones((3, 2)), Wh=np.eye(3), Wo=np.ones((1, 3)))


@pytest.mark.parametrize(
    ("x", "O0", "message"),
    [
        (np.ones(4), None, "x has shape (4,), must be (T, D) or (T, B, D) with D = 2"),
        (1.0, None, "x has shape (), must be (T, D) or (T, B, D) with D = 2"),
        (np.ones((4, 5, 6, 2)), None, "x has shape (4, 5, 6, 2), must be (T, D) or (T, B, D) with D = 2"),
        (np.ones((4, 3)), None, "x has shape (4, 3), must be (T, D) = (4, 2), as Wi has 2 columns"),
        (np.ones((4, 5, 1)), None, "x has shape (4, 5, 1), must be (T, B, D) = (4, 5, 2), as Wi has 2 columns"),
        (np.ones((0, 2)), None, "x is empty, with shape (0, 2), must be (T, D) or (T, B, D) with D = 2"),
        (np.ones((4, 0, 2)), None, "x is empty, with shape (4, 0, 2), must be (T, D) or (T, B, D) with D = 2"),
        ([[1.0, 2.0], [3.0, np.nan]], None, "x[1, 1] is nan, x must be finite"),
        (np.ones((4, 2)), 1.0, "O0 has shape (), must be (H,) with H = 3"),
        (np.ones((4, 2)), np.ones((1, 3)), "O0 has shape (1, 3), must be (H,) with H = 3"),
        (np.ones((4, 2)), np.ones(2), "O0 has shape (2,), must be (H,) = (3,), as Wh has 3 rows"),
        (np.ones((4, 5, 2)), np.ones(2), "O0 has shape (2,), must be (H,) = (3,), as Wh has 3 rows"),
        (np.ones((4, 5, 2)), np.ones((3, 5)),
         "O0 has shape (3, 5), must be (B, H) = (5, 3), as x holds B = 5 and Wh has 3 rows"),
        (np.ones((4, 5, 2)), np.ones((1, 3)),
         "O0 has shape (1, 3), must be (B, H) = (5, 3), as x holds B = 5 and Wh has 3 rows"),
        (np.ones((4, 5, 2)), 1.0, "O0 has shape (), must be (H,) or (B, H) with H = 3"),
        (np.ones((4, 5, 2)), np.ones((1, 5, 3)), "O0 has shape (1, 5, 3), must be (H,) or (B, H) with H = 3"),
        (np.ones((4, 2)), [0.0, np.inf, 0.0], "O0[1] is inf, O0 must be finite"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_refused_with_the_right_one(x, O0, message):
    """The message quotes the shape that came and the one that must, in letters and numbers."""
    with pytest.raises(ValueError) as caught:
        forward(W, x, O0)
    assert str(caught.value) == message
