"""The graph outside a notebook shows what the stepper would."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from pages import TASKS, Page, one_cycle

from rnnlib.explain import board, frozen, graph, moving
from rnnlib.explain.files import frames_in

PICTURE = Path(__file__).parents[1] / ".github" / "one_cycle.svg"


def test_frames_are_read_as_single_numbers_ranges_and_open_ranges():
    """The same marks as in the stepper."""
    assert frames_in("2 4-5", 7) == [False, False, True, False, True, True, False]
    assert frames_in("5-", 7) == [False] * 5 + [True] * 2
    assert frames_in("", 3) == [False] * 3


@pytest.mark.parametrize("name", TASKS)
def test_a_frozen_graph_holds_what_is_seen_at_its_frame(name):
    """Nothing of other frames is left, and what is lit says so."""
    cycle = one_cycle(TASKS[name])
    plan = board(cycle)
    page = Page(graph(cycle, plan), len(plan))
    for index in range(len(plan)):
        still = frozen(graph(cycle, plan), index, len(plan))
        assert "data-" not in still
        assert " ".join("".join(f" {t} " for t in ElementTree.fromstring(still).itertext()).split()) == page.text(index)
        assert still.count(' on"') == sum(len(page.lit(index, kind)) for kind in ("node", "pill", "arrow"))


def test_the_moving_picture_has_a_layer_a_frame_and_can_stand_still():
    """Nine frames in turn; where motion is not wanted, one of them stays."""
    cycle = one_cycle(TASKS["three steps"])
    page = moving(cycle)
    root = ElementTree.fromstring(page)
    assert len([e for e in root.iter() if e.get("class") == "frame"]) == len(board(cycle))
    assert "prefers-reduced-motion" in page
    assert "<script" not in page


def test_the_picture_of_the_readme_is_made_by_this_code():
    """The committed file is what `moving` gives today; write it anew when the drawing changes."""
    assert PICTURE.read_text(encoding="utf-8") == moving(one_cycle(TASKS["three steps"]))
