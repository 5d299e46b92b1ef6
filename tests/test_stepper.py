"""The stepper's Python side: what it accepts, what it sends, and what remains of it where no widget can run."""

import pathlib

import pytest
from traitlets import TraitError

from rnnlib.widgets.stepper import Stepper

SCENE = "<p data-at='0-1' data-on='1'>forward</p> <p data-at='2' data-go='2'>backward</p>"
SENTENCES = ["O1 is made.", "O2 < 1 is made.", "The error goes back."]
TITLES = ["forward, t = 1", "forward, t = 2", "backward"]
WIDGETS = pathlib.Path(__file__).parents[1] / "rnnlib" / "widgets"


@pytest.fixture
def stepper():
    """Three frames, at the second."""
    return Stepper(SCENE, SENTENCES, TITLES, index=1, label="Step through one cycle")


@pytest.fixture
def sent(stepper, monkeypatch):
    """The states that the stepper sends to the browser from now on."""
    states = []
    monkeypatch.setattr(stepper, "_send", lambda message, buffers: states.append(message["state"]))
    return states


def test_all_frames_are_in_the_state_that_is_sent_once(stepper):
    """The browser has everything before the first step."""
    state = stepper.get_state()
    assert (state["scene"], state["sentences"], state["titles"]) == (SCENE, SENTENCES, TITLES)
    assert (state["index"], state["label"]) == (1, "Step through one cycle")


def test_code_and_style_are_sent_as_text_and_no_file_is_watched():
    """An ordinary installation starts no thread, and says nothing about one."""
    state = Stepper(SCENE, SENTENCES).get_state()
    assert state["_esm"] == (WIDGETS / "stepper.js").read_text(encoding="utf-8")
    assert state["_css"] == (WIDGETS / "stepper.css").read_text(encoding="utf-8")
    assert Stepper._esm._background_thread is None


def test_titles_may_be_left_out():
    """A frame without a name of its own is still a frame."""
    assert Stepper(SCENE, SENTENCES).titles == []


@pytest.mark.parametrize("index", [-1, 3])
def test_index_out_of_range_is_refused_with_the_range(stepper, index):
    """The place stays where it was."""
    with pytest.raises(TraitError, match=f"index must be between 0 and 2, not {index}"):
        stepper.index = index
    assert stepper.index == 1


def test_index_out_of_range_is_refused_from_the_start():
    """No stepper begins nowhere."""
    with pytest.raises(TraitError, match="between 0 and 2, not 3"):
        Stepper(SCENE, SENTENCES, index=3)


def test_index_is_not_echoed_to_the_reader(stepper):
    """An echo of an old place would pull back a reader who has moved on."""
    assert stepper.trait_metadata("index", "echo_update") is False
    stepper.set_state({"index": 2})
    assert stepper.index == 2


def test_show_keeps_the_place(stepper):
    """New numbers, same frame."""
    stepper.show("<p>other</p>", ["a", "b", "c", "d"])
    assert (stepper.scene, stepper.sentences, stepper.titles, stepper.index) == ("<p>other</p>", list("abcd"), [], 1)


def test_show_with_fewer_frames_goes_to_the_last(stepper):
    """The place is never beyond the end."""
    stepper.show(SCENE, ["only one"])
    assert stepper.index == 0


def test_fewer_sentences_alone_move_the_index_too(stepper):
    """The trait is as safe as the method."""
    stepper.sentences = ["only one"]
    assert stepper.index == 0


def test_show_sends_one_message(stepper, sent):
    """The browser never sees the new scene with the old sentences."""
    stepper.show("<p>other</p>", ["only one"])
    assert sent == [{"scene": "<p>other</p>", "sentences": ["only one"], "titles": [], "index": 0}]


@pytest.mark.parametrize("make", [Stepper, lambda *args: Stepper(SCENE, SENTENCES).show(*args)])
def test_frames_that_do_not_fit_together_are_refused(make):
    """Each frame has one sentence, and each or no frame has a title."""
    with pytest.raises(ValueError, match="sentences is empty"):
        make(SCENE, [])
    with pytest.raises(ValueError, match="titles has 1 names; it must have one for each of the 3 sentences"):
        make(SCENE, SENTENCES, ["one"])
    with pytest.raises(TypeError, match="sentences must be a list of strings"):
        make(SCENE, "one sentence")


def test_interval_is_positive(stepper):
    """Play without a pause between frames would show nothing."""
    with pytest.raises(TraitError, match="positive number of ms, not 0"):
        stepper.interval = 0


def test_repr_is_stable(stepper):
    """Two runs of a notebook print the same."""
    assert repr(stepper) == "Stepper(3 frames, at 1)"


def test_still_is_the_sentence(stepper):
    """Where no widget can run, the current sentence is left, escaped in HTML."""
    data, _ = stepper._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == stepper.model_id
    assert data["text/plain"] == "O2 < 1 is made."
    assert data["text/html"] == "<p>O2 &lt; 1 is made.</p>"


def test_still_of_ones_own_is_asked_for_the_current_frame():
    """A ledger as a plain table, say."""
    stepper = Stepper(SCENE, SENTENCES, still=lambda k: (f"<table>{k}</table>", f"table {k}"), index=2)
    data, _ = stepper._repr_mimebundle_()
    assert (data["text/html"], data["text/plain"]) == ("<table>2</table>", "table 2")


def test_code_in_the_browser_is_short_and_asks_for_nothing():
    """Fewer than 150 lines, no build step, no address, two places that speak to Python: of place and presses."""
    script = (WIDGETS / "stepper.js").read_text(encoding="utf-8")
    assert len(script.splitlines()) < 150
    assert max(map(len, script.splitlines())) <= 120
    assert script.count("save_changes()") == 2
    for word in ("http", "import ", "require(", "eval"):
        assert word not in script
    assert "url(" not in (WIDGETS / "stepper.css").read_text(encoding="utf-8")


def test_hidden_parts_keep_their_room():
    """Visibility, not display, decides what is seen: nothing moves when the frame changes."""
    style = (WIDGETS / "stepper.css").read_text(encoding="utf-8")
    assert "[data-at]:not(.at) { visibility: hidden; }" in style
