"""Predict, then reveal: a question with choices, and the answer only when it is asked for.

What you can do here: ask (Question).
"""

import pathlib
import re
from collections.abc import Sequence
from html import escape

import anywidget
import traitlets


class Question(anywidget.AnyWidget):
    """A question with choices to pick from; the answer and its reason appear when the reader has chosen and asks.

    question : what is asked
    choices  : at least two different texts
    answer   : the right one, spelled as in choices
    because  : the reason, shown with the answer

    `code` in backticks is set as code, everything else as it stands. It works without a kernel, in a saved page too.

    >>> Question("What is `2 + 2`?", ["3", "4"], answer="4", because="Two and two are four.")
    Question('What is `2 + 2`?', 2 choices)
    """

    _esm = pathlib.Path(__file__).with_name("question.js")
    _css = pathlib.Path(__file__).with_name("question.css")

    question = traitlets.Unicode(read_only=True).tag(sync=True)
    choices = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    answer = traitlets.Unicode(read_only=True).tag(sync=True)
    because = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, question: str, choices: Sequence[str], answer: str, because: str = "") -> None:
        """Check that the texts make a question."""
        texts = {"question": question, "answer": answer, "because": because}
        for name, text in texts.items():
            if not isinstance(text, str):
                raise TypeError(f"{name} is {text!r}, must be a string")
        if not question.strip():
            raise ValueError("question is empty, must say what is asked")
        choices = checked_choices(choices, answer)
        super().__init__()
        for name, value in {**texts, "choices": choices}.items():
            self.set_trait(name, value)

    def still(self) -> tuple[str, str]:
        """Return question, choices and answer as HTML, the answer folded away, and as plain text, the answer last."""
        listed = "".join(f"<li>{spelled(choice)}</li>" for choice in self.choices)
        reason = f"<p>{spelled(self.because)}</p>" if self.because else ""
        page = (
            f"<p><strong>{spelled(self.question)}</strong></p><ol>{listed}</ol>"
            f"<details><summary>Answer</summary><p><strong>{spelled(self.answer)}</strong></p>{reason}</details>"
        )
        lines = [self.question, *(f"  {n}. {choice}" for n, choice in enumerate(self.choices, 1))]
        end = "" if self.answer.endswith((".", "?", "!")) else "."
        answer = f"Answer: {self.choices.index(self.answer) + 1}. {self.answer}{end} {self.because}"
        return page, "\n".join([*lines, " ".join(answer.split())])

    def __repr__(self) -> str:
        """Return what is asked: the same text in every run of a notebook."""
        return f"Question({self.question!r}, {len(self.choices)} choices)"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        page, text = self.still()
        return {**data, "text/html": page, "text/plain": text}, metadata


def checked_choices(choices: Sequence[str], answer: str) -> list[str]:
    """Return the choices as a list: at least two, all different, the answer among them."""
    is_list = isinstance(choices, Sequence) and not isinstance(choices, str)
    if not is_list or not all(isinstance(choice, str) for choice in choices):
        raise TypeError(f"choices is {choices!r}, must be a list of strings")
    choices = list(choices)
    if len(set(choices)) < len(choices) or len(choices) < 2:
        raise ValueError(f"choices are {choices}, must be at least two, all different")
    if answer not in choices:
        raise ValueError(f"answer is {answer!r}, must be one of the choices {choices}")
    return choices


def spelled(text: str) -> str:
    """Return text as HTML, with `code` in backticks set as code.

    >>> spelled("is `a < b`?")
    'is <code>a &lt; b</code>?'
    """
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
