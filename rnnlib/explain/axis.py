"""A scale from values to pixels, with round ticks: `Axis`, and the round numbers of its ticks."""

from dataclasses import dataclass
from math import ceil, floor, log10

HUGE = 1e300
FAR = 5000.0  # pixels; what leads further is drawn to there


@dataclass(frozen=True)
class Axis:
    """A scale from `low` to `high` over pixels `start` to `end`; logarithmic if `log`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, v: float) -> float:
        """Return the pixel of a value, not further than FAR outside."""
        return min(max(self.exact(v), -FAR), FAR)

    def exact(self, v: float) -> float:
        """Return the pixel of a value, however far outside."""
        v = min(max(float(v), -HUGE), HUGE)
        low, high = self.low, self.high
        if self.log:
            low, high, v = (log10(max(u, 1 / HUGE)) for u in (low, high, v))
        share = (v - low) / (high - low)
        return self.start + share * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Round values on the axis, about five."""
        if self.log:
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            return [10.0**k for k in range(first, last + 1, max(1, ceil((last - first) / 5)))]
        step = round_up((self.high - self.low) / 6)
        return [k * step for k in range(ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9) + 1)]


def round_up(v: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(v))
    return next(float(f"{n * power:.0e}") for n in (1, 2, 5, 10) if v <= n * power * (1 + 1e-9))


def round_down(v: float) -> float:
    """Return the last 1, 2 or 5 times a power of ten."""
    return 1 / round_up(1 / v)
