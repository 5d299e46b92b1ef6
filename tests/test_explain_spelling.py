"""Symbols and numbers are written the same everywhere."""

from xml.etree import ElementTree

import numpy as np
import pytest

from rnnlib.explain.spelling import (
    bound,
    derivative,
    is_written_out,
    math,
    matrix,
    number,
    plain,
    plain_number,
    shape,
    symbol,
    value,
    value_words,
)
from rnnlib.notation import SYMBOLS


@pytest.mark.parametrize(
    ("v", "page", "text"),
    [
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (1.0, "1", "1"),
        (-0.23866, "−0.2387", "-0.2387"),
        (12345.6, "1.235e4", "1.235e4"),
        (1.234e-7, "1.234e−7", "1.234e-7"),
        (np.inf, "inf", "inf"),
    ],
)
def test_a_number_has_four_significant_digits_and_a_true_minus(v, page, text):
    """The page says minus with its own sign, plain text with a hyphen, and zero has no sign."""
    assert number(v) == page
    assert plain_number(v) == text


def test_rounding_noise_is_said_as_a_bound():
    """Digits that mean nothing are not shown; a real difference is."""
    assert bound(3e-12) == "< 1e−8"
    assert bound(3e-7) == "< 1e−6"
    assert bound(0.25) == "0.25"


def test_the_block_of_an_immediate_derivative_is_its_nonzero_part():
    """dO_t/dW as a matrix: entry [i, j] is dO_i/dW_ij, and everything left out is zero."""
    rng = np.random.default_rng(0)
    block = rng.normal(size=(3, 2))
    tensor = np.eye(3)[:, :, None] * block[None]
    np.testing.assert_array_equal(matrix(tensor), block)
    assert np.count_nonzero(tensor) == block.size


def test_a_matrix_is_written_out_up_to_four_rows_and_columns_and_summarised_beyond():
    """Nothing is cut off: large matrices say their shape and size."""
    small, large = np.arange(16.0).reshape(4, 4), np.ones((5, 5))
    assert is_written_out(small)
    assert not is_written_out(large)
    entries = [e.text for e in ElementTree.fromstring(value(small)).iter("span") if e.text]
    assert entries == [f"{v:g}" for v in small.flat]
    assert "5×5, size 5" in value(large)
    assert plain(large) == "5x5, size 5"
    assert shape(np.ones(3)) == "1×3"


def test_plain_text_holds_the_same_numbers_as_the_page():
    """A scalar, a row and a matrix read the same in both."""
    assert plain(np.array([[0.5]])) == "0.5"
    assert plain(np.array([0.5, -1.0])) == "[0.5, -1]"
    assert plain(np.array([[0.5, -1.0], [2.0, 3.0]])) == "[[0.5, -1], [2, 3]]"


def test_a_sentence_says_the_size_of_a_matrix_and_the_numbers_of_a_vector():
    """A sentence with four numbers in brackets can't be listened to."""
    assert value_words(np.array([[3.0, 0.0], [0.0, 4.0]])) == "a 2×2 matrix of size 5"
    assert value_words(np.array([[-1.0], [0.5]])) == "[−1, 0.5]"
    assert value_words(np.array(-0.5)) == "−0.5"


@pytest.mark.parametrize("name", SYMBOLS)
def test_every_symbol_is_spelled_as_in_the_table_and_carries_its_colour(name):
    """One symbol, one spelling, one colour."""
    mark = ElementTree.fromstring(symbol(name))
    assert mark.text == name
    assert mark.get("class") == f"s-{name}"


def test_a_step_stands_below_its_letter():
    """O3 is O with a 3, O_t is O with a t, and y_hat is one name."""
    for name, step in (("O3", "3"), ("O12", "12"), ("O_t", "t")):
        letter, below = ElementTree.fromstring(symbol(name))
        assert (letter.text, below.text) == ("O", step)


def test_a_derivative_is_a_fraction_of_its_two_symbols():
    """dO3/dO2 has dO3 above and dO2 below."""
    over, under = ElementTree.fromstring(math(derivative("dO3/dO2")))[0]
    assert ["".join(part.itertext()) for part in (over, under)] == ["dO3", "dO2"]
