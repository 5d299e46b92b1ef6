"""A training as it goes on: bar with the time left, loss curves, forecasts of the held-out part, and errors as a table.

`training_picture(fit)` returns SVG and a table, `training_bar(fit, updates, seconds)` the progress, `training_sentence`
says where it stands, and `plain_training` is the table as text.
"""

from collections.abc import Callable, Sequence
from html import escape
from math import floor, isfinite, log10

import numpy as np

from ..fit import Fit
from .spelling import number

WIDTH, HEIGHT = 1100, 282
TOP, BOTTOM = 26, 248  # of both plots
LOSS, SERIES = (64, 356), (440, 1068)  # left and right end of the two plots
Plot = tuple[int, int]


def training_picture(fit: Fit) -> str:
    """Return the two plots as SVG, and under them the table of errors."""
    drawing = loss_plot(fit) + forecast_plot(fit)
    label = escape(training_sentence(fit), quote=True)
    svg = f'<svg class="graph course" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{drawing}</svg>'
    return f'<div class="rnn">{svg}{training_table(fit)}</div>'


def training_bar(updates: int, steps: int, state: str, seconds: float | None = None) -> str:
    """Return a native progress bar with its label; `seconds` is what the updates so far took, None leaves time out."""
    left = ""
    if seconds is not None and updates:
        left = f", about {max(1, round(seconds * (steps - updates) / updates))} s left"
    bar = f'<label>Progress <progress max="{steps}" value="{updates}"></progress></label>'
    return f'<div class="rnn rnn-progress">{bar} <span>{state}, {updates} of {steps} updates{left}</span></div>'


def training_sentence(fit: Fit) -> str:
    """Return by how much the forecasts miss on both parts, and after how many updates."""
    series, times, updates = fit.data.series, fit.data.held_out.times, fit.updates[-1]
    span = f"{times[0]:.10g} to {times[-1]:.10g}"
    done = f"After {updates} update{'s' * (updates != 1)}" if updates else "Before the first update"
    if fit.forecast is None:
        return f"{done} the forecasts are no longer finite numbers: the learning rate is too large."
    (trained, rnn), spell = fit.errors["RNN"], speller(fit)
    return (
        f"{done} the RNN misses by {spell(rnn)} {series.unit} on the held-out part, {span}, "
        f"and by {spell(trained)} in training."
    )


def speller(fit: Fit) -> Callable[[float], str]:
    """Return how errors are written: with the decimals that of the last value needs; huge ones in powers of 10."""
    last = fit.data.baselines["last value"][1]
    return lambda v: f"{v:.{fit.data.decimals}f}" if v < 1e4 * (last or 1.0) else number(v, 3)


def rows(fit: Fit) -> list[tuple[str, str, str]]:
    """Return the table: a heading and a row for each forecaster."""
    spell = speller(fit)
    errors = [(name, *(spell(v) for v in of)) for name, of in fit.errors.items()]
    return [(f"misses by (RMSE, {fit.data.series.unit})", "training", "held out"), *errors]


def training_table(fit: Fit) -> str:
    """Return the errors as an HTML table."""
    head, *others = (tuple(map(escape, row)) for row in rows(fit))
    heading = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = ""
    for name, *errors in others:
        kind = ' class="on"' if name == "RNN" else ""
        body += f'<tr{kind}><th scope="row">{name}</th>' + "".join(f"<td>{error}</td>" for error in errors) + "</tr>"
    return f'<div class="ledger"><table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table></div>'


def plain_training(fit: Fit) -> str:
    """Return the errors as text."""
    table = rows(fit)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join((row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:]))) for row in table)


def loss_plot(fit: Fit) -> str:
    """Return the loss of both parts over the updates."""
    curves = np.array([fit.losses, fit.held_out_losses])
    logs = np.log10(curves, where=(curves > 0.0) & np.isfinite(curves), out=np.full(curves.shape, np.nan))
    ends = (-1.0, 0.0) if np.isnan(logs).all() else (mark_at(np.nanmin(logs), False), mark_at(np.nanmax(logs), True))
    ends = (ends[0], max(ends[1], ends[0] + 1.0))
    drawn = frame(LOSS, (0.0, fit.steps), ends, "loss L over the updates (log scale)", powers(*ends))
    for name, kind, curve in zip(("training", "held out"), ("solid", "dashed"), logs, strict=True):
        drawn += path(across(np.array(fit.updates), LOSS, 0.0, fit.steps), up(curve, *ends), f"{kind} s-L")
        shift = 40 if kind == "solid" else 150
        drawn += f'<path d="M{LOSS[0] + shift},{TOP + 12} h26" class="{kind} s-L"/>'
        drawn += f'<text x="{LOSS[0] + shift + 32}" y="{TOP + 17}" class="start">{name}</text>'
    return drawn


def forecast_plot(fit: Fit) -> str:
    """Return the held-out values as they were measured, and their forecasts."""
    part, measured = fit.data.held_out, fit.data.held_out.measured
    low, high = min(0.0, float(measured.min())), float(measured.max())
    if measured.min() > 0.5 * measured.max():  # far from zero: show where the values are
        low = 2 * float(measured.min()) - high
    low, high = floored(low, high), low + ceiling(1.1 * (high - low))
    first, last = part.times[0], part.times[-1]
    title = f"{fit.data.series.name}: held out, each forecast one step ahead"
    drawn = frame(SERIES, (first, last), (low, high), title, {number(v): v for v in ticks(low, high, 4)})
    x, y = across(part.times, SERIES, first, last), up(measured, low, high)
    drawn += path(x, y, "thin s-y")
    drawn += "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" class="dot s-y"/>' for a, b in zip(x, y, strict=True))
    if fit.forecast is not None:
        drawn += path(x, up(np.clip(fit.forecast, low, high), low, high), "solid s-y_hat")
    at = SERIES[0] + 40
    return drawn + (
        f'<circle cx="{at}" cy="{TOP + 12}" r="3" class="dot s-y"/><text x="{at + 10}" y="{TOP + 17}" class="start">'
        f'measured y</text><path d="M{at + 110},{TOP + 12} h26" class="solid s-y_hat"/>'
        f'<text x="{at + 142}" y="{TOP + 17}" class="start">forecast y_hat</text>'
    )


def powers(low: float, high: float) -> dict[str, float]:
    """Return ticks for a log scale: powers of ten, 10^low to 10^high, and 2 and 5 times them if these are few."""
    factors = (1, 2, 5) if high - low <= 2 else (1,)
    exponents = range(floor(low + 1e-9), floor(high + 1e-9) + 1, max(1, round((high - low) / 6)))
    marks = {number(n * 10.0**k): log10(n) + k for k in exponents for n in factors}
    return {name: at for name, at in marks.items() if low - 1e-9 <= at <= high + 1e-9}


def mark_at(log: float, is_up: bool) -> float:
    """Return the logarithm of the next number of 1, 2, 5, 10, 20 .. that is not above (or with `is_up` not below)."""
    marks = [floor(log) + log10(n) for n in (1, 2, 5, 10)]
    return min(m for m in marks if m >= log - 1e-9) if is_up else max(m for m in marks if m <= log + 1e-9)


def frame(plot: Plot, ends: Sequence[float], up_ends: Sequence[float], title: str, levels: dict[str, float]) -> str:
    """Return axes with a title above, from one end to the other, and lines at the levels, each with its name."""
    (left, right), (low, high) = plot, up_ends
    drawn = f'<text x="{left}" y="16" class="start">{escape(title)}</text>'
    for name, value in levels.items():
        y = float(up(value, low, high))
        drawn += f'<path d="M{left},{y:.1f} H{right}" class="grid"/>'
        drawn += f'<text x="{left - 8}" y="{y + 5:.1f}" class="end">{name}</text>'
    for value in ticks(*ends, (right - left) / 90):
        x = float(across(value, plot, *ends))
        drawn += f'<path d="M{x:.1f},{BOTTOM} v6" class="axis-line"/>'
        drawn += f'<text x="{x:.1f}" y="{BOTTOM + 22}">{number(value, 10)}</text>'
    return drawn + f'<path d="M{left},{BOTTOM} H{right}" class="axis-line"/>'


def ticks(low: float, high: float, count: float) -> np.ndarray:
    """Return round numbers from low to high, about `count` of them."""
    rough = (high - low) / count
    power = 10.0 ** floor(log10(rough)) if rough > 0.0 else 1.0
    step = next((n * power for n in (1, 2, 5) if rough <= n * power), 10 * power)
    return np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step


def ceiling(value: float) -> float:
    """Return the next number up with one digit, or one and a half; 1 for zero."""
    if value <= 0.0 or not isfinite(value):
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next((n * power for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8) if value <= n * power), 10 * power)


def floored(low: float, high: float) -> float:
    """Return the lower end of an axis: zero, or a round number below."""
    if low == 0.0:
        return 0.0
    power = 10.0 ** floor(log10(high - low))
    return float(np.floor(low / power) * power)


def across(values: np.ndarray, plot: Plot, first: float, last: float) -> np.ndarray:
    """Return where values stand from left to right."""
    return plot[0] + (plot[1] - plot[0]) * (np.asarray(values) - first) / ((last - first) or 1.0)


def up(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return where values stand from the bottom up."""
    return BOTTOM - (BOTTOM - TOP - 24) * (np.asarray(values) - low) / (high - low)


def path(x: np.ndarray, y: np.ndarray, kind: str) -> str:
    """Return a line through the points that are finite."""
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if isfinite(b)]
    return f'<path d="M{" L".join(points)}" class="line {kind}"/>' if points else ""
