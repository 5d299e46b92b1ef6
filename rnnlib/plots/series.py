"""A measured series over time, one window of it, its target and a forecast: `draw_series`, `describe_series`."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..arrays import instance, numbers
from ..explain.spelling import number
from ..series import Series
from . import style
from .description import Description
from .picture import described

Times = tuple[float, float]
LISTED = 60  # values of which each has its row in the table
BAND, LINE = "#e3ebf3", "#8c8c8c"


@dataclass(frozen=True, eq=False)
class Cut:
    """What is drawn of a series: the slices `shown` and `window`, the place of its `target`, and a `forecast` of it."""

    shown: slice
    window: slice | None = None
    target: int | None = None
    forecast: float | None = None


def cut(series: Series, window: Times | None, forecast: float | None, span: Times | None) -> Cut:
    """Return the places in the series, checked."""
    instance(series, "series", Series, "sunspots()")
    shown = between(series, series.times[[0, -1]] if span is None else span, "span")
    if window is None:
        if forecast is not None:
            raise ValueError("forecast stands after a window, and window is None")
        return Cut(shown)
    inside = between(series, window, "window")
    if inside.start < shown.start or inside.stop > shown.stop:
        raise ValueError(f"window is {window}, must lie in span, which is {span}")
    target = inside.stop if inside.stop < shown.stop else None
    if forecast is not None:
        if target is None:
            raise ValueError(f"window is {window}, must end before the last time shown: the forecast is of the next")
        forecast = float(numbers(forecast, "forecast", "one number", ndim=(0,)))
    return Cut(shown, inside, target, forecast)


def between(series: Series, ends: Times, name: str) -> slice:
    """Return the places from one time of the series to another, both included."""
    given = numbers(ends, name, "(2,), a first and a last time", ndim=(1,))
    if len(given) != 2 or given[0] > given[1] or not np.isin(given, series.times).all():
        reach = f"{spelled(series.times[0])} to {spelled(series.times[-1])}"
        raise ValueError(f"{name} is {ends}, must be (first, last), two of the times of the series, {reach}")
    first, last = np.searchsorted(series.times, given).tolist()
    return slice(first, last + 1)


def spelled(time: float) -> str:
    """Return a time in full, whatever its size."""
    return f"{time:.10g}"


def describe_series(
    series: Series, window: Times | None = None, forecast: float | None = None, span: Times | None = None
) -> Description:
    """Return what is shown, its lowest and highest value, and the window with what follows it as a table."""
    chosen = cut(series, window, forecast, span)
    times, values = series.times[chosen.shown], series.values[chosen.shown]
    low, high = int(values.argmin()), int(values.argmax())
    count = f"{len(values)} value{'s' * (len(values) > 1)}"
    sentence = (
        f"{series.name}, {spelled(times[0])} to {spelled(times[-1])}, {count}: lowest {number(values[low])} in "
        f"{spelled(times[low])}, highest {number(values[high])} in {spelled(times[high])}."
    )
    if chosen.window is None:
        places = range(len(values)) if len(values) <= LISTED else sorted({0, low, high, len(values) - 1})
        rows = [(spelled(times[k]), number(values[k])) for k in places]
        return Description(sentence, ("time", series.unit), tuple(rows))
    inside = range(chosen.window.start, chosen.window.stop)
    rows = [(spelled(series.times[k]), number(series.values[k])) for k in inside]
    sentence += f" The window from {rows[0][0]} to {rows[-1][0]} has {len(rows)} value{'s' * (len(rows) > 1)}"
    if chosen.target is not None:
        when, y = spelled(series.times[chosen.target]), number(series.values[chosen.target])
        rows.append((f"{when}: y", y))
        sentence += f"; its target is the next one, y = {y} in {when}"
    if chosen.forecast is not None:
        rows.append((f"{when}: y_hat", number(chosen.forecast)))
        sentence += f", and the forecast is y_hat = {number(chosen.forecast)}"
    return Description(f"{sentence}.", ("time", series.unit), tuple(rows))


def draw_series(
    series: Series,
    window: Times | None = None,
    forecast: float | None = None,
    span: Times | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a measured series, and on it one window with the target y that follows it and a forecast y_hat of it.

    window   : (first, last) time of the inputs, both included
    forecast : in the unit of the series, drawn at the time after the window
    span     : (first, last) time to show; all if None
    """
    chosen = cut(series, window, forecast, span)
    ax, times, values = style.axes(ax), series.times, series.values
    style.dress(ax, f"{series.name} ({series.unit})", style.INK, "time")
    few = chosen.shown.stop - chosen.shown.start <= LISTED
    look = {"color": LINE, "linewidth": 1.5, "marker": "o" if few else "", "markersize": 4}
    ax.plot(times[chosen.shown], values[chosen.shown], **look)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=style.ROUND))
    ax.margins(x=0.02, y=0.12)
    if chosen.window is not None:
        mark_window(ax, series, chosen)
    return described(ax, describe_series(series, window, forecast, span))


def mark_window(ax: Axes, series: Series, chosen: Cut) -> None:
    """Mark the window with a band and dots, the target with a square, and the forecast with a diamond."""
    times, values = series.times[chosen.window], series.values[chosen.window]
    ax.axvspan(times[0], times[-1], color=BAND, zorder=0)
    ax.plot(times, values, "o-", color=style.colour_of("x"), linewidth=2.5, markersize=5)
    top = ((times[0] + times[-1]) / 2, 1.0)
    style.label(ax, "x", top, (0, -4), style.colour_of("x"), xycoords=("data", "axes fraction"), ha="center", va="top")
    if chosen.target is None:
        return
    next_time = series.times[chosen.target]
    marks = {"y": series.values[chosen.target]} | ({} if chosen.forecast is None else {"y_hat": chosen.forecast})
    for (name, value), shift in zip(marks.items(), style.spread(ax, list(marks.values())), strict=True):
        ax.plot(next_time, value, **style.OUTCOMES[name], color=style.colour_of(name))
        text, at = f"{name} = {number(value)}", (next_time, value)
        style.label(ax, text, at, (12, shift), style.colour_of(name), va="center")
