"""Weights: checked against each other, copied, and never changed."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from reference import arrays_of

from rnnlib import Weights

WI, WH, WO = np.arange(6.0).reshape(3, 2), np.arange(9.0).reshape(3, 3), np.arange(12.0).reshape(4, 3)


def test_weights_know_their_sizes():
    """D, H and K are read off the shapes."""
    w = Weights(WI, WH, WO)
    assert (w.D, w.H, w.K) == (2, 3, 4)
    assert_array_equal(w.Wi, WI)
    assert_array_equal(w.Wh, WH)
    assert_array_equal(w.Wo, WO)


def test_wh_beside_wi_is_made_once_and_can_not_be_changed():
    """[Wh Wi], as every step uses it."""
    w = Weights(WI, WH, WO)
    assert_array_equal(w.Wh_Wi, np.hstack([WH, WI]))
    assert w.Wh_Wi is w.Wh_Wi
    assert not w.Wh_Wi.flags.writeable


def test_weights_are_copies_in_read_only_float64():
    """The caller's arrays may change afterwards, the record's can not."""
    mine = WI.copy(), WH.copy(), WO.copy()
    w = Weights(*mine)
    for array in mine:
        array[:] = 99.0
    assert_array_equal(w.Wi, WI)
    for array in arrays_of(w):
        assert array.dtype == np.float64
        assert not array.flags.writeable
        assert array.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        w.Wh[0, 0] = 1.0
    with pytest.raises(AttributeError):
        w.Wh = WH


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.float16, np.float32, ">f8"])
def test_any_real_dtype_becomes_float64(dtype):
    """Ints, bools, short and swapped floats are real numbers."""
    w = Weights(*(np.ones(shape, dtype) for shape in ((3, 2), (3, 3), (4, 3))))
    assert {array.dtype for array in arrays_of(w)} == {np.dtype("float64")}


def test_transposed_and_strided_arrays_are_read_as_they_are():
    """A view in another memory order holds the same numbers."""
    w = Weights(np.asfortranarray(WI), WH.T, WO[::-1])
    assert w.Wi.flags.c_contiguous
    assert_array_equal(w.Wi, WI)
    assert_array_equal(w.Wh, WH.T)
    assert_array_equal(w.Wo, WO[::-1])


def test_weights_compare_by_identity_and_hash():
    """Two records with equal numbers are two records."""
    w = Weights(WI, WH, WO)
    assert {w: 1}[w] == 1
    assert w != Weights(WI, WH, WO)


def test_small_weights_show_their_numbers_and_large_ones_their_shapes():
    """Up to four units on a side the repr can be pasted back; beyond it is a line of shapes."""
    w = Weights(WI, WH, WO)
    again = eval(repr(w))
    assert_array_equal(again.Wo, w.Wo)
    assert repr(Weights([[0.5]], [[0.9]], [[2]])) == "Weights(Wi=[[0.5]], Wh=[[0.9]], Wo=[[2.0]])"
    wide, deep, broad = ((np.ones((2, 5)), np.eye(2), np.ones((1, 2))), (np.ones((5, 1)), np.eye(5), np.ones((1, 5))),
                         (np.ones((2, 1)), np.eye(2), np.ones((5, 2))))  # fmt: skip
    assert repr(Weights(*wide)) == "Weights(Wi (2, 5), Wh (2, 2), Wo (1, 2))"
    assert repr(Weights(*deep)) == "Weights(Wi (5, 1), Wh (5, 5), Wo (1, 5))"
    assert repr(Weights(*broad)) == "Weights(Wi (2, 1), Wh (2, 2), Wo (5, 2))"


@pytest.mark.parametrize(
    ("Wi", "Wh", "Wo", "message"),
    [
        (np.ones(3), WH, WO, "Wi has shape (3,), must be (H, D)"),
        (WI, 1.0, WO, "Wh has shape (), must be (H, H)"),
        (WI, WH, np.ones((1, 4, 3)), "Wo has shape (1, 4, 3), must be (K, H)"),
        (np.ones((3, 0)), WH, WO, "Wi is empty, with shape (3, 0), must be (H, D)"),
        (WI, WH[:2], WO, "Wh has shape (2, 3), must be (H, H) = (2, 2), as Wh has 2 rows"),
        (WI, WH[:, :2], WO, "Wh has shape (3, 2), must be (H, H) = (3, 3), as Wh has 3 rows"),
        (WI.T, WH, WO, "Wi has shape (2, 3), must be (H, D) = (3, 3), as Wh has 3 rows"),
        (WI[:2], WH, WO, "Wi has shape (2, 2), must be (H, D) = (3, 2), as Wh has 3 rows"),
        (WI, WH, WO.T, "Wo has shape (3, 4), must be (K, H) = (3, 3), as Wh has 3 rows"),
        (WI, WH, WO[:, :2], "Wo has shape (4, 2), must be (K, H) = (4, 3), as Wh has 3 rows"),
        ([[1.0, np.nan]] * 3, WH, WO, "Wi[0, 1] is nan, Wi must be finite"),
        (WI, [[-np.inf]], WO, "Wh[0, 0] is -inf, Wh must be finite"),
    ],
)
def test_a_wrong_shape_is_refused_with_the_right_one(Wi, Wh, Wo, message):
    """The message names the weight, its shape, the right one in letters and numbers, and why."""
    with pytest.raises(ValueError) as caught:
        Weights(Wi, Wh, Wo)
    assert str(caught.value) == message
