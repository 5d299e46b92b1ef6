"""Why gradients vanish or explode: the Jacobians along a sequence, and a published case where a rule of thumb fails."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, Case, arrays_of, assert_close, cases, nudged

from rnnlib import Weights, backward, chain, forward, jacobians

LINEAR = Case("linear", "linear", "squared_error", "last", None, "shared", T=6)


@given(cases(B=None))
def test_each_jacobian_is_the_factor_of_the_chain(case):
    """J_t is the dO_t/dO_{t-1} that stands in the chain, for every t that has one."""
    J = jacobians(case.trace).J
    loss_at = case.T if case.predict == "every" else None
    factors = chain(case.trace, case.y, "Wh", 1, case.loss, loss_at).factors
    for t in range(2, case.T + 1):
        assert_close(J[t], next(f.value for f in factors if f.symbol == f"dO{t}/dO{t - 1}"))
    assert_array_equal(J[0], 0.0)


@given(cases(B=None, hidden="tanh"))
def test_the_product_is_the_derivative_of_the_last_output(case):
    """dO_T/dO_0, by nudging O_0 and running forward; dO_T/dO_T is the identity."""
    data, j = case.data, jacobians(case.trace)
    O0 = np.zeros(case.H) if data.O0 is None else data.O0
    assert_close(j.dOT_dO[0], nudged(lambda O0: forward(data.w, data.x, O0).O[-1], O0), 1e-6)
    assert_array_equal(j.dOT_dO[-1], np.eye(case.H))
    assert_close(j.dOT_dO[1] @ j.J[1], j.dOT_dO[0])


@given(cases(B=None, predict="last"))
def test_the_product_carries_the_gradient_back(case):
    """dL/dO_t = dL/dO_T · dO_T/dO_t, for every t, as in the backward sweep."""
    grads = backward(case.trace, case.y, case.loss)
    assert_close(np.einsum("i,tij->tj", grads.dL_dO[-1], jacobians(case.trace).dOT_dO), grads.dL_dO)


@given(cases(B=None))
def test_eigenvalues_and_singular_values_are_what_they_are_called(case):
    """They give back trace, determinant and length of each Jacobian, and stand largest first."""
    j = jacobians(case.trace)
    scale = 1e-9 * np.abs(j.singular_values).max() ** case.H + 1e-300
    assert_close(j.eigenvalues.sum(axis=1).real, np.trace(j.J, axis1=1, axis2=2), 1e-8)
    assert_allclose(j.eigenvalues.prod(axis=1), np.linalg.det(j.J), atol=scale)
    assert_allclose(j.singular_values.prod(axis=1), np.abs(np.linalg.det(j.J)), atol=scale)
    assert_close((j.singular_values**2).sum(axis=1), (j.J**2).sum(axis=(1, 2)))
    assert np.all(np.diff(np.abs(j.eigenvalues)) <= 1e-9)
    assert np.all(np.diff(j.singular_values) <= 0.0)
    assert np.iscomplexobj(j.eigenvalues)
    assert np.iscomplexobj(j.Wh_eigenvalues)


def test_the_norm_is_the_largest_stretch():
    """No direction is stretched further by dO_T/dO_t, and one is stretched that far."""
    j = jacobians(AWKWARD.trace)
    angles = np.random.default_rng(5).normal(size=(3, 20_000))
    stretched = np.linalg.norm(j.dOT_dO @ (angles / np.linalg.norm(angles, axis=0)), axis=1)
    assert np.all(stretched <= j.norms[:, None] * (1 + 1e-12))
    assert_allclose(stretched.max(axis=1), j.norms, rtol=1e-2)


@given(cases(B=None))
def test_the_norm_never_exceeds_its_bound(case):
    """A product is at most as long as its factors' lengths multiplied; with one factor left the two are equal."""
    j = jacobians(case.trace)
    assert np.all(j.norms <= j.bounds * (1 + 1e-9) + 1e-300)
    assert_allclose(j.bounds[-1], 1.0)
    assert_allclose(j.bounds[-2], j.norms[-2], rtol=1e-9)
    for t in range(case.T):
        assert_allclose(j.bounds[t], j.singular_values[t + 1 :, 0].prod(), rtol=1e-9)


def test_a_linear_rnn_has_the_same_jacobian_at_every_step():
    """J_t is Wh itself, and so are its values; long products change by the spectral radius a step."""
    j, Wh = jacobians(LINEAR.trace), LINEAR.data.w.Wh
    for t in range(1, 7):
        assert_close(j.J[t], Wh)
        assert_close(j.eigenvalues[t], j.Wh_eigenvalues)
        assert_close(j.singular_values[t], j.Wh_singular_values)
    assert_close(j.dOT_dO[0], np.linalg.matrix_power(Wh, 6))
    assert_allclose(j.spectral_radius, np.abs(np.linalg.eigvals(Wh)).max())


def test_an_eigenvalue_may_be_complex():
    """A rotation by a right angle, a little shortened: two eigenvalues of equal size, none of them real."""
    w = Weights(Wi=[[0.0], [0.0]], Wh=[[0.0, -0.9], [0.9, 0.0]], Wo=[[1.0, 1.0]])
    j = jacobians(forward(w, [[1.0], [1.0]], hidden="linear"))
    assert_allclose(np.sort_complex(j.Wh_eigenvalues), [-0.9j, 0.9j], atol=1e-15)
    assert_allclose(j.spectral_radius, 0.9)
    assert_allclose(j.norms, [0.81, 0.9, 1.0])


def test_a_singular_value_above_one_does_not_make_gradients_explode():
    """Saito, Deep Learning from Scratch 2, rnn_gradient_graph.py with 0.5 Wh: 2.4e-4 is left after 20 steps.

    The book multiplies two rows of ones with Wh^T, 20 times, and shows sqrt(sum dh^2) / 2. Its Wh^T is our Wh.
    """
    Wh = 0.5 * np.random.RandomState(3).randn(3, 3)
    w = Weights(Wi=np.zeros((3, 1)), Wh=Wh.T, Wo=np.ones((1, 3)))
    j = jacobians(forward(w, np.zeros((20, 1)), hidden="linear"))
    assert_allclose(j.Wh_singular_values[0], 1.3297, atol=5e-5)
    assert_allclose(j.spectral_radius, 0.6276, atol=5e-5)
    published = np.sqrt(2 * ((np.ones(3) @ j.dOT_dO[0]) ** 2).sum()) / 2
    assert_allclose(published, 2.4e-4, atol=5e-6)
    assert j.norms[0] < 3e-4
    assert j.bounds[0] > 298.0
    assert repr(j) == "Jacobians(T=20, H=3, Wh with spectral radius 0.6276, largest singular value 1.33)"


def test_a_product_that_overflows_has_an_infinite_norm():
    """Each factor is finite, their product is not: no warning, no error."""
    w = Weights(Wi=[[0.0], [0.0]], Wh=[[0.0, 1e200], [1e200, 0.0]], Wo=[[1.0, 1.0]])
    with np.errstate(all="raise"):
        j = jacobians(forward(w, np.zeros((3, 1)), hidden="linear"))
    assert_array_equal(j.norms, [np.inf, np.inf, 1e200, 1.0])
    assert_array_equal(j.bounds, [np.inf, np.inf, 1e200, 1.0])


def test_the_record_is_read_only():
    """All arrays of it, and the record itself."""
    j = jacobians(AWKWARD.trace)
    assert not any(array.flags.writeable for array in arrays_of(j))
    with pytest.raises(FrozenInstanceError):
        j.norms = None
    assert j != replace(j)


def test_wrong_arguments_are_named():
    """One sequence at a time, a trace and nothing else, and no step that overflowed."""
    batch = Case("tanh", "linear", "squared_error", "last", 2, "none")
    with pytest.raises(ValueError, match=r"trace holds a batch of B = 2, jacobians need one sequence"):
        jacobians(batch.trace)
    with pytest.raises(TypeError, match=r"trace is a Weights, must be a Trace, as made by forward\(w, x\)$"):
        jacobians(AWKWARD.data.w)
    w = Weights(Wi=[[1e200], [1e200]], Wh=[[1.0, -1.0], [1.0, 1.0]], Wo=[[1.0, 1.0]])
    with pytest.raises(ValueError, match=r"^dO2/dO1 of the trace is not finite everywhere: the forward pass over"):
        jacobians(forward(w, [[1e200], [0.0], [0.0]], hidden="relu"))
    w = Weights(Wi=[[1e200]], Wh=[[-1e200]], Wo=[[1.0]])
    with pytest.raises(ValueError, match=r"^dO1/dO0 of the trace is not finite everywhere"):
        jacobians(forward(w, [[1e200]], [1e200], hidden="relu"))
