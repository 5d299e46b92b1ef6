"""Race: a stepper through descents, whose stills have the numbers."""

import numpy as np
import pytest

from rnnlib import Weights, descend
from rnnlib.explain import plain_race, race, race_table
from rnnlib.tasks import remembering
from rnnlib.widgets import Race


@pytest.fixture
def runs():
    """Two descents on a short memory, one of them truncated."""
    w = Weights([[0.5], [0.3]], [[0.6, -0.2], [0.2, 0.6]], [[0.5, 0.4]])
    return {name: descend(w, *remembering(3), steps=30, truncate=k).losses for name, k in (("full", None), ("cut", 1))}


def test_it_shows_the_scene(runs):
    """All frames at once; a frame more than updates."""
    widget, made = Race(runs), race(runs)
    assert (widget.scene, widget.sentences, widget.titles) == (made.html, made.sentences, made.titles)
    assert len(widget.sentences) == 31
    assert widget.label == "Let the descents run"
    assert repr(widget) == "Stepper(31 frames, at 0)"


def test_every_frame_has_its_still(runs):
    """The sentence of the frame and the table, as HTML and as plain text."""
    widget = Race(runs)
    for index in (0, 7, 30):
        widget.index = index
        data, _ = widget._repr_mimebundle_()
        said = widget.sentences[index]
        assert data["text/html"] == f"<p>{said}</p>{race_table(runs)}"
        assert data["text/plain"] == f"{said}\n\n{plain_race(runs)}".replace("−", "-")


def test_the_goal_is_passed_on(runs):
    """To sentences and tables."""
    widget = Race(runs, goal=0.3)
    assert "Below 0.3" in widget.sentences[0]
    assert "below 0.3 after" in widget.still(0)[1]


def test_later_changes_of_the_callers_arrays_change_nothing(runs):
    """The still is of the runs as they were given."""
    mine = {name: losses.copy() for name, losses in runs.items()}
    widget = Race(mine)
    before = widget.still(3)
    mine["full"][:] = np.linspace(9, 8, 31)
    mine["new"] = mine["cut"]
    assert widget.still(3) == before
