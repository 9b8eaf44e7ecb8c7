"""Files are there whole, or not at all, whatever happens while they are written."""

import errno
import json
import os
import subprocess
import sys

import pytest

from helpers import files


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_read_again_with_its_line_ends(tmp_path):
    path = tmp_path / "deep" / "down" / "a.json"
    files.write_json(path, {"a": [1, "ä"]})
    assert files.read_json(path) == {"a": [1, "ä"]} and path.read_bytes().endswith(b"}\n")
    files.write_text(path, "one\r\ntwo\n")
    assert path.read_bytes() == b"one\r\ntwo\n" and names(path.parent) == ["a.json"]


@pytest.mark.parametrize("text", [None, '["half', "[1]", "", "\xff"])
def test_json_that_is_missing_broken_or_no_dictionary_is_nothing(text, tmp_path):
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text, encoding="latin-1")
    assert files.read_json(path) == {}


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt(), ValueError("no")])
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_failure_leaves_what_was_there_and_nothing_else(error, step, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("before")

    def fail(*_):
        raise error

    if step != "write":
        monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(error)), files.written_whole(path) as file:
        file.write(b"after")
        if step == "write":
            fail()
    monkeypatch.undo()
    assert path.read_text() == "before" and names(tmp_path) == ["a.txt"]


def test_what_cannot_be_json_is_refused_before_anything_is_touched(tmp_path):
    with pytest.raises(TypeError):
        files.write_json(tmp_path / "a.json", {"a": object()})
    assert not names(tmp_path)


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path):
    program = "import os, sys; from pathlib import Path; from helpers import files\n"
    program += "with files.written_whole(Path(sys.argv[1])) as file:\n"
    program += "    file.write(b'half'); file.flush(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.txt")], check=False)
    (left,) = names(tmp_path)
    mine = tmp_path / f".b.txt.{os.getpid()}.x{files.SUFFIX}"
    for path in (mine, tmp_path / ".a.txt.part", tmp_path / f"no.number{files.SUFFIX}"):
        path.write_text("alive, or not ours")
    files.write_text(tmp_path / "c.txt", "whole")
    assert left not in names(tmp_path) and len(names(tmp_path)) == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_others_may_read_it_as_any_file_of_the_user(tmp_path):
    files.write_text(tmp_path / "ours.txt", "")
    (tmp_path / "usual.txt").write_text("")
    assert (tmp_path / "ours.txt").stat().st_mode == (tmp_path / "usual.txt").stat().st_mode


def test_where_windows_refuses_for_a_moment_it_is_tried_again(tmp_path, monkeypatch):
    tries, replace = [], os.replace

    def refuse_twice(part, path):
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError("in use")
        replace(part, path)

    monkeypatch.setattr(os, "replace", refuse_twice)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(files, "WINDOWS", True)
    files.write_json(tmp_path / "a.json", {"a": 1})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 1} and len(tries) == 3
