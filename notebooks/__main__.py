"""Install what the lessons need, and open the first one in JupyterLab: ``python notebooks``."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (whoever has an older Python should read a sentence)
    sys.exit(f"The course needs Python 3.11 or newer; {sys.executable} is Python {sys.version.split()[0]}.")

import re
import shutil
import subprocess
from importlib import metadata, util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"


def run(*command):
    """Run `command` in the checkout, leave Ctrl-C to it, and return its exit code."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def enter_environment():
    """Stay in the virtual or conda environment of this Python, or else start again in the checkout's own."""
    if sys.prefix != sys.base_prefix or Path(sys.prefix, "conda-meta").exists():
        return
    python = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists() and run(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"Python could not make the virtual environment {VENV}; the reason is above.")
    sys.exit(run(python, Path(sys.argv[0]).resolve(), *sys.argv[1:]))


def is_installed(requirement):
    """Whether a line of requirements.txt is met; `-e .` is, when `import rnnlib` finds this checkout."""
    if requirement == "-e .":
        rnnlib = util.find_spec("rnnlib")
        return rnnlib is not None and ROOT / "rnnlib" in map(Path, rnnlib.submodule_search_locations)
    try:
        version = release(metadata.version(re.match(r"[\w.-]+", requirement)[0]))
    except metadata.PackageNotFoundError:
        return False
    bounds = re.findall(r"(>=|<)\s*([\d.]+)", requirement)
    return all((version < release(bound)) == (sign == "<") for sign, bound in bounds)


def release(version):
    """The numbers of a version, which compare as versions do: "4.2.0" as [4, 2, 0]."""
    return [int(number) for number in re.findall(r"\d+", version)]


def install(requirements, *pip_arguments):
    """Call pip with `pip_arguments`, unless all `requirements` are met: that needs no network and no time."""
    if all(map(is_installed, requirements)):
        return
    if run(sys.executable, "-m", "pip", "install", *pip_arguments):
        sys.exit("pip could not install what the course needs; the reason is above.")


if __name__ == "__main__":
    enter_environment()
    requirements = re.findall(r"^[\w-].*", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    install(requirements, "-r", "requirements.txt")
    first_page = "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
    sys.exit(run(sys.executable, "-m", "jupyterlab", first_page, *sys.argv[1:]))
