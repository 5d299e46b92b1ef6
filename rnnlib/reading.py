"""A series of your own: `series_from_text(text)` reads what you paste, `series_from_csv(path)` a file."""

import csv
import math
from pathlib import Path

import numpy as np

from .arrays import frozen, numbers, whole
from .series import Series

LEAST = 30  # values, below which there is hardly anything to learn and to judge by
MARKS = "\t;,"  # between columns; the first of them that is found counts
MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?"}
Lines = list[tuple[int, list[str]]]


def series_from_csv(path: str | Path, column: str | int | None = None, name: str = "", unit: str = "units") -> Series:
    """Return a column of a CSV file as a `Series`: `series_from_text` of what the file holds, named after the file."""
    return series_from_text(Path(path).read_text(encoding="utf-8-sig"), column, name or Path(path).stem, unit)


def series_from_text(
    text: str, column: str | int | None = None, name: str = "Your series", unit: str = "units", first: float = 1
) -> Series:
    """Return a series from pasted text: a value a line, or columns as in a CSV file, or values in running text.

    column : which one holds the values, by the name in the first line, or counted from 1; needed if there are several,
             unless there are two: time and value
    first  : time of the first value, where the text holds no times; each next one is 1 later

    Columns are kept apart by tabs, semicolons, commas or spaces. The first one, if it holds numbers and is not the one
    with the values, holds the times, which must go up by equal steps.
    Raises ValueError, naming the line, for what can't be used: text, a missing value, a gap in time; and for too few
    values, or values that are all the same.

    >>> series_from_text("year,rain\\n" + "\\n".join(f"{1950 + k},{k % 7}" for k in range(40)), unit="mm")
    Your series, 1950 to 1989, 40 values, in mm (your data; yours)
    """
    if not isinstance(text, str):
        raise TypeError(f"text is a {type(text).__name__}, must be a string")
    header, lines = table(text)
    if column is None and not header and (len(lines) == 1 or (is_spaced(text) and len(lines[0][1]) > 2)):
        lines = [(line, [cell]) for line, cells in lines for cell in cells]  # running text
    place = column_of(column, header, len(lines[0][1]))
    for line, cells in lines:
        if len(cells) != len(lines[0][1]):
            raise ValueError(f"columns: line {line} has {len(cells)}, line {lines[0][0]} has {len(lines[0][1])}")
    values = np.array([value_in(cells[place], line) for line, cells in lines])
    times = numbers(first, "first", "one time", ndim=(0,)) + np.arange(len(values))
    if place > 0 and all(number_in(cells[0]) is not None for _, cells in lines):
        times = equal_steps([(line, number_in(cells[0])) for line, cells in lines])
    if len(values) < LEAST:
        raise ValueError(f"text holds {len(values)} value{'s' * (len(values) > 1)}, must hold at least {LEAST}")
    if np.ptp(values) == 0.0:
        raise ValueError(f"all {len(values)} values are {values[0]:g}: there is nothing to forecast")
    return Series(name, frozen(times), frozen(values), unit, source="your data", licence="yours")


def table(text: str) -> tuple[list[str], Lines]:
    """Return the names in the first line, if it has any, and the cells of the other lines, each with its number."""
    numbered = [(k, line.strip()) for k, line in enumerate(text.strip("\ufeff").splitlines(), 1)]
    while numbered and not numbered[-1][1]:
        numbered.pop()
    while numbered and not numbered[0][1]:
        numbered.pop(0)
    if not numbered:
        raise ValueError("text is empty, must hold a value in each line")
    for k, line in numbered:
        if not line:
            raise ValueError(f"line {k} is empty: a gap; fill in the missing value, or begin after it")
    mark = None if is_spaced(text) else next(mark for mark in MARKS if mark in text)
    cells = [
        (k, [cell.strip() for cell in (next(csv.reader([line], delimiter=mark)) if mark else line.split())])
        for k, line in numbered
    ]
    names = cells[0][1]
    if any(number_in(cell) is not None or cell.lower() in MISSING for cell in names) or len(cells) == 1:
        return [], cells
    return names, cells[1:]


def is_spaced(text: str) -> bool:
    """Return whether nothing but spaces keeps the entries of a line apart."""
    return not any(mark in text for mark in MARKS)


def column_of(column: str | int | None, header: list[str], count: int) -> int:
    """Return the place of the column with the values, from 0."""
    if column is None and count <= 2:
        return count - 1
    known = ", ".join(header) if header else f"1 to {count}"
    if column is None:
        raise ValueError(f"column is None, but there are {count} columns; it must be one of them: {known}")
    if isinstance(column, str):
        if column not in header:
            raise ValueError(f"column is {column!r}, must be one of {known}")
        return header.index(column)
    return whole(column, "column", 1, count) - 1


def number_in(cell: str) -> float | None:
    """Return the finite number in a cell, None if there is none; a true minus sign counts as one."""
    try:
        value = float(cell.replace("−", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def value_in(cell: str, line: int) -> float:
    """Return the value in a cell, or say what is wrong with its line."""
    value = number_in(cell)
    if value is None and cell.lower() in MISSING:
        raise ValueError(f"line {line} has no value ({cell!r}): a gap; fill it in, or begin after it")
    if value is None:
        comma = "; write a decimal point, not a comma" if number_in(cell.replace(",", ".")) is not None else ""
        raise ValueError(f"line {line} holds {cell!r}, which is not a finite number{comma}")
    return value


def equal_steps(times: list[tuple[int, float]]) -> np.ndarray:
    """Return the times, if they go up by equal steps, a quarter of a step more or less."""
    at = np.array([time for _, time in times])
    steps = np.diff(at)
    usual = float(np.median(steps))
    for (line, time), (_, before), step in zip(times[1:], times[:-1], steps, strict=True):
        if step <= 0.0:
            raise ValueError(f"line {line}: the time goes from {before:.10g} to {time:.10g}, it must go up")
        if abs(step - usual) > 0.25 * usual:
            found = f"the time goes from {before:.10g} to {time:.10g}, elsewhere by {usual:.4g}"
            raise ValueError(f"line {line}: {found}: a gap; fill it in, or begin after it")
    return at
