import json

import nbformat
import pytest

from data_scripts import record_reference, run_course
from helpers import training

SAVES = (
    "import os, pathlib\n"
    "assert (os.environ['COURSE_PROFILE'], os.environ['COURSE_EPOCHS']) == ('full', '3')\n"
    "path = pathlib.Path(os.environ['COURSE_DATA']) / 'runs' / 'full' / '01_a.json'\n"
    "path.parent.mkdir(parents=True)\npath.write_text('{\"history\": {}}')"
)


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A lesson made of one cell, with folders of its own."""
    book = tmp_path / "01_a.ipynb"
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(run_course, "ROOT", tmp_path)
    monkeypatch.setattr(run_course, "lessons", lambda wanted: [book])
    monkeypatch.setattr(training, "REFERENCE", tmp_path)

    def write(source):
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), book)

    return write


ARGUMENTS = ["01", "--run", "01_a", "--name", "kept", "--epochs", "3"]


def test_the_curve_that_the_lesson_saved_is_kept(lesson, tmp_path):
    lesson(SAVES)
    assert record_reference.main(ARGUMENTS) == 0
    assert json.loads((tmp_path / "kept.json").read_text()) == {"history": {}}


@pytest.mark.parametrize(("source", "reason"), [("1 / 0", "ZeroDivisionError"), ("1", "saves no curve named 01_a")])
def test_a_failed_run_records_nothing(lesson, tmp_path, capsys, source, reason):
    lesson(source)
    assert record_reference.main(ARGUMENTS) == 1
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "kept.json").exists()
