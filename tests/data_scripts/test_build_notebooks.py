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
        build.main(["3"])
    assert caught.value.code == 2
    assert "No twin begins with '3'; there are: 00_lessons, 01_load" in capsys.readouterr().err
