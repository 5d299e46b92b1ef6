"""Fade and Race in JupyterLab: every control, by mouse and by keyboard; what is read is what rnnlib says."""

import pytest

from .reader import NAME_OF_FOCUSED, OUTSIDE, SMALLEST_TYPE, Reader, at, in_time

# Controls -> sentence and cells, from rnnlib alone: nothing of the widget is asked.
TRUTH = """
from rnnlib import fading
from rnnlib.explain import fading_sentence
from rnnlib.explain.fading import rows
from rnnlib.explain.spelling import number

def truth(task, T, radius, k, hidden):
    f = fading(task, T, radius, hidden)
    table = [[name, *(f"{number(v, 3)}{unit}" for v in numbers)] for name, numbers, unit in rows(f)]
    return fading_sentence(f, k), table
"""

PLACES = """root => [...root.querySelectorAll(".rnn-slider, svg, p, button, select, tr")]
    .filter(part => part.checkVisibility()).map(part => part.getBoundingClientRect())
    .map(at => [at.y, at.height])"""


class Shown(Reader):
    """What a reader finds on the page."""

    def __init__(self, page, task):
        """Find its controls."""
        super().__init__(page)
        self.task, self.root = task, page.locator(".rnn-fade")
        self.T, self.radius, self.k = (
            self.root.get_by_role("slider", name=name, exact=True)
            for name in ("steps T", "spectral radius", "cut after k")
        )
        self.hidden = self.root.get_by_label("Activation", exact=True)
        self.reset = self.root.get_by_role("button", name="Reset")
        self.sentence = self.root.locator("output:not(:empty)")

    def values(self):
        """Return where the controls stand."""
        return [float(slider.input_value()) for slider in (self.T, self.radius, self.k)] + [self.hidden.input_value()]

    def read(self):
        """Return the sentence and the rows of the table."""
        rows = self.root.locator("tbody tr").all()
        return self.sentence.inner_text(), [row.locator("th, td").all_inner_texts() for row in rows]

    @in_time
    def check(self):
        """Compare what is read on the page with the library."""
        self.settle()
        T, radius, k, hidden = self.values()
        right = self.ask(f"truth({self.task}, {int(T)}, {radius}, {int(k)}, {hidden!r})")
        assert self.read() == right


@pytest.fixture
def shown(page, notebook, open_lesson):
    """``shown(task) -> Shown``: between two other cells."""

    def show(task="hundred_steps()"):
        code = f"from rnnlib.tasks import *\nfrom rnnlib.widgets import Fade\n{TRUTH}"
        open_lesson(page, notebook([code, f"Fade({task})", "3 + 4"]))
        page.locator(".rnn-fade").scroll_into_view_if_needed()
        return Shown(page, task)

    return show


def test_mouse_moves_every_control(shown):
    """Length, spectral radius, activation and cut; dragged, chosen, typed, and back to the start."""
    shown = shown()
    assert shown.values() == [30, 0.63, 5, "tanh"]
    shown.check()
    box = shown.T.bounding_box()
    shown.T.drag_to(shown.T, target_position={"x": box["width"] * 0.8, "y": box["height"] / 2})
    shown.check()
    assert 60 < shown.values()[0] <= 100
    shown.radius.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    shown.check()
    assert shown.values()[1] == 2
    for hidden in ("linear", "relu", "sigmoid", "tanh"):
        shown.hidden.select_option(hidden)
        shown.check()
    field = shown.root.get_by_role("spinbutton", name="cut after k, exactly")
    field.fill("17")
    shown.check()
    assert shown.values()[2] == 17
    field.fill("700")
    assert shown.root.get_by_text("between 1 and 100").is_visible()
    shown.reset.click()
    shown.check()
    assert shown.values() == [30, 0.63, 5, "tanh"]


TYPE_AND_RESET = """(field) => {  // at the same moment, as fast as no reader is
    field.value = "700";
    field.dispatchEvent(new Event("change"));
    [...field.closest(".rnn-fade").querySelectorAll("button")].find((button) => button.innerText === "Reset").click();
}"""


def test_a_reset_is_not_overtaken_by_the_number_before_it(shown):
    """However close the two are: the kernel may have a thread for one of them, and another for the other."""
    shown = shown()
    field = shown.root.get_by_role("spinbutton", name="cut after k, exactly")
    for typed in range(10, 16):
        field.fill(str(typed))
        shown.check()
        field.evaluate(TYPE_AND_RESET)
        shown.check()
        assert shown.values() == [30, 0.63, 5, "tanh"]


def test_keyboard_alone_is_enough(shown):
    """Tab goes through all controls; arrows and ends move; no cell is touched; each change is announced."""
    shown = shown("sunspot_year(1957, 60)")
    page, state = shown.page, "() => jupyterapp.shell.currentWidget.content.widgets.length"
    cells, region = page.evaluate(state), shown.sentence.element_handle()
    assert region.get_attribute("aria-live") == "polite"
    shown.T.focus()
    names = []
    for _ in range(8):
        names.append(page.evaluate(NAME_OF_FOCUSED).strip().split("\n")[0])
        page.keyboard.press("Tab")
    for name in ("steps T", "spectral radius", "cut after k", "Activation", "Reset"):
        assert name in names
    shown.T.focus()
    for key in ("ArrowRight", "ArrowUp", "x", "d", "d", "j"):
        page.keyboard.press(key)
    shown.check()
    assert shown.values()[0] == 32
    page.keyboard.press("End")
    shown.check()
    assert shown.values()[0] == 60
    shown.radius.focus()
    page.keyboard.press("ArrowLeft")
    shown.check()
    assert shown.values()[1] == 0.53
    shown.hidden.focus()
    page.keyboard.press("ArrowDown")
    shown.check()
    assert shown.values()[3] == "sigmoid"
    shown.reset.focus()
    page.keyboard.press("Enter")
    shown.check()
    assert shown.values() == [30, 0.54, 5, "tanh"]
    assert page.evaluate(state) == cells
    assert region.evaluate("region => region.isConnected")


def test_it_looks_and_reads_well(shown, axe, wear, resize, screenshot):
    """In both themes, on a projector and in 800 pixels: nothing cut off, nothing jumps, axe has no complaint."""
    shown = shown()
    page = shown.page
    for theme in ("Light", "Dark"):
        wear(page, theme)
        for width, height in ((1280, 720), (800, 900)):
            resize(page, width, height)
            shown.reset.click()
            shown.settle()
            before = shown.root.evaluate(PLACES)
            screenshot(page, f"fade_{theme.lower()}_{width}")
            for control, value in ((shown.T, "100"), (shown.radius, "1.87"), (shown.k, "57"), (shown.T, "12")):
                control.fill(value)
                shown.settle()
                assert shown.root.evaluate(OUTSIDE) == []
                assert shown.root.evaluate(PLACES) == at(before), (width, value)
            assert shown.root.evaluate(SMALLEST_TYPE) >= 9
            assert axe(page, ".rnn-fade") == []


RACE = """import numpy as np
from rnnlib.widgets import Race
Race({"full": np.geomspace(0.5, 1e-4, 41), "k = 2": np.linspace(0.5, 0.05, 41)})"""


def test_a_race_runs_without_the_kernel(page, notebook, open_lesson, axe, websocket_messages, screenshot):
    """Play takes it to the end; the dots move, the sentence says who has learned, nothing is asked of Python."""
    open_lesson(page, notebook([RACE]))
    stepper = page.locator(".rnn-stepper")
    stepper.scroll_into_view_if_needed()
    before = websocket_messages(page)
    stepper.get_by_role("button", name="Play").click()
    said = stepper.get_by_role("status")
    said.filter(has_text="Loss after 40 updates").wait_for(timeout=30_000)
    assert said.inner_text().endswith("Below 0.1: full (after 8), k = 2 (after 36).")
    assert stepper.locator("circle.at").count() == 2
    assert axe(page, ".rnn-stepper") == []
    screenshot(page, "race_end")
    assert websocket_messages(page) == before
