"""Panels keep keys inside, carry a still, and read what a learner types."""

import inspect
import re
import threading
import time
from functools import partial

import comm
import numpy as np
import pytest
from comm.base_comm import BaseComm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from ipywidgets import HTML

from rnnlib.forecast import split
from rnnlib.series import sunspots
from rnnlib.tasks import three_steps
from rnnlib.widgets import Downhill, Fade, Training, Untie, Walk
from rnnlib.widgets.panel import Guard, Panel, array_text, complaint, one_at_a_time, typed_array


class Sample(Panel):
    """A panel with a still."""

    def still(self):
        """One line."""
        return "<p>What is <b>shown</b>.</p>", "What is shown.\nAnd more."


def test_a_panel_carries_its_still_beside_the_widget():
    """GitHub, a printed page and nbval see what is shown, not the names of boxes."""
    data, _ = Sample((HTML("x"),))._repr_mimebundle_()
    assert data["text/html"] == "<p>What is <b>shown</b>.</p>"
    assert data["text/plain"] == "What is shown.\nAnd more."
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_panel_reads_as_what_it_shows_and_guards_its_keys():
    """Its text is the same at every run, and a Guard sits inside."""
    panel = Sample((HTML("x"),))
    assert repr(panel) == "Sample: What is shown."
    assert isinstance(panel.children[-1], Guard)
    assert repr(panel.children[-1]) == "Guard()"
    assert "rnn-panel" in panel._dom_classes


@settings(deadline=None, derandomize=True, max_examples=60)
@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(-999, 999)))
def test_what_is_written_can_be_read_again(array):
    """array_text and typed_array undo one another."""
    np.testing.assert_array_equal(typed_array(array_text(array / 8), "Wh"), array / 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.5", [[0.5]]),
        (" 1 , 2;3,4 ; ", [[1, 2], [3, 4]]),
        ("−0.5", [[-0.5]]),
        ("1e-3", [[0.001]]),
        ("1\t2", [[1, 2]]),
    ],
)
def test_spaces_trailing_semicolons_true_minus_and_tabs_are_understood(text, expected):
    """What comes from a page or a spreadsheet can be pasted."""
    np.testing.assert_array_equal(typed_array(text, "Wh"), expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.5x", "Wh: '0.5x' is not a number"),
        ("", "Wh: an entry is missing"),
        ("1,,2", "Wh: an entry is missing"),
        ("1, 2; 3", "Wh: the rows hold 2, 1 numbers, each row must hold as many as the others"),
    ],
)
def test_what_cannot_be_read_is_said_by_name(text, why):
    """The field's name, the entry and what to write."""
    with pytest.raises(ValueError) as caught:
        typed_array(text, "Wh")
    assert str(caught.value).startswith(why)


def test_a_complaint_is_escaped_and_announced():
    """Text of a learner never becomes markup."""
    assert "&lt;script&gt;" in complaint("<script>")
    assert 'role="alert"' in complaint("no")
    assert complaint("") == ""


def test_handlers_of_panels_run_one_after_the_other():
    """Also in threads of their own, as JupyterLab may have them: none begins before another has ended."""
    happened = []

    @one_at_a_time
    def handler(name):
        happened.append(name)
        time.sleep(0.02)
        happened.append(name)

    threads = [threading.Thread(target=handler, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert happened[::2] == happened[1::2]
    assert sorted(happened) == list("aabbcc")


@pytest.mark.parametrize("panel", [Walk, Untie, Fade, Downhill])
def test_every_handler_of_a_panel_waits_for_its_turn(panel):
    """Whatever hears of a control is marked so."""
    source = inspect.getsource(panel)
    heard = set(re.findall(r"(?:observe|on_click)\(self\.(\w+)", source))
    assert heard
    for name in heard:
        assert f"@one_at_a_time\n    def {name}(self" in source, name


def training():
    """The dashboard of lesson 7."""
    return Training(split(sunspots(), held_out_from=1920), H=2)


class ChoosingComm(BaseComm):
    """A comm as ipykernel 7.4 has it: it chooses the queue of what it hears."""

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        """Nobody listens."""

    def _reply_subshell_for(self, data, default):
        return "a thread of its own"


def inside(widget):
    """The widget, and all in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in inside(child))]


ALL = {"Fade": Fade, "Training": training} | {of.__name__: partial(of, three_steps()) for of in (Walk, Untie, Downhill)}


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_all_of_a_panel_is_heard_in_one_queue(make, monkeypatch):
    """Else a Reset could be overtaken by the number that was typed before it; what is not in a panel stays as it is."""
    monkeypatch.setattr(comm, "create_comm", ChoosingComm)
    parts = inside(make())
    assert len(parts) > 8
    assert {part.comm._reply_subshell_for({}, "the front-end's") for part in parts} == {None}
    assert HTML("x").comm._reply_subshell_for({}, "the front-end's") == "a thread of its own"


def test_a_comm_that_does_not_choose_is_left_alone():
    """Other versions of ipykernel, and no kernel at all."""
    panel = Sample((HTML("x"),))
    assert not any("_reply_subshell_for" in vars(part.comm) for part in inside(panel))
