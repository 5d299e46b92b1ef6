"""The tester tested: finite differences against known derivatives, and `check` against gradients wrong on purpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, CASES, assert_close, cases, reference

from rnnlib import Weights, backward, check, finite_difference, forward, mistakes

FOUR_STEPS = tuple(case for case in CASES if case.T == 4)


@pytest.mark.parametrize("case", FOUR_STEPS, ids=str)
def test_a_finite_difference_of_one_copy_is_autograd_of_it(case):
    """For each step and both shared weights: nudging one copy gives HIPS autograd's derivative of that copy."""
    for weight in ("Wh", "Wi"):
        for t in (1, 3):
            mine = finite_difference(case.trace, case.y, weight, t, case.loss)
            assert_close(mine, getattr(reference(case), weight)[t - 1], relative=1e-7)


@pytest.mark.parametrize("case", FOUR_STEPS[::3], ids=str)
def test_a_finite_difference_of_the_weight_is_autograd_of_it(case):
    """Nudging the weight at every step gives the total, for each of the three weights."""
    for weight in ("Wo", "Wh", "Wi"):
        mine = finite_difference(case.trace, case.y, weight, loss=case.loss)
        assert_close(mine, getattr(reference(case), weight).sum(axis=0), relative=1e-7)
        assert not mine.flags.writeable


def test_it_is_the_quotient_of_the_docstring():
    """(L(W + nudge) - L(W - nudge)) / (2 nudge) with a nudge that can be seen; the loss is a cubic in Wh."""
    w, x, y = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[1.0]]), [[1.0], [0.0], [0.0]], [0.0]
    trace = forward(w, x, hidden="linear")  # L = 1/2 Wh^4
    right = (0.75**4 - 0.25**4) / 2 / 0.5
    assert_allclose(finite_difference(trace, y, "Wh", nudge=0.25), [[right]], rtol=1e-14)
    of_copy = (0.75**2 - 0.25**2) * 0.5**2 / 2 / 0.5  # L = 1/2 (Wh[2] Wh[3])^2
    assert_allclose(finite_difference(trace, y, "Wh", t=2, nudge=0.25), [[of_copy]], rtol=1e-14)
    assert_array_equal(finite_difference(trace, y, "Wh", t=1, nudge=0.25), [[0.0]])


def test_the_error_shrinks_with_the_square_of_the_nudge():
    """A ten times smaller nudge is a hundred times closer, until rounding takes over."""
    trace, y = AWKWARD.trace, AWKWARD.y
    far, near = (np.abs(finite_difference(trace, y, nudge=n) - backward(trace, y).dL_dWh).max() for n in (1e-2, 1e-3))
    assert_allclose(far / near, 100.0, rtol=0.05)


def test_the_defaults_are_Wh_as_a_whole_and_squared_error():
    """finite_difference(trace, y) is dL/dWh, with a nudge of 1e-5."""
    trace, y = AWKWARD.trace, AWKWARD.y
    assert_array_equal(
        finite_difference(trace, y), finite_difference(trace, y, "Wh", None, "squared_error", nudge=1e-5)
    )


def test_a_finite_difference_of_an_overflow_is_silent():
    """inf - inf is NaN, without a warning."""
    trace = forward(Weights([[1.0]], [[1e200]], [[1.0]]), np.ones((4, 1)), hidden="linear")
    with np.errstate(all="raise"):
        assert not np.isfinite(finite_difference(trace, [0.0], "Wh")).any()
        assert not np.isfinite(finite_difference(trace, [0.0], "Wh", t=3)).any()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"weight": "Wo", "t": 4}, ValueError, "t is 4, must be None for Wo: Wo has one path and no copies"),
        ({"t": 0}, ValueError, "t is 0, must be a whole number from 1 to 4"),
        ({"t": 5}, ValueError, "t is 5, must be a whole number from 1 to 4"),
        ({"t": True}, TypeError, "t is True, must be a whole number from 1 to 4"),
        ({"nudge": 0.0}, ValueError, "nudge is 0.0, must be a finite number above 0"),
        ({"weight": "W"}, ValueError, "weight is 'W', must be one of Wo, Wh, Wi"),
    ],
)
def test_a_nudge_that_can_not_be_made_is_refused(options, error, message):
    """The message names the argument."""
    with pytest.raises(error) as caught:
        finite_difference(AWKWARD.trace, AWKWARD.y, **options)
    assert str(caught.value) == message


# --- check

REFERENCE = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, -4.0]])
SQUARE = np.array([[2.0, -1.0], [0.5, 3.0]])


@given(cases())
def test_a_right_gradient_passes(case):
    """The sweep against autograd, for any case and weight."""
    grads = backward(case.trace, case.y, case.loss)
    for weight in ("Wo", "Wh", "Wi"):
        right = getattr(reference(case), weight).sum(axis=0)
        if np.abs(right).max() > 1e-9:  # below that the reference is all rounding: softmax of one output, say
            assert check(grads.total(weight), right)


@pytest.mark.parametrize("case", FOUR_STEPS, ids=str)
def test_a_gradient_wrong_by_a_thousandth_is_caught(case):
    """0.1 % too large everywhere, or in the largest entry alone, or one term alone: each fails."""
    grads = backward(case.trace, case.y, case.loss)
    for weight in ("Wo", "Wh", "Wi"):
        right = grads.total(weight)
        assert not check(1.001 * right, right)
        one_entry = right.copy()
        one_entry[np.unravel_index(np.abs(right).argmax(), right.shape)] *= 1.001
        assert not check(one_entry, right)
    terms = grads.dL_dWi_terms.copy()
    terms[np.abs(terms).max(axis=(1, 2)).argmax()] *= 1.001
    assert not check(terms.sum(axis=0), finite_difference(case.trace, case.y, "Wi", loss=case.loss))


def test_swapped_terms_have_the_right_sum_and_are_caught_copy_by_copy():
    """The check of the total can't see it; the check against each copy's finite difference does."""
    trace, y = AWKWARD.trace, AWKWARD.y
    for weight in ("Wh", "Wi"):
        swapped = getattr(backward(trace, y), f"dL_d{weight}_terms")[[0, 3, 2, 1, 4]]
        assert check(swapped.sum(axis=0), finite_difference(trace, y, weight))
        verdicts = [bool(check(swapped[t], finite_difference(trace, y, weight, t))) for t in range(1, 5)]
        assert verdicts == [False, True, False, True]


def test_the_verdict_says_how_far_apart_the_two_are():
    """difference is the largest gap, relative is that over the largest entry of the reference."""
    mine = REFERENCE.copy()
    mine[0, 2] += 1e-6
    verdict = check(mine, REFERENCE)
    assert verdict.passed
    assert_allclose(verdict.difference, 1e-6, rtol=1e-9)
    assert_allclose(verdict.relative, 0.25e-6, rtol=1e-9)
    assert repr(verdict) == verdict.report == "Right: largest difference is within 1e-06 of the largest entry."
    assert type(verdict.difference) is type(verdict.relative) is float


@pytest.mark.parametrize(("off", "tolerance", "passes"), [
    (0.9e-6, None, True), (1.1e-6, None, False), (1e-3, 1e-2, True), (1e-3, 1e-4, False), (1e-9, 1e-10, False),
])  # fmt: skip
def test_the_tolerance_is_relative_to_the_largest_entry(off, tolerance, passes):
    """The scale of the problem does not matter; the tolerance does."""
    for scale in (1e-12, 1.0, 1e12):
        mine = scale * REFERENCE
        mine[0, 0] += 4.0 * scale * off
        verdict = check(mine, scale * REFERENCE, **({} if tolerance is None else {"tolerance": tolerance}))
        assert bool(verdict) is verdict.passed is passes


def test_the_tolerance_itself_still_passes():
    """Up to and including: for the reference, and for a mistake that is named."""
    assert check([1.25], [1.0], tolerance=0.25)
    assert "the sign is turned round" in check([-1.25], [1.0], tolerance=0.25).report


ENTRY = "Entry [1, 2] is {}, the reference says -4."


@pytest.mark.parametrize(
    ("mine", "report"),
    [
        (np.zeros((2, 3)), "Not yet: it is zero everywhere. " + ENTRY.format("0")),
        (-REFERENCE, "Not yet: the sign is turned round. " + ENTRY.format("4")),
        (0.5 * REFERENCE, "Not yet: every entry is 0.5 times the reference. " + ENTRY.format("-2")),
        (-3 * REFERENCE, "Not yet: every entry is -3 times the reference. " + ENTRY.format("12")),
        (1.001 * REFERENCE, "Not yet: every entry is 1.001 times the reference. " + ENTRY.format("-4.004")),
        (np.add(REFERENCE, [[0, 0, 0], [0, 0, 0.25]]), "Not yet. " + ENTRY.format("-3.75")),
        (np.add(REFERENCE, [[0, 0, 0.25], [0, 0, 0]]), "Not yet. Entry [0, 2] is 0.75, the reference says 0.5."),
        (REFERENCE.T, "Not yet: the shape is (3, 2), it must be (2, 3), the shape of the reference. "
                      "It may need a transpose."),
        (REFERENCE[0], "Not yet: the shape is (3,), it must be (2, 3), the shape of the reference."),
        (2.0, "Not yet: the shape is (), it must be (2, 3), the shape of the reference."),
        (REFERENCE * [[1, 1, np.nan]], "Not yet: your result[0, 2] is nan, your result must be finite."),
        (REFERENCE * [[1, np.inf, 1]], "Not yet: your result[0, 1] is -inf, your result must be finite."),
        ([[1.0], [2.0, 3.0]], "Not yet: your result has rows of different lengths, "
                              "must have shape (2, 3), the shape of the reference."),
        (None, "Not yet: your result is still None, it must be numbers in shape (2, 3)."),
        ([None], "Not yet: your result holds object values, "
                 "must hold real numbers in shape (2, 3), the shape of the reference."),
        ("dL/dWh", "Not yet: your result holds <U6 values, "
                   "must hold real numbers in shape (2, 3), the shape of the reference."),
        (REFERENCE + 1j, "Not yet: your result holds complex128 values, "
                         "must hold real numbers in shape (2, 3), the shape of the reference."),
        (np.ma.masked_array(REFERENCE, REFERENCE < 0), "Not yet: your result is a masked array; "
         "fill the masked entries first, your result must be plain numbers."),
        ([], "Not yet: your result is empty, with shape (0,), must be (2, 3), the shape of the reference."),
    ],
)  # fmt: skip
def test_the_report_says_what_is_wrong(mine, report):
    """Sign, factor, shape, NaN and nonsense are named; otherwise the entry that is furthest off is quoted."""
    verdict = check(mine, REFERENCE)
    assert verdict.report == repr(verdict) == report
    assert not verdict


@pytest.mark.parametrize("mine", [np.full((2, 3), np.nan), REFERENCE.T, "dL/dWh"], ids=["NaN", "shape", "text"])
def test_what_can_not_be_compared_is_infinitely_far(mine):
    """difference and relative are inf then, so that no comparison with a number lets it pass."""
    verdict = check(mine, REFERENCE)
    assert (verdict.passed, verdict.difference, verdict.relative) == (False, np.inf, np.inf)


def test_a_transpose_of_a_square_is_named():
    """Where the shape can't give it away."""
    assert check(SQUARE.T, SQUARE).report == "Not yet: it is the transpose. Entry [0, 1] is 0.5, the reference says -1."


@pytest.mark.parametrize(
    ("mine", "report"),
    [
        (3.0, "Not yet: it is 1.5 times the reference. It is 3, the reference says 2."),
        (-2.0, "Not yet: the sign is turned round. It is -2, the reference says 2."),
    ],
)
def test_a_single_number_is_checked_too(mine, report):
    """A loss, say, with shape ()."""
    assert check(2.0, 2.0)
    assert check(mine, 2.0).report == report


def test_a_blank_that_is_not_filled_in_is_no_mistake_yet():
    """None stands where the learner's line will: the report says what is wanted."""
    assert check(None, 2.0).report == "Not yet: your result is still None, it must be one number."
    assert check(None, 2.0).difference == check(None, 2.0).relative == np.inf
    assert not check(None, [0.0])


@pytest.mark.parametrize("reference", [[[0.0, -1.0], [-2.0, 0.0]], [[0.0, 1.0], [2.0, 0.0]], [1.0, 0.0], [0.0, -1.0]])
def test_a_factor_is_found_among_zeros(reference):
    """Entries that are zero in both say nothing; two entries are every entry."""
    report = check(2.5 * np.array(reference), reference).report
    assert report.startswith("Not yet: every entry is 2.5 times the reference. ")


def test_a_single_entry_has_no_every():
    """One entry in a matrix is told apart from several."""
    report = check([[3.0]], [[2.0]]).report
    assert report == "Not yet: it is 1.5 times the reference. Entry [0, 0] is 3, the reference says 2."


def test_a_reference_of_zeros_counts_in_absolute_numbers():
    """Nothing to be relative to: the difference itself is compared with the tolerance."""
    assert check([[0.0, 1e-7]], [[0.0, 0.0]])
    verdict = check([[0.0, 1e-3]], [[0.0, 0.0]])
    assert verdict.report == "Not yet. Entry [0, 1] is 0.001, the reference says 0."
    assert verdict.difference == verdict.relative == 1e-3


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e170, 1.5e307])
def test_tiny_and_huge_gradients_are_compared_without_a_warning(scale):
    """A gradient that has vanished to 1e-300 still has its sign and its factor named."""
    with np.errstate(all="raise"):
        assert check(scale * REFERENCE, scale * REFERENCE)
        assert "the sign is turned round" in check(-scale * REFERENCE, scale * REFERENCE).report
        assert "every entry is 0.5 times" in check(0.5 * scale * REFERENCE, scale * REFERENCE).report


NAMED = {"without tanh'": np.array([[1.0, 2.0], [3.0, 5.0]]), "with the mean": SQUARE / 4, "in vain": np.ones(3)}


@pytest.mark.parametrize(
    ("mine", "reason"),
    [
        (NAMED["without tanh'"], "this is the result without tanh'"),
        (-NAMED["without tanh'"], "this is the result without tanh', and with the sign turned round"),
        (NAMED["without tanh'"] + 1e-7, "this is the result without tanh'"),
        (SQUARE / 4, "this is the result with the mean"),
        (-SQUARE, "the sign is turned round"),
        (SQUARE.T, "it is the transpose"),
        (SQUARE / 3, "every entry is 0.3333 times the reference"),
    ],
)
def test_a_named_mistake_is_recognised(mine, reason):
    """What the caller knows comes before a mere factor; its sign may be turned round on top."""
    assert check(mine, SQUARE, NAMED).report.startswith(f"Not yet: {reason}. Entry [")


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "linear"])
def test_every_mistake_of_the_library_is_named(hidden, weight):
    """For each entry of `mistakes` with the right shape, check says that name (or one that gives the same numbers)."""
    case = next(c for c in FOUR_STEPS if (c.hidden, c.O0, c.B, c.predict) == (hidden, "shared", None, "last"))
    known = mistakes(case.trace, case.y, weight, case.loss)
    right = backward(case.trace, case.y, case.loss).total(weight)
    slack = 1e-6 * np.abs(right).max()
    assert known
    for name, wrong in known.items():
        alike = [other for other, W in known.items() if W.shape == wrong.shape and np.abs(W - wrong).max() <= slack]
        said = check(wrong, right, known).report
        if wrong.shape == right.shape and np.abs(wrong).max() > slack:
            assert name in alike
            assert said.startswith(f"Not yet: this is the result {alike[0]}. ")


def test_a_check_can_stand_in_an_if():
    """It is true when the two agree, and it can't be changed."""
    verdict = check(SQUARE, SQUARE)
    assert bool(verdict) is True
    with pytest.raises(AttributeError):
        verdict.passed = False
    assert verdict != check(SQUARE, SQUARE)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_whatever_comes_a_check_answers(mine, reference):
    """Any two numbers get a verdict: Right if they are close, Not yet if not."""
    close = abs(mine - reference) <= 1e-6 * (abs(reference) or 1.0)
    assert check(mine, reference).report.startswith("Right" if close else "Not yet")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"reference": [[np.nan]]}, ValueError, "reference[0, 0] is nan, reference must be finite"),
        ({"reference": "dL/dWh"}, TypeError, "reference holds <U6 values, must hold real numbers in shape (...)"),
        ({"tolerance": -1.0}, ValueError, "tolerance is -1.0, must be a finite number above 0"),
        ({"mistakes": [SQUARE]}, TypeError,
         "mistakes is a list, must be a Mapping, as made by mistakes(trace, y, weight)"),
        ({"mistakes": {"in vain": [["a"]]}}, TypeError,
         "mistakes['in vain'] holds <U1 values, must hold real numbers in shape (...)"),
    ],
)  # fmt: skip
def test_a_wrong_reference_is_an_error_not_a_verdict(arguments, error, message):
    """The learner's gradient may be anything; what it is compared with may not."""
    with pytest.raises(error) as caught:
        check(**{"mine": SQUARE, "reference": SQUARE} | arguments)
    assert str(caught.value) == message
