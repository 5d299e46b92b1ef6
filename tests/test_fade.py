"""Fade: every control through its whole range, and what is shown is always what `rnnlib.fading` says of it."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import rnnlib.widgets.fade as module
from rnnlib import fading
from rnnlib.explain import fading_picture, fading_sentence, fading_table, plain_fading
from rnnlib.functions import HIDDEN
from rnnlib.tasks import hundred_steps, sunspot_year, two_units
from rnnlib.widgets import Fade

TASKS = {"hundred_steps": hundred_steps(), "sunspots": sunspot_year(1957, 60), "two_units": two_units()}


@pytest.fixture
def story():
    """The panel as the lesson shows it."""
    return Fade()


def assert_shows_what_is_true(widget):
    """Compare picture, sentence, table and still with the library's own answer to where the controls stand."""
    T, radius, k, hidden = (widget.controls[name].value for name in ("T", "radius", "k", "hidden"))
    right = fading(widget.task, round(T), radius, hidden)
    said = fading_sentence(right, round(k))
    assert widget.picture.html == f'<div class="rnn">{fading_picture(right, round(k))}</div>'
    assert widget.picture.sentence == said
    assert widget.table.html == f'<div class="rnn">{fading_table(right)}</div>'
    assert widget.complaint.value == ""
    page, text = widget.still()
    assert page == f'<div class="rnn"><p>{said}</p>{fading_table(right)}</div>'
    assert text == f"{said}\n\n{plain_fading(right)}".replace("−", "-")


def test_the_story_begins_with_30_steps_cut_after_5(story):
    """With the task's own spectral radius to two decimals, and tanh."""
    values = {name: control.value for name, control in story.controls.items() if name != "reset"}
    assert values == {"T": 30, "radius": 0.63, "k": 5, "hidden": "tanh"}
    assert_shows_what_is_true(story)
    assert repr(story).startswith("Fade: tanh, spectral radius 0.63, T = 30: dL/dWh has size 0.1763, its term")


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("name", TASKS)
def test_every_slider_can_go_through_its_whole_range(name, hidden):
    """One after the other, from end to end, with every activation."""
    widget = Fade(TASKS[name])
    widget.controls["hidden"].value = hidden
    assert_shows_what_is_true(widget)
    for slider in (widget.controls[name] for name in ("T", "radius", "k", "T")):
        for value in np.linspace(slider.min, slider.max, 7):
            slider.value = round(value / slider.step) * slider.step
            assert_shows_what_is_true(widget)


def test_a_short_task_is_shown_whole():
    """Three steps, or two; one has nothing that could fade."""
    for name, T in (("two_units", 3), ("sunspots", 30)):
        assert Fade(TASKS[name]).fading.T == T
    short = Fade(sunspot_year(T=2))
    assert (short.controls["T"].min, short.controls["T"].max, short.k) == (1, 2, 2)
    short.controls["T"].value = 1
    assert_shows_what_is_true(short)
    with pytest.raises(ValueError, match="task has one step only"):
        Fade(sunspot_year(T=1))


def test_t_goes_from_3_to_100(story):
    """As far as the task has steps; k too."""
    assert (story.controls["T"].min, story.controls["T"].max, story.controls["k"].max) == (3, 100, 100)
    assert Fade(TASKS["sunspots"]).controls["T"].max == 60


def test_a_cut_longer_than_the_sequence_stays_where_it_is(story):
    """It cuts nothing, says so, and cuts again when the sequence is longer."""
    story.controls["k"].value = 40
    assert story.picture.sentence.endswith("Truncation after 40 steps cuts nothing here.")
    story.controls["T"].value = 100
    assert story.controls["k"].value == 40
    assert "Truncated after 40 steps" in story.picture.sentence


def test_typed_fractions_of_steps_are_whole_steps(story):
    """30.7 steps are 30; nothing breaks."""
    story.controls["T"].value = 30.7
    story.controls["k"].value = 5.5
    assert story.complaint.value == ""
    assert ", T = 30:" in story.picture.sentence
    assert "Truncated after 5 steps" in story.picture.sentence


@pytest.mark.parametrize("name", TASKS)
def test_reset_goes_back_to_the_start(name):
    """All controls, and all that is shown, from wherever."""
    start = {"T": 3, "k": 2, "radius": 1.2, "hidden": "linear"}
    widget, fresh = Fade(TASKS[name], **start), Fade(TASKS[name], **start)
    for control, value in (("T", widget.controls["T"].max), ("radius", 0.1), ("k", 1), ("hidden", "relu")):
        widget.controls[control].value = value
    widget.controls["reset"].click()
    assert {n: c.value for n, c in widget.controls.items() if n != "reset"} == {
        n: c.value for n, c in fresh.controls.items() if n != "reset"
    }
    assert (widget.picture.html, widget.picture.sentence) == (fresh.picture.html, fresh.picture.sentence)
    assert widget.table.html == fresh.table.html
    assert_shows_what_is_true(widget)


def test_a_value_outside_its_range_becomes_its_end(story):
    """And NaN is refused before anything is computed."""
    story.controls["T"].value = 1e9
    story.controls["radius"].value = -3
    assert (story.controls["T"].value, story.controls["radius"].value) == (100, 0.1)
    with pytest.raises(ValueError, match="spectral radius: value must be a number"):
        story.controls["radius"].value = np.nan
    assert_shows_what_is_true(story)


def test_what_goes_wrong_is_said_and_the_picture_stays(story, monkeypatch):
    """A sentence that is announced, no traceback; it goes when things are well again."""
    before = story.picture.html, story.picture.sentence, story.table.html, story.still()

    def fail(*args):
        raise ValueError("radius <is> wrong")

    with monkeypatch.context() as broken:
        broken.setattr(module, "fading", fail)
        story.controls["radius"].value = 0.5
    assert 'role="alert"' in story.complaint.value
    assert "radius &lt;is&gt; wrong" in story.complaint.value
    assert (story.picture.html, story.picture.sentence, story.table.html, story.still()) == before
    story.controls["radius"].value = 0.7
    assert_shows_what_is_true(story)


def test_what_can_not_be_shown_is_refused():
    """By name, where the learner wrote it."""
    with pytest.raises(TypeError, match="task is a function, must be a Task"):
        Fade(hundred_steps)
    with pytest.raises(ValueError, match="T is 101, must be a whole number from 1 to 100"):
        Fade(T=101)
    with pytest.raises(ValueError, match="hidden is 'gelu', must be one of tanh"):
        Fade(hidden="gelu")
    with pytest.raises(ValueError, match="k is 0, must be a whole number from 1 to 100"):
        Fade(k=0)


def test_one_move_is_one_message_for_the_picture_and_one_for_the_table(story, monkeypatch):
    """Picture and sentence change together; no control is sent back to the reader who moves it."""
    sent = []
    for name, widget in (("picture", story.picture), ("table", story.table), *story.controls.items()):
        monkeypatch.setattr(widget, "send_state", lambda key=None, name=name: sent.append(name))
    story.controls["T"].set_trait("value", 50)
    assert sorted(sent) == ["T", "picture", "table"]


def test_still_has_the_numbers_without_any_script(story):
    """A sentence and a table, as HTML and as plain text without a typographic minus; nothing to press."""
    data, _ = story._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == story.model_id
    assert (data["text/html"], data["text/plain"]) == story.still()
    ElementTree.fromstring(data["text/html"])
    assert not re.search("<(button|input|script|style|svg)", data["text/html"])
    assert "−" not in data["text/plain"]
    assert len(data["text/plain"].splitlines()) == 2 + 1 + 6
