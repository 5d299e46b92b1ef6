"""The map of a descent: what each frame shows are the numbers of the route, and its sentence says them."""

import base64
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pages import Page

from rnnlib import Weights, loss_surface, regions, route, survey
from rnnlib.explain import landscape, map_style, place_sentence, plain_route, route_sentences, route_table
from rnnlib.explain.axis import Axis, round_down, round_up
from rnnlib.explain.backdrop import MAP
from rnnlib.explain.landscape import LENS, cut, shaft, times
from rnnlib.explain.spelling import number
from rnnlib.plots.relief import relief
from rnnlib.tasks import ones_to_count, sunspot_year, three_steps, two_sequences

TASKS = {
    "three_steps": three_steps(),
    "two_sequences": two_sequences(),
    "ones": ones_to_count(),
    "sunspots": sunspot_year(),
    "one_step": sunspot_year(T=1),
}

TWO = {"name": "two_sequences", "rate": 0.5, "steps": 60}


def walked(name="three_steps", start=None, rate=1.0, steps=6, along=("Wi[0,0]", "Wh[0,0]"), resolution=31, clip=None):
    """The survey of a way downhill."""
    task = TASKS[name]
    options = {"loss": task.loss, "hidden": task.hidden, "output": task.output, "O0": task.O0}
    surface = loss_surface(task.weights, task.x, task.y, along, resolution=resolution, **options)
    return survey(route(surface, start, rate, steps, clip), regions(surface))


def drawn(way):
    """The scene of a way, read as a page."""
    scene = landscape(way, relief(way.route.surface))
    return scene, Page(scene.html, len(scene.sentences))


def on_map(way, place):
    """The pixel of a place."""
    (x, y), (left, top, width, height) = way.route.surface.values, MAP
    right, up = ((p - v[0]) / (v[-1] - v[0]) for p, v in zip(place, (x, y), strict=True))
    return left + width * right, top + height * (1 - up)


def seen(page, kind, i):
    """The elements of a class that are seen at a frame."""
    return [e for e in page.root.iter() if e.get("class", "").split()[:1] == [kind] and page.is_seen(e, i)]


def ends(path):
    """Start and tip of an arrow's path; of one too short to draw, its dot."""
    numbers = re.match(r"M([-\d.]+),([-\d.]+) (?:L([-\d.]+),([-\d.]+)|h0.1)", path.get("d")).groups()
    x1, y1 = float(numbers[0]), float(numbers[1])
    return (x1, y1), (float(numbers[2] or x1), float(numbers[3] or y1))


@pytest.mark.parametrize("name", TASKS)
def test_every_frame_is_a_place_of_the_route(name):
    """A frame for the start and for each update; the dots seen so far are the places so far, each a link to itself."""
    way = walked(name, rate=0.05, clip=1.0 if name == "ones" else None)
    scene, page = drawn(way)
    assert len(scene.sentences) == len(scene.titles) == len(way.route.places) == 7
    assert scene.titles[:2] == ["start", "after update 1"]
    for i in range(7):
        dots = seen(page, "visited", i)
        assert [int(dot.get("data-go")) for dot in dots] == list(range(i + 1))
        for dot, place in zip(dots, way.route.places, strict=False):
            assert_allclose([float(dot.get("cx")), float(dot.get("cy"))], on_map(way, place), atol=0.06)
        assert len(seen(page, "walked", i)) == i


def test_arrows_are_laid_tip_to_tail_from_the_place():
    """On the map in their true size, each beginning where the last one ended; their sum leads to the next place."""
    way = walked(rate=2.0)
    _, page = drawn(way)
    for i in range(6):
        arrows = [ends(e) for e in seen(page, "share", i)]
        on_the_map, enlarged = arrows[:3], arrows[3:]
        tips = way.route.places[i] + np.cumsum(way.route.arrows[i], axis=0)
        for (start, tip), before, after in zip(on_the_map, tips[:-1], tips[1:], strict=True):
            assert_allclose(start, on_map(way, before), atol=0.06)
            assert_allclose(tip, on_map(way, after), atol=0.06)
        assert_allclose(on_the_map[-1][1], on_map(way, way.route.places[i + 1]), atol=0.06)
        assert_allclose(enlarged[0][1], enlarged[1][0])
        assert_allclose(enlarged[1][1], enlarged[2][0])
        total = ends(seen(page, "sum", i)[1])
        assert_allclose([total[0], total[1]], [enlarged[0][0], enlarged[2][1]])


@pytest.mark.parametrize("rate", [1e-3, 0.1, 3.0, 50.0])
def test_the_lens_holds_all_arrows_and_says_how_large_they_are(rate):
    """Whatever the rate: inside the box, not tiny, and in the same proportion as on the map."""
    way = walked(rate=rate, steps=2)
    _, page = drawn(way)
    arrows = [ends(e) for e in seen(page, "share", 0)][3:]
    points = np.array([arrows[0][0], *(tip for _, tip in arrows)])
    low, high = points.min(axis=0), points.max(axis=0)
    assert LENS[0] < low[0] <= high[0] < LENS[0] + LENS[2]
    assert LENS[1] < low[1] <= high[1] < LENS[1] + LENS[3]
    assert max(high[0] - low[0], high[1] - low[1]) > 60
    title = re.search(r"next update, ([\d.e−]+) times (larger|smaller)|in true size", page.text(0))
    zoom = 1.0 if title[1] is None else float(title[1].replace("−", "-")) ** (1 if title[2] == "larger" else -1)
    step = way.route.steps[0] * np.array([MAP[2], -MAP[3]]) / 6
    assert_allclose(points[-1] - points[0], step * zoom, rtol=0.02, atol=0.2)


def test_the_loss_so_far_is_drawn_and_written():
    """A dot for each update up to the frame, the last one ringed, and its number."""
    way = walked()
    _, page = drawn(way)
    for i, loss in enumerate(way.route.descent.losses):
        assert len(seen(page, "loss", i)) == i + 2
        assert f"L = {number(loss)}" in page.text(i, "strong")
    heights = [float(dot.get("cy")) for dot in seen(page, "loss", 6) if "now" not in dot.get("class")]
    assert_allclose(np.diff(heights) / np.diff(way.route.descent.losses), np.diff(heights)[0]
                    / np.diff(way.route.descent.losses)[0], rtol=0.05)  # fmt: skip


def test_a_place_outside_the_map_is_told_and_marked_on_its_border():
    """The marker stays in the frame and is hollow; the sentence says it."""
    scene, page = drawn(walked(rate=100.0, steps=3))
    (marker,) = (e for e in seen(page, "place", 1) if "outside" in e.get("class"))
    assert float(marker.get("cx")) == MAP[0] + MAP[2]
    assert float(marker.get("cy")) == MAP[1]
    assert "this is outside the map" in scene.sentences[1]
    assert "Left the map with update 1" in scene.sentences[-1]


def test_divergence_is_told_with_its_moment_and_its_reason():
    """The last frame has no next update, its loss is no number, and the picture is well-formed all the same."""
    way = walked("ones", rate=0.01, steps=30)
    scene, page = drawn(way)
    assert len(scene.sentences) == 3
    assert "and L is no finite number any more." in scene.sentences[1]
    assert "Diverged after update 2: the numbers are no longer finite." in scene.sentences[2]
    assert "every step lands higher than it began, where the slope is steeper" in scene.sentences[2]
    assert "L is no finite number" in page.text(2)
    assert "log scale" in page.text(0)
    assert "not finite" in plain_route(way)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rate": 0.001, "steps": 30}, "Still on the way after 30 updates"),
        ({"rate": 1.0, "steps": 30}, "This is as low as the map goes: a global minimum, as far as the map shows."),
        ({"rate": 8.0, "steps": 30}, "No rest: since update 2 it leaps from side to side. With the learning"),
        ({"rate": 100.0, "steps": 30}, "Left the map with update 1 and stands on almost flat ground out there"),
        ({**TWO, "start": (-2, 1)}, "This is a minimum, and not the global one."),
        ({**TWO, "start": (-2, -0.5)}, "a global minimum, as far as the map shows"),
        ({**TWO, "start": (0.5, -2.5)}, "Here the gradient is small and the descent hardly moves, but"),
    ],
    ids=str,
)
def test_the_end_says_what_has_become_of_the_way(options, said):
    """Crawled, arrived, restless, lost, in a minimum of its own, or creeping."""
    way = walked(resolution=61, **options)
    assert said in place_sentence(way, way.route.updates)


def test_a_sentence_names_the_arrows_where_they_are_few():
    """Three arrows are written out, twelve are counted; every number is the route's."""
    way = walked(steps=1)
    assert place_sentence(way, 0) == (
        "Start: Wi = 0.5, Wh = 0.8, L = 0.249; the ground slopes. The arrows (0.209, 0.0835), (−0.614, 0.239) and "
        "(0.637, −0.149) add up to the step (0.231, 0.173)."
    )
    assert "12 arrows add up to the step (" in place_sentence(walked("sunspots", steps=1), 0)
    assert "The only arrow is the step (" in place_sentence(walked("one_step", steps=1), 0)
    assert "Wh[0,0] = " in place_sentence(walked("sunspots", steps=1), 0)


def test_a_rise_is_told_before_it_happens():
    """The frame whose next update leaps uphill says so."""
    way = walked(rate=8.0, steps=30)
    rise = way.route.rise
    assert "and L rises: the step leaps too far." in route_sentences(way)[rise - 1]
    assert not any("rises" in said for said in route_sentences(way)[: rise - 1])
    assert f"\n{rise:>6}  " in plain_route(way)


def test_the_table_holds_the_updates():
    """The same rows as HTML and as plain text, with the first and the last update."""
    way = walked(steps=30)
    text, page = plain_route(way), ElementTree.fromstring(route_table(way))
    rows = [line.split() for line in text.splitlines()]
    assert rows[0] == ["update", "Wi", "Wh", "L", "gradient", "ground"]
    assert rows[1] == ["0", "0.5", "0.8", "0.249", "0.2887", "slope"]
    assert rows[-1][0] == "30"
    cells = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert [cell.replace("−", "-") for cell in cells[1]] == rows[1]
    assert len(cells) == len(rows)
    assert "< 1e-8" in text


def test_a_start_can_be_picked_anywhere_on_the_map():
    """A field that is exactly the map, below all else that can be pressed."""
    way = walked(resolution=31)
    scene = landscape(way, relief(way.route.surface)).html
    (field,) = (part for part in ElementTree.fromstring(scene).iter("rect") if "data-pick" in part.attrib)
    assert tuple(float(field.get(name)) for name in ("x", "y", "width", "height")) == MAP
    assert scene.index("data-pick") < scene.index("data-go")


def test_the_map_behind_the_scenes_is_named_by_its_relief():
    """One style sheet for all ways on a surface, an SVG with a pixel a grid point and the lines at their places."""
    way = walked(resolution=31)
    surface, look = way.route.surface, relief(way.route.surface)
    sheet = map_style(surface, look)
    name, data = re.search(
        r"\.rnn \.(map-[0-9a-f]{8})\{background:url\(data:image/svg\+xml;base64,([^)]*)\)", sheet
    ).groups()
    assert f'class="graph landscape {name}"' in landscape(way, look).html
    assert map_style(surface, relief(surface)) == sheet
    drawing = ElementTree.fromstring(base64.b64decode(data))
    (image,) = drawing.iter("{http://www.w3.org/2000/svg}image")
    assert base64.b64decode(image.get("href").split(",")[1]) == look.png
    (lines,) = drawing.iter("{http://www.w3.org/2000/svg}path")
    first = look.lines[0][0][0]
    assert lines.get("d").startswith("M{:.1f},{:.1f} ".format(*on_map(way, first)))
    assert float(image.get("x")) == pytest.approx(MAP[0] - MAP[2] / 60, abs=0.01)


def test_the_relief_stands_where_the_surface_does():
    """A pixel a grid point; contour lines lie where the loss has their level; lower is lighter."""
    surface = walked(resolution=61).route.surface
    look = relief(surface)
    assert int.from_bytes(look.png[16:20], "big") == int.from_bytes(look.png[20:24], "big") == 61
    assert len(look.shades) == len(look.levels) + 1
    assert list(look.levels) == sorted(set(look.levels))
    for level, pieces in zip(look.levels, look.lines, strict=True):
        for a, b in np.concatenate(pieces)[::7]:
            i, j = (int(np.searchsorted(v, p).clip(1, 60)) for v, p in zip(surface.values, (a, b), strict=True))
            corners = surface.loss[i - 1 : i + 1, j - 1 : j + 1]
            assert corners.min() - 1e-9 <= level <= corners.max() + 1e-9


def test_a_surface_of_one_height_has_no_lines():
    """With Wo = 0 neither entry matters; a route there stands still, and its picture says so."""
    still = loss_surface(Weights([[0.5]], [[0.8]], [[0.0]]), TASKS["three_steps"].x, [1.0], resolution=5)
    look, way = relief(still), survey(route(still, steps=2), regions(still))
    assert (look.levels, len(look.shades)) == ((), 1)
    scene, page = drawn(way)
    assert "the next update: no move at all" in page.text(0)
    assert scene.sentences[-1].endswith("a global minimum, as far as the map shows.")


def test_axes_have_round_ticks_and_clip_what_is_far():
    """Linear and logarithmic; nothing overflows."""
    axis = Axis(-3, 3, 0, 600)
    assert axis.ticks == [-3, -2, -1, 0, 1, 2, 3]
    assert (axis(-3), axis(0), axis(3)) == (0, 300, 600)
    assert axis(1e308) == 5000.0
    log = Axis(1e-2, 1e4, 0, 600, log=True)
    assert_allclose(log.ticks, [1e-2, 1, 1e2, 1e4])
    assert_allclose(log(1.0), 200)
    assert (round_up(0.03), round_up(1.0), round_up(6.0)) == (0.05, 1.0, 10.0)
    assert_allclose([round_down(0.03), round_down(30.0), round_down(2.0)], [0.02, 20.0, 2.0])
    assert times(1.0) == "in true size"
    assert times(20.0) == "20 times larger"
    assert times(0.01) == "100 times smaller"
    assert shaft(1, 1, 1, 1, 8) == "M1.0,1.0 h0.1"


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("rate", [1e-6, 1e-2, 1.0, 1e3, 1e300])
def test_every_rate_makes_a_picture(name, rate):
    """From crawling to absurd, on every task: well-formed, with a sentence a frame, and no warning."""
    way = walked(name, rate=rate, steps=5, resolution=9)
    scene, _ = drawn(way)
    assert len(scene.sentences) == way.route.updates + 1
    assert not any("nan" in said or "inf" in said for said in scene.sentences)
    assert not re.search(r'"[^"]*\b(nan|inf)\b[^"]*"', scene.html)


def test_what_leads_far_away_keeps_its_direction():
    """A step out of all bounds is cut off on its way, not bent; from a place out there nothing is drawn."""
    way = walked("ones", rate=0.01, steps=30)
    _, page = drawn(way)
    (a, b), (u, v) = ends(seen(page, "walked", 1)[0])
    step = way.route.steps[0] * np.array([MAP[2], -MAP[3]])
    assert_allclose((v - b) / (u - a), step[1] / step[0], rtol=1e-3)
    assert len(seen(page, "walked", 2)) == 1
    assert cut((0.0, 0.0), 1e200, 2e200) == (2500.0, 5000.0)
    assert cut((1.0, 1.0), 1.0, 1.0) == (1.0, 1.0)
