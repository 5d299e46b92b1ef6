"""Each lesson as its reader has it: run to the end, every control operated, both themes, three widths, keyboard alone.

What a control does to the numbers is for the test of its widget; here, that nothing in any lesson was forgotten.
"""

import nbformat
import pytest

from .conftest import ROOT, leave, watched
from .reader import Reader, at, open_and_run

LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
SAVED_WIDGETS = "application/vnd.jupyter.widget-state+json"

# On a projector; in a narrow window; on the projector again, with the browser's zoom at 200 %.
SIZES = {"projector": (1280, 720), "narrow": (800, 900), "zoomed": (640, 360)}

PRINTED = """() => jupyterapp.shell.currentWidget.content.widgets.filter((cell) => cell.outputArea)
    .map(({outputArea}) => [...outputArea.node.querySelectorAll(".jp-RenderedText pre")])
    .map((texts) => texts.map((text) => text.textContent))"""

# What reaches over the right edge of its output, but for what can be scrolled in a box of its own.
OUTSIDE = """() => {
    const right = (part) => part.getBoundingClientRect().right;
    const canScroll = (part) => getComputedStyle(part).overflowX !== "visible";
    const isBoxed = (part, root) => part !== root && (canScroll(part) || isBoxed(part.parentElement, root));
    return [...document.querySelectorAll(".jp-OutputArea-output, .jp-RenderedMarkdown")].flatMap((root) =>
        [...root.querySelectorAll(":not(svg *, math *)")]
            .filter((part) => part.checkVisibility({visibilityProperty: true}) && right(part) > right(root) + 1)
            .filter((part) => !isBoxed(part.parentElement, root))
            .map((part) => part.outerHTML.slice(0, 100)));
}"""

# All that the Tab key has to reach: a number for each, to know it by; a group of radio buttons is one stop.
CONTROLS = """() => {
    const parts = document.querySelectorAll(".jp-OutputArea-output :is(button, input, select, [tabindex='0'])");
    const seen = new Set(), isNew = (name) => !name || (!seen.has(name) && seen.add(name));
    return [...parts].filter((part) => part.checkVisibility({visibilityProperty: true}) && !part.disabled)
        .filter((part) => part.tabIndex >= 0 && isNew(part.type === "radio" && part.name))
        .map((part, number) => {
            const group = part.type === "radio" ? document.getElementsByName(part.name) : [part];
            for (const one of group) one.dataset.number = number;
            return part.outerHTML.slice(0, 100);
        });
}"""

# The number of the control that has the focus; -1 outside of all; and whether one sees that it has it.
FOCUSED = """() => {
    const part = document.activeElement, at = part.getBoundingClientRect(), style = getComputedStyle(part);
    const inView = at.bottom > 0 && at.top < innerHeight;
    const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || style.borderColor !== "";
    return [Number(part.dataset.number ?? -1), inView && marked];
}"""

# What a stepper says, and where everything in it is.
SAID_AND_PLACES = """root => [root.querySelector("output").innerText,
    [...root.querySelectorAll(".rnn-toolbar *, .rnn-caption, .rnn-scene :is(svg, table, tr)")]
        .map((part) => part.getBoundingClientRect())
        .map((at) => [at.x, at.y, at.width, at.height])]"""

# What a panel shows, and what its controls are called; not where they stand.
SHOWN = """root => [...root.querySelectorAll(".rnn-scene, .rnn-picture")]
    .reduce((all, part) => all + part.innerHTML, root.innerText)"""

CHANGES = f"""async (root, before) => {{
    const shown = {SHOWN}, late = performance.now() + 5000;
    while (shown(root) === before && performance.now() < late) await new Promise(requestAnimationFrame);
    return shown(root) !== before;
}}"""

AT_END = "control => control.value === (control.max || control.options?.[control.length - 1].value)"

# Of the whole lesson, so that one picture holds it.
HEIGHT = """() => Math.ceil(document.querySelector(".jp-WindowedPanel-viewport").getBoundingClientRect().height) + 60"""
TO_THE_TOP = """() => { document.querySelector(".jp-WindowedPanel-outer").scrollTop = 0; }"""


def is_text(output):
    """Whether an output is plain text, and nothing richer."""
    return output.output_type == "stream" or list(output.data) == ["text/plain"]


class Lesson(Reader):
    """A lesson that has been run, and what goes wrong on its page."""

    def __init__(self, page, name, complaints):
        """Read the notebook as it was saved, beside the one on the page."""
        super().__init__(page)
        self.name, self.complaints = name, complaints
        self.saved = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)

    def saved_steppers(self):
        """The saved state of all steppers, by their label and their first sentence."""
        states = [widget["state"] for widget in self.saved.metadata.widgets[SAVED_WIDGETS]["state"].values()]
        return {(s["label"], s["sentences"][0]): s for s in states if "sentences" in s}

    def steppers(self):
        """The steppers of the page."""
        return self.page.locator(".rnn-stepper").all()

    def panels(self):
        """The panels of controls on the page."""
        return self.page.locator(".rnn-panel").all()


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request, jupyterlab, lab):
    """Each lesson, run to its end on the page that all tests share."""
    complaints = []
    with watched(jupyterlab, complaints, []):
        open_and_run(jupyterlab, request.param)
        yield Lesson(jupyterlab, request.param, complaints)
        heard = list(complaints)
    leave(jupyterlab, lab)
    assert heard == []


def test_the_page_prints_what_the_saved_lesson_prints(lesson):
    """Cell by cell; strict nbval has compared the saved lesson with the library."""
    cells = [cell for cell in lesson.saved.cells if cell.cell_type == "code"]
    for shown, cell in zip(lesson.page.evaluate(PRINTED), cells, strict=True):
        saved = [o.text if o.output_type == "stream" else o.data["text/plain"] for o in cell.outputs if is_text(o)]
        assert "".join(shown).split("\n") == "".join(saved).split("\n")


def test_every_frame_of_every_stepper_is_reached_and_moves_nothing(lesson, resize):
    """Next with the mouse to the end, then back with the keys; the sentences are those of the saved lesson."""
    resize(lesson.page, 1280, 720)
    saved = lesson.saved_steppers()
    for stepper in lesson.steppers():
        stepper.scroll_into_view_if_needed()
        stepper.get_by_label("Frame", exact=True).press("Home")
        first, places = stepper.evaluate(SAID_AND_PLACES)
        sentences = saved[stepper.get_attribute("aria-label"), first]["sentences"]
        step = stepper.get_by_role("button", name="Next").bounding_box()
        for sentence in sentences[1:]:
            lesson.page.mouse.click(step["x"] + step["width"] / 2, step["y"] + step["height"] / 2)
            assert stepper.evaluate(SAID_AND_PLACES) == [sentence, at(places)]
        for sentence in sentences[-2::-1]:
            lesson.page.keyboard.press("ArrowLeft")
            assert stepper.evaluate(SAID_AND_PLACES) == [sentence, at(places)]


@pytest.mark.parametrize(("size", "theme"), [*((size, "Light") for size in SIZES), ("projector", "Dark")])
def test_all_of_it_fits_and_axe_has_no_complaint(lesson, wear, resize, axe, screenshot, theme, size):
    """In both themes; on a projector, in a narrow window, and with the browser's zoom at 200 %."""
    resize(lesson.page, *SIZES[size])
    wear(lesson.page, theme)
    assert lesson.page.evaluate(OUTSIDE) == []
    width, _ = SIZES[size]
    resize(lesson.page, width, min(16000, lesson.page.evaluate(HEIGHT)))
    lesson.page.evaluate(TO_THE_TOP)
    assert axe(lesson.page, ".jp-OutputArea-output") == []
    screenshot(lesson.page, f"lesson_{lesson.name}_{size}_{theme.lower()}")


def test_each_picture_says_what_it_shows(lesson):
    """Pictures have a text of a sentence or more, not only a name."""
    texts = lesson.page.locator(".jp-OutputArea-output img").evaluate_all("images => images.map(image => image.alt)")
    assert [text for text in texts if len(text) < 40] == []


def test_the_tab_key_alone_reaches_every_control(lesson, resize):
    """In the order of the page, without a trap, and one sees where one is."""
    resize(lesson.page, 1280, 720)
    controls = lesson.page.evaluate(CONTROLS)
    lesson.page.locator("[data-number='0']").first.focus()
    reached = [0]
    for _ in range(3 * len(controls)):
        lesson.page.keyboard.press("Tab")
        number, is_seen = lesson.page.evaluate(FOCUSED)
        if number >= 0 and number != reached[-1]:
            assert is_seen, controls[number]
            reached.append(number)
        if number == len(controls) - 1:
            break
    assert [controls[n] for n in range(len(controls)) if n not in reached] == []
    assert reached == sorted(reached)


def test_every_control_works_with_keys_and_with_the_mouse(lesson, resize):
    """Each slider, list, box and button of each panel changes what is shown, and no complaint is."""
    resize(lesson.page, 1280, 720)
    for panel in lesson.panels():
        panel.scroll_into_view_if_needed()
        for control in panel.locator(".rnn-slider input[type=range], select, input[type=checkbox]").all():
            operate(lesson, panel, control)
        for button in panel.locator("button.jupyter-button:enabled").all():
            changes(lesson, panel, lambda button=button: button.press("Enter"), button.inner_text())
        assert panel.get_by_role("alert").all_inner_texts() == []


def operate(lesson, panel, control):
    """Move a slider, choose from a list or tick a box: by keys, then by mouse."""
    kind = control.evaluate("control => control.type")
    name = control.evaluate("control => control.labels[0].innerText")
    if kind == "range":
        end = "Home" if control.evaluate(AT_END) else "End"
        changes(lesson, panel, lambda: control.press(end), name)
        box = control.bounding_box()
        changes(lesson, panel, lambda: control.click(position={"x": 0.4 * box["width"], "y": box["height"] / 2}), name)
    elif kind == "checkbox":
        changes(lesson, panel, lambda: control.press("Space"), name)
        changes(lesson, panel, control.click, name)
    elif control.locator("option").count() > 1:
        choose = "ArrowUp" if control.evaluate(AT_END) else "ArrowDown"
        if "rnn-training" in panel.get_attribute("class"):  # there it is a setting for the next start
            control.press(choose)
            lesson.wait_for_python()
        else:
            changes(lesson, panel, lambda: control.press(choose), name)


def changes(lesson, panel, act, name):
    """Check that what an act does can be seen, soon."""
    before = panel.evaluate(SHOWN)
    act()
    assert panel.evaluate(CHANGES, before), f"{name} of {panel.get_attribute('class')} changed nothing"
    lesson.wait_for_python()
