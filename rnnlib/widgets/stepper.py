"""One scene, many frames: everything is computed once, and stepping never asks the kernel.

What you can do here: make a stepper (Stepper), and change what it shows (Stepper.show).

The scene is one HTML string that holds all frames; these attributes tell what a frame shows and where a click leads:

    data-at="3 7"      visible at frames 3 and 7 only; its room stays, so nothing moves
    data-on="2 5-7 9-" has the class `on` at frames 2, 5, 6, 7 and from 9 to the last
    data-go="4"        a click goes to frame 4; with a tabindex, Enter and Space do too
    data-pick          a press in it, or a drag over it, sets `picked` to the place
    data-scroll        may be wider than the scene: scrolls on its own, with the keys too
"""

import html
import pathlib
from collections.abc import Callable, Sequence

import anywidget
import traitlets


class Stepper(anywidget.AnyWidget):
    """Walk through the frames of a scene with buttons, a slider, the keyboard, or a click in the scene.

    scene: HTML of all frames.  sentences: what each frame shows.  titles: a short name of each frame, or none at all.
    still: frame index -> (HTML, plain text), what a page shows where no widget can run; the frame's sentence if None.
    label: the accessible name.  picked: where the reader has pressed, (right, down), in shares of what has data-pick.
    index, interval (ms per frame of Play) and big (type) are traits like any other.

    While the reader steps, `index` changes in the browser alone, where `jslink` can follow it; Python learns the
    place when the focus leaves the stepper.

    >>> Stepper("<p data-at='0'>forward</p> <p data-at='1'>backward</p>", ["First forward.", "Then backward."])
    Stepper(2 frames, at 0)
    """

    _esm = pathlib.Path(__file__).with_name("stepper.js")
    _css = pathlib.Path(__file__).with_name("stepper.css")

    scene = traitlets.Unicode().tag(sync=True)
    sentences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # no echo: it would arrive after the reader has moved on, and pull the frame back
    index = traitlets.Int().tag(sync=True, echo_update=False)
    big = traitlets.Bool().tag(sync=True, echo_update=False)
    picked = traitlets.List(traitlets.Float()).tag(sync=True, echo_update=False)
    interval = traitlets.Int(1200).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        scene: str,
        sentences: Sequence[str],
        titles: Sequence[str] = (),
        *,
        still: Callable[[int], tuple[str, str]] | None = None,
        label: str = "Step through the frames",
        **traits,
    ):
        """Make it; index, interval and big are given by name."""
        sentences, titles = _checked_frames(sentences, titles)
        super().__init__(scene=scene, sentences=sentences, titles=titles, label=label, **traits)
        self.still = still

    def show(self, scene: str, sentences: Sequence[str], titles: Sequence[str] = ()) -> None:
        """Replace the scene and its frames in one message; the index stays, or becomes the last frame."""
        sentences, titles = _checked_frames(sentences, titles)
        with self.hold_sync():
            self.scene, self.sentences, self.titles = scene, sentences, titles

    @traitlets.validate("index")
    def _index_in_range(self, proposal):
        last = len(self.sentences) - 1
        if not 0 <= proposal.value <= last:
            raise traitlets.TraitError(f"index must be between 0 and {last}, not {proposal.value}")
        return proposal.value

    @traitlets.validate("interval")
    def _interval_is_positive(self, proposal):
        if proposal.value <= 0:
            raise traitlets.TraitError(f"interval must be a positive number of ms, not {proposal.value}")
        return proposal.value

    @traitlets.observe("sentences")
    def _stay_in_range(self, change):
        self.index = max(0, min(self.index, len(change.new) - 1))

    def __repr__(self) -> str:
        """How many frames, and where: the same text in every run of a notebook."""
        return f"Stepper({len(self.sentences)} frames, at {self.index})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        sentence = self.sentences[self.index]
        page, text = self.still(self.index) if self.still else (f"<p>{html.escape(sentence)}</p>", sentence)
        return {**data, "text/html": page, "text/plain": text}, metadata


def _checked_frames(sentences: Sequence[str], titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Both as lists, or a ValueError: at least one sentence, and as many titles as sentences, or none."""
    for name, texts in (("sentences", sentences), ("titles", titles)):
        if isinstance(texts, str):
            raise TypeError(f"{name} must be a list of strings, one for each frame, not one string")
    sentences, titles = list(sentences), list(titles)
    if not sentences:
        raise ValueError("sentences is empty; it must have one sentence for each frame")
    if titles and len(titles) != len(sentences):
        raise ValueError(f"titles has {len(titles)} names; it must have one for each of the {len(sentences)} sentences")
    return sentences, titles
