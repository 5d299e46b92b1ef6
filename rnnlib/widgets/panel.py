"""A column of controls and pictures in a notebook: keys stay inside, and a page without scripts shows its still.

What you can do here: make a panel (Panel), read an array that a learner typed (typed_array), write one (array_text).
"""

import pathlib
import threading
from collections.abc import Callable
from functools import wraps
from html import escape

import anywidget
import ipywidgets as widgets
import numpy as np

from ..explain.style import style

LOCK = threading.RLock()


def one_at_a_time(handler: Callable) -> Callable:
    """Let what panels do about their controls happen one after the other.

    A training goes on in a thread of its own, and JupyterLab may hand what each control says to one, too: a picture
    that was begun with the old numbers would come last.
    """

    @wraps(handler)
    def alone(*arguments: object) -> object:
        with LOCK:
            return handler(*arguments)

    return alone


def hear_in_order(widget: widgets.Widget) -> None:
    """Let Python hear what is done to a widget, and to all inside it, in the order in which it was done.

    With JupyterLab 4.6, ipykernel 7.4 hands what one control says to a thread, and what another says to the main one,
    each with a queue of its own: a Reset could be overtaken by the number that was typed before it. Here all take the
    main queue, as with every other version. Where a comm does not choose, there is nothing to do.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda data, default: None
    for child in getattr(widget, "children", ()):
        hear_in_order(child)


class Guard(anywidget.AnyWidget):
    """Keeps keys that are pressed inside a panel from JupyterLab, whose own keys would act on the cell."""

    _esm = pathlib.Path(__file__).with_name("guard.js")

    def __repr__(self) -> str:
        """Return the same text at every run."""
        return "Guard()"


class Panel(widgets.VBox):
    """Controls and pictures under one roof; subclasses say with `still` what a page without scripts shows.

    The style sheet of the pictures comes with the panel, not with each picture: reading it takes the browser longer
    than a new picture does.
    """

    def __init__(self, children: tuple[widgets.Widget, ...], sheet: str = "") -> None:
        """Stack the children; `sheet` is HTML that adds to the style of all explanations."""
        hidden = widgets.HTML(style() + sheet, layout={"display": "none"})
        super().__init__([hidden, *children, Guard()])
        self.add_class("rnn-panel")
        hear_in_order(self)

    def still(self) -> tuple[str, str]:
        """Return what is shown now as HTML and as plain text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        page, text = self.still()
        return {**data, "text/html": page, "text/plain": text}, metadata

    def __repr__(self) -> str:
        """Return the name and what is shown, in the first line of the still."""
        return f"{type(self).__name__}: {self.still()[1].splitlines()[0]}"


def complaint(text: str) -> str:
    """Return a sentence that says what is wrong with a field, announced to screen readers; nothing for no text."""
    colour = "color: var(--jp-error-color0, #a00); font-weight: 600"
    return f'<span role="alert" style="{colour}">⚠ {escape(text)}</span>' if text else ""


def array_text(array: np.ndarray) -> str:
    """Return an array as it can be typed: commas between entries, semicolons between rows.

    >>> array_text(np.array([[0.5, -1.0], [0.25, 2.0]]))
    '0.5, -1; 0.25, 2'
    """
    return "; ".join(", ".join(f"{v:.12g}" for v in row) for row in np.atleast_2d(array))


def typed_array(text: str, name: str) -> np.ndarray:
    """Return the rows a learner typed as an array (rows, columns); a ValueError says which entry can't be read.

    >>> typed_array("0.5, -1; 0.25, 2", "Wh").tolist()
    [[0.5, -1.0], [0.25, 2.0]]
    """
    rows = []
    for row in text.strip().strip(";").split(";"):
        entries = [entry.strip().replace("−", "-") for entry in row.replace("\t", ",").strip().strip(",").split(",")]
        for entry in entries:
            try:
                float(entry)
            except ValueError:
                what = f"{entry!r} is not a number" if entry else "an entry is missing"
                raise ValueError(f"{name}: {what}; write numbers like 0.5, -1 with ; between rows") from None
        rows.append([float(entry) for entry in entries])
    if len({len(row) for row in rows}) > 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise ValueError(f"{name}: the rows hold {lengths} numbers, each row must hold as many as the others")
    return np.array(rows)
