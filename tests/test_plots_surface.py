"""The map of a loss with ways on it, as a data plot: what is drawn are the numbers given, and the words say them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib import loss_surface, route
from rnnlib.plots import describe_surface, draw_surface, picture
from rnnlib.tasks import sunspot_year, three_steps, two_sequences


def land(task=None, **options):
    """A loss surface."""
    task = task or two_sequences()
    return loss_surface(task.weights, task.x, task.y, resolution=31, O0=task.O0, **options)


def test_ways_are_drawn_where_they_went():
    """A line through all places of each way, a mark at its start, and its name."""
    surface = land()
    ways = {"A": route(surface, (-2, -0.5), 0.5, 20), "by hand": np.array([[0.0, 0.0], [1.0, 2.0]])}
    ax = draw_surface(surface, ways)
    lines = [line.get_xydata() for line in ax.lines]
    assert any(line.shape == (21, 2) and np.allclose(line, ways["A"].places) for line in lines)
    assert any(line.shape == (2, 2) and np.allclose(line, ways["by hand"]) for line in lines)
    assert {"A", "by hand"} <= {text.get_text() for text in ax.texts}
    assert_allclose([*ax.get_xlim(), *ax.get_ylim()], [-3, 3, -3, 3])


def test_names_of_ways_from_one_start_stand_apart():
    """At the start they would lie on each other."""
    surface = land()
    ways = {"left": route(surface, (0.2, 0.72), 0.4, 80), "right": route(surface, (0.4, 0.62), 0.4, 80)}
    places = {text.get_text(): text.xy for text in draw_surface(surface, ways).texts}
    assert np.hypot(*np.subtract(places["left"], places["right"])) > 0.4


def test_the_words_say_where_it_is_lowest_and_where_ways_end():
    """The lowest grid point, and a row a way."""
    surface = land()
    ways = {"A": route(surface, (-2, -0.5), 0.5, 60), "by hand": [[0.0, 0.0], [1.0, 2.0]]}
    said = describe_surface(surface, ways)
    assert said.sentence.startswith("The loss over Wi and Wh; of the grid points the lowest has ")
    assert said.sentence.endswith("Ways: A and by hand.")
    assert said.rows[0] == ("A", "(−2, −0.5)", "(0.9763, −0.468)", "60", "4.579e−5")
    assert said.rows[1] == ("by hand", "(0, 0)", "(1, 2)", "1", "–")
    assert describe_surface(surface).rows == ()


def test_a_way_that_diverges_is_cut_off_at_the_border():
    """Its numbers are told, the map stays as it is."""
    task = three_steps()
    surface = loss_surface(task.weights, task.x, task.y, resolution=9, hidden="linear", O0=task.O0)
    way = route(surface, learning_rate=1e3, steps=50)
    shown = picture(draw_surface(surface, {"too large": way}))
    assert "not finite" in str(shown)
    assert shown.png.startswith(b"\x89PNG")


def test_entries_of_matrices_keep_their_names():
    """Wh[0,1] is not Wh."""
    surface = land(sunspot_year(), along=("Wh[0,1]", "Wo[0,1]"))
    ax = draw_surface(surface)
    assert (ax.get_xlabel(), ax.get_title(loc="left")) == ("Wh[0,1]", "Wo[0,1]")


def test_wrong_arguments_are_named():
    """What is no surface, and what is no way."""
    with pytest.raises(TypeError, match="surface is a NoneType, must be a Surface"):
        draw_surface(None)
    with pytest.raises(ValueError, match=r"ways\['A'\] has shape \(2, 3\), must be \(n, 2\)"):
        draw_surface(land(), {"A": np.zeros((2, 3))})
