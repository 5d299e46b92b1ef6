"""Presenter mode in JupyterLab: a lesson is walked through with one key, and nothing of it is changed by that."""

import itertools
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

PRESENT = "from rnnlib.widgets import Present\nPresent()"
STEPPER = """from rnnlib.widgets import Stepper
Stepper("<p data-at='0'>one</p><p data-at='1'>two</p><p data-at='2'>three</p>", ["One.", "Two.", "Three."])"""
QUESTION = """from rnnlib.widgets import Question
Question("Which?", ["this", "that", "neither"], answer="that", because="It is.")"""
FIELDS = """import ipywidgets
print("wide " * 20)
ipywidgets.VBox([ipywidgets.Text(), ipywidgets.IntText(), ipywidgets.Dropdown(options=["a", "b"]),
                 ipywidgets.Button(description="press")])"""
CELLS = [
    new_markdown_cell("# A title\n\nIts text."),
    PRESENT,
    new_markdown_cell("Before it.\n\n## A second heading\n\n    code = 1\n\n* a list"),
    "silent = 1",
    STEPPER,
    QUESTION,
    FIELDS,
    "print('wide ' * 20)\nprint('\\n'.join(f'line {k}' for k in range(60)))",
    new_markdown_cell("## The end"),
]
TITLE, BEFORE, SECOND_HEADING, FRAMES, ASKED, FORM, LINES, END = range(8)  # the stops

# What the class sees: where the lecturer is, and how much of it is in the window, without scrolling sideways.
SEEN = """() => {
    const parts = [...document.querySelectorAll(".rnn-now")].filter(part => part.checkVisibility());
    const [first, last] = [parts[0], parts.at(-1)].map(part => part.getBoundingClientRect());
    const scene = parts.at(-1).querySelector(".rnn-scene")?.getBoundingClientRect() ?? last;
    const edge = document.querySelector(".rnn-presenter").getBoundingClientRect().top;
    return {
        place: document.querySelector(".rnn-presenter strong").textContent,
        about: document.querySelector(".rnn-presenter [role=status] span").textContent,
        frame: parts.at(-1).querySelector(".rnn-stepper .rnn-range")?.value ?? null,
        heads: parts.filter(part => part.matches("h1, h2, h3")).map(part => part.textContent.replace("¶", "")),
        begins: first.top >= 0 && first.top < edge, ends: scene.bottom <= edge + 1,
        wide: parts.flatMap(part => [part, ...part.querySelectorAll("pre, .jp-OutputArea-output")])
            .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.outerHTML.slice(0, 80)),
        focused: document.activeElement.matches(".rnn-stepper")
            || document.activeElement.checkVisibility({visibilityProperty: true}),
    };
}"""
VISIBLE = """(selector) => [...document.querySelectorAll(selector)]
    .filter(part => part.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false}))
    .map(part => part.textContent.trim().slice(0, 40))"""
CELLS_OF_NOTEBOOK = """() => [...jupyterapp.shell.currentWidget.content.widgets]
    .map(cell => [cell.model.id, cell.model.sharedModel.source, cell.model.type, cell.rendered ?? true])"""
LEFT_BEHIND = """() => ["[popover]", ".rnn-presenting", ".rnn-presenter", ".rnn-now", ".rnn-later", ".rnn-unfolded",
    "[style*=rnn-zoom]", ".jp-RenderedMarkdown [tabindex]"].filter(selector => document.querySelector(selector))"""


class Presenter:
    """What a lecturer has: keys, and what the class sees then."""

    def __init__(self, page):
        """Press the button."""
        self.page = page
        button = page.locator(".rnn-present button").first
        button.evaluate("button => button.scrollIntoView()")
        button.click()

    def press(self, *keys):
        """Press these keys, and say what is seen."""
        for key in keys:
            self.page.keyboard.press(key)
        return self.page.evaluate(SEEN)

    def go_to(self, stop):
        """Go to a stop, past all frames."""
        self.page.evaluate("() => document.activeElement.blur()")
        self.press("Home")
        for _ in range(200):
            seen = self.page.evaluate(SEEN)
            if seen["place"].startswith(f"stop {stop + 1} of"):
                return seen
            self.press("ArrowDown")
        raise AssertionError(f"no way to stop {stop}")

    def visible(self, selector):
        """Return the beginning of what can be seen of these."""
        return self.page.evaluate(VISIBLE, selector)


@pytest.fixture
def presenter(page, notebook, open_lesson):
    """A small notebook with one stop of each kind, presented."""
    open_lesson(page, notebook(CELLS))
    return Presenter(page)


def lesson(lab, name):
    """Return the name of a copy of a lesson that has the button, and the lesson's headings."""
    nb = nbformat.read(lab.folder / f"{name}.ipynb", as_version=4)
    if not any("Present()" in cell.source for cell in nb.cells):
        nb.cells.insert(1, new_code_cell(PRESENT))
    nbformat.write(nb, lab.folder / f"presented_{name}.ipynb")
    text = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    return f"presented_{name}", re.findall(r"^#+ (.*)$", re.sub(r"[`*]", "", text), re.MULTILINE)


def test_one_key_walks_through_lesson_00_and_another_one_back(page, lab, open_lesson):
    """Every heading is passed and every frame is shown, each in the window; back it is the same way."""
    name, headings = lesson(lab, "00_start_here")
    open_lesson(page, name)
    presenter = Presenter(page)
    seen = [page.evaluate(SEEN)]
    while not seen[-1]["about"].startswith("What comes next"):
        seen.append(presenter.press("PageDown"))
        assert len(seen) < 200
    count = int(seen[0]["place"].split()[-1])
    assert list(dict.fromkeys(now["place"] for now in seen)) == [f"stop {k} of {count}" for k in range(1, count + 1)]
    assert list(dict.fromkeys(head for now in seen for head in now["heads"])) == headings
    firsts = {now["place"]: now for now in reversed(seen)}.values()
    assert [now["place"] for now in firsts if not now["begins"]] == []
    assert [now["place"] for now in seen if now["wide"] or not now["focused"]] == []
    walk = [now for now in seen if now["place"] == f"stop 2 of {count}"]
    assert [now["frame"] for now in walk] == [str(k) for k in range(9)]
    assert all(now["begins"] and now["ends"] for now in walk)
    questions = sum("Choose with 1 to" in now["about"] for now in seen)
    assert questions == page.locator(".rnn-question").count()
    assert page.locator(".rnn-question.revealed").count() == 0
    back = [seen[-1]]
    while len(back) < 2 or back[-1] != back[-2]:
        back.append(presenter.press("PageUp"))
        assert len(back) < 200
    assert list(dict.fromkeys(now["place"] for now in back)) == [f"stop {k} of {count}" for k in range(count, 0, -1)]
    assert [now["frame"] for now in back if now["place"] == f"stop 2 of {count}"] == [str(k) for k in range(8, -1, -1)]


def test_stops_are_headings_with_their_text_and_outputs(presenter):
    """What comes later can't be seen yet; a heading begins a page; c unfolds the code; the bar has buttons, too."""
    page = presenter.page
    assert presenter.visible(".jp-RenderedMarkdown :is(h1, h2, p)") == ["A title¶", "Its text."]
    assert presenter.visible(".jp-InputArea-editor, .jp-InputPrompt, .rnn-present") == []
    assert page.evaluate(SEEN)["about"] == "A title"
    assert presenter.press("PageDown")["heads"] == []
    seen = presenter.press("PageDown")
    assert (seen["place"], seen["about"]) == (f"stop {SECOND_HEADING + 1} of {END + 1}", "A second heading")
    assert presenter.visible(".rnn-now") == ["A second heading¶", "code = 1", "a list"]
    assert 0 <= page.locator(".jp-RenderedMarkdown h2").first.bounding_box()["y"] < 60
    assert presenter.press("c")["about"] == "No code here"
    assert presenter.press("PageDown")["frame"] == "0"
    assert presenter.visible(".rnn-now .jp-InputArea-editor") == []
    presenter.press("c")
    assert [text[:10] for text in presenter.visible(".jp-InputArea-editor")] == ["silent = 1", "from rnnli"]
    presenter.press("c")
    assert presenter.visible(".jp-InputArea-editor") == []
    presenter.press("Home")
    bar = page.get_by_role("group", name="Presenter")
    bar.get_by_role("button", name="Next").focus()
    assert presenter.press(" ", "Enter")["about"] == "A second heading"
    bar.get_by_role("button", name="Previous").click()
    assert bar.get_by_role("status").inner_text() == f"stop {BEFORE + 1} of {END + 1} A title"
    bar.get_by_role("button", name="End").click()
    assert page.evaluate(LEFT_BEHIND) == []


def test_the_next_thing_to_see_may_be_a_frame_an_answer_or_more_of_a_high_stop(presenter, websocket_messages):
    """→ and ← are a frame each, ↓ and ↑ a stop; nothing is revealed that nobody has chosen; the kernel is not asked."""
    page = presenter.page
    presenter.go_to(FRAMES)
    before = websocket_messages(page)
    assert [presenter.press(key)["frame"] for key in ("ArrowRight", " ", "ArrowLeft", "PageDown")] == list("1212")
    assert websocket_messages(page) == before
    assert presenter.press("PageDown")["frame"] is None
    assert presenter.press("ArrowLeft")["frame"] == "2"
    presenter.press("PageUp", "PageUp")
    assert presenter.press("ArrowDown")["place"] == f"stop {ASKED + 1} of {END + 1}"
    assert presenter.press("ArrowUp")["frame"] == "0"
    presenter.press("p")
    assert page.locator(".rnn-play").inner_text() == "Pause"
    presenter.press("p")
    presenter.go_to(ASKED)
    seen = presenter.press("PageDown")
    assert (seen["about"], seen["place"]) == ("Choose with 1 to 3, or go on without", f"stop {ASKED + 1} of {END + 1}")
    assert page.locator(".rnn-question output").inner_text() == ""
    assert presenter.press("PageDown")["place"] == f"stop {FORM + 1} of {END + 1}"
    presenter.press("PageUp", "3", "2")
    assert page.locator(".rnn-question input").nth(1).is_checked()
    assert page.locator(".rnn-question output").inner_text() == ""
    presenter.press("PageDown")
    assert page.locator(".rnn-question output").inner_text().startswith("Right.")
    assert presenter.press("PageDown")["place"] == f"stop {FORM + 1} of {END + 1}"
    seen = [presenter.go_to(FORM), presenter.go_to(LINES)]
    assert [now["wide"] for now in seen] == [[], []]
    del seen[0]
    while not seen[-1]["ends"]:
        seen.append(presenter.press("PageDown"))
        assert seen[-1]["place"] == seen[0]["place"]
    assert len(seen) > 2
    assert [presenter.press("PageUp")["place"] for _ in seen[1:]] == [seen[0]["place"]] * (len(seen) - 1)
    assert presenter.press("PageUp")["place"] != seen[0]["place"]
    presenter.press(*["PageDown"] * len(seen))
    assert presenter.press("End")["about"] == "The end"
    assert presenter.press("Home")["about"] == "A title"


def test_keys_do_nothing_to_the_cells_and_typing_stays_typing(presenter):
    """JupyterLab cuts with x, deletes with d d, inserts with b; a field gets its letters, and a remote still works."""
    page = presenter.page
    before = page.evaluate(CELLS_OF_NOTEBOOK)
    for stop in (TITLE, FRAMES, ASKED, FORM):
        presenter.go_to(stop)
        presenter.press(*"xddabvzmyjk0", "Enter", "Shift+Enter", "Shift+M")
        if stop != FORM:  # there, Tab leads into a field
            presenter.press("Tab", *"xddab")
    page.locator("h1").dblclick()
    assert page.evaluate(CELLS_OF_NOTEBOOK) == before
    presenter.go_to(FORM)
    page.locator(".widget-text input").first.click()
    presenter.press(*"c f p1", "ArrowLeft", "x", " ", "Home", "y")
    assert page.locator(".widget-text input").first.input_value() == "yc f px 1"
    assert presenter.press("Escape")["place"] == f"stop {FORM + 1} of {END + 1}"
    page.get_by_role("button", name="press").focus()
    presenter.press(*"xddab", " ", "Enter")
    presenter.press("c")
    page.locator(".rnn-now .cm-content").first.click()
    presenter.press("Control+End", *"# x c", "PageDown", " ", "ArrowLeft")
    assert presenter.visible(".rnn-presenter strong") == [f"stop {FORM + 1} of {END + 1}"]
    sources = [source for _, source, *_ in page.evaluate(CELLS_OF_NOTEBOOK)]
    assert sources == [*(source for _, source, *_ in before[:6]), f"{FIELDS}# x c ", *(s for _, s, *_ in before[7:])]
    page.locator(".widget-text input").first.focus()
    assert presenter.press("PageDown")["place"] == f"stop {LINES + 1} of {END + 1}"
    assert page.evaluate("() => document.activeElement.closest('.jp-Cell').querySelector('pre') !== null")


def test_escape_gives_everything_back_and_the_button_resumes(presenter):
    """No class, style or attribute is left, JupyterLab's own keys act again, and one can go on where one was."""
    page = presenter.page
    presenter.go_to(ASKED)
    presenter.press("c")
    page.keyboard.press("Escape")
    assert page.evaluate(LEFT_BEHIND) == []
    page.wait_for_function("() => document.activeElement.closest('.jp-Cell')?.querySelector('.rnn-question')")
    assert page.locator(".rnn-question").is_visible()
    count = len(page.evaluate(CELLS_OF_NOTEBOOK))
    page.keyboard.press("b")
    page.wait_for_function("n => jupyterapp.shell.currentWidget.content.widgets.length === n", arg=count + 1)
    assert Presenter(page).press()["place"] == f"stop {ASKED + 1} of {END + 1}"


def test_it_ends_with_what_it_presents(presenter, notebook, open_lesson):
    """A dialog, a new run, another tab, a closed notebook: nothing stays above the page, and keys are JupyterLab's."""
    page = presenter.page
    is_over = "() => !document.querySelector('.rnn-presenting')"
    page.evaluate("() => { jupyterapp.commands.execute('apputils:activate-command-palette'); }")
    page.wait_for_function(is_over)
    assert page.evaluate("() => document.activeElement.closest('.jp-Notebook')") is None
    page.keyboard.press("Escape")
    Presenter(page)
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(is_over)
    page.wait_for_function("() => document.querySelector('.rnn-present button')")
    Presenter(page)
    open_lesson(page, notebook([PRESENT, "1 + 1", "2 + 2"]))
    assert page.evaluate(LEFT_BEHIND) == []
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-InputPrompt").last.click()
    page.keyboard.press("b")
    page.wait_for_function("() => jupyterapp.shell.currentWidget.content.widgets.length === 4")
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .rnn-present button").click()
    assert page.locator(".rnn-presenter strong").inner_text() == "stop 1 of 2"
    page.evaluate("""() => { const lesson = jupyterapp.shell.currentWidget;
        lesson.context.model.dirty = false; lesson.close(); }""")
    page.wait_for_function(is_over)
    assert page.evaluate(LEFT_BEHIND) == []


def test_cells_that_are_out_of_view_are_stops_too(page, notebook, open_lesson):
    """Also where JupyterLab's windowing mode is "full", and takes them out of the page; afterwards it does so again."""
    attached = "() => document.querySelectorAll('.jp-Notebook .jp-Cell').length"
    texts = [new_markdown_cell(f"## Heading {k}\n\n" + "text " * 900) for k in range(30)]
    open_lesson(page, notebook([PRESENT, *texts]))
    page.evaluate("""() => { const notebook = jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = 0;
        document.querySelector(".jp-WindowedPanel-outer").scrollTo(0, 0);
        notebook.notebookConfig = {...notebook.notebookConfig, windowingMode: "full"}; }""")
    page.wait_for_function(f"{attached.replace('=>', '=> 20 >')}")
    presenter = Presenter(page)
    page.wait_for_function(f"{attached.replace('=>', '=> 31 ===')}")
    page.wait_for_function("() => document.querySelector('.rnn-presenter strong').textContent === 'stop 1 of 30'")
    for k in (1, 2):
        while presenter.press("PageDown")["about"] != f"Heading {k}":
            pass
    seen = presenter.press("End")
    assert (seen["place"], seen["about"], seen["begins"]) == ("stop 30 of 30", "Heading 29", True)
    page.keyboard.press("Escape")
    page.wait_for_function(f"{attached.replace('=>', '=> 20 >')}")
    page.wait_for_function("() => document.activeElement.textContent.includes('Heading 29')")
    assert page.evaluate(LEFT_BEHIND) == []
    assert page.locator(".jp-Notebook").bounding_box()["height"] < 720


def test_it_looks_and_reads_well(presenter, axe, wear, resize, screenshot):
    """In both themes, at once and without motion, also in a small window: big type, and axe has no complaint."""
    page = presenter.page
    for theme, size in itertools.product(("Light", "Dark"), ((1280, 720), (800, 600))):
        page.keyboard.press("Escape")
        wear(page, theme)
        assert axe(page, ".rnn-present") == []
        resize(page, *size)
        Presenter(page)
        for stop in (SECOND_HEADING, FRAMES, ASKED):
            presenter.go_to(stop)
            moved = page.locator(".jp-WindowedPanel-outer").evaluate("""async (outer) => {
                const before = outer.scrollTop;
                await new Promise(requestAnimationFrame);
                return outer.scrollTop - before;
            }""")
            seen = page.evaluate(SEEN)
            assert (moved, seen["wide"], seen["begins"], seen["ends"]) == (0, [], True, True)
            screenshot(page, f"present_{theme.lower()}_{size[0]}_{stop}")
        assert axe(page, ".rnn-presenter") == []
        high = page.locator(".jp-RenderedMarkdown h2").first.evaluate("head => head.getBoundingClientRect().height")
        assert high > 28
