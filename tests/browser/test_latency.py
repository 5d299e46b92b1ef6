"""The latency bench runs, on a few of its cases, and keeps its one promise: a step does not wait for the kernel."""

from pathlib import Path
from statistics import median

import pytest

from .lab import open_page

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def latency(monkeypatch):
    """The bench."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return pytest.importorskip("latency")


def test_with_150_ms_to_the_kernel_stepping_is_as_fast_as_without(latency, browser, lab):
    """The delay is there, as the kernel's round trip shows; a step sends nothing, and is painted before it is over."""
    step, trip = (next(case for case in latency.CASES if name in case.name) for name in ("step", "round trip"))
    cases = [step, trip, latency.USUAL]
    with open_page(browser, lab, latency.HOLD_BACK) as page:
        found = latency.measure(page, lab, cases, rounds=1, presses=4)
    near, far = latency.ONE_WAY
    assert not any(press.sent or press.received for one_way in (near, far) for press in found[step, one_way])
    assert min(press.ms for press in found[trip, far]) >= 2 * far > median(press.ms for press in found[step, far])
    table = latency.tables(found)
    assert [table.count(case.name) for case in cases] == [2, 2, 2]
