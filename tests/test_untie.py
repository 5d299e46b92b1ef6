"""Untie: every control through its whole range, and what is shown is always what `rnnlib.untie` says of it."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import rnnlib.widgets.untie as module
from rnnlib import forward, untie
from rnnlib.explain.spelling import number, signed
from rnnlib.tasks import sunspot_year, three_steps, two_units
from rnnlib.widgets import Untie

TASKS = {
    "three_steps": three_steps(),
    "two_units": two_units(),
    "sunspots": sunspot_year(),
    "one_step": sunspot_year(T=1),
}


@pytest.fixture
def story():
    """The three-step example, as it is shown at the start."""
    return Untie(TASKS["three_steps"])


def moves_of(widget):
    """By how much each slider says that its copy is moved."""
    return [widget.copy(t).value for t in widget.steps]


def cells_of(page):
    """The cells of a table, row by row."""
    return [["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(page).iter("tr")][1:]


def assert_shows_what_is_true(widget):
    """Compare sentence, table and still with the library's own answer to where the controls stand."""
    task, (weight, entry) = widget.task, (widget.controls[name].value for name in ("weight", "entry"))
    changes = np.zeros((len(task.x) + 1, *getattr(task.weights, weight).shape))
    for t, move in enumerate(moves_of(widget), start=1):
        changes[(t, *entry)] = move
    trace = forward(task.weights, task.x, task.O0, task.hidden, task.output)
    right = untie(trace, task.y, changes, weight, task.loss)
    for page in (widget.table.html, widget.still()[0]):
        *steps, together = cells_of(page)
        for t, cells in enumerate(steps, start=1):
            copy, change, term = (array[(t, *entry)] for array in (right.copies, changes, right.terms))
            numbers = [number(copy), signed(change), number(term), signed(right.predicted[t]), signed(right.true[t])]
            assert cells[:6] == [f"t = {t}", *numbers]
        assert together[4:6] == [signed(right.predicted_together), signed(right.true_together)]
    if changes.any():
        assert signed(right.predicted_together) in widget.picture.sentence
        assert widget.picture.sentence.endswith(f"it truly changes by {signed(right.true_together)}.")
    assert f">{number(right.loss)}</text>" in widget.picture.html or len(task.x) > 5
    assert widget.complaint.value == ""
    assert widget.still()[1].splitlines()[0] == widget.picture.sentence.replace("−", "-")


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_the_copy_with_the_largest_term_has_moved_at_the_start(name, weight):
    """There is something to see, and the copies are untied."""
    widget = Untie(TASKS[name], weight)
    terms = np.abs(widget.untied.terms[1:, 0, 0])
    assert moves_of(widget) == [0.1 if t == terms.argmax() else 0.0 for t in range(len(terms))]
    assert widget.controls["tie"].value is False
    assert_shows_what_is_true(widget)


def test_the_story_begins_at_copy_2(story):
    """Its sentence is the first line of what a page without scripts shows."""
    assert moves_of(story) == [0.0, 0.1, 0.0]
    assert repr(story) == (
        "Untie: Only copy 2 of Wh moved, by +0.1. Its term predicts a change of the loss of -0.02387; "
        "it truly changes by -0.02328."
    )


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_every_slider_can_go_through_its_whole_range(name, weight):
    """Untied: the others stay where they are, and so do their rows."""
    widget = Untie(TASKS[name], weight)
    for t in widget.steps:
        before, others = moves_of(widget), [row for row in cells_of(widget.table.html)[:-1] if row[0] != f"t = {t}"]
        slider = widget.copy(t)
        for value in (slider.min, -0.25, 0.0, 0.13, slider.max):
            slider.value = value
            assert_shows_what_is_true(widget)
            assert [row for row in cells_of(widget.table.html)[:-1] if row[0] != f"t = {t}"] == others
        assert moves_of(widget) == [slider.max if s == t else move for s, move in enumerate(before, start=1)]


@pytest.mark.parametrize("name", TASKS)
def test_tied_copies_move_together(name):
    """Moving any one moves all: the last row is the gradient of the tied weight times the change."""
    widget = Untie(TASKS[name])
    widget.controls["tie"].value = True
    assert set(moves_of(widget)) == {0.1}
    for t, value in itertools.product(widget.steps, (-0.5, 0.07, 0.5)):
        widget.copy(t).value = value
        assert set(moves_of(widget)) == {value}
        assert_shows_what_is_true(widget)
    total = widget.untied.grads.dL_dWh[0, 0]
    assert cells_of(widget.table.html)[-1][2:5] == [signed(0.5), number(total), signed(total * 0.5)]


def test_tying_takes_all_copies_to_the_one_moved_last(story):
    """And untying leaves them there."""
    story.copy(3).value = -0.2
    story.controls["tie"].value = True
    assert moves_of(story) == [-0.2, -0.2, -0.2]
    assert 'class="tie' in story.picture.html
    assert story.picture.sentence.startswith("All 3 copies of Wh moved by −0.2, as one weight.")
    story.controls["tie"].value = False
    assert moves_of(story) == [-0.2, -0.2, -0.2]
    assert 'class="tie' not in story.picture.html
    story.copy(1).value = 0.0
    assert moves_of(story) == [0.0, -0.2, -0.2]
    assert_shows_what_is_true(story)


@pytest.mark.parametrize("name", ["two_units", "sunspots"])
def test_every_entry_of_both_weights_can_be_moved(name):
    """The sliders keep their places, only what they move is another entry."""
    widget = Untie(TASKS[name])
    widget.copy(1).value = -0.3
    before = moves_of(widget)
    for weight in ("Wi", "Wh"):
        widget.controls["weight"].value = weight
        shape = getattr(widget.task.weights, weight).shape
        assert widget.controls["entry"].options == tuple((f"{weight}[{i}, {j}]", (i, j)) for i, j in np.ndindex(shape))
        assert widget.controls["entry"].value == (0, 0)
        for _, entry in widget.controls["entry"].options:
            widget.controls["entry"].value = entry
            assert moves_of(widget) == before
            assert_shows_what_is_true(widget)


def test_a_choice_of_entries_is_offered_where_there_is_more_than_one():
    """A weight that is a number has none to choose."""
    widget = Untie(sunspot_year(T=3))
    assert widget.controls["entry"].layout.display == ""
    assert Untie(TASKS["three_steps"]).controls["entry"].layout.display == "none"


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_reset_goes_back_to_the_start(weight):
    """All controls, and all that is shown."""
    widget, fresh = Untie(TASKS["two_units"], weight), Untie(TASKS["two_units"], weight)
    widget.controls["weight"].value = "Wi" if weight == "Wh" else "Wh"
    widget.controls["entry"].value = (1, 0)
    widget.controls["tie"].value = True
    widget.copy(1).value = -0.4
    widget.controls["reset"].click()
    for name, control in fresh.controls.items():
        if name != "reset":
            assert widget.controls[name].value == control.value, name
    assert (widget.picture.html, widget.picture.sentence) == (fresh.picture.html, fresh.picture.sentence)
    assert widget.table.html == fresh.table.html
    widget.controls["tie"].value = True
    assert set(moves_of(widget)) == {0.1}


def test_a_copy_goes_no_farther_than_its_slider(story):
    """A value outside the range becomes its end, and NaN is refused before anything is computed."""
    story.copy(2).value = 99.0
    assert moves_of(story) == [0.0, 0.5, 0.0]
    with pytest.raises(ValueError, match="copy at step 2: value must be a number"):
        story.copy(2).value = np.nan
    assert_shows_what_is_true(story)


def test_what_goes_wrong_is_said_and_the_picture_stays(story, monkeypatch):
    """A sentence that is announced, no traceback; it goes when things are well again."""
    before = story.picture.html, story.picture.sentence, story.table.html, story.still()

    def fail(*args):
        raise ValueError("changes[1] <is> wrong")

    with monkeypatch.context() as broken:
        broken.setattr(module, "untie", fail)
        story.copy(1).value = 0.2
    assert 'role="alert"' in story.complaint.value
    assert "changes[1] &lt;is&gt; wrong" in story.complaint.value
    assert (story.picture.html, story.picture.sentence, story.table.html, story.still()) == before
    story.copy(1).value = 0.3
    assert_shows_what_is_true(story)


def test_what_is_no_task_or_weight_is_refused():
    """By name, where the learner wrote it."""
    with pytest.raises(TypeError, match=r"task is a function, must be a Task, as made by rnnlib.tasks.three_steps\(\)"):
        Untie(three_steps)
    with pytest.raises(ValueError, match="weight is 'Wo', must be one of Wh, Wi"):
        Untie(TASKS["three_steps"], weight="Wo")


def test_one_move_is_one_message_for_the_picture_and_one_for_the_table(story, monkeypatch):
    """Picture and sentence change together; no control is sent back to the reader who moves it."""
    sent = []
    for name, widget in (("picture", story.picture), ("table", story.table), *story.controls.items()):
        monkeypatch.setattr(widget, "send_state", lambda key=None, name=name: sent.append(name))
    story.copy(1).set_trait("value", 0.25)
    assert sent == ["copy 1", "picture", "table"] or sent == ["picture", "table", "copy 1"]
    sent.clear()
    story.controls["tie"].value = True
    assert sent.index("picture") < sent.index("copy 2")


@pytest.mark.parametrize("name", TASKS)
def test_still_has_the_numbers_without_any_script(name):
    """A sentence and a table, as HTML and as plain text without a typographic minus; nothing to press."""
    widget = Untie(TASKS[name])
    data, _ = widget._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert (data["text/html"], data["text/plain"]) == widget.still()
    ElementTree.fromstring(data["text/html"])
    assert not re.search("<(button|input|script|style|i|span)", data["text/html"])
    assert "−" not in data["text/plain"]
    assert len(data["text/plain"].splitlines()) == 4 + len(widget.steps) + 1
