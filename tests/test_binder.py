"""What mybinder.org builds the course from, checked without a network: the folder ``binder``."""

import json
import os
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def bounds(lines):
    """Each requirement's name, and the versions it admits."""
    requirements = [Requirement(line) for line in lines if not line.startswith("-")]
    return {requirement.name: requirement.specifier for requirement in requirements}


def installed_on_binder():
    """The requirements that the one line of binder/requirements.txt leads to."""
    option, path = (BINDER / "requirements.txt").read_text().split()
    assert option == "-r"
    return (BINDER / path).read_text().splitlines()


def test_binder_has_a_python_that_rnnlib_accepts():
    """Without runtime.txt, or with a patch version in it, Binder takes another Python or none."""
    name, version = (BINDER / "runtime.txt").read_text().strip().split("-")
    assert name == "python"
    assert version.count(".") == 1
    assert version in SpecifierSet(PROJECT["requires-python"])


def test_binder_installs_all_that_rnnlib_needs_and_rnnlib():
    """requirements.txt repeats the dependencies of pyproject.toml with their bounds, then adds the checkout."""
    lines = installed_on_binder()
    assert bounds(PROJECT["dependencies"]).items() <= bounds(lines).items()
    assert lines[-1] == "-e ."


@pytest.mark.parametrize(("name", "version"), [("jupyterlab", "4.4.9"), ("ipywidgets", "8.1.7")])
def test_binder_keeps_the_jupyterlab_it_has(name, version):
    """repo2docker 2026.4.0 brings these versions; a bound above them would replace half of the image."""
    assert version in bounds(installed_on_binder())[name]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit, and Git there may change line ends")
def test_binder_can_execute_post_build():
    """Linux runs postBuild by its first line: that names bash, and no line ends in a carriage return."""
    script = (BINDER / "postBuild").read_bytes()
    assert script.startswith(b"#!/bin/bash\n")
    assert b"\r" not in script
    assert os.access(BINDER / "postBuild", os.X_OK)


def test_binder_asks_nothing_about_news():
    """Every launch is a first launch, and the question would lie over the picture; postBuild installs the settings."""
    settings = json.loads((BINDER / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert "install -D binder/overrides.json" in (BINDER / "postBuild").read_text(encoding="utf-8")
