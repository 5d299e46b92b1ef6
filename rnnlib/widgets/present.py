"""Project a lesson in class: `Present()` is a button that shows the lesson itself in big type, one key per step."""

import pathlib

import anywidget

STILL = "In JupyterLab and on the saved page, a button presents the lesson here: big type, code folded, a key per step."


class Present(anywidget.AnyWidget):
    """A button that presents the notebook it stands in; nothing is copied, and no kernel is asked.

    A key, or a remote control, goes on to the next thing to see: the next frame of a stepper, the answer of a question
    in which something was chosen, else the next stop, which is a heading with its text, or an output.

    >>> Present()
    Present()
    """

    _esm = pathlib.Path(__file__).with_name("present.js")
    _css = pathlib.Path(__file__).with_name("present.css")

    def still(self) -> tuple[str, str]:
        """Return what stands in a page without scripts, as HTML and as plain text."""
        return f"<p>{STILL}</p>", STILL

    def __repr__(self) -> str:
        """Return the same text in every run of a notebook."""
        return "Present()"

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        page, text = self.still()
        return {**data, "text/html": page, "text/plain": text}, metadata
