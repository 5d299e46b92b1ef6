"""Downhill: every control through its range, and what is shown is always what `rnnlib.route` says of it."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from rnnlib import loss_surface, route
from rnnlib.explain.spelling import number
from rnnlib.tasks import ones_to_count, sunspot_year, three_steps, two_sequences
from rnnlib.widgets import Downhill

PANELS = {
    "three_steps": lambda: Downhill(three_steps()),
    "two_sequences": lambda: Downhill(two_sequences(), 0.5, start=(-2, 1), updates=12),
    "ones": lambda: Downhill(ones_to_count(), 0.01, updates=12, span=((-2, 3), (-2, 3)), rates=(1e-7, 1), clip=1.0),
    "sunspots": lambda: Downhill(sunspot_year(), 0.2, along=("Wh[0,0]", "Wh[1,1]"), updates=5),
    "one_step": lambda: Downhill(sunspot_year(T=1), 0.2, updates=3),
}


@pytest.fixture(params=PANELS)
def panel(request):
    """Each of the panels."""
    return PANELS[request.param]()


def assert_shows_what_is_true(panel):
    """Compare places, losses, sentences and still with the library's own answer to where the controls stand."""
    task, surface = panel.task, panel.surface
    rate, first, second = (panel.controls[name].value for name in ("learning_rate", "first", "second"))
    clip = panel.clip if "clip" in panel.controls and panel.controls["clip"].value else None
    options = {"loss": task.loss, "hidden": task.hidden, "output": task.output, "O0": task.O0}
    land = loss_surface(task.weights, task.x, task.y, surface.along, resolution=3, **options)
    right = route(land, (first, second), rate, panel.updates, clip)
    assert_array_equal(panel.route.places, right.places)
    assert_array_equal(panel.route.descent.losses, right.descent.losses)
    assert len(panel.stepper.sentences) == len(right.places)
    for said, place in zip(panel.stepper.sentences, right.places, strict=True):
        assert f"= {number(place[0])}, " in said
        assert f"= {number(place[1])}" in said
    assert panel.still()[1].splitlines()[0] == panel.stepper.sentences[panel.stepper.index].replace("−", "-")
    assert panel.complaint.value == ""


def test_it_begins_as_it_is_told(panel):
    """The first frame, and the controls where the start is."""
    assert panel.stepper.index == 0
    assert_array_equal([panel.controls["first"].value, panel.controls["second"].value], panel.route.places[0])
    assert_shows_what_is_true(panel)


def test_the_start_can_be_picked_on_the_map(panel):
    """Corners, middle and beyond the border: the sliders stand there, to the next of their places."""
    first, second = panel.controls["first"], panel.controls["second"]
    for right, down in ((0.0, 0.0), (1.0, 1.0), (0.5, 0.25), (0.337, 0.871), (-0.1, 1.2)):
        panel.stepper.picked = [right, down]
        right, down = np.clip((right, down), 0, 1)
        assert abs(first.value - (first.min + right * (first.max - first.min))) <= 0.0251
        assert abs(second.value - (second.max - down * (second.max - second.min))) <= 0.0251
        assert len(f"{first.value}") <= 5 >= len(f"{second.value}")
        assert_shows_what_is_true(panel)


def test_the_learning_rate_can_go_through_its_whole_range(panel):
    """From crawling to divergent."""
    slider = panel.controls["learning_rate"]
    for rate in np.geomspace(slider.min, slider.max, 9):
        slider.value = float(rate)
        assert_shows_what_is_true(panel)


@pytest.mark.parametrize("name", ["first", "second"])
def test_the_start_can_go_through_the_whole_map(panel, name):
    """Both ends belong to it."""
    slider = panel.controls[name]
    for value in (slider.min, slider.min / 2, 0.05, slider.max / 2, slider.max):
        slider.value = value
        assert_shows_what_is_true(panel)
    assert (slider.min, slider.max) == tuple(panel.surface.values[name == "second"][[0, -1]])


def test_clipping_can_be_ticked_where_it_is_offered():
    """Roelants' surface: plain, the way diverges at once; clipped, it goes on."""
    panel = PANELS["ones"]()
    assert panel.route.descent.losses[-1] == np.inf
    panel.controls["clip"].value = True
    assert_shows_what_is_true(panel)
    assert np.isfinite(panel.route.descent.losses).all()
    panel.controls["clip"].value = False
    assert_shows_what_is_true(panel)
    assert panel.route.descent.losses[-1] == np.inf
    assert "clip" not in PANELS["three_steps"]().controls


def test_reset_goes_back_to_the_start(panel):
    """All controls, the way, and the first frame."""
    before = panel.still()
    panel.controls["learning_rate"].value = panel.controls["learning_rate"].min
    panel.controls["first"].value = panel.controls["first"].max
    panel.controls["second"].value = panel.controls["second"].min
    if "clip" in panel.controls:
        panel.controls["clip"].value = True
    panel.stepper.index = len(panel.stepper.sentences) - 1
    panel.controls["reset"].click()
    assert panel.stepper.index == 0
    assert panel.still() == before
    assert_shows_what_is_true(panel)


def test_a_change_keeps_the_frame():
    """One compares the same update with another rate; where the way ends sooner, its last frame is shown."""
    panel = PANELS["three_steps"]()
    panel.stepper.index = 7
    panel.controls["learning_rate"].value = 0.1
    assert panel.stepper.index == 7
    assert panel.still()[1].startswith("After update 7: ")


def test_a_way_that_ends_sooner_shows_its_last_frame():
    """And the sentence there says that it diverged, when and why."""
    panel = PANELS["ones"]()
    panel.controls["clip"].value = True
    panel.stepper.index = 12
    panel.controls["clip"].value = False
    assert panel.stepper.index == len(panel.stepper.sentences) - 1 == 2
    assert "Diverged after update 2" in panel.still()[1]


def test_what_fails_is_said_and_the_last_way_stays(monkeypatch):
    """A sentence in the panel, no traceback; the next change takes it away."""
    panel = PANELS["three_steps"]()
    before = panel.stepper.scene

    def fail(*arguments):
        raise ValueError("learning_rate is <b>, must be a number")

    with monkeypatch.context() as patched:
        patched.setattr(panel, "_walk", fail)
        panel.controls["learning_rate"].value = 0.5
    assert "learning_rate is &lt;b&gt;, must be a number" in panel.complaint.value
    assert panel.stepper.scene == before
    panel.controls["learning_rate"].value = 0.25
    assert_shows_what_is_true(panel)


def test_the_still_has_sentence_rate_and_table():
    """What strict nbval compares, and what a page without scripts shows."""
    panel = PANELS["three_steps"]()
    page, text = panel.still()
    assert "learning rate 1\n" in text
    assert re.search(r"^ +30 .* valley$", text, re.MULTILINE)
    assert page.count("<tr>") == text.count("\n") - 2
    assert repr(panel) == f"Downhill: {text.splitlines()[0]}"
    bundle, _ = panel._repr_mimebundle_()
    assert (bundle["text/html"], bundle["text/plain"]) == (page, text)


def test_names_are_escaped():
    """A learner's own story goes into the accessible name only."""
    panel = PANELS["three_steps"]()
    assert panel.stepper.label == f"Step downhill on the loss of {three_steps().story}"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"task": 3}, "task is a int, must be a Task"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"start": (1, 2, 3)}, r"start has shape \(3,\)"),
        ({"start": (4, 0)}, r"start at Wi is 4, must be between -3 and 3, where its slider goes"),
        ({"learning_rate": 200.0}, "learning_rate is 200, must be between 0.001 and 100, where its slider goes"),
        ({"updates": 0}, "steps is 0"),
        ({"along": ("Wi[0,0]", "Wi[0,0]")}, "along names"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(wrong, message):
    """Every argument has its own message."""
    with pytest.raises(TypeError if "task" in wrong else ValueError, match=f"^{message}"):
        Downhill(**{"task": three_steps(), **wrong})
