import json
import threading

import pytest

from helpers.exercises import progress

ITEMS = {"03": ["03.label_kept", "03.quiz.shear"], "01": ["01.layer_sizes"], "06": []}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    monkeypatch.setattr(progress, "_said", set())
    return tmp_path


def test_what_was_passed_is_remembered_and_stays_passed(folder):
    progress.record("03.label_kept", False)
    progress.record("03.label_kept", True)
    progress.record("03.label_kept", False)
    progress.record("01.layer_sizes", False)
    assert progress.passed() == {"03.label_kept"}
    assert json.loads((folder / "progress.json").read_text(encoding="utf-8")) == {
        "items": {"01.layer_sizes": False, "03.label_kept": True}
    }


def test_the_lines_count_each_lesson_in_order():
    progress.record("03.quiz.shear", True)
    progress.record("03.no_longer_there", True)
    assert progress.as_lines(ITEMS) == ["lesson 1: 0 of 1", "lesson 3: 1 of 2"]
    assert progress.as_lines({"03": ["03.quiz.shear"] * 2}) == ["lesson 3: 1 of 1"]  # listed twice


def test_the_data_folder_is_made_on_first_use_and_holds_the_file_alone(folder, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA", str(folder / "not" / "yet"))
    assert progress.passed() == set()
    assert not (folder / "not").exists()
    progress.record("01.layer_sizes", True)
    assert progress.passed() == {"01.layer_sizes"}
    assert [path.name for path in (folder / "not" / "yet").iterdir()] == ["progress.json"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"{}", b'{"items": []}', b'{"items": {"01.a": "yes"}}', b'{"items": null}'],
)
def test_a_broken_file_is_set_aside_and_said_so(folder, capsys, content):
    (folder / "progress.json").write_bytes(content)
    progress.record("01.layer_sizes", True)
    assert progress.passed() == {"01.layer_sizes"}
    assert (folder / "progress.broken.json").read_bytes() == content
    assert capsys.readouterr().out.startswith("progress.json made no sense. It is kept as progress.broken.json")


def test_a_write_that_fails_leaves_the_old_file_whole_and_no_rest(folder, monkeypatch, capsys):
    progress.record("01.layer_sizes", True)

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(progress.os, "replace", fail)
        progress.record("03.label_kept", True)
    assert progress.passed() == {"01.layer_sizes"}
    assert [path.name for path in folder.iterdir()] == ["progress.json"]
    assert "No space left on device" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_to_costs_one_line_without_a_path(folder, monkeypatch, capsys):
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_DATA", str(folder / "file"))
    for _ in range(3):
        progress.record("01.layer_sizes", True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Progress is not kept (") and str(folder) not in lines[0]


def test_a_file_that_cannot_be_read_is_not_written_over(folder, monkeypatch, capsys):
    progress.record("01.layer_sizes", True)
    before = (folder / "progress.json").read_bytes()
    real = progress.Path.read_bytes

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(progress.Path, "read_bytes", refuse)
    progress.record("03.label_kept", True)
    assert progress.passed() == set()
    monkeypatch.setattr(progress.Path, "read_bytes", real)
    assert (folder / "progress.json").read_bytes() == before
    assert capsys.readouterr().out.count("Permission denied") == 2


def test_settings_that_make_no_sense_stop_no_check(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_EPOCHS", "many")
    progress.record("01.layer_sizes", True)
    assert progress.passed() == set()
    progress.reset()
    assert "COURSE_EPOCHS is 'many'" in capsys.readouterr().out


def test_a_run_that_is_nobodys_own_keeps_nothing(folder, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    progress.record("01.layer_sizes", True)
    assert list(folder.iterdir()) == []


def test_to_forget_deletes_that_file_alone_and_no_folder_in_its_place(folder, capsys):
    (folder / "photo.jpg").write_bytes(b"a photo")
    progress.record("01.layer_sizes", True)
    progress.reset()
    progress.reset()
    assert [path.name for path in folder.iterdir()] == ["photo.jpg"] and progress.passed() == set()
    (folder / "progress.json").mkdir()
    progress.reset()
    progress.record("01.layer_sizes", True)
    assert (folder / "progress.json").is_dir()
    lines = [line.split(" (")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == ["Progress is forgotten.", "There is no progress to forget."]
    assert {"Progress could not be forgotten", "Progress is not kept"} <= set(lines)


def test_widgets_may_record_from_several_threads():
    threads = [threading.Thread(target=progress.record, args=(f"01.item{i}", True)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(progress.passed()) == 12


def test_on_colab_it_is_said_once_that_progress_goes_with_the_session_unless_the_data_lie_on_drive(
    folder, monkeypatch, capsys
):
    monkeypatch.setattr(progress, "_on_colab", lambda: True)
    progress.record("01.layer_sizes", True)
    progress.record("03.label_kept", True)
    out = capsys.readouterr().out
    assert out.count("goes with the session") == 1 and "COURSE_DATA" in out
    monkeypatch.setattr(progress, "_said", set())
    monkeypatch.setattr(progress, "DRIVE", folder.parent)
    progress.record("01.layer_sizes", True)
    assert capsys.readouterr().out == ""


def test_colab_is_known_by_its_module(monkeypatch, tmp_path):
    assert not progress._on_colab()
    package = tmp_path / "google" / "colab"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    import google  # the name is shared by several installed packages

    monkeypatch.setattr(google, "__path__", [*google.__path__, str(tmp_path / "google")])
    assert progress._on_colab()
