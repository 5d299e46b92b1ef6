"""Downhill in JupyterLab: steps need no kernel, and what is read is what rnnlib says."""

import pytest

from .reader import Reader, in_time

# Where the sliders stand -> the sentences, from rnnlib alone: nothing of the widget is asked.
TRUTH = """
from rnnlib import loss_surface, regions, route, survey
from rnnlib.explain import route_sentences

def truth(task, rate, start, updates, clip=None, span=((-3, 3), (-3, 3))):
    s = loss_surface(task.weights, task.x, task.y, span=span, resolution=121, hidden=task.hidden, O0=task.O0)
    return route_sentences(survey(route(s, start, rate, updates, clip), regions(s)))
"""

OUTSIDE = """root => [...root.querySelectorAll(".rnn-slider, .rnn-slider *, button, output, .rnn-scene")]
    .filter(part => part.checkVisibility())
    .filter(part => part.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
    .map(part => part.outerHTML.slice(0, 80))"""


class Shown(Reader):
    """What a reader finds on the page."""

    def __init__(self, page):
        """Find its controls."""
        super().__init__(page)
        self.root = page.locator(".rnn-downhill")
        self.sentence = self.root.locator("output span:first-child, output").first
        self.rate, self.first, self.second = (self.slider(n) for n in ("learning rate", "start Wi", "start Wh"))
        self.frame = self.slider("Frame")

    def slider(self, name):
        """Return a slider by its name."""
        return self.root.get_by_role("slider", name=name, exact=True)

    def typed(self, name):
        """Return the number that stands beside a slider."""
        return float(self.root.get_by_role("spinbutton", name=f"{name}, exactly").input_value())

    def button(self, name):
        """Return a button by its name."""
        return self.root.get_by_role("button", name=name, exact=True)

    @in_time
    def check(self, task="three_steps()", updates=30, clip=None, span=((-3, 3), (-3, 3))):
        """Compare the sentence of the frame with the library's."""
        self.settle()
        rate, start = self.typed("learning rate"), (self.typed("start Wi"), self.typed("start Wh"))
        expression = f"truth({task}, {rate!r}, {start!r}, {updates}, {clip}, {span})"
        sentences = self.ask(expression)
        assert self.sentence.inner_text() == sentences[int(self.frame.input_value())]
        return sentences


@pytest.fixture
def shown(page, notebook, open_lesson):
    """``shown(arguments) -> Shown``: between two other cells."""

    def show(arguments="three_steps()"):
        code = f"from rnnlib.tasks import *\nfrom rnnlib.widgets import Downhill\n{TRUTH}"
        open_lesson(page, notebook([code, f"Downhill({arguments})", "3 + 4"]))
        page.locator(".rnn-downhill").scroll_into_view_if_needed()
        return Shown(page)

    return show


def test_steps_need_no_kernel(shown, websocket_messages):
    """Next, Previous, Play and Pause, the frame slider, a click on a visited place; each frame with its sentence."""
    shown = shown()
    sentences = shown.check()
    before = websocket_messages(shown.page)
    for i in (1, 2, 3):
        shown.button("Next").click()
        assert shown.sentence.inner_text() == sentences[i]
    shown.button("Previous").click()
    shown.frame.press("End")
    assert shown.sentence.inner_text() == sentences[30]
    shown.frame.press("Home")
    shown.button("Play").click()
    shown.page.wait_for_timeout(1500)
    shown.button("Pause").click()
    assert 1 <= int(shown.frame.input_value()) <= 4
    shown.root.locator(".loss:not(.now)").nth(0).click()
    assert shown.sentence.inner_text() == sentences[0]
    assert websocket_messages(shown.page) == before


def test_keys_and_mouse_move_rate_and_start(shown):
    """Arrow keys on the logarithmic slider, a click on it, a typed start, Reset; JupyterLab's keys do nothing."""
    shown = shown()
    cells = shown.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.length")
    shown.rate.focus()
    for key in ("ArrowRight", "ArrowRight", "x", "d", "d"):
        shown.page.keyboard.press(key)
    shown.check()
    assert shown.typed("learning rate") == 1.26
    shown.rate.press("Home")
    shown.check()
    assert shown.typed("learning rate") == 0.001
    box = shown.rate.bounding_box()
    shown.rate.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    shown.check()
    assert 3 < shown.typed("learning rate") <= 10
    shown.root.get_by_role("spinbutton", name="start Wi, exactly").fill("-2")
    shown.second.press("End")
    shown.frame.press("End")
    shown.check()
    assert (shown.typed("start Wi"), shown.typed("start Wh")) == (-2, 3)
    shown.root.get_by_role("spinbutton", name="learning rate, exactly").fill("0.0314")
    shown.check()
    shown.button("Reset").click()
    shown.check()
    assert shown.typed("learning rate") == 1
    assert shown.frame.input_value() == "0"
    assert shown.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.length") == cells


def test_a_start_can_be_dragged_on_the_map(shown):
    """A press goes there, a drag takes the start along; the sliders follow, and what is read is the library's."""
    shown = shown()
    page = shown.page
    box = shown.root.locator("[data-pick]").bounding_box()

    def at(first, second):
        return box["x"] + box["width"] * (first + 3) / 6, box["y"] + box["height"] * (3 - second) / 6

    page.mouse.move(*at(-2, 1.5))
    page.mouse.down()
    shown.check()
    assert (shown.typed("start Wi"), shown.typed("start Wh")) == (-2, 1.5)
    page.mouse.move(*at(2, -1), steps=20)
    page.mouse.up()
    page.mouse.move(*at(0, 0))
    shown.check()
    assert (shown.typed("start Wi"), shown.typed("start Wh")) == (2, -1)
    shown.frame.press("End")
    shown.check()


def test_clipping_rescues_a_way_that_diverges(shown):
    """Roelants' surface: the end says when and why it diverged; ticked, the way goes on."""
    span = ((-2, 3), (-2, 3))
    shown = shown(f"ones_to_count(), 0.05, updates=20, span={span}, rates=(1e-7, 1), clip=1.0")
    shown.frame.press("End")
    sentences = shown.check("ones_to_count()", 20, None, span)
    assert "Diverged after update 2" in sentences[-1] == shown.sentence.inner_text()
    shown.root.get_by_label("Clip the gradient at 1").check()
    assert len(shown.check("ones_to_count()", 20, 1.0, span)) == 21


def test_it_looks_and_reads_well(shown, axe, wear, resize, screenshot):
    """In both themes, on a projector and in 800 pixels: nothing cut off, whole at 1280 x 720, axe has no complaint."""
    shown = shown("two_sequences(), 0.5, start=(-2, 1)")
    page = shown.page
    for theme in ("Light", "Dark"):
        wear(page, theme)
        for width, height in ((1280, 720), (800, 900)):
            resize(page, width, height)
            shown.frame.fill("4")
            assert shown.root.evaluate(OUTSIDE) == []
            assert axe(page, ".rnn-downhill") == []
            screenshot(page, f"downhill_{theme.lower()}_{width}")
    resize(page, 1280, 720)
    assert shown.root.bounding_box()["height"] < 620
