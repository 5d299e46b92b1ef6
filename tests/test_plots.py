"""The data plots: what is drawn is the record's numbers, what is said is what is drawn, and all of it can be read."""

import base64
import io
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from rnnlib import Weights, backward, forward
from rnnlib.notation import SYMBOLS
from rnnlib.plots import (
    describe_contributions,
    describe_loss,
    describe_sequence,
    describe_series,
    describe_terms,
    draw_contributions,
    draw_loss,
    draw_sequence,
    draw_series,
    draw_terms,
    picture,
    style,
)
from rnnlib.series import sunspots
from rnnlib.tasks import sunspot_year, three_steps, two_units

LOSSES = (0.5, 0.3, 0.1, 0.2, 0.4)


def gradients(task):
    """The gradients of a task."""
    return backward(forward(task.weights, task.x, task.O0, task.hidden, task.output), task.y, task.loss)


def awkward(T, H, D=2):
    """Gradients of a sequence of T steps with H units, with numbers drawn for it, O0 not zero."""
    rng = np.random.default_rng(100 * T + H)
    w = Weights(rng.normal(size=(H, D)) / 2, rng.normal(size=(H, H)) / 2, rng.normal(size=(1, H)))
    return backward(forward(w, rng.normal(size=(T, D)), rng.normal(size=H)), [1.0])


HAND, MATRIX, MEASURED = gradients(three_steps()), gradients(two_units()), gradients(sunspot_year())
RECORDS = [HAND, MATRIX, MEASURED, *(awkward(T, H) for T, H in [(1, 1), (1, 3), (3, 3), (3, 4), (7, 4), (7, 6)])]
RECORDS += [awkward(T, H) for T, H in [(6, 5), (8, 1), (24, 2), (100, 1), (100, 3), (100, 6)]]
SIZES = {grads: f"T={grads.trace.T}, H={grads.trace.weights.H}" for grads in RECORDS}
all_records = pytest.mark.parametrize("grads", RECORDS, ids=SIZES.get)


def plots_of(grads):
    """Every plot of one pass: name and Axes."""
    yield "contributions", draw_contributions(grads)
    yield "input contributions", draw_contributions(grads, "Wi")
    yield "shares", draw_contributions(grads, share=True)
    yield "one entry", draw_contributions(grads, entry=(0, 0))
    yield "terms", draw_terms(grads)
    yield "input terms", draw_terms(grads, "Wi")
    yield "sequence", draw_sequence(grads.trace, grads.y)


@cache
def shown(grads):
    """Every plot of one pass, drawn and rendered once: name, Axes and picture."""
    return [(name, ax, picture(ax)) for name, ax in plots_of(grads)]


def other_plots():
    """Plots of losses and of a measured series."""
    for losses in (LOSSES, LOSSES[:1], [0.2, 900.0, np.inf]):
        yield from (draw_loss(losses, log=log) for log in (False, True))
    yield draw_series(sunspots())
    yield draw_series(sunspots(), window=(1945, 1956), forecast=173.5)
    yield draw_series(sunspots(), window=(1945, 1956), forecast=190.0, span=(1940, 1957))


def bar_heights(ax):
    """The heights of the bars from left to right."""
    (bars,) = (container for container in ax.containers if isinstance(container, BarContainer))
    return [bar.get_height() for bar in bars]


def written(ax):
    """What the labels say."""
    return [text.get_text() for text in ax.texts]


def value(text):
    """The number that is written."""
    return float(text.replace("−", "-"))


def meshes(ax):
    """The shaded cells: one array for each matrix drawn."""
    return [np.asarray(mesh.get_array()) for mesh in ax.collections if isinstance(mesh, QuadMesh)]


def contrast(one, other):
    """The contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour):
        parts = np.array(to_rgb(colour))
        parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return parts @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Page(HTMLParser):
    """What is in a piece of HTML: attributes by tag, and the text by the tag around it."""

    def __init__(self, page):
        """Read it."""
        super().__init__()
        self.open, self.attributes, self.inside = [], {}, {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note the attributes."""
        self.attributes.setdefault(tag, []).append(dict(attrs))
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Hold that tags close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note the text."""
        self.inside.setdefault(self.open[-1], []).append(data)


# What is drawn is the record's numbers


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
def test_bars_are_as_high_as_the_terms_and_their_sum(weight):
    """Of a scalar weight the bars are the signed terms, t = 1 .. T, and last their sum."""
    terms, total = getattr(HAND, f"dL_d{weight}_terms"), HAND.total(weight)
    assert_allclose(bar_heights(draw_contributions(HAND, weight)), [*terms[1:, 0, 0], total.item()], rtol=1e-12)


@all_records
def test_bars_of_a_matrix_are_frobenius_norms(grads):
    """Of a matrix a bar is the size of the term, and the last one the size of the sum."""
    expected = [np.linalg.norm(term) for term in (*grads.dL_dWi_terms[1:], grads.dL_dWi)]
    drawn = draw_contributions(grads, "Wi")
    assert_allclose(np.abs(bar_heights(drawn)), expected, rtol=1e-12)
    assert ("Frobenius" in drawn.get_title("left")) == (grads.dL_dWi.size > 1)


def test_bars_of_one_entry_are_signed():
    """entry=(i, j) draws this entry of each term, and the axis says which."""
    ax = draw_contributions(MATRIX, entry=(0, 1))
    assert_allclose(bar_heights(ax), [*MATRIX.dL_dWh_terms[1:, 0, 1], MATRIX.dL_dWh[0, 1]], rtol=1e-12)
    assert ax.get_title("left") == "term of dL/dWh[0,1]"


@all_records
def test_shares_add_up_to_a_hundred(grads):
    """share=True draws the size of each term in per cent of all sizes, and no sum."""
    shares = bar_heights(draw_contributions(grads, share=True))
    sizes = np.array([np.linalg.norm(term) for term in grads.dL_dWh_terms[1:]])
    assert_allclose(shares, 100.0 * sizes / sizes.sum(), rtol=1e-12)


def test_the_sum_stands_apart():
    """The bar of the sum is further from step T than the steps are from each other."""
    (bars,) = draw_contributions(HAND).containers
    places = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    assert_allclose(places[:3], [1, 2, 3])
    assert places[3] - places[2] > 1.5


def test_each_bar_has_its_number_and_negative_ones_a_hatch():
    """Sign is said by the number and the hatch, not by colour alone."""
    ax = draw_contributions(HAND)
    assert written(ax) == ["−0.08347", "−0.2387", "+0.1488", "−0.1733"]
    assert [bool(bar.get_hatch()) for bar in ax.containers[0]] == [True, True, False, True]


def test_of_a_hundred_bars_only_the_largest_and_the_sum_have_numbers():
    """The smallest is said in the sentence."""
    grads = awkward(100, 1)
    assert len(written(draw_contributions(grads))) == 2
    assert "The smallest of all is that of step" in describe_contributions(grads).sentence


@all_records
def test_cells_are_the_entries_of_the_terms(grads):
    """Blocks and strips hold every entry, or every size, once; the last mesh is the sum."""
    terms, total = grads.dL_dWh_terms[1:], grads.dL_dWh
    *drawn, last = meshes(draw_terms(grads))
    if len(terms) <= 7:
        assert_allclose(drawn, terms, rtol=1e-12)
        assert_allclose(last, total, rtol=1e-12)
    elif len(total) <= 4:
        assert_allclose(drawn[0], terms.reshape(len(terms), -1).T, rtol=1e-9, atol=1e-300)
        assert_allclose(last.ravel(), total.ravel(), rtol=1e-12)
    else:
        assert_allclose(drawn[0][0], np.linalg.norm(terms, axis=(1, 2)), rtol=1e-12)
        assert_allclose(last.item(), np.linalg.norm(total), rtol=1e-12)


@pytest.mark.parametrize("grads", [HAND, MATRIX, awkward(3, 3), awkward(3, 4), awkward(7, 4)], ids=SIZES.get)
def test_up_to_four_rows_the_numbers_stand_in_the_cells(grads):
    """They are the entries, rounded, and the blocks read as a sum."""
    said = written(draw_terms(grads))
    numbers = [value(text) for text in said if text[-1].isdigit() and "=" not in text]
    entries = np.array([*grads.dL_dWh_terms[1:], grads.dL_dWh]).ravel()
    assert_allclose(numbers, entries, rtol=0.0, atol=0.006 * np.abs(entries).max())
    assert [said.count(sign) for sign in ("+", "=", "sum")] == [grads.trace.T - 1, 1, 1]


def test_cells_without_numbers_are_hatched_where_negative():
    """As many hatched cells as negative entries."""
    grads = awkward(3, 6)
    hatched = [c for c in draw_terms(grads).collections if isinstance(c, PatchCollection)]
    assert all(collection.get_hatch() for collection in hatched)
    count = (grads.dL_dWh_terms < 0).sum() + (grads.dL_dWh < 0).sum()
    assert sum(len(collection.get_paths()) for collection in hatched) == count


def test_the_shading_is_symmetric_and_shared():
    """0 is the lightest shade of all, and one number has one shade in every block."""
    norms = [mesh.norm for mesh in draw_terms(MATRIX).collections if isinstance(mesh, QuadMesh)]
    assert len({(norm.vmin, norm.vmax) for norm in norms}) == 1
    assert norms[0].vmin == -norms[0].vmax


@pytest.mark.parametrize("log", [False, True])
def test_the_loss_curve_is_the_losses(log):
    """With first, last and lowest value written."""
    ax = draw_loss(LOSSES, log=log)
    assert_array_equal(ax.lines[0].get_ydata(), LOSSES)
    assert sorted(written(ax)) == ["0.4", "0.5", "lowest 0.1"]
    assert ax.get_yscale() == ("log" if log else "linear")


def test_the_loss_curve_ends_before_what_is_not_finite():
    """And says so, in the picture and in the sentence."""
    ax = draw_loss([0.5, 3.0, 700.0, np.inf, np.nan])
    assert_array_equal(ax.lines[0].get_ydata(), [0.5, 3.0, 700.0])
    assert "not finite" in written(ax)
    assert picture(ax).sentence == "The loss rises from 0.5 to 700 in 2 updates. From update 3 on it is not finite."


def test_the_series_has_its_window_target_and_forecast():
    """The window is the values between its ends; y and y_hat stand at the time after it."""
    series = sunspots()
    whole, window, y, y_hat = draw_series(series, window=(1945, 1956), forecast=173.5).lines
    assert_array_equal(whole.get_ydata(), series.values)
    assert_array_equal(window.get_xdata(), np.arange(1945, 1957))
    assert_array_equal(window.get_ydata(), series.values[245:257])
    assert (y.get_xdata().item(), y.get_ydata().item()) == (1957.0, 190.2)
    assert (y_hat.get_xdata().item(), y_hat.get_ydata().item()) == (1957.0, 173.5)


def test_span_cuts_the_series():
    """Only what lies between its ends is drawn."""
    (line,) = draw_series(sunspots(), span=(1900, 1950)).lines
    assert_array_equal(line.get_xdata(), np.arange(1900, 1951))


def test_the_sequence_is_x_then_every_unit_then_what_comes_out():
    """x_t from t = 1, O_t from t = 0, and y_hat and y at T+1."""
    trace = MATRIX.trace
    lines = draw_sequence(trace, MATRIX.y).lines[:6]
    places = [list(line.get_xdata()) for line in lines]
    assert places == [[1, 2, 3], [1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3], [4], [4]]
    expected = [*trace.x.T, *trace.O.T, trace.y_hat, MATRIX.y]
    for line, values in zip(lines, expected, strict=True):
        assert_allclose(line.get_ydata(), values)
    assert len({line.get_marker() + line.get_linestyle() + str(line.get_markerfacecolor()) for line in lines}) == 6


def test_with_every_step_predicting_each_y_hat_stands_at_its_step():
    """predict="every": y_hat_t and y_t at t = 1 .. T."""
    task = three_steps()
    trace = forward(task.weights, task.x, task.O0, predict="every")
    lines = draw_sequence(trace, [[0.1], [0.2], [0.3]]).lines
    assert list(lines[2].get_xdata()) == list(lines[3].get_xdata()) == [1, 2, 3]
    assert_allclose(lines[2].get_ydata(), trace.y_hat[:, 0])
    assert "the last prediction" in describe_sequence(trace).sentence


# What is said is what is drawn


def test_the_sentence_is_the_finding():
    """Which term is the largest, of what sum, and who pushes the other way."""
    assert describe_contributions(HAND).sentence == (
        "The term of step 2 is the largest, −0.2387 of the sum −0.1733; step 3 pushes the other way."
    )
    assert describe_contributions(MATRIX, entry=(0, 1)).sentence == (
        "The term of step 3 is the largest, −0.2605 of the sum −0.407; no step pushes the other way."
    )
    assert describe_contributions(HAND, share=True).sentence == (
        "The share of step 2 is the largest, 50.68 % of all sizes added. The sum of the terms is −0.1733."
    )
    assert describe_terms(MATRIX).sentence == (
        "The entry [0,0] of step 3 is the largest, 0.9646; the sum has 0.995 there."
    )


def test_sizes_do_not_add_up_as_terms_do():
    """The sentence keeps the sum of the sizes and the size of the sum apart."""
    assert describe_contributions(MATRIX).sentence == (
        "The term of step 3 is the largest, of size 1.151. All sizes together make 2.206, "
        "but the sum of the terms, which partly cancel, has size 1.491."
    )


def test_equal_terms_have_no_largest():
    """Which of them is larger by rounding is not said."""
    terms = np.reshape([0.0, 0.1, 0.3, 0.1 * 3], (4, 1, 1))
    assert terms[3].item() > terms[2].item()
    assert describe_contributions(replace(HAND, dL_dWh_terms=terms, dL_dWh=terms.sum(axis=0))).sentence == (
        "The term of step 2 is as large as any, 0.3 of the sum 0.7; no step pushes the other way."
    )


def test_one_step_is_the_whole():
    """T = 1: there is nothing to compare."""
    grads = awkward(1, 1)
    whole = f"There is one step, and its term is the whole of dL/dWh: {grads.dL_dWh.item():.4g}."
    assert describe_contributions(grads).sentence.replace("−", "-") == whole


@pytest.mark.parametrize("draw", [draw_contributions, draw_terms])
def test_no_gradient_is_a_finding_too(draw):
    """All terms zero: drawn without a warning, and said."""
    w = Weights([[0.5]], [[0.0]], [[1.0]])
    said = picture(draw(backward(forward(w, [[0.0], [0.0]]), [1.0])))
    assert "is 0, and so is" in said.sentence


@pytest.mark.parametrize("draw", [draw_contributions, draw_terms])
@pytest.mark.parametrize("options", [{}, {"weight": "Wi"}])
def test_what_overflows_is_said(draw, options):
    """Values that are not finite, or nearly not, are drawn without a warning."""
    for size in (1e40, 1e80, 1e155):
        w = Weights([[size, 0.0], [0.0, 1.0]], [[size, 1.0], [1.0, 1.0]], [[1.0, 1.0]])
        grads = backward(forward(w, [[1.0, 1.0]] * 3, hidden="linear"), [1.0])
        said = picture(draw(grads, **options))
        assert ("not finite" in said.sentence) == (not np.isfinite(grads.dL_dWh_terms).all())
        assert picture(draw_sequence(grads.trace)).png


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [
        (LOSSES, "The loss falls from 0.5 to 0.4 in 4 updates; the lowest is 0.1, after update 2."),
        ([0.5, 0.25], "The loss falls from 0.5 to 0.25, its lowest value, in 1 update."),
        ([0.5, 0.75], "The loss rises from 0.5 to 0.75 in 1 update."),
        ([0.5, 0.5, 0.5], "The loss is 0.5 before the first update and after the last of 2 updates."),
        ([0.5], "The loss is 0.5 before the first update."),
        ([0.5, 3e-33], "The loss falls from 0.5 to below 1e−20, its lowest value, in 1 update."),
        ([np.nan, 0.5], "The loss is not finite from the start on."),
        ([1.0, 1.7e308], "The loss rises from 1 to 1.7e308 in 1 update."),
    ],
)
def test_the_course_of_the_loss_is_said(losses, sentence):
    """However it goes, and it is drawn on either scale without a warning."""
    assert describe_loss(losses).sentence == sentence
    assert all(picture(draw_loss(losses, log=log)).sentence == sentence for log in (False, True))


def test_the_table_of_the_loss_thins_out():
    """Of a thousand updates a dozen, the last one among them."""
    shown = [row[0] for row in describe_loss(np.linspace(1.0, 0.5, 1001)).rows]
    assert shown == ["0", "1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"]


def test_the_series_is_said_with_its_unit():
    """Lowest, highest, the window with its values, its target and the forecast."""
    said = describe_series(sunspots(), window=(1945, 1956), forecast=173.5)
    assert said.sentence.endswith("its target is the next one, y = 190.2 in 1957, and the forecast is y_hat = 173.5.")
    assert said.columns == ("time", "sunspots")
    assert said.rows[0] == ("1945", "33.2")
    assert said.rows[-2:] == (("1957: y", "190.2"), ("1957: y_hat", "173.5"))


@all_records
def test_tables_hold_the_numbers_in_four_digits(grads):
    """Row t is step t, and the last row the sum."""
    rows = describe_contributions(grads, "Wi", entry=(0, 0)).rows
    expected = [*grads.dL_dWi_terms[1:, 0, 0], grads.dL_dWi[0, 0]]
    assert [row[0] for row in rows] == [*map(str, range(1, grads.trace.T + 1)), "sum"]
    assert_allclose([value(row[1]) for row in rows], expected, rtol=6e-4)
    if len(grads.dL_dWh) <= 4:
        cells = [[value(cell) for cell in row[1:]] for row in describe_terms(grads).rows]
        assert_allclose(cells, np.array([*grads.dL_dWh_terms[1:], grads.dL_dWh]).reshape(len(cells), -1), rtol=6e-4)


def test_the_table_of_a_sequence_leaves_blank_what_is_not_there():
    """No x_0, and y_hat only after the last step."""
    said = describe_sequence(HAND.trace, HAND.y)
    assert said.columns == ("t", "x", "O", "y_hat", "y")
    assert said.rows[0] == ("0", "", "0.2", "", "")
    assert said.rows[-1] == ("4", "", "", "0.2944", "1")


@all_records
def test_rounding_changes_no_word(grads):
    """Another order of additions, on another machine, gives the same text."""
    rng = np.random.default_rng(0)

    def shaken(array):
        return array * (1.0 + 1e-15 * rng.normal(size=array.shape))

    names = ("dL_dWh_terms", "dL_dWi_terms", "dL_dWh", "dL_dWi")
    other = replace(grads, **{name: shaken(getattr(grads, name)) for name in names})
    for weight in ("Wh", "Wi"):
        for share in (False, True):
            assert describe_contributions(grads, weight, share) == describe_contributions(other, weight, share)
        assert describe_terms(grads, weight) == describe_terms(other, weight)


def test_noise_is_written_as_zero():
    """A sum that cancels, an entry that is only rounding, a gradient at the minimum: 0, never 1e-17."""
    terms = np.array([[[0.0]], [[0.1]], [[0.2]], [[-0.3]]])
    cancelled = replace(HAND, dL_dWh_terms=terms, dL_dWh=terms.sum(axis=0))
    assert cancelled.dL_dWh.item() != 0.0
    assert describe_contributions(cancelled).rows[-1] == ("sum", "0")
    at_minimum = replace(HAND, dL_dWh_terms=1e-16 * terms, dL_dWh=1e-16 * terms[1])
    assert {row[1] for row in describe_contributions(at_minimum).rows} == {"0"}
    assert describe_loss([0.5, 1e-33]).rows[-1] == ("1", "below 1e−20")


def test_what_vanished_is_not_noise():
    """The term of step 1 of a hundred is tiny, an entry is next to another, and both are said as they are."""
    grads = awkward(100, 1)
    assert 0.0 < abs(grads.dL_dWh_terms[1].item()) < 1e-20
    assert value(describe_contributions(grads).rows[0][1]) != 0.0
    term = np.array([[1.0, 2e-9], [-3e-11, 0.5]])
    small = replace(MATRIX, dL_dWh_terms=np.stack([0.0 * term, term]), dL_dWh=term)
    assert describe_terms(small).rows == (("1", "1", "2e−9", "−3e−11", "0.5"), ("sum", "1", "2e−9", "−3e−11", "0.5"))
    terms = np.array([np.zeros((2, 2)), [[1e-14, 2e-14], [3e-14, 4e-14]], [[1.0, 0.0], [0.0, 0.0]]])
    assert describe_terms(replace(MATRIX, dL_dWh_terms=terms, dL_dWh=terms.sum(axis=0))).rows == (
        ("1", "1e−14", "2e−14", "3e−14", "4e−14"),
        ("2", "1", "0", "0", "0"),
        ("sum", "1", "2e−14", "3e−14", "4e−14"),
    )


# A picture is PNG, HTML and text in one


def test_a_picture_has_its_sentence_in_every_form():
    """The alt text, the caption and the plain text say the same; the table is there to unfold."""
    shown = picture(draw_contributions(HAND))
    bundle, said = shown._repr_mimebundle_(), describe_contributions(HAND)
    assert set(bundle) == {"image/png", "text/html", "text/plain"}
    page = Page(bundle["text/html"])
    assert page.open == []
    (image,) = page.attributes["img"]
    assert image["alt"] == said.sentence == "".join(page.inside["figcaption"])
    assert image["src"] == f"data:image/png;base64,{bundle['image/png']}"
    assert page.inside["td"] == [row[1] for row in said.rows]
    assert page.inside["th"] == ["t", "term of dL/dWh", "1", "2", "3", "sum"]
    assert bundle["text/plain"] == repr(shown)


def test_the_plain_text_is_the_sentence_and_an_aligned_table():
    """In ASCII, so that its numbers can be copied."""
    assert repr(picture(draw_contributions(HAND))) == (
        "The term of step 2 is the largest, -0.2387 of the sum -0.1733; step 3 pushes the other way.\n\n"
        "  t  term of dL/dWh\n  1        -0.08347\n  2         -0.2387\n  3          0.1488\nsum         -0.1733"
    )


def test_a_picture_has_the_size_of_its_figure():
    """800 x 360 pixels, on white in any theme."""
    shown = Image.open(io.BytesIO(base64.b64decode(picture(draw_loss(LOSSES))._repr_mimebundle_()["image/png"])))
    assert shown.size == (800, 360)
    assert shown.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_names_are_escaped():
    """What comes from data can't break the page."""
    series = replace(sunspots(), name='<b>"R&D"</b>', unit="<i>")
    page = Page(picture(draw_series(series, span=(1900, 1910)))._repr_mimebundle_()["text/html"])
    assert page.attributes["img"][0]["alt"].startswith('<b>"R&D"</b>, 1900 to 1910')
    assert "<i>" in page.inside["th"]
    assert not {"b", "i"} & set(page.attributes)


def test_a_picture_says_what_each_of_its_axes_shows():
    """Axes that are given are drawn in, and every drawing of their figure is described."""
    figure = Figure((12, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert draw_contributions(HAND, "Wh", ax=left) is left
    assert draw_terms(HAND, "Wi", ax=right) is right
    said = [describe_contributions(HAND, "Wh"), describe_terms(HAND, "Wi")]
    assert picture(left).descriptions == picture(right).descriptions == tuple(said)
    assert repr(picture(left)) == f"{said[0].text}\n\n{said[1].text}"
    left.clear()
    assert picture(right).descriptions == (said[1],)


def test_axes_in_a_figure_without_layout_or_of_pyplot_do():
    """Whatever the figure is, nothing of it is cut off, and it stays with whoever made it."""
    figure, axes = pyplot.subplots(1, 2, figsize=(12, 4))
    try:
        for ax, draw in zip(axes, (draw_contributions, draw_terms), strict=True):
            draw(MEASURED, ax=ax)
        assert len(picture(axes[0]).descriptions) == 2
        assert pyplot.get_fignums() == [figure.number]
    finally:
        pyplot.close(figure)


def test_axes_of_a_subfigure_do():
    """The picture is of the whole figure."""
    parts = Figure((12, 4), layout="constrained").subfigures(1, 2)
    axes = [draw_loss(LOSSES, ax=part.subplots()) for part in parts]
    assert len(picture(axes[0]).descriptions) == 2


# Nothing is left behind


@pytest.mark.parametrize("grads", [HAND, MATRIX, MEASURED], ids=SIZES.get)
def test_drawing_leaves_no_figure_open_and_no_setting_changed(grads):
    """pyplot knows of nothing, and drawn again the picture is the same."""
    settings = mpl.rcParams.copy()
    first = [made for _, _, made in shown(grads)]
    assert pyplot.get_fignums() == []
    assert mpl.rcParams == settings
    assert first == [picture(ax) for _, ax in plots_of(grads)]


def test_plots_need_neither_widgets_nor_pyplot():
    """`import rnnlib.plots` loads matplotlib, but no part of it that opens windows."""
    code = "import sys, rnnlib.plots; print({'ipywidgets', 'matplotlib.pyplot', 'IPython'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# All of it can be read


@all_records
def test_nothing_is_cut_off_or_small_or_pale(grads):
    """A white edge all around; 13 points or more; a contrast of at least 4.5 : 1 to white."""
    for name, ax, made in shown(grads):
        assert_readable(ax, made, name)


def test_losses_and_series_are_not_cut_off_or_small_or_pale():
    """The same for the plots that are of no pass."""
    for ax in other_plots():
        assert_readable(ax, picture(ax), ax.get_title("left"))


def assert_readable(ax, made, name):
    """Look at the edge of a picture, and at all that is written in it."""
    pixels = np.asarray(Image.open(io.BytesIO(made.png)).convert("L"))
    assert min(pixels[[0, -1]].min(), pixels[:, [0, -1]].min()) == 255, f"{name}: cut off"
    in_cells = {text for text in ax.texts if not isinstance(text, Annotation)}
    for text in ax.figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_text()):
        assert text.get_fontsize() >= 13, f"{name}: {text}"
        assert text in in_cells or contrast(text.get_color(), "white") >= 4.5, f"{name}: {text}"


@all_records
def test_no_label_lies_on_another(grads):
    """Numbers at bars, names at lines, numbers in cells and ticks keep apart; lines that lead to names may cross."""
    for name, ax, _ in shown(grads):
        title = ax.findobj(lambda artist, ax=ax: isinstance(artist, Text) and artist.get_text() == ax.get_title("left"))
        around = [*ax.get_xticklabels(), *title] if ax.axison else []
        for group in ([*ax.texts, *around], ax.get_yticklabels()):
            boxes = [(text.get_text(), Text.get_window_extent(text)) for text in group if text.get_text()]
            for (one, first), (other, second) in combinations(boxes, 2):
                wide = min(first.x1, second.x1) - max(first.x0, second.x0)
                high = min(first.y1, second.y1) - max(first.y0, second.y0)
                assert wide < 1 or high < 4, f"{name}: {one!r} and {other!r}"


def test_writing_in_a_cell_stands_out_from_any_shade():
    """Black or white reaches 4.5 : 1 on every colour there is."""
    steps = np.linspace(0.0, 1.0, 9)
    for colour in np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3):
        assert contrast(style.ink_on(colour), colour) >= 4.5


def test_bars_have_the_colour_of_their_weight():
    """One symbol, one colour."""
    for weight in ("Wh", "Wi"):
        bar = draw_contributions(HAND, weight).containers[0][0]
        assert to_rgb(bar.get_edgecolor()) == to_rgb(SYMBOLS[weight].light)


# Errors are plain


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: draw_contributions(HAND.trace), TypeError, "grads is a Trace, must be a Gradients, as made by"),
        (lambda: draw_terms([1.0]), TypeError, "grads is a list, must be a Gradients"),
        (lambda: draw_sequence(HAND), TypeError, "trace is a Gradients, must be a Trace"),
        (lambda: draw_series([1.0]), TypeError, "series is a list, must be a Series"),
        (lambda: draw_loss(HAND), TypeError, "losses is a Gradients, must be numbers in shape"),
        (lambda: draw_loss([[1.0, 2.0]]), ValueError, r"losses has shape \(1, 2\), must be \(steps\+1,\)"),
        (lambda: draw_loss([]), ValueError, r"losses has shape \(0,\)"),
        (lambda: draw_contributions(HAND, "Wo"), ValueError, "weight is 'Wo', must be one of Wh, Wi"),
        (lambda: draw_terms(HAND, "W"), ValueError, "weight is 'W', must be one of Wh, Wi"),
        (lambda: draw_contributions(MATRIX, entry=(2, 0)), ValueError, r"entry\[0\] is 2, must be a whole number"),
        (lambda: draw_contributions(MATRIX, entry=1), TypeError, r"entry is 1, must be \(i, j\)"),
        (lambda: draw_loss(LOSSES, ax=Figure()), TypeError, "ax is a Figure, must be a Axes"),
        (lambda: draw_sequence(HAND.trace, [1.0, 2.0]), ValueError, r"y has shape \(2,\), must be \(K,\) = \(1,\)"),
        (lambda: draw_series(sunspots(), window=(1, 2)), ValueError, "window is .*, two of the times of the series"),
        (lambda: draw_series(sunspots(), window=(1950,)), ValueError, r"window is \(1950,\), must be \(first, last\)"),
        (lambda: draw_series(sunspots(), forecast=1.0), ValueError, "forecast stands after a window"),
        (lambda: draw_series(sunspots(), (2000, 2008), 1.0), ValueError, "window is .*, must end before the last time"),
        (lambda: draw_series(sunspots(), (1900, 1910), span=(1905, 1950)), ValueError, "window is .*, must lie in"),
        (lambda: picture(HAND), TypeError, "ax is a Gradients, must be a Axes"),
        (lambda: picture(Figure().subplots()), ValueError, "ax has no description"),
    ],
)
def test_a_wrong_argument_is_named(call, error, message):
    """With what it is, and what it must be."""
    with pytest.raises(error, match=message):
        call()


def test_a_batch_has_no_one_sequence():
    """draw_sequence asks for one; the terms of a batch are drawn like any."""
    trace = forward(Weights([[0.5]], [[0.8]], [[1.2]]), np.ones((3, 2, 1)))
    with pytest.raises(ValueError, match="trace holds a batch of B = 2, must hold one sequence"):
        draw_sequence(trace)
    grads = backward(trace, [[1.0], [0.0]])
    assert_allclose(bar_heights(draw_contributions(grads)), [*grads.dL_dWh_terms[1:, 0, 0], grads.dL_dWh.item()])
