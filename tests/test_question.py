"""The question's Python side: what it accepts, and what remains of it where no widget can run."""

import pathlib
from xml.etree import ElementTree

import pytest
from traitlets import TraitError

from rnnlib.widgets import Question

WIDGETS = pathlib.Path(__file__).parents[1] / "rnnlib" / "widgets"
CHOICES = ["`a < b` & more", "the second", "neither"]


@pytest.fixture
def question():
    """Three choices, the second is right."""
    return Question("Which of `x` and <b>y</b>?", CHOICES, answer="the second", because="`x` is\nno <i>y</i>.")


def test_all_texts_are_in_the_state_that_is_sent(question):
    """The browser needs nothing else, and no kernel."""
    state = question.get_state()
    assert state["question"] == "Which of `x` and <b>y</b>?"
    assert (state["choices"], state["answer"], state["because"]) == (CHOICES, "the second", "`x` is\nno <i>y</i>.")


def test_code_and_style_are_sent_as_text():
    """An ordinary installation watches no file, and says nothing about one."""
    state = Question("?", ["a", "b"], answer="a").get_state()
    assert state["_esm"] == (WIDGETS / "question.js").read_text(encoding="utf-8")
    assert state["_css"] == (WIDGETS / "question.css").read_text(encoding="utf-8")


def test_a_question_does_not_change(question):
    """What is asked, and the answer, are settled when it is made."""
    for name in ("question", "choices", "answer", "because"):
        with pytest.raises(TraitError, match="read-only"):
            setattr(question, name, getattr(question, name))


@pytest.mark.parametrize("choices", [[], ["a"], ["a", "a"], ["a", "b", "a"]])
def test_choices_are_two_or_more_and_all_different(choices):
    """One choice is none, and of two equal ones both would be right."""
    with pytest.raises(ValueError, match="must be at least two, all different") as caught:
        Question("?", choices, answer="a")
    assert str(choices) in str(caught.value)


def test_answer_is_one_of_the_choices():
    """The message names them."""
    with pytest.raises(ValueError) as caught:
        Question("?", ["a", "b"], answer="c")
    assert str(caught.value) == "answer is 'c', must be one of the choices ['a', 'b']"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, ["a", "b"], "a"), "question is 1, must be a string"),
        (("?", "ab", "a"), "choices is 'ab', must be a list of strings"),
        (("?", ["1", 2], "1"), "choices is ['1', 2], must be a list of strings"),
        (("?", 12, "1"), "choices is 12, must be a list of strings"),
        (("?", ["a", "b"], 1), "answer is 1, must be a string"),
        (("?", ["a", "b"], "a", None), "because is None, must be a string"),
    ],
)
def test_what_is_no_text_is_refused_by_name(arguments, message):
    """A TypeError, before there is a widget."""
    with pytest.raises(TypeError) as caught:
        Question(*arguments)
    assert str(caught.value) == message


def test_an_empty_question_is_refused():
    """It would ask nothing."""
    with pytest.raises(ValueError, match="question is empty"):
        Question(" ", ["a", "b"], answer="a")


def test_a_tuple_of_choices_will_do():
    """Whatever is in order."""
    assert Question("?", ("a", "b"), answer="b").choices == ["a", "b"]


def test_repr_is_stable_and_keeps_the_answer_to_itself(question):
    """Two runs of a notebook print the same."""
    assert repr(question) == "Question('Which of `x` and <b>y</b>?', 3 choices)"
    assert "the second" not in repr(question)


def test_still_in_html_folds_the_answer_away(question):
    """Question and numbered choices in sight, the answer in a details element; no text of the author becomes a tag."""
    data, _ = question._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == question.model_id
    root = ElementTree.fromstring(f"<div>{data['text/html']}</div>")
    asked, choices, details = root
    assert "".join(asked.itertext()) == "Which of x and <b>y</b>?"
    assert ["".join(choice.itertext()) for choice in choices] == ["a < b & more", "the second", "neither"]
    assert (choices.tag, details.tag, details[0].tag, details[0].text) == ("ol", "details", "summary", "Answer")
    assert "open" not in details.attrib
    assert ["".join(part.itertext()) for part in details[1:]] == ["the second", "x is\nno <i>y</i>."]
    assert [code.text for code in root.iter("code")] == ["x", "a < b", "x"]


def test_still_as_text_has_the_answer_in_the_last_line(question):
    """So that one can read on without it."""
    data, _ = question._repr_mimebundle_()
    assert data["text/plain"].splitlines() == [
        "Which of `x` and <b>y</b>?",
        "  1. `a < b` & more",
        "  2. the second",
        "  3. neither",
        "Answer: 2. the second. `x` is no <i>y</i>.",
    ]
    assert Question("?", ["a", "No."], "No.").still()[1].splitlines()[-1] == "Answer: 2. No."


def test_code_in_the_browser_is_short_asks_for_nothing_and_trusts_no_text():
    """No build step, no address, no message to Python, and texts enter the page as text only."""
    script = (WIDGETS / "question.js").read_text(encoding="utf-8")
    assert len(script.splitlines()) < 100
    assert max(map(len, script.splitlines())) <= 120
    for word in ("http", "import ", "save_changes", "eval"):
        assert word not in script
    assert script.count("innerHTML") == 1
    assert "${" not in script.split("innerHTML")[1].split(";")[0]
    assert "url(" not in (WIDGETS / "question.css").read_text(encoding="utf-8")
