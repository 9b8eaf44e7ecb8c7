"""Photo sets: fetched from tiny archives on a server of our own, kept, restored, and those of the course."""

import errno
import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from tiny_archives import PHOTOS, failing_after, make_zip

from helpers.datasets import registry as datasets
from helpers.datasets.archives import DataError
from helpers.datasets.downloads import DownloadError
from helpers.datasets.registry import PhotoSet

MIRROR = os.environ.get("COURSE_MIRROR")


@pytest.fixture(autouse=True)
def registry(monkeypatch, tmp_path, tiny):
    """One tiny set, and none of the user's settings."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(datasets, "SETS", {"tiny": PhotoSet(**asdict(tiny), licence="made for this test")})


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def get(**arguments):
    return datasets.fetch("tiny", progress=False, **arguments)


def put_by_hand(data, body):
    path = data / "archives" / "tiny.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(body)


def assert_nothing_half_done(data):
    """Nothing in the data folder but the whole archive."""
    left = {path.relative_to(data).as_posix() for path in data.rglob("*")}
    assert left <= {"archives", "archives/tiny.zip", "archives/tiny.zip.json", "full"}


def test_public_address(server, data, capsys):
    server.offer("/first/tiny.zip", make_zip())
    folder = get()
    assert folder == data / "full" / "tiny" / "tiny"
    assert datasets.count("tiny") == {"cats": 3, "dogs": 1}
    assert datasets.is_present("tiny")
    assert (folder / "cats" / "2.jpg").read_bytes() == b"cat" * 400
    assert server.asked == ["/first/tiny.zip"]
    assert capsys.readouterr() == ("", "")
    manifest = json.loads((data / "full" / "tiny" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["archive"], manifest["files"]) == ("tiny.zip", 5)
    assert sorted(path.name for path in (data / "archives").iterdir()) == ["tiny.zip", "tiny.zip.json"]


def test_progress_goes_to_standard_error(server, capsys):
    server.offer("/first/tiny.zip", make_zip())
    datasets.fetch("tiny")
    out, err = capsys.readouterr()
    assert out == "" and "100%" in err


def test_no_network_once_it_is_there(server, data):
    server.offer("/first/tiny.zip", make_zip())
    folder = get()
    server.stop()
    assert get() == folder
    shutil.rmtree(data / "full")
    assert get() == folder  # from the archive


def test_mirror_from_the_settings(tmp_path, data, monkeypatch):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "tiny.zip").write_bytes(make_zip())
    monkeypatch.setenv("COURSE_MIRROR", str(mirror))
    assert get() == data / "full" / "tiny" / "tiny"


def test_empty_mirror_is_none(monkeypatch):
    monkeypatch.setenv("COURSE_MIRROR", "http://127.0.0.1:9/mirror")
    with pytest.raises(DownloadError) as caught:
        get(mirror="")
    assert "/mirror/" not in str(caught.value)


def test_other_archive_is_unpacked_as_it_is(data, capsys):
    put_by_hand(data, make_zip(PHOTOS | {"tiny/cats/8.png": b"8"}))
    get()
    assert datasets.count("tiny")["cats"] == 4
    assert "used as it was found" in capsys.readouterr().err
    shutil.rmtree(data / "full")
    get()
    assert capsys.readouterr().err == ""  # remembered


# Disks that run full, runs that are killed


def test_disk_full_while_unpacking(data, monkeypatch):
    put_by_hand(data, make_zip())
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", failing_after(2, OSError(errno.ENOSPC, "No space left")))
        with pytest.raises(DataError, match="Not enough room.*Free some space, or set COURSE_DATA"):
            get()
    assert_nothing_half_done(data)
    assert get().is_dir()


def test_stopped_while_unpacking(data, monkeypatch):
    put_by_hand(data, make_zip())
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", failing_after(2, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            get()
    assert_nothing_half_done(data)
    assert not datasets.is_present("tiny")
    assert get().is_dir()


def test_data_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="Nothing can be written to .*COURSE_DATA"):
        get(data=tmp_path / "a-file" / "data")


# What is on disk already


def test_foreign_folder_is_refused_and_untouched(server, data):
    mine = data / "full" / "tiny" / "my notes.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="is in the way.*Move or rename it"):
        get()
    assert mine.read_text(encoding="utf-8") == "mine"
    assert server.asked == []


def test_deleted_photos_come_back(server, data, capsys):
    server.offer("/first/tiny.zip", make_zip())
    folder = get()
    (folder / "cats" / "1.jpg").unlink()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert not datasets.is_present("tiny")
    assert get() == folder
    assert datasets.count("tiny") == {"cats": 3, "dogs": 1}
    assert "kept as tiny.aside-1" in capsys.readouterr().err
    assert (data / "full" / "tiny.aside-1" / "tiny" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert server.asked == ["/first/tiny.zip"]


def test_broken_manifest_is_not_trusted(data):
    put_by_hand(data, make_zip())
    get()
    (data / "full" / "tiny" / "manifest.json").write_text('["half', encoding="utf-8")
    assert get().is_dir()
    assert (data / "full" / "tiny.aside-1").is_dir()


def test_many_at_once(server, data):
    server.offer("/first/tiny.zip", make_zip())
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: get(), range(8)))
    assert folders == {data / "full" / "tiny" / "tiny"}
    assert datasets.is_present("tiny")
    assert sorted(path.name for path in (data / "full").iterdir()) == ["tiny"]
    assert sorted(path.name for path in (data / "archives").iterdir()) == ["tiny.zip", "tiny.zip.json"]


def test_winner_is_used(data, monkeypatch):
    """Another process finishes between our check and our rename."""
    put_by_hand(data, make_zip())
    write = datasets._write_manifest

    def write_while_another_wins(folder, entry, sha256):
        write(folder, entry, sha256)
        shutil.copytree(folder, data / "full" / "tiny", dirs_exist_ok=True)

    monkeypatch.setattr(datasets, "_write_manifest", write_while_another_wins)
    assert get().is_dir()
    assert [path.name for path in (data / "full").iterdir()] == ["tiny"]


@pytest.mark.parametrize(
    ("blocked", "message"),
    [("unpacked", "could not be moved to .*Try again"), ("tiny", "could not be renamed. Close any program")],
)
def test_folder_that_cannot_be_moved(data, monkeypatch, blocked, message):
    put_by_hand(data, make_zip())
    (get() / "cats" / "0.jpg").unlink()
    rename = Path.rename

    def refuse(path, target):
        if path.name == blocked:
            raise PermissionError(errno.EACCES, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DataError, match=message):
        get()


# The registry


def test_unknown_name():
    with pytest.raises(ValueError, match="There is no set 'cats'. Choose one of: tiny"):
        datasets.fetch("cats")


def test_registry_of_the_course(monkeypatch):
    monkeypatch.undo()
    assert datasets.names()[:2] == ["cats_and_dogs_filtered", "horse-or-human"]
    photos = {name: sum(datasets.info(name).counts.values()) for name in datasets.names()}
    assert photos == {
        "cats_and_dogs_filtered": 3000,
        "horse-or-human": 1027,
        "validation-horse-or-human": 256,
        "kagglecatsanddogs_5340": 25_000,
        "happy-or-sad": 80,
        "rps": 2520,
        "rps-test-set": 372,
    }
    for entry in map(datasets.info, datasets.names()):
        assert entry.urls and entry.licence
        assert all(url.startswith("https://") and url.endswith(f"/{entry.archive}") for url in entry.urls)
        assert entry.sha256 is None or len(bytes.fromhex(entry.sha256)) == 32


@pytest.fixture
def real_data():
    """A data folder that is gone after the test: the archives are large."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder).resolve()


@pytest.mark.real
@pytest.mark.skipif(not MIRROR, reason="COURSE_MIRROR is not set: no real photos")
@pytest.mark.parametrize(
    ("name", "photos"),
    [
        ("cats_and_dogs_filtered", [1000, 1000, 500, 500]),
        ("horse-or-human", [500, 527]),
        ("validation-horse-or-human", [128, 128]),
        ("happy-or-sad", [40, 40]),
        ("kagglecatsanddogs_5340", None),
    ],
)
def test_real_archive(monkeypatch, real_data, name, photos):
    monkeypatch.undo()  # the course's registry, but none of its addresses
    monkeypatch.setattr(datasets, "SETS", {name: replace(datasets.SETS[name], urls=())})
    folder = datasets.fetch(name, data=real_data, mirror=MIRROR, progress=False)
    counts = datasets.count(name, data=real_data)
    if photos is None:
        empty = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg") if not path.stat().st_size}
        assert empty == {"Cat/666.jpg", "Dog/11702.jpg"}
        assert min(counts.values()) > 1000
    else:
        assert list(counts.values()) == photos
    monkeypatch.setattr(datasets.downloads, "obtain", None)  # not called again
    assert datasets.fetch(name, data=real_data, mirror=MIRROR) == folder
