"""Let descents race: `Race({"full": run.losses, ...})` steps through their losses side by side."""

from collections.abc import Mapping
from html import escape

from numpy.typing import ArrayLike

from ..explain import plain_race, race, race_table
from .stepper import Stepper


class Race(Stepper):
    """A stepper through several descents at once: Play lets them run, and each frame says who has learned.

    runs : {name: losses (updates + 1,)}, all of the same length
    goal : a loss below this counts as learned
    """

    def __init__(self, runs: Mapping[str, ArrayLike], goal: float = 0.1) -> None:
        """Make all frames at once; the first shown is the start."""
        made, table, plain_table = race(runs, goal), race_table(runs, goal), plain_race(runs, goal)

        def still(index: int) -> tuple[str, str]:
            said = made.sentences[index]
            return f"<p>{escape(said)}</p>{table}", f"{said}\n\n{plain_table}".replace("−", "-")

        super().__init__(
            made.html, made.sentences, made.titles, still=still, label="Let the descents run", interval=200
        )
