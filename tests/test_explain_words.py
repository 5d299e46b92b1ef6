"""Sentences hold the record's numbers, and the line of code computes what the frame shows."""

import numpy as np
import pytest
from pages import TASKS, one_cycle, sized

import rnnlib
from rnnlib.explain import board, code, sentence
from rnnlib.explain.spelling import number, value_words

OPTIONS = [
    {},
    {"hidden": "relu"},
    {"hidden": "sigmoid", "output": "sigmoid", "loss": "cross_entropy"},
    {"output": "sigmoid"},
]


def shown(cycle, frame):
    """The number or array a frame is about."""
    return {
        "forward": lambda: cycle.trace.O[frame.t],
        "loss": lambda: cycle.grads.loss,
        "term": lambda: cycle.chains[frame.t].product,
        "sum": lambda: cycle.total,
        "update": lambda: getattr(cycle.updated, cycle.weight),
    }[frame.kind]()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
def test_each_line_of_code_computes_what_its_frame_shows(weight, options):
    """The line can be pasted: with w, x, O0, y, trace and grads it gives the number on the page."""
    task = sized(3, 2, 3, 2)
    y = 1.0 / (1.0 + np.exp(-task.y))
    cycle = rnnlib.cycle(task.weights, task.x, y, task.O0, weight, **options)
    names = vars(rnnlib) | {"w": task.weights, "x": task.x, "O0": task.O0, "y": y}
    names |= {"trace": cycle.trace, "grads": cycle.grads}
    for frame in board(cycle).frames:
        computed = eval(code(cycle, frame), names)
        np.testing.assert_allclose(computed, shown(cycle, frame), rtol=1e-12, err_msg=frame.title)


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_each_sentence_holds_the_number_of_its_frame(name, weight):
    """What a screen reader says is what the picture shows."""
    cycle = one_cycle(TASKS[name], weight)
    for frame in board(cycle).frames:
        assert value_words(np.asarray(shown(cycle, frame))) in sentence(cycle, frame), frame.title


def test_the_sentence_of_a_term_counts_the_factors_and_says_the_sum_so_far():
    """For T = 3 the path to step 1 has five factors."""
    cycle = one_cycle(TASKS["three steps"])
    said = sentence(cycle, board(cycle).frames[6])
    assert "5 factors" in said
    assert f"The sum so far is {number(cycle.running[1].item())}." in said


def test_the_update_says_honestly_whether_the_loss_falls():
    """A learning rate that is too large makes it rise, and the sentence says so."""
    small, large = (one_cycle(TASKS["three steps"], learning_rate=rate) for rate in (0.1, 20.0))
    assert "the loss falls from" in sentence(small, board(small).frames[-1])
    assert "the loss rises from" in sentence(large, board(large).frames[-1])


@pytest.mark.parametrize(
    ("options", "formula"),
    [
        ({}, "1/2 (y_hat − y)²"),
        ({"output": "sigmoid", "loss": "cross_entropy"}, "−y log y_hat − (1 − y) log(1 − y_hat)"),
    ],
)
def test_the_loss_is_written_as_it_is_computed(options, formula):
    """Each loss has its formula; several outputs are added up."""
    one = one_cycle(TASKS["three steps"], **options)
    assert f"L = {formula} =" in sentence(one, board(one).frames[3])
    task = sized(2, 1, 2, 3)
    many = rnnlib.cycle(task.weights, task.x, np.full(3, 0.5), task.O0, **options)
    assert f"L = sum over k of {formula} =" in sentence(many, board(many).frames[2])
