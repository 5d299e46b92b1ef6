"""From a key press to painted pixels in JupyterLab: steps, changes, and beside them the usual ways to do it.

`measure` gives every case its turn in every round, in an order that is drawn anew, so that a busy machine is busy for
all; `tables` prints medians and 95th percentiles. Look at the ratios, the milliseconds are this machine's:
steps send nothing, and take as long with a kernel far away as with one nearby; a change takes little longer than the
kernel's round trip alone; and both are faster than `interact` with `plt.show()`.
"""

import random
import sys
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

sys.path.append(str(Path(__file__).resolve().parents[1]))

from browser.lab import Lab, MissingError, chromium, open_page, serve, write_notebook
from browser.paint import time_key
from browser.reader import open_and_run
from latency_cases import CASES, CELLS, USUAL, Case

ONE_WAY = (0, 75)  # ms: to a kernel far away and back takes 150 ms longer
QUIET = 150  # ms without a message: then everything is answered

# In the page, each message is held back for as many ms, in both directions; they keep their order.
HOLD_BACK = """
window.oneWay = 0;
window.WebSocket = class extends WebSocket {
    hold(act) { if (window.oneWay) setTimeout(act, window.oneWay); else act(); }
    send(data) { this.hold(() => super.send(data)); }
    get onmessage() { return super.onmessage; }
    set onmessage(listener) { super.onmessage = (event) => this.hold(() => listener.call(this, event)); }
};"""

SHOW = "index => jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')"
FOCUS = "element => { element.focus({preventScroll: true}); element.scrollIntoView({block: 'start'}); }"


@dataclass(frozen=True)
class Press:
    """What one press of a key took: ms until it is painted, and the bytes of each message to and from the kernel."""

    ms: float
    sent: list[int]
    received: list[int]


class Traffic:
    """The bytes of each message that a page has sent to its kernels, and received from them."""

    def __init__(self, page: object) -> None:
        """Listen."""
        self.page, self.sent, self.received = page, [], []
        page.on("websocket", self._follow)

    def _follow(self, websocket: object) -> None:
        if "/api/kernels/" in websocket.url:
            websocket.on("framesent", lambda message: self.sent.append(len(message)))
            websocket.on("framereceived", lambda message: self.received.append(len(message)))

    def settle(self) -> None:
        """Wait until there is no more of it."""
        before, now = None, 0
        while before != now:
            self.page.wait_for_timeout(QUIET + 2 * self.page.evaluate("() => window.oneWay"))
            before, now = now, len(self.sent) + len(self.received)


Found = dict[tuple[Case, int], list[Press]]


def measure(page: object, lab: Lab, cases: list[Case], rounds: int, presses: int) -> Found:
    """Return the presses of each case with each delay; a first turn of each is not counted."""
    traffic, found, turns = Traffic(page), defaultdict(list), defaultdict(int)
    used = ["setup", *dict.fromkeys(case.cell for case in cases)]
    open_and_run(page, write_notebook(lab, [CELLS[name] for name in used]))

    def turn(case: Case, one_way: int) -> list[Press]:
        key = ("ArrowRight", "ArrowLeft")[turns[case] % 2]  # there, and the next time back
        turns[case] += 1
        page.evaluate("oneWay => { window.oneWay = oneWay; }", one_way)
        page.evaluate(SHOW, used.index(case.cell))
        page.locator(case.find(case.control)).evaluate(FOCUS)
        traffic.settle()
        return [press(case, key) for _ in range(presses)]

    def press(case: Case, key: str) -> Press:
        sent, received = len(traffic.sent), len(traffic.received)
        ms = time_key(page, case.find(case.control), key, case.find(case.picture))
        traffic.settle()
        return Press(ms, traffic.sent[sent:], traffic.received[received:])

    for case in cases:
        turn(case, 0)
    pairs = [(case, one_way) for case in cases for one_way in ONE_WAY]
    for _ in range(rounds):
        for case, one_way in random.sample(pairs, len(pairs)):
            found[case, one_way] += turn(case, one_way)
    return found


def tables(found: Found) -> str:
    """Return a table for each delay, with a line for each case."""
    lines = []
    for one_way in ONE_WAY:
        here = {case: presses for (case, delay), presses in found.items() if delay == one_way}
        usual = median(press.ms for press in here[USUAL])
        lines += ["", f"{2 * one_way} ms more to the kernel and back: medians of {len(here[USUAL])} presses", HEADING]
        lines += [row(case, here[case], usual) for case in CASES if case in here]
    return "\n".join(lines)


HEADING = f"{'':<24}{'ms':>6}{'95 %':>6}{'x interact':>12}{'messages':>10}{'bytes sent':>12}{'received':>10}"


def row(case: Case, presses: list[Press], usual: float) -> str:
    """Return a line: its time, how many times as fast as the usual way it is, what went to the kernel and came back."""
    times = [press.ms for press in presses]
    middle, late = median(times), quantiles(times, n=20, method="inclusive")[-1]
    sent, received = median(sum(p.sent) for p in presses), median(sum(p.received) for p in presses)
    messages = median(len(press.sent) + len(press.received) for press in presses)
    time = f"{middle:>6.0f}{late:>6.0f}{usual / middle:>12.1f}"
    return f"{case.name:<24}{time}{messages:>10.0f}{sent:>12,.0f}{received:>10,.0f}"


def run(smallest: bool) -> None:
    """Start JupyterLab and a browser, measure, and print the tables."""
    cases = [case for case in CASES if case.cell != "ipympl" or find_spec("ipympl")]
    if len(cases) < len(CASES):
        print('ipympl is not installed and left out: pip install -e ".[bench]"', flush=True)
    rounds, presses = (1, 2) if smallest else (6, 5)
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        try:
            with chromium() as browser, serve(Path(home)) as lab, open_page(browser, lab, HOLD_BACK) as page:
                print(tables(measure(page, lab, cases, rounds, presses)))
        except MissingError as what:
            print(f"latency is left out: there is no {what}")
