"""The rules of the notebooks, as files. That they run is nbval's to show."""

import ast
import base64
import io
import re
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from data_scripts import build_notebooks as build
from data_scripts import record
from data_scripts.run_course import has_solution
from helpers.exercises import lessons

ROOT = Path(__file__).resolve().parent.parent
BOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# An exercise with gaps makes fewer claims than its solution, and leaves the network to the learner.
COMPLETE = [path for path in BOOKS if path.name[:2] != "00" and not has_solution(path)]
LESSONS = [path for path in BOOKS if not path.name.startswith("00_")]
TAGS = {"bootstrap", "nbval-check-output", "keep-figure", "record", "solution-only"}

every_book = pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
every_complete_lesson = pytest.mark.parametrize("path", COMPLETE, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def text(path):
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def test_the_lessons_are_there_with_their_solutions_and_a_list():
    numbers = "00 01 02 03 04 05 05 06 07 07 08 09 10 11 12".split()
    assert [path.name[:2] for path in BOOKS] == numbers


def test_every_notebook_has_a_twin_and_the_other_way_round():
    assert {path.stem for path in BOOKS} == {path.stem for path in build.TWINS.glob("*.py")}


@every_book
def test_the_twin_is_in_step(path):
    assert build.in_step(build.TWINS / f"{path.stem}.py", path), "run make notebooks"


@every_book
def test_the_twin_is_as_the_builder_writes_it(path):
    twin = (build.TWINS / f"{path.stem}.py").read_text(encoding="utf-8")
    assert build.refresh(twin) == twin, "run make notebooks"


def test_the_exercise_is_derived_from_its_solution():
    for solution in build.TWINS.glob(f"*{build.SOLUTION}.py"):
        name = solution.stem.removesuffix(build.SOLUTION)
        derived = build.refresh(build.exercise_from(solution.read_text(encoding="utf-8")).replace(solution.stem, name))
        exercise = (build.TWINS / f"{name}.py").read_text(encoding="utf-8")
        assert exercise == derived
        answers = solution.read_text(encoding="utf-8")
        assert exercise.count("# your code\n") == answers.count("# solution:") > 0 and build.STUB not in answers


@every_book
def test_the_bootstrap_cell_is_the_same_everywhere_and_short(path):
    cells = [cell for cell in code(path) if "bootstrap" in cell.metadata.get("tags", [])]
    assert [cell.source for cell in cells] == [build.bootstrap()]
    assert cells[0] is not None and code(path)[0].source == cells[0].source
    assert len(build.bootstrap().splitlines()) <= 15


@every_book
def test_every_cell_was_run_in_order_without_an_error(path):
    counts = [cell.execution_count for cell in code(path)]
    assert counts == list(range(1, len(counts) + 1))
    assert not [output for cell in code(path) for output in cell.outputs if output.output_type == "error"]


@every_book
def test_tags_are_known_and_no_marker_hides_in_a_comment(path):
    tags = {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])}
    others = {tag for tag in tags - TAGS if not tag.startswith("record:")}
    assert all(tag.startswith("exercise:") for tag in others)
    assert {tag.removeprefix("exercise:") for tag in others} <= {exercise.name for exercise in lessons.ALL}
    recorded = {f"record:{job.part}" for job in record.jobs() if path.name.startswith(f"{job.lesson}_")}
    assert {tag for tag in tags if tag.startswith("record:")} <= recorded
    assert not [cell.source for cell in code(path) if re.search(r"#\s*nbval|#\s*pytest", cell.source, re.IGNORECASE)]


@every_lesson
def test_at_least_five_cells_are_compared_and_each_prints(path):
    compared = [cell for cell in code(path) if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert len(compared) >= 5
    # Settings and definitions may be silent in a copy; a compared cell with no output proves nothing.
    silent = [cell.source.splitlines()[0] for cell in compared if not cell.outputs]
    assert not silent


@every_book
def test_one_title_no_skipped_heading_and_good_links(path):
    first = read(path).cells[0].source
    assert first.startswith("# ")
    levels = [len(found) for found in re.findall(r"^(#{1,6}) ", text(path), re.MULTILINE)]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:], strict=False))
    for label, target in re.findall(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", text(path)):
        assert label.lower() not in ("here", "link", "this")
        if not target.startswith("https://"):
            assert (path.parent / target).exists(), target
    assert "http://" not in text(path)


@every_book
def test_the_badge_opens_this_notebook(path):
    assert re.findall(r"\((https://colab\.research\.google\.com/github/[^)]+)\)", text(path))[:1] == [
        build.badge_address(path.stem)
    ]


@every_book
def test_no_shell_no_absolute_path_no_raw_data_address(path):
    for cell in code(path):
        if "bootstrap" in cell.metadata.get("tags", []):
            continue
        assert not re.search(r"^\s*[!%]|subprocess|os\.system|filterwarnings", cell.source, re.MULTILINE), cell.source
        assert not re.search(r"https?://", cell.source), cell.source
        assert not re.search(r"['\"](/|[A-Za-z]:\\|~)", cell.source), cell.source
    for cell in code(path):
        for output in cell.outputs:
            assert not re.search(
                r"/(home|root|tmp|work|Users|content)/",
                str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", "")),
            )


@every_book
def test_cells_are_short_enough_to_read(path):
    for cell in code(path):
        if "bootstrap" not in cell.metadata.get("tags", []):
            assert max(map(len, cell.source.splitlines())) <= 96, "cut off in an exported page"
        if "claims.add(" not in cell.source:  # a table, one entry after the other
            assert len(cell.source.splitlines()) <= 30, cell.source.splitlines()[0]


@every_book
def test_figures_have_alternative_text_and_notebooks_stay_small(path):
    for cell in code(path):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            for image in re.findall(r"<img[^>]*>", html):
                assert re.search(r'alt="[^"]{20,}"', image)
            for data in re.findall(r"image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)", html):
                assert Image.open(io.BytesIO(base64.b64decode(data))).width <= 1000
    assert path.stat().st_size <= 400_000


@every_complete_lesson
def test_a_lesson_ends_in_claims_that_hold(path):
    from helpers.evidence import claims

    claims = claims.read(read(path))
    assert len(claims) >= 5
    assert not [claim["name"] for claim in claims if claim["holds"] is False]


@every_complete_lesson
def test_the_network_and_its_training_are_in_plain_sight(path):
    source = "\n".join(cell.source for cell in code(path))
    assert "ImageDataGenerator(" in source
    assert all(word in source for word in ("Conv2D(", ".compile(", ".fit("))


def test_helpers_do_not_hide_what_is_taught():
    # The overfitting lab trains at the press of a button; its small network is not a lesson's.
    for module in {*(ROOT / "helpers").rglob("*.py")} - {ROOT / "helpers" / "widgets" / "tiny_training.py"}:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        called = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not called & {"Conv2D", "fit", "compile_model", "flow_from_directory"}, module.name


def test_the_readme_lists_every_lesson_with_its_badge():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in BOOKS:
        assert f"notebooks/{path.name}" in readme
        assert build.badge_address(path.stem) in readme


def test_the_coverage_page_names_headings_that_exist():
    page = (ROOT / "notebooks" / "COVERAGE.md").read_text(encoding="utf-8")
    places = re.findall(r"\[\d+\]\((\S+\.ipynb)\) \*([^*]+)\*", page)
    assert len(places) > 50
    headings = {path.name: re.findall(r"^#{2,} (.+)$", text(path), re.MULTILINE) for path in BOOKS}
    assert not [place for place in places if place[1] not in headings[place[0]]]
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Section")]
    assert not [row for row in rows if "](" not in row]
