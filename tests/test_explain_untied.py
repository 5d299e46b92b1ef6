"""What is said and drawn about copies of a weight: every number is one of the record, on the page and as plain text."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib import Weights, forward, untie
from rnnlib.explain import copies, plain_untied, untied_sentence, untied_table
from rnnlib.explain.spelling import number, signed
from rnnlib.explain.untied import moved_entry, reach
from rnnlib.tasks import sunspot_year, three_steps, two_units

TASKS = {"three_steps": three_steps(), "two_units": two_units(), "sunspots": sunspot_year()}


def moved(task, moves, weight="Wh", entry=(0, 0)):
    """The record of moving one entry of some copies: {step: change}."""
    trace = forward(task.weights, task.x, task.O0, task.hidden, task.output)
    changes = np.zeros((trace.T + 1, *getattr(task.weights, weight).shape))
    for t, change in moves.items():
        changes[(t, *entry)] = change
    return untie(trace, task.y, changes, weight, task.loss)


def as_one(task, change, weight="Wh", entry=(0, 0)):
    """The record of moving that entry of all copies."""
    return moved(task, dict.fromkeys(range(1, len(task.x) + 1), change), weight, entry)


def table_of(untied, **options):
    """The cells of the table as texts, by row: the steps and "all"."""
    rows = ElementTree.fromstring(untied_table(untied, **options)).iter("tr")
    cells = [["".join(cell.itertext()) for cell in row] for row in rows]
    return {name: rest for name, *rest in cells[1:]}


@pytest.fixture
def untied():
    """The three-step example with its second copy moved."""
    return moved(TASKS["three_steps"], {2: 0.1})


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_every_number_of_the_table_is_one_of_the_record(name, weight):
    """Copy, change, term, prediction, truth and difference of each step, and of all steps together."""
    task, entry = TASKS[name], (getattr(TASKS[name].weights, weight).shape[0] - 1, 0)
    record = moved(task, {1: 0.07, len(task.x): -0.25}, weight, entry)
    table = table_of(record)
    for t in range(1, len(task.x) + 1):
        copy, change, term = (array[(t, *entry)] for array in (record.copies, record.changes, record.terms))
        expected = [number(copy), signed(change), number(term), signed(record.predicted[t]), signed(record.true[t])]
        assert table[f"t = {t}"][:5] == expected
        assert table[f"t = {t}"][5] == signed(record.true[t] - record.predicted[t], 2)
    expected = ["–", "–", "–", signed(record.predicted_together), signed(record.true_together)]
    assert table["all"][:5] == expected
    assert list(table) == [*(f"t = {t}" for t in range(1, len(task.x) + 1)), "all"]


def test_all_copies_moved_alike_show_the_gradient_of_the_tied_weight():
    """Then the last row has a term too, the sum of all terms, and a change."""
    record = as_one(TASKS["three_steps"], 0.1)
    total = record.grads.dL_dWh.item()
    assert table_of(record)["all"][:3] == ["0.9", "+0.1", number(total)]
    assert_allclose(sum(record.predicted), total * 0.1)


def test_rows_of_moved_copies_are_marked(untied):
    """By a class, which is a colour and a bold step."""
    marked = [row.get("class") for row in ElementTree.fromstring(untied_table(untied)).iter("tr")]
    assert marked == [None, None, "on", None, None]


def test_plain_table_has_the_numbers_of_the_table():
    """The same digits, with ASCII signs, each line as long as the others."""
    record = moved(TASKS["two_units"], {1: -0.3, 3: 0.2}, "Wi", (1, 0))
    page, (title, *lines) = table_of(record), plain_untied(record).splitlines()
    assert title == "copies of Wi[1, 0], each moved by its change"
    assert len({len(line) for line in lines}) == 1
    for line, (name, cells) in zip(lines[1:], page.items(), strict=True):
        expected = [cell.replace("−", "-").replace("–", "-").removeprefix("+") for cell in cells[:6]]
        assert re.split(r"  +", line.strip()) == [name, *expected]


def test_plain_table_of_the_story_is_these_characters(untied):
    """What a strict comparison of notebooks sees."""
    assert plain_untied(untied).splitlines() == [
        "copies of Wh, each moved by its change",
        " step  copy  change      term  predicted      true  difference",
        "t = 1   0.8       0  -0.08347          0         0           0",
        "t = 2   0.9     0.1   -0.2387   -0.02387  -0.02328     0.00059",
        "t = 3   0.8       0    0.1488          0         0           0",
        "  all     -       -         -   -0.02387  -0.02328     0.00059",
    ]


PREDICTS = "a change of the loss of {}; it truly changes by {}."


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({2: 0.1}, "Only copy 2 of Wh moved, by +0.1. Its term predicts "),
        ({1: 0.1, 3: -0.2}, "Copies 1 and 3 of Wh moved. Their terms together predict "),
        ({1: 0.1, 2: 0.1, 3: -0.2}, "Copies 1, 2 and 3 of Wh moved. Their terms together predict "),
        ({1: -0.1, 2: -0.1, 3: -0.1}, "All 3 copies of Wh moved by −0.1, as one weight. Their terms add up to −0.1733; "
                                      "times −0.1 that predicts "),
    ],
)  # fmt: skip
def test_sentence_names_the_copies_that_moved(moves, said):
    """One, some or all of them; then what is predicted, and what is true."""
    record = moved(TASKS["three_steps"], moves)
    together = PREDICTS.format(signed(record.predicted_together), signed(record.true_together))
    assert untied_sentence(record) == said + together


def test_sentence_says_when_nothing_moved():
    """And what the loss is."""
    record = moved(TASKS["three_steps"], {})
    assert untied_sentence(record) == f"No copy of Wh has moved; the loss stays at {number(record.grads.loss)}."


def test_sentence_counts_many_copies_and_names_the_entry():
    """Five steps would be a list nobody reads."""
    task = TASKS["sunspots"]
    few, many = (moved(task, dict.fromkeys(range(1, n + 1), 0.1), entry=(0, 1)) for n in (4, 5))
    assert untied_sentence(few).startswith("Copies 1, 2, 3 and 4 of Wh[0, 1] moved.")
    assert untied_sentence(many).startswith("5 of 12 copies of Wh[0, 1] moved.")


def test_one_step_has_one_copy():
    """Nothing to add up, and no step to name."""
    record = as_one(sunspot_year(T=1), 0.1, "Wi")
    assert untied_sentence(record).startswith("The only copy of Wi[0, 0] moved, by +0.1. Its term predicts ")
    assert list(table_of(record)) == ["t = 1", "all"]
    assert table_of(record)["all"][:6] == table_of(record)["t = 1"][:6]


def test_two_steps_have_both_copies():
    """Not "all 2"."""
    assert untied_sentence(as_one(sunspot_year(T=2), 0.1)).startswith("Both copies of Wh[0, 0] moved by +0.1")


def test_entry_is_the_one_that_moved():
    """Or the one that is asked for; (0, 0) when nothing moved."""
    task = TASKS["two_units"]
    assert moved_entry(moved(task, {2: 0.1}, entry=(1, 0))) == (1, 0)
    assert moved_entry(moved(task, {})) == (0, 0)
    still = moved(task, {})
    assert table_of(still, entry=(0, 1))["t = 1"][0] == number(task.weights.Wh[0, 1])
    assert untied_sentence(still, entry=(0, 1)).startswith("No copy of Wh[0, 1] has moved")


def test_several_entries_moved_are_shown_as_matrices():
    """Change and term are matrices then, the prediction is still one number."""
    task = TASKS["two_units"]
    trace = forward(task.weights, task.x, task.O0)
    record = untie(trace, task.y, np.stack([np.zeros((2, 2)), *[np.full((2, 2), 0.1)] * 3]))
    assert moved_entry(record) is None
    assert '<span class="matrix"' in untied_table(record)
    assert table_of(record)["t = 1"][3] == signed(record.predicted[1])
    assert "[[0.7, -0.8], [0.4, 0.6]]" in plain_untied(record)
    assert untied_sentence(record).startswith("Copies 1, 2 and 3 of Wh moved. Their terms together predict ")
    assert copies(record).count("2×2") == 3


@pytest.mark.filterwarnings("error")
def test_a_loss_that_is_not_finite_is_said_to_be_so():
    """Weights can be so large that a small move overflows."""
    trace = forward(Weights([[1.0]], [[0.5]], [[1.0]]), np.ones((3, 1)), hidden="linear")
    changes = np.full((4, 1, 1), 1e200)
    changes[0] = 0.0
    record = untie(trace, [1.0], changes)
    assert untied_sentence(record).endswith("; its true value is no longer a finite number.")
    ElementTree.fromstring(untied_table(record))
    assert "inf" in plain_untied(record)
    ElementTree.fromstring(copies(record))


def bars_of(untied):
    """The bars of each row, as {kind: (left, width)} in per cent."""
    pairs = [span for span in ElementTree.fromstring(untied_table(untied)).iter("span") if span.get("class") == "pair"]
    place = re.compile(r"left:([\d.]+)%;width:([\d.]+)%")
    return [{bar.get("class"): tuple(map(float, place.match(bar.get("style")).groups())) for bar in p} for p in pairs]


def test_bars_are_as_long_as_the_changes_and_point_their_way():
    """From zero in the middle, to the left where the loss falls; none where nothing changes."""
    record = moved(TASKS["three_steps"], {2: 0.1, 3: 0.1})
    end = reach(record)
    rows = [*zip(record.predicted[1:], record.true[1:], strict=True), (record.predicted_together, record.true_together)]
    for bars, row in zip(bars_of(record), rows, strict=True):
        for kind, v in zip(("predicted", "true"), row, strict=True):
            if v == 0:
                assert kind not in bars
                continue
            left, width = bars[kind]
            assert_allclose(width, 50 * abs(v) / end, atol=0.01)
            assert_allclose(left, 50 - width if v < 0 else 50, atol=0.011)


@pytest.mark.parametrize("change", [1e-9, -1e-4, 0.01, 0.1, -0.3, 0.5, 3.0])
def test_bars_end_at_a_round_number_beyond_all_changes(change):
    """1, 2 or 5 times a power of ten, so that the scale seldom jumps while a slider moves."""
    record = as_one(TASKS["three_steps"], change)
    largest = np.abs([*record.predicted, *record.true, record.predicted_together, record.true_together]).max()
    assert largest <= reach(record) <= 2.5 * largest * (1 + 1e-12)
    assert f"{reach(record):.6e}"[0] in "125"
    assert f"{reach(record):.6e}"[1:8] == ".000000"


def test_stills_have_no_bars(untied):
    """Where a page has no style, empty boxes would be left."""
    page = untied_table(untied, has_bars=False)
    assert "<i" not in page
    assert "span" not in page
    assert table_of(untied, has_bars=False)["t = 2"] == table_of(untied)["t = 2"][:6]


def shapes_of(svg, kind):
    """Whether each shape of a kind is lit, in the order of the drawing."""
    root = ElementTree.fromstring(svg)
    kinds = (shape.get("class", "").split() for shape in root.iter())
    return [(kind_of[1], "on" in kind_of) for kind_of in kinds if kind_of[:1] == [kind]]


@pytest.mark.parametrize("t", [1, 2, 3])
def test_what_a_moved_copy_changes_is_lit(t):
    """The copy itself, the hidden outputs from its step on, y_hat and L; nothing before."""
    svg = copies(moved(TASKS["three_steps"], {t: 0.1}))
    assert shapes_of(svg, "pill") == [("s-Wh", s == t) for s in (1, 2, 3)]
    lit = [(f"s-{name}", on) for name, on in (*(("O", s >= t) for s in range(4)), ("y_hat", True), ("L", True))]
    assert shapes_of(svg, "node") == lit


def test_picture_shows_the_values_with_the_copies_moved():
    """Copies, hidden outputs, prediction and loss, and by how much each copy was moved."""
    record = moved(TASKS["three_steps"], {1: -0.2, 2: 0.1}, "Wi")
    texts = list(ElementTree.fromstring(copies(record)).iter("text"))
    said = [text.text for text in texts if "value" in text.get("class")]
    values = [*record.copies[1:].ravel(), *record.grads.trace.x.ravel(), *record.O.ravel(), *record.y_hat, record.loss]
    assert said == [number(v) for v in values]
    assert [text.text for text in texts if "change" in text.get("class")] == ["−0.2", "+0.1"]


def test_tied_copies_have_a_line_through_them(untied):
    """And a title that says so; screen readers hear it too."""
    assert 'class="tie' not in copies(untied)
    assert "a copy of Wh for each step. Copies that have moved: 2." in copies(untied)
    tied = copies(as_one(TASKS["three_steps"], 0.1), tied=True)
    assert tied.count('class="tie') == 1
    assert "one Wh, used at every step. Copies that have moved: 1, 2, 3." in tied


@pytest.mark.parametrize("weight", ["Wh", "Wi"])
@pytest.mark.parametrize("T", [1, 2, 5, 6, 14, 15, 60])
def test_picture_is_drawn_for_any_number_of_steps(T, weight):
    """Boxes with numbers, or dots where there are many; all of it inside the drawing."""
    svg = ElementTree.fromstring(copies(as_one(sunspot_year(T=T), 0.1, weight), tied=True))
    _, _, width, height = map(float, svg.get("viewBox").split())
    shapes = [shape for shape in svg.iter("rect") if shape.get("class")]
    assert len(shapes) == (T if T > 14 else 2 * T + 3 + T * (weight == "Wi"))
    for shape in shapes:
        x, y, w, h = (float(shape.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height


def test_long_vectors_are_summarised():
    """Four units do not fit into a node."""
    w = Weights(np.full((4, 2), 0.1), np.eye(4) / 2, np.full((5, 4), 0.2))
    trace = forward(w, np.ones((3, 2)))
    record = untie(trace, np.ones(5), np.zeros((4, 4, 4)))
    assert copies(record).count(">size ") == 5
