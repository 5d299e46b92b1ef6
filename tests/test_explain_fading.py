"""What is drawn and said about fading gradients: every number is one of the record, in picture, table and text."""

import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib import fading
from rnnlib.explain import fading_picture, fading_sentence, fading_table, plain_fading
from rnnlib.explain.by_age import ROUNDING, apart
from rnnlib.explain.chart import Chart, age_ticks, crosses, dots, frame, joined, level, log_chart
from rnnlib.explain.fading import ages_shown, rows
from rnnlib.explain.spelling import number
from rnnlib.tasks import hundred_steps

EACH = pytest.mark.parametrize(
    ("T", "radius", "hidden"),
    [(3, 0.63, "tanh"), (30, 0.63, "tanh"), (100, 0.1, "sigmoid"), (100, 0.9, "relu"), (100, 2.0, "linear")],
)


def made(T=30, radius=0.63, hidden="tanh"):
    """A record of the hundred steps."""
    return fading(hundred_steps(), T, radius, hidden)


def elements(picture, kind):
    """The elements of a picture with this class."""
    return [e for e in ElementTree.fromstring(picture).iter() if e.get("class") == kind]


def words(picture):
    """All that is written in a picture."""
    return ["".join(e.itertext()) for e in ElementTree.fromstring(picture).iter("text")]


def moves(path):
    """The points of a path that begins with M, as pairs."""
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path.get("d"))]


# The chart


def test_the_last_step_stands_at_the_right():
    """Age 0 at the right, the oldest at the left, each in the middle of its room."""
    chart = Chart(100, 200, 0, 50, T=10)
    assert [chart.x(age) for age in (0, 9)] == [195, 105]
    assert chart.x(-0.5) == 200


def test_a_tenth_is_as_far_down_everywhere():
    """The scale is logarithmic, from the bottom to the top."""
    chart = Chart(0, 1, 10, 90, T=1, low=-4, high=4)
    assert_allclose([chart.y(10.0**n) for n in (-4, -3, 0, 4)], [90, 80, 50, 10])


@pytest.mark.parametrize(
    ("sizes", "low", "high"),
    [([3.0], -1, 1), ([1e-9, 20.0], -9, 2), ([0.0, 0.5, np.inf, np.nan], -2, 0), ([], -2, 0), ([1.0], -2, 0)],
)
def test_a_chart_has_room_for_all_that_can_be_drawn(sizes, low, high):
    """Whole powers of ten, two of them at least; zero, infinity and nan have no place."""
    chart = log_chart(0, 1, 0, 1, 3, sizes)
    assert (chart.low, chart.high) == (low, high)


def test_marks_stand_where_their_sizes_are():
    """A dot and a corner of the line for each, a gap and a cross where the size is zero."""
    chart, sizes = Chart(0, 300, 0, 100, T=3, low=0, high=2), np.array([1.0, 0.0, 100.0])
    svg = f"<svg>{dots(chart, range(3), sizes, 'dot')}{joined(chart, sizes, 'thread')}{crosses(chart, sizes)}</svg>"
    (dot,), (thread,), (zero,) = (elements(svg, kind) for kind in ("dot", "thread", "zero"))
    assert moves(dot) == moves(thread) == [(250, 100), (50, 0)]
    assert "L" not in thread.get("d")
    assert zero.get("d") == "M147.0,92l6,6m0,-6l-6,6"
    assert 'd="M0,50.0H300"' in level(chart, 10.0, "total")


def test_nothing_to_draw_is_no_mark():
    """An empty path would be a mark for nothing."""
    chart, nothing = Chart(0, 1, 0, 1, T=2), np.zeros(2)
    assert dots(chart, range(2), nothing, "dot") == joined(chart, nothing, "thread") == ""
    assert crosses(chart, np.ones(2)) == ""


@pytest.mark.parametrize(("low", "high"), [(-2, 0), (-9, 2), (-113, 0), (0, 65), (-300, 300), (-3, 9)])
def test_an_axis_has_few_ticks_and_one_has_a_name_that_is_short(low, high):
    """Two to seven powers of ten, at whole distances; 1 and 10 are written so."""
    chart = Chart(0, 100, 0, 100, T=5, low=low, high=high)
    said = words(f"<svg>{frame(chart)}</svg>")
    assert 2 <= len(said) <= 7
    assert ("1" in said) == (low <= 0 <= high)
    assert not any(word in said for word in ("100", "101"))


@pytest.mark.parametrize("T", [1, 2, 3, 7, 8, 30, 99, 100])
def test_ages_are_counted_from_the_right(T):
    """0 and the oldest are always named, and no two names touch."""
    chart = Chart(0, 480, 0, 100, T=T)
    drawn = ElementTree.fromstring(f"<svg>{age_ticks(chart, 10)}</svg>")
    at = {int(e.text): float(e.get("x")) for e in drawn}
    assert {0, T - 1} <= set(at)
    places = sorted(at.values())
    assert min(np.diff(places), default=99) > 20
    for age, x in at.items():
        assert_allclose(x, chart.x(age), atol=0.06)


# The picture


@EACH
@pytest.mark.parametrize("k", [1, 2, 5, 100])
def test_there_is_a_dot_for_each_term_that_is_not_zero(T, radius, hidden, k):
    """Large where it is kept, small where it is left out; a cross for each that is zero."""
    f = made(T, radius, hidden)
    picture = fading_picture(f, k)
    large = [point for path in elements(picture, "dot") for point in moves(path)]
    small = [point for path in elements(picture, "dot small") for point in moves(path)]
    is_zero = f.ages.sizes == 0.0
    assert len(large) == (~is_zero[:k]).sum()
    assert len(small) == (~is_zero[k:]).sum() + (f.norms > 0).sum()
    zeros = sum(path.get("d").count("M") for path in elements(picture, "zero"))
    assert zeros == is_zero.sum() + (f.norms == 0.0).sum()


@EACH
def test_bars_are_as_high_as_shares(T, radius, hidden):
    """The largest fills the strip, the others in proportion; kept ones are filled."""
    f = made(T, radius, hidden)
    picture = fading_picture(f, 5)
    kept, left_out = elements(picture, "bar kept"), elements(picture, "bar")
    heights = [float(bar.get("height")) for bar in (*kept, *left_out)]
    shown = [share for share in f.ages.shares / f.ages.shares.max() if 42 * share >= 0.05]
    assert_allclose(heights, 42 * np.array(shown), atol=0.06)
    assert len(kept) == sum(42 * share >= 0.05 for share in (f.ages.shares / f.ages.shares.max())[:5])


@EACH
@pytest.mark.parametrize("k", [1, 2, 5, 50, 100])
def test_everything_stays_on_the_page(T, radius, hidden, k):
    """All points of all paths, bars and texts lie in the box of the picture."""
    root = ElementTree.fromstring(fading_picture(made(T, radius, hidden), k))
    _, _, width, height = map(float, root.get("viewBox").split())
    for path in root.iter("path"):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in moves(path)), path.get("class")
    for e in root.iter("text"):
        assert 0 <= float(e.get("x")) <= width
        assert 8 <= float(e.get("y")) <= height
    assert "nan" not in ElementTree.tostring(root, "unicode")


def test_the_knife_says_what_it_leaves_out():
    """Where there is room for it; and nothing, if k is T or more."""
    assert {"← left out: 25", "← left out: 10"} <= {w for k in (5, 20) for w in words(fading_picture(made(), k))}
    assert "kept: k = 20" in words(fading_picture(made(), 20))
    assert "cut: k = 29" in words(fading_picture(made(), 29))
    for k in (30, 31):
        picture = fading_picture(made(), k)
        assert "nothing is left out" in words(picture)
        assert not elements(picture, "cut")


def test_the_cut_stands_between_two_ages():
    """k = 5 keeps ages 0 .. 4."""
    picture = fading_picture(made(), 5)
    (cut,) = elements(picture, "cut")
    x = moves(cut)[0][0]
    assert max(p[0] for path in elements(picture, "dot small")[:1] for p in moves(path)) < x
    assert min(p[0] for path in elements(picture, "dot") for p in moves(path)) > x


def test_the_total_and_what_is_lost_in_rounding_are_lines():
    """The dotted line is there where terms are that small."""
    assert f"total: size {number(made().ages.size)}" in words(fading_picture(made(), 5))
    assert elements(fading_picture(made(), 5), "rounding") == []
    (line,) = elements(fading_picture(made(100), 5), "rounding")
    sizes = made(100).ages.sizes
    y = float(line.get("d").split(",")[1].split("H")[0])
    dots_below = [
        p for path in elements(fading_picture(made(100), 1), "dot small")[:1] for p in moves(path) if p[1] > y
    ]
    assert len(dots_below) == (sizes < made(100).ages.size * ROUNDING).sum() > 10


def test_a_term_below_the_line_is_lost_in_rounding():
    """As the picture says: adding it to the total gives the total, to the last bit."""
    total = made(100).ages.size
    for size in (total, 1.0, 1.9999999999):
        assert size + 0.99 * size * ROUNDING == size


@EACH
def test_the_three_lines_of_the_lens_have_their_last_number(T, radius, hidden):
    """What happens, the bound, and the power."""
    f = made(T, radius, hidden)
    said = words(fading_picture(f, 5))
    for sizes in (f.norms, f.bounds, f.powers):
        assert f"at the oldest: {number(sizes[-1])}" in said


@pytest.mark.parametrize("wanted", [(100, 100, 100), (62, 62, 300), (260, 260, 0), (70, 150, 230), (300, 299, 298)])
def test_labels_do_not_run_into_each_other(wanted):
    """At least a label's height apart, in the order of their lines, and on the page."""
    placed = apart(dict(zip("abc", wanted, strict=True)), 62, 260)
    heights = [placed[name] for name in sorted("abc", key=dict(zip("abc", wanted, strict=True)).get)]
    assert min(np.diff(heights)) >= 46
    assert 62 <= heights[0] <= heights[-1] <= 260


# The words


def test_the_sentence_of_the_story():
    """Total, oldest term, who holds the sum, the Jacobians, and the cut."""
    assert fading_sentence(made(), 5) == (
        "tanh, spectral radius 0.63, T = 30: dL/dWh has size 0.1763, its term of step 1 has 2.673e−9; "
        "the latest 9 steps hold 99 % of all sizes. Back from O_30 to O_1, the Jacobians multiply to a norm of "
        "1.321e−8. Truncated after 5 steps, the gradient is off by 28.4 %, and turned by 12.4°."
    )


@pytest.mark.parametrize(
    ("f", "k", "said"),
    [
        (made(), 30, "Truncation after 30 steps cuts nothing here."),
        (made(), 1, "Truncated after 1 step, the gradient is off by 123 %"),
        (made(100), 60, "is off by less than 1e−6 %, and turned by less than 1e−6°."),
        (made(3, 0.63), 100, "the latest 3 steps hold 99 %"),
        (made(100, 0.9, "relu"), 40, "is off by 0 %, and turned by 0°."),
        (made(10, 0.1, "sigmoid"), 5, "the latest 2 steps hold 99 %"),
    ],
)
def test_sentences_fit_what_they_say(f, k, said):
    """One step, no cut, next to no error, and none at all."""
    assert said in fading_sentence(f, k)


def test_one_step_is_one_term():
    """No Jacobian, and the last step holds all."""
    said = fading_sentence(made(1), 1)
    assert "in one term; the last step holds 99 %" in said
    assert "Jacobians" not in said
    ElementTree.fromstring(fading_picture(made(1), 1))


def test_a_gradient_of_zero_is_told():
    """The target is what is predicted: no term, nothing to draw, and no warning."""
    task = hundred_steps()
    f = made()
    f = fading(replace(task, y=f.ages.grads.trace.y_hat), 30, 0.63)
    assert fading_sentence(f, 5).endswith("every term of dL/dWh is 0. Nothing is learned from this sequence.")
    picture = fading_picture(f, 5)
    assert not elements(picture, "total")
    assert "nan" not in picture


def test_terms_that_cancel_out_have_no_direction():
    """The total is zero although its terms are not; and what is kept may be nothing."""
    f = made()
    nothing = replace(f.ages, size=0.0, errors=np.full(31, np.nan), angles=np.full(31, np.nan))
    assert fading_sentence(replace(f, ages=nothing), 5).endswith("so there is no direction to compare with.")
    nothing = replace(f.ages, angles=np.full(31, np.nan))
    assert fading_sentence(replace(f, ages=nothing), 5).endswith("off by 28.4 %, and nothing is left of it.")


# The table


@EACH
def test_the_table_has_the_numbers_of_the_record(T, radius, hidden):
    """A column for some ages, the first and the oldest among them, on the page and as plain text."""
    f = made(T, radius, hidden)
    shown = ages_shown(f)
    assert {0, T - 1} <= set(shown)
    assert shown == sorted(set(shown))
    head, *body = ([c.text for c in row] for row in ElementTree.fromstring(fading_table(f)).iter("tr"))
    assert head[1:] == [str(age) for age in shown]
    expected = [f.ages.sizes, 100 * f.ages.shares, f.norms, f.bounds, f.powers]
    for cells, values, (name, _, unit) in zip(body, expected, rows(f), strict=True):
        assert cells == [name, *(f"{number(v, 3)}{unit}" for v in values[shown])]
    caption, *lines = plain_fading(f).splitlines()
    assert f"largest singular value {number(f.jacobians.Wh_singular_values[0])}".replace("−", "-") in caption
    for line, cells in zip(lines, [head, *body], strict=True):
        said = [cell.replace("−", "-") for cell in cells]
        assert re.split(r"  +", line) == said
    assert len({len(line) for line in lines}) == 1


def test_no_number_of_the_picture_is_unspelled():
    """ASCII minus signs and long decimals stand in coordinates only."""
    for word in words(fading_picture(made(100), 5)):
        assert not re.search(r"\d-\d|\d{5}|e-", word), word
    assert math.isclose(made().powers[-1], 0.63**29)
