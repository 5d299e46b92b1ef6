"""The slider in JupyterLab: it has a name, its keys stay inside, and its last value always arrives in Python."""

import pytest

MAKE = """import time
import ipywidgets
from rnnlib.widgets.slider import Slider
heard = []
def slowly(change):
    time.sleep(0.2)
    heard.append(change.new)
Wh, rate = Slider("Wh[0, 0]", 0.5, min=-2, max=2), Slider("learning rate", 0.05, min=0, max=1, step=0.01)
fixed = Slider("Wo", 0.25, disabled=True)
Wh.observe(slowly, "value")
ipywidgets.HBox([Wh, rate, fixed], layout=ipywidgets.Layout(flex_flow="row wrap"))"""
SAY = "label = ipywidgets.Label(str(heard))\nWh.observe(lambda _: setattr(label, 'value', str(heard)), 'value')\nlabel"


@pytest.fixture
def sliders(page, notebook, open_lesson):
    """Three sliders in a row, the first with a slow observer, and a label with all that it has heard."""
    open_lesson(page, notebook([MAKE, SAY, "1 + 1"]))
    return page


def heard(page):
    """What the observer has heard, once it has nothing more to hear."""
    page.wait_for_timeout(1500)
    return [float(value) for value in page.locator(".widget-label").inner_text().strip("[]").split(",")]


def test_range_and_field_have_the_name(sliders):
    """What ipywidgets' own slider lacks."""
    assert sliders.get_by_role("slider", name="Wh[0, 0]").input_value() == "0.5"
    assert sliders.get_by_role("spinbutton", name="Wh[0, 0], exactly").input_value() == "0.5"
    assert sliders.get_by_role("slider", name="Wo").is_disabled()
    assert sliders.get_by_role("spinbutton", name="Wo").is_disabled()


def test_last_value_arrives_and_no_queue_builds_up(sliders):
    """A drag makes many values; an observer that takes 0.2 s hears few, in order, and the one that is shown last."""
    box = sliders.get_by_role("slider", name="Wh[0, 0]").bounding_box()
    sliders.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    sliders.mouse.down()
    sliders.mouse.move(box["x"] + box["width"] - 12, box["y"] + box["height"] / 2, steps=40)
    sliders.mouse.up()
    values = heard(sliders)
    assert values == sorted(values)
    assert len(values) < 20
    assert values[-1] == float(sliders.get_by_role("slider", name="Wh[0, 0]").input_value()) > 1.8


def test_number_can_be_typed(sliders):
    """Between two steps of the slider too; and what is typed is not written over."""
    field = sliders.get_by_role("spinbutton", name="Wh[0, 0]")
    field.fill("-1.2345")
    assert heard(sliders) == [-1.2345]
    assert sliders.get_by_role("slider", name="Wh[0, 0]").get_attribute("aria-valuetext") == "−1.2345"
    field.fill("0.50")
    assert heard(sliders)[-1] == 0.5
    assert field.input_value() == "0.50"


@pytest.mark.parametrize(("typed", "kept"), [("7", 2), ("-7", -2), ("", 0.5)])
def test_number_out_of_range_is_told_and_clamped(sliders, typed, kept):
    """The field says the range while it is wrong, Python never hears of it, and Enter brings the nearest end."""
    field = sliders.get_by_role("spinbutton", name="Wh[0, 0]")
    field.fill(typed)
    assert field.get_attribute("aria-invalid") == "true"
    assert sliders.get_by_role("status").first.inner_text() == "between −2 and 2"
    field.press("Enter")
    assert float(field.input_value()) == kept
    assert field.get_attribute("aria-invalid") == "false"
    assert sliders.get_by_role("slider", name="Wh[0, 0]").input_value() == str(kept)
    if typed:
        assert heard(sliders) == [kept]
        assert sliders.get_by_role("status").first.inner_text() == "between −2 and 2"
    sliders.get_by_role("slider", name="Wh[0, 0]").press("ArrowLeft" if kept == 2 else "ArrowRight")
    assert sliders.get_by_role("status").first.inner_text() == ""


def test_keys_stay_inside(sliders):
    """x, d d and arrows do nothing to the cells; Escape leads to the cell."""
    state = """() => { const notebook = jupyterapp.shell.currentWidget.content;
        return [notebook.widgets.length, notebook.activeCellIndex]; }"""
    sliders.get_by_role("slider", name="learning rate").click()
    before = sliders.evaluate(state)
    for role in ("slider", "spinbutton"):
        sliders.get_by_role(role, name="learning rate").focus()
        for key in ("x", "d", "d", "a", "j", "ArrowDown", "ArrowUp", "ArrowRight"):
            sliders.keyboard.press(key)
        assert sliders.evaluate(state) == before
    sliders.keyboard.press("Escape")
    assert sliders.evaluate("() => document.activeElement.matches('.jp-Cell')")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_looks_and_reads_well(sliders, axe, wear, resize, screenshot, theme):
    """In both themes and in 800 pixels nothing is cut off, nothing is small, and axe is content."""
    wear(sliders, theme)
    sliders.get_by_role("spinbutton", name="Wh[0, 0]").fill("7")
    for width in (1280, 800):
        resize(sliders, width, 720)
        for part in sliders.locator(".rnn-slider input").all():
            box = part.bounding_box()
            assert box["height"] >= 32
            assert box["x"] + box["width"] < width
        assert axe(sliders, ".rnn-slider") == []
        screenshot(sliders, f"slider_{theme.lower()}_{width}")
