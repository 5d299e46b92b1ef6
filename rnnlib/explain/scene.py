"""Everything of one cycle on one page: `scene(cycle)` puts graph, formulas and ledger together for the stepper.

The scene is made once; by the marks `data-at`, `data-on` and `data-go` the stepper shows and lights what a frame is.
`still(cycle, index)` is the part of it that a page without scripts can show.
"""

from dataclasses import dataclass
from html import escape

from ..cycles import Cycle
from .board import Board, Kind, board
from .equation import equation
from .graph import graph
from .ledger import ledger, plain_ledger
from .words import sentence


@dataclass(frozen=True)
class Scene:
    """What a stepper needs: the page of all frames, and for each frame its title and its sentence."""

    html: str
    titles: list[str]
    sentences: list[str]


def scene(cycle: Cycle, until: Kind = "update") -> Scene:
    """Return the scene of a cycle, whole or only up to the frames of kind `until`."""
    plan = board(cycle, until)
    formulas = "".join(f'<div data-at="{i}">{equation(cycle, frame)}</div>' for i, frame in enumerate(plan.frames))
    table = ledger(cycle, plan) if has_terms(plan) else ""
    page = f'<div class="rnn">{graph(cycle, plan)}<div class="equations">{formulas}</div>{table}</div>'
    return Scene(page, [frame.title for frame in plan.frames], [sentence(cycle, frame) for frame in plan.frames])


def has_terms(plan: Board) -> bool:
    """Return whether the board goes as far as the sum of the terms."""
    return plan.at("sum") is not None


def still(cycle: Cycle, index: int, until: Kind = "update") -> tuple[str, str]:
    """Return one frame without scripts, as HTML and as plain text: its sentence and the whole ledger."""
    plan = board(cycle, until)
    frame = plan.frames[index]
    said = f"Frame {index + 1} of {len(plan)} ({frame.title}). {sentence(cycle, frame)}"
    if not has_terms(plan):
        return f'<div class="rnn"><p>{escape(said)}</p></div>', said.replace("−", "-")
    table = ledger(cycle, plan, heading=str).replace('<button type="button"', "<span").replace("</button>", "</span>")
    return f'<div class="rnn"><p>{escape(said)}</p>{table}</div>', f"{said}\n\n{plain_ledger(cycle)}".replace("−", "-")
