"""Zip archives that are unsafe, damaged or too large for the disk, and what killed runs leave behind."""

import errno
import hashlib
import os
import shutil
import stat
import zipfile

import pytest
from tiny_archives import PHOTOS, failing_after, make_zip

from helpers.datasets import archives
from helpers.datasets.archives import ArchiveError, DataError


@pytest.fixture
def tiny_zip(tmp_path):
    path = tmp_path / "tiny.zip"
    path.write_bytes(make_zip())
    return path


@pytest.fixture
def new(tmp_path):
    """Where to unpack to."""
    return tmp_path / "new"


def unpack(path, new):
    with archives.unpacked(path, new):
        pass


def is_empty(folder):
    return list(folder.iterdir()) == []


def test_whole_archive(tiny_zip, new):
    assert archives.check(tiny_zip) == archives.digest(tiny_zip) == hashlib.sha256(make_zip()).hexdigest()
    assert archives.count_in_archive(tiny_zip, "tiny", ["cats", "dogs"]) == {"cats": 3, "dogs": 1}
    with archives.unpacked(tiny_zip, new) as folder:
        assert archives.count_on_disk(folder / "tiny", ["cats", "dogs", "birds"]) == {"cats": 3, "dogs": 1, "birds": 0}
    assert is_empty(new)


# Unsafe archives


@pytest.mark.parametrize(
    ("name", "mode", "reason"),
    [
        ("../outside.txt", stat.S_IFREG, "leads out"),
        ("tiny/../../outside.txt", stat.S_IFREG, "leads out"),
        ("tiny\\..\\..\\outside.txt", stat.S_IFREG, "leads out"),
        ("/outside.txt", stat.S_IFREG, "absolute"),
        ("\\\\host\\outside.txt", stat.S_IFREG, "absolute"),
        ("C:/outside.txt", stat.S_IFREG, "drive letter"),
        ("tiny\\cats\\1.jpg", stat.S_IFREG, "backslash"),
        ("tiny/link", stat.S_IFLNK, "link"),
        ("tiny/pipe", stat.S_IFIFO, "special file"),
    ],
)
def test_unsafe_member(tmp_path, new, name, mode, reason):
    path = tmp_path / "unsafe.zip"
    path.write_bytes(make_zip(PHOTOS | {name: b"/etc"}, mode | 0o644))
    with pytest.raises(ArchiveError, match=reason):
        archives.check(path)
    with pytest.raises(ArchiveError, match="nothing was unpacked"):
        unpack(path, new)
    assert is_empty(new)
    assert not list(tmp_path.parent.glob("outside*"))


def test_encrypted_archive(tmp_path):
    path = tmp_path / "secret.zip"
    body = bytearray(make_zip({"a.jpg": b"1"}))
    body[body.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(body)
    with pytest.raises(ArchiveError, match="encrypted"):
        archives.check(path)


def test_what_macos_adds_is_left_out(tmp_path, new):
    path = tmp_path / "mac.zip"
    path.write_bytes(make_zip({"__MACOSX/cats/._1.jpg": b"", "cats/.DS_Store": b"", "cats/1.jpg": b"", "cats/": b""}))
    with archives.unpacked(path, new) as folder:
        assert [name.relative_to(folder).as_posix() for name in folder.rglob("*.*")] == ["cats/1.jpg"]
    assert archives.count_in_archive(path, "", ["cats", "dogs"]) == {"cats": 1, "dogs": 0}


def test_damage_found_only_while_unpacking(tiny_zip, new, monkeypatch):
    monkeypatch.setattr(shutil, "copyfileobj", failing_after(1, zipfile.BadZipFile("Bad CRC-32")))
    with pytest.raises(ArchiveError, match=r"cannot be unpacked \(Bad CRC-32\). Delete .*tiny.zip and try again"):
        unpack(tiny_zip, new)
    assert is_empty(new)


# Disks that run full, folders that cannot be used, runs that are killed


def test_disk_full_while_unpacking(tiny_zip, new, monkeypatch):
    monkeypatch.setattr(shutil, "copyfileobj", failing_after(2, OSError(errno.ENOSPC, "No space left")))
    with pytest.raises(DataError, match="Not enough room.*Free some space, or set COURSE_DATA"):
        unpack(tiny_zip, new)
    assert is_empty(new)


def test_disk_too_small_to_begin_with(tiny_zip, new, monkeypatch):
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 10))
    with pytest.raises(DataError, match="0 MB of the 0 MB needed are free"):
        unpack(tiny_zip, new)
    assert is_empty(new)


def test_other_write_errors_are_not_called_a_full_disk(tiny_zip, new, monkeypatch):
    monkeypatch.setattr(shutil, "copyfileobj", failing_after(1, OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OSError, match="Input/output error"):
        unpack(tiny_zip, new)
    assert is_empty(new)


def test_folder_that_cannot_be_used(tmp_path, tiny_zip):
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="Nothing can be written to .*COURSE_DATA"):
        unpack(tiny_zip, tmp_path / "a-file" / "data")


def test_leftovers_of_a_killed_run(new):
    old, young, foreign = (new / f"{archives.PREFIX}{name}" for name in ("old", "young", "foreign"))
    for folder in (old, young, foreign):
        folder.mkdir(parents=True)
        (folder / ("holiday.txt" if folder == foreign else archives.MARKER)).touch()
    for path in (old / archives.MARKER, foreign / "holiday.txt"):
        os.utime(path, (0, 0))
    with archives.working_folder(new):
        assert [folder.exists() for folder in (old, young, foreign)] == [False, True, True]
