"""The browser tests' own fixtures, on notebooks of a few lines: what fails here is not a lesson's fault."""

import statistics

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from .lab import ROOT
from .reader import Reader

SLIDER = """
import ipywidgets
slider, label = ipywidgets.IntSlider(), ipywidgets.Label("0")
slider.observe(lambda change: setattr(label, "value", str(change.new)), "value")
ipywidgets.VBox([slider, label])
"""
LABEL = ".jupyter-widgets.widget-label"
LATE_PICTURE = """
import anywidget
class Late(anywidget.AnyWidget):
    _esm = '''export default {{ render({{ el }}) {{
        el.innerHTML = `<button class="late">draw</button>{picture}`;
        const [button, picture] = el.children;
        button.onkeydown = () => {{
            el.dataset.pressed = true; // something changes at once, but not the picture
            setTimeout(() => {draw}, 200);
        }};
    }} }}'''
Late()
"""
IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='{}'/>"
LATE = {
    "canvas": {"picture": "<canvas></canvas>", "draw": "picture.getContext('2d').drawImage(picture, 0, 0)"},
    "image": {"picture": f'<img src="{IMAGE.format(1)}">', "draw": f'picture.src = "{IMAGE.format(2)}"'},
}


def test_notebook_runs_and_shows_its_output(page, notebook, open_lesson, screenshot):
    """Markdown is rendered, a cell is run, and the page has nothing to complain about."""
    open_lesson(page, notebook([new_markdown_cell("# A title"), "print(6 * 7)"]))
    assert page.locator("h1").inner_text().startswith("A title")
    assert page.locator(".jp-OutputArea-output").inner_text().strip() == "42"
    assert screenshot(page, "harness").stat().st_size > 0


def test_a_cell_that_raises_is_found(page, notebook, open_lesson):
    """A lesson whose cells stop half-way does not count as run."""
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        open_lesson(page, notebook(["1 / 0", "print(6 * 7)"]))


def test_an_expected_error_does_not_stop_a_lesson(page, notebook, open_lesson):
    """A cell with the tag raises-exception may raise, and the cells below it are run."""
    expected = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    open_lesson(page, notebook([expected, "print(6 * 7)"]))
    assert page.locator(".jp-OutputArea-output").last.inner_text().strip() == "42"


def test_old_outputs_do_not_count_as_run(page, notebook, open_lesson):
    """A notebook that is opened a second time is run a second time."""
    name = notebook(["import time; time.sleep(1); print(time.time())"])
    open_lesson(page, name)
    first = page.locator(".jp-OutputArea-output").inner_text()
    page.evaluate("() => { jupyterapp.commands.execute('docmanager:save'); }")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    open_lesson(page, name)
    assert page.locator(".jp-OutputArea-output").inner_text() != first


def test_waiting_for_python_waits_for_all_that_widgets_have_said(page, notebook, open_lesson):
    """A slow observer has heard the key, and what it does with it is done."""
    hear = "lambda change: (time.sleep(0.7), heard.append(change.new))"
    open_lesson(page, notebook([SLIDER, f"import time\nheard = []\nslider.observe({hear}, 'value')"]))
    reader = Reader(page)
    for n in (1, 2, 3):
        page.locator(".noUi-handle").press("ArrowRight")
        reader.wait_for_python()
        assert reader.ask("heard") == list(range(1, n + 1))


def test_messages_to_the_kernel_are_counted(page, notebook, open_lesson, websocket_messages):
    """A slider that Python observes asks the kernel, and doing nothing does not."""
    open_lesson(page, notebook([SLIDER]))
    before = websocket_messages(page)
    assert "execute_request" in before
    assert websocket_messages(page) == before
    page.locator(".noUi-handle").press("ArrowRight")
    assert websocket_messages(page) == [*before, "comm_msg"]


def test_time_from_key_to_paint_is_measured(page, notebook, open_lesson, key_to_paint):
    """Every press moves the slider by one; the slider itself is painted before the label that Python writes."""
    open_lesson(page, notebook([SLIDER]))
    slider = key_to_paint(page, ".noUi-handle", "ArrowRight", 5)
    label = key_to_paint(page, ".noUi-handle", "ArrowRight", 5, picture=LABEL)
    assert page.locator(LABEL).inner_text() == "10"
    assert 0 < statistics.median(slider) < statistics.median(label) < 5000


@pytest.mark.parametrize("kind", LATE)
def test_a_picture_has_changed_when_other_pixels_are_there(page, notebook, open_lesson, key_to_paint, kind):
    """On a canvas something is drawn, an image is another one; what else happens before does not count."""
    open_lesson(page, notebook([LATE_PICTURE.format(**LATE[kind])]))
    assert key_to_paint(page, ".late", "Enter", 1)[0] >= 200


def test_a_key_that_changes_nothing_is_found(page, notebook, open_lesson, key_to_paint):
    """The time of a press without effect would be the time of something else."""
    open_lesson(page, notebook([SLIDER]))
    with pytest.raises(Exception, match="changed nothing"):
        key_to_paint(page, ".noUi-handle", "Home", 1, picture=LABEL)


def test_what_goes_wrong_in_the_page_is_heard(page, notebook, open_lesson, complaints):
    """An error in the console, an exception, and a request that leaves 127.0.0.1 each make a complaint."""
    open_lesson(page, notebook([]), run=False)
    assert complaints == []
    page.evaluate("() => console.error('a wrong word')")
    page.evaluate("() => { setTimeout(() => { throw new Error('a wrong turn'); }); }")
    page.evaluate("() => fetch('http://localhost:9/').catch(() => {})")
    page.wait_for_timeout(500)
    heard = "\n".join(complaints)
    complaints.clear()
    assert "a wrong word" in heard
    assert "a wrong turn" in heard
    assert "request to elsewhere: http://localhost:9/" in heard


def test_what_axe_finds_in_a_lesson_is_jupyterlabs_own(page, open_lesson):
    """On the whole page: nothing of ours; the rules that JupyterLab itself breaks are listed apart, in artefacts/."""
    Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    open_lesson(page, "00_start_here")
    found = Axe().run(page).response["violations"]
    parts = [(rule["id"], node["target"][-1], node["html"]) for rule in found for node in rule["nodes"]]
    ours = ".jp-OutputArea-output, .jp-OutputArea-output *"
    inside = [page.locator(target).first.evaluate("(part, ours) => part.matches(ours)", ours) for _, target, _ in parts]
    assert [part for part, is_ours in zip(parts, inside, strict=True) if is_ours] == []
    (ROOT / "artefacts").mkdir(exist_ok=True)
    lines = sorted({f"{rule}: {html[:120]}" for rule, _, html in parts})
    (ROOT / "artefacts" / "axe_on_jupyterlab_itself.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
