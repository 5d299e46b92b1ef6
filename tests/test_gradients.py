"""The backward sweep: all totals and all terms, against autograd, finite differences, published numbers and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import (
    AWKWARD,
    CASES,
    ONE_SEQUENCE,
    arrays_of,
    assert_close,
    cases,
    copies_of,
    loss_of_copies,
    nudged,
    reference,
)

from rnnlib import Weights, backward, chain, finite_difference, forward


def every_step_and_sequence(array, case):
    """Reshape (T, H) or (T, B, H) to (T, B, H)."""
    return array.reshape(len(array), case.B or 1, case.H)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_sweep_is_autograd(case):
    """Loss and totals are those of HIPS autograd for every combination of options."""
    grads, expected = backward(case.trace, case.y, case.loss), reference(case)
    assert_allclose(grads.loss, expected.loss, rtol=1e-12)
    assert_close(grads.dL_dWo, expected.Wo.sum(axis=0))
    assert_close(grads.dL_dWh, expected.Wh.sum(axis=0))
    assert_close(grads.dL_dWi, expected.Wi.sum(axis=0))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_term_is_autograd_of_its_own_copy(case):
    """Row t of the terms is the derivative with respect to the copy used at step t, and row 0 is zero."""
    grads, expected = backward(case.trace, case.y, case.loss), reference(case)
    assert_close(grads.dL_dWh_terms, np.concatenate([np.zeros_like(expected.Wh[:1]), expected.Wh]))
    assert_close(grads.dL_dWi_terms, np.concatenate([np.zeros_like(expected.Wi[:1]), expected.Wi]))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_reaches_each_value_is_autograd_of_shifting_it(case):
    """dL_dO and dL_da hold, step by step and sequence by sequence, what a shift of O_t or a_t does to the loss."""
    grads, expected = backward(case.trace, case.y, case.loss), reference(case)
    dL_dO, dL_da = (every_step_and_sequence(v, case) for v in (grads.dL_dO, grads.dL_da))
    assert_close(dL_dO, np.concatenate([expected.O0[None], expected.O]))
    assert_close(dL_da, np.concatenate([np.zeros_like(expected.a[:1]), expected.a]))


@pytest.mark.parametrize("case", [case for case in CASES if case.T > 1], ids=str)
def test_each_term_is_the_finite_difference_of_its_own_copy(case):
    """An RNN written anew, with only the copy of step t nudged, changes its loss as row t says."""
    Wi, Wh, *rest = copies_of(case)
    grads = backward(case.trace, case.y, case.loss)
    of_Wh = nudged(lambda W: loss_of_copies(Wi, np.concatenate([Wh[:2], [W], Wh[3:]]), *rest), Wh[2])
    of_Wi = nudged(lambda W: loss_of_copies(np.concatenate([Wi[:1], [W], Wi[2:]]), Wh, *rest), Wi[1])
    assert_close(grads.dL_dWh_terms[3], of_Wh, relative=1e-6)
    assert_close(grads.dL_dWi_terms[2], of_Wi, relative=1e-6)


@given(cases())
def test_the_sum_of_terms_is_the_sweep_is_the_finite_difference(case):
    """For any sizes and options the terms add up to the total, and the total is what nudging the weight shows."""
    trace, y = case.trace, case.y
    grads = backward(trace, y, case.loss)
    away_from_corners = case.hidden != "relu" or np.abs(trace.a[1:]).min() > 1e-3
    for weight in ("Wh", "Wi"):
        assert_allclose(getattr(grads, f"dL_d{weight}_terms").sum(axis=0), grads.total(weight), rtol=1e-13)
    for weight in ("Wo", "Wh", "Wi"):
        if away_from_corners:
            assert_close(grads.total(weight), finite_difference(trace, y, weight, loss=case.loss), relative=1e-6)


@given(cases())
def test_any_case_is_autograd(case):
    """For any sizes and options, each term and each total is HIPS autograd's."""
    grads, expected = backward(case.trace, case.y, case.loss), reference(case)
    assert_close(grads.dL_dWh_terms[1:], expected.Wh)
    assert_close(grads.dL_dWi_terms[1:], expected.Wi)
    assert_close(grads.dL_dWo, expected.Wo.sum(axis=0))


# --- laws


def test_a_term_that_is_zero_has_no_minus():
    """A state, or an input, of zero makes it 0, not -0, which a page would show as -0.0000."""
    w = Weights(Wi=[[0.5]], Wh=[[0.8]], Wo=[[1.2]])
    for O0, x in (([0.0], [[0.5], [-1.0]]), ([0.2], [[0.0], [-1.0]])):
        trace = forward(w, x, O0)
        grads = backward(trace, [2.0])
        assert grads.dL_da[1] < 0
        zero = grads.dL_dWh_terms[1] if O0 == [0.0] else grads.dL_dWi_terms[1]
        assert zero == 0.0
        assert not np.signbit(zero)


@given(cases(O0="none"))
def test_without_a_state_before_it_the_first_term_of_Wh_is_zero(case):
    """With O_0 = 0 the copy of Wh used at step 1 multiplies nothing."""
    assert_array_equal(backward(case.trace, case.y, case.loss).dL_dWh_terms[1], 0.0)


@given(cases(T=1, O0="none", B=None, hidden="tanh", output="linear", loss="squared_error", predict="last"))
def test_one_step_from_nothing_is_a_net_with_one_hidden_layer(case):
    """With T = 1 and O_0 = 0 dL/dWi is that of y_hat = Wo tanh(Wi x), and dL/dWh is zero."""
    grads, w, (x,) = backward(case.trace, case.y), case.data.w, case.data.x
    error = w.Wo @ np.tanh(w.Wi @ x) - case.y
    assert_close(grads.dL_dWo, np.outer(error, np.tanh(w.Wi @ x)))
    assert_close(grads.dL_dWi, np.outer(w.Wo.T @ error * (1 - np.tanh(w.Wi @ x) ** 2), x))
    assert_array_equal(grads.dL_dWh, 0.0)


@given(cases(hidden="linear", output="linear", loss="squared_error", predict="last", B=None))
def test_a_linear_rnn_has_a_closed_form_in_powers_of_Wh(case):
    """Term t is (Wh^T)^(T-t) Wo^T (y_hat - y), times O_{t-1} or x_t, with O_t a sum of powers of Wh."""
    (grads, w, x), power = (backward(case.trace, case.y), case.data.w, case.data.x), np.linalg.matrix_power
    O0 = np.zeros(case.H) if case.O0 == "none" else case.data.O0
    O = [
        power(w.Wh, t) @ O0 + sum((power(w.Wh, t - s) @ w.Wi @ x[s - 1] for s in range(1, t + 1)), np.zeros(case.H))
        for t in range(case.T + 1)
    ]
    error = w.Wo @ O[case.T] - case.y
    for t in range(1, case.T + 1):
        dL_dO_t = power(w.Wh.T, case.T - t) @ w.Wo.T @ error
        assert_close(grads.dL_dWh_terms[t], np.outer(dL_dO_t, O[t - 1]))
        assert_close(grads.dL_dWi_terms[t], np.outer(dL_dO_t, x[t - 1]))


@given(cases(O0="none"), st.sampled_from(["tanh", "linear"]))
def test_flipping_the_signs_of_Wi_and_Wo_leaves_the_prediction(case, hidden):
    """An odd f and O_0 = 0: y_hat and dL/dWh stay, dL/dWi and dL/dWo change sign."""
    data, options = case.data, case.options | {"hidden": hidden}
    flipped = Weights(-data.w.Wi, data.w.Wh, -data.w.Wo)
    one, other = (backward(forward(w, data.x, **options), data.y, case.loss) for w in (data.w, flipped))
    assert_array_equal(other.trace.y_hat, one.trace.y_hat)
    assert_array_equal(other.dL_dWh_terms, one.dL_dWh_terms)
    assert_array_equal(other.dL_dWi_terms, -one.dL_dWi_terms)
    assert_array_equal(other.dL_dWo, -one.dL_dWo)


@given(cases(B=3))
def test_a_batch_is_the_mean_of_its_sequences(case):
    """Loss, totals and terms of a batch are the means over the sequences taken one by one, whatever O_0."""
    data, grads = case.data, backward(case.trace, case.y, case.loss)
    single = [
        backward(
            forward(data.w, data.x[:, b], data.O0[b] if case.O0 == "own" else data.O0, **case.options),
            data.y[..., b, :],
            case.loss,
        )
        for b in range(3)
    ]
    assert_allclose(grads.loss, np.mean([one.loss for one in single]), rtol=1e-12)
    for name in ("dL_dWo", "dL_dWh", "dL_dWi", "dL_dWh_terms", "dL_dWi_terms"):
        assert_close(getattr(grads, name), np.mean([getattr(one, name) for one in single], axis=0))
    for name in ("dL_dO", "dL_da"):
        assert_close(getattr(grads, name), np.stack([getattr(one, name) for one in single], axis=1) / 3)


@given(cases(B=1))
def test_a_batch_of_one_is_the_sequence(case):
    """B = 1 only adds an axis."""
    data, grads = case.data, backward(case.trace, case.y, case.loss)
    O0 = data.O0[0] if case.O0 == "own" else data.O0
    one = backward(forward(data.w, data.x[:, 0], O0, **case.options), data.y[..., 0, :], case.loss)
    assert_allclose(grads.loss, one.loss, rtol=1e-13)
    assert_close(grads.dL_dWh_terms, one.dL_dWh_terms, relative=1e-13)
    assert_close(grads.dL_dWi_terms, one.dL_dWi_terms, relative=1e-13)
    assert_close(grads.dL_dWo, one.dL_dWo, relative=1e-13)


@given(cases(predict="every", B=None))
def test_a_row_with_every_step_predicting_adds_up_all_later_losses(case):
    """Row t is the sum over s >= t of the chain from the loss of step s to the weight at step t."""
    trace, y = case.trace, case.y
    grads = backward(trace, y, case.loss)
    steps = range(1, case.T + 1)
    for t in steps:
        for weight in ("Wh", "Wi"):
            paths = [chain(trace, y, weight, t, case.loss, loss_at=s).product for s in range(t, case.T + 1)]
            assert_close(getattr(grads, f"dL_d{weight}_terms")[t], np.sum(paths, axis=0))
    of_Wo = [chain(trace, y, "Wo", loss=case.loss, loss_at=s).product for s in steps]
    assert_close(grads.dL_dWo, np.sum(of_Wo, axis=0))


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_hidden_units_is_a_matter_of_naming(case, random):
    """Renaming the hidden units renames the rows and columns of the gradients, and nothing else."""
    data, order = case.data, list(range(case.H))
    random.shuffle(order)
    w = Weights(data.w.Wi[order], data.w.Wh[order][:, order], data.w.Wo[:, order])
    O0 = None if data.O0 is None else data.O0[..., order]
    one, other = (
        backward(forward(weights, data.x, state, **case.options), data.y, case.loss)
        for weights, state in ((data.w, data.O0), (w, O0))
    )
    assert_close(other.dL_dWh_terms, one.dL_dWh_terms[:, order][:, :, order])
    assert_close(other.dL_dWi_terms, one.dL_dWi_terms[:, order])
    assert_close(other.dL_dWo, one.dL_dWo[:, order])


# --- published numbers


def test_pytorch_forum_187917():
    """discuss.pytorch.org 187917: scalar, O_0 = 0.5, Wh = 2, Wo = 40, two steps; published 8.1888 and 0.9093."""
    w = Weights(Wi=[[1.0]], Wh=[[2.0]], Wo=[[40.0]])
    trace = forward(w, [[0.0], [0.0]], [0.5])
    assert_allclose(trace.O.ravel(), [0.5, 0.7615941559557649, 0.9092516739969425], rtol=1e-15)
    assert_allclose(trace.y_hat, [36.370066959877704], rtol=1e-15)
    grads = backward(trace, trace.y_hat - 1.0)  # dL/dy_hat = 1
    assert_allclose(grads.dL_dWh_terms.ravel(), [0.0, 2.9106135836989497, 5.278194584629722], rtol=1e-14)
    assert_allclose(grads.dL_dWh, [[8.188808168328672]], rtol=1e-14)
    assert f"{grads.dL_dWh.item():.4f} {grads.dL_dWo.item():.4f}" == "8.1888 0.9093"


def test_infosys():
    """thsis/INFOSYS: its forward pass is as published; its gradients are wrong, these are the right ones."""
    w = Weights(Wi=[[2.0], [1.0]], Wh=[[1.0, 2.0], [3.0, 4.0]], Wo=[[2.0, 4.0]])
    trace = forward(w, [[0.2], [0.3], [0.4]])
    published = [[0.37994896, 0.19737532], [0.87975882, 0.97711011], [0.9986059, 0.99999815]]
    assert_allclose(trace.O[1:], published, rtol=0.0, atol=5e-9)
    assert_allclose(trace.y_hat, [5.99720442000804], rtol=1e-14)
    grads = backward(trace, [7.0])
    assert_allclose(grads.loss, 0.5027994876257058, rtol=1e-14)
    assert_allclose(grads.dL_dWo, [[-1.00139758543, -1.00279372846]], rtol=0.0, atol=5e-12)
    assert_allclose(grads.dL_dWi, [[-0.00309605733], [-0.00103878903]], rtol=0.0, atol=5e-12)
    dL_dWh = [[-0.00539987085, -0.00571144567], [-0.00020622301, -0.00011483220]]
    assert_allclose(grads.dL_dWh, dL_dWh, rtol=0.0, atol=5e-12)
    of_1, of_2, of_3 = (-0.0004788993, -0.0008803238), (-0.0003819259, -0.0001525403), (-0.0022352321, -0.0000059249)
    assert_allclose(grads.dL_dWi_terms[:, :, 0], [(0.0, 0.0), of_1, of_2, of_3], rtol=0.0, atol=5e-11)


def test_roelants_part_1():
    """peterroelants.github.io, part 1: RProp from (-1.5, 2) ends at wx = 1.0014 and wRec = 0.9997.

    20 binary sequences of length 10 (seed 1), target their sum, linear, no Wo; RProp only reads signs.
    """
    rows = np.around(np.random.RandomState(1).rand(20, 10))
    x, y = rows.T[:, :, None], rows.sum(axis=1)[:, None]
    W, step, signs = np.array([-1.5, 2.0]), np.array([0.001, 0.001]), np.zeros(2)
    for _ in range(500):
        trace = forward(Weights([[W[0]]], [[W[1]]], [[1.0]]), x, hidden="linear")
        grads = backward(trace, y)
        now = np.sign([grads.dL_dWi.item(), grads.dL_dWh.item()])
        step = step * np.where(signs == now, 1.2, 0.5)
        W, signs = W - now * step, now
    assert f"{W[0]:.4f} {W[1]:.4f}" == "1.0014 0.9997"


def test_deep_learning_from_scratch_2_vanishes_with_a_singular_value_above_1():
    """`rnn_gradient_graph`, seed 3, H = 3: largest singular value 1.3297, spectral radius 0.6276, 20 steps: 2.4e-4."""
    half = 0.5 * np.random.RandomState(3).randn(3, 3)
    w = Weights(Wi=np.ones((3, 1)), Wh=half.T, Wo=np.ones((1, 3)))
    trace = forward(w, np.zeros((20, 1)), hidden="linear")
    dL_dO = backward(trace, trace.y_hat - 1.0).dL_dO
    assert_array_equal(dL_dO[20], 1.0)
    norm = np.sqrt(np.sum(np.stack([dL_dO[0]] * 2) ** 2)) / 2  # the source's norm of a batch of two
    largest = np.linalg.svd(half, compute_uv=False)[0], np.abs(np.linalg.eigvals(half)).max()
    assert (f"{largest[0]:.4f}", f"{largest[1]:.4f}", f"{norm:.1e}") == ("1.3297", "0.6276", "2.4e-04")


@pytest.mark.parametrize("predict", ["last", "every"])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_the_sweep_is_pytorchs(hidden, predict):
    """torch.nn.RNN without bias, and torch's autograd, give the same states and totals for a batch."""
    torch = pytest.importorskip("torch")
    (case,) = (c for c in CASES if (c.hidden, c.predict, c.B, c.O0, c.T) == (hidden, predict, 2, "own", 4)
               and (c.output, c.loss) == ("linear", "squared_error"))  # fmt: skip
    data = case.data
    Wi, Wh, Wo, x, y, O0 = map(torch.tensor, (data.w.Wi, data.w.Wh, data.w.Wo, data.x, data.y, data.O0))
    rnn = torch.nn.RNN(case.D, case.H, nonlinearity=hidden, bias=False, dtype=torch.float64)
    rnn.weight_ih_l0.data, rnn.weight_hh_l0.data = Wi, Wh
    Wo.requires_grad_()
    O, _ = rnn(x, O0[None])
    loss = (((O if predict == "every" else O[-1]) @ Wo.T - y) ** 2).sum() / 2 / case.B
    loss.backward()
    grads = backward(case.trace, case.y)
    assert_close(grads.trace.O[1:], O.detach().numpy())
    assert_allclose(grads.loss, loss.item(), rtol=1e-12)
    assert_close(grads.dL_dWi, rnn.weight_ih_l0.grad.numpy())
    assert_close(grads.dL_dWh, rnn.weight_hh_l0.grad.numpy())
    assert_close(grads.dL_dWo, Wo.grad.numpy())


@pytest.mark.parametrize("case", [c for c in CASES if (c.hidden, c.O0, c.T) == ("tanh", "own", 4)], ids=str)
def test_the_sweep_is_pytorchs_for_each_loss(case):
    """torch's own cross-entropies, from logits, and its mean over the batch."""
    torch = pytest.importorskip("torch")
    data = case.data
    weights = [torch.tensor(W, requires_grad=True) for W in (data.w.Wi, data.w.Wh, data.w.Wo)]
    (Wi, Wh, Wo), x, y, O_t, O = weights, torch.tensor(data.x), torch.tensor(data.y), torch.tensor(data.O0), []
    for x_t in x:
        O_t = torch.tanh(x_t @ Wi.T + O_t @ Wh.T)
        O.append(O_t)
    z = (torch.stack(O) if case.predict == "every" else O_t) @ Wo.T
    functional = torch.nn.functional
    if case.loss == "squared_error":
        y_hat = {"linear": z, "sigmoid": torch.sigmoid(z), "softmax": torch.softmax(z, dim=-1)}[case.output]
        loss = functional.mse_loss(y_hat, y, reduction="sum") / 2 / case.B
    elif case.output == "sigmoid":
        loss = functional.binary_cross_entropy_with_logits(z, y, reduction="sum") / case.B
    else:
        loss = functional.cross_entropy(z.reshape(-1, case.K), y.reshape(-1, case.K), reduction="sum") / case.B
    loss.backward()
    grads = backward(case.trace, case.y, case.loss)
    assert_allclose(grads.loss, loss.item(), rtol=1e-12)
    for mine, W in zip((grads.dL_dWi, grads.dL_dWh, grads.dL_dWo), weights, strict=True):
        assert_close(mine, W.grad.numpy())


# --- extremes


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("target", [[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]])
@pytest.mark.parametrize("batch", [None, 2])
def test_a_saturated_cross_entropy_is_finite_and_right(output, target, batch):
    """At z = (800, -800) loss and gradient are exact, with every floating point error switched on."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[800.0], [-800.0]])
    x, y = ([[3.0], [1.0]], target) if batch is None else ([[[3.0]] * 2, [[1.0]] * 2], [target] * 2)
    with np.errstate(all="raise"):
        trace = forward(w, x, hidden="relu", output=output)
        z = trace.z.reshape(-1, 2)[0]
        grads = backward(trace, y, "cross_entropy")
    assert_array_equal(z, [2000.0, -2000.0])
    dL_dz = np.array([1.0, 0.0]) - target
    right = {"sigmoid": (1 - target[0]) * 2000 + target[1] * 2000, "softmax": target[1] * 4000}[output]
    assert_allclose(grads.loss, right, rtol=1e-15)
    assert_allclose(grads.dL_dWo, np.outer(dL_dz, [2.5]), rtol=1e-15)
    assert_allclose(grads.dL_dWi_terms.ravel(), [0.0, dL_dz @ w.Wo[:, 0] * 1.5, dL_dz @ w.Wo[:, 0] * 1.0], rtol=1e-15)
    assert_allclose(grads.dL_dWh_terms.ravel(), [0.0, 0.0, dL_dz @ w.Wo[:, 0] * 3.0], rtol=1e-15)


@pytest.mark.parametrize("hidden", ["relu", "linear"])
def test_an_overflow_is_inf_without_a_warning(hidden):
    """Values too large for a float end as inf in O and in the loss; nothing is raised, nothing is printed."""
    w = Weights(Wi=[[1.0]], Wh=[[1e200]], Wo=[[1.0]])
    with np.errstate(all="raise"):
        grads = backward(forward(w, np.ones((4, 1)), hidden=hidden), [0.0])
    assert_array_equal(grads.trace.O.ravel(), [0.0, 1.0, 1e200, np.inf, np.inf])
    assert grads.loss == np.inf
    assert not np.isfinite(grads.dL_dWh).any()


# --- the record


@pytest.mark.parametrize("case", CASES[::7], ids=str)
def test_shapes_are_those_of_the_legend(case):
    """Every array of the record has the documented shape."""
    grads = backward(case.trace, case.y, case.loss)
    T, D, H, K = case.T, case.D, case.H, case.K
    batch = () if case.B is None else (case.B,)
    assert (grads.dL_dWo.shape, grads.dL_dWh.shape, grads.dL_dWi.shape) == ((K, H), (H, H), (H, D))
    assert (grads.dL_dWh_terms.shape, grads.dL_dWi_terms.shape) == ((T + 1, H, H), (T + 1, H, D))
    assert grads.dL_dO.shape == grads.dL_da.shape == (T + 1, *batch, H)
    assert type(grads.loss) is float
    assert grads.loss_name == case.loss


def test_gradients_can_not_be_changed():
    """The record is frozen and its arrays are read-only, the target is a copy."""
    y = AWKWARD.y.copy()
    grads = backward(AWKWARD.trace, y)
    y[:] = 99.0
    assert_array_equal(grads.y, AWKWARD.y)
    arrays = list(arrays_of(grads))
    assert len(arrays) == 18
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(AttributeError):
        grads.loss = 0.0
    assert grads != backward(AWKWARD.trace, AWKWARD.y)
    assert {grads: 1}[grads] == 1


def test_gradients_are_found_by_the_name_of_the_weight():
    """total("Wh") is dL_dWh, and so on; the trace they were taken of is kept."""
    trace = AWKWARD.trace
    grads = backward(trace, AWKWARD.y)
    assert grads.total("Wo") is grads.dL_dWo
    assert grads.total("Wh") is grads.dL_dWh
    assert grads.total("Wi") is grads.dL_dWi
    assert grads.trace is trace


def test_gradients_show_loss_and_sizes():
    """The repr is a line."""
    w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    grads = backward(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0])
    assert repr(grads) == "Gradients(loss=0.5, T=2, of Wo, Wh and Wi)"


def test_one_sequence_cases_cover_every_option():
    """All four f, five pairs of g and loss, both ways to predict, five of B and O0, T = 1 and 4."""
    assert len(CASES) == len(set(CASES)) == 4 * 5 * 2 * 5 * 2
    assert len(ONE_SEQUENCE) == 4 * 5 * 2 * 2 * 2
