"""A learner's own series: read as it is pasted, or refused in a sentence that names the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from reference import arrays_of

from rnnlib.reading import LEAST, series_from_csv, series_from_text

VALUES = [float(k * k % 17) - 3.5 for k in range(40)]
YEARS = [1950.0 + k for k in range(40)]


def pasted(separator, header="", years=True):
    """The sample as text, a value a line, with or without its year."""
    rows = [f"{year:g}{separator}{value}" if years else str(value) for year, value in zip(YEARS, VALUES, strict=True)]
    return "\n".join([*([header] if header else []), *rows])


@pytest.mark.parametrize(
    ("text", "times"),
    [
        (pasted(""), None),
        (pasted(",", years=False), range(1, 41)),
        (pasted(",", "rain", years=False), range(1, 41)),
        (pasted(","), YEARS),
        (pasted(", ", "year, rain"), YEARS),
        (pasted(";", "year;rain"), YEARS),
        (pasted("\t"), YEARS),
        (pasted("   "), YEARS),
        ("\n\n" + pasted(",") + "\n\n  \n", YEARS),
        ("\ufeff" + pasted(","), YEARS),
        (pasted(",").replace("\n", "\r\n"), YEARS),
        (pasted(",").replace("-", "−"), YEARS),
        (pasted(",", '"the year","rain, in mm"'), YEARS),
        (" ".join(map(str, VALUES)), range(1, 41)),
        (", ".join(map(str, VALUES)), range(1, 41)),
        ("\n".join(" ".join(map(str, VALUES[k : k + 7])) for k in range(0, 40, 7)), range(1, 41)),
        (pasted(",").replace("19", "in 19"), range(1, 41)),
    ],
)
def test_a_pasted_series_is_read(text, times):
    """Lines or running text; commas, semicolons, tabs or spaces; with names on top or not; with times or not."""
    if times is None:
        text, times = pasted("", years=False), range(1, 41)
    series = series_from_text(text, unit="mm")
    assert_array_equal(series.values, VALUES)
    assert_array_equal(series.times, times)
    assert series.unit == "mm"
    assert not any(array.flags.writeable for array in arrays_of(series))


def test_a_column_is_chosen_by_name_or_by_number():
    """The first column still holds the times; the error lists what there is."""
    text = "year,a,b\n" + "\n".join(f"{y:g},{v},{-v}" for y, v in zip(YEARS, VALUES, strict=True))
    for column in ("b", 3):
        series = series_from_text(text, column)
        assert_array_equal(series.values, -np.array(VALUES))
        assert_array_equal(series.times, YEARS)
    assert_array_equal(series_from_text(text, "year").values, YEARS)
    with pytest.raises(ValueError, match="column is None, but there are 3 columns; it must be one of them: year, a, b"):
        series_from_text(text)
    with pytest.raises(ValueError, match="column is 'c', must be one of year, a, b"):
        series_from_text(text, "c")
    with pytest.raises(ValueError, match="column is 4, must be a whole number from 1 to 3"):
        series_from_text(text, 4)


def test_times_begin_where_one_says():
    """Without a column of times; months as twelfths of a year are equal steps, nearly."""
    assert_array_equal(series_from_text(pasted("", years=False), first=1871).times, 1871.0 + np.arange(40))
    months = "\n".join(f"{2000 + k / 12:.2f},{v}" for k, v in enumerate(VALUES))
    assert series_from_text(months).times[12] == 2001.0


def test_a_csv_file_is_read(tmp_path):
    """The same, from a file, named after it; also with the mark that spreadsheets put in front."""
    path = tmp_path / "rain.csv"
    path.write_text(pasted(",", "year,rain"), encoding="utf-8-sig")
    series = series_from_csv(path, "rain")
    assert series.name == "rain"
    assert_array_equal(series.values, VALUES)
    assert series_from_csv(str(path), name="Wet").name == "Wet"


def with_line(k, line):
    """The sample with years, where line k is another."""
    lines = pasted(",", "year,rain").splitlines()
    lines[k - 1] = line
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "text is empty, must hold a value in each line"),
        ("  \n ", "text is empty, must hold a value in each line"),
        (with_line(7, "1955,n/a"), "line 7 has no value ('n/a'): a gap; fill it in, or begin after it"),
        (with_line(7, "1955,"), "line 7 has no value (''): a gap; fill it in, or begin after it"),
        (with_line(7, "1955,NaN"), "line 7 has no value ('NaN'): a gap; fill it in, or begin after it"),
        (with_line(7, "1955,inf"), "line 7 holds 'inf', which is not a finite number"),
        (with_line(7, "1955,wet"), "line 7 holds 'wet', which is not a finite number"),
        (with_line(7, ""), "line 7 is empty: a gap; fill in the missing value, or begin after it"),
        (with_line(7, "1955"), "columns: line 7 has 1, line 2 has 2"),
        (with_line(7, "1955,1,5"), "columns: line 7 has 3, line 2 has 2"),
        (
            with_line(7, "1955,2").replace("1956,", "1956.5,"),
            "line 8: the time goes from 1955 to 1956.5, elsewhere by 1: a gap; fill it in, or begin after it",
        ),
        (with_line(7, "1953,2"), "line 7: the time goes from 1954 to 1953, it must go up"),
        (
            pasted(";").replace("1954;12.5", "1954;5,5"),
            "line 5 holds '5,5', which is not a finite number; write a decimal point, not a comma",
        ),
        ("\n".join(map(str, VALUES[: LEAST - 1])), "text holds 29 values, must hold at least 30"),
        ("4", "text holds 1 value, must hold at least 30"),
        ("7 " * 40, "all 40 values are 7: there is nothing to forecast"),
    ],
)
def test_what_can_not_be_used_is_said_with_its_line(text, message):
    """Empty, missing, text, gaps in time, too short, constant: each in a sentence."""
    with pytest.raises(ValueError) as caught:
        series_from_text(text)
    assert str(caught.value) == message


def lines_of(*columns):
    """Numbers side by side, a space between them."""
    return "\n".join(" ".join(f"{v:g}" for v in row) for row in zip(*columns, strict=True))


def test_what_is_not_said_is_counted_and_named():
    """The defaults: a name, a unit, times from 1, and whose data it is."""
    series = series_from_text(pasted("", years=False))
    assert repr(series) == "Your series, 1 to 40, 40 values, in units (your data; yours)"


def test_running_text_is_read_line_by_line():
    """Lines of any length, the first with more than two values; a column that is asked for makes it a table again."""
    rows = [VALUES[:7], VALUES[7:9], VALUES[9:20], VALUES[20:39], VALUES[39:]]
    assert_array_equal(series_from_text("\n".join(" ".join(map(str, row)) for row in rows)).values, VALUES)
    table = lines_of(YEARS, VALUES, VALUES[::-1])
    assert len(series_from_text(table).values) == 120
    assert_array_equal(series_from_text(table, 3).values, VALUES[::-1])
    assert_array_equal(series_from_text(table, 3).times, YEARS)


def test_one_of_two_columns_can_be_asked_for():
    """By name or number, the times too; blanks around a name, and an X in front of it, are no matter."""
    text = pasted(" , ", "Xyear , rain")
    for column, values in (("Xyear", YEARS), (1, YEARS), ("rain", VALUES), (2, VALUES), (None, VALUES)):
        assert_array_equal(series_from_text(text, column).values, values)


def test_a_first_column_with_a_word_in_it_is_no_time():
    """All of its entries must be numbers, else the values are counted."""
    assert_array_equal(series_from_text(pasted(",").replace("1960,", "sixty,")).times, range(1, 41))


def test_the_least_number_of_values_is_enough():
    """30 will do."""
    assert len(series_from_text("\n".join(map(str, VALUES[:LEAST]))).values) == LEAST == 30


@pytest.mark.parametrize("uneven", [12.0, 12.5, 8.0, 7.5])
def test_steps_may_differ_by_a_quarter(uneven):
    """Of the usual step, here 10, to either side and to the border."""
    times = np.cumsum([0.0, *[10.0] * 20, uneven, *[10.0] * 18])
    assert_allclose(series_from_text(lines_of(times, VALUES)).times, times)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("4 5", {}, "text holds 2 values, must hold at least 30"),
        ("NA\n" * 40, {}, "line 1 has no value ('NA'): a gap; fill it in, or begin after it"),
        *(
            (f"{mark}\n" * 40, {}, f"line 1 has no value ({mark!r}): a gap; fill it in, or begin after it")
            for mark in ("na", "null", "none", "-", "?")
        ),
        (pasted(",").replace("1960,", "1960,1,"), {}, "columns: line 11 has 3, line 1 has 2"),
        (pasted(","), {"column": 3}, "column is 3, must be a whole number from 1 to 2"),
        (
            lines_of(YEARS, VALUES, VALUES).replace(" ", ","),
            {},
            "column is None, but there are 3 columns; it must be one of them: 1 to 3",
        ),
        (
            "a b c\n" + lines_of(YEARS, VALUES, VALUES),
            {},
            "column is None, but there are 3 columns; it must be one of them: a, b, c",
        ),
        (pasted(","), {"column": "rain"}, "column is 'rain', must be one of 1 to 2"),
        (
            lines_of(np.cumsum([*[10.0] * 20, 13.0, *[10.0] * 19]), VALUES),
            {},
            "line 21: the time goes from 200 to 213, elsewhere by 10: a gap; fill it in, or begin after it",
        ),
        (
            lines_of(np.cumsum([*[10.0] * 20, 7.0, *[10.0] * 19]), VALUES),
            {},
            "line 21: the time goes from 200 to 207, elsewhere by 10: a gap; fill it in, or begin after it",
        ),
        (pasted(",").replace("1960,", "1959,"), {}, "line 11: the time goes from 1959 to 1959, it must go up"),
        (pasted(","), {"first": [1]}, "first has shape (1,), must be one time"),
        (pasted(","), {"first": np.inf}, "first is inf, first must be finite"),
    ],
)
def test_what_can_not_be_told_apart_is_said_in_full(text, options, message):
    """Columns, times and marks of a missing value: the whole sentence."""
    with pytest.raises(ValueError) as caught:
        series_from_text(text, **options)
    assert str(caught.value) == message


def test_a_series_that_is_no_text_is_refused():
    """A list is not text, and a first time must be finite."""
    with pytest.raises(TypeError, match=r"^text is a list, must be a string$"):
        series_from_text(VALUES)
    with pytest.raises(ValueError, match="first is nan"):
        series_from_text(pasted(","), first=float("nan"))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(alphabet='0123456789.,;-e \tnax\n"', max_size=200))
def test_any_text_is_read_or_refused_in_a_sentence(text):
    """Never another error than ValueError."""
    try:
        series = series_from_text(text)
    except ValueError as error:
        assert len(str(error)) > 10
    else:
        assert np.isfinite(series.values).all()
