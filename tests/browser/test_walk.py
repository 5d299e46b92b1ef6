"""The walk in a real JupyterLab: by mouse, by keyboard alone, at lesson sizes, and as fast as it is meant to be."""

from statistics import median

import pytest

from rnnlib import cycle
from rnnlib.explain import scene
from rnnlib.explain.spelling import number
from rnnlib.tasks import three_steps

from .reader import at

WALK = "from rnnlib.tasks import *\nfrom rnnlib.widgets import Walk\nwalk = Walk({task})\nwalk"
RANGE = ".rnn-stepper .rnn-toolbar .rnn-range"
SENTENCE = ".rnn-stepper output"
DRAG = ".rnn-panel .rnn-range:not(.rnn-toolbar *)"
USUAL = """
import matplotlib.pyplot as plt
from ipywidgets import interact
@interact(t=(0, 26))
def draw(t):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
    left.plot(range(t + 2), label="O_t")
    left.legend()
    right.bar(range(t + 1), range(t + 1))
    right.set(title="terms", xlabel="step t")
    plt.show()
"""


def expected(task, weight="Wh"):
    """The sentences of a task, from the library."""
    return scene(cycle(task.weights, task.x, task.y, task.O0, weight)).sentences


def said(page):
    """The sentence that is shown and announced."""
    return page.locator(SENTENCE).first.inner_text()


@pytest.fixture
def walk(page, notebook, open_lesson):
    """Open a walk of the three steps."""
    open_lesson(page, notebook([WALK.format(task="three_steps()")]))
    page.locator(".rnn-panel").evaluate("panel => panel.scrollIntoView()")
    return page


def test_every_frame_says_what_the_library_computes(walk, screenshot):
    """Stepping through with Next, each sentence is the library's; at the end there is nowhere further to go."""
    for index, sentence in enumerate(expected(three_steps())):
        if index:
            walk.get_by_role("button", name="Next").click()
        assert said(walk) == sentence
        screenshot(walk, f"walk_{index}")
    assert walk.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"


def test_clicking_a_row_or_a_node_goes_to_its_frame(walk):
    """The ledger's row of step 2 and the node O_1 lead to their terms."""
    sentences = expected(three_steps())
    walk.locator(RANGE).press("End")
    walk.get_by_role("button", name="t = 2").click()
    assert said(walk) == sentences[5]
    walk.locator(".rnn-stepper svg g[data-go='6']").last.click()
    assert said(walk) == sentences[6]


def test_the_keyboard_alone_reaches_every_control(walk):
    """Tab from the weight's choice to the stepper; keys change values and never act on the notebook's cells."""
    cells = walk.evaluate("() => jupyterapp.shell.currentWidget.content.model.cells.length")
    walk.get_by_label("Gradient of").focus()
    for key in ("ArrowDown", "x", "d", "d", "b"):
        walk.keyboard.press(key)
    walk.get_by_label("Gradient of").select_option("Wi")
    walk.wait_for_function("() => document.querySelector('.rnn-panel caption').textContent.includes('dL/dWi')")
    names = []
    for _ in range(12):
        walk.keyboard.press("Tab")
        names.append(walk.evaluate("() => document.activeElement.textContent.trim() || document.activeElement.type"))
    assert {"range", "Type numbers", "Reset", "Next", "Big type"} <= set(names), names
    assert walk.evaluate("() => jupyterapp.shell.currentWidget.content.model.cells.length") == cells


def test_a_bad_entry_is_said_beside_its_field(walk, screenshot):
    """The sentence appears, the picture stays, and Reset mends it."""
    before = walk.locator(".rnn-scene").inner_html()
    walk.get_by_role("button", name="Type numbers").click()
    field = walk.get_by_label("Wh", exact=True).and_(walk.locator("input[type=text]"))
    field.fill("0.9x")
    field.press("Enter")
    walk.get_by_role("alert").filter(has_text="'0.9x' is not a number").wait_for()
    assert walk.locator(".rnn-scene").inner_html() == before
    screenshot(walk, "walk_complaint")
    walk.get_by_role("button", name="Reset").click()
    walk.get_by_role("alert").wait_for(state="detached")


def test_a_typed_number_changes_every_picture(walk):
    """Wh = 0.25 changes the prediction on the graph, in the sentence and in the ledger."""
    walk.get_by_role("button", name="Type numbers").click()
    field = walk.get_by_label("Wh", exact=True).and_(walk.locator("input[type=text]"))
    field.fill("0.25")
    field.press("Enter")
    task = three_steps()
    changed = cycle(type(task.weights)(task.weights.Wi, [[0.25]], task.weights.Wo), task.x, task.y, task.O0)
    total = number(changed.total.item())
    walk.wait_for_function("total => document.querySelector('.rnn-panel tfoot').textContent.includes(total)", arg=total)
    walk.locator(RANGE).press("End")
    assert said(walk) == scene(changed).sentences[-1]


def test_stepping_moves_nothing_and_asks_the_kernel_nothing(walk, websocket_messages):
    """Through all frames the ledger and the toolbar stay where they are, and no message leaves the page."""
    things = "document.querySelectorAll('.rnn-panel table, .rnn-panel svg, .rnn-toolbar')"
    box = "(e, b = e.getBoundingClientRect()) => [b.x, b.y, b.width, b.height]"
    places = f"() => [...{things}].map(e => ({box})(e))"
    walk.locator(RANGE).focus()
    before, messages = walk.evaluate(places), websocket_messages(walk)
    for _ in range(8):
        walk.keyboard.press("ArrowRight")
        assert walk.evaluate(places) == at(before)
    assert websocket_messages(walk) == messages


@pytest.mark.parametrize("width", [1280, 800])
def test_nothing_is_wider_than_the_page(walk, resize, width):
    """At 1280 and at 800 pixels the notebook does not scroll sideways."""
    resize(walk, width, 720)
    outputs = "[...document.querySelectorAll('.jp-OutputArea-output')]"
    assert walk.evaluate(f"() => Math.max(...{outputs}.map(e => e.scrollWidth - e.clientWidth))") <= 1


def test_stepping_and_dragging_are_faster_than_the_usual_way(
    page, notebook, open_lesson, key_to_paint, websocket_messages
):
    """Key press to painted pixels, side by side; python tests/benchmarks latency tells more. Steps send no message."""
    open_lesson(page, notebook([WALK.format(task="three_steps()"), USUAL]))
    usual = median(key_to_paint(page, ".noUi-handle", "ArrowRight", 5, ".widget-output"))
    messages = websocket_messages(page)
    step = median(key_to_paint(page, RANGE, "ArrowRight", 8))
    assert websocket_messages(page) == messages
    assert said(page) == expected(three_steps())[8]
    assert usual >= 2 * step
    assert usual >= median(key_to_paint(page, f"{DRAG} >> nth=0", "ArrowRight", 8, ".rnn-scene"))
