"""Checks in one place: every public argument, given everything it can't be, says so by name."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_array_equal
from reference import AWKWARD, CASES

from rnnlib import (
    Weights,
    backward,
    chain,
    check,
    cycle,
    finite_difference,
    forward,
    loss_value,
    mistakes,
    untie,
    untied_loss,
    update,
)
from rnnlib.arrays import frozen, instance, numbers, option, positive, same_shape, whole
from rnnlib.series import Scaling, windows
from rnnlib.tasks import sunspot_year

DATA, TRACE, Y = AWKWARD.data, AWKWARD.trace, AWKWARD.y
GRADS = backward(TRACE, Y)
(EVERY,) = (c for c in CASES[:60] if (c.T, c.predict, c.B, c.O0, c.output, c.loss, c.hidden)
            == (4, "every", None, "shared", "linear", "squared_error", "tanh"))  # fmt: skip
CHANGES = np.concatenate([np.zeros((1, 3, 3)), np.full((4, 3, 3), 0.01)])

# Every array that a caller hands over: a good one, the name it goes by in messages, and the call.
ARRAYS = {
    "Weights Wi": (DATA.w.Wi, "Wi", lambda v: Weights(v, DATA.w.Wh, DATA.w.Wo)),
    "Weights Wh": (DATA.w.Wh, "Wh", lambda v: Weights(DATA.w.Wi, v, DATA.w.Wo)),
    "Weights Wo": (DATA.w.Wo, "Wo", lambda v: Weights(DATA.w.Wi, DATA.w.Wh, v)),
    "forward x": (DATA.x, "x", lambda v: forward(DATA.w, v)),
    "forward O0": (DATA.O0, "O0", lambda v: forward(DATA.w, DATA.x, v)),
    "loss_value y": (Y, "y", lambda v: loss_value(TRACE, v)),
    "backward y": (Y, "y", lambda v: backward(TRACE, v)),
    "chain y": (Y, "y", lambda v: chain(TRACE, v, t=1)),
    "untied_loss y": (Y, "y", lambda v: untied_loss(TRACE, v)),
    "untied_loss Wh": (DATA.w.Wh, "Wh[2]", lambda v: untied_loss(TRACE, Y, Wh={2: v})),
    "untied_loss Wi": (DATA.w.Wi, "Wi[2]", lambda v: untied_loss(TRACE, Y, Wi={2: v})),
    "untie y": (Y, "y", lambda v: untie(TRACE, v, CHANGES)),
    "untie changes": (CHANGES, "changes", lambda v: untie(TRACE, Y, v)),
    "finite_difference y": (Y, "y", lambda v: finite_difference(TRACE, v)),
    "finite_difference y of one copy": (Y, "y", lambda v: finite_difference(TRACE, v, t=1)),
    "check reference": (Y, "reference", lambda v: check(Y, v)),
    "check mistakes": (Y, "mistakes['slip']", lambda v: check(Y, Y, {"slip": v})),
    "mistakes y": (Y, "y", lambda v: mistakes(TRACE, v)),
    "cycle x": (DATA.x, "x", lambda v: cycle(DATA.w, v, Y)),
    "cycle y": (Y, "y", lambda v: cycle(DATA.w, DATA.x, v)),
    "cycle O0": (DATA.O0, "O0", lambda v: cycle(DATA.w, DATA.x, Y, v)),
    "windows values": (np.arange(9.0), "values", lambda v: windows(v, 2)),
    "Scaling.apply values": (np.arange(9.0), "values", Scaling(1.0, 2.0).apply),
    "Scaling.invert scaled": (np.arange(9.0), "scaled", Scaling(1.0, 2.0).invert),
}
ANY_SHAPE = ("check reference", "check mistakes", "Scaling.apply values", "Scaling.invert scaled")


def with_last(good, value):
    """A copy of a good array with another last entry."""
    bad = good.copy()
    bad.flat[-1] = value
    return bad


# What is wrong with it: how to spoil a good array, the error, and what follows the name in the message.
MUST_HOLD = "must hold real numbers in shape ("
SPOILT = {
    "NaN": (lambda good: with_last(good, np.nan), ValueError, " is nan, {name} must be finite"),
    "infinity": (lambda good: with_last(good, np.inf), ValueError, " is inf, {name} must be finite"),
    "minus infinity": (lambda good: with_last(good, -np.inf), ValueError, " is -inf, {name} must be finite"),
    "text": (lambda good: "0.5", TypeError, " holds <U3 values, " + MUST_HOLD),
    "numbers as text": (lambda good: good.astype(str), TypeError, " holds <U32 values, " + MUST_HOLD),
    "objects": (lambda good: good.astype(object), TypeError, " holds object values, " + MUST_HOLD),
    "None inside": (lambda good: [None], TypeError, " holds object values, " + MUST_HOLD),
    "a set": (lambda good: {1.0}, TypeError, " holds object values, " + MUST_HOLD),
    "a generator": (lambda good: (v for v in good), TypeError, " holds object values, " + MUST_HOLD),
    "complex": (lambda good: good + 0j, TypeError, " holds complex128 values, " + MUST_HOLD),
    "dates": (lambda good: np.array(["2000-01-01"], "M8[D]"), TypeError, " holds datetime64[D] values, " + MUST_HOLD),
    "a masked array": (lambda good: np.ma.masked_array(good, good == good.flat[0]), TypeError,
                       " is a masked array; fill the masked entries first, {name} must be plain numbers"),
    "nothing masked": (np.ma.masked_array, TypeError, " is a masked array; fill the masked entries first"),
    "ragged lists": (lambda good: [[1.0], [2.0, 3.0]], ValueError, " has rows of different lengths, must have shape ("),
    "an empty array": (lambda good: np.zeros((0,) * good.ndim), ValueError, " is empty, with shape (0,"),
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("argument", ARRAYS)
def test_an_array_of_anything_but_finite_real_numbers_is_refused(argument, spoilt):
    """Each array argument of the library, spoilt in each way: the message begins with its name and says what it is."""
    (good, name, call), (spoil, error, message) = ARRAYS[argument], SPOILT[spoilt]
    call(good)
    with pytest.raises(error) as caught:
        call(spoil(good))
    begins = f"{name}{list(np.subtract(good.shape, 1).tolist())}" if "must be finite" in message else name
    assert str(caught.value).startswith(begins + message.format(name=name))


@pytest.mark.parametrize("argument", [argument for argument in ARRAYS if argument not in ANY_SHAPE])
def test_an_array_with_another_number_of_axes_is_refused(argument):
    """One axis more, and none at all: the message quotes the shape and says which it must have."""
    good, name, call = ARRAYS[argument]
    too_many = (4, 1, 1) if good.shape == (4, 1) else (1, 1, *good.shape)
    many_are_tried = argument in ("untied_loss Wh", "untied_loss Wi")
    for shape in ((), (2, 2)) if many_are_tried else ((), too_many):
        with pytest.raises(ValueError) as caught:
            call(np.ones(shape))
        assert str(caught.value).startswith(f"{name} has shape {shape}, must be (")


@pytest.mark.parametrize("argument", [a for a in ARRAYS if a not in (*ANY_SHAPE, "windows values")])
def test_an_array_of_another_size_is_refused(argument):
    """One entry more along an axis that is given elsewhere: the message quotes the shape, the letters, the numbers."""
    good, name, call = ARRAYS[argument]
    shape = list(good.shape)
    shape[0 if argument == "Weights Wi" else -1] += 1
    shape = tuple(shape)
    with pytest.raises(ValueError) as caught:
        call(np.ones(shape))
    said = str(caught.value)
    assert said.startswith(f"{name} has shape {shape}, must be (")
    assert ") = (" in said
    assert ", as " in said


# Every word: the good ones as the message lists them, and the call.
WEIGHTS, LOSSES = "Wo, Wh, Wi", "squared_error, cross_entropy"
HIDDEN, OUTPUT = "tanh, sigmoid, relu, linear", "linear, sigmoid, softmax"
OPTIONS = {
    "forward hidden": ("hidden", HIDDEN, lambda v: forward(DATA.w, DATA.x, hidden=v)),
    "forward output": ("output", OUTPUT, lambda v: forward(DATA.w, DATA.x, output=v)),
    "forward predict": ("predict", "last, every", lambda v: forward(DATA.w, DATA.x, predict=v)),
    "loss_value loss": ("loss", LOSSES, lambda v: loss_value(TRACE, Y, v)),
    "backward loss": ("loss", LOSSES, lambda v: backward(TRACE, Y, v)),
    "chain weight": ("weight", WEIGHTS, lambda v: chain(TRACE, Y, v, 1)),
    "chain loss": ("loss", LOSSES, lambda v: chain(TRACE, Y, t=1, loss=v)),
    "untied_loss loss": ("loss", LOSSES, lambda v: untied_loss(TRACE, Y, loss=v)),
    "untie weight": ("weight", "Wh, Wi", lambda v: untie(TRACE, Y, CHANGES, v)),
    "untie loss": ("loss", LOSSES, lambda v: untie(TRACE, Y, CHANGES, loss=v)),
    "finite_difference weight": ("weight", WEIGHTS, lambda v: finite_difference(TRACE, Y, v)),
    "finite_difference loss": ("loss", LOSSES, lambda v: finite_difference(TRACE, Y, loss=v)),
    "finite_difference loss of one copy": ("loss", LOSSES, lambda v: finite_difference(TRACE, Y, t=1, loss=v)),
    "mistakes weight": ("weight", WEIGHTS, lambda v: mistakes(TRACE, Y, v)),
    "mistakes loss": ("loss", LOSSES, lambda v: mistakes(TRACE, Y, loss=v)),
    "cycle weight": ("weight", WEIGHTS, lambda v: cycle(DATA.w, DATA.x, Y, weight=v)),
    "cycle hidden": ("hidden", HIDDEN, lambda v: cycle(DATA.w, DATA.x, Y, hidden=v)),
    "cycle output": ("output", OUTPUT, lambda v: cycle(DATA.w, DATA.x, Y, output=v)),
    "cycle loss": ("loss", LOSSES, lambda v: cycle(DATA.w, DATA.x, Y, loss=v)),
}


@pytest.mark.parametrize("argument", OPTIONS)
def test_an_unknown_word_is_refused_with_the_known_ones(argument):
    """A misspelt word, another case and a wrong type: each message lists what is known."""
    name, known, call = OPTIONS[argument]
    for word in ("TANH", "", None, 1, ["tanh"]):
        with pytest.raises(ValueError if isinstance(word, str) else TypeError) as caught:
            call(word)
        assert str(caught.value) == f"{name} is {word!r}, must be one of {known}"


# Every whole number: its range, and the call.
WHOLE = {
    "chain t": ("t", 1, 4, lambda v: chain(TRACE, Y, "Wh", v)),
    "chain loss_at": ("loss_at", 1, 4, lambda v: chain(EVERY.trace, EVERY.y, "Wh", 1, loss_at=v)),
    "untied_loss step of Wh": ("step of Wh", 1, 4, lambda v: untied_loss(TRACE, Y, Wh={v: DATA.w.Wh})),
    "untied_loss step of Wi": ("step of Wi", 1, 4, lambda v: untied_loss(TRACE, Y, Wi={v: DATA.w.Wi})),
    "finite_difference t": ("t", 1, 4, lambda v: finite_difference(TRACE, Y, t=v)),
    "windows T": ("T", 1, 8, lambda v: windows(np.arange(9.0), v)),
    "sunspot_year year": ("year", 1712, 2008, sunspot_year),
    "sunspot_year T": ("T", 1, 308, lambda v: sunspot_year(2008, v)),
}


@pytest.mark.parametrize("argument", WHOLE)
def test_a_number_that_is_not_whole_or_out_of_range_is_refused(argument):
    """The borders pass; beyond them, a bool, a float and text do not. numpy's ints are ints."""
    name, low, high, call = WHOLE[argument]
    for good in (low, high, np.int64(low), np.uint16(high)):
        call(good)
    for bad in (low - 1, high + 1, True, np.True_, float(low), np.float64(low), "1", (1,)):
        with pytest.raises(ValueError if type(bad) is int else TypeError) as caught:
            call(bad)
        assert str(caught.value) == f"{name} is {bad!r}, must be a whole number from {low} to {high}"


# Every number above zero.
POSITIVE = {
    "update learning_rate": ("learning_rate", lambda v: update(DATA.w, GRADS, v)),
    "cycle learning_rate": ("learning_rate", lambda v: cycle(DATA.w, DATA.x, Y, learning_rate=v)),
    "finite_difference nudge": ("nudge", lambda v: finite_difference(TRACE, Y, nudge=v)),
    "check tolerance": ("tolerance", lambda v: check(Y, Y, tolerance=v)),
    "Scaling unit": ("unit", lambda v: Scaling(0.0, v)),
}


@pytest.mark.parametrize("argument", POSITIVE)
def test_a_number_that_is_not_above_zero_is_refused(argument):
    """Zero, less, NaN and infinity by value; bool, text, None and lists by type. Any kind of real number passes."""
    name, call = POSITIVE[argument]
    for good in (1e-3, 1, np.float32(0.5), np.float64(0.25), np.int32(1)):
        call(good)
    for bad in (0, 0.0, -1e-3, np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError) as caught:
            call(bad)
        assert str(caught.value) == f"{name} is {bad}, must be a finite number above 0"
    for bad in (True, np.True_, "0.1", None, [0.1], 1j, np.array([0.1, 0.2])):
        with pytest.raises(TypeError) as caught:
            call(bad)
        assert str(caught.value) == f"{name} is {bad!r}, must be a number above 0"


# Every record: its type, where it comes from, and the call.
TRACE_FROM = "a Trace, as made by forward(w, x)"
WEIGHTS_FROM = "a Weights, as made by Weights(Wi, Wh, Wo)"
GRADS_FROM = "a Gradients, as made by backward(trace, y)"
RECORDS = {
    "forward w": ("w", WEIGHTS_FROM, lambda v: forward(v, DATA.x)),
    "loss_value trace": ("trace", TRACE_FROM, lambda v: loss_value(v, Y)),
    "backward trace": ("trace", TRACE_FROM, lambda v: backward(v, Y)),
    "chain trace": ("trace", TRACE_FROM, lambda v: chain(v, Y, t=1)),
    "untied_loss trace": ("trace", TRACE_FROM, lambda v: untied_loss(v, Y)),
    "untie trace": ("trace", TRACE_FROM, lambda v: untie(v, Y, CHANGES)),
    "finite_difference trace": ("trace", TRACE_FROM, lambda v: finite_difference(v, Y)),
    "mistakes trace": ("trace", TRACE_FROM, lambda v: mistakes(v, Y)),
    "cycle w": ("w", WEIGHTS_FROM, lambda v: cycle(v, DATA.x, Y)),
    "update w": ("w", WEIGHTS_FROM, lambda v: update(v, GRADS)),
    "update grads": ("grads", GRADS_FROM, lambda v: update(DATA.w, v)),
}


@pytest.mark.parametrize("argument", RECORDS)
def test_a_record_of_another_kind_is_refused(argument):
    """An array, a dict, None or the wrong record: the message says which record it must be, and how to get one."""
    name, kind, call = RECORDS[argument]
    for wrong in (DATA.x, {}, None, "trace", AWKWARD):
        with pytest.raises(TypeError) as caught:
            call(wrong)
        assert str(caught.value) == f"{name} is a {type(wrong).__name__}, must be {kind}"
    other = GRADS if "Gradients" not in kind else TRACE
    with pytest.raises(TypeError, match=f"^{name} is a {type(other).__name__}, must be a"):
        call(other)


# --- the checks themselves


DTYPES = st.sampled_from([np.float64, np.float32, np.int32, np.uint8, bool])


@given(arrays.arrays(DTYPES, arrays.array_shapes(max_side=4)))
def test_numbers_copies_and_never_changes_what_it_is_given(array):
    """Any real array comes back as float64 with the same numbers, read-only, or is refused for NaN or infinity."""
    array = np.nan_to_num(array, posinf=1.0, neginf=-1.0)
    before = array.copy()
    checked = numbers(array, "x", "(T, D)")
    assert_array_equal(checked, array)
    assert checked.dtype == np.float64
    assert checked.flags.c_contiguous
    assert not checked.flags.writeable
    assert not np.shares_memory(checked, array)
    assert array.flags.writeable
    assert_array_equal(array, before)


def test_a_read_only_array_is_copied_all_the_same():
    """What is read-only here may be written through another name."""
    given_array = frozen(np.ones(3))
    assert not np.shares_memory(numbers(given_array, "x", "(T,)"), given_array)


def test_numbers_may_have_any_number_of_axes_unless_told():
    """ndim holds the allowed ones; none said, all are allowed."""
    assert numbers(1.0, "x", "()").shape == ()
    assert numbers(np.ones((1,) * 9), "x", "(...)").ndim == 9
    assert numbers(np.ones((2, 3)), "x", "(T, D)", ndim=(1, 2)).shape == (2, 3)
    with pytest.raises(ValueError, match=r"^x has shape \(2, 3\), must be \(T,\)$"):
        numbers(np.ones((2, 3)), "x", "(T,)", ndim=(1,))


def test_the_first_entry_that_is_not_finite_is_named():
    """In reading order, with its place; a single number has none."""
    bad = np.zeros((2, 3))
    bad[0, 2], bad[1, 0] = -np.inf, np.nan
    with pytest.raises(ValueError, match=r"^x\[0, 2\] is -inf, x must be finite$"):
        numbers(bad, "x", "(T, D)")
    with pytest.raises(ValueError, match=r"^offset is nan, offset must be finite$"):
        numbers(np.nan, "offset", "one number")


def test_frozen_returns_the_same_array():
    """No copy is made."""
    array = np.ones(3)
    assert frozen(array) is array
    assert not array.flags.writeable


def test_same_shape_says_why():
    """The letters, the numbers and the reason."""
    same_shape(np.ones((2, 3)), "Wi", "(H, D)", (2, 3), "as I say")
    with pytest.raises(ValueError, match=r"^Wi has shape \(2, 3\), must be \(H, D\) = \(3, 2\), as I say$"):
        same_shape(np.ones((2, 3)), "Wi", "(H, D)", (3, 2), "as I say")


def test_option_returns_the_word():
    """The known words may come from a tuple or a dict; the error lists them, also for what can't be looked up there."""
    for known in (("a", "b"), {"a": 1, "b": 2}):
        assert option("b", "word", known) == "b"
        with pytest.raises(ValueError, match=r"^word is 'c', must be one of a, b$"):
            option("c", "word", known)
        with pytest.raises(TypeError, match=r"^word is \[\], must be one of a, b$"):
            option([], "word", known)


def test_whole_returns_an_int_and_may_have_no_upper_end():
    """numpy's ints become Python's; without `high` the message says "or more"."""
    assert type(whole(np.int64(3), "T", 1)) is int
    assert whole(10**30, "T", 1) == 10**30
    with pytest.raises(ValueError, match=r"^T is 0, must be a whole number, 1 or more$"):
        whole(0, "T", 1)
    with pytest.raises(TypeError, match=r"^T is None, must be a whole number, 1 or more$"):
        whole(None, "T", 1)


def test_positive_returns_a_float():
    """Whatever kind of number it was; a kind that is no number of Python's or numpy's is refused."""
    assert type(positive(np.float32(0.5), "rate")) is float
    assert type(positive(2, "rate")) is float
    with pytest.raises(TypeError, match=r"^rate is Fraction\(1, 2\), must be a number above 0$"):
        positive(Fraction(1, 2), "rate")


def test_instance_says_how_to_make_one():
    """Silent for the right kind, also for a subclass."""
    instance(True, "n", int, "counting")
    with pytest.raises(TypeError, match=r"^n is a float, must be a int, as made by counting$"):
        instance(1.0, "n", int, "counting")
