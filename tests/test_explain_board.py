"""The frames come in the order of the board."""

import pytest
from pages import TASKS, one_cycle

from rnnlib.explain import board


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_frames_go_forward_to_the_loss_and_back_to_the_first_step(name, weight):
    """Forward 1 .. T, loss, terms T .. 1 (for Wo only T), sum, update."""
    cycle = one_cycle(TASKS[name], weight)
    T = cycle.trace.T
    back = [T] if weight == "Wo" else list(range(T, 0, -1))
    expected = [("forward", t) for t in range(1, T + 1)] + [("loss", T)] + [("term", t) for t in back]
    assert [(f.kind, f.t) for f in board(cycle).frames] == [*expected, ("sum", T), ("update", T)]


def test_a_frame_is_found_by_its_kind_and_step():
    """The index of the board is the index of the stepper; what is not there is None."""
    plan = board(one_cycle(TASKS["three steps"]))
    assert [plan.at("forward", t) for t in (1, 2, 3)] == [0, 1, 2]
    assert [plan.at("term", t) for t in (3, 2, 1)] == [4, 5, 6]
    assert (plan.at("loss"), plan.at("sum"), plan.at("update"), len(plan)) == (3, 7, 8, 9)
    assert plan.at("term", 4) is None


def test_a_board_can_end_with_the_loss():
    """The forward lesson shows no terms."""
    plan = board(one_cycle(TASKS["three steps"]), until="loss")
    assert [f.kind for f in plan.frames] == ["forward"] * 3 + ["loss"]
    assert plan.at("sum") is None


def test_titles_name_kind_and_step():
    """The slider says where one is."""
    assert [f.title for f in board(one_cycle(TASKS["one step"])).frames] == [
        "forward, t = 1", "loss", "term, t = 1", "sum", "update",
    ]  # fmt: skip
