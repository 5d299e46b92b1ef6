"""What runs on GitHub, as far as it can be told from its files: which machines, which versions, which commands."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from oldest import oldest, pin
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
TESTS, SITE = WORKFLOWS["tests"]["jobs"], WORKFLOWS["site"]["jobs"]
TRIGGERS = True  # YAML reads the key "on" as true


def commands(job):
    """The commands of a job's steps."""
    return [step["run"] for step in job["steps"] if "run" in step]


def actions(job):
    """The actions that a job's steps use, without their versions."""
    return [step["uses"].split("@")[0] for step in job["steps"] if "uses" in step]


def python_of(job):
    """The one Python that a job sets up."""
    (version,) = [step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})]
    return version


def test_three_systems_run_the_command_of_the_readme():
    """Linux, macOS and Windows, with nothing prepared but Python."""
    job = TESTS["newest-dependencies"]
    assert job["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert job["runs-on"] == "${{ matrix.os }}"
    (command,) = commands(job)
    assert f"```\n{command}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_oldest_and_the_newest_python_are_taken():
    """The bound of requires-python, and the last of the classifiers, which follow one another without a gap."""
    first, last = TESTS["newest-dependencies"]["strategy"]["matrix"]["python"]
    named = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in PROJECT["classifiers"]]
    versions = [found[1] for found in named if found]
    assert (first, last) == (versions[0], versions[-1])
    assert SpecifierSet(f">={first}") == SpecifierSet(PROJECT["requires-python"])
    assert versions == [f"3.{minor}" for minor in range(int(first[2:]), int(last[2:]) + 1)]


def test_the_oldest_dependencies_run_with_the_oldest_python():
    """pip is bound to the lower bounds, and the command is the README's; it only leaves deprecations to others."""
    job = TESTS["oldest-dependencies"]
    assert python_of(job) == TESTS["newest-dependencies"]["strategy"]["matrix"]["python"][0]
    assert commands(job) == ["python tests/oldest.py > oldest.txt", "python tests -W ignore::DeprecationWarning"]
    assert job["steps"][-1]["env"] == {"PIP_CONSTRAINT": "oldest.txt"}


def test_the_oldest_versions_are_the_lower_bounds():
    """Every dependency of rnnlib and of its tests is pinned to the smallest version that pyproject.toml admits."""
    lines = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    assert len(oldest()) == len(lines)
    for requirement, pinned in zip(map(Requirement, lines), map(Requirement, oldest()), strict=True):
        (version,) = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        assert str(pinned) == f"{requirement.name}=={version}"
        assert version in requirement.specifier


@pytest.mark.parametrize("requirement", ["numpy", "numpy>2", "numpy>=2.0; python_version > '3.12'", "jupyterlab<5"])
def test_a_requirement_without_a_lower_bound_has_no_oldest_version(requirement):
    """It is named, and not left out."""
    with pytest.raises(ValueError, match=f"requirement is {re.escape(repr(requirement))}, must be like"):
        pin(requirement)


def test_all_checks_run_where_binder_can_be_built():
    """The container has the Python of binder/runtime.txt; pictures are kept whatever the outcome."""
    job = TESTS["all-checks"]
    version = (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    assert job["container"] == f"python:{version}-bookworm"
    assert commands(job) == [".ci/run"]
    kept = job["steps"][-1]
    assert kept["uses"].startswith("actions/upload-artifact@")
    assert kept["if"] == "always()"
    assert kept["with"]["path"] in (ROOT / ".gitignore").read_text().splitlines()


def test_the_site_is_published_from_main_only():
    """Every pull request builds it; only what is on main is published, by the only job that may."""
    assert "pull_request" in WORKFLOWS["site"][TRIGGERS]
    assert commands(SITE["build"])[-1].startswith("python -m rnnlib.pages site ")
    assert SITE["build"]["steps"][-1]["with"]["path"] == "site"
    assert actions(SITE["build"])[-1] == "actions/upload-pages-artifact"
    assert SITE["publish"]["if"] == "github.ref == 'refs/heads/main'"
    assert SITE["publish"]["needs"] == "build"
    assert actions(SITE["publish"]) == ["actions/configure-pages", "actions/deploy-pages"]
    assert SITE["publish"]["permissions"] == {"pages": "write", "id-token": "write"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_and_has_to_end(name):
    """No more is permitted than a checkout needs, unless a job says so; none runs for hours."""
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}
    for job, steps in WORKFLOWS[name]["jobs"].items():
        assert ("permissions" in steps) == (job == "publish")
        assert steps["timeout-minutes"] <= 30
