"""From Axes to what a lesson shows: `picture(ax)` is the drawing with its words, as PNG, HTML and plain text in one."""

import base64
import html
import io
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ..arrays import instance
from .description import Description


class Words(Artist):
    """What is said about a drawing, kept in its Axes as an artist that draws nothing: it leaves with `ax.clear()`."""

    def __init__(self, description: Description) -> None:
        """Stay invisible, and out of the layout."""
        super().__init__()
        self.description = description
        self.set_visible(False)
        self.set_in_layout(False)


def described(ax: Axes, description: Description) -> Axes:
    """Leave the description of what was just drawn in `ax`, and return it."""
    ax.add_artist(Words(description))
    return ax


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawing as `png`, and its `descriptions`, one for each thing drawn.

    Shown by Jupyter as a figure with alt text, a caption and a table to unfold; as plain text it is `str(picture)`.
    """

    png: bytes
    descriptions: tuple[Description, ...]

    @property
    def sentence(self) -> str:
        """What is to be seen, in words."""
        return " ".join(description.sentence for description in self.descriptions)

    def __repr__(self) -> str:
        """Return the sentences, each with its table."""
        return "\n\n".join(description.text for description in self.descriptions)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the three ways to show it; JupyterLab takes the HTML, the one whose alt text arrives."""
        png, sentence = base64.b64encode(self.png).decode("ascii"), html.escape(self.sentence)
        tables = "".join(description.html for description in self.descriptions)
        figure = f'<img alt="{sentence}" src="data:image/png;base64,{png}"><figcaption>{sentence}</figcaption>'
        return {
            "image/png": png,
            "text/html": f'<figure style="margin: 0">{figure}</figure>{tables}',
            "text/plain": repr(self),
        }


def picture(ax: Axes) -> Picture:
    """Return the figure of `ax`, whole, as a `Picture` that says what each of its Axes shows.

    Raises TypeError for anything but Axes, ValueError for Axes in which no `draw_...` of this package has drawn.

    >>> from rnnlib.plots import draw_loss
    >>> picture(draw_loss([0.5, 0.25, 0.125])).sentence
    'The loss falls from 0.5 to 0.125, its lowest value, in 2 updates.'
    """
    instance(ax, "ax", Axes, "draw_contributions(grads) and its like")
    figure = ax.figure.canvas.figure  # the whole one, of a subfigure too
    words = [child for one in figure.axes for child in one.get_children() if isinstance(child, Words)]
    if not words:
        raise ValueError("ax has no description, must be Axes that a draw_... of rnnlib.plots has drawn in")
    file = io.BytesIO()
    box = None if figure.get_layout_engine() else "tight"
    figure.savefig(file, format="png", dpi="figure", facecolor="white", bbox_inches=box, metadata={"Software": None})
    return Picture(file.getvalue(), tuple(word.description for word in words))
