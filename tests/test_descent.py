"""Many steps downhill: each is one update, and the descent says why it ended."""

import re
from dataclasses import FrozenInstanceError, replace
from inspect import signature

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, Case, arrays_of, assert_close, cases

from rnnlib import (
    Weights,
    backward,
    clipped,
    descend,
    descending,
    forward,
    gradient_norm,
    loss_value,
    truncated,
    update,
)

BATCH = Case("tanh", "softmax", "cross_entropy", "every", 7, "own", T=4)
LAST = Case("sigmoid", "linear", "squared_error", "last", 5, "shared", T=3)


def arguments(case):
    """What `descend` needs for a case, but for the rate and the number of steps."""
    return {**vars(case.data), "loss": case.loss, **case.options}


def by_hand(case, rate, steps, change=lambda grads: grads, columns=lambda i: slice(None)):
    """The same descent in plain words: forward, backward, change the gradient, update."""
    w, x, y, O0 = (getattr(case.data, name) for name in ("w", "x", "y", "O0"))
    B = (case.B,) if case.B else ()
    O0 = np.broadcast_to(0.0 if O0 is None else O0, (*B, case.H))
    weights, losses = [w], [loss_value(forward(w, x, O0, **case.options), y, case.loss)]
    for i in range(steps):
        of = columns(i) if case.B else slice(None)
        x_i, y_i, O0_i = (x[:, of], y[..., of, :], O0[of]) if case.B else (x, y, O0)
        w = update(w, change(backward(forward(w, x_i, O0_i, **case.options), y_i, case.loss)), rate)
        weights.append(w)
        losses.append(loss_value(forward(w, x, O0, **case.options), y, case.loss))
    return weights, losses


def assert_same_way(run, weights, losses):
    """Fail unless a descent went through these weights and losses."""
    assert len(run.weights) == len(run.losses) == len(run.gradient_norms) == len(weights)
    assert_allclose(run.losses, losses, rtol=1e-9)
    for mine, expected in zip(run.weights, weights, strict=True):
        for name in ("Wi", "Wh", "Wo"):
            assert_close(getattr(mine, name), getattr(expected, name))


@given(cases(), st.floats(1e-4, 0.1))
def test_one_step_is_one_update(case, rate):
    """descend with steps=1 is forward, backward, update."""
    run = descend(**arguments(case), learning_rate=rate, steps=1)
    grads = backward(case.trace, case.y, case.loss)
    expected = update(case.data.w, grads, rate)
    assert_array_equal(run.weights[0].Wh, case.data.w.Wh)
    for name in ("Wi", "Wh", "Wo"):
        assert_array_equal(getattr(run.weights[1], name), getattr(expected, name))
    assert run.losses[0] == grads.loss
    assert_allclose(run.gradient_norms[0], gradient_norm(grads), rtol=1e-12)
    assert run.reason == "all steps are done, 1 of 1"


@pytest.mark.parametrize("case", [AWKWARD, BATCH, LAST], ids=str)
def test_a_descent_is_one_update_after_the_other(case):
    """Every weight and every loss of the way, index 0 being the start."""
    run = descend(**arguments(case), learning_rate=0.05, steps=6)
    assert_same_way(run, *by_hand(case, 0.05, 6))
    assert run.losses.shape == run.gradient_norms.shape == (7,)
    assert run.reason == "all steps are done, 6 of 6"
    first, last = run.losses[0], run.losses[-1]
    assert repr(run) == f"Descent(loss {first:.6g} -> {last:.6g} in 6 updates: all steps are done, 6 of 6)"


def test_the_norms_are_of_the_gradient_at_each_point():
    """The last one too, though no update follows."""
    case = LAST
    run = descend(**arguments(case), learning_rate=0.05, steps=4)
    for w, norm in zip(run.weights, run.gradient_norms, strict=True):
        trace = forward(w, case.data.x, case.data.O0, **case.options)
        assert_allclose(norm, gradient_norm(backward(trace, case.y, case.loss)), rtol=1e-9)


@given(cases(hidden="tanh"))
def test_small_steps_always_lower_the_loss(case):
    """Along -gradient it is downhill, if the rate is small enough; where the gradient is zero, the loss stays."""
    run = descend(**arguments(case), learning_rate=1e-4, steps=5)
    fall = -np.diff(run.losses)
    assert np.all(fall[run.gradient_norms[:-1] > 1e-5] > 0.0)


def test_the_defaults_are_those_of_the_course():
    """200 steps with a rate of 0.1, tanh, linear output, squared error, the last output predicts, O_0 = 0."""
    data = AWKWARD.data
    plain = descend(data.w, data.x, data.y)
    options = {"loss": "squared_error", "hidden": "tanh", "output": "linear", "predict": "last", "O0": np.zeros(3)}
    spelled = descend(data.w, data.x, data.y, 0.1, 200, **options, learn=("Wo", "Wh", "Wi"))
    assert plain.losses.shape == (201,)
    assert_array_equal(plain.losses, spelled.losses)


@pytest.mark.parametrize("case", [BATCH, LAST], ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_mini_batches_take_every_sequence_once_and_then_anew(case, size):
    """The order is a permutation by the seed, cut into pieces, a shorter one last; then another permutation."""
    rng, order = np.random.default_rng(3), []
    for _ in range(8):
        permutation = rng.permutation(case.B)
        order += [permutation[i : i + size] for i in range(0, case.B, size)]
    run = descend(**arguments(case), learning_rate=0.05, steps=8, batch_size=size, seed=3)
    assert_same_way(run, *by_hand(case, 0.05, 8, columns=order.__getitem__))


def test_losses_of_mini_batches_are_of_all_the_data():
    """However small the batch, losses[i] is the loss of the whole at weights[i]."""
    run = descend(**arguments(BATCH), steps=3, batch_size=1)
    for w, loss in zip(run.weights, run.losses, strict=True):
        trace = forward(w, BATCH.data.x, BATCH.data.O0, **BATCH.options)
        assert_allclose(loss, loss_value(trace, BATCH.y, BATCH.loss), rtol=1e-12)


def test_a_mini_batch_of_everything_is_the_whole_batch():
    """The order of the sequences changes nothing but rounding."""
    run, whole = (descend(**arguments(BATCH), steps=5, batch_size=size) for size in (7, None))
    assert_allclose(run.losses, whole.losses, rtol=1e-9)


def test_the_seed_decides_the_order_of_mini_batches():
    """Same seed, same way; another seed, another way. The default seed is 0."""
    runs = [descend(**arguments(BATCH), steps=4, batch_size=2, seed=seed).losses for seed in (0, 0, 1)]
    assert_array_equal(runs[0], runs[1])
    assert_array_equal(runs[0], descend(**arguments(BATCH), steps=4, batch_size=2).losses)
    assert np.abs(runs[0] - runs[2]).max() > 1e-6


def test_clipping_shortens_every_gradient_that_is_too_long():
    """The way is that of clipped gradients; the norms are told as they were before."""
    run = descend(**arguments(AWKWARD), learning_rate=0.05, steps=5, clip=0.2)
    assert_same_way(run, *by_hand(AWKWARD, 0.05, 5, lambda grads: clipped(grads, 0.2)))
    assert run.gradient_norms[0] > 0.2


@pytest.mark.parametrize("case", [replace(AWKWARD, T=6), replace(BATCH, T=6)], ids=str)
@pytest.mark.parametrize("k", [1, 3])
def test_truncation_cuts_every_gradient(case, k):
    """The way is that of truncated gradients, and another than with all paths."""
    run = descend(**arguments(case), learning_rate=0.05, steps=4, truncate=k)
    assert_same_way(run, *by_hand(case, 0.05, 4, lambda grads: truncated(grads, k)))
    assert np.abs(run.losses - descend(**arguments(case), learning_rate=0.05, steps=4).losses).max() > 1e-6


def test_truncation_at_the_length_of_the_sequence_cuts_nothing():
    """k = T and k > T are the full descent, to the last digit."""
    full = descend(**arguments(AWKWARD), steps=5)
    for k in (AWKWARD.T, 100):
        assert_array_equal(descend(**arguments(AWKWARD), steps=5, truncate=k).losses, full.losses)


@pytest.mark.parametrize("learn", [("Wo",), "Wh", ("Wi", "Wh"), ()])
def test_only_what_learns_changes(learn):
    """The other weights stay, and their gradient counts as zero in the norm."""
    run = descend(**arguments(AWKWARD), learning_rate=0.05, steps=3, learn=learn)
    names = (learn,) if isinstance(learn, str) else learn
    grads = backward(AWKWARD.trace, AWKWARD.y)
    for name in ("Wi", "Wh", "Wo"):
        before, after = getattr(run.weights[0], name), getattr(run.weights[-1], name)
        assert (before != after).any() == (name in names)
    squares = sum((grads.total(name) ** 2).sum() for name in names)
    assert_allclose(run.gradient_norms[0], np.sqrt(squares), rtol=1e-12)


def test_it_stops_where_the_gradient_is_short_enough():
    """Within the tolerance: no further update, and the reason names both numbers and when."""
    run = descend(**arguments(LAST), steps=10_000, tolerance=0.05)
    updates = len(run.losses) - 1
    assert 0 < updates < 10_000
    assert np.all(run.gradient_norms[:-1] > 0.05)
    assert run.gradient_norms[-1] <= 0.05
    expected = f"the gradient is {run.gradient_norms[-1]:.3g} long after {updates} updates, within the tolerance 0.05"
    assert run.reason == expected


def test_the_tolerance_is_met_before_the_steps_are_done():
    """Where both are true, the tolerance is the reason; a gradient as long as the tolerance is short enough."""
    norms = descend(**arguments(LAST), steps=2).gradient_norms
    run = descend(**arguments(LAST), steps=2, tolerance=norms[-1])
    assert run.reason.endswith(f"within the tolerance {norms[-1]:g}")
    assert len(run.losses) == 3


def test_the_tolerance_looks_at_the_gradient_before_clipping():
    """A clipped gradient is short, but that is no minimum."""
    run = descend(**arguments(AWKWARD), steps=3, clip=1e-3, tolerance=1e-2)
    assert run.reason == "all steps are done, 3 of 3"


def test_a_start_in_a_minimum_ends_at_once():
    """No update is needed, and none is made."""
    trace = LAST.trace
    run = descend(**{**arguments(LAST), "y": trace.y_hat}, tolerance=1e-9)
    assert run.losses.tolist() == [0.0]
    assert run.reason == "the gradient is 0 long after 0 updates, within the tolerance 1e-09"


def test_a_rate_that_is_too_large_ends_with_advice():
    """The loss is followed until it is no longer finite; no error, no warning, and the weights up to then are kept."""
    start = (Weights([[0.5]], [[0.9]], [[1.2]]), np.ones((8, 1)), [1.0], 3.0)
    with np.errstate(all="raise"):
        run = descend(*start, hidden="linear")
        *_, last = descending(*start, hidden="linear")
    updates = len(run.losses) - 1
    assert 0 < updates < 200
    assert np.isfinite(run.losses[:-1]).all()
    assert run.losses[-1] == np.inf
    assert np.isfinite(run.gradient_norms[:-1]).all()
    assert np.isnan(run.gradient_norms[-1])
    assert len(run.weights) == updates + 1
    assert np.isfinite(run.weights[-1].Wh).all()
    assert (last.updates, last.reason) == (updates, run.reason)
    assert run.reason == f"the loss is no longer finite after update {updates}: the learning rate 3 is too large"


def test_a_loss_that_is_not_a_number_counts_as_infinite():
    """inf - inf on the way forward is a divergence like any other."""
    w = Weights([[1.0], [1.0]], [[1e200, -1e200], [1e200, 1e200]], [[1.0, -1.0]])
    run = descend(w, np.full((4, 1), 1e200), [0.0], hidden="linear")
    assert run.losses.tolist() == [np.inf]
    assert run.reason.startswith("the loss is not finite at the start: the weights, the data or")


def test_weights_that_would_overflow_are_not_made():
    """The loss is finite, the next weights are not: the descent ends where it is."""
    w, huge = Weights([[1.0]], [[1.0]], [[1.0]]), {"hidden": "linear", "steps": 9}
    with np.errstate(all="raise"):
        at_once = descend(w, [[2.0]], [0.0], 1e308, **huge)
        later = descend(w, [[1.0]], [1.0 + 1e-14], 1e163, **huge, learn="Wo")
    assert at_once.losses.tolist() == [2.0]
    assert at_once.reason.startswith("the next update is not finite at the start")
    assert np.isfinite(later.losses).all()
    assert later.reason == "the next update is no longer finite after update 1: the learning rate 1e+163 is too large"


def test_the_callback_sees_every_update():
    """It is handed the step after each update, the last one with its reason, and the start not at all."""
    seen = []
    run = descend(**arguments(AWKWARD), steps=3, callback=seen.append)
    assert [step.updates for step in seen] == [1, 2, 3]
    assert [step.reason for step in seen] == ["", "", "all steps are done, 3 of 3"]
    assert_array_equal([step.loss for step in seen], run.losses[1:])
    assert_array_equal([step.gradient_norm for step in seen], run.gradient_norms[1:])
    assert all(step.weights is w for step, w in zip(seen, run.weights[1:], strict=True))


def test_the_callback_stops_the_descent_with_false():
    """And with nothing else: None and 0 let it go on."""
    run = descend(**arguments(AWKWARD), steps=9, callback=lambda step: step.updates < 4)
    assert len(run.losses) == 5
    assert run.reason == "the callback asked to stop after update 4"
    assert len(descend(**arguments(AWKWARD), steps=9, callback=lambda step: 0).losses) == 10


def test_a_callback_that_stops_at_the_end_does_not_hide_the_reason():
    """What ended the descent anyway stays the reason."""
    run = descend(**arguments(AWKWARD), steps=2, callback=lambda step: step.updates < 2)
    assert run.reason == "all steps are done, 2 of 2"


def test_a_descent_can_be_paused_and_resumed():
    """descending hands out the same steps one at a time, the start first; the last one has the reason."""
    options = {**arguments(BATCH), "steps": 5, "batch_size": 2, "seed": 4, "learning_rate": 0.05}
    steps = descending(**options)
    first = [next(steps), next(steps)]
    rest = list(steps)
    run = descend(**options)
    assert [step.updates for step in first + rest] == [0, 1, 2, 3, 4, 5]
    assert_array_equal([step.loss for step in first + rest], run.losses)
    assert [step.reason for step in first + rest] == [""] * 5 + ["all steps are done, 5 of 5"]
    assert repr(first[0]) == f"Step(0 updates, loss {run.losses[0]:.6g}, gradient {run.gradient_norms[0]:.3g})"
    assert repr(rest[-1]).endswith("): all steps are done, 5 of 5")


def test_descending_takes_the_arguments_of_descend():
    """The same names, order and defaults, but no callback: who asks for a step has it."""
    mine, others = (list(signature(f).parameters.values()) for f in (descending, descend))
    assert [(p.name, p.default) for p in mine] == [(p.name, p.default) for p in others if p.name != "callback"]


def test_descending_checks_its_arguments_before_the_first_step():
    """A wrong argument is an error where it is given, not where the first step is asked for."""
    with pytest.raises(ValueError, match="learning_rate is 0, must be a finite number above 0"):
        descending(**arguments(AWKWARD), learning_rate=0)


def test_the_records_are_read_only():
    """Losses, norms and all weights; records can't be changed, and are compared by what they are."""
    run, step = descend(**arguments(AWKWARD), steps=2), next(descending(**arguments(AWKWARD)))
    for record in (run, step):
        with pytest.raises(FrozenInstanceError):
            record.reason = "another"
        assert record != replace(record)
    assert isinstance(run.weights, tuple)
    assert not any(array.flags.writeable for array in arrays_of(run))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"w": None}, "w is a NoneType, must be a Weights"),
        ({"y": [1.0, 2.0]}, "y has shape (2,), must be (K,) = (6,)"),
        ({"learning_rate": -1.0}, "learning_rate is -1.0, must be a finite number above 0"),
        ({"steps": 0}, "steps is 0, must be a whole number, 1 or more"),
        ({"loss": "hinge"}, "loss is 'hinge', must be one of squared_error, cross_entropy"),
        ({"hidden": "gelu"}, "hidden is 'gelu', must be one of tanh, sigmoid, relu, linear"),
        ({"batch_size": 2}, "batch_size is 2, must be None for one sequence, an x of shape (T, D)"),
        ({"clip": 0.0}, "clip is 0.0, must be a finite number above 0"),
        ({"truncate": 0}, "truncate is 0, must be a whole number, 1 or more"),
        ({"tolerance": -1}, "tolerance is -1, must be a finite number above 0"),
        ({"learn": ["Wx"]}, "learn is 'Wx', must be one of Wo, Wh, Wi"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(wrong, message):
    """Every argument has its own message."""
    with pytest.raises(TypeError if "w" in wrong else ValueError, match=f"^{re.escape(message)}"):
        descend(**{**arguments(AWKWARD), **wrong})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch_size": 8}, "batch_size is 8, must be a whole number from 1 to 7"),
        ({"batch_size": 0}, "batch_size is 0, must be a whole number from 1 to 7"),
        ({"batch_size": 2, "seed": -1}, "seed is -1, must be a whole number, 0 or more"),
    ],
    ids=str,
)
def test_wrong_mini_batches_are_named(wrong, message):
    """They hold one to all sequences, in an order that a seed decides."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        descend(**{**arguments(BATCH), **wrong})


def test_wrong_arguments_of_one_update_are_named():
    """Weights, then the gradients that belong to them, then a rate."""
    w, grads = AWKWARD.data.w, backward(AWKWARD.trace, AWKWARD.y)
    with pytest.raises(TypeError, match=r"^w is a Gradients, must be a Weights, as made by Weights\(Wi, Wh, Wo\)$"):
        update(grads, grads)
    with pytest.raises(TypeError, match=r"^grads is a Weights, must be a Gradients, as made by backward\(trace, y\)$"):
        update(w, w)
    with pytest.raises(ValueError, match=r"^learning_rate is 0, must be a finite number above 0$"):
        update(w, grads, 0)


def ones_to_count():
    """Roelants' task: 20 binary sequences of 10 steps, drawn with seed 1; the target is the number of ones."""
    x = np.around(np.random.RandomState(1).rand(20, 10))
    return x.T[:, :, None], x.sum(axis=1)[:, None]


ROELANTS = {"hidden": "linear", "learn": ("Wi", "Wh")}
START = Weights(Wi=[[-1.5]], Wh=[[2.0]], Wo=[[1.0]])


@pytest.mark.parametrize("rate", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_plain_descent_diverges_on_roelants_example(rate):
    """Peter Roelants, RNN implementation part 1: from wx = -1.5, wRec = 2 no rate from 1e-2 to 1e-6 arrives.

    His loss is the mean of (y_hat - y)^2, twice ours, so the same step is taken with twice his rate.
    """
    x, y = ones_to_count()
    run = descend(START, x, y, 2 * rate, steps=500, **ROELANTS)
    assert run.losses[-1] == np.inf
    assert len(run.losses) <= 4


def test_clipping_arrives_where_plain_descent_diverges():
    """The same start and the largest of those rates, with gradients no longer than 1."""
    x, y = ones_to_count()
    run = descend(START, x, y, 1e-2, steps=2000, clip=1.0, **ROELANTS)
    assert_allclose([run.weights[-1].Wi.item(), run.weights[-1].Wh.item()], 1.0, atol=0.01)
    assert run.losses[-1] < 0.01


def test_rprop_ends_where_roelants_says():
    """500 updates of RProp (0.001 at first, times 1.2 or 0.5) by the signs of our gradients: 1.0014 and 0.9997."""
    x, y = ones_to_count()
    place, length, sign = np.array([-1.5, 2.0]), np.array([0.001, 0.001]), np.zeros(2)
    for _ in range(500):
        w = Weights(Wi=[[place[0]]], Wh=[[place[1]]], Wo=[[1.0]])
        grads = backward(forward(w, x, hidden="linear"), y)
        before, sign = sign, np.sign([grads.dL_dWi.item(), grads.dL_dWh.item()])
        length *= np.where(sign == before, 1.2, 0.5)
        place -= sign * length
    assert_allclose(place, [1.0014, 0.9997], atol=5e-5)
