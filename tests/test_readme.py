"""What the README says is so."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import rnnlib

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
MODULES = re.findall(r"^\| `(\w+)/?` \|", README, re.MULTILINE)
LINKS = {target for target in re.findall(r"\]\(([^)]+)\)", README) if not target.startswith("https://")}


def test_the_two_commands_are_single_lines_that_every_shell_understands():
    """No pipes, variables, quotes or paths: bash, zsh, PowerShell and cmd read them alike."""
    commands = [text.splitlines() for language, text in BLOCKS if not language]
    assert commands == [["python notebooks"], ["python tests"]]
    for (command,) in commands:
        assert (ROOT / command.split()[1] / "__main__.py").exists()


def test_the_example_runs():
    """The lines under "The library" do what their comments say."""
    (code,) = [text for language, text in BLOCKS if language == "python"]
    names = {}
    exec(code, names)
    grads = names["grads"]
    np.testing.assert_array_equal(grads.dL_dWh_terms.sum(axis=0), grads.dL_dWh)
    assert names["w"] is not grads.trace.weights


@pytest.mark.parametrize("target", sorted(LINKS))
def test_every_link_leads_somewhere(target):
    """Files that are named exist; the picture is made by the project's own code."""
    assert (ROOT / target).exists()


def test_every_lesson_has_its_row():
    """The table lists each notebook once, in order."""
    listed = re.findall(r"\]\(notebooks/([\w.]+)\)", README)
    assert listed == [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def test_the_address_of_binder_is_one_marked_placeholder():
    """It stands in one place, and a sentence says who replaces it."""
    assert len(re.findall(r"mybinder.org/v2", README)) == 1
    assert "placeholder" in README
    assert "whoever publishes this repository" in README


def test_every_module_is_on_the_map():
    """The map lists all modules and packages of rnnlib, and nothing else."""
    there = {path.stem for path in (ROOT / "rnnlib").glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in (ROOT / "rnnlib").glob("*/__init__.py")}
    assert set(MODULES) == there
    assert len(MODULES) == len(there)


def test_the_package_lists_its_modules_in_the_same_order():
    """What `help(rnnlib)` says is the map without its packages."""
    (listed,) = re.findall(r"in reading order: ([^;]*);", rnnlib.__doc__)
    assert re.findall(r"\w+", listed) == [name for name in MODULES if (ROOT / "rnnlib" / f"{name}.py").exists()]


def imported(module):
    """The modules of rnnlib that a module imports."""
    path = ROOT / "rnnlib" / f"{module}.py"
    files = [path] if path.exists() else sorted((ROOT / "rnnlib" / module).glob("*.py"))
    found = set()
    for file in files:
        level = 1 if file is path else 2
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == level:
                found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_reading_order_is_import_order(module):
    """A module imports only what stands above it: the map can be read from top to bottom, and data flow one way."""
    assert imported(module) <= set(MODULES[: MODULES.index(module)])
