"""JupyterLab in a real browser, as a learner has it: the fixtures for the tests in this folder.

* ``lab``: the server, on a copy of the lessons: ``lab.url``, ``lab.token``, ``lab.folder``, ``lab.ask(path)``
* ``page``: a Playwright page of 1280 x 720; the test fails if anything goes wrong in its console or on its network
* ``complaints``: what went wrong so far; a test that expects something looks here, and clears it
* ``notebook(cells) -> name``: writes a notebook with these code cells to the server's folder
* ``open_lesson(page, name, run=True)``: opens a lesson, or such a notebook, and runs all its cells
* ``websocket_messages(page) -> list``: the types of all messages that the page has sent to the kernel so far
* ``key_to_paint(page, selector, key, n, picture=None) -> list``: n times from key press to painted pixels, in ms
* ``screenshot(page, name) -> path``: keeps a picture for people in ``artefacts/``
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
SECOND = 1000  # Playwright counts in milliseconds

KERNEL_IS_READY = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext, kernel = context?.session?.kernel;
    return context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""

RUN_ALL_CELLS = """() => {  // returns nothing: a promise would make the caller wait, behind a dialog for ever
    window.ranAllCells = false;
    jupyterapp.commands.execute("notebook:run-all-cells").finally(() => { window.ranAllCells = true; });
}"""

CODE_CELLS = """() => [...jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === "code" && cell.sharedModel.source.trim())
    .map(cell => ({
        source: cell.sharedModel.source,
        finished: cell.executionCount !== null && cell.executionState !== "running",
        errors: (cell.getMetadata("tags") ?? []).includes("raises-exception") ? []
            : cell.outputs.toJSON().filter(o => o.output_type === "error").map(o => `${o.ename}: ${o.evalue}`),
    }))"""

# From the key's own time stamp to the end of the frame that paints the picture's first change, its images loaded.
TIME_NEXT_KEY = """(element, selector) => {
    const picture = selector ? document.querySelector(selector) : element.closest(".jp-OutputArea-output");
    let pressed;
    window.keyToPaint = new Promise((resolve, reject) => {
        document.addEventListener("keydown", event => { pressed = event.timeStamp; }, {capture: true, once: true});
        const unchanged = setTimeout(() => reject(new Error("the key changed nothing within 5 seconds")), 5000);
        new MutationObserver(async (_, observer) => {
            if (pressed === undefined) return;
            observer.disconnect();
            clearTimeout(unchanged);
            const loading = [...picture.querySelectorAll("img")].filter(image => !image.complete);
            await Promise.allSettled(loading.map(image => image.decode()));
            requestAnimationFrame(() => {
                const painted = new MessageChannel();
                painted.port1.onmessage = () => resolve(performance.now() - pressed);
                painted.port2.postMessage(null);
            });
        }).observe(picture, {subtree: true, childList: true, characterData: true, attributes: true});
    });
    element.focus();
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab server: its address, the token that opens it, and the folder it shows."""

    url: str
    token: str
    folder: Path

    def ask(self, path, method="GET"):
        """The answer of the server's REST API."""
        request = Request(f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"})
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")


def missing(what):
    """Skip on a learner's machine; fail on the machine that guards the course, where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"CI is set, but there is no {what}", pytrace=False)
    pytest.skip(f"there is no {what}")


@pytest.fixture(scope="session")
def browser():
    """Chromium, or another browser of its family, as this machine has it: nothing is downloaded."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing('Playwright; pip install -e ".[browser]" brings it')
    with sync_playwright() as playwright:
        candidates = [*map(shutil.which, BROWSERS), playwright.chromium.executable_path]
        path = next((path for path in candidates if path and Path(path).exists()), None) or missing("Chromium")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """JupyterLab on the loopback address, with settings of its own, on a copy of the lessons."""
    home = tmp_path_factory.mktemp("jupyter")
    (home / "config" / "labconfig").mkdir(parents=True)
    (home / "config" / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    folder = shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*", "_*"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(), folder)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": lab.token,
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"]
    command += [f"--{name}={value}" for name, value in options.items()]
    folders = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with (home / "log").open("w+", encoding="utf-8") as log:
        server = subprocess.Popen(command, env=os.environ | folders, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wait_for_server(lab, server, log)
            yield lab
            lab.ask("shutdown", "POST")
            server.wait(timeout=30)
        finally:
            server.kill()
            server.wait()


def wait_for_server(lab, server, log):
    """Return when the server answers; fail with its log if it ends, or takes more than a minute."""
    for _ in range(240):
        try:
            return lab.ask("status")
        except OSError:
            time.sleep(0.25)
        if server.poll() is not None:
            break
    log.seek(0)
    return pytest.fail(f"JupyterLab did not start:\n{log.read()}", pytrace=False)


@pytest.fixture
def kernel_messages():
    """The types of the messages that the test's page has sent to its kernels, filled by `page`."""
    return []


@pytest.fixture
def complaints():
    """Console errors, uncaught exceptions, failed requests and requests to elsewhere, filled by `page`."""
    return []


@pytest.fixture
def page(browser, lab, kernel_messages, complaints):
    """A page of 1280 x 720 that fails its test in the end if there are complaints."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=lab.url)
    page = context.new_page()

    def hear(message):
        if message.type == "error":
            complaints.append(f"console: {message.text} ({message.location.get('url')})")

    def check_address(url):
        if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname != "127.0.0.1":
            complaints.append(f"request to elsewhere: {url}")

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # that is the page's own doing, when it moves on
            complaints.append(f"failed: {request.url} {request.failure}")

    def note(frame):
        frame = frame.encode() if isinstance(frame, str) else frame
        kernel_messages.extend(kind.decode() for kind in re.findall(rb'"msg_type": ?"(\w+)"', frame)[:1])

    def follow(websocket):
        check_address(websocket.url)
        if "/api/kernels/" in websocket.url:
            websocket.on("framesent", note)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on("requestfailed", failed)
    page.on("request", lambda request: check_address(request.url))
    page.on("websocket", follow)
    yield page
    heard = list(complaints)  # what comes after is the noise of leaving
    page.goto("about:blank")
    for session in lab.ask("sessions"):
        lab.ask(f"sessions/{session['id']}", "DELETE")
    context.close()
    assert heard == []


@pytest.fixture
def notebook(lab):
    """``notebook(cells) -> name``: a cell is its source, or a cell made with nbformat."""

    def write(cells):
        cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
        name = f"notebook_{secrets.token_hex(4)}"
        nbformat.write(new_notebook(cells=cells, metadata=metadata), lab.folder / f"{name}.ipynb")
        return name

    return write


@pytest.fixture
def open_lesson(lab):
    """``open_lesson(page, name, run=True)``: returns when the kernel is ready, and every cell was run."""

    def open_lesson(page, name, run=True):
        page.goto(f"/doc/tree/{name.removesuffix('.ipynb')}.ipynb?token={lab.token}&reset")
        page.wait_for_function(KERNEL_IS_READY, timeout=60 * SECOND)
        if run:
            page.evaluate(RUN_ALL_CELLS)
            page.wait_for_function("() => window.ranAllCells", timeout=180 * SECOND)
            unfinished = [cell for cell in page.evaluate(CODE_CELLS) if not cell["finished"] or cell["errors"]]
            assert unfinished == []

    return open_lesson


@pytest.fixture
def websocket_messages(kernel_messages):
    """``websocket_messages(page) -> list``: equal before and after some action, if that asked nothing of the kernel."""

    def websocket_messages(page):
        page.wait_for_timeout(500)  # a message may be held back for a moment
        return list(kernel_messages)

    return websocket_messages


@pytest.fixture
def key_to_paint():
    """``key_to_paint(page, selector, key, n, picture=None) -> list``: presses the key n times on the selected element.

    Each press has to change the picture: all of the cell's output, or what the selector `picture` finds.
    """

    def key_to_paint(page, selector, key, n, picture=None):
        times = []
        for _ in range(n):
            page.locator(selector).evaluate(TIME_NEXT_KEY, picture)
            page.keyboard.press(key)
            times.append(page.evaluate("() => window.keyToPaint"))
            page.wait_for_timeout(250)
        return times

    return key_to_paint


@pytest.fixture
def screenshot():
    """``screenshot(page, name) -> path``: what a person would see now, in artefacts/."""

    def screenshot(page, name):
        path = ROOT / "artefacts" / f"{name}.png"
        page.screenshot(path=path)
        return path

    return screenshot
