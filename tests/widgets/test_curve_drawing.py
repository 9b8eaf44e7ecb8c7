import math
import re
from xml.etree import ElementTree

import pytest

from helpers.widgets.curve_drawing import WIDTH, Line, Panel, as_still, draw, nice_range

SVG = "{http://www.w3.org/2000/svg}"


def line(values, *options, **more):
    return Line(range(1, len(values) + 1), values, *options, **more)


def parsed(*lines, quantity="accuracy", x_range=(1, 3), y_range=(0, 1), height=270, **options):
    return ElementTree.fromstring(draw([Panel(quantity, lines, x_range, y_range, **options)], height))


def texts(root):
    return [node.text for node in root.iter(f"{SVG}text")]


def paths(root, **attributes):
    return [node for node in root.iter(f"{SVG}path") if attributes.items() <= node.attrib.items()]


def corners(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d"))]


def test_a_drawing_is_well_formed_and_as_large_as_asked_for():
    root = parsed(line([0.1, 0.2], "x > y"), quantity="a < b & c", height=200)
    assert (root.tag, root.get("width"), root.get("height")) == (f"{SVG}svg", str(WIDTH), "200")
    assert {"a < b & c", "x > y", "epoch (passes over the photos)"} <= set(texts(root))


def test_training_is_solid_and_validation_dashed_each_in_its_colour():
    root = parsed(line([0.1, 0.9], "t", "#111111"), line([0.2, 0.8], "v", "#222222", dashed=True))
    (solid,) = paths(root, stroke="#111111", fill="none")
    (dashed,) = paths(root, stroke="#222222", fill="none")
    assert "stroke-dasharray" not in solid.attrib and "stroke-dasharray" in dashed.attrib
    assert len(list(root.iter(f"{SVG}circle"))) == 2
    assert len(list(root.iter(f"{SVG}rect"))) == 3  # the paper and two square markers
    colours = {node.text: node.get("fill") for node in root.iter(f"{SVG}text")}
    assert (colours["t"], colours["v"]) == ("#111111", "#222222")


def test_higher_values_stand_higher_later_epochs_further_right_and_what_lies_outside_at_the_edge():
    root = parsed(line([0.0, 0.5, 1.0, 7.0], colour="#111111"), x_range=(1, 4))
    (path,) = paths(root, stroke="#111111", fill="none")
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = corners(path)
    assert x1 < x2 < x3 < x4 and y1 > y2 > y3 == y4
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.2) and y1 - y2 == pytest.approx(y2 - y3, abs=0.2)


def test_a_value_that_is_not_finite_leaves_a_gap():
    root = parsed(line([0.5, math.nan, 0.4, math.inf, 0.3], colour="#111111"), x_range=(1, 5))
    (path,) = paths(root, stroke="#111111", fill="none")
    assert path.get("d").count("M") == 3 and len(corners(path)) == 3
    assert "nan" not in path.get("d") and "inf" not in path.get("d")


def test_few_or_no_values_are_drawn_too():
    for values in ([], [math.nan], [0.5]):
        assert ("training" in texts(parsed(line(values, "training")))) == (values == [0.5])


def test_long_lines_have_few_markers_and_some_have_none():
    many = parsed(line(range(500)))
    assert 6 <= len(list(many.iter(f"{SVG}circle"))) <= 12
    assert not list(parsed(line(range(9), markers=False)).iter(f"{SVG}circle"))


@pytest.mark.parametrize("end", [0.5, 0.0])
def test_names_at_the_same_height_do_not_overlap_and_stay_in_the_picture(end):
    root = parsed(*[line([0.5, end], f"run {n}: a name that takes several rows") for n in range(4)], height=300)
    rows = sorted(float(node.get("y")) for node in root.iter(f"{SVG}text") if node.get("fill"))
    assert len(rows) >= 8
    assert all(b - a >= 13.9 for a, b in zip(rows, rows[1:], strict=False))
    assert rows[-1] < 300


def test_names_leave_room_at_the_right():
    root = parsed(line([0.1, 0.9, 0.5], "a name of some length", "#111111"))
    (path,) = paths(root, stroke="#111111", fill="none")
    longest = max(len(text) for text in texts(root) if text.startswith("a name"))
    assert WIDTH - 60 < max(x for x, _ in corners(path)) + 14 + 6.5 * longest <= WIDTH


def test_a_band_is_filled_from_edge_to_edge():
    root = parsed(line([0.5, 0.6], colour="#111111", band=([0.4, 0.5], [0.6, 0.7])))
    (filled,) = paths(root, fill="#111111")
    assert filled.get("d").endswith("Z") and len(corners(filled)) == 4


def test_marks_have_their_words_in_rows_of_their_own():
    root = parsed(line([0.1, 0.5, 0.9]), marks=[(2, "you"), (3, "best")])
    places = {node.text: (float(node.get("x")), float(node.get("y"))) for node in root.iter(f"{SVG}text")}
    assert places["you"][0] < places["best"][0] and places["you"][1] - places["best"][1] >= 13
    assert places["best"][1] > 16  # below the title


def test_panels_stand_side_by_side():
    root = ElementTree.fromstring(draw([Panel("a", [], (1, 2), (0, 1))] * 2))
    places = [group.get("transform") for group in root.iter(f"{SVG}g")]
    assert places == ["translate(0 0)", f"translate({WIDTH // 2} 0)"]


def test_epochs_are_whole_numbers_unless_a_step_is_given():
    assert {"1", "2", "3"} <= set(texts(parsed())) and "1.5" not in texts(parsed())
    assert {"-90", "0", "90"} <= set(texts(parsed(x_range=(-90, 90), x_step=90)))


def test_a_still_drawing_is_an_image_with_its_sentence():
    still = as_still(draw([Panel("a", [], (1, 2), (0, 1))]), 'better & "best"')
    assert 'alt="better &amp; &quot;best&quot;" src="data:image/svg+xml;base64,' in still
    assert "<figcaption>better &amp; &quot;best&quot;</figcaption>" in still and "<svg" not in still


@pytest.mark.parametrize(
    ("values", "within", "expected"),
    [
        ([0.52, 0.97], (0, 1), (0.4, 1)),
        ([0.31, 0.69], (-math.inf, math.inf), (0.3, 0.7)),
        ([math.nan, math.inf], (0, 1), (0, 1)),
        ([3, 11], (0, math.inf), (2, 12)),
    ],
)
def test_ranges_are_round_and_hold_all_values(values, within, expected):
    assert nice_range(values, within=within) == pytest.approx(expected)


def test_a_range_of_one_value_is_not_empty():
    low, high = nice_range([0.5])
    assert low < high and low <= 0.5 <= high
    assert nice_range([0.0])[0] < nice_range([0.0])[1]
    assert nice_range([1.0], within=(0, 1))[0] < 1
