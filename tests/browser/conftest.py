"""JupyterLab in a real browser, as a learner has it: the fixtures for the tests in this folder.

* ``lab``: the server, on a copy of the lessons: ``lab.url``, ``lab.token``, ``lab.folder``, ``lab.ask(path)``
* ``page``: JupyterLab in 1280 x 720, nothing open; the test fails if anything goes wrong in its console or network
* ``complaints``: what went wrong so far; a test that expects something looks here, and clears it
* ``notebook(cells) -> name``: writes a notebook with these code cells to the server's folder
* ``open_lesson(page, name, run=True)``: opens a lesson, or such a notebook, and runs all its cells
* ``resize(page, width, height)``, ``wear(page, theme)``: at rest in another size, in the theme "Light" or "Dark"
* ``axe(page, part) -> list``: what axe-core has to complain about in the parts of the page that a selector finds
* ``websocket_messages(page) -> list``: the types of all messages that the page has sent to the kernel so far
* ``key_to_paint(page, selector, key, n, picture=None) -> list``: n times from key press to painted pixels, in ms
* ``screenshot(page, name) -> path``: keeps a picture for people in ``artefacts/``
"""

import os
import re
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import urlsplit

import pytest

from . import paint
from .lab import ROOT, SIZE, MissingError, chromium, open_page, serve, write_notebook
from .reader import REST, open_and_run

CLOSE_ALL = """() => {
    for (const document of [...jupyterapp.shell.widgets("main")]) {
        if (document.context?.model) document.context.model.dirty = false; // no question whether to save it
        document.close();
    }
    for (const dialog of document.querySelectorAll(".jp-Dialog")) dialog.remove();
}"""
NOTHING_IS_OPEN = "() => !document.querySelector('.jp-NotebookPanel')"

# A theme is worn when its style sheet has arrived: then the page has another colour than before.
PAPER = "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
CHANGE_THEME = "theme => { jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
IS_WORN = f"([theme, before]) => document.body.dataset.jpThemeName === theme && ({PAPER})() !== before"


def missing(what):
    """Skip on a learner's machine; fail on the machine that guards the course, where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"CI is set, but there is no {what}", pytrace=False)
    pytest.skip(f"there is no {what}")


@pytest.fixture(scope="session")
def browser():
    """Chromium, or another browser of its family."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium())
        except MissingError as what:
            missing(what)
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on the loopback address, on a copy of the lessons."""
    with serve(tmp_path_factory.mktemp("jupyter")) as lab:
        yield lab


@pytest.fixture
def kernel_messages():
    """The types of the messages that the test's page has sent to its kernels, filled by `page`."""
    return []


@pytest.fixture
def complaints():
    """Console errors, uncaught exceptions, failed requests and requests to elsewhere, filled by `page`."""
    return []


@pytest.fixture(scope="session")
def jupyterlab(browser, lab):
    """One page for all tests, as a learner keeps it open: JupyterLab takes longer to start than most tests."""
    with open_page(browser, lab) as page:
        yield page


@contextmanager
def watched(page, complaints, kernel_messages):
    """Within, what goes wrong on the page becomes a complaint, and the types of its messages to kernels are noted."""

    def hear(message):
        if message.type == "error":
            complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def fail(error):
        complaints.append(f"uncaught: {error}")

    def check_address(url):
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname != "127.0.0.1":
            complaints.append(f"request to elsewhere: {url}")

    def check_request(request):
        check_address(request.url)

    def check_failure(request):
        if request.failure != "net::ERR_ABORTED":  # that is the page's own doing, when it moves on
            complaints.append(f"failed: {request.url} {request.failure}")

    def note(frame):
        frame = frame.encode() if isinstance(frame, str) else frame
        kernel_messages.extend(kind.decode() for kind in re.findall(rb'"msg_type": ?"(\w+)"', frame)[:1])

    def follow(websocket):
        check_address(websocket.url)
        if "/api/kernels/" in websocket.url:
            websocket.on("framesent", note)

    ears = {"console": hear, "pageerror": fail, "requestfailed": check_failure, "request": check_request}
    ears["websocket"] = follow
    for event, ear in ears.items():
        page.on(event, ear)
    yield
    for event, ear in ears.items():
        page.remove_listener(event, ear)


def change_theme(page, theme):
    """Return when the page wears the theme "Light" or "Dark"."""
    theme = f"JupyterLab {theme}"
    if page.evaluate("() => document.body.dataset.jpThemeName") != theme:
        before = page.evaluate(PAPER)
        page.evaluate(CHANGE_THEME, theme)
        page.wait_for_function(IS_WORN, arg=[theme, before])


def leave(page, lab):
    """Close what is open, end its kernels, and bring the page back to how every test finds it."""
    page.evaluate(CLOSE_ALL)
    page.wait_for_function(NOTHING_IS_OPEN)
    for session in lab.ask("sessions"):
        lab.ask(f"sessions/{session['id']}", "DELETE")
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    page.set_viewport_size(SIZE)
    change_theme(page, "Light")
    page.mouse.move(0, 0)


@pytest.fixture
def page(jupyterlab, lab, kernel_messages, complaints):
    """JupyterLab in 1280 x 720, nothing open; in the end it fails its test if there are complaints."""
    with watched(jupyterlab, complaints, kernel_messages):
        yield jupyterlab
        heard = list(complaints)  # what comes after is the noise of leaving
    leave(jupyterlab, lab)
    assert heard == []


@pytest.fixture
def notebook(lab):
    """``notebook(cells) -> name``: a cell is its source, or a cell made with nbformat."""
    return partial(write_notebook, lab)


@pytest.fixture
def open_lesson():
    """``open_lesson(page, name, run=True)``: returns when the kernel is ready, and every cell was run."""
    return open_and_run


@pytest.fixture
def resize():
    """``resize(page, width, height)``: returns when the page is at rest in this size."""

    def resize(page, width, height):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(REST)

    return resize


@pytest.fixture
def wear():
    """``wear(page, theme)``: "Light" or "Dark"."""

    def wear(page, theme):
        change_theme(page, theme)
        page.evaluate(REST)

    return wear


@pytest.fixture
def axe():
    """``axe(page, part) -> list``: a sentence for each rule that these parts of the page break; none is good."""
    Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

    def axe(page, part):
        found = Axe().run(page, part).response["violations"]
        return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]

    return axe


@pytest.fixture
def websocket_messages(kernel_messages):
    """``websocket_messages(page) -> list``: equal before and after some action, if that asked nothing of the kernel."""

    def websocket_messages(page):
        page.wait_for_timeout(500)  # a message may be held back for a moment
        return list(kernel_messages)

    return websocket_messages


@pytest.fixture
def key_to_paint():
    """``key_to_paint(page, selector, key, n, picture=None) -> list``: the key is pressed on the selected element."""
    return paint.key_to_paint


@pytest.fixture
def screenshot():
    """``screenshot(page, name) -> path``: what a person would see now, in artefacts/."""

    def screenshot(page, name):
        path = ROOT / "artefacts" / f"{name}.png"
        page.screenshot(path=path)
        return path

    return screenshot
