"""The formula of a frame: symbols above, the record's numbers below, and where each number comes from."""

from xml.etree import ElementTree

import numpy as np
import pytest
from pages import TASKS, one_cycle, sized

import rnnlib
from rnnlib.explain import board, equation
from rnnlib.explain.equation import origin
from rnnlib.explain.spelling import number, value


def drawn(cycle, kind, t=None):
    """The formula of one frame as an element tree."""
    plan = board(cycle)
    return ElementTree.fromstring(f"<div>{equation(cycle, plan.frames[plan.at(kind, t)])}</div>")


def tiles(tree):
    """Symbol and number of each tile, in order."""
    found = []
    for tile in tree.iter("span"):
        if tile.get("class") == "tile":
            over, under = "".join(tile[0].itertext()), "".join(tile.find("span[@class='val']").itertext())
            found.append((over, under))
    return found


def test_a_term_stands_as_the_product_of_its_factors():
    """Every factor of the chain, in board order, with its number under it."""
    cycle = one_cycle(TASKS["three steps"])
    for t in (3, 2, 1):
        factors = cycle.chains[t].factors
        expected = [(f.symbol.replace("/", ""), number(f.value.item())) for f in factors]
        assert tiles(drawn(cycle, "term", t))[1:] == expected
        assert tiles(drawn(cycle, "term", t))[0] == (f"term of step {t}", number(cycle.chains[t].product.item()))


def test_the_numbers_shown_multiply_to_the_term_shown():
    """Checked from the page itself: a learner with a calculator gets the same, to the digits written."""
    for weight in ("Wh", "Wi", "Wo"):
        cycle = one_cycle(TASKS["three steps"], weight)
        for t in cycle.steps:
            term, *factors = (float(under.replace("−", "-")) for _, under in tiles(drawn(cycle, "term", t)))
            np.testing.assert_allclose(np.prod(factors), term, rtol=2e-3)


def test_the_sum_shows_every_term_and_both_independent_checks():
    """The terms, their sum, the backward sweep and the nudge of all copies."""
    cycle = one_cycle(TASKS["three steps"])
    shown = dict(tiles(drawn(cycle, "sum")))
    for t in (3, 2, 1):
        assert shown[f"step {t}"] == number(cycle.chains[t].product.item())
    assert shown["dLdWh"] == number(cycle.running[1].item())
    assert shown["one backward sweep"] == number(cycle.total.item())
    assert shown["nudging all copies of Wh"] == number(cycle.finite_total.item())


def test_going_forward_shows_both_lines_with_their_numbers():
    """a_t = Wi x_t + Wh O_{t-1}, O_t = f(a_t)."""
    cycle = one_cycle(TASKS["three steps"])
    shown = dict(tiles(drawn(cycle, "forward", 2)))
    trace, w = cycle.trace, cycle.trace.weights
    values = {"a2": trace.a[2], "O2": trace.O[2], "x2": trace.x[1], "O1": trace.O[1], "Wi": w.Wi, "Wh": w.Wh}
    assert {name: shown[name] for name in values} == {name: number(v.item()) for name, v in values.items()}
    assert shown["tanh(a2)"] == f"tanh({number(trace.a[2].item())})"


def test_the_loss_shows_prediction_target_and_output_function():
    """y_hat = g(Wo O_T), and L from y_hat and y."""
    cycle = one_cycle(TASKS["three steps"], output="sigmoid", loss="cross_entropy")
    page = "".join(drawn(cycle, "loss").itertext())
    assert "sigmoid(" in page
    assert f"y_hat = {number(cycle.trace.y_hat.item())}, y = 1" in page
    assert number(cycle.grads.loss) in page


def test_the_update_shows_old_new_rate_gradient_and_both_losses():
    """W_new = W_old - learning_rate · dL/dW with its numbers."""
    cycle = one_cycle(TASKS["three steps"], learning_rate=0.25)
    shown = dict(tiles(drawn(cycle, "update")))
    assert shown == {
        "Wh_new": number(cycle.updated.Wh.item()),
        "Wh": "0.8",
        "learning_rate": "0.25",
        "dLdWh": number(cycle.total.item()),
        "old L": number(cycle.grads.loss),
        "new L": number(cycle.new_loss),
    }


def test_many_factors_are_counted_not_cut_off():
    """Of 22 factors six are shown and sixteen are counted."""
    cycle = one_cycle(TASKS["twenty steps"])
    tree = drawn(cycle, "term", 1)
    assert "… 16 more factors …" in "".join(tree.itertext())
    factors = cycle.chains[1].factors
    shown = [f.symbol.replace("/", "") for f in (*factors[:3], *factors[-3:])]
    assert [symbol for symbol, _ in tiles(tree)][1:] == shown
    assert len(factors) == 6 + 16


@pytest.mark.parametrize("weight", ["Wh", "Wi", "Wo"])
def test_matrices_say_all_numbers_and_their_shape(weight):
    """With two units every factor is a matrix with its shape under it."""
    cycle = one_cycle(TASKS["two units"], weight)
    for t in cycle.steps:
        plan = board(cycle)
        page = equation(cycle, plan.frames[plan.at("term", t)])
        for factor in cycle.chains[t].factors:
            assert value(factor.value) in page


@pytest.mark.parametrize(
    ("options", "y", "expected"),
    [
        ({}, 1.0, ["y_hat − y", "Wo", "tanh′(a2) · Wh", "tanh′(a1) · O0"]),
        ({"hidden": "linear"}, 1.0, ["y_hat − y", "Wo", "Wh", "O0"]),
        (
            {"output": "sigmoid", "loss": "cross_entropy"},
            1.0,
            ["(y_hat − y) / y_hat(1 − y_hat)", "sigmoid′ · Wo", "tanh′(a2) · Wh", "tanh′(a1) · O0"],
        ),
    ],
)
def test_under_each_factor_stands_how_it_is_computed(options, y, expected):
    """The letters of the course, for every option."""
    task = sized(2, 1, 1, 1)
    cycle = rnnlib.cycle(task.weights, task.x, [y], task.O0, "Wh", **options)
    assert [origin(cycle, factor) for factor in cycle.chains[1].factors] == expected
