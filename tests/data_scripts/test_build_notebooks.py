import os
import subprocess
import sys

import nbformat
import pytest

from data_scripts import build_notebooks as build

SOLUTION = '''\
# %% [markdown]
# # 9 · Something (solution)

# %%
def f(x):
    """Says what to do."""
    # solution:
    y = x + 1
    return y
    # end of solution


# solution: model =
model = f(
    3
)
# end of solution

# %% tags=["solution-only"]
print(model)

# %%
print("after")
'''


def test_an_exercise_keeps_everything_but_the_answers():
    assert (
        build.exercise_from(SOLUTION)
        == '''\
# %% [markdown]
# # 9 · Something

# %%
def f(x):
    """Says what to do."""
    ...  # your code


model = ...  # your code

# %%
print("after")
'''
    )


def test_a_gap_in_a_dictionary_leaves_a_dictionary():
    twin = 'answers = {\n    # solution: "A":,\n    "A": 1,\n    # end of solution\n}\n'
    assert build.exercise_from(twin) == 'answers = {\n    "A": ...,  # your code\n}\n'


def test_an_open_marker_is_refused():
    with pytest.raises(ValueError, match="not closed"):
        build.exercise_from("# solution:\nx = 1\n")


def test_badges_follow_the_one_place_that_holds_the_repository(monkeypatch):
    monkeypatch.setattr(build, "course", lambda: {"repository": "ada/course", "branch": "v1"})
    old = "[![x](y.svg)](https://colab.research.google.com/github/OWNER/REPO/blob/main/notebooks/01_a.ipynb) more"
    assert build.with_badges(old) == (
        "[![x](y.svg)](https://colab.research.google.com/github/ada/course/blob/v1/notebooks/01_a.ipynb) more"
    )
    assert "https://github.com/ada/course" in build.bootstrap() and '"v1"' in build.bootstrap()


def test_refresh_writes_the_bootstrap_cell_and_settles():
    twin = '# %% tags=["bootstrap"]\nold()\n\n# %%\nx = 1\n'
    once = build.refresh(twin)
    assert build.bootstrap() in once and "old()" not in once and once.endswith("\n# %%\nx = 1\n")
    assert build.refresh(once) == once


def test_a_twin_gives_the_same_notebook_every_time(tmp_path):
    twin = tmp_path / "01_a.py"
    twin.write_text('# %% [markdown]\n# # Title\n\n# %% tags=["nbval-check-output"]\nprint(1)\n', encoding="utf-8")
    first, second = build.notebook_of(twin), build.notebook_of(twin)
    assert first == second
    assert first.cells[1].metadata["tags"] == ["nbval-check-output"]
    nbformat.validate(first)
    nbformat.write(first, tmp_path / "01_a.ipynb")
    assert build.in_step(twin, tmp_path / "01_a.ipynb")
    twin.write_text(twin.read_text(encoding="utf-8").replace("print(1)", "print(2)"), encoding="utf-8")
    assert not build.in_step(twin, tmp_path / "01_a.ipynb")


def test_a_lesson_shows_the_gap_and_a_solution_the_answer(tmp_path):
    for name in ("01_a", "01_a_solution"):
        (tmp_path / f"{name}.py").write_text("# %%\n# solution: x =\nx = 1\n# end of solution\n", encoding="utf-8")
    assert build.notebook_of(tmp_path / "01_a.py").cells[0].source == "x = ...  # your code"
    assert "x = 1" in build.notebook_of(tmp_path / "01_a_solution.py").cells[0].source


def test_a_widget_leaves_its_still_picture():
    output = nbformat.v4.new_output("display_data", data={build.WIDGET: {"model_id": "1"}, "text/html": "<p>still</p>"})
    book = build.normalise(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])]))
    assert book.cells[0].outputs[0].data == {"text/html": "<p>still</p>"}


def test_outputs_lose_what_depends_on_the_moment():
    cell = nbformat.v4.new_code_cell("x", execution_count=1, metadata={"execution": {"iopub": "now"}})
    cell.outputs = [
        nbformat.v4.new_output("stream", name="stderr", text="W0000 12:00 noise"),
        nbformat.v4.new_output("stream", name="stdout", text="kept"),
    ]
    book = build.normalise(nbformat.v4.new_notebook(cells=[cell]))
    assert [output.text for output in book.cells[0].outputs] == ["kept"]
    assert "execution" not in book.cells[0].metadata


def test_a_name_that_matches_nothing_is_refused(capsys):
    with pytest.raises(SystemExit) as caught:
        build.main(["30"])
    assert caught.value.code == 2
    assert "No twin is meant by '30'; there are: 00_lessons, 01_load" in capsys.readouterr().err


def alone(tmp_path, source, *, path=None):
    """What the bootstrap cell says in a folder where there is nothing of the course."""
    environ = {**os.environ, "COURSE_REPOSITORY": str(source)} | ({} if path is None else {"PATH": path})
    command = [sys.executable, "-c", build.bootstrap().replace('"-b", "main", ', "")]
    return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("source", "path", "said"),
    [
        ("https://github.com/OWNER/REPO", None, "This copy does not say where it is published"),
        ("no/such/place", None, "no/such/place could not be fetched to "),
        ("no/such/place", "", "No such file or directory: 'git'"),
    ],
)
def test_a_notebook_that_stands_alone_says_why_it_cannot_fetch_the_course(source, path, said, tmp_path):
    result = alone(tmp_path, source, path=path)
    assert result.returncode == 1 and result.stderr.splitlines()[-1].startswith("RuntimeError: ")
    assert said in result.stderr and not list(tmp_path.iterdir())


def test_a_folder_of_that_name_that_is_not_the_course_is_named_and_left_alone(tmp_path):
    (tmp_path / "augmentation-course").mkdir()
    (tmp_path / "augmentation-course" / "mine.txt").write_text("mine")
    result = alone(tmp_path, build.ROOT)
    assert "already exists" in result.stderr and str(tmp_path / "augmentation-course") in result.stderr
    assert (tmp_path / "augmentation-course" / "mine.txt").read_text() == "mine"
