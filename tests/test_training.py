"""Training: start, pause, resume and stop answer at once, nothing blocks, and what is shown is what rnnlib says."""

import asyncio
import re
from dataclasses import replace
from time import perf_counter
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import rnnlib.widgets.training as module
from rnnlib import descend
from rnnlib.comparison import compare
from rnnlib.explain import plain_training, training_bar, training_picture, training_sentence
from rnnlib.forecast import forecasts, split, starting_weights
from rnnlib.series import Series, sunspots
from rnnlib.widgets import Training

ANSWER = 0.2  # seconds within which a button must have acted
DATA = split(sunspots(), held_out_from=1920, T=12)


@pytest.fixture
def panel():
    """A short training, closed in the end."""
    panel = Training(DATA, H=4, steps=200)
    yield panel
    panel.close()


async def until(condition, seconds=20.0):
    """Let the loop run until something is so; return how long that took."""
    began = perf_counter()
    while not condition():
        assert perf_counter() - began < seconds, "waited in vain"
        await asyncio.sleep(0.001)
    return perf_counter() - began


def long_training(**settings):
    """A training that ends by itself only after minutes."""
    return Training(DATA, H=8, steps=10**6, **settings)


def click(panel, name):
    """Press a button as the page does."""
    panel.controls[name].click()


def assert_shows_what_is_true(panel):
    """Compare picture, table and still with the library's own answer for the weights now."""
    comparison = compare(DATA, [panel.weights])
    rows = [re.split("  +", line.strip()) for line in plain_training(panel.fit).splitlines()[1:]]
    for name, train, held_out in rows:
        assert train == f"{comparison.train[name][0]:.1f}"
        assert held_out == f"{comparison.held_out[name][0]:.1f}"
        assert f'<th scope="row">{name}</th><td>{train}</td><td>{held_out}</td>' in panel.picture.html
    assert_array_equal(panel.fit.forecast, forecasts(panel.weights, DATA.held_out))
    assert panel.fit.updates[-1] == panel.step.updates
    assert f"{panel.step.updates} of {panel.fit.steps} updates" in panel.bar.html
    assert f'value="{panel.step.updates}"' in panel.bar.html
    assert panel.picture.sentence.startswith(training_sentence(panel.fit))
    assert panel.complaint.value == ""


def test_nothing_starts_by_itself(panel):
    """A cell that makes a panel ends at once, and shows what the starting weights forecast."""
    assert panel.state == "ready"
    assert panel.step.updates == 0
    assert panel.controls["run"].description == "Start"
    assert_array_equal(panel.weights.Wh, starting_weights(4, 0).Wh)
    assert_shows_what_is_true(panel)


def test_a_training_ends_where_descend_ends(panel):
    """The same weights, to the last bit, however the work was cut into slices; pauses change nothing."""

    async def drive():
        click(panel, "run")
        await until(lambda: panel.step.updates > 20)
        click(panel, "run")
        await asyncio.sleep(0.01)
        click(panel, "run")
        await until(lambda: panel.state == "done")

    asyncio.run(drive())
    run = descend(starting_weights(4, 0), DATA.train.x, DATA.train.y, 0.1, 200)
    for name in ("Wi", "Wh", "Wo"):
        assert_array_equal(getattr(panel.weights, name), getattr(run.weights[-1], name))
    assert panel.controls["run"].description == "Start again"
    assert panel.picture.sentence.endswith("It ended: all steps are done, 200 of 200.")
    assert_shows_what_is_true(panel)


def test_pause_resume_and_stop_answer_at_once():
    """Each within a fifth of a second, on a loop that trains; what is shown then is where the training stands."""
    panel = long_training()

    async def drive():
        click(panel, "run")
        await until(lambda: panel.step.updates > 10)
        assert panel.controls["run"].description == "Pause"
        assert all(panel.controls[name].disabled for name in module.CHOICES)
        for _ in range(3):
            began = perf_counter()
            click(panel, "run")
            assert panel.state == "paused"
            assert perf_counter() - began < ANSWER
            at = panel.step
            await asyncio.sleep(0.05)
            assert panel.step is at
            assert panel.controls["run"].description == "Resume"
            assert_shows_what_is_true(panel)
            click(panel, "run")
            assert await until(lambda at=at: panel.step.updates > at.updates) < ANSWER
        began = perf_counter()
        click(panel, "stop")
        assert perf_counter() - began < ANSWER
        assert panel.state == "stopped"
        at = panel.step
        await asyncio.sleep(0.05)
        assert panel.step is at
        assert_shows_what_is_true(panel)
        assert not any(panel.controls[name].disabled for name in module.CHOICES)
        await until(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(drive())


def test_other_work_runs_while_it_trains():
    """Something else on the loop waits a few hundredths of a second at most, as a rule."""
    panel = long_training()

    async def drive():
        panel.start()
        waits = []
        for _ in range(40):
            began = perf_counter()
            await asyncio.sleep(0)
            waits.append(perf_counter() - began)
            await asyncio.sleep(0.005)
        panel.stop()
        return waits

    waits = asyncio.run(drive())
    assert np.median(waits) < 0.1
    assert panel.step.updates > 10


def test_start_again_begins_anew(panel):
    """After a stop, and after the end, from the starting weights on."""

    async def drive():
        for _ in range(2):
            panel.start()
            await until(lambda: panel.state == "done")
            assert panel.fit.updates == tuple(range(0, 201, 2))
        panel.start()
        await until(lambda: panel.step.updates > 20)
        panel.stop()
        panel.start()
        assert panel.step.updates == 0
        panel.stop()

    asyncio.run(drive())


def test_a_quick_pause_and_resume_leaves_one_task_at_work():
    """The task that was paused ends, although the state is "training" again when it wakes up."""
    panel = long_training()

    async def drive():
        panel.start()
        for _ in range(5):
            panel.pause()
            panel.start()
        await until(lambda: len(asyncio.all_tasks()) == 2)
        panel.stop()

    asyncio.run(drive())


def test_the_same_cell_run_again_stops_the_old_training():
    """Making a panel is enough; so is starting another one."""
    first = long_training()

    async def drive():
        first.start()
        second = long_training()
        assert first.state == "stopped"
        second.start()
        await asyncio.sleep(0.05)
        second.pause()
        first.start()
        assert (first.state, second.state) == ("training", "stopped")
        await asyncio.sleep(0.05)
        first.stop()
        await until(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(drive())


def test_closing_stops():
    """By Python, and by the page."""
    first, second = long_training(), long_training()

    async def drive():
        first.start()
        await asyncio.sleep(0.02)
        first.close()
        assert first.state == "stopped"
        second.start()
        await asyncio.sleep(0.02)
        second.comm.handle_close({})
        assert second.state == "stopped"
        await until(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(drive())


def test_without_an_event_loop_it_says_so(panel):
    """In a sentence, and nothing is raised."""
    panel.start()
    assert "needs a running event loop" in panel.complaint.value
    assert 'role="alert"' in panel.complaint.value
    assert panel.state == "failed"


def test_an_error_while_training_is_told_in_a_sentence(panel, monkeypatch):
    """It would be lost in a task; text in it is escaped; one can start again."""

    def broken(*arguments, **options):
        raise RuntimeError("no <more> steps")

    async def drive():
        with monkeypatch.context() as patch:
            panel.start()
            patch.setattr(module, "follow", broken)
            await until(lambda: panel.state == "failed")
        assert "RuntimeError: no &lt;more&gt; steps" in panel.complaint.value
        panel.start()
        assert panel.complaint.value == ""
        await until(lambda: panel.state == "done")

    asyncio.run(drive())


def test_an_interrupt_pauses(panel, monkeypatch):
    """The kernel's own stop button: the training waits, and goes on when resumed."""

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    async def drive():
        with monkeypatch.context() as patch:
            patch.setattr(module.Training, "_work_for", interrupted)
            panel.start()
            await until(lambda: panel.state == "paused")
        panel.start()
        await until(lambda: panel.state == "done")

    asyncio.run(drive())


def test_a_rate_that_is_too_large_ends_with_a_reason():
    """The loss is no longer finite: the sentence says so, the picture still stands."""
    panel = Training(DATA, H=32, learning_rate=1e300, steps=1000)

    async def drive():
        panel.start()
        await until(lambda: panel.state == "done")

    asyncio.run(drive())
    assert "the learning rate 1e+300 is too large" in panel.picture.sentence
    assert "ended early" in panel.bar.html
    assert "nan" not in panel.picture.html
    ElementTree.fromstring(panel.picture.html)


@pytest.mark.parametrize("name", list(module.CHOICES))
def test_every_setting_through_its_range(panel, name):
    """Each choice shows its own starting weights, and can take its first steps."""

    async def drive():
        for choice in panel.controls[name].options:
            panel.controls[name].value = choice
            assert panel.state == "ready"
            assert panel.step.updates == 0
            assert_shows_what_is_true(panel)
            panel.start()
            await until(lambda: panel.step.updates > 0)
            panel.stop()
            panel.controls["seed"].value = 9 if panel.controls["seed"].value != 9 else 0

    asyncio.run(drive())


def test_settings_given_are_what_the_controls_begin_with():
    """Also those that are not among the usual choices; wrong ones are named."""
    panel = Training(DATA, H=5, learning_rate=0.07, steps=300, seed=42)
    assert [panel.controls[name].value for name in module.CHOICES] == [5, 0.07, 300, 42]
    with pytest.raises(TypeError, match="data is a Series, must be a Split"):
        Training(sunspots())
    with pytest.raises(ValueError, match="H is 0"):
        Training(DATA, H=0)
    with pytest.raises(ValueError, match="learning_rate is -1"):
        Training(DATA, learning_rate=-1)


def test_the_sentence_is_kept_while_it_trains():
    """A live region that changes six times a second could not be read out; the bar and the picture do change."""
    panel = long_training()

    async def drive():
        panel.start()
        said, bar, html = panel.picture.sentence, panel.bar.html, panel.picture.html
        await until(lambda: panel.bar.html != bar and panel.picture.html != html)
        assert panel.picture.sentence == said
        panel.stop()
        assert panel.picture.sentence != said

    asyncio.run(drive())


def test_the_still_is_the_same_at_every_run_and_has_no_time(panel):
    """nbval compares it: sentence, table, one decimal."""
    page, text = panel.still()
    assert text == Training(DATA, H=4, steps=200).still()[1]
    assert not re.search(r"\d s\b", page + text)
    assert text.splitlines()[0] == training_sentence(panel.fit)
    ElementTree.fromstring(page)
    assert repr(panel) == f"Training: {training_sentence(panel.fit)}"


def test_the_bar_is_native_labelled_and_tells_the_time_left():
    """Half of the updates in 4 s leave 4 s; without a time there is none."""
    bar = ElementTree.fromstring(training_bar(50, 100, "training", 4.0))
    progress = bar.find(".//label/progress")
    assert (progress.get("max"), progress.get("value")) == ("100", "50")
    assert "".join(bar.itertext()).endswith("training, 50 of 100 updates, about 4 s left")
    assert "left" not in training_bar(50, 100, "paused")
    assert "left" not in training_bar(0, 100, "training", 0.0)


def test_a_learners_names_are_escaped():
    """Name and unit of a series never become markup, on the page and in its still."""
    series = replace(sunspots(), name="<b>mine</b>", unit="<i>mm</i>")
    panel = Training(split(series, held_out_from=1920, T=12), H=2)
    for page in (panel.still()[0], panel.picture.html):
        assert "&lt;i&gt;mm&lt;/i&gt;" in page
        assert "<i>" not in page
        assert "<b>" not in page


def test_a_button_may_act_in_another_thread():
    """As in a kernel with subshells: a pause falls between two updates, and what is shown is where it stands."""
    panel = long_training()

    async def drive():
        for _ in range(20):
            panel.start()
            await asyncio.sleep(0.01)
            await asyncio.to_thread(panel.pause)
            at = panel.step
            assert_shows_what_is_true(panel)
            await asyncio.sleep(0.005)
            assert panel.step is at
        await asyncio.to_thread(panel.stop)

    asyncio.run(drive())
    assert panel.step.updates > 20


def series_of(values, name="Sample"):
    """A series of these values at the times 1, 2, 3 .."""
    values = np.array(values, dtype=float)
    return Series(name, np.arange(1.0, len(values) + 1), values, "units", "tests", "public domain")


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e7])
@pytest.mark.parametrize("offset", [0.0, 3.0, -40.0])
def test_the_picture_stands_for_any_series(unit, offset):
    """Small, large, negative, far from zero: all that is drawn is inside, and names are escaped."""
    values = unit * (np.sin(np.arange(60.0)) + offset)
    panel = Training(split(series_of(values, "Rain & <snow>"), 45, 3), H=2, steps=200)
    page = ElementTree.fromstring(training_picture(panel.fit))
    for circle in page.iter("circle"):
        assert 440 <= float(circle.get("cx")) <= 1068
        assert 0 <= float(circle.get("cy")) <= 249
    assert "Rain & <snow>: held out, each forecast one step ahead" in "".join(page.itertext())
    numbers = [float(v) for path in page.iter("path") for v in re.findall(r"-?\d+\.\d", path.get("d"))]
    assert min(numbers) >= 0
    assert max(numbers) <= 1100


def test_the_picture_has_a_dot_for_each_held_out_value_and_says_what_it_shows(panel):
    """Measured dots, a forecast line, two loss curves told apart by their dashes, and a name."""
    svg = ElementTree.fromstring(training_picture(panel.fit)).find("svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == training_sentence(panel.fit)
    assert len(list(svg.iter("circle"))) == len(DATA.held_out.times) + 1
    kinds = [path.get("class") for path in svg.iter("path")]
    assert "line solid s-y_hat" in kinds
    assert {"line solid s-L", "line dashed s-L"} <= set(kinds)
