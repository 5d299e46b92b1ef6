"""Untie in JupyterLab: every control, with the mouse and with the keyboard alone; what is read is what rnnlib says."""

import pytest

from .reader import NAME_OF_FOCUSED, OUTSIDE, SMALLEST_TYPE, Reader, at, in_time

# Moves in the order of the sliders -> cells and sentence, from rnnlib alone: nothing of the widget is asked.
TRUTH = """
import numpy as np
from rnnlib import forward, untie
from rnnlib.explain.spelling import number, signed

def truth(task, weight, entry, moves):
    trace = forward(task.weights, task.x, task.O0, task.hidden, task.output)
    changes = np.zeros((trace.T + 1, *getattr(task.weights, weight).shape))
    changes[(slice(1, None), *entry)] = moves
    u = untie(trace, task.y, changes, weight, task.loss)
    rows = [[f"t = {t}", number(u.copies[(t, *entry)]), signed(changes[(t, *entry)]), number(u.terms[(t, *entry)]),
             signed(u.predicted[t]), signed(u.true[t])] for t in range(1, trace.T + 1)]
    return rows, signed(u.predicted_together), signed(u.true_together)
"""

PLACES = """root => [...root.querySelectorAll(".rnn-slider, svg, p, table, tr, td, button, select")]
    .filter(part => part.checkVisibility()).map(part => part.getBoundingClientRect())
    .map(at => [at.x, at.y, at.width, at.height])"""


class Shown(Reader):
    """What a reader finds on the page."""

    def __init__(self, page, task):
        """Find its controls."""
        super().__init__(page)
        self.task, self.root = task, page.locator(".rnn-untie")
        self.weight, self.entry = (self.root.get_by_label(name, exact=True) for name in ("Copies of", "Entry"))
        self.tie, self.reset = self.root.get_by_label("Tie the copies"), self.root.get_by_role("button", name="Reset")
        self.sentence = self.root.locator("output:not(:empty)")

    def slider(self, t):
        """Return the slider of a copy."""
        return self.root.get_by_role("slider", name=f"copy at step {t}", exact=True)

    def moves(self):
        """Return where the sliders stand."""
        return [float(slider.input_value()) for slider in self.root.get_by_role("slider").all()]

    def cells(self):
        """Return the texts of the table, row by row."""
        return [row.locator("th, td").all_inner_texts() for row in self.root.locator("tbody tr, tfoot tr").all()]

    @in_time
    def check(self, weight="Wh", entry=(0, 0)):
        """Compare what is read on the page with the library."""
        self.settle()
        expression = f"truth({self.task}, {weight!r}, {entry!r}, {self.moves()!r})"
        rows, predicted, true = self.ask(expression)
        *steps, together = self.cells()
        assert [cells[:6] for cells in steps] == rows
        assert together[4:6] == [predicted, true]
        if any(self.moves()):
            assert predicted in self.sentence.inner_text()
            assert self.sentence.inner_text().endswith(f"it truly changes by {true}.")


@pytest.fixture
def shown(page, notebook, open_lesson):
    """``shown(task) -> Shown``: between two other cells."""

    def show(task):
        code = f"from rnnlib.tasks import *\nfrom rnnlib.widgets import Untie\n{TRUTH}"
        open_lesson(page, notebook([code, f"Untie({task})", "3 + 4"]))
        page.locator(".rnn-untie").scroll_into_view_if_needed()
        return Shown(page, task)

    return show


def test_mouse_unties_and_ties(shown):
    """A slider dragged, the copies tied, another dragged, untied again, and back to the start."""
    shown = shown("three_steps()")
    assert shown.moves() == [0, 0.1, 0]
    shown.check()
    box = shown.slider(1).bounding_box()
    shown.slider(1).drag_to(shown.slider(1), target_position={"x": box["width"] * 0.8, "y": box["height"] / 2})
    shown.settle()
    first, *others = shown.moves()
    assert 0.2 < first < 0.5
    assert others == [0.1, 0]
    shown.check()
    shown.tie.check()
    shown.check()
    assert shown.moves() == [first] * 3
    assert shown.root.locator(".tie").count() == 1
    assert shown.sentence.inner_text().startswith("All 3 copies of Wh moved by")
    shown.slider(3).click(position={"x": 2, "y": box["height"] / 2})
    shown.check()
    assert shown.moves() == [-0.5, -0.5, -0.5]
    shown.tie.uncheck()
    shown.slider(2).fill("0.25")
    shown.check()
    assert shown.moves() == [-0.5, 0.25, -0.5]
    shown.reset.click()
    shown.check()
    assert shown.moves() == [0, 0.1, 0]
    assert shown.sentence.inner_text().startswith("Only copy 2 of Wh moved, by +0.1.")


def test_keyboard_alone_is_enough(shown):
    """Tab goes through all controls; arrows move, Space ties, Enter resets, letters choose; no cell is touched."""
    shown = shown("two_units()")
    page, state = shown.page, "() => jupyterapp.shell.currentWidget.content.widgets.length"
    cells = page.evaluate(state)
    shown.weight.focus()
    names = []
    for _ in range(10):
        names.append(page.evaluate(NAME_OF_FOCUSED))
        page.keyboard.press("Tab")
    assert [name.strip().split("\n")[0] for name in names[:4]] == ["Copies of", "Entry", "Tie the copies", "Reset"]
    assert [name for name in names if name.startswith("copy at step")] == [f"copy at step {t}" for t in (1, 2, 3)]
    shown.slider(1).focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowRight", "x", "d", "d"):
        page.keyboard.press(key)
    shown.check()
    assert shown.moves()[0] == 0.03
    page.keyboard.press("Home")
    shown.check()
    assert shown.moves()[0] == -0.5
    shown.tie.focus()
    page.keyboard.press("Space")
    shown.check()
    assert shown.moves() == [-0.5, -0.5, -0.5]
    shown.entry.focus()
    page.keyboard.press("ArrowDown")
    shown.check(entry=(0, 1))
    shown.weight.focus()
    page.keyboard.press("ArrowDown")
    shown.check("Wi")
    assert shown.root.locator("caption").inner_text().startswith("A row moves one copy alone")
    shown.reset.focus()
    page.keyboard.press("Enter")
    shown.check()
    assert sorted(shown.moves()) == [0, 0, 0.1]
    assert page.evaluate(state) == cells


def test_a_number_can_be_typed_exactly(shown):
    """And one that is too large is told, and becomes the end of the range."""
    shown = shown("three_steps()")
    field = shown.root.get_by_role("spinbutton", name="copy at step 3, exactly")
    field.fill("-0.37")
    shown.check()
    assert shown.moves() == [0, 0.1, -0.37]
    field.fill("7")
    assert shown.root.get_by_text("between −0.5 and 0.5").is_visible()
    field.press("Tab")
    shown.check()
    assert shown.moves() == [0, 0.1, 0.5]


def test_twelve_copies_of_a_measured_series(shown):
    """Twelve sliders, four entries, and both weights."""
    shown = shown("sunspot_year()")
    assert shown.moves() == [0] * 11 + [0.1]
    shown.check()
    shown.entry.select_option("Wh[1, 0]")
    shown.slider(9).fill("-0.2")
    shown.check(entry=(1, 0))
    shown.tie.check()
    shown.check(entry=(1, 0))
    assert shown.moves() == [-0.2] * 12
    shown.weight.select_option("Wi")
    shown.check("Wi")


def test_the_sentence_is_announced(shown):
    """One live region, in the page from the start, whose text changes and which is never replaced."""
    shown = shown("three_steps()")
    region = shown.sentence.element_handle()
    assert region.get_attribute("aria-live") == "polite"
    shown.slider(1).press("ArrowRight")
    shown.page.wait_for_function("region => region.textContent.startsWith('Copies 1 and 2 of Wh moved.')", arg=region)
    assert region.evaluate("region => region.isConnected")
    assert shown.root.get_by_role("img").get_attribute("aria-label").endswith("Copies that have moved: 1, 2.")


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_moves_when_a_copy_does(shown, resize, width):
    """Every box keeps its place: controls, picture, sentence, and all cells of the table."""
    shown = shown("three_steps()")
    resize(shown.page, width, 900)
    shown.settle()
    before = shown.root.evaluate(PLACES)
    for t, value in ((2, "0.11"), (2, "-0.5"), (1, "0.37"), (3, "0.01"), (3, "-0.33")):
        shown.slider(t).fill(value)
        shown.settle()
        assert shown.root.evaluate(PLACES) == at(before), (t, value)
    shown.tie.check()
    shown.settle()
    assert shown.root.evaluate(PLACES) == at(before)


@pytest.mark.parametrize("task", ["three_steps()", "sunspot_year()"])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_looks_and_reads_well(shown, axe, wear, resize, screenshot, theme, task):
    """In both themes, on a projector and in 800 pixels, untied and tied: nothing cut off, axe has no complaint."""
    shown = shown(task)
    page = shown.page
    wear(page, theme)
    for width, height in ((1280, 720), (800, 900)):
        resize(page, width, height)
        for state in ("untied", "tied"):
            shown.tie.set_checked(state == "tied")
            shown.settle()
            assert shown.root.evaluate(OUTSIDE) == []
            assert shown.root.evaluate(SMALLEST_TYPE) >= 11
            assert axe(page, ".rnn-untie") == []
            screenshot(page, f"{state}_{task.partition('(')[0]}_{theme.lower()}_{width}")


def test_sliders_stand_in_the_rows_of_their_copies(shown):
    """Where the page is wide enough, one reads from the slider to the right."""
    shown = shown("sunspot_year()")
    for t, row in enumerate(shown.root.locator("tbody tr").all(), start=1):
        slider, cells = shown.slider(t).bounding_box(), row.bounding_box()
        middle = slider["y"] + slider["height"] / 2
        assert cells["y"] <= middle <= cells["y"] + cells["height"]
        assert slider["x"] + slider["width"] < cells["x"]
