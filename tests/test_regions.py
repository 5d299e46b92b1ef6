"""The ground of a loss surface: known landscapes get the names they deserve, and saddles are true saddles."""

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib import Weights, forward, loss_surface, loss_value, regions, route, survey
from rnnlib.regions import bends_at, name_of, slope_at
from rnnlib.route import gradients_at, moved_to
from rnnlib.tasks import sunspot_year, three_steps, two_sequences

NAMES = {"slope", "steep", "flat", "bowl", "valley", "saddle", "ridge"}


def land(task=None, resolution=61, **options):
    """The loss surface of a task."""
    task = task or two_sequences()
    return loss_surface(task.weights, task.x, task.y, resolution=resolution, O0=task.O0, **options)


@pytest.mark.parametrize(
    ("bends", "name"),
    [
        ((1, 2), "bowl"),
        ((0, 1), "valley"),
        ((-1, 1), "saddle"),
        ((0, 0), "flat"),
        ((-1, 0), "ridge"),
        ((-2, -1), "ridge"),
    ],
)
def test_level_ground_is_named_by_its_two_bends(bends, name):
    """Bends smaller than the threshold count as none."""
    assert name_of(np.array(float(bends[0])), np.array(float(bends[1])), 0.5) == name


def test_the_saddle_of_two_sequences_is_a_true_saddle():
    """The gradient there is 0, and the loss bends up one way and down another."""
    surface = land()
    ground = regions(surface)
    assert ground.saddles.shape == (1, 2)
    place = ground.saddles[0]
    assert_allclose(place, [0.3047, 0.6721], atol=1e-3)
    assert np.hypot(*slope_at(surface, place)) < 1e-9
    low, high = np.linalg.eigvalsh(bends_at(surface, place))
    assert low < 0 < high
    assert ground.at(place) == "saddle"


def test_all_saddles_of_a_rugged_map_are_found():
    """Four of them, on coarse and fine grids; on a ring around each the loss is above and below it in turns."""
    x = np.array([[1.3, -0.6, 0.8], [1.4, 0.6, 0.2], [1.0, 0.9, -0.1]])[..., None]
    more = {"y": [[0.1], [0.5], [-0.9]], "span": ((-4, 4), (-3, 3))}
    for resolution in (41, 61, 160):
        surface = loss_surface(Weights([[1.0]], [[1.0]], [[1.0]]), x, **more, resolution=resolution)
        saddles = regions(surface).saddles
        saddles = saddles[np.argsort(saddles[:, 1])]
        assert_allclose(saddles, [(-0.661, -1.329), (0, -0.714), (2.416, -0.342), (0, 1.007)], atol=1e-3)
        for place in saddles:
            around = 0.1 + np.linspace(0, 2 * np.pi, 33)
            ring = place + 0.02 * np.column_stack([np.cos(around), np.sin(around)])
            heights = [gradients_at(surface, moved_to(surface, point)).loss for point in (place, *ring)]
            assert (np.diff(np.sign(np.subtract(heights[1:], heights[0]))) != 0).sum() == 4


def test_the_two_sides_of_the_saddle_lead_to_two_minima():
    """What a saddle is for: a nudge decides."""
    surface = land()
    place = regions(surface).saddles[0]
    left, right = (route(surface, place + nudge, 0.4, 300) for nudge in ((-0.05, 0.05), (0.05, -0.05)))
    assert left.places[-1, 0] < -0.5
    assert right.places[-1, 0] > 0.9
    assert np.ptp(route(surface, place, 0.4, 50).places, axis=0).max() < 1e-6


def test_minima_are_bowls_and_long_minima_are_valleys():
    """With two sequences the lowest point is alone; with one, a whole line of points has a loss of 0."""
    assert regions(land()).at(np.array([1.007, -0.473])) == "bowl"
    assert regions(land()).at(np.array([-0.81, 1.76])) == "bowl"
    assert regions(land(three_steps())).at(np.array([0.8942, 1.768])) == "valley"


def named(ground, slope, low, high):
    """The name by the words of the docstring."""
    if slope > 0.1 * ground.usual:
        return "steep" if slope > ground.steep else "slope"
    if low < -ground.bend:
        return "saddle" if high > ground.bend else "ridge"
    if high <= ground.bend:
        return "flat"
    return "bowl" if low > ground.bend else "valley"


def test_every_grid_point_has_the_name_of_its_slope_and_its_bends():
    """With NumPy's eigenvalues of the second differences; what is usual is what three quarters don't exceed."""
    surface = land()
    ground, first = regions(surface), np.gradient(surface.loss, *surface.values)
    slopes, second = np.hypot(*first), np.array([np.gradient(d, *surface.values) for d in first])
    bends = np.linalg.eigvalsh(np.moveaxis(second, (0, 1), (2, 3)))
    assert_allclose(ground.usual, np.quantile(slopes, 0.75))
    assert_allclose(ground.steep, np.quantile(slopes, 0.9))
    assert_allclose(ground.bend, 0.04 * np.quantile(np.abs(bends).max(axis=2), 0.75))
    expected = [named(ground, slope, *lows) for slope, lows in zip(slopes.ravel(), bends.reshape(-1, 2), strict=True)]
    assert_array_equal(ground.names.ravel(), expected)
    assert set(expected) == NAMES


def test_the_ground_at_any_place_is_that_of_the_true_loss():
    """By differences of losses close by, at places of every kind."""
    task, ground = two_sequences(), regions(land())

    def loss(Wi, Wh):
        w = Weights([[Wi]], [[Wh]], task.weights.Wo)
        return loss_value(forward(w, task.x, task.O0), task.y)

    def truly(a, b, h=1e-4):
        slope = np.hypot(loss(a + h, b) - loss(a - h, b), loss(a, b + h) - loss(a, b - h)) / (2 * h)
        aa = loss(a + h, b) - 2 * loss(a, b) + loss(a - h, b)
        bb = loss(a, b + h) - 2 * loss(a, b) + loss(a, b - h)
        ab = (loss(a + h, b + h) - loss(a + h, b - h) - loss(a - h, b + h) + loss(a - h, b - h)) / 4
        return named(ground, slope, *np.linalg.eigvalsh([[aa, ab], [ab, bb]]) / h**2)

    values, found = ground.surface.values, set()
    for name in np.unique(ground.names):
        for i, j in np.argwhere(ground.names == name)[::25]:
            place = np.array([values[0][i], values[1][j]])
            assert ground.at(place) == truly(*place)
            found.add(ground.at(place))
    assert len(found) > 4


def test_a_surface_of_one_height_is_flat():
    """Nothing slopes, nothing bends: no warning, no saddle."""
    still = loss_surface(Weights([[0.0]], [[0.0]], [[0.0]]), [[1.0]], [1.0], resolution=5)
    ground = regions(still)
    assert (ground.names == "flat").all()
    assert ground.saddles.shape == (0, 2)
    assert ground.at(np.zeros(2)) == "flat"


def test_the_slope_is_the_gradient():
    """By differences on a fine grid, and by the true derivatives."""
    ground = regions(land(resolution=121))
    for i, j in ((30, 40), (60, 60), (90, 20)):
        place = np.array([ground.surface.values[0][i], ground.surface.values[1][j]])
        assert_allclose(ground.slope[i, j], np.hypot(*slope_at(ground.surface, place)), rtol=0.03)


def test_a_tenth_of_the_map_is_steep():
    """By its definition; and each name is known."""
    ground = regions(land())
    assert_allclose(np.mean(ground.slope > ground.steep), 0.1, atol=0.002)
    assert set(np.unique(ground.names)) <= NAMES
    assert re.fullmatch(r"Regions\(slope \d+%, steep 10%, .*\)", repr(ground))
    assert_array_equal(ground.lowest, [1.0, -0.5])


def test_the_floor_of_a_valley_is_no_saddle():
    """Along a line of minima the lower bend is 0 but for rounding; none of its points is marked."""
    task = sunspot_year()
    span, along = ((-1, 0), (0, 1)), ("Wh[0,0]", "Wh[1,1]")
    assert len(regions(land(task, along=along, span=span, resolution=121)).saddles) == 0
    assert len(regions(land(three_steps(), resolution=121)).saddles) == 0


def test_there_is_no_ground_outside_the_map():
    """And a survey says so with an empty name."""
    surface = land(three_steps(), resolution=21)
    ground = regions(surface)
    assert ground.at(np.array([3.1, 0.0])) == ground.at(np.array([0.0, -3.1])) == ""
    way = survey(route(surface, learning_rate=100.0, steps=3), ground)
    assert way.names[0] == "slope"
    assert way.names[-1] == ""
    assert len(way.names) == len(way.route.places)


def test_a_survey_asks_anew_where_the_place_has_moved():
    """By 0.0005 of the map along either axis: here 0.003 and 0.001, over the edge, where the ground ends."""
    task = three_steps()
    surface = loss_surface(task.weights, task.x, task.y, span=((-3, 3), (-1, 1)), resolution=21, O0=task.O0)
    ground, way = regions(surface), route(surface, steps=1)
    for axis, step in enumerate((0.003, 0.001)):
        edge = np.array([0.0, 0.0])
        edge[axis] = surface.values[axis][-1]
        out = step * np.eye(2)[axis]
        places = np.array([edge - 0.1 * out, edge + 0.8 * out, edge + 0.95 * out, edge - 0.1 * out])
        inside = ground.at(edge)
        assert survey(replace(way, places=places[:2]), ground).names == (inside, inside)
        assert survey(replace(way, places=places), ground).names == (inside, inside, "", inside)


def test_the_records_are_read_only():
    """All arrays of the ground; a survey's names are a tuple."""
    ground = regions(land(resolution=5))
    way = survey(route(ground.surface, steps=1), ground)
    for record in (ground, way):
        with pytest.raises(FrozenInstanceError):
            record.names = ()
        assert record != replace(record)
    assert not any(array.flags.writeable for array in (ground.slope, ground.names, ground.lowest, ground.saddles))
    assert isinstance(way.names, tuple)


def test_heights_that_are_not_finite_do_no_harm():
    """A linear RNN whose loss overflows on the border: the rest has its names, without a warning."""
    huge = loss_surface(Weights([[1.0]], [[1.0]], [[1.0]]), np.full((300, 1), 9.0), [1.0], hidden="linear",
                        span=((-1, 1), (-30, 30)), resolution=21)  # fmt: skip
    assert np.isinf(huge.loss).any()
    ground = regions(huge)
    assert np.isfinite([ground.usual, ground.steep, ground.bend]).all()
    assert set(np.unique(ground.names)) <= NAMES


def test_a_map_without_any_finite_height_has_no_usual_slope():
    """It is 0, in silence."""
    huge = loss_surface(Weights([[1.0]], [[1.0]], [[1.0]]), np.full((300, 1), 9.0), [1.0], hidden="linear",
                        span=((1, 2), (20, 30)), resolution=5)  # fmt: skip
    assert np.isinf(huge.loss).all()
    ground = regions(huge)
    assert (ground.usual, ground.steep, ground.bend, len(ground.saddles)) == (0.0, 0.0, 0.0, 0)


def test_wrong_arguments_are_named():
    """What is no surface, and one that is too coarse."""
    with pytest.raises(TypeError, match="surface is a NoneType, must be a Surface"):
        regions(None)
    with pytest.raises(ValueError, match="surface has resolution 2, must have 3 or more"):
        regions(land(resolution=2))
    with pytest.raises(TypeError, match="route is a NoneType"):
        survey(None, regions(land(resolution=5)))
    with pytest.raises(TypeError, match="regions is a Surface, must be a Regions"):
        survey(route(land(resolution=5), steps=1), land(resolution=5))
    assert regions(land(resolution=3)).names.shape == (3, 3)
