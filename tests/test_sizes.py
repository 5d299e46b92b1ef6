"""Sizes of terms that were never made: the norms of the terms themselves, and a cost that grows as T does."""

import tracemalloc
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from reference import AWKWARD, CASES, cases

from rnnlib import Weights, backward, forward, term_sizes


def norms_of_terms(case, weight):
    """The Frobenius norms of the terms of `backward`."""
    terms = getattr(backward(case.trace, case.y, case.loss), f"dL_d{weight}_terms")
    return np.linalg.norm(terms, axis=(1, 2))


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("case", CASES[::3], ids=str)
def test_each_size_is_the_norm_of_its_term(case, weight):
    """Row t is the Frobenius norm of the term of step t, for one sequence and for a batch, and row 0 is zero."""
    sizes = term_sizes(case.trace, case.y, weight, case.loss)
    assert sizes[0] == 0.0
    assert_allclose(sizes, norms_of_terms(case, weight), rtol=1e-9, atol=1e-14)


@given(cases(), st.sampled_from(["Wh", "Wi"]))
def test_sizes_are_norms_for_any_case(case, weight):
    """For any sizes and options; the atol is for terms of sequences that cancel in the mean."""
    assert_allclose(term_sizes(case.trace, case.y, weight, case.loss), norms_of_terms(case, weight), 1e-7, 1e-9)


def test_of_one_sequence_it_is_a_product_of_two_lengths():
    """|dL/da_t| |O_{t-1}| and |dL/da_t| |x_t|."""
    trace, y = AWKWARD.trace, AWKWARD.y
    dL_da = np.linalg.norm(backward(trace, y).dL_da[1:], axis=1)
    assert_allclose(term_sizes(trace, y)[1:], dL_da * np.linalg.norm(trace.O[:-1], axis=1), rtol=1e-13)
    assert_allclose(term_sizes(trace, y, "Wi")[1:], dL_da * np.linalg.norm(trace.x, axis=1), rtol=1e-13)


def test_a_size_too_small_to_be_squared_is_still_there():
    """Halved 600 times, a term of 1e-181 has a square of zero and a size that is not."""
    trace = forward(Weights([[1.0]], [[0.5]], [[1.0]]), np.ones((601, 1)), hidden="linear")
    assert_allclose(term_sizes(trace, trace.y_hat - 1.0, "Wi")[1], 2.0**-600, rtol=1e-13)


def test_an_overflow_is_not_finite_and_gives_no_warning():
    """Nothing is raised, even with all floating point errors switched on."""
    with np.errstate(all="raise"):
        sizes = term_sizes(forward(Weights([[1.0]], [[1e200]], [[1.0]]), np.ones((4, 1)), hidden="linear"), [0.0])
    assert not np.isfinite(sizes).all()


def test_the_sizes_can_not_be_changed():
    """The array is read-only."""
    assert not term_sizes(AWKWARD.trace, AWKWARD.y).flags.writeable


def test_a_target_of_another_shape_is_refused():
    """As in `backward`."""
    with pytest.raises(ValueError, match=r"^y has shape \(2,\), must be \(K,\) = "):
        term_sizes(AWKWARD.trace, [1.0, 2.0])


def test_another_weight_is_refused():
    """dL/dWo has no terms by step."""
    with pytest.raises(ValueError) as caught:
        term_sizes(AWKWARD.trace, AWKWARD.y, "Wo")
    assert str(caught.value) == "weight is 'Wo', must be one of Wh, Wi"


def random_sequence(T, batch=()):
    """Weights, x and y of T steps with H = 16 units that neither die nor explode."""
    rng, H = np.random.default_rng(5), 16
    w = Weights(rng.normal(size=(H, 2)), np.linalg.qr(rng.normal(size=(H, H)))[0], rng.normal(size=(1, H)))
    return w, rng.normal(size=(T, *batch, 2)), rng.normal(size=(*batch, 1))


@pytest.mark.parametrize("batch", [(), (4,)])
def test_memory_grows_as_T_does(batch):
    """Twice the steps take twice the memory, and less than the terms alone would."""

    def peak(T):
        w, x, y = random_sequence(T, batch)
        tracemalloc.start()
        term_sizes(forward(w, x), y)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    one, two = peak(2000), peak(4000)
    assert 1.8 < two / one < 2.2
    if not batch:
        assert two < 4000 * 16 * 16 * 8


def test_time_grows_as_T_does():
    """Four times the steps take four times as long; sixteen times as long would be the square of T."""

    def seconds(T):
        w, x, y = random_sequence(T)
        times = []
        for _ in range(5):
            start = perf_counter()
            term_sizes(forward(w, x), y)
            times.append(perf_counter() - start)
        return median(times)

    assert seconds(8000) / seconds(2000) < 10.0


def test_100_000_steps_fit():
    """As many steps as no array of terms would fit for; with linear units and Wh orthogonal, no term fades."""
    w, x, y = random_sequence(100_000)
    sizes = term_sizes(forward(w, x, hidden="linear"), y)
    assert sizes.shape == (100_001,)
    assert np.isfinite(sizes).all()
    assert sizes[2] > 1e-3 * sizes[-1]
