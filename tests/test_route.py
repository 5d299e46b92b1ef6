"""A way downhill over a loss surface: every place is one update from the last, and its arrows add up to the step."""

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of

from rnnlib import Weights, backward, clipped, descend, forward, loss_surface, loss_value, route
from rnnlib.tasks import ones_to_count, sunspot_year, three_steps, two_sequences, two_units


def land(task, along=("Wi[0,0]", "Wh[0,0]"), resolution=5):
    """The loss surface of a task."""
    options = {"loss": task.loss, "hidden": task.hidden, "output": task.output, "O0": task.O0}
    return loss_surface(task.weights, task.x, task.y, along, resolution=resolution, **options)


@pytest.mark.parametrize("task", [three_steps(), two_sequences()], ids=lambda task: task.story)
def test_with_one_weight_each_it_is_the_descent_of_these_weights(task):
    """Where Wi and Wh are numbers, nothing else is held back: the same as `descend` that learns Wi and Wh."""
    way = route(land(task), learning_rate=0.7, steps=9)
    run = descend(task.weights, task.x, task.y, 0.7, 9, O0=task.O0, learn=("Wi", "Wh"))
    assert_allclose(way.descent.losses, run.losses, rtol=1e-12)
    assert_allclose(way.descent.gradient_norms, run.gradient_norms, rtol=1e-12)
    assert_allclose(way.places, [(w.Wi.item(), w.Wh.item()) for w in run.weights], rtol=1e-12)
    assert way.descent.reason == run.reason == "all steps are done, 9 of 9"
    assert way.updates == 9


@pytest.mark.parametrize("along", [("Wh[0,1]", "Wi[1,0]"), ("Wo[0,1]", "Wh[1,1]")], ids=str)
@pytest.mark.parametrize("task", [two_units(), sunspot_year()], ids=lambda task: task.story[:12])
def test_arrows_lead_from_place_to_place(task, along):
    """Laid tip to tail the arrows are the step, and each is -learning_rate times its step's terms."""
    if task.weights.D == 1 and along[1] == "Wi[1,0]":
        along = ("Wh[0,1]", "Wi[1,0]")
    surface = land(task, along)
    way = route(surface, learning_rate=0.3, steps=6)
    assert_allclose(way.places[:-1] + way.steps[:-1], way.places[1:], rtol=1e-12)
    for i, w in enumerate(way.descent.weights):
        trace = forward(w, task.x, task.O0, task.hidden, task.output)
        terms = surface.arrows(backward(trace, task.y, task.loss))
        assert_allclose(way.arrows[i], -0.3 * terms, rtol=1e-12, atol=1e-15)
        assert_allclose(way.descent.losses[i], loss_value(trace, task.y, task.loss), rtol=1e-12)
        assert_allclose(surface.place(w), way.places[i])


def test_all_other_weights_are_held():
    """Only the two entries change."""
    task = two_units()
    way = route(land(task, ("Wh[0,1]", "Wi[1,0]")), learning_rate=0.3, steps=4)
    first, last = way.descent.weights[0], way.descent.weights[-1]
    assert_array_equal(np.argwhere(first.Wh != last.Wh), [[0, 1]])
    assert_array_equal(np.argwhere(first.Wi != last.Wi), [[1, 0]])
    assert_array_equal(first.Wo, last.Wo)


def test_it_begins_where_it_is_told():
    """Or else at the surface's own weights."""
    surface = land(three_steps())
    assert route(surface, steps=1).places[0].tolist() == [0.5, 0.8]
    assert route(surface, (-1, 2.5), steps=1).places[0].tolist() == [-1.0, 2.5]


def test_clipping_shortens_the_step_and_all_its_arrows_alike():
    """It is the step of the clipped gradient; what is short enough stays as it is."""
    task = ones_to_count()
    surface = land(task)
    way = route(surface, learning_rate=0.05, steps=3, clip=1.0)
    lengths = np.hypot(*way.steps[:-1].T)
    assert_allclose(lengths, 0.05, rtol=1e-9)
    grads = backward(forward(task.weights, task.x, task.O0, task.hidden), task.y)
    plain = surface.arrows(grads)
    assert_allclose(way.arrows[0], -0.05 * plain / np.hypot(*plain.sum(axis=0)), rtol=1e-9)
    run = descend(task.weights, task.x, task.y, 0.05, 3, hidden="linear", clip=1.0, learn=("Wi", "Wh"))
    assert_allclose(way.descent.losses, run.losses, rtol=1e-9)
    assert_array_equal(route(surface, (1.0, 0.9), 1e-6, 2, clip=1e9).places, route(surface, (1.0, 0.9), 1e-6, 2).places)
    assert clipped(grads, 1.0) is not grads


def test_the_first_rise_is_found():
    """Update k leaps uphill when losses[k] is above losses[k - 1]; a way that only falls has none."""
    surface = land(three_steps())
    assert route(surface, learning_rate=0.1).rise is None
    leaping = route(surface, learning_rate=8.0)
    assert leaping.rise == 2
    assert leaping.descent.losses[2] > leaping.descent.losses[1]
    assert leaping.descent.losses[1] < leaping.descent.losses[0]


@pytest.mark.parametrize(
    ("losses", "rise"),
    [
        ([2.0, 1.0, 1.5, 2.0], 2),
        ([1.0, 1.0, 1.0], None),
        ([1.0, 1.0 + 1e-13], None),
        ([1.0, 1.0 + 1e-11], 1),
        ([1e6, 1e6 + 1e-8], None),
        ([1e-20, 2e-20], 1),
        ([1.0, np.inf], 1),
    ],
)
def test_a_rise_is_more_than_rounding(losses, rise):
    """By more than 1e-12 of the loss before, however small that is."""
    way = route(land(three_steps()), steps=1)
    assert replace(way, descent=replace(way.descent, losses=np.array(losses))).rise == rise


def test_the_options_of_the_surface_are_those_of_the_way():
    """Activation, output, loss, and a loss at every step; thirty updates with a rate of 1, if nothing is said."""
    task, y = three_steps(), [[1.0], [0.0], [1.0]]
    options = {"hidden": "sigmoid", "output": "sigmoid", "predict": "every"}
    surface = loss_surface(task.weights, task.x, y, resolution=3, loss="cross_entropy", **options)
    grads = backward(forward(task.weights, task.x, **options), y, "cross_entropy")
    way = route(surface)
    assert_allclose(way.places[1], way.places[0] - [grads.dL_dWi.item(), grads.dL_dWh.item()], rtol=1e-12)
    assert (way.updates, way.learning_rate, way.clip) == (30, 1.0, None)


@pytest.mark.parametrize("rate", [2e-2, 2e-4, 2e-6])
def test_roelants_surface_has_no_rate_for_the_start(rate):
    """Peter Roelants, RNN implementation part 1: from (-1.5, 2) plain descent diverges; twice his rate is ours."""
    way = route(land(ones_to_count()), learning_rate=rate, steps=500)
    assert way.descent.losses[-1] == np.inf
    assert way.updates <= 3
    assert np.isnan(way.arrows[-1]).all()
    assert np.isnan(way.descent.gradient_norms[-1])
    assert re.fullmatch(r"the loss is no longer finite after update \d: the learning rate .* is too large",
                        way.descent.reason)  # fmt: skip


def test_a_next_place_that_overflows_is_not_taken():
    """The way ends where the numbers are still finite; here one of the two would not be, and so none moves."""
    one = loss_surface(Weights([[1.0]], [[1.0]], [[1.0]]), [[2.0]], [0.0], hidden="linear", resolution=3)
    with np.errstate(all="raise"):
        way = route(one, learning_rate=1e308, steps=5)
    assert_array_equal(way.places, [[1.0, 1.0]])
    assert np.isnan(way.arrows).all()
    assert_array_equal(way.descent.losses, [2.0])
    assert way.descent.reason.startswith("the next update is not finite at the start")


def test_a_next_place_that_overflows_later_is_told_with_the_rate():
    """As `descend` says it."""
    one = loss_surface(Weights([[1.0]], [[1.0]], [[1.0]]), [[1.0]], [1.0 + 1e-14], hidden="linear", resolution=3)
    way = route(one, learning_rate=1e163, steps=5)
    assert way.updates == 1
    assert way.descent.reason.startswith("the next update is no longer finite after update 1: the learning rate 1e+163")


def test_two_starts_end_in_two_minima():
    """The task with two sequences: from A the loss goes to 0, from B to a minimum of 0.0807."""
    surface = land(two_sequences())
    a, b = (route(surface, start, 0.5, 400) for start in ((-2, -0.5), (-2, 1)))
    assert a.descent.losses[-1] < 1e-6
    assert_allclose(b.descent.losses[-1], 0.0807, atol=5e-5)
    assert b.descent.gradient_norms[-1] < 1e-6
    assert_allclose(b.places[-1], [-0.80, 1.753], atol=0.002)


def test_the_record_is_read_only():
    """All of its arrays, and it says both ends in a line."""
    way = route(land(three_steps()), steps=2)
    assert not any(array.flags.writeable for array in (way.places, way.arrows, *arrays_of(way.descent)))
    assert repr(way).startswith("Route((0.5, 0.8) -> (0.86")
    assert repr(way).endswith("), learning rate 1: all steps are done, 2 of 2)")
    assert isinstance(way.descent.weights, tuple)
    with pytest.raises(FrozenInstanceError):
        way.clip = 1.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"surface": None}, "surface is a NoneType, must be a Surface"),
        ({"start": (1.0,)}, "start has shape (1,), must be (2,) = (2,), a value for each entry of the surface"),
        ({"start": 1.0}, "start has shape (), must be (2,)"),
        ({"start": (1.0, np.nan)}, "start"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0, must be a finite number above 0"),
        ({"steps": 0}, "steps is 0, must be a whole number, 1 or more"),
        ({"clip": -1.0}, "clip is -1.0, must be a finite number above 0"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(wrong, message):
    """Every argument has its own message."""
    with pytest.raises(TypeError if "surface" in wrong else ValueError, match=f"^{re.escape(message)}"):
        route(**{"surface": land(three_steps()), **wrong})


def test_ones_to_count_is_solved_by_one_and_one():
    """With Wi = Wh = 1 the linear RNN counts exactly."""
    task = ones_to_count()
    assert task.x.shape == (10, 20, 1)
    assert_allclose(loss_value(forward(Weights([[1.0]], [[1.0]], [[1.0]]), task.x, hidden="linear"), task.y), 0.0)


def test_two_sequences_begin_with_the_story():
    """The first of the two is the sequence of three_steps, with the same weights."""
    two, one = two_sequences(), three_steps()
    assert_array_equal(two.x[:, 0], one.x)
    assert_array_equal(two.y[0], one.y)
    assert repr(two.weights) == repr(one.weights)
