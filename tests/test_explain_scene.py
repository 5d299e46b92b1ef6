"""A scene holds all frames, a still one of them."""

import re

import pytest
from pages import TASKS, Page, one_cycle

from rnnlib.explain import board, scene, still, style
from rnnlib.explain.words import code
from rnnlib.notation import SYMBOLS


@pytest.mark.parametrize("weight", ["Wo", "Wh", "Wi"])
@pytest.mark.parametrize("name", TASKS)
def test_at_each_frame_one_formula_and_its_line_of_code_are_seen(name, weight):
    """The page is well-formed, and the frames do not mix."""
    cycle = one_cycle(TASKS[name], weight)
    plan, page = board(cycle), scene(cycle)
    tree = Page(page.html, len(plan))
    assert len(page.titles) == len(page.sentences) == len(plan)
    for index, frame in enumerate(plan.frames):
        lines = [e.text for e in tree.root.iter("code") if tree.is_seen(e, index)]
        assert lines == [code(cycle, frame)]


def test_a_scene_until_the_loss_has_no_ledger():
    """The forward lesson shows no terms."""
    page = scene(one_cycle(TASKS["three steps"]), until="loss")
    assert "<table" not in page.html
    assert len(page.sentences) == 4


@pytest.mark.parametrize("name", TASKS)
def test_a_still_says_sentence_and_ledger_in_both_forms(name):
    """Without scripts a page has the frame's sentence and the table; as text the same, in ASCII but for the shapes."""
    cycle = one_cycle(TASKS[name])
    for index, said in enumerate(scene(cycle).sentences):
        page, text = still(cycle, index)
        assert said.replace("−", "-") in text
        assert said in page
        assert "<table" in page
        assert "<button" not in page
        assert "sum of the terms: dL/dWh" in text


def test_the_still_of_a_forward_scene_is_its_sentence():
    """No ledger where there are no terms."""
    page, text = still(one_cycle(TASKS["three steps"]), 3, until="loss")
    assert "Frame 4 of 4 (loss)" in page
    assert "y_hat = 0.2944" in text
    assert "<table" not in page


def luminance(colour):
    """The relative luminance of #rrggbb, as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", SYMBOLS)
def test_every_symbol_can_be_read_on_light_dark_and_lit_ground(name):
    """At least 4.5 : 1 on JupyterLab's white and near-black page, and on a lit node."""
    symbol, sheet = SYMBOLS[name], style()
    lit_light, lit_dark = re.findall(r"--lit: (#\w+)", sheet)
    lit_light = "#" + "".join(2 * c for c in lit_light[1:]) if len(lit_light) == 4 else lit_light
    for colour, grounds in ((symbol.light, ("#ffffff", lit_light)), (symbol.dark, ("#111111", lit_dark))):
        for ground in grounds:
            assert contrast(colour, ground) >= 4.5, (name, colour, ground)
        assert f"--s:{colour}" in sheet


def test_greys_can_be_read():
    """Captions and notes too."""
    faint_light, faint_dark = re.findall(r"--faint: (#\w+)", style())
    assert contrast(faint_light, "#ffffff") >= 4.5
    assert contrast(faint_dark, "#111111") >= 4.5
