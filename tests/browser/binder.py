"""Binder without Docker: what repo2docker would do with a checkout, and that carried out on this machine.

* ``plan(folder) -> Plan``: the build pack, the Python, the versions and the commands that repo2docker chooses
* ``build(plan, folder) -> Image``: the same versions, files and commands in their order, in a folder
* ``serve(image)``: JupyterLab in that image as BinderHub starts it
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from .conftest import missing
from .lab import ROOT, Lab, free_port, running

COPY = "COPY --chown=1000:1000 src/ ${REPO_DIR}/"
BASE = ["ipywidgets", "jupyter-offlinenotebook", "jupyter-resource-usage", "jupyter_server", "jupyterlab", "notebook"]
OF_PIP = r"PIP_.*|.*_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE"  # how the pip of this machine reaches its index
LIST_FILES = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]


@dataclass(frozen=True)
class Plan:
    """What repo2docker chooses.

    build_pack, python: the name of the one, the version of the other
    locked: the version of every package that the image has before the course comes
    before, after: the commands before and after the checkout is copied into the image
    """

    build_pack: str
    python: str
    locked: dict
    before: list
    after: list


@dataclass(frozen=True)
class Image:
    """What the plan has made.

    home: the folder with the checkout, where the course is at home
    prefix: the environment
    took: what was measured, by name: the commands, the size
    base: the versions of all distributions before the plan's commands
    """

    home: Path
    prefix: Path
    took: dict = field(default_factory=dict)
    base: dict = field(default_factory=dict)

    def environment(self):
        """The variables that Binder's image sets, and no other."""
        folders = {"HOME": self.home, "REPO_DIR": self.home, "NB_PYTHON_PREFIX": self.prefix}
        folders |= {"KERNEL_PYTHON_PREFIX": self.prefix, "PATH": f"{self.prefix}/bin:/usr/bin:/bin"}
        return {name: str(folder) for name, folder in folders.items()} | {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}

    def run(self, *command):
        """Run a command of the build in the checkout, with this machine's settings for pip, and return its output."""
        settings = {name: value for name, value in os.environ.items() if re.fullmatch(OF_PIP, name, re.IGNORECASE)}
        settings["XDG_CONFIG_HOME"] = os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))
        environment = settings | self.environment()
        done = subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def note(self, what, start):
        """Note the seconds since the start."""
        self.took[f"{what}, s"] = round(time.monotonic() - start, 1)

    def versions(self):
        """All distributions that pip finds."""
        listed = json.loads(self.run(self.prefix / "bin" / "pip", "list", "--format=json"))
        return {package["name"]: package["version"] for package in listed}


def plan(folder):
    """Ask repo2docker, which detects and renders without Docker."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its logging library has moved a module
            from repo2docker import Repo2Docker, buildpacks
    except ImportError:
        missing('jupyter-repo2docker; pip install -e ".[browser]" brings it')
    with contextlib.chdir(folder):
        app = Repo2Docker()
        packs = (make(base_image=app.base_image) for make in app.buildpacks)
        pack = next(pack for pack in packs if pack.detect())
        pack.platform = "linux/amd64"
        before, after = (re.findall(r"^RUN (.*)", part, re.MULTILINE) for part in pack.render({}).split(COPY))
        sources = {Path(target).name: source for source, target in pack.get_build_script_files().items()}
        lock = Path(buildpacks.__file__).parent / sources["environment.lock"]
        locked = dict(re.findall(r"/([a-z][\w.-]*)-(\d[^-]*)-[^-/]+\.conda", lock.read_text(encoding="utf-8")))
        return Plan(type(pack).__name__, pack.python_version, locked, before, after)


def find_python(version):
    """Return the path of a Python of this version."""
    print_path = "import sys; print('%d.%d' % sys.version_info[:2], sys._base_executable)"
    for path in filter(None, [sys.executable, shutil.which(f"python{version}")]):
        environment = os.environ | {"PYENV_VERSION": version}  # pyenv leaves it open which of its versions is meant
        done = subprocess.run([path, "-c", print_path], env=environment, capture_output=True, text=True, check=False)
        if done.stdout.startswith(f"{version} "):
            return done.stdout.strip().removeprefix(f"{version} ")
    return missing(f"Python {version}")


def copy_checkout(home):
    """Copy the files that are committed, or would be: none that Git ignores."""
    if not shutil.which("git"):
        missing("Git")
    listed = subprocess.run(LIST_FILES, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, home / name)


def build(plan, folder):
    """Carry out the plan: the locked versions, the checkout, then the commands that come after it."""
    image = Image(folder / "home", folder / "env")
    copy_checkout(image.home)
    subprocess.run([find_python(plan.python), "-m", "venv", image.prefix], check=True)
    lock = folder / "lock.txt"
    lock.write_text("".join(f"{name}=={version}\n" for name, version in plan.locked.items()))
    start = time.monotonic()
    image.run(image.prefix / "bin" / "python", "-m", "pip", "install", "--no-cache-dir", "-c", lock, "pip", *BASE)
    image.note("base", start)
    image.base.update(image.versions())
    for command in plan.after:
        start = time.monotonic()
        image.run("bash", "-c", command)
        image.note(command, start)
    sizes = [path.lstat().st_size for path in image.prefix.rglob("*") if path.is_file()]
    image.took["size of the environment, MB"] = round(sum(sizes) / 1e6)
    return image


@contextlib.contextmanager
def serve(image):
    """Start JupyterLab as BinderHub does, with a user's path and a token, and wait until it answers."""
    port = free_port()
    lab = Lab(f"http://127.0.0.1:{port}/user/learner", secrets.token_hex(), image.home)
    options = {"base_url": "/user/learner/", "token": lab.token, "trust_xheaders": "True"}
    command = [image.prefix / "bin" / "jupyter-lab", "--ip=127.0.0.1", f"--port={port}"]
    command += [f"--{app}.{name}={value}" for app in ("NotebookApp", "ServerApp") for name, value in options.items()]
    command += ["--no-browser", "--allow-root", "--expose-app-in-browser"]  # these are not BinderHub's
    with running(lab, command, image.home.parent / "log", image.environment(), cwd=image.home):
        yield lab
