"""The ledger holds every factor, term, running sum and check of the record."""

import re

import numpy as np
import pytest
from pages import TASKS, Page, one_cycle

from rnnlib.explain import board, ledger, plain_ledger
from rnnlib.explain.ledger import columns, rows
from rnnlib.explain.spelling import number


def table(cycle):
    """The ledger as rows of texts, in the order of the page."""
    page = Page(ledger(cycle, board(cycle)), len(board(cycle)))
    return [["".join(cell.itertext()) for cell in row] for row in page.root.iter("tr")]


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_a_row_holds_its_factors_term_sum_and_nudge(weight):
    """For T = 3 every dO/dO has its column, and what is not on a path is a dash."""
    cycle = one_cycle(TASKS["three steps"], weight)
    head, *body, foot = table(cycle)
    assert head[1:6] == ["dLdy_hat", "dy_hatdO3", "dO3dO2", "dO2dO1", f"dOtd{weight}"]
    for line, t in zip(body, (3, 2, 1), strict=True):
        *path, last = (number(f.value.item()) for f in cycle.chains[t].factors)
        numbers = [*path, *["–"] * (t - 1), last, number(cycle.chains[t].product.item())]
        numbers += [number(cycle.running[t].item()), number(cycle.finite[t].item())]
        assert line[0] == f"t = {t}"
        assert line[1 : len(numbers) + 1] == numbers
    assert number(cycle.total.item()) in foot


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
def test_every_row_has_a_cell_for_every_column(name, weight):
    """The table is rectangular for one path and for many, for numbers and for matrices."""
    cycle = one_cycle(TASKS[name], weight)
    assert len({len(line) for line in table(cycle)}) == 1
    assert len(table(cycle)) == len(cycle.steps) + 2
    assert all(len(row.cells) == len(columns(cycle)) for row in rows(cycle))


def test_many_steps_share_one_column_for_the_way_back():
    """With more than four steps dL/dO_t stands for the product of all factors before the last."""
    cycle = one_cycle(TASKS["sunspots"])
    assert columns(cycle)[:2] == ["dL/dO_t", "dO_t/dWh"]
    for row in rows(cycle):
        np.testing.assert_allclose(row.cells[0], cycle.grads.dL_dO[row.t], atol=1e-12)


def test_shares_add_up_to_the_whole():
    """The share of a step is the size of its term over the sizes of all."""
    for name in TASKS:
        shares = [row.share for row in rows(one_cycle(TASKS[name]))]
        np.testing.assert_allclose(sum(shares), 1.0)


def test_the_sign_of_a_share_is_written_not_only_coloured():
    """Plus and minus stand beside the bar, and the bar lies on its side."""
    cycle = one_cycle(TASKS["three steps"])
    assert [line[-1] for line in table(cycle)[1:-1]] == ["+ 32 %", "− 51 %", "− 18 %"]
    page = ledger(cycle, board(cycle))
    assert re.findall(r'class="track (\w+)"', page) == ["plus", "minus", "minus"]


def test_a_zero_gradient_has_no_share_and_no_warning():
    """With O0 = 0 and T = 1 the term of Wh is zero, and so is its share."""
    task = TASKS["one step"]
    from rnnlib import cycle

    zero = cycle(task.weights, task.x, task.y, [0.0])
    assert rows(zero)[0].share == 0.0


def test_rows_appear_with_their_frames_and_lead_to_them():
    """A row is seen from its frame on, lit at its frame, and a click goes there; so does its button."""
    cycle = one_cycle(TASKS["three steps"])
    plan = board(cycle)
    page = Page(ledger(cycle, plan), len(plan))
    for t in (3, 2, 1):
        here = plan.at("term", t)
        assert f"t = {t}" in page.text(here)
        assert f"t = {t}" not in page.text(here - 1)
        assert [e.get("data-go") for e in page.root.iter("tr") if e.get("data-on") == str(here)] == [str(here)]
        assert [e.get("data-go") for e in page.root.iter("button") if e.text == f"t = {t}"] == [str(here)]


def test_the_plain_ledger_holds_the_same_numbers_and_is_aligned():
    """What strict nbval compares: all factors as text."""
    cycle = one_cycle(TASKS["three steps"])
    *lines, total = plain_ledger(cycle).splitlines()
    assert len({len(line) for line in lines}) == 1
    for row, line in zip(rows(cycle), lines[1:], strict=True):
        for array in row.cells:
            assert array is None or number(matrix_item(array)).replace("−", "-") in line
    assert total == f"sum of the terms: dL/dWh = {number(cycle.total.item()).replace('−', '-')}"


def matrix_item(array):
    """The one number of an array."""
    return float(np.ravel(array)[0])
