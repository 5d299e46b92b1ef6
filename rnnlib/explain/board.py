"""The order of the board: `frames(cycle)` lists what is looked at, one after the other, in one full cycle."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ..cycles import Cycle

Kind = Literal["forward", "loss", "term", "sum", "update"]


@dataclass(frozen=True)
class Frame:
    """One place to look at: step `t` going forward, the loss, the term of step `t`, the sum, or the update."""

    kind: Kind
    t: int

    @property
    def title(self) -> str:
        """Return a short name, such as "forward, t = 2"."""
        return f"{self.kind}, t = {self.t}" if self.kind in ("forward", "term") else self.kind


@dataclass(frozen=True)
class Board:
    """The frames in order, and where each of them is."""

    frames: tuple[Frame, ...]

    @cached_property
    def places(self) -> dict[tuple[Kind, int | None], int]:
        """The index of each frame by its kind and step; by its kind alone for those that come once."""
        by_step = {(frame.kind, frame.t): i for i, frame in enumerate(self.frames)}
        once = {(frame.kind, None): i for i, frame in enumerate(self.frames) if frame.kind in ("loss", "sum", "update")}
        return by_step | once

    def at(self, kind: Kind, t: int | None = None) -> int | None:
        """Return the index of such a frame, None where there is none."""
        return self.places.get((kind, t))

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.frames)


def board(cycle: Cycle, until: Kind = "update") -> Board:
    """Return all frames: forward 1 .. T, loss, terms T .. 1, sum, update; or only those up to the kind `until`."""
    T = cycle.trace.T
    stages = {
        "forward": [Frame("forward", t) for t in range(1, T + 1)],
        "loss": [Frame("loss", T)],
        "term": [Frame("term", t) for t in cycle.steps],
        "sum": [Frame("sum", T)],
        "update": [Frame("update", T)],
    }
    kept = list(stages)[: list(stages).index(until) + 1]
    return Board(tuple(frame for kind in kept for frame in stages[kind]))
