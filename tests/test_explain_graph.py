"""The unrolled graph shows each value once it is known, and lights the path of each frame."""

import pytest
from pages import TASKS, Page, one_cycle

from rnnlib.explain import board, graph
from rnnlib.explain.drawing import Layout
from rnnlib.explain.spelling import number


def drawn(name, weight="Wh", until="update"):
    """Cycle, board and page of a task's graph."""
    cycle = one_cycle(TASKS[name], weight)
    plan = board(cycle, until)
    return cycle, plan, Page(graph(cycle, plan), len(plan))


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_every_graph_is_well_formed_stays_on_its_page_and_leads_only_to_frames(name, weight):
    """Well-formed SVG with a name, everything inside the drawing, links within the board."""
    _, plan, page = drawn(name, weight)
    svg = page.root.find("svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-label")
    _, _, width, height = map(float, svg.get("viewBox").split())
    for box in svg.iter("rect"):
        x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
        assert min(x, y, width - x - w, height - y - h) >= 0
    assert all(0 <= index < len(plan) for index in page.links())


def test_a_value_is_seen_from_the_frame_that_computes_it():
    """O_2 is not known before step 2, y_hat and L not before the loss."""
    cycle, plan, page = drawn("three steps")
    for t in (1, 2, 3):
        value, here = number(cycle.trace.O[t].item()), plan.at("forward", t)
        assert value in page.text(here)
        assert here == 0 or value not in page.text(here - 1)
    loss = plan.at("loss")
    for value in (cycle.trace.y_hat.item(), cycle.grads.loss):
        assert number(value) in page.text(loss)
        assert number(value) not in page.text(loss - 1)


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_the_frame_of_a_term_shows_exactly_its_factors(weight):
    """At the term of step t every factor of its chain is written on the graph, and no other."""
    cycle, plan, page = drawn("three steps", weight)
    everything = {f.symbol for chain in cycle.chains.values() for f in chain.factors}
    for t in (3, 2, 1):
        text, mine = page.text(plan.at("term", t)), {f.symbol for f in cycle.chains[t].factors}
        assert {symbol for symbol in everything if symbol in text} == mine
        for factor in cycle.chains[t].factors:
            assert f"= {number(factor.value.item())}" in text


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_each_term_lights_one_use_of_the_weight_and_the_sum_lights_all(name, weight):
    """The copy used at step t is lit at its term; when the terms are added, all copies are."""
    cycle, plan, page = drawn(name, weight)
    for t in cycle.steps:
        assert [e.get("class") for e in page.lit(plan.at("term", t), "pill")] == [f"pill s-{weight}"]
    assert len(page.lit(plan.at("sum"), "pill")) == cycle.trace.T


@pytest.mark.parametrize("name", TASKS)
def test_the_path_of_a_term_runs_through_the_later_steps(name):
    """At the term of step t the nodes O_t .. O_T, y_hat and L are lit (and O_0, where it is used)."""
    cycle, plan, page = drawn(name)
    T = cycle.trace.T
    for t in cycle.steps:
        assert len(page.lit(plan.at("term", t), "node")) == T - t + 3 + (t == 1)


def test_going_forward_lights_what_enters_the_step():
    """At step 2: x_2, O_1 and O_2, one use of Wi and one of Wh, two arrows."""
    _, plan, page = drawn("three steps")
    here = plan.at("forward", 2)
    assert sorted(e.get("class") for e in page.lit(here, "node")) == ["node s-O", "node s-O", "node s-x"]
    assert sorted(e.get("class") for e in page.lit(here, "pill")) == ["pill s-Wh", "pill s-Wi"]
    assert len(page.lit(here, "arrow")) == 2


def test_clicking_a_node_goes_to_its_frame():
    """O_t leads to its term, x_t to its forward step; without terms O_t leads to its forward step."""
    _, plan, page = drawn("three steps")
    for t in (1, 2, 3):
        assert plan.at("term", t) in page.links()
        assert plan.at("forward", t) in page.links()
    _, short, page = drawn("three steps", until="loss")
    assert max(page.links()) == short.at("loss")


def test_a_forward_board_draws_no_way_back():
    """Until the loss nothing goes back."""
    _, _, page = drawn("three steps", until="loss")
    assert not [e for e in page.root.iter() if e.get("class", "").startswith("back")]


@pytest.mark.parametrize("T", [1, 3, 5, 9, 14, 15, 50, 100])
def test_columns_never_overlap(T):
    """However many steps there are, boxes keep apart and pills fit between them."""
    place = Layout(T, lines=1)
    assert place.x(1) - place.x(0) > place.box
    if place.is_written_out:
        assert place.box + 2 * place.pill < place.step
