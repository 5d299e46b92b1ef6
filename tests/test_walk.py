"""Walk: every control changes what it says, bad entries are said beside the field, and the last good picture stays."""

import numpy as np
import pytest
from pages import TASKS

from rnnlib import cycle
from rnnlib.explain import scene
from rnnlib.tasks import three_steps
from rnnlib.widgets.walk import FIELDS, Walk, entries

EASY = ["three steps", "two units", "one step", "six steps, three units"]


def shows(walk):
    """Assert that the stepper shows the walk's own cycle."""
    page = scene(walk.cycle, walk.until)
    assert walk.stepper.scene == page.html
    assert walk.stepper.sentences == page.sentences
    assert not any(box.value for box in walk.complaints.values())


def complaint_at(walk):
    """The fields that have a complaint."""
    return [name for name, box in walk.complaints.items() if box.value]


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_a_walk_starts_with_the_cycle_of_its_task(name, weight):
    """The first picture is the task's own, for any size."""
    task = TASKS[name]
    walk = Walk(task, weight)
    mine = cycle(task.weights, task.x, task.y, task.O0, weight)
    np.testing.assert_allclose(walk.cycle.total, mine.total, rtol=1e-9)
    shows(walk)


def test_the_choice_of_the_weight_changes_the_gradient_that_is_taken_apart():
    """Wo has one term, Wh and Wi have three."""
    walk = Walk(three_steps())
    for weight, frames in (("Wo", 7), ("Wi", 9), ("Wh", 9)):
        walk.controls["weight"].value = weight
        assert walk.cycle.weight == weight
        assert len(walk.stepper.sentences) == frames
        shows(walk)


@pytest.mark.parametrize("name", EASY)
def test_dragging_any_entry_through_its_range_changes_that_entry_alone(name):
    """Every number of the task can be dragged from end to end; the picture follows, and nothing is hidden."""
    walk = Walk(TASKS[name])
    drag, entry = walk.controls["drag"], walk.controls["entry"]
    for which in entry.options:
        entry.value = which
        assert drag.description == which
        for value in np.linspace(drag.min, drag.max, 5)[[1, 4, 2, 0, 3]]:
            before = {field: walk.controls[field].value for field in FIELDS}
            drag.value = float(value)
            changed = [field for field in FIELDS if walk.controls[field].value != before[field]]
            assert changed in ([], [entries(walk.texts)[which][0]])
            shows(walk)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("three steps", ["Wh", "Wi", "Wo", "O0", "x1", "x2", "x3", "y", "learning_rate"]),
        ("two units", ["Wh[0, 0]", "Wh[1, 0]", "Wi[1, 1]", "Wo[0, 1]", "O0[1]", "x1[0]", "x3[1]", "y"]),
        ("six steps, three units", ["y[0]", "y[1]", "x6[1]", "Wo[1, 2]"]),
    ],
)
def test_entries_are_called_as_on_the_board(name, expected):
    """A single number goes by its letter, inputs by their step, the entries of a matrix by row and column."""
    options = Walk(TASKS[name]).controls["entry"].options
    assert set(expected) <= set(options)
    assert len(set(options)) == len(options)


def test_the_chosen_entry_stays_chosen_when_others_come_and_go():
    """Typing a fourth input does not turn the slider to another number; taking the chosen one away does."""
    walk = Walk(three_steps())
    walk.controls["entry"].value = "x3"
    walk.controls["x"].value = "0.5; -1; 0.8; 0.3"
    assert walk.controls["entry"].value == "x3"
    walk.controls["x"].value = "0.5; -1"
    assert walk.controls["entry"].value == "Wh"
    assert walk.controls["drag"].description == "Wh"


def test_the_slider_follows_what_is_typed():
    """A number typed outside the slider's range widens it."""
    walk = Walk(three_steps())
    walk.controls["Wh"].value = "3.5"
    assert walk.controls["drag"].value == 3.5
    np.testing.assert_array_equal(walk.cycle.trace.weights.Wh, [[3.5]])
    walk.controls["Wh"].value = "0.25"
    assert walk.controls["drag"].value == 0.25


@pytest.mark.parametrize("text", ["0.5; -1; 0.8; 0.3", "0.5, -1, 0.8, 0.3"])
def test_another_number_of_steps_can_be_typed(text):
    """x as a column or, with one input, in a row: four steps, and four more entries to drag."""
    walk = Walk(three_steps())
    walk.stepper.index = 8
    walk.controls["x"].value = text
    assert walk.cycle.trace.T == 4
    assert len(walk.stepper.sentences) == 11
    assert "x4" in walk.controls["entry"].options
    walk.controls["x"].value = "0.5"
    assert walk.cycle.trace.T == 1
    assert walk.stepper.index <= 4
    shows(walk)


@pytest.mark.parametrize(
    ("field", "text", "at", "part"),
    [
        ("Wh", "0.9x", "Wh", "is not a number"),
        ("Wh", "1, 2", "Wh", "must be (H, H)"),
        ("Wh", "nan", "Wh", "must be finite"),
        ("x", "1; 2, 3", "x", "rows hold"),
        ("x", "1, 2; 3, 4", "x", "as Wi has 1 columns"),
        ("y", "1, 2", "y", "as y_hat has that shape"),
        ("O0", "0.1, 0.2", "O0", "as Wh has 1 rows"),
        ("Wi", "", "Wi", "an entry is missing"),
        ("Wo", "<b>", "Wo", "&lt;b&gt;"),
        ("learning_rate", "-1", "learning_rate", "above 0"),
        ("learning_rate", "0.1, 0.2", "learning_rate", "must be one"),
    ],
)
def test_a_bad_entry_is_said_beside_its_field_and_the_picture_stays(field, text, at, part):
    """The complaint names what is wrong; mending the entry removes it."""
    walk = Walk(three_steps())
    good = walk.stepper.scene
    walk.controls[field].value = text
    assert complaint_at(walk) == [at]
    assert part in walk.complaints[at].value
    assert walk.stepper.scene == good
    assert walk.fields.layout.display == ""
    walk.controls[field].value = walk.start[field]
    shows(walk)


def test_while_an_entry_is_bad_the_other_controls_do_not_fail():
    """Dragging with a bad field keeps the complaint and the picture; nothing raises."""
    walk = Walk(three_steps())
    good = walk.stepper.scene
    walk.controls["y"].value = "one"
    walk.controls["drag"].value = 1.0
    walk.controls["weight"].value = "Wi"
    assert complaint_at(walk) == ["y"]
    assert walk.stepper.scene == good
    walk.controls["y"].value = "1"
    np.testing.assert_array_equal(walk.cycle.trace.weights.Wh, [[1.0]])
    assert walk.cycle.weight == "Wi"
    shows(walk)


def test_two_fields_can_be_changed_one_after_the_other():
    """On the way to two units the fields do not fit together; at the end they do."""
    walk = Walk(three_steps())
    for field, text in (("Wi", "0.5; 0.4"), ("Wo", "1, -1"), ("O0", "0, 0"), ("Wh", "0.1, 0.2; 0.3, 0.4")):
        assert field == "Wi" or complaint_at(walk)
        walk.controls[field].value = text
    assert walk.cycle.trace.weights.H == 2
    shows(walk)


def test_numbers_too_large_to_follow_are_said_not_raised():
    """A step that leaves the numbers of the machine is a sentence in the panel."""
    walk = Walk(three_steps())
    walk.controls["learning_rate"].value = "1e308"
    walk.controls["x"].value = "1e300; 1e300; 1e300"
    walk.controls["Wo"].value = "1e200"
    assert complaint_at(walk)


def test_reset_goes_back_to_the_task():
    """All fields, the slider and the picture; the chosen weight stays."""
    walk = Walk(three_steps())
    first = walk.stepper.scene
    walk.controls["x"].value = "1; 2"
    walk.controls["Wh"].value = "oops"
    walk.controls["reset"].click()
    assert walk.stepper.scene == first
    assert {field: walk.controls[field].value for field in FIELDS} == walk.start
    assert walk.controls["drag"].value == 0.8
    shows(walk)


def test_the_fields_unfold_and_fold():
    """They are out of the way until asked for."""
    walk = Walk(three_steps())
    assert walk.fields.layout.display == "none"
    walk.controls["edit"].value = True
    assert walk.fields.layout.display == ""
    walk.controls["edit"].value = False
    assert walk.fields.layout.display == "none"


def test_a_forward_walk_has_no_choice_of_weight_and_no_learning_rate():
    """Until the loss there is no gradient to choose and no step to take."""
    walk = Walk(three_steps(), until="loss")
    _, top, fields, *_ = walk.children
    assert walk.controls["weight"] not in top.children
    assert walk.controls["learning_rate"] not in [row.children[0] for row in fields.children]
    assert "learning_rate" not in walk.controls["entry"].options
    assert len(walk.stepper.sentences) == 4
    shows(walk)


def test_the_still_is_the_frame_one_looks_at():
    """What is printed or compared follows the stepper."""
    walk = Walk(three_steps())
    walk.stepper.index = 5
    data, _ = walk._repr_mimebundle_()
    assert data["text/plain"].startswith("Frame 6 of 9 (term, t = 2). Term of step 2")
    assert "-0.2387" in data["text/plain"]
    assert "<table" in data["text/html"]


def test_the_stepper_can_be_driven_through_every_frame():
    """Python, jslink and tests drive the same index."""
    walk = Walk(three_steps())
    for index in range(9):
        walk.stepper.index = index
        assert walk.still()[1].startswith(f"Frame {index + 1} of 9")
