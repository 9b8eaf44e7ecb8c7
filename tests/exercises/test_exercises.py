"""The exercises as a learner meets them, and that gap, solution and checker of each belong together."""

import ast
import inspect
import re

import jupytext
import numpy as np
import pytest

from data_scripts.build_notebooks import TWINS, exercise_from
from helpers import exercises, runtime
from helpers.exercises import attempted, lessons, progress
from helpers.exercises.checkers import outcome
from helpers.exercises.exercise import exercise as make
from helpers.exercises.exercise import solution, tagged

every_exercise = pytest.mark.parametrize("exercise", lessons.ALL, ids=lambda exercise: exercise.name)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    monkeypatch.setattr(progress, "_said", set())
    return tmp_path


def test_a_gap_is_not_an_answer():
    assert not attempted(...)
    assert not attempted(3, None)
    assert attempted(3, "three", 0, False)


# --- one exercise --------------------------------------------------------------------------------


@pytest.fixture
def three(folder, monkeypatch):
    monkeypatch.setattr("helpers.exercises.exercise.TWINS", folder)

    @make("03", "Think of a number.", "Take 3.")
    def three(answer):
        if answer != 3:
            raise outcome.NotYet(f"answer is {answer}; expected 3.")
        return "Three it is."

    return three


def test_a_check_prints_the_outcome_and_returns_nothing(three, capsys):
    assert three.check(3) is None
    three.check(4)
    three.check(...)
    three.check(3, 4)
    assert [line.split(".")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Passed",
        "Not yet",
        "Not attempted",
        "Could not be checked",
    ]


def test_only_what_was_judged_is_recorded(three):
    three.check(...)
    three.check(3, 4)
    assert not (runtime.settings().data / progress.NAME).exists()
    three.check(4)
    assert progress.passed() == set()
    three.check(3)
    three.check(4)
    assert progress.passed() == {"03.three"}


def test_to_judge_prints_and_records_nothing(three, capsys):
    assert three.judge(3) == outcome.Outcome("passed", "Three it is.")
    assert capsys.readouterr().out == "" and progress.passed() == set()


def test_a_check_works_where_nothing_can_be_recorded(three, folder, monkeypatch, capsys):
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_DATA", str(folder / "file"))
    three.check(3)
    three.check(3)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:12] for line in lines] == ["Passed. Thre", "Progress is ", "Passed. Thre"]


def test_hints_come_one_after_the_other_the_last_one_again_or_by_number(three, capsys):
    for number in (None, None, None, 1, None, 3, 0):
        three.hint(number)
    first, second = "Hint 1 of 2: Think of a number.", "Hint 2 of 2: Take 3."
    none = "There is no hint {}; there are 2, hint(1) to hint(2)."
    lines = [first, second, second, first, second, none.format(3), none.format(0)]
    assert capsys.readouterr().out.splitlines() == lines


TWIN = '''\
# %% [markdown]
# The tag "exercise:three" in prose is no cell.

# %% tags=["exercise:three"]
before = 1
# solution: answer =
answer = 3
# end of solution
after = 2

# %% tags=["exercise:three_more"]
def more():
    """Give more."""
    # solution:
    return 4
    # end of solution
'''


def test_the_solution_is_the_whole_cell_without_its_marks(three, folder, capsys):
    (folder / "03_a.py").write_text(TWIN, encoding="utf-8")
    three.solution()
    assert capsys.readouterr().out == "before = 1\nanswer = 3\nafter = 2\n"
    assert solution("three_more") == 'def more():\n    """Give more."""\n    return 4'


def test_the_solution_is_read_from_the_solution_notebook_where_there_is_one(three, folder):
    (folder / "05_a_solution.py").write_text(TWIN, encoding="utf-8")
    (folder / "05_a.py").write_text(exercise_from(TWIN), encoding="utf-8")
    assert "answer = 3" in solution("three")


def test_a_solution_that_is_not_there_is_said_so(three, capsys):
    three.solution()
    assert "The solution of three is not here" in capsys.readouterr().out


# --- all of them ---------------------------------------------------------------------------------


def answers_to(exercise, space):
    """What a notebook with these variables hands in, by the names that the checker gives its arguments."""
    return [space[name] for name in inspect.signature(exercise.checker).parameters]


def test_every_exercise_has_hints_in_steps_and_is_found_by_its_name():
    for exercise in lessons.ALL:
        assert len(exercise.hints) >= 2 and len(set(exercise.hints)) == len(exercise.hints)
        assert all(len(hint) > 20 for hint in exercise.hints)
        assert getattr(exercises, exercise.name) is exercise
        assert re.fullmatch(r"\d\d", exercise.lesson) and exercise.item == f"{exercise.lesson}.{exercise.name}"


THINGS = ["a text", 3.5, object(), [], np.zeros(3), {"a": 1}, lambda *_, **__: 1, print, type]


@every_exercise
def test_whatever_is_handed_in_no_check_raises_and_none_is_to_blame(exercise, capsys):
    count = len(inspect.signature(exercise.checker).parameters)
    for gap in (..., None):
        assert exercise.judge(*[gap] * count).status == outcome.NOT_ATTEMPTED
    for thing in THINGS:
        exercise.check(*[thing] * count)
        printed = capsys.readouterr().out
        assert printed.startswith(("Not yet.", "Could not be checked."))
        assert "The checker itself" not in printed and " at 0x" not in printed and "Traceback" not in printed


def test_no_hint_holds_a_number_that_is_not_so():
    sizes = lessons.layer_sizes.hints[-1]
    space = {}
    exec(
        sizes.replace(", ", "\n")
        .replace("after_pooling is half of that", "after_pooling = after_convolution // 2")
        .rstrip("."),
        space,
    )
    assert lessons.layer_sizes.judge(*answers_to(lessons.layer_sizes, space)).status == outcome.PASSED


# --- the cells of the notebooks ------------------------------------------------------------------


def twin_of(exercise):
    """The text that holds the solution of an exercise."""
    found = [path for path in sorted(TWINS.glob("*.py")) if f'"exercise:{exercise.name}"' in path.read_text("utf-8")]
    return max(found, key=lambda path: path.stem.endswith("_solution"))


def space_of(twin):
    """The names that a notebook has imported, and its settings on the sample profile."""
    space = {"settings": runtime.settings({}), "IMAGE_SIZE": (64, 64), "BATCH": 20, "EPOCHS": 2}
    for cell in jupytext.reads(twin, fmt="py:percent").cells:
        if cell.cell_type == "code" and "bootstrap" not in cell.metadata.get("tags", []):
            for line in ast.parse(cell.source).body:
                if isinstance(line, (ast.Import, ast.ImportFrom)):
                    exec(compile(ast.Module([line], []), "<imports>", "exec"), space)
    return space


@every_exercise
def test_the_notebook_has_solution_gap_and_check_of_the_exercise(exercise):
    twin = twin_of(exercise).read_text(encoding="utf-8")
    space = space_of(twin)
    solved, gap = solution(exercise.name), tagged(exercise_from(twin), f"exercise:{exercise.name}")
    exec(solved, space)
    found = exercise.judge(*answers_to(exercise, space))
    assert found.status == outcome.PASSED, found
    exec(gap, space)
    found = exercise.judge(*answers_to(exercise, space))
    assert found.status == outcome.NOT_ATTEMPTED, found
    assert "your code" in gap and "your code" not in solved
    for line in gap.splitlines():  # the gap is the solution with lines left out
        begins = line.split("...")[0].strip()
        others = solved.splitlines()
        assert line in others or "# your code" in line and any(begins in other for other in others), line
    assert twin_of(exercise).name.startswith(exercise.lesson)
    names = ", ".join(inspect.signature(exercise.checker).parameters)
    assert f"exercises.{exercise.name}.check({names}" in twin
