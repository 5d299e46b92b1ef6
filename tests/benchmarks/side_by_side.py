"""Measuring: `turns(contenders)` lets them alternate, so that a busy machine is busy for all; `row` prints ratios."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

TURN = 0.002  # seconds: short, so that most turns pass without another process cutting in


def seconds(run: Callable[[], object], calls: int = 1) -> float:
    """Return how long one of so many calls in a row takes."""
    start = perf_counter()
    for _ in range(calls):
        run()
    return (perf_counter() - start) / calls


def turns(contenders: Mapping[str, Callable[[], object]], count: int) -> dict[str, list[float]]:
    """Return the seconds a call of each contender takes in each of its turns."""
    calls = {name: max(1, round(TURN / max(min(seconds(run), seconds(run)), 1e-7))) for name, run in contenders.items()}
    times = {name: [] for name in contenders}
    for _ in range(count):
        for name, run in contenders.items():
            if calls[name] > 1:
                run()  # what the one before has pushed out of the caches comes back
            times[name].append(seconds(run, calls[name]))
    return times


def row(label: str, times: Mapping[str, list[float]]) -> str:
    """Return a line: the first one's median time, the others' as multiples of it, and in brackets those of the best."""
    first, *others = times
    ratios = "".join(
        f"  {name} {median(times[name]) / median(times[first]):.3g}x ({min(times[name]) / min(times[first]):.3g}x)"
        for name in others
    )
    return f"{label:<24}  {first} {1e3 * median(times[first]):.3g} ms ({1e3 * min(times[first]):.3g} ms){ratios}"
