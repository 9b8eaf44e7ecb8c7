"""The command line that fetches the photo sets, with a mirror folder of tiny archives."""

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from data_scripts import fetch_data
from helpers.datasets import registry, weights


@pytest.fixture(autouse=True)
def mirror(monkeypatch, tmp_path):
    """Two sets in a mirror folder; no public addresses."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "mirror"
    folder.mkdir()
    tiny = registry.PhotoSet(name="tiny", urls=(), counts={"cats": 2, "dogs": 1}, licence="CC0")
    extra = replace(tiny, name="extra")
    for entry in (tiny, extra):
        with zipfile.ZipFile(folder / entry.archive, "w") as archive:
            for name in ("cats/1.jpg", "cats/2.jpg", "dogs/1.png"):
                archive.writestr(name, name)
    monkeypatch.setattr(registry, "SETS", {"tiny": tiny, "extra": extra})
    monkeypatch.setattr(weights, "fetch", lambda data, mirror: f"weights in {data}")
    monkeypatch.setenv("COURSE_MIRROR", str(folder))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    return folder


def test_default_is_what_the_lessons_need(tmp_path, capsys):
    assert fetch_data.main([]) == 0
    photos, counts, *_, network = capsys.readouterr().out.splitlines()
    assert (photos, counts) == (f"tiny: {tmp_path / 'data' / 'full' / 'tiny'}", "    cats 2, dogs 1")
    assert network == "weights of MobileNetV2: weights in None"
    assert registry.is_present("tiny") and registry.is_present("extra")


def test_names_data_and_mirror(tmp_path, mirror, monkeypatch, capsys):
    monkeypatch.delenv("COURSE_MIRROR")
    assert fetch_data.main(["extra", "--data", str(tmp_path / "other"), "--mirror", str(mirror)]) == 0
    out = capsys.readouterr().out
    assert str(tmp_path / "other" / "full" / "extra") in out and "weights" not in out
    assert not (tmp_path / "data").exists()


def test_list(tmp_path, capsys):
    fetch_data.main(["tiny"])
    capsys.readouterr()
    assert fetch_data.main(["--list"]) == 0
    header, tiny, extra = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "MB", "on", "disk", "photos", "licence"]
    assert tiny.split() == ["tiny", "?", "yes", "cats", "2,", "dogs", "1", "CC0"]
    assert extra.split()[:3] == ["extra", "?", "no"]


def test_failure_is_one_message(mirror, capsys):
    (mirror / "tiny.zip").unlink()
    assert fetch_data.main([]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Could not get the photos of 'tiny'" in err and "COURSE_PROFILE=sample" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["tiny", "cats"], "There is no set 'cats'"), (["--colour"], "unrecognized arguments")],
)
def test_usage_errors(arguments, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        fetch_data.main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_setting_that_is_not_understood(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROFILE", "all")
    with pytest.raises(SystemExit) as caught:
        fetch_data.main([])
    assert caught.value.code == 2
    assert "COURSE_PROFILE is 'all'" in capsys.readouterr().err


def test_as_a_program():
    """The registry of the course, listed by the real program, without TensorFlow."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-X", "importtime", "-m", "data_scripts.fetch_data", "--list"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "kagglecatsanddogs_5340" in done.stdout
    assert "tensorflow" not in done.stderr
