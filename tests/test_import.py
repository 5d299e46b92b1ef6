"""`import rnnlib` is numpy and nothing else, and its modules stand in reading order."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import rnnlib

PACKAGE = Path(rnnlib.__file__).parent
READING_ORDER = re.findall(r"\w+", re.search(r"in reading order: ([^;]*);", rnnlib.__doc__)[1])


def loaded_by(code):
    """The names of all modules that a fresh interpreter has loaded after running the code, and not before it."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before))"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=PACKAGE.parent).stdout.split()


def test_importing_rnnlib_loads_numpy_and_nothing_else():
    """No matplotlib, no ipywidgets, no anywidget, no IPython: nothing but numpy and what is Python's own."""
    loaded = {name.partition(".")[0] for name in loaded_by("import rnnlib")}
    assert {"rnnlib", "numpy"} <= loaded
    assert {name for name in loaded if name not in sys.stdlib_module_names} == {"rnnlib", "numpy"}


def test_importing_rnnlib_loads_no_picture_and_no_widget():
    """Of the package itself, only what stands in reading order."""
    own = {name for name in loaded_by("import rnnlib") if name.startswith("rnnlib.")}
    assert own <= {f"rnnlib.{name}" for name in READING_ORDER}


def test_every_public_name_is_there_and_explained():
    """__all__ is sorted, holds what can be imported, and each has a docstring."""
    assert list(rnnlib.__all__) == sorted(rnnlib.__all__)
    for name in rnnlib.__all__:
        assert getattr(rnnlib, name).__doc__
    for name in ("Weights", "forward", "backward", "chain", "update"):
        assert name in rnnlib.__all__


@pytest.mark.parametrize("name", READING_ORDER)
def test_a_module_needs_only_what_was_read_before(name):
    """The list of the docstring is the order of imports: no module takes anything from a later one."""
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    needed = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 1}
    assert needed <= set(READING_ORDER[: READING_ORDER.index(name)])


@pytest.mark.parametrize("name", READING_ORDER)
def test_a_module_says_what_it_is_for(name):
    """One docstring for the file, and one for everything in it that does not begin with an underscore."""
    module = import_module(f"rnnlib.{name}")
    assert module.__doc__
    for thing in vars(module).values():
        if getattr(thing, "__module__", None) == module.__name__ and hasattr(thing, "__qualname__"):
            assert thing.__doc__ or thing.__name__ == "<lambda>"
