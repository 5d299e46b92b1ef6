"""The question in JupyterLab: with the mouse, with the keyboard alone, in the dark, in 800 pixels, without a kernel."""

import pytest

QUESTION = """from rnnlib.widgets import Question
question = Question(
    "Which copy of `Wh` has the <b>largest</b> term?",
    ["The copy at step 3: it is nearest to `L`.", "The copy at step 2.", "The copy at step 1: its path is longest."],
    answer="The copy at step 2.",
    because="Its factors are larger: `O1` > <img src=x onerror=alert(1)> the others.",
)"""
RIGHT, WRONG = "The copy at step 2.", "The copy at step 3: it is nearest to L."

NOTEBOOK_STATE = """() => { const notebook = jupyterapp.shell.currentWidget.content;
    return [notebook.widgets.length, notebook.activeCellIndex]; }"""

PLACES = """root => [...root.querySelectorAll("legend, label, button")]
    .map(part => JSON.stringify(part.getBoundingClientRect()))"""
SIZES_OF_TYPE = """root => [...root.querySelectorAll("legend, label, button, p")]
    .map(element => parseFloat(getComputedStyle(element).fontSize))"""
CUT_OFF = """root => [root, ...root.querySelectorAll("*")]
    .filter(element => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 80))"""


class Asked:
    """What a reader finds on the page."""

    def __init__(self, page, number=0):
        """Find the question with this number."""
        self.page, self.root = page, page.locator(".rnn-question").nth(number)
        self.button, self.verdict = self.root.get_by_role("button"), self.root.locator("output")

    def choice(self, text):
        """Return the radio button of a choice."""
        return self.root.get_by_role("radio", name=text, exact=False)

    def chosen(self):
        """Return which radio buttons are on."""
        return [radio.is_checked() for radio in self.root.get_by_role("radio").all()]


@pytest.fixture
def asked(page, notebook, open_lesson):
    """One question between two other cells."""
    open_lesson(page, notebook(["1 + 1", f"{QUESTION}\nquestion", "3 + 4"]))
    page.locator(".rnn-question").scroll_into_view_if_needed()
    return Asked(page)


def test_nothing_tells_the_answer_before_it_is_asked_for(asked):
    """No verdict, no mark, and no reason anywhere in the page; the button waits for a choice."""
    assert asked.root.get_by_role("group", name="Which copy of Wh has the <b>largest</b> term?").count() == 1
    assert asked.root.locator("legend code").inner_text() == "Wh"
    assert asked.root.get_by_role("radio").count() == 3
    assert asked.chosen() == [False, False, False]
    assert asked.verdict.inner_text() == ""
    assert "factors" not in asked.root.inner_html()
    assert asked.root.locator(".answer").count() == 0
    assert asked.button.get_attribute("aria-disabled") == "true"
    assert asked.root.inner_text().endswith("Choose first.")
    asked.button.click(force=True)
    assert asked.verdict.inner_text() == ""


def test_mouse_chooses_and_reveals(asked, websocket_messages):
    """A wrong choice, then the right one; the kernel hears of none of it."""
    before = websocket_messages(asked.page)
    asked.root.get_by_text("it is nearest to").click()
    assert asked.chosen() == [True, False, False]
    assert asked.button.get_attribute("aria-disabled") == "false"
    assert "Choose first" not in asked.root.inner_text()
    assert asked.verdict.inner_text() == ""
    asked.button.click()
    verdict, reason = asked.verdict.locator("p").all_inner_texts()
    assert verdict == f"Not this one. You chose: {WRONG}\nThe answer is: {RIGHT}"
    assert reason == "Its factors are larger: O1 > <img src=x onerror=alert(1)> the others."
    assert asked.root.locator("img").count() == 0
    assert asked.root.locator(".answer").inner_text() == RIGHT
    assert asked.button.inner_text() == "Ask again"
    asked.button.click()
    assert asked.chosen() == [False, False, False]
    assert asked.verdict.inner_text() == ""
    assert asked.button.inner_text() == "Reveal"
    asked.choice("step 2").check()
    asked.button.click()
    assert asked.verdict.locator("p").first.inner_text() == f"Right. You chose: {RIGHT}"
    assert websocket_messages(asked.page) == before


def test_keyboard_alone_is_enough(asked):
    """Tab into the choices, arrows to choose, Tab and Space on the button; Enter on a choice reveals at once."""
    page = asked.page
    asked.choice("step 3").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert asked.chosen() == [False, True, False]
    page.keyboard.press("Tab")
    assert asked.button.evaluate("button => button === document.activeElement")
    page.keyboard.press("Space")
    assert asked.verdict.inner_text().startswith("Right.")
    page.keyboard.press("Enter")
    assert asked.verdict.inner_text() == ""
    asked.choice("step 1").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert asked.verdict.inner_text().startswith("Not this one.")


def test_keys_stay_inside_and_the_reader_does_not(asked):
    """x, d d and arrows do nothing to the cells; Escape leads to the cell."""
    asked.button.focus()
    before = asked.page.evaluate(NOTEBOOK_STATE)
    for control in (asked.choice("step 3"), asked.button):
        control.focus()
        for key in ("x", "d", "d", "a", "b", "j", "k", "ArrowDown", "ArrowUp", "0", "0", "m"):
            asked.page.keyboard.press(key)
        assert asked.page.evaluate(NOTEBOOK_STATE) == before
    asked.page.keyboard.press("Escape")
    assert asked.page.evaluate("() => document.activeElement.matches('.jp-Cell')")


def test_the_verdict_is_announced_and_moves_nothing_above_it(asked):
    """A live region that is in the page from the start, below all that can be chosen."""
    assert asked.verdict.get_attribute("aria-live") == "polite"
    before = asked.root.evaluate(PLACES)
    asked.choice("step 3").check()
    assert asked.root.evaluate(PLACES) == before
    asked.button.click()
    assert asked.root.evaluate(PLACES) == before
    asked.page.wait_for_timeout(300)
    assert asked.root.evaluate(PLACES) == before


def test_two_views_of_a_question_are_asked_apart(page, notebook, open_lesson):
    """Neither choice nor verdict of one is the other's."""
    open_lesson(page, notebook([QUESTION, "question", "question"]))
    first, second = Asked(page, 0), Asked(page, 1)
    first.choice("step 3").check()
    second.choice("step 2").check()
    assert (first.chosen(), second.chosen()) == ([True, False, False], [False, True, False])
    second.button.click()
    assert second.verdict.inner_text().startswith("Right.")
    assert first.verdict.inner_text() == ""


def test_two_questions_keep_their_choices_apart(page, notebook, open_lesson):
    """A choice in one leaves that in the other as it is; each button is described by its own hint."""
    second = 'Question("And then?", ["Yes.", "No."], answer="No.")'
    open_lesson(page, notebook([f"{QUESTION}\nquestion", second]))
    first, second = Asked(page), Asked(page, 1)
    first.choice("step 2").check()
    second.choice("No.").check()
    assert first.chosen() == [False, True, False]
    assert first.root.locator(f"[id='{first.button.get_attribute('aria-describedby')}']").count() == 1
    assert second.root.locator(f"[id='{second.button.get_attribute('aria-describedby')}']").count() == 1


def test_it_needs_no_kernel(asked):
    """The kernel is gone, the answer is not."""
    asked.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    asked.choice("step 2").check()
    asked.button.click()
    assert asked.verdict.inner_text().startswith("Right.")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_looks_and_reads_well(asked, axe, wear, resize, screenshot, theme):
    """In both themes, on a projector and in 800 pixels, before and after: nothing cut off, axe has no complaint."""
    page = asked.page
    wear(page, theme)
    for width, height in ((1280, 720), (800, 900)):
        resize(page, width, height)
        for state in ("asked", "chosen", "revealed"):
            if state == "chosen":
                asked.choice("step 3").check()
            if state == "revealed":
                asked.button.click()
            assert asked.root.evaluate(CUT_OFF) == []
            assert axe(page, ".rnn-question") == []
            screenshot(page, f"question_{theme.lower()}_{width}_{state}")
        asked.button.click()
    assert min(asked.root.evaluate(SIZES_OF_TYPE)) >= 16
