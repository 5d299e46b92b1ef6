"""Descents side by side: every dot stands where its loss is, and the words say who has learned and when."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_allclose

from rnnlib.explain import plain_race, race, race_table
from rnnlib.explain.race import BOTTOM, LEFT, RIGHT, TOP, apart, frames, learned_after
from rnnlib.explain.spelling import number

RUNS = {"full": np.geomspace(0.5, 1e-4, 161), "k = 2": np.linspace(0.5, 0.05, 161), "k = 1": np.full(161, 0.4)}


def picture_of(scene):
    """The picture, as a tree."""
    return ElementTree.fromstring(re.search("<svg.*</svg>", scene.html)[0])


def test_a_frame_for_every_few_updates_the_last_included():
    """At most 41 frames; each has its title and its sentence."""
    made = race(RUNS)
    assert made.titles == [f"update {i}" for i in range(0, 161, 4)]
    assert len(made.sentences) == 41
    assert [len(frames({"a": np.ones(n)})) for n in (2, 41, 42, 100, 1000)] == [2, 41, 22, 34, 41]
    assert all(frames({"a": np.ones(n)})[-1] == n - 1 for n in range(2, 300))


def test_dots_stand_where_the_losses_are():
    """At each frame one dot for each run, on its curve, and its name beside it."""
    root, top = picture_of(race(RUNS)), 0.5
    for frame, i in enumerate(frames(RUNS)):
        dots = [e for e in root.iter("circle") if e.get("data-at") == str(frame)]
        assert_allclose([float(e.get("cx")) for e in dots], LEFT + (RIGHT - LEFT) * i / 160, atol=0.06)
        heights = [BOTTOM - (BOTTOM - TOP) * losses[i] / top for losses in RUNS.values()]
        assert_allclose([float(e.get("cy")) for e in dots], heights, atol=0.06)
        names = [e.text for e in root.iter("text") if e.get("data-at") == str(frame)]
        assert names == list(RUNS)


def test_curves_go_through_all_losses_up_to_now():
    """A piece for each frame, seen from then on; they meet, and are told apart by their dashes, not by colour."""
    root, steps = picture_of(race(RUNS)), frames(RUNS)
    pieces = [e for e in root.iter("path") if e.get("class") == "run"]
    assert [e.get("data-at") for e in pieces] == [f"{frame}-" for frame in range(1, 41)] * 3
    for n, losses in enumerate(RUNS.values()):
        mine, length = pieces[40 * n : 40 * n + 40], 0.0
        assert len({e.get("stroke-dasharray") for e in mine}) == 1
        for frame, piece in enumerate(mine, start=1):
            points = np.array([pair.split(",") for pair in piece.get("d")[1:].split("L")], dtype=float)
            part = losses[steps[frame - 1] : steps[frame] + 1]
            assert_allclose(points[:, 1], BOTTOM - (BOTTOM - TOP) * part / 0.5, atol=0.06)
            assert_allclose(float(piece.get("stroke-dashoffset")), length, atol=0.5)
            length += np.linalg.norm(np.diff(points, axis=0), axis=1).sum()
    assert len({e.get("stroke-dasharray") for e in pieces}) == 3


@pytest.mark.parametrize(
    "wanted", [[20.0] * 6, [250.0] * 6, [100.0] * 3, [10.0, 200.0, 195.0], [250.0, 20.0, 249.0, 21.0]]
)
def test_names_do_not_run_into_each_other(wanted):
    """All runs begin at one place; their names stand under each other, in the order of the losses, and on the page."""
    placed = apart(wanted)
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    assert min(np.diff([placed[k] for k in order])) >= 18
    assert TOP <= min(placed) <= max(placed) <= BOTTOM


def test_a_name_stands_at_its_dot_where_there_is_room():
    """Nothing is moved without need."""
    assert apart([100.0, 200.0, 150.0]) == [100.0, 200.0, 150.0]
    assert apart([100.0, 100.0]) == [100.0, 118.0]


def test_everything_stays_on_the_page():
    """All names of all frames, from the start to the end."""
    root = picture_of(race(dict.fromkeys("abcdef", RUNS["full"])))
    _, _, width, height = map(float, root.get("viewBox").split())
    for e in root.iter("text"):
        assert 0 <= float(e.get("x")) <= width - 60 * (e.get("class") == "start runner")
        assert 10 <= float(e.get("y")) <= height


def test_sentences_say_who_has_learned():
    """By the first update below the goal, in the order of arrival; nobody at the start."""
    made = race(RUNS)
    assert made.sentences[0] == "Loss after 0 updates: full at 0.5, k = 2 at 0.5, k = 1 at 0.4. Below 0.1: nobody yet."
    at = learned_after(RUNS["full"])
    assert RUNS["full"][at] < 0.1 <= RUNS["full"][at - 1]
    assert made.sentences[-1].endswith(f"Below 0.1: full (after {at}), k = 2 (after {learned_after(RUNS['k = 2'])}).")
    assert f"Below 0.1: full (after {at})." in made.sentences[20]
    assert race({"a": [1.0, 0.5]}).sentences[1].startswith("Loss after 1 update: a at 0.5.")


def test_a_goal_can_be_given():
    """Also one above all losses: then the picture has room for it."""
    made = race({"a": [0.05, 0.04]}, goal=0.2)
    assert made.sentences[0] == "Loss after 0 updates: a at 0.05. Below 0.2: a (after 0)."
    (line,) = [e for e in picture_of(made).iter("path") if e.get("class") == "goal"]
    assert TOP < float(re.search(r",([\d.]+)H", line.get("d"))[1]) < BOTTOM


def test_tables_have_the_losses_at_five_places():
    """The same numbers on the page and as plain text; never is a word."""
    head, *rows = (["".join(c.itertext()) for c in row] for row in ElementTree.fromstring(race_table(RUNS)).iter("tr"))
    assert head == ["L after", "0", "40", "80", "120", "160", "below 0.1 after"]
    for row, (name, losses) in zip(rows, RUNS.items(), strict=True):
        assert row[:6] == [name, *(number(losses[i], 3).replace("−", "-") for i in (0, 40, 80, 120, 160))]
    assert [row[-1] for row in rows] == [str(learned_after(RUNS["full"])), str(learned_after(RUNS["k = 2"])), "never"]
    for line, row in zip(plain_race(RUNS).splitlines(), [head, *rows], strict=True):
        assert re.split("  +", line.strip()) == row


def test_names_are_escaped():
    """In picture and table, and numbers may be names."""
    nasty = {"<b>": [1.0, 0.5], 2: [1.0, 0.4]}
    assert "<b>" not in race(nasty).html.replace("&lt;b&gt;", "")
    assert "<b>" not in race_table(nasty)
    assert [e.text for e in picture_of(race(nasty)).iter("text") if e.get("data-at") == "1"] == ["<b>", "2"]


def test_wrong_runs_are_named():
    """A list, none, too many, lengths that differ, a loss that is not finite, no update."""
    with pytest.raises(TypeError, match="runs is a list, must be a Mapping"):
        race([[1.0, 0.5]])
    with pytest.raises(ValueError, match="runs holds 0 descents, must hold 1 to 6"):
        race({})
    with pytest.raises(ValueError, match="runs holds 7 descents"):
        race({n: [1.0, 0.5] for n in range(7)})
    with pytest.raises(ValueError, match=r"losses of 'b' has shape \(3,\), must be .* = \(2,\), as those of 'a'"):
        race({"a": [1.0, 0.5], "b": [1.0, 0.5, 0.2]})
    with pytest.raises(ValueError, match=r"losses of 'a'\[1\] is inf"):
        race({"a": [1.0, np.inf]})
    with pytest.raises(ValueError, match="make at least one update"):
        race({"a": [1.0]})
