"""Cycles to draw, and a reader for the pages drawn from them: what is seen and lit at a frame."""

from xml.etree import ElementTree

import numpy as np

from rnnlib import cycle
from rnnlib.explain.files import frames_in
from rnnlib.tasks import Task, sunspot_year, three_steps, two_units
from rnnlib.weights import Weights


def one_cycle(task: Task, weight: str = "Wh", **options):
    """The cycle of a task."""
    words = {"hidden": task.hidden, "output": task.output, "loss": task.loss} | options
    return cycle(task.weights, task.x, task.y, task.O0, weight, **words)


def sized(T: int, D: int, H: int, K: int) -> Task:
    """A task of any size, with awkward numbers."""
    rng = np.random.default_rng(T + 10 * D + 100 * H + 1000 * K)
    shapes = (H, D), (H, H), (K, H)
    w = Weights(*(rng.normal(scale=0.5, size=shape) for shape in shapes))
    return Task("some numbers", w, rng.normal(size=(T, D)), rng.normal(size=K), rng.normal(size=H))


TASKS = {
    "three steps": three_steps(),
    "two units": two_units(),
    "sunspots": sunspot_year(),
    "one step": sized(1, 1, 1, 1),
    "six steps, three units": sized(6, 2, 3, 2),
    "twenty steps": sized(20, 1, 1, 1),
    "nine units": sized(4, 5, 9, 6),
}


class Page:
    """A page drawn as well-formed XML; raises where it is not."""

    def __init__(self, html: str, count: int) -> None:
        """Read the page of so many frames."""
        self.root, self.count = ElementTree.fromstring(f"<page>{html}</page>"), count
        self.parents = {child: parent for parent in self.root.iter() for child in parent}

    def is_seen(self, element: ElementTree.Element, index: int) -> bool:
        """Whether neither the element nor anything around it is hidden at a frame."""
        while element is not None:
            if not frames_in(element.get("data-at", "0-"), self.count)[index]:
                return False
            element = self.parents.get(element)
        return True

    def text(self, index: int, kind: str | None = None) -> str:
        """All that can be read at a frame, in elements of one class or in all."""
        roots = [self.root] if kind is None else [e for e in self.root.iter() if kind in e.get("class", "").split()]
        pieces = []
        for root in roots:
            for element in root.iter():
                if element.tag != "style" and self.is_seen(element, index):
                    pieces.append(element.text or "")
                if element is not root and self.is_seen(self.parents[element], index):
                    pieces.append(element.tail or "")
        return " ".join(" ".join(pieces).split())

    def lit(self, index: int, kind: str) -> list[ElementTree.Element]:
        """The elements of a class that are lit at a frame."""
        found = (e for e in self.root.iter() if kind in e.get("class", "").split() and "data-on" in e.attrib)
        return [e for e in found if frames_in(e.get("data-on"), self.count)[index]]

    def links(self) -> list[int]:
        """Where the clicks of the page lead."""
        return [int(e.get("data-go")) for e in self.root.iter() if "data-go" in e.attrib]
