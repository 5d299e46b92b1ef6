"""JupyterLab on loopback and a browser in front of it, as tests and the latency bench start them.

* ``serve(home)``: the server, on a copy of the lessons in the folder `home`
* ``chromium()``: the browser; ``open_page(browser, lab)``: JupyterLab in it, nothing open
* ``write_notebook(lab, cells) -> name``: a notebook in the server's folder
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import ProxyHandler, Request, build_opener

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from .reader import SECOND

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"]
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
SIZE = {"width": 1280, "height": 720}


class MissingError(Exception):
    """This machine has no browser, or nothing to drive it with; the text says which."""


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


@contextmanager
def chromium():
    """Chromium, or another browser of its family, as this machine has it: nothing is downloaded."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise MissingError('Playwright; pip install -e ".[browser]" brings it') from None
    with sync_playwright() as playwright:
        candidates = [*map(shutil.which, BROWSERS), playwright.chromium.executable_path]
        path = next((path for path in candidates if path and Path(path).exists()), None)
        if not path:
            raise MissingError("Chromium")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@contextmanager
def serve(home):
    """JupyterLab on the loopback address, with settings of its own, on a copy of the lessons."""
    (home / "config" / "labconfig").mkdir(parents=True)
    (home / "config" / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    folder = shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*", "_*"))
    port = free_port()
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
        "IPYTHONDIR": str(home / "ipython"),
    }
    with running(lab, command, home / "log", os.environ | folders):
        yield lab


@contextmanager
def running(lab, command, log, environment, cwd=None):
    """Within, the server that a command starts answers; what it says is written to the file `log`.

    It talks to its kernels through files, where the system can: of two servers that look for a free port at the same
    time, both may find the same one. The files have a folder of their own, as the system limits how long a path is.
    """
    if os.name == "posix":
        command = [*command, "--KernelManager.transport=ipc"]
    with TemporaryDirectory() as runtime, log.open("w+", encoding="utf-8") as log:
        environment = environment | {"JUPYTER_RUNTIME_DIR": runtime}
        server = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wait_for_server(lab, server, log)
            yield
            lab.ask("shutdown", "POST")
            server.wait(timeout=30)
        finally:
            server.kill()
            server.wait()


def free_port():
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for_server(lab, server, log):
    """Return when the server answers; raise a RuntimeError with its log if it ends, or takes more than a minute."""
    for _ in range(240):
        try:
            return lab.ask("status")
        except OSError:
            time.sleep(0.25)
        if server.poll() is not None:
            break
    log.seek(0)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")


@contextmanager
def open_page(browser, lab, script=""):
    """JupyterLab in 1280 x 720, nothing open; a script runs before the page's own."""
    with browser.new_context(viewport=SIZE, base_url=lab.url) as context:
        context.add_init_script(script)
        page = context.new_page()
        page.goto(f"/doc?token={lab.token}&reset")
        page.wait_for_function("() => window.jupyterapp?.restored", timeout=60 * SECOND)
        yield page


def write_notebook(lab, cells):
    """Write a notebook to the server's folder, and return its name; a cell is its source, or made with nbformat."""
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    name = f"notebook_{secrets.token_hex(4)}"
    nbformat.write(new_notebook(cells=cells, metadata=metadata), lab.folder / f"{name}.ipynb")
    return name
