"""The stepper in JupyterLab: with the mouse, with keys alone, in the dark, in big type, and next to a busy kernel."""

import inspect

import pytest

from .reader import Reader, at

PARTS = """root => {  // where everything is, from the corner of the stepper
    const corner = root.getBoundingClientRect();
    return [...root.querySelectorAll("*")].map(part => part.getBoundingClientRect())
        .map(at => [at.x - corner.x, at.y - corner.y, at.width, at.height]);
}"""

WIDER_THAN_ITS_PLACE = """root => [...root.querySelectorAll(".rnn-toolbar, .rnn-toolbar *, .rnn-caption, .rnn-scene")]
    .filter(part => part.getBoundingClientRect().right > root.getBoundingClientRect().right)
    .map(part => part.outerHTML.slice(0, 80))"""


def demo(T, columns=6):
    """Return scene, sentences and titles of T steps forward, the loss, and T steps back, with a ledger of the terms."""
    back = {t: 2 * T + 1 - t for t in range(1, T + 1)}
    graph, rows, factors = [], [], []
    wire = '<path class="wire" data-on="{}" d="M{} {}" marker-end="url(#tip)"/>'
    for t in range(1, T + 1):
        x, on = 150 * t - 60, f"{t - 1} {back[t]}"
        if t > 1:
            graph.append(wire.format(f"{t - 1} {back[t] + 1}", x - 112, "60h74"))
        graph.append(f"""{wire.format(on, x, "142v-44")}
            <g class="node" data-on="{on}" data-go="{t - 1}" tabindex="0" role="button" aria-label="O{t}, forward">
              <circle cx="{x}" cy="60" r="32"/>
              <text x="{x}" y="66">O<tspan dy="5" font-size="14">{t}</tspan></text></g>
            <g class="node" data-on="{on}" data-go="{back[t]}">
              <rect x="{x - 28}" y="144" width="56" height="40" rx="8"/>
              <text x="{x}" y="170">x<tspan dy="5" font-size="14">{t}</tspan></text></g>
            <text class="number" data-at="{t - 1}-" x="{x}" y="20">{(0.37 * t) % 1:.3f}</text>""")
    x = 150 * T + 90
    graph.append(f"""{wire.format(T, x - 112, "60h74")}
        <g class="node" data-on="{T}" data-go="{T}" tabindex="0" role="button" aria-label="loss">
          <circle cx="{x}" cy="60" r="32"/><text x="{x}" y="66">L</text></g>""")
    for t in range(T, 0, -1):
        numbers = "".join(f"<td>{(-1) ** k * 0.731 ** (T - t + k):+.4f}</td>" for k in range(columns))
        marks = f'data-at="{back[t]}-" data-on="{back[t]}" data-go="{back[t]}"'
        rows.append(f'<tr {marks}><th scope="row"><button data-go="{back[t]}">t = {t}</button></th>{numbers}</tr>')
        factors.append(f"""<mo data-at="{back[t]}-">·</mo><mfrac {marks}>
            <mrow><mo>∂</mo><msub><mi>O</mi><mn>{t}</mn></msub></mrow>
            <mrow><mo>∂</mo><msub><mi>O</mi><mn>{t - 1}</mn></msub></mrow></mfrac>""")
    scene = f"""<style>
        .demo svg {{ display: block; margin: auto; fill: currentColor; }}
        .demo svg text {{ font: 20px sans-serif; text-anchor: middle; }}
        .demo .wire {{ stroke: currentColor; stroke-width: 2; opacity: 0.45; }}
        .demo .wire.on {{ stroke: var(--rnn-accent); stroke-width: 4; opacity: 1; transition: stroke 1s; }}
        .demo .node :is(circle, rect) {{ fill: transparent; stroke: currentColor; stroke-width: 2; }}
        .demo .node.on :is(circle, rect) {{ fill: var(--rnn-accent); stroke: var(--rnn-accent); }}
        .demo .node.on text {{ fill: var(--rnn-on-accent); }}
        .demo math {{ display: block math; margin: 1em auto; font-size: 1.2em; }}
        .demo math .on {{ color: var(--rnn-accent); }}
        .demo table {{ margin: auto; border-collapse: collapse; white-space: nowrap; }}
        .demo :is(td, th) {{ padding: 0.25em 0.75em; border-bottom: 1px solid var(--rnn-line); }}
        .demo th button {{ font: inherit; }}
        .demo tr.on {{ box-shadow: inset 0.25em 0 0 var(--rnn-accent); }}</style>
      <div class="demo">
        <svg viewBox="0 0 {x + 60} 190" style="width: {(x + 60) / 16}em" role="group" aria-label="unrolled graph">
          <marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="10" markerHeight="10" orient="auto"
            markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker>{"".join(graph)}</svg>
        <math><mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo><mi>y</mi></mrow></mfrac>{"".join(factors)}</math>
        <table><caption>terms of the sum</caption><tbody>{"".join(rows)}</tbody></table>
      </div>"""
    steps = range(1, T + 1)
    titles = [f"forward, t = {t}" for t in steps] + ["loss"] + [f"backward, t = {t}" for t in reversed(steps)]
    forward = [f"Forward, t = {t}: O{t} comes from x{t} and O{t - 1}, through the same weights." for t in steps]
    back = [f"Backward, t = {t}: one factor more, ∂O{t}/∂O{t - 1}, and the term is done." for t in reversed(steps)]
    loss = "The loss compares the prediction with the target, and now the way back begins: every step that used the "
    loss += "weights adds a term of its own, and this sentence is longer than all others, and than one line."
    return scene, [*forward, loss, *back], titles


SETUP = f"from rnnlib.widgets.stepper import Stepper\n{inspect.getsource(demo)}"
MAKE = "stepper = Stepper(*demo(4), label='Step through one cycle', interval=150)"
LAST = 8  # 4 steps forward, the loss, 4 steps back


class Shown(Reader):
    """What a reader finds on the page: the controls of a stepper, and where it is."""

    def __init__(self, page, number=0):
        """Take the first stepper of the page, or another."""
        super().__init__(page)
        self.root = page.locator(".rnn-stepper").nth(number)
        self.range, self.scene = self.root.get_by_label("Frame", exact=True), self.root.locator(".rnn-scene")
        self.sentence = self.root.locator("output")

    def button(self, name):
        """One of the toolbar's."""
        return self.root.locator(".rnn-toolbar").get_by_role("button", name=name, exact=True)

    @property
    def index(self):
        """Where the slider stands."""
        return int(self.range.input_value())

    def lit(self):
        """How many nodes of the graph are lit."""
        return self.root.locator(".node.on").count()


@pytest.fixture
def stepper(page, notebook, open_lesson):
    """One stepper between two other cells."""
    open_lesson(page, notebook(["1 + 1", f"{SETUP}\n{MAKE}\nstepper", "3 + 4"]))
    page.locator(".rnn-stepper").scroll_into_view_if_needed()
    return Shown(page)


def test_every_control_has_a_name_and_a_state(stepper):
    """What a screen reader says: the group, four buttons, the slider with the title of its frame, the sentence."""
    assert stepper.root.get_attribute("aria-label") == "Step through one cycle"
    assert stepper.root.locator(".rnn-toolbar button").all_inner_texts() == ["Previous", "Play", "Next", "Big type"]
    assert stepper.range.get_attribute("aria-valuetext") == "forward, t = 1"
    assert stepper.root.locator("p").first.inner_text() == "frame 1 of 9 · forward, t = 1"
    assert stepper.sentence.get_attribute("aria-live") == "polite"
    assert stepper.sentence.inner_text().startswith("Forward, t = 1:")
    assert stepper.button("Previous").get_attribute("aria-disabled") == "true"
    stepper.button("Next").click()
    assert stepper.range.get_attribute("aria-valuetext") == "forward, t = 2"
    assert stepper.sentence.inner_text().startswith("Forward, t = 2:")
    assert stepper.button("Previous").get_attribute("aria-disabled") == "false"


def test_mouse_reaches_every_frame(stepper):
    """Buttons, the track, a node of the graph, a factor of the equation and a row of the ledger lead to frames."""
    stepper.button("Next").click()
    stepper.button("Next").click()
    stepper.button("Previous").click()
    assert stepper.index == 1
    stepper.button("Previous").click()
    stepper.button("Previous").click(force=True)  # said to be disabled, at the first frame
    assert stepper.index == 0
    box = stepper.range.bounding_box()
    stepper.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert stepper.index == 4
    stepper.range.drag_to(stepper.range, target_position={"x": box["width"] - 5, "y": box["height"] / 2})
    assert stepper.index == LAST
    stepper.scene.locator("text", has_text="O2").click()
    assert stepper.index == 1
    stepper.page.keyboard.press("ArrowRight")
    assert stepper.index == 2
    stepper.scene.locator("rect").first.click(position={"x": 5, "y": 8})  # has no tabindex; the keys work all the same
    assert stepper.index == LAST
    stepper.page.keyboard.press("ArrowLeft")
    assert stepper.index == LAST - 1
    stepper.scene.locator("mfrac[data-go='6']").click()
    assert stepper.index == 6
    stepper.scene.locator("tr[data-go='5'] td").first.click()
    assert stepper.index == 5


def test_keyboard_reaches_every_frame(stepper):
    """The slider's native keys, arrows on every button and in the scene, Enter and Space on what leads to a frame."""
    stepper.range.focus()
    for key, place in {"ArrowRight": 1, "ArrowUp": 2, "ArrowLeft": 1, "End": LAST, "Home": 0}.items():
        stepper.page.keyboard.press(key)
        assert stepper.index == place, key
    stepper.page.keyboard.press("PageUp")
    assert stepper.index > 0
    for name in ("Previous", "Play", "Next", "Big type"):
        stepper.button(name).focus()
        for key, place in {"Home": 0, "ArrowRight": 1, "End": LAST, "ArrowLeft": LAST - 1}.items():
            stepper.page.keyboard.press(key)
            assert stepper.index == place, (name, key)
    stepper.button("Next").press("Space")
    assert stepper.index == LAST
    stepper.button("Previous").press("Enter")
    assert stepper.index == LAST - 1
    node = stepper.scene.get_by_role("button", name="O2, forward")
    for key in ("Enter", "Space"):
        node.focus()
        stepper.page.keyboard.press("End")
        stepper.page.keyboard.press(key)
        assert stepper.index == 1
    stepper.page.keyboard.press("ArrowRight")
    assert stepper.index == 2


def test_frames_are_what_their_marks_say(stepper):
    """Seen at data-at, lit at data-on; what is hidden is hidden from Tab and screen readers too, with all in it."""
    seen = "rows => rows.filter(row => row.checkVisibility({visibilityProperty: true})).length"
    for index in [*range(LAST + 1), 3, 8, 0]:
        stepper.range.fill(str(index))
        assert stepper.scene.locator("tr").evaluate_all(seen) == max(0, index - 4), index
        assert stepper.lit() == (1 if index == 4 else 2)
        assert stepper.scene.get_by_role("button", name="t =").count() == max(0, index - 4)


def test_focus_on_what_disappears_goes_to_the_stepper(stepper):
    """And from there the keys still work."""
    stepper.range.fill(str(LAST))
    stepper.scene.get_by_role("button", name="t = 1").focus()
    stepper.page.keyboard.press("ArrowLeft")
    stepper.page.keyboard.press("ArrowLeft")
    assert stepper.index == LAST - 2
    assert stepper.root.evaluate("root => root === document.activeElement")


def test_nothing_moves_when_the_frame_changes(stepper):
    """Every box of the stepper keeps its place and size, in small and in big type."""
    for name in ("Next", "Big type"):
        stepper.button(name).click()
        before = stepper.root.evaluate(PARTS)
        for index in range(LAST + 1):
            stepper.range.fill(str(index))
            assert stepper.root.evaluate(PARTS) == at(before)
        stepper.button("Play").click()
        assert stepper.root.evaluate(PARTS) == at(before)
        stepper.button("Pause").click()


def test_play_runs_to_the_end_and_starts_over(stepper):
    """Never by itself; any step of the reader's own pauses it."""
    stepper.page.wait_for_timeout(400)
    assert stepper.index == 0
    stepper.button("Play").click()
    assert stepper.button("Pause").count() == 1
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').value === '8'", timeout=5000)
    assert stepper.button("Play").count() == 1
    stepper.button("Play").press("Space")
    assert stepper.index == 0
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').value === '2'", timeout=5000)
    stepper.button("Pause").press("ArrowRight")
    stepper.page.wait_for_timeout(400)
    assert stepper.index in (3, 4)
    assert stepper.button("Play").count() == 1


def test_stepping_asks_nothing_of_the_kernel_and_leaving_tells_it_the_place(stepper, websocket_messages):
    """No message for keys, clicks, Play and big type; one when the focus leaves; none when nothing was done."""
    before = websocket_messages(stepper.page)
    stepper.range.focus()
    for _ in range(5):
        stepper.page.keyboard.press("ArrowRight")
    stepper.button("Play").click()
    stepper.page.wait_for_timeout(400)
    stepper.button("Big type").click()
    stepper.range.fill("6")
    assert websocket_messages(stepper.page) == before
    stepper.page.keyboard.press("Escape")
    assert websocket_messages(stepper.page) == [*before, "comm_msg"]
    assert stepper.ask("stepper.index, stepper.big") == (6, True)
    told = websocket_messages(stepper.page)
    stepper.button("Next").focus()
    stepper.page.keyboard.press("Escape")
    assert websocket_messages(stepper.page) == told


def test_python_moves_the_reader(stepper):
    """And what Python hears later is the place that is shown, not the one the reader had before."""
    stepper.range.press("End")
    stepper.ask("0", "stepper.index = 2")
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').value === '2'")
    assert stepper.lit() == 2
    assert stepper.sentence.inner_text().startswith("Forward, t = 3:")
    stepper.page.keyboard.press("Escape")
    assert stepper.ask("stepper.index") == 2


def test_place_told_to_a_busy_kernel_does_not_pull_the_reader_back(stepper):
    """The answer of Python comes seconds later, when the reader is elsewhere."""
    stepper.page.evaluate("""() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel
        .requestExecute({code: "import time; time.sleep(1)"}); }""")
    stepper.button("Next").click()
    stepper.page.keyboard.press("Escape")
    stepper.range.press("End")
    stepper.page.wait_for_timeout(2000)
    assert stepper.index == LAST
    assert stepper.ask("stepper.index") == 1


def test_new_numbers_keep_place_focus_and_play(stepper):
    """A scene that is shown anew while it plays, and while one of its nodes has the focus."""
    stepper.ask("0", "stepper.interval = 1500")
    stepper.range.press("ArrowRight")
    stepper.button("Play").click()
    stepper.scene.get_by_role("button", name="O2, forward").focus()
    stepper.scene.locator("svg").evaluate("svg => { svg.id = 'old'; }")
    stepper.ask("0", "stepper.show(*demo(4, columns=5))")
    stepper.page.wait_for_selector("#old", state="detached")
    assert stepper.index == 1
    assert stepper.scene.locator("tr").first.locator("td").count() == 5
    assert stepper.scene.get_by_role("button", name="O2, forward").evaluate("node => node === document.activeElement")
    assert stepper.button("Pause").count() == 1
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').value === '2'")
    stepper.range.press("End")
    stepper.ask("0", "stepper.show(*demo(2))")
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').max === '4'")
    assert stepper.index == 4
    assert stepper.root.locator("p").first.inner_text() == "frame 5 of 5 · backward, t = 1"


def test_views_of_one_stepper_and_linked_widgets_move_together(page, notebook, open_lesson):
    """Two views, and a number box joined by jslink in both directions."""
    link = f"import ipywidgets\n{MAKE}\nbox = ipywidgets.IntText(description='index')\n"
    link += "ipywidgets.jslink((stepper, 'index'), (box, 'value'))\nipywidgets.VBox([stepper, box])"
    open_lesson(page, notebook([SETUP, link, "stepper"]))
    first, second, box = Shown(page, 0), Shown(page, 1), page.locator(".widget-text input")
    first.range.press("End")
    assert (first.index, second.index, box.input_value()) == (LAST, LAST, str(LAST))
    second.button("Previous").click()
    assert (first.index, second.index, box.input_value()) == (LAST - 1, LAST - 1, str(LAST - 1))
    box.fill("2")
    box.press("Enter")
    assert (first.index, second.index) == (2, 2)
    box.fill("99")
    box.press("Enter")
    assert (first.index, second.index) == (LAST, LAST)
    first.range.fill("0")
    start = page.evaluate("() => performance.now()")
    first.button("Play").click()
    second.button("Play").click()  # both play: one frame at a time all the same
    page.wait_for_timeout(400)
    read = "ranges => [performance.now(), ...ranges.map((range) => +range.value)]"
    now, *places = page.locator(".rnn-stepper .rnn-range").evaluate_all(read)
    assert places[0] == places[1] <= (now - start) / 150  # the interval
    first.button("Pause").click()
    second.button("Pause").click()


def test_keys_stay_inside_and_the_reader_does_not(stepper):
    """x, d d and arrows do nothing to the cells; Escape leads to the cell, Tab out of the stepper, Ctrl+S saves."""
    state = """() => { const notebook = jupyterapp.shell.currentWidget.content;
        return [notebook.widgets.length, notebook.activeCellIndex]; }"""
    saved = "() => !jupyterapp.shell.currentWidget.context.model.dirty"
    stepper.button("Play").focus()
    before = stepper.page.evaluate(state)
    for control in (stepper.button("Next"), stepper.range, stepper.scene.get_by_role("button", name="O1, forward")):
        control.focus()
        for key in ("x", "d", "d", "a", "b", "j", "k", "ArrowDown", "ArrowUp", "ArrowRight", "0", "0", "m"):
            stepper.page.keyboard.press(key)
        assert stepper.page.evaluate(state) == before
    stepper.page.keyboard.press("Control+s")
    stepper.page.wait_for_function(saved)
    stepper.page.keyboard.press("Escape")
    assert stepper.page.evaluate("() => document.activeElement.matches('.jp-Cell')")
    stepper.page.keyboard.press("ArrowUp")
    assert stepper.page.evaluate(state)[1] == before[1] - 1
    stepper.button("Big type").focus()
    for _ in range(12):
        stepper.page.keyboard.press("Tab")
        if not stepper.root.evaluate("root => root.contains(document.activeElement)"):
            break
    assert not stepper.root.evaluate("root => root.contains(document.activeElement)")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_looks_and_reads_well(stepper, axe, wear, resize, screenshot, theme):
    """In both themes, both sizes of type, on a projector and in 800 pixels: nothing is cut off, and axe is content."""
    page = stepper.page
    wear(page, theme)
    stepper.range.fill("6")
    for type_size in ("small", "big"):
        for width, height in ((1280, 720), (800, 900)):
            resize(page, width, height)
            assert stepper.root.evaluate(WIDER_THAN_ITS_PLACE) == []
            for control in stepper.root.locator(".rnn-toolbar :is(button, input)").all():
                assert control.bounding_box()["height"] >= 32
            assert axe(page, ".rnn-stepper") == []
            screenshot(page, f"stepper_{theme.lower()}_{type_size}_{width}")
        stepper.button("Big type").click()
    size = stepper.root.evaluate("root => parseFloat(getComputedStyle(root).fontSize)")
    stepper.button("Big type").click()
    assert stepper.root.evaluate("root => parseFloat(getComputedStyle(root).fontSize)") == 1.5 * size


def test_focus_can_be_seen(stepper):
    """Every control that Tab reaches has a ring."""
    stepper.button("Previous").focus()
    for _ in range(8):
        stepper.page.keyboard.press("Tab")
        ring = stepper.page.evaluate("() => getComputedStyle(document.activeElement).outline")
        assert "solid 2px" in ring, stepper.page.evaluate("() => document.activeElement.outerHTML.slice(0, 80)")


def test_no_motion_for_those_who_asked_for_none(stepper):
    """The demo's slow colours are immediate; Play, which the reader asked for, still plays."""
    stepper.page.emulate_media(reduced_motion="reduce")
    wire = stepper.scene.locator(".wire").first
    assert wire.evaluate("wire => getComputedStyle(wire).transitionDuration") == "0s"
    stepper.button("Play").click()
    stepper.page.wait_for_function("() => document.querySelector('.rnn-range').value === '8'", timeout=5000)


def test_picture_wider_than_the_page_follows_what_is_lit(page, notebook, open_lesson):
    """50 steps do not fit: the scene scrolls, with the keys too, and the page does not."""
    open_lesson(page, notebook([SETUP, "Stepper(*demo(50))"]))
    stepper = Shown(page)
    assert stepper.scene.get_attribute("tabindex") == "0"
    for index in (0, 30, 49, 10):
        stepper.range.fill(str(index))
        node, view = stepper.root.locator("circle").nth(index).bounding_box(), stepper.scene.bounding_box()
        assert view["x"] <= node["x"]
        assert node["x"] + node["width"] <= view["x"] + view["width"]
    assert stepper.root.evaluate(WIDER_THAN_ITS_PLACE) == []
