"""Curves over a number that slides: what is drawn is what was given, and what is said is where each curve is lowest."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.notation import SYMBOLS
from rnnlib.plots import describe_curves, draw_curves, picture

Y_HAT = np.linspace(-2.0, 4.0, 61)
ERROR, LOSS = 1.0 - Y_HAT, 0.5 * (Y_HAT - 1.0) ** 2
BOTH = {"y - y_hat": ERROR, "L = 1/2 (y_hat - y)^2": LOSS}


def test_the_lines_are_the_curves_and_the_points():
    """Nothing is computed on the way."""
    points = [(0.0, 0.5), (2.0, 0.5), (1.0, 0.0)]
    first, second, _, visited = draw_curves("y_hat", Y_HAT, BOTH, points).get_lines()
    assert_array_equal(first.get_xydata(), np.column_stack([Y_HAT, ERROR]))
    assert_array_equal(second.get_xydata(), np.column_stack([Y_HAT, LOSS]))
    assert_array_equal(visited.get_xydata(), points)


def test_a_line_has_no_lowest_point_and_a_parabola_has():
    """The sentence tells a lowest value from the end of the drawing."""
    assert describe_curves("y_hat", Y_HAT, BOTH).sentence == (
        "Over y_hat from −2 to 4: y − y_hat is lowest, −3 at y_hat = 4, only because the drawing ends there; "
        "L = 1/2 (y_hat − y)^2 is lowest, 0 at y_hat = 1."
    )


def test_a_level_curve_has_no_lowest_point_either():
    """Every place is as low as any other."""
    assert "L is 2 everywhere" in describe_curves("Wo", [0.0, 1.0, 2.0], {"L": [2.0, 2.0, 2.0]}).sentence


def test_points_are_said_from_first_to_last():
    """Where one curve is drawn, heights have its name."""
    said = describe_curves("Wo", Y_HAT, {"L": LOSS}, points=[(3.0, 2.0), (1.0, 0.0)]).sentence
    assert said.endswith(" The 2 points begin at Wo = 3, L = 2 and end at Wo = 1, L = 0.")


def test_the_table_has_both_ends():
    """At most 13 rows, evenly spread; a value that is only rounding is 0."""
    rows = describe_curves("y_hat", Y_HAT, BOTH).rows
    assert len(rows) == 13
    assert rows[0] == ("−2", "3", "4.5")
    assert rows[4] == ("0", "1", "0.5")
    assert rows[-1] == ("4", "−3", "4.5")


def test_each_point_has_its_number_unless_it_stands_on_another():
    """Of five points in one place, the first is numbered."""
    apart, together = np.array([(-1.0, 2.0), (1.0, 0.0), (3.0, 2.0)]), np.tile([1.0, 0.0], (5, 1))
    assert [text.get_text() for text in draw_curves("Wo", Y_HAT, {"L": LOSS}, apart).texts] == ["0", "1", "2"]
    assert [text.get_text() for text in draw_curves("Wo", Y_HAT, {"L": LOSS}, together).texts] == ["0"]


def test_curves_differ_in_more_than_colour_and_a_symbol_has_its_own():
    """Two curves have two kinds of line; L is drawn in the colour of L."""
    first, second = draw_curves("y_hat", Y_HAT, BOTH).get_lines()[:2]
    assert first.get_linestyle() != second.get_linestyle()
    assert second.get_color() == SYMBOLS["L"].light


def test_nothing_is_cut_off():
    """All that is written lies inside the figure."""
    ax = draw_curves("y_hat", Y_HAT, BOTH, [(1.0, 0.0)])
    assert "y − y_hat" in str(picture(ax)).replace("-", "−")
    box, figure = ax.get_tightbbox(), ax.figure.bbox
    assert_allclose([max(box.x0, 0), min(box.x1, figure.x1)], [box.x0, box.x1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Wo", [[1.0]], {"L": [1.0]}), "Wo has shape (1, 1), must be (n,)"),
        (("Wo", [1.0, 2.0], {"L": [1.0]}), "L has shape (1,), must be (n,) = (2,), as Wo has that shape"),
        (("Wo", [1.0], {"L": [1.0]}, [1.0, 2.0]), "points has shape (2,), must be (k, 2)"),
        (("Wo", [1.0], {"L": [1.0]}, [[1.0]]), "points has shape (1, 1), must be (k, 2)"),
        (("Wo", [1.0], {}), "curves is empty, must be {name: values (n,)}"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    """The message has the name, the shape it has and the shape it must have."""
    with pytest.raises(ValueError) as caught:
        draw_curves(*arguments)
    assert str(caught.value) == message
