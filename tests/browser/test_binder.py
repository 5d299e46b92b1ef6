"""Binder: repo2docker's plan for this checkout, and the first lesson in what the plan makes.

Making it takes most of a minute; ``pytest tests/browser -k "not binder"`` leaves it out.
"""

import re
import shutil
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from rnnlib import cycle
from rnnlib.explain import scene
from rnnlib.tasks import three_steps

from .binder import build, plan, serve
from .conftest import ROOT, SIZE, watched
from .reader import SECOND, open_and_run

PIP = '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"'
POST_BUILD = ["chmod +x binder/postBuild", "./binder/postBuild"]
SENTENCE = ".rnn-stepper output"
TO_THE_TOP = "() => jupyterapp.shell.currentWidget.content.scrollToItem(0, 'start')"
IS_SHOWN = "selector => document.querySelector(selector)?.checkVisibility()"


@pytest.fixture
def checkout(tmp_path):
    """A copy of all that repo2docker looks at."""
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "binder", tmp_path / "binder")
    return tmp_path


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The plan for this checkout, carried out."""
    return build(plan(ROOT), tmp_path_factory.mktemp("binder"))


def test_repo2docker_plans_what_binder_asks_for(checkout):
    """The Python that is named; pip in the root of the copied checkout, then postBuild; nothing else after the copy."""
    planned = plan(checkout)
    assert planned.build_pack == "PythonBuildPack"
    assert f"python-{planned.python}" == (checkout / "binder" / "runtime.txt").read_text().strip()
    assert planned.after == [PIP, *POST_BUILD]
    assert not [command for command in planned.before if "pip install" in command]


@pytest.mark.parametrize(
    ("lost", "python", "commands"),
    [
        ("binder/runtime.txt", "3.10", [PIP, *POST_BUILD]),
        ("binder/requirements.txt", "3.12", POST_BUILD),
        ("binder/postBuild", "3.12", [PIP]),
        ("binder", "3.14", [PIP.replace("binder/", ""), PIP.replace('-r "binder/requirements.txt"', ".")]),
    ],
)
def test_every_file_of_binder_is_needed(checkout, lost, python, commands):
    """Without one of them, or without the folder, there is another Python or less is done."""
    (checkout / lost).rename(checkout / "lost")
    planned = plan(checkout)
    assert (planned.python, planned.after) == (python, commands)


def test_requirements_that_are_only_names_are_installed_too_early(checkout):
    """It is the -r line that lets pip wait for the checkout, which -e . needs."""
    (checkout / "binder" / "requirements.txt").write_text("numpy\n")
    planned = plan(checkout)
    assert PIP in planned.before
    assert planned.after == POST_BUILD


def test_a_patch_version_of_python_is_refused(checkout):
    """runtime.txt says python-3.12, and may not say python-3.12.1."""
    (checkout / "binder" / "runtime.txt").write_text("python-3.12.1\n")
    with pytest.raises(ValueError, match=r"x\.y"):
        plan(checkout)


def test_the_requirements_replace_nothing_of_the_base(image):
    """What the image has before is there afterwards, in the same versions."""
    assert len(image.base) > 50
    assert image.base.items() <= image.versions().items()


def test_the_launch_link_leads_to_a_lesson_that_steps(image, browser, complaints, screenshot, record_property):
    """The first stepper moves as soon as it is seen, and again when all cells were run; nothing goes wrong."""
    (launch,) = re.findall(r"https://mybinder\.org/v2\S+", (ROOT / "README.md").read_text(encoding="utf-8"))
    (lesson,) = parse_qs(urlsplit(launch).query)["labpath"]
    task = three_steps()
    sentences = scene(cycle(task.weights, task.x, task.y, task.O0, "Wh")).sentences
    with browser.new_context(viewport=SIZE) as context:
        page = context.new_page()

        def step():
            page.wait_for_function(IS_SHOWN, arg=SENTENCE, timeout=60 * SECOND)
            assert page.locator(SENTENCE).first.inner_text() == sentences[0]
            page.get_by_role("button", name="Next").first.click()
            assert page.locator(SENTENCE).first.inner_text() == sentences[1]

        start = time.monotonic()
        with serve(image) as lab, watched(page, complaints, []):
            image.note("server answers", start)
            page.goto(f"{lab.url}/doc/tree/{lesson}?token={lab.token}")  # what BinderHub makes of a labpath
            step()
            image.note("from its start to the first step, before any cell is run", start)
            open_and_run(page, lesson)
            page.evaluate(TO_THE_TOP)
            step()
            image.note("from its start to a step after Run All", start)
            screenshot(page, "binder")
            assert page.get_by_text("Jupyter news").count() == 0  # a question that would lie over the picture
            heard = list(complaints)  # what comes after is the noise of leaving
            page.goto("about:blank")
    for what, value in image.took.items():
        print(f"{what}: {value}")
        record_property(what, value)
    assert heard == []
