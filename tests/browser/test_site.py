"""The saved pages in a real browser, from a folder and from a web server, without kernel and without network."""

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest

from rnnlib import cycle
from rnnlib.explain import scene
from rnnlib.pages import build
from rnnlib.pages.saved import KEY, VIEW
from rnnlib.tasks import three_steps

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
PAGES = ["index", *LESSONS]
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
IS_READY = "() => document.body.dataset.widgets === 'ready'"

# What a stepper says, where it stands, and how high the page is.
SHOWN = """stepper => [stepper.querySelector("output").textContent, stepper.querySelector("input").value,
    document.documentElement.scrollHeight]"""

# Next until it is off: what was shown after each press.
PRESS_NEXT = f"""stepper => {{
    const [next, shown] = [stepper.querySelectorAll("button")[2], []];
    while (next.ariaDisabled !== "true") {{ next.click(); shown.push(({SHOWN})(stepper)); }}
    return shown;
}}"""

# Controls that are none of a stepper's, a question's or the presenter's: their changes would go to Python.
CONTROLS = """() => [...document.querySelectorAll("[data-widget] :is(input, select, textarea, button)")]
    .filter(control => !control.closest(".rnn-stepper, .rnn-question, .rnn-present"))"""

# What sticks out of the page, and is in no box that scrolls by itself.
OUTSIDE = """() => [...document.querySelectorAll("body *")]
    .filter(part => part.checkVisibility() && part.getBoundingClientRect().right > document.body.clientWidth + 1)
    .filter(part => {
        for (let box = part.parentElement; box !== document.body; box = box.parentElement)
            if (getComputedStyle(box).overflowX !== "visible") return false;
        return true;
    })
    .map(part => part.outerHTML.slice(0, 120))"""


class Quiet(SimpleHTTPRequestHandler):
    """A web server that knows nothing but files, and prints nothing."""

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def opened(browser, address, **options):
    """A page at this address; in the end it fails if it complained, or asked for anything elsewhere."""
    complaints, home = [], address.rpartition("/")[0]

    def hear(message):
        if message.type in ("error", "warning"):
            complaints.append(f"console: {message.text}")

    def check(url):
        if not url.startswith((f"{home}/", "data:", "blob:")):
            complaints.append(f"request to elsewhere: {url}")

    with browser.new_context(**{"viewport": {"width": 1280, "height": 720}} | options) as context:
        context.set_offline(address.startswith("file:"))
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: check(request.url))
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.goto(address)
        if options.get("java_script_enabled", True):
            page.wait_for_function(IS_READY)
        yield page
    assert complaints == []


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """The course as a site: the address of its folder, and that of a static web server of it."""
    folder = build(tmp_path_factory.mktemp("site") / "course", ROOT / "notebooks").folder
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"folder": folder.as_uri(), "server": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()


@dataclass(frozen=True)
class Lesson:
    """A page that is open: of which lesson, and from where."""

    name: str
    place: str
    page: object


@pytest.fixture(scope="module", params=[f"{name} {place}" for name in LESSONS for place in ("folder", "server")])
def lesson(request, browser, homes):
    """Each lesson, opened from a folder, offline, and from a web server."""
    name, place = request.param.split()
    with opened(browser, f"{homes[place]}/{name}.html") as page:
        yield Lesson(name, place, page)


def saved(name, trait):
    """The states of all widgets with this trait, in the order in which the page of a lesson shows them."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    state = notebook.metadata["widgets"][KEY]["state"]
    found = []

    def look(model):
        if trait in state[model]["state"]:
            found.append(state[model]["state"])
        for child in re.findall(r"IPY_MODEL_(\w+)", json.dumps(state[model]["state"].get("children", []))):
            look(child)

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                look(output.data[VIEW]["model_id"])
    return found


def plain(text):
    """A text of a question as it is read: `code` without its marks, spaces as HTML has them."""
    return " ".join(text.replace("`", "").split())


def test_every_stepper_steps_to_its_end(lesson):
    """By key, and by Next: each frame says what the notebook has saved, nothing moves, and at the end Next is off."""
    page, expected = lesson.page, saved(lesson.name, "sentences")
    steppers = page.locator(".rnn-stepper").all()
    assert len(steppers) == len(expected)
    for stepper, state in zip(steppers, expected, strict=True):
        assert stepper.evaluate(SHOWN)[0] == state["sentences"][state["index"]]
        stepper.get_by_role("slider", name="Frame").press("Home")
        shown = [stepper.evaluate(SHOWN)]
        if lesson.place == "folder":
            for _ in state["sentences"][1:]:
                page.keyboard.press("ArrowRight")
                shown.append(stepper.evaluate(SHOWN))
        else:
            shown += stepper.evaluate(PRESS_NEXT)
        assert [text for text, _, _ in shown] == state["sentences"]
        assert [int(index) for _, index, _ in shown] == list(range(len(state["sentences"])))
        assert len({height for _, _, height in shown}) == 1


def test_every_question_answers(lesson):
    """In the folder the right answer by keyboard alone; on the server a wrong one by mouse; it can be asked again."""
    page, expected = lesson.page, saved(lesson.name, "choices")
    questions = page.locator(".rnn-question").all()
    assert len(questions) == len(expected) > 0
    for question, state in zip(questions, expected, strict=True):
        right, verdict = state["choices"].index(state["answer"]), question.locator("output")
        radios, reveal = question.get_by_role("radio"), question.get_by_role("button")
        assert plain(question.locator("legend").inner_text()) == plain(state["question"])
        assert verdict.inner_text() == ""
        if lesson.place == "folder":
            radios.first.press("Space")
            for _ in range(right):
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            assert plain(verdict.inner_text()).startswith(f"Right. You chose: {plain(state['answer'])}")
        else:
            radios.nth(right - 1).click()
            reveal.click()
            assert plain(verdict.inner_text()).startswith("Not this one.")
            assert f"The answer is: {plain(state['answer'])}" in plain(verdict.inner_text())
        assert plain(verdict.inner_text()).endswith(plain(state["because"]))
    reveal.click()
    assert reveal.inner_text() == "Reveal"
    assert verdict.inner_text() == ""


def test_what_is_shown_is_what_the_library_computes(browser, homes):
    """The walk of lesson 0, played to its end: the sentences, and the graph's last output, from rnnlib."""
    task = three_steps()
    record = cycle(task.weights, task.x, task.y, task.O0)
    sentences = scene(record).sentences
    with opened(browser, f"{homes['folder']}/00_start_here.html", reduced_motion="reduce") as page:
        stepper = page.locator(".rnn-stepper").first
        assert stepper.locator("output").first.text_content() == sentences[0]
        stepper.get_by_role("slider").press("End")
        assert stepper.locator("output").first.text_content() == sentences[-1]
        assert f"{record.trace.O[3].item():.4f}" in stepper.locator(".rnn-scene svg").first.text_content()
        stepper.locator("tr[data-go]").last.click()
        assert stepper.get_by_role("slider").input_value() != str(len(sentences) - 1)
        stepper.get_by_role("button", name="Play").click()
        page.wait_for_function("range => Number(range.value) > 0", arg=stepper.get_by_role("slider").element_handle())
        stepper.get_by_role("button", name="Pause").click()
        assert stepper.get_by_role("button", name="Play").is_visible()


def test_controls_that_need_python_are_disabled_and_one_sentence_says_why(lesson):
    """A sentence for each panel that has such controls, above it; two ways lead on from there."""
    page = lesson.page
    assert page.evaluate(f"() => ({CONTROLS})().every(control => control.disabled)")
    panels = page.locator(".jp-OutputArea-child", has=page.locator("[data-widget] :disabled:not(.rnn-question *)"))
    assert page.locator(".needs-python").count() == panels.count()
    for panel in panels.all():
        note = panel.locator(".needs-python")
        assert note.is_visible()
        assert "computes with Python" in note.inner_text()
        assert [link.get_attribute("href") for link in note.get_by_role("link").all()] == [
            f"{lesson.name}.ipynb",
            "index.html#python",
        ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well(browser, homes, axe, name):
    """On a light projector, in a narrow dark window, at 200 %: axe has no complaint, nothing is wider than the page.

    A picture of each, from top to bottom, is kept for people.
    """
    with opened(browser, f"{homes['server']}/{name}.html", color_scheme="light") as page:
        (ROOT / "artefacts").mkdir(exist_ok=True)
        for theme, width, paper in (("light", 1280, "rgb(255, 255, 255)"), ("dark", 800, "rgb(17, 17, 17)")):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 720})
            page.evaluate(PAINTED)
            assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == paper
            assert page.evaluate(OUTSIDE) == []
            assert axe(page, "html") == []
            page.screenshot(path=ROOT / "artefacts" / f"site_{name}_{theme}_{width}.jpg", full_page=True)
        page.set_viewport_size({"width": 640, "height": 720})
        page.evaluate(PAINTED)
        assert page.evaluate(OUTSIDE) == []


def test_the_keyboard_alone_gets_from_the_index_into_a_stepper_and_out(browser, homes):
    """The first Tab offers to skip; Enter on a lesson opens it; Tab reaches Next, Escape leaves the stepper."""
    with opened(browser, f"{homes['folder']}/index.html") as page:
        page.keyboard.press("Tab")
        assert page.locator(".skip").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/00_start_here.html")
        page.wait_for_function(IS_READY)
        focused = "() => document.activeElement.textContent"
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate(focused) == "Next":
                break
        page.keyboard.press("Enter")
        assert page.get_by_role("slider", name="Frame").first.input_value() == "1"
        page.keyboard.press("Escape")
        assert page.evaluate("() => document.activeElement.matches('.jp-Cell')")


def test_without_scripts_the_stills_are_there(browser, homes):
    """What was shown last, as on GitHub: the sentence and the table."""
    with opened(browser, f"{homes['folder']}/00_start_here.html", java_script_enabled=False) as page:
        walk = page.locator("[data-widget]").nth(1)  # the first is the button that presents
        assert saved("00_start_here", "sentences")[0]["sentences"][0] in walk.inner_text()
        assert walk.locator("table").is_visible()


def test_a_saved_page_can_be_presented(browser, homes):
    """By the same button and keys as in JupyterLab: code folded, frames stepped, and all as before in the end."""
    with opened(browser, f"{homes['folder']}/03_hidden_weights.html") as page:
        inputs, stepper = page.locator(".jp-Cell-inputWrapper pre"), page.locator(".rnn-stepper").first
        assert inputs.first.is_visible()
        page.get_by_role("button", name="Present this lesson").click()
        place = page.locator(".rnn-presenter strong")
        assert place.inner_text().startswith("stop 1 of ")
        assert not inputs.first.is_visible()
        for _ in range(60):
            if stepper.locator("input").input_value() == "2":
                break
            page.keyboard.press("PageDown")
        assert stepper.is_visible()
        assert stepper.locator("output").inner_text() == saved("03_hidden_weights", "sentences")[0]["sentences"][2]
        page.keyboard.press("Escape")
        assert inputs.first.is_visible()
        assert place.count() == 0
