"""A picture made by Python, and the sentence that says what it shows.

What you can do here: show one (Picture), and another in its place (Picture.show).
"""

import pathlib

import anywidget
import traitlets


class Picture(anywidget.AnyWidget):
    """HTML, and under it a sentence, if there is one; screen readers are told the sentence whenever it changes.

    The live region stays in the page and only its text changes; one that came anew with each picture might not be read.
    """

    _esm = pathlib.Path(__file__).with_name("picture.js")
    _css = pathlib.Path(__file__).with_name("picture.css")

    html = traitlets.Unicode().tag(sync=True)
    sentence = traitlets.Unicode().tag(sync=True)

    def show(self, html: str, sentence: str = "") -> None:
        """Replace picture and sentence in one message."""
        with self.hold_sync():
            self.html, self.sentence = html, sentence

    def __repr__(self) -> str:
        """Return the sentence: the same text in every run of a notebook."""
        return f"Picture({self.sentence!r})"
