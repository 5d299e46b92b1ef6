"""What makes gradients fade or explode: length, spectral radius, activation; and two tasks that show it."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of

from rnnlib import Weights, ages, backward, descend, fading, forward, jacobians, with_spectral_radius
from rnnlib.fading import spectral_radius
from rnnlib.tasks import hundred_steps, remembering, sunspot_year

EACH_HIDDEN = pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "linear"])


@pytest.mark.parametrize("radius", [0.1, 0.63, 1.0, 2.0])
def test_scaled_weights_have_the_radius(radius):
    """Wh is multiplied by one number, Wi and Wo stay."""
    w = hundred_steps().weights
    scaled = with_spectral_radius(w, radius)
    assert_allclose(np.abs(np.linalg.eigvals(scaled.Wh)).max(), radius)
    assert_allclose(spectral_radius(scaled), radius)
    assert_allclose(scaled.Wh / w.Wh, np.full((3, 3), radius / spectral_radius(w)))
    assert_array_equal(scaled.Wi, w.Wi)
    assert_array_equal(scaled.Wo, w.Wo)


@EACH_HIDDEN
@pytest.mark.parametrize("T", [1, 3, 40])
def test_it_is_the_ages_and_jacobians_of_the_scaled_task(T, hidden):
    """By the library's other functions, of the last T steps; row t of the Jacobians is age T - t."""
    task, f = hundred_steps(), fading(hundred_steps(), T, 0.9, hidden)
    trace = forward(with_spectral_radius(task.weights, 0.9), task.x[-T:], task.O0, hidden)
    j, a = jacobians(trace), ages(backward(trace, task.y))
    assert_array_equal(f.ages.sizes, a.sizes)
    assert_array_equal(f.ages.angles, a.angles)
    for age in range(T):
        assert_allclose(f.norms[age], j.norms[T - age])
        assert_allclose(f.bounds[age], j.bounds[T - age])
        assert_allclose(f.powers[age], 0.9**age)
    assert (f.T, f.norms[0], f.task.hidden, len(f.task.x)) == (T, 1.0, hidden, T)
    assert_allclose(f.jacobians.spectral_radius, f.spectral_radius)


def test_the_other_weight_can_be_asked_for():
    """dL/dWi fades along the same Jacobians."""
    f = fading(hundred_steps(), 10, 0.63, weight="Wi")
    assert_array_equal(f.ages.sizes, ages(f.ages.grads, "Wi").sizes)


def test_output_and_loss_are_those_of_the_task():
    """Here a probability and its cross entropy."""
    task = replace(hundred_steps(), output="sigmoid", loss="cross_entropy", y=[1.0])
    trace = forward(with_spectral_radius(task.weights, 0.63), task.x[-5:], task.O0, output="sigmoid")
    assert_array_equal(fading(task, 5, 0.63).ages.sizes, ages(backward(trace, [1.0], "cross_entropy")).sizes)


def test_a_power_that_overflows_makes_no_warning():
    """A radius of 1e10, a hundred steps back: inf, in silence."""
    with np.errstate(all="raise"):
        assert fading(hundred_steps(), 100, 1e10).powers[-1] == np.inf


def test_only_the_past_gets_longer():
    """The last inputs, the target and O_0 are the same for every T."""
    short, long = fading(hundred_steps(), 5, 0.63), fading(hundred_steps(), 50, 0.63)
    assert_array_equal(long.task.x[-5:], short.task.x)
    assert_array_equal(long.task.y, short.task.y)
    assert_array_equal(long.task.O0, short.task.O0)


def test_a_linear_rnn_goes_by_the_power_of_its_spectral_radius():
    """Over 99 steps the product of Jacobians is the power times one number that the radius does not change."""
    factors = [f.norms[-1] / f.powers[-1] for f in (fading(hundred_steps(), 100, r, "linear") for r in (0.5, 1.0, 1.5))]
    assert_allclose(factors, factors[0] * np.ones(3), rtol=1e-6)


def test_tanh_vanishes_where_linear_explodes():
    """With spectral radius 1.5 and T = 100, and sigmoid vanishes more than tanh."""
    norms = {h: fading(hundred_steps(), 100, 1.5, h).norms[-1] for h in ("sigmoid", "tanh", "relu", "linear")}
    assert norms["sigmoid"] < 1e-40 < norms["tanh"] < 1e-10
    assert min(norms["relu"], norms["linear"]) > 1e17


def test_the_published_matrix_vanishes_with_a_singular_value_above_one():
    """Saito, Deep Learning from Scratch 2, rnn_gradient_graph with 0.5 Wh: two rows of ones, 20 times Wh^T: 2.4e-4."""
    w = hundred_steps().weights
    j = jacobians(forward(w, np.zeros((20, 1)), hidden="linear"))
    assert_allclose(j.Wh_singular_values[0], 1.3297, atol=5e-5)
    assert_allclose(j.spectral_radius, 0.6276, atol=5e-5)
    assert_allclose(np.sqrt(2 * ((np.ones(3) @ j.dOT_dO[0]) ** 2).sum()) / 2, 2.4e-4, atol=5e-6)


def test_inputs_of_the_hundred_steps_are_spread_evenly():
    """Between -1 and 1, no two alike, a quarter of them in each quarter."""
    x = hundred_steps().x.ravel()
    assert len(set(x)) == 100
    counts, _ = np.histogram(x, 4, (-1.0, 1.0))
    assert set(counts) <= {24, 25, 26}


def test_a_measured_series_can_fade_too():
    """Sixty years of sunspots, the last 24 of them."""
    f = fading(sunspot_year(1957, 60), 24, 0.54)
    assert repr(f) == "Fading(T=24, tanh, spectral radius 0.54, |dL/dWh|=0.08556)"
    assert f.ages.sizes[-1] == 0.0  # O_0 is 0


@pytest.mark.parametrize("k", [0, 1, 20])
def test_the_answer_lies_k_steps_back(k):
    """x_1 is the answer, half of them 1, the others -1; what follows is small and differs; 0 has a loss of 0.5."""
    x, y = remembering(k, B=8, distraction=0.2)
    assert (x.shape, y.shape) == ((k + 1, 8, 1), (8, 1))
    assert_array_equal(x[0], y)
    assert sorted(y.ravel()) == [-1.0] * 4 + [1.0] * 4
    assert np.abs(x[1:]).max(initial=0.0) <= 0.2
    assert len(set(x[1:].ravel())) == 8 * k
    nothing = Weights([[0.0]], [[0.0]], [[0.0]])
    assert backward(forward(nothing, x), y).loss == 0.5


def test_what_follows_does_not_give_the_answer_away():
    """The mean of all later inputs is nearly the same for both answers."""
    x, y = remembering(20)
    means = [x[1:, y.ravel() == answer].mean() for answer in (1.0, -1.0)]
    assert abs(means[0] - means[1]) < 0.01


def test_a_short_memory_is_learned():
    """Two steps back, from small weights."""
    rng = np.random.default_rng(0)
    w = Weights(rng.uniform(-0.5, 0.5, (4, 1)), 0.8 * np.eye(4), rng.uniform(-0.5, 0.5, (1, 4)))
    assert descend(w, *remembering(2), steps=100).losses[-1] < 0.01


def test_the_record_is_read_only():
    """All arrays of it, and the record itself."""
    f = fading(hundred_steps(), 5, 0.63)
    assert not any(array.flags.writeable for array in arrays_of(f))
    with pytest.raises(FrozenInstanceError):
        f.norms = None
    assert f != replace(f)


def test_wrong_arguments_are_named():
    """Task, T, radius, activation, and the numbers of `remembering`."""
    task = hundred_steps()
    with pytest.raises(
        TypeError, match=r"task is a function, must be a Task, as made by rnnlib.tasks.hundred_steps\(\)"
    ):
        fading(hundred_steps, 10, 1.0)
    with pytest.raises(ValueError, match="T is 101, must be a whole number from 1 to 100"):
        fading(task, 101, 1.0)
    with pytest.raises(ValueError, match="radius is 0, must be a finite number above 0"):
        fading(task, 10, 0)
    with pytest.raises(ValueError, match="hidden is 'gelu', must be one of tanh, sigmoid, relu, linear"):
        fading(task, 10, 1.0, "gelu")
    with pytest.raises(ValueError, match="Wh has spectral radius 0, and every multiple of it has"):
        with_spectral_radius(Weights([[1.0], [1.0]], [[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0]]), 0.5)
    with pytest.raises(TypeError, match=r"w is a Task, must be a Weights"):
        with_spectral_radius(task, 0.5)
    with pytest.raises(ValueError, match="steps_back is -1, must be a whole number, 0 or more"):
        remembering(-1)
    with pytest.raises(ValueError, match="B is 1, must be a whole number, 2 or more"):
        remembering(3, B=1)
