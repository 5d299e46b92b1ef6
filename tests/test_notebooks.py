"""What strict nbval leaves unseen in a committed lesson; each guard is a function ``complaints(nb) -> list[str]``."""

import base64
import io
import itertools
import json
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LESSONS = [
    "00_start_here",
    "01_forward_pass_and_loss",
    "02_output_weights",
    "03_hidden_weights",
    "04_input_weights",
    "05_gradient_descent",
    "06_vanishing_and_exploding",
    "07_train_on_a_real_series",
]

LONGEST_CELL, LONGEST_MEDIAN = 20, 5  # lines of code
SHORTEST_TEXT = 40  # characters, for what a picture shows

WIDGET = "application/vnd.jupyter.widget-view+json"
SAVED_WIDGETS = "application/vnd.jupyter.widget-state+json"
PNG_IN_HTML = re.compile(r"data:image/png;base64,([0-9A-Za-z+/=]+)")
REPR = re.compile(r"<.*>|[A-Z]\w+\((\w+=.*)?\)", re.DOTALL)  # <Figure size 640x480 with 1 Axes>, VBox(children=(...))
WARNING = re.compile(r"\w*Warning\b")
DOWNLOAD = re.compile(r"https?://|\b(urlopen|urlretrieve|wget|curl|pip install)\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.<-])/(home|Users|root|tmp|var|opt|usr|mnt|srv)/\w|[A-Z]:\\+Users|site-packages|" + re.escape(str(ROOT))
)


# What the guards look at


def code_cells(nb):
    """The code cells, each with its number on the page, from 1."""
    return [(number, cell) for number, cell in enumerate(nb.cells, 1) if cell.cell_type == "code"]


def outputs(nb):
    """Every output, with the number of its cell."""
    return [(number, output) for number, cell in code_cells(nb) for output in cell.outputs]


def bundles(nb):
    """Every output that is a mime bundle, with the number of its cell."""
    return [(number, output.data) for number, output in outputs(nb) if "data" in output]


def texts(nb):
    """Everything that was printed or shown as text, with the number of its cell; pixels are left out."""
    for number, output in outputs(nb):
        if output.output_type == "stream":
            yield number, output.text
        for kind, text in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield number, PNG_IN_HTML.sub("", text)


def saved_widgets(nb):
    """The widgets that were saved with the notebook."""
    return nb.metadata.get("widgets", {}).get(SAVED_WIDGETS, {}).get("state", {}).values()


# The guards


def cells_run_in_order(nb):
    """Each code cell was run once, from top to bottom: nbval passes a cell that was never run."""
    counts = [cell.execution_count for _, cell in code_cells(nb)]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"the cells were run as {counts}, not as 1, 2, 3, ..."]


def outputs_kept(nb):
    """The lesson was committed with what its cells show."""
    return [] if outputs(nb) or not code_cells(nb) else ["no cell has an output"]


def no_errors(nb):
    """No cell raises, but for those that say so with the tag raises-exception."""
    return [
        f"cell {number} raises {output.ename}: {output.evalue}"
        for number, cell in code_cells(nb)
        for output in cell.outputs
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", [])
    ]


def no_warnings(nb):
    """Nothing was written to stderr, and no warning was printed."""
    stderr = [f"cell {number} writes to stderr" for number, output in outputs(nb) if output.get("name") == "stderr"]
    shown = [f"cell {number} shows a {found[0]}" for number, text in texts(nb) if (found := WARNING.search(text))]
    return stderr + shown


def kernel_is_python3(nb):
    """The notebook opens with the kernel that every installation has."""
    name = nb.metadata.get("kernelspec", {}).get("name")
    return [] if name == "python3" else [f"the kernel is {name}, not python3"]


def pictures_show_something(nb):
    """Every PNG, on its own or inside HTML, can be decoded, and has more than one colour."""
    pictures = [(number, data["image/png"]) for number, data in bundles(nb) if "image/png" in data]
    for number, data in bundles(nb):
        pictures += [(number, png) for png in PNG_IN_HTML.findall(data.get("text/html", ""))]
    return [f"cell {number} has a {fault} picture" for number, png in pictures if (fault := fault_of_picture(png))]


def fault_of_picture(png):
    """ "broken" or "blank", or None for a picture that shows something."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    except Exception:  # whatever a decoder says to bytes that are no picture
        return "broken"
    page = Image.new("RGBA", picture.size, "white")
    colours = Image.alpha_composite(page, picture).convert("RGB").getextrema()
    return "blank" if all(least == most for least, most in colours) else None


def pictures_have_text(nb):
    """Beside every picture and widget there is HTML and text that says what it shows: nbval compares these."""
    found = []
    for number, data in bundles(nb):
        if "image/png" in data or WIDGET in data:
            text = data.get("text/plain", "").strip()
            if "text/html" not in data:
                found.append(f"cell {number} has a picture without text/html")
            if len(text) < SHORTEST_TEXT or REPR.fullmatch(text):
                found.append(f"cell {number} has a picture whose text/plain is only {text[:SHORTEST_TEXT]!r}")
    return found


def cells_are_short(nb):
    """No code cell is long, and half of them are shorter still."""
    lengths = {number: len(cell.source.splitlines()) for number, cell in code_cells(nb)}
    found = [f"cell {number} has {length} lines" for number, length in lengths.items() if length > LONGEST_CELL]
    median = statistics.median(lengths.values()) if lengths else 0
    return found + ([f"the median cell has {median} lines"] if median > LONGEST_MEDIAN else [])


def headings_are_an_outline(nb):
    """One title, on top, and no level is jumped over on the way down."""
    headings = []
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type == "markdown":
            prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            headings += [(number, len(signs)) for signs in re.findall(r"^(#{1,6})\s", prose, re.MULTILINE)]
    titles = [number for number, level in headings if level == 1]
    found = [] if titles == [1] else [f"titles (#) are in cells {titles}, not in cell 1 alone"]
    steps = itertools.pairwise(headings)
    return found + [f"cell {number} jumps from H{a} to H{b}" for (_, a), (number, b) in steps if b > a + 1]


def widgets_are_sound(nb):
    """No widget holds a traceback: the run stays green when a callback raises."""
    return [
        f"a saved {widget['model_name']} holds an error"
        for widget in saved_widgets(nb)
        if "Traceback" in json.dumps(widget)
        or any(output["output_type"] == "error" for output in widget["state"].get("outputs", []))
    ]


def nothing_is_downloaded(nb):
    """The code runs without a network; a comment may name a source."""
    codes = [(number, re.sub(r"(^|\s)#.*", "", cell.source)) for number, cell in code_cells(nb)]
    return [f"cell {number} calls the network: {found[0]}" for number, c in codes if (found := DOWNLOAD.search(c))]


def no_machine_paths(nb):
    """Nothing tells where the author's files are."""
    places = [(f"cell {number}", cell.source) for number, cell in enumerate(nb.cells, 1)]
    places += [(f"an output of cell {number}", text) for number, text in texts(nb)]
    places += [("a saved widget", PNG_IN_HTML.sub("", json.dumps(widget))) for widget in saved_widgets(nb)]
    return [f"{place} names the path {found[0]}" for place, text in places if (found := MACHINE_PATH.search(text))]


GUARDS = [
    cells_run_in_order,
    outputs_kept,
    no_errors,
    no_warnings,
    kernel_is_python3,
    pictures_show_something,
    pictures_have_text,
    cells_are_short,
    headings_are_an_outline,
    widgets_are_sound,
    nothing_is_downloaded,
    no_machine_paths,
]


def each_guard(test):
    """Run `test` for each guard, under the guard's name."""
    return pytest.mark.parametrize("complaints", GUARDS, ids=lambda guard: guard.__name__)(test)


def test_the_lessons_are_there():
    """The course has these lessons, in this order; it may have more."""
    assert [path.stem for path in NOTEBOOKS if path.stem in LESSONS] == LESSONS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@each_guard
def test_lesson_passes_the_guard(path, complaints):
    """Nothing to complain about in any lesson."""
    assert complaints(nbformat.read(path, as_version=4)) == []


# The guards are guarded: each has to be silent about a sound lesson, and complain about a broken one


def png(*pixels):
    """The base64 of a PNG, one pixel high, of these grey values."""
    picture, file = Image.new("L", (len(pixels), 1)), io.BytesIO()
    picture.putdata(pixels)
    picture.save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


def saved(model_name, **state):
    """Notebook metadata with one saved widget."""
    return {SAVED_WIDGETS: {"state": {"1": {"model_name": model_name, "state": state}}}}


def sound_lesson():
    """A title, a cell that shows a picture (cell 2), and a cell that prints a number (cell 3)."""
    data = {
        "image/png": png(0, 255),
        "text/html": f"<img alt='two pixels' src='data:image/png;base64,{png(0, 255)}'>",
        "text/plain": "The left pixel is black, the right pixel is white.",
    }
    cells = [
        new_markdown_cell("# Look at two pixels\n\n## See\n\n```\n# no title\n```"),
        new_code_cell("picture", execution_count=1),
        new_code_cell("print(6 * 7)  # source: https://example.org", execution_count=2),
    ]
    cells[1].outputs = [new_output("execute_result", data, execution_count=1)]
    cells[2].outputs = [new_output("stream", name="stdout", text="42\n")]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def error(**metadata):
    """A cell that raised."""
    output = new_output("error", ename="ValueError", evalue="no", traceback=[])
    return new_code_cell("fail()", execution_count=3, metadata=metadata, outputs=[output])


def cleared(nb):
    """Take all outputs and execution counts away."""
    for _, cell in code_cells(nb):
        cell.update(outputs=[], execution_count=None)


def picture(nb):
    """The mime bundle of the sound lesson's picture."""
    return nb.cells[1].outputs[0].data


def printed(nb):
    """What the sound lesson prints."""
    return nb.cells[2].outputs[0]


BROKEN = {
    "a cell not run": (cells_run_in_order, lambda nb: nb.cells[2].update(execution_count=None)),
    "a cell run again": (cells_run_in_order, lambda nb: nb.cells[2].update(execution_count=7)),
    "no cell run": (cells_run_in_order, cleared),
    "no output": (outputs_kept, cleared),
    "an error": (no_errors, lambda nb: nb.cells.append(error())),
    "something on stderr": (no_warnings, lambda nb: printed(nb).update(name="stderr")),
    "a warning": (no_warnings, lambda nb: printed(nb).update(text="RuntimeWarning: overflow")),
    "another kernel": (kernel_is_python3, lambda nb: nb.metadata.kernelspec.update(name="rnn-env")),
    "no kernel": (kernel_is_python3, lambda nb: nb.metadata.pop("kernelspec")),
    "a broken picture": (pictures_show_something, lambda nb: picture(nb).update({"image/png": "bm90IGEgcG5n"})),
    "a blank picture": (pictures_show_something, lambda nb: picture(nb).update({"image/png": png(7, 7)})),
    "a blank picture in HTML": (
        pictures_show_something,
        lambda nb: picture(nb).update({"text/html": f"<img src='data:image/png;base64,{png(7, 7)}'>"}),
    ),
    "a picture without HTML": (pictures_have_text, lambda nb: picture(nb).pop("text/html")),
    "a picture without text": (pictures_have_text, lambda nb: picture(nb).pop("text/plain")),
    "a picture with little text": (pictures_have_text, lambda nb: picture(nb).update({"text/plain": "Two pixels."})),
    "a picture with a repr": (
        pictures_have_text,
        lambda nb: picture(nb).update({"text/plain": "<Figure size 640x480 with 1 Axes, and that is all>"}),
    ),
    "a widget with a repr": (
        pictures_have_text,
        lambda nb: picture(nb).update({WIDGET: {}, "text/plain": "VBox(children=(IntSlider(value=3, max=10),))"}),
    ),
    "a long cell": (cells_are_short, lambda nb: nb.cells[1].update(source=21 * "1\n")),
    "many middling cells": (cells_are_short, lambda nb: [cell.update(source=6 * "1\n") for cell in nb.cells]),
    "no title": (headings_are_an_outline, lambda nb: nb.cells[0].update(source="Look at two pixels")),
    "two titles": (headings_are_an_outline, lambda nb: nb.cells.append(new_markdown_cell("# Look again"))),
    "a jump in level": (headings_are_an_outline, lambda nb: nb.cells.append(new_markdown_cell("#### Detail"))),
    "a traceback in a widget": (
        widgets_are_sound,
        lambda nb: nb.metadata.update(widgets=saved("HTMLModel", value="<pre>Traceback (most recent call last)</pre>")),
    ),
    "an error in a widget": (
        widgets_are_sound,
        lambda nb: nb.metadata.update(widgets=saved("OutputModel", outputs=[error().outputs[0]])),
    ),
    "a download": (nothing_is_downloaded, lambda nb: nb.cells[2].update(source="read('https://example.org/x.csv')")),
    "an installation": (nothing_is_downloaded, lambda nb: nb.cells[2].update(source="%pip install numpy")),
    "a path in the code": (no_machine_paths, lambda nb: nb.cells[2].update(source="open('/home/me/x.csv')")),
    "a path in an output": (no_machine_paths, lambda nb: printed(nb).update(text=r"C:\Users\me\x.csv")),
    "the path of the checkout": (no_machine_paths, lambda nb: printed(nb).update(text=f"in {ROOT}")),
    "a path in a widget": (
        no_machine_paths,
        lambda nb: nb.metadata.update(widgets=saved("HTMLModel", value="file:///home/me/x.csv")),
    ),
}


@each_guard
def test_guard_is_silent_about_a_sound_lesson(complaints):
    """A guard that always complains would say nothing."""
    assert complaints(sound_lesson()) == []


@pytest.mark.parametrize("fault", BROKEN)
def test_guard_complains_about_a_lesson_with(fault):
    """A guard that never complains would say nothing either."""
    complaints, break_lesson = BROKEN[fault]
    nb = sound_lesson()
    break_lesson(nb)
    assert complaints(nb)


def test_every_guard_has_been_seen_complaining():
    """A guard that is added without a broken lesson is found here."""
    assert {complaints for complaints, _ in BROKEN.values()} == set(GUARDS)


def test_an_expected_error_is_no_complaint():
    """A lesson may show an error on purpose, if the cell's tag says so."""
    nb = sound_lesson()
    nb.cells.append(error(tags=["raises-exception"]))
    assert no_errors(nb) == []


# Strict nbval is guarded too: with this project's configuration it has to see one wrong digit


def nbval(nb, folder):
    """The exit code of strict nbval on a lesson in a tree like this one, and what it printed."""
    for name in ("notebooks/conftest.py", "tests/nbval_sanitize.cfg"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    path = folder / "notebooks" / "lesson.ipynb"
    nbformat.write(nb, path)
    options = ["-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider", "--nbval"]
    done = subprocess.run([sys.executable, "-m", "pytest", *options, path], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def printing_lesson(outcome):
    """A notebook that prints an address, pixels and the product of 6 and 7, committed with `outcome`."""
    nb = sound_lesson()
    nb.cells = nb.cells[2:]
    nb.cells[0].source = "print(object(), 'data:image/png;base64,AAAA', 6 * 7)"
    nb.cells[0].update(execution_count=1)
    nb.cells[0].outputs[0].text = outcome
    return nb


def test_nbval_passes_what_only_differs_in_address_and_pixels(tmp_path):
    """The file nbval_sanitize.cfg is in force, also for a plain ``pytest --nbval``."""
    nb = printing_lesson("<object object at 0x7f0123456789> data:image/png;base64,BBBB 42\n")
    code, report = nbval(nb, tmp_path)
    assert code == 0, report


def test_nbval_fails_on_one_wrong_digit(tmp_path):
    """A number that a lesson shows is the number that rnnlib computes."""
    nb = printing_lesson("<object object at 0x7f0123456789> data:image/png;base64,BBBB 43\n")
    code, report = nbval(nb, tmp_path)
    assert code == 1, report


def test_nbval_passes_a_cleared_lesson_and_the_guards_do_not(tmp_path):
    """Why the guards are needed: to nbval, a lesson without any output is a lesson without any mistake."""
    nb = printing_lesson("43\n")
    cleared(nb)
    code, report = nbval(nb, tmp_path)
    assert code == 0, report
    assert cells_run_in_order(nb)
    assert outputs_kept(nb)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_lead_to_lessons_that_are_there(path):
    """Every link to another notebook finds it."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    for target in re.findall(r"\]\(([^)]+\.ipynb)\)", "\n".join(cells)):
        assert (path.parent / target).exists(), target
