"""Training in JupyterLab: start, pause, resume and stop answer while it trains; what is read is what rnnlib says."""

import re
import time
from statistics import median

import pytest

from .reader import Reader

# From the click to the painted frame in which the button says what it does next.
CLICK_TO_ANSWER = """(button, [first, answer]) => new Promise((resolve, reject) => {
    const began = performance.now();
    const late = setTimeout(() => reject(new Error(`no answer; the button says ${first.textContent}`)), 5000);
    const look = () => requestAnimationFrame(() => {
        if (first.textContent.trim() !== answer) return look();
        clearTimeout(late);
        resolve(performance.now() - began);
    });
    button.click();
    look();
})"""

CELLS = [
    """
from rnnlib import descend
from rnnlib.comparison import compare
from rnnlib.forecast import split, starting_weights
from rnnlib.series import sunspots
from rnnlib.widgets import Training
data = split(sunspots(), held_out_from=1920, T=12)""",
    "panel = Training(data, H=8, learning_rate=0.1, steps=1000, seed=3)\npanel",
]

IDLE = """import ipywidgets
idle, said = ipywidgets.Button(description="idle"), ipywidgets.Label("0")
idle.on_click(lambda button: setattr(said, "value", str(int(said.value) + 1)))
ipywidgets.VBox([idle, said])"""


class Shown(Reader):
    """What a reader finds on the page."""

    def __init__(self, page):
        """Find the panel and its parts."""
        super().__init__(page)
        self.root = page.locator(".rnn-training").first
        self.run = self.root.locator("button").first
        self.stop = self.root.get_by_role("button", name="Stop", exact=True)
        self.bar, self.progress = self.root.get_by_role("progressbar"), self.root.locator(".rnn-progress span")
        self.sentence = self.root.locator("output:not(:empty)")

    def answer(self, button, words):
        """Click; return how many ms it took until the first button says `words`."""
        return button.evaluate(CLICK_TO_ANSWER, [self.run.element_handle(), words])

    def updates(self):
        """How many updates the page says were made."""
        return int(re.search(r"(\d+) of", self.progress.inner_text())[1])

    def choose(self, name, value):
        """Choose a setting."""
        self.root.get_by_label(name, exact=True).select_option(value)

    def errors(self):
        """The rows of the table as they are read: name, training, held out."""
        rows = self.root.locator("tbody tr").all()
        return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]


@pytest.fixture
def shown(page, open_lesson, notebook):
    """A panel of 1000 updates, ready."""
    open_lesson(page, notebook([*CELLS, IDLE]))
    shown = Shown(page)
    shown.run.wait_for()
    return shown


def test_run_pause_resume_and_stop(shown, screenshot):
    """With 20000 updates to make: it moves, holds still, goes on, and ends where it is stopped; all in time."""
    shown.choose("Updates", "20000")
    shown.page.wait_for_function("() => document.querySelector('.rnn-progress').innerText.includes('20000')")
    times = {"start": [shown.answer(shown.run, "Pause")], "pause": [], "resume": []}
    for _ in range(3):
        shown.page.wait_for_timeout(600)
        times["pause"].append(shown.answer(shown.run, "Resume"))
        shown.page.wait_for_timeout(300)
        held, picture = shown.updates(), shown.root.locator("svg").inner_html()
        assert held > 0
        shown.page.wait_for_timeout(500)
        assert (shown.updates(), shown.root.locator("svg").inner_html()) == (held, picture)
        assert f"After {held} updates" in shown.sentence.inner_text()
        times["resume"].append(shown.answer(shown.run, "Pause"))
        deadline = time.monotonic() + 3
        while shown.updates() == held and time.monotonic() < deadline:
            shown.page.wait_for_timeout(50)
        assert shown.updates() > held
    assert "s left" in shown.progress.inner_text()
    screenshot(shown.page, "training")
    times["stop"] = [shown.answer(shown.stop, "Start again")]
    shown.page.wait_for_timeout(300)
    assert f"After {shown.updates()} updates" in shown.sentence.inner_text()
    assert shown.ask("(panel.state, panel.step.updates)") == ("stopped", shown.updates())
    print({name: [round(ms) for ms in of] for name, of in times.items()})
    assert median(ms for of in times.values() for ms in of) < 500
    assert max(ms for of in times.values() for ms in of) < 2000


def test_it_ends_where_descend_ends(shown):
    """The table on the page is that of the same training in one go."""
    shown.run.click()
    shown.page.wait_for_function("() => document.querySelector('.rnn-progress').innerText.includes('done')")
    assert shown.bar.get_attribute("value") == shown.bar.get_attribute("max") == "1000"
    shown.ask("exec('''run = descend(starting_weights(8, 3), data.train.x, data.train.y, 0.1, 1000)''')")
    truth = "[[n, *(f'{of[n][0]:.1f}' for of in (c.train, c.held_out))] for n in c.train]"
    assert shown.errors() == shown.ask(f"[{truth} for c in [compare(data, run.weights[-1:])]][0]")
    assert "all steps are done, 1000 of 1000" in shown.sentence.inner_text()


def test_the_kernel_answers_others_while_it_trains(shown):
    """Another widget's button, and another cell, take no longer than half a second."""
    shown.choose("Updates", "20000")
    shown.run.click()
    shown.page.wait_for_timeout(500)
    other, said = shown.page.get_by_role("button", name="idle", exact=True), shown.page.locator(".widget-label").last
    waits = []
    for n in range(1, 6):
        began = time.monotonic()
        other.click()
        shown.page.wait_for_function("([e, n]) => e.textContent === n", arg=[said.element_handle(), str(n)])
        waits.append(time.monotonic() - began)
        began = time.monotonic()
        assert shown.ask("6 * 7") == 42
        waits.append(time.monotonic() - began)
    print([round(wait, 3) for wait in waits])
    assert median(waits) < 0.5
    assert shown.ask("panel.state") == "training"
    shown.stop.click()


def test_running_the_cell_again_stops_the_old_training(shown):
    """The new panel is ready, the old one has ended."""
    shown.choose("Updates", "20000")
    shown.ask("exec('first = panel')")
    shown.run.click()
    shown.page.wait_for_timeout(400)
    assert shown.ask("first.state") == "training"
    shown.page.evaluate("""() => { jupyterapp.commands.execute("notebook:run-all-cells"); }""")
    deadline = time.monotonic() + 10
    while shown.ask("panel is first") and time.monotonic() < deadline:
        shown.page.wait_for_timeout(100)
    assert shown.ask("(first.state, panel.state)") == ("stopped", "ready")


def test_the_keyboard_alone_drives_it(shown):
    """Tab from the last setting to Start, Space starts and pauses, Tab to Stop; no key reaches the cell."""
    shown.choose("Updates", "20000")
    cells = shown.page.locator(".jp-Cell").count()
    shown.root.get_by_label("Seed", exact=True).focus()
    for key, button, words in (
        ("Tab", shown.run, "Pause"),
        (None, shown.run, "Resume"),
        ("Tab", shown.stop, "Start again"),
    ):
        if key:
            shown.page.keyboard.press(key)
        assert button.evaluate("button => button === document.activeElement")
        shown.page.keyboard.press("x")
        shown.page.keyboard.press("Space")
        shown.page.wait_for_function("([e, w]) => e.innerText === w", arg=[shown.run.element_handle(), words])
    assert shown.page.locator(".jp-Cell").count() == cells


def test_every_control_has_a_name_and_all_of_it_fits(shown):
    """Settings, buttons and bar; nothing is wider than the panel, and no type smaller than 12 pixels."""
    for name in ("Hidden units", "Learning rate", "Updates", "Seed"):
        assert shown.root.get_by_role("combobox", name=name, exact=True).count() == 1
    assert shown.root.get_by_role("progressbar", name="Progress").count() == 1
    assert shown.root.get_by_role("img", name="Before the first update").count() == 1
    box = shown.root.bounding_box()
    for part in shown.root.locator("select, button, progress, svg, table").all():
        place = part.bounding_box()
        assert place["x"] >= box["x"] - 1
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 1
    assert box["height"] < 600
    svg = shown.root.locator("svg")
    assert 15 * svg.bounding_box()["width"] / 1100 >= 12
