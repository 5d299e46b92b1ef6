"""The loss surface is the loss: at every grid point what a forward pass with those two entries gives."""

import re
from dataclasses import FrozenInstanceError, replace
from itertools import permutations
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import AWKWARD, CASES, Case, arrays_of, assert_close, cases

from rnnlib import Weights, backward, forward, grid, loss_surface, loss_value
from rnnlib.grid import Entry, entry
from rnnlib.tasks import three_steps

SMALL = Case("tanh", "sigmoid", "cross_entropy", "every", 2, "own", T=3, D=2, H=3, K=2)
SPAN = ((-1.5, 1.0), (-0.7, 2.0))


def arguments(case):
    """What `loss_surface` needs for a case, but for the grid."""
    return {**vars(case.data), "loss": case.loss, **case.options}


def names_of(w):
    """The names of all entries of the weights."""
    return [f"{weight}[{i},{j}]" for weight in ("Wi", "Wh", "Wo") for i, j in np.ndindex(getattr(w, weight).shape)]


def with_entries(w, along, values):
    """The same weights with some entries, given by name, set to other values."""
    arrays = {weight: getattr(w, weight).copy() for weight in ("Wi", "Wh", "Wo")}
    for name, value in zip(along, values, strict=True):
        weight, i, j = re.fullmatch(r"(\w+)\[(\d+),(\d+)\]", name).groups()
        arrays[weight][int(i), int(j)] = value
    return Weights(**arrays)


def slow_surface(case, along, values):
    """Two loops over the grid, with a forward pass at each point."""
    data, result = case.data, np.empty([len(v) for v in values])
    for i, j in np.ndindex(result.shape):
        w = with_entries(data.w, along, (values[0][i], values[1][j]))
        result[i, j] = loss_value(forward(w, data.x, data.O0, **case.options), data.y, case.loss)
    return result


@pytest.mark.parametrize("first", names_of(SMALL.data.w))
def test_every_pair_of_entries_spans_the_true_surface(first):
    """For any two entries of any weights, in either order: the same as a double loop."""
    for along in permutations(names_of(SMALL.data.w), 2):
        if along[0] == first:
            s = loss_surface(**arguments(SMALL), along=along, span=SPAN, resolution=3)
            assert_allclose(s.loss, slow_surface(SMALL, along, s.values), rtol=1e-12, err_msg=str(along))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_combination_of_options_has_its_true_surface(case):
    """All functions, losses, batches and initial states; entries on both sides of the hidden units."""
    for along in (("Wi[2,1]", "Wh[0,1]"), ("Wo[1,0]", "Wh[1,2]"), ("Wh[2,0]", "Wh[0,0]"), ("Wo[5,2]", "Wo[0,1]")):
        s = loss_surface(**arguments(case), along=along, span=SPAN, resolution=3)
        assert_allclose(s.loss, slow_surface(case, along, s.values), rtol=1e-11, err_msg=str(along))


@given(case=cases(), data=st.data())
def test_the_surface_at_the_weights_is_their_loss(case, data):
    """In the middle of a grid around the weights themselves stands the loss of the trace."""
    along = data.draw(st.permutations(names_of(case.data.w)))[:2]
    here = [float(getattr(case.data.w, e.weight)[e.row, e.column]) for e in (entry(case.data.w, n) for n in along)]
    span = [(v - 1.0, v + 1.0) for v in here]
    s = loss_surface(**arguments(case), along=along, span=span, resolution=3)
    assert_allclose(s.loss[1, 1], loss_value(case.trace, case.y, case.loss), rtol=1e-9, atol=1e-12)
    assert_allclose(s.place(case.data.w), here)


@pytest.mark.parametrize("block", [1, 500, 2000])
@pytest.mark.parametrize(
    "along", [("Wi[2,1]", "Wh[0,1]"), ("Wh[2,2]", "Wo[1,0]"), ("Wo[0,1]", "Wi[1,1]"), ("Wo[0,1]", "Wo[1,1]")], ids=str
)
def test_pieces_of_the_grid_make_the_same_surface(monkeypatch, block, along):
    """However the points are cut into blocks and handed to threads, with blocks that do not come out even."""
    whole = loss_surface(**arguments(SMALL), along=along, span=SPAN, resolution=7)
    monkeypatch.setattr(grid, "BLOCK", block)
    pieces = loss_surface(**arguments(SMALL), along=along, span=SPAN, resolution=7)
    assert_allclose(pieces.loss, whole.loss, rtol=1e-13)


@pytest.mark.parametrize("H", [2, 20])
def test_no_block_of_the_grid_takes_more_than_its_share(monkeypatch, H):
    """At most four blocks in a piece; in a block no more multiplications a step than set, and not much fewer."""
    case, shapes, piece_losses = Case("tanh", "linear", "squared_error", "last", 3, "none", H=H), [], grid.piece_losses
    monkeypatch.setattr(grid, "piece_losses", lambda *a: shapes.append(a[-1][0][1].shape) or piece_losses(*a))
    monkeypatch.setattr(grid, "BLOCK", 20_000)
    loss_surface(**arguments(case), resolution=21)
    blocks, sizes = np.transpose(shapes)
    one_point = (case.D + case.H) * max(case.H, 16) * case.B
    assert np.all(sizes == 20_000 // one_point)
    assert sorted(blocks)[1:] == [4] * (len(blocks) - 1)
    assert 0 <= (blocks * sizes).sum() - 21**2 < sizes[0]


@pytest.mark.parametrize("cores", [None, 1, 64])
def test_the_number_of_cores_changes_nothing(monkeypatch, cores):
    """One core, many, or a system that does not tell."""
    monkeypatch.setattr(grid.os, "cpu_count", lambda: cores)
    monkeypatch.setattr(grid, "BLOCK", 500)
    s = loss_surface(**arguments(SMALL), span=SPAN, resolution=9)
    assert_allclose(s.loss, slow_surface(SMALL, s.along, s.values), rtol=1e-12)


def test_a_large_grid_of_a_large_network_is_true_as_well():
    """Many pieces, in threads: some of its points against a forward pass."""
    case = Case("tanh", "linear", "squared_error", "last", 16, "own", T=12, D=2, H=16, K=2)
    s = loss_surface(**arguments(case), along=("Wh[3,7]", "Wi[5,1]"), span=SPAN)
    rows, columns = np.arange(0, 61, 12), np.arange(0, 61, 15)
    expected = slow_surface(case, s.along, (s.values[0][rows], s.values[1][columns]))
    assert_allclose(s.loss[np.ix_(rows, columns)], expected, rtol=1e-9)


def test_values_run_from_low_to_high_along_the_right_axis():
    """Row i belongs to the first entry, column j to the second; both ends of the span belong to the grid."""
    s = loss_surface(**arguments(AWKWARD), along=("Wo[0,0]", "Wi[0,0]"), span=((-1, 1), (2, 5)), resolution=4)
    assert_allclose(s.values[0], [-1, -1 / 3, 1 / 3, 1])
    assert_allclose(s.values[1], [2, 3, 4, 5])
    assert s.loss.shape == (4, 4)
    assert s.along == ("Wo[0,0]", "Wi[0,0]")
    w = with_entries(AWKWARD.data.w, s.along, (1.0, 2.0))
    corner = loss_value(forward(w, AWKWARD.data.x, AWKWARD.data.O0), AWKWARD.y)
    assert_allclose(s.loss[3, 0], corner, rtol=1e-12)


def test_the_default_is_the_surface_of_the_course():
    """Wi[0,0] and Wh[0,0] from -3 to 3, 61 values each, in double precision."""
    task = three_steps()
    s = loss_surface(task.weights, task.x, task.y, O0=task.O0)
    assert s.along == ("Wi[0,0]", "Wh[0,0]")
    assert s.loss.shape == (61, 61)
    for values in s.values:
        assert_allclose(values, np.linspace(-3, 3, 61))
    spelled = {"loss": "squared_error", "hidden": "tanh", "output": "linear", "predict": "last", "precision": "double"}
    assert_array_equal(loss_surface(task.weights, task.x, task.y, O0=task.O0, **spelled).loss, s.loss)
    assert repr(s) == "Surface(loss along Wi[0,0] and Wh[0,0], 61 x 61)"


def test_the_record_says_what_it_was_made_of():
    """The trace at the weights themselves, the target, the loss; all arrays read-only."""
    s = loss_surface(**arguments(SMALL), resolution=2)
    assert s.trace.weights is SMALL.data.w or np.array_equal(s.trace.weights.Wh, SMALL.data.w.Wh)
    assert_array_equal(s.y, SMALL.y)
    assert s.loss_name == "cross_entropy"
    assert s.loss.dtype == np.float64
    assert not any(array.flags.writeable for array in arrays_of(s))
    assert not s.place(SMALL.data.w).flags.writeable
    with pytest.raises(FrozenInstanceError):
        s.loss = None
    assert s != replace(s)


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize(("output", "loss"), [("linear", "squared_error"), ("softmax", "cross_entropy")])
def test_single_precision_is_right_to_about_six_digits(hidden, output, loss):
    """It is made of float32 from end to end, and handed out as float64."""
    case = Case(hidden, output, loss, "every", 2, "own")
    single = loss_surface(**arguments(case), span=SPAN, resolution=9, precision="single").loss
    double = loss_surface(**arguments(case), span=SPAN, resolution=9).loss
    assert_allclose(single, double, rtol=1e-5)
    assert np.abs(single - double).max() > 0.0
    assert single.dtype == np.float64
    assert_array_equal(single, single.astype(np.float32))


@pytest.mark.parametrize("precision", ["double", "single"])
def test_overflow_is_infinite_and_makes_no_warning(precision):
    """Where the loss is too large for a number, or inf - inf, it is inf; the rest of the surface is as it is."""
    w, x = Weights([[1.0], [1.0]], [[0.5, -0.5], [0.5, 0.5]], [[1.0, 2.0]]), np.full((9, 1), 1e30)
    span = ((-1e30, 1e30), (-1e30, 1e30))
    with np.errstate(all="raise"):
        s = loss_surface(w, x, [0.0], ("Wh[0,1]", "Wh[1,0]"), span, 5, hidden="linear", precision=precision)
        far = loss_surface(w, [[1.0]], [0.0], ("Wi[0,0]", "Wo[0,0]"), ((-1e300, 1e300), (0, 1)), 3, precision=precision)
    assert not np.isnan(s.loss).any()
    assert s.loss[0, 0] == s.loss[0, 4] == s.loss[4, 0] == np.inf
    assert np.isfinite(s.loss[2, 2]) == (precision == "double")
    assert np.isfinite(far.loss).all()


def test_overflow_makes_no_warning_in_threads_either(monkeypatch):
    """A thread starts with numpy's own settings, not with those of its caller."""
    monkeypatch.setattr(grid, "BLOCK", 1)
    monkeypatch.setattr(grid.os, "cpu_count", lambda: 2)
    w, span = Weights([[1.0]], [[1.0]], [[1.0]]), ((-1e200, 1e200), (-1e200, 1e200))
    s = loss_surface(w, np.full((9, 1), 1e200), [0.0], span=span, resolution=6, hidden="linear")
    assert_array_equal(s.loss, np.inf)


@pytest.mark.parametrize(("cores", "block", "threads"), [(8, 1, 4), (3, 1, 3), (1, 1, None), (8, 2**18, None)])
def test_threads_are_started_only_for_what_can_be_shared(monkeypatch, cores, block, threads):
    """At most four, no more than there are cores; none for one piece or on one core, where there may be none at all."""
    started, pool = [], grid.ThreadPoolExecutor
    monkeypatch.setattr(grid, "ThreadPoolExecutor", lambda n: started.append(n) or pool(n))
    monkeypatch.setattr(grid, "BLOCK", block)
    monkeypatch.setattr(grid.os, "cpu_count", lambda: cores)
    loss_surface(**arguments(AWKWARD), resolution=7)
    assert started == ([threads] if threads else [])


def test_arrows_laid_tip_to_tail_make_the_gradient():
    """Row t is the term of step t at the two entries; dL/dWo, which has no steps, is in row T."""
    grads = backward(SMALL.trace, SMALL.y, SMALL.loss)
    s = loss_surface(**arguments(SMALL), along=("Wi[2,1]", "Wh[0,1]"), resolution=2)
    arrows = s.arrows(grads)
    assert_array_equal(arrows[:, 0], grads.dL_dWi_terms[:, 2, 1])
    assert_array_equal(arrows[:, 1], grads.dL_dWh_terms[:, 0, 1])
    assert_close(arrows.sum(axis=0), np.array([grads.dL_dWi[2, 1], grads.dL_dWh[0, 1]]))
    late = loss_surface(**arguments(SMALL), along=("Wh[0,1]", "Wo[1,2]"), resolution=2).arrows(grads)
    assert_array_equal(late[:, 1], [0.0, 0.0, 0.0, grads.dL_dWo[1, 2]])
    assert_array_equal(late[:, 0], arrows[:, 1])
    assert not arrows.flags.writeable


def test_the_arrows_point_uphill():
    """Their sum is the slope of the surface at the weights, by differences of neighbours on a fine grid."""
    along, here = ("Wi[2,1]", "Wh[0,1]"), (SMALL.data.w.Wi[2, 1], SMALL.data.w.Wh[0, 1])
    s = loss_surface(**arguments(SMALL), along=along, span=[(v - 1e-5, v + 1e-5) for v in here], resolution=3)
    slope = [(s.loss[2, 1] - s.loss[0, 1]) / 2e-5, (s.loss[1, 2] - s.loss[1, 0]) / 2e-5]
    assert_allclose(s.arrows(backward(SMALL.trace, SMALL.y, SMALL.loss)).sum(axis=0), slope, rtol=1e-6)


def test_a_place_is_where_other_weights_lie():
    """The two entries of any weights, such as those a descent goes through."""
    s = loss_surface(**arguments(SMALL), along=("Wo[1,0]", "Wh[2,1]"), resolution=2)
    w = with_entries(SMALL.data.w, s.along, (0.25, -4.0))
    assert_array_equal(s.place(w), [0.25, -4.0])
    assert s.entries == (Entry("Wo", 1, 0), Entry("Wh", 2, 1))


def test_a_surface_that_follows_a_slider_is_fast_enough():
    """61 x 61 points of three steps in less than 10 ms: with a loop over points it would be more than 100."""
    task, times = three_steps(), []
    for _ in range(20):
        start = perf_counter()
        loss_surface(task.weights, task.x, task.y, O0=task.O0)
        times.append(perf_counter() - start)
    assert min(times) < 0.010


def test_an_entry_is_found_by_its_name():
    """Row before column, counted from 0; a blank after the comma does no harm."""
    w = SMALL.data.w
    assert entry(w, "Wi[2,1]") == entry(w, "Wi[2, 1]") == Entry("Wi", 2, 1)
    assert entry(w, "Wi[2,1]").of(w) == w.Wi[2, 1]


@pytest.mark.parametrize(
    "name",
    ["Wx[0,0]", "Wh", "Wh[3,0]", "Wh[0,3]", "Wi[0,2]", "Wo[2,0]", "Wh[-1,0]", "Wh[0,0", "wh[0,0]", "Wh[\u0662,0]"],
)
def test_an_unknown_entry_gets_the_form_and_the_ranges(name):
    """The error says how an entry is written, and which ones there are."""
    message = (
        f"along[1] is {name!r}, must be an entry such as 'Wh[0,0]', row before column, "
        "of Wi[0..2,0..1], Wh[0..2,0..2], Wo[0..1,0..2]"
    )
    with pytest.raises(ValueError) as caught:
        loss_surface(**arguments(SMALL), along=("Wi[0,0]", name))
    assert str(caught.value) == message


WRONG_TYPES = [
    ({"along": (0, "Wh[0,0]")}, "along[0] is 0, must be the name of an entry, such as 'Wh[0,0]'"),
    ({"resolution": 9.0}, "resolution is 9.0, must be a whole number"),
    ({"w": None}, "w is a NoneType, must be a Weights"),
]
WRONG_VALUES = [
    ({"along": ("Wh[0,0]", "Wh[0, 0]")}, "along names Wh[0,0] twice, must be two different entries of the weights"),
    ({"along": ("Wh[0,0]",)}, "along is ('Wh[0,0]',), must be two entries of the weights, such as ('Wi[0,0]', 'Wh"),
    ({"along": "Wh[0,0]"}, "along is 'Wh[0,0]', must be two entries of the weights"),
    ({"along": "Wh"}, "along is 'Wh', must be two entries of the weights"),
    ({"along": 3}, "along is 3, must be two entries of the weights"),
    ({"span": (-3, 3)}, "span has shape (2,), must be ((low, high), (low, high))\n"),
    ({"span": ((-3, 3),)}, "span has shape (1, 2), must be ((low, high), (low, high)) = (2, 2), one pair for each"),
    ({"span": ((-3, 3), (2, 2))}, "span[1] is (2, 2), must be (low, high) with low below high"),
    ({"span": ((3, -3), (0, 2))}, "span[0] is (3, -3), must be (low, high) with low below high"),
    ({"span": ((-1e308, 1e308), (0, 2))}, "span[0] is (-1e+308, 1e+308), must be (low, high)"),
    ({"resolution": 1}, "resolution is 1, must be a whole number, 2 or more"),
    ({"precision": "half"}, "precision is 'half', must be one of double, single"),
    ({"loss": "hinge"}, "loss is 'hinge', must be one of squared_error, cross_entropy"),
    ({"y": [1.0]}, "y has shape (1,), must be (T, B, K)"),
]


@pytest.mark.parametrize(
    ("error", "wrong", "message"),
    [*((TypeError, *row) for row in WRONG_TYPES), *((ValueError, *row) for row in WRONG_VALUES)],
    ids=str,
)
def test_wrong_arguments_are_named(error, wrong, message):
    """Every argument has its own message."""
    with pytest.raises(error) as caught:
        loss_surface(**{**arguments(SMALL), **wrong})
    assert f"{caught.value}\n".startswith(message)


def test_wrong_arguments_of_the_record_are_named():
    """A place is of weights, arrows are of gradients."""
    s = loss_surface(**arguments(SMALL), resolution=2)
    with pytest.raises(TypeError, match=r"w is a Gradients, must be a Weights, as made by Weights\(Wi, Wh, Wo\)$"):
        s.place(backward(SMALL.trace, SMALL.y, SMALL.loss))
    with pytest.raises(TypeError, match=r"grads is a Weights, must be a Gradients, as made by backward\(trace, y\)$"):
        s.arrows(SMALL.data.w)


def test_entries_are_named_as_one_writes_them():
    """The only entry of a weight has the weight's name; one of several keeps its row and column."""
    task = three_steps()
    assert loss_surface(task.weights, task.x, task.y, resolution=2).names == ("Wi", "Wh")
    several = loss_surface(**arguments(AWKWARD), along=("Wo[0,0]", "Wh[0, 1]"), resolution=2)
    assert several.names == ("Wo[0,0]", "Wh[0,1]")
