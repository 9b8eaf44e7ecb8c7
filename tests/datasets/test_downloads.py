"""Getting an archive: public addresses that fail, mirrors, and archives put there by hand."""

import errno
import hashlib
import os
import shutil
import time
from dataclasses import replace

import pytest
from tiny_archives import PHOTOS, make_zip

from helpers import files
from helpers.datasets import archives, downloads
from helpers.datasets.archives import DataError
from helpers.datasets.downloads import DownloadError

FINAL = ["tiny.zip", "tiny.zip.json"]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archives"


@pytest.fixture
def get(tiny, folder):
    """`obtain` for the tiny source; keywords change what is known of its archive. Returns the archive's content."""

    def run(mirror=None, **known):
        path, sha256 = downloads.obtain(replace(tiny, **known), folder, mirror=mirror, progress=False)
        assert path == folder / "tiny.zip"
        assert archives.digest(path) == sha256
        assert files.read_json(folder / "tiny.zip.json")["sha256"] == sha256
        return path.read_bytes()

    return run


def content(folder):
    return sorted(path.name for path in folder.iterdir())


def test_public_address(server, get, folder, capsys):
    server.offer("/first/tiny.zip", make_zip())
    assert get() == make_zip()
    assert server.asked == ["/first/tiny.zip"]
    assert capsys.readouterr() == ("", "")
    assert content(folder) == FINAL
    assert files.read_json(folder / "tiny.zip.json")["from"] == f"{server.url}/first/tiny.zip"


def test_no_network_once_it_is_there(server, get):
    server.offer("/first/tiny.zip", make_zip())
    get()
    server.stop()
    assert get() == make_zip()


FAULTS = {
    "missing": ({"body": b"<html>gone</html>", "status": 404}, "HTTP 404"),
    "broken server": ({"body": b"", "status": 500}, "HTTP 500"),
    "cut off": ({"body": make_zip(), "cut": True}, "broke off"),
    "wrong size": ({"body": make_zip() + b"more"}, "bytes instead of"),
    "error page": ({"body": b"<?xml version='1.0'?><Error>NoSuchKey</Error>"}, "a web page or an error message"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_next_address_after_a_fault(server, get, folder, fault):
    reply, reason = FAULTS[fault]
    server.offer("/first/tiny.zip", **reply)
    with pytest.raises(DownloadError) as caught:
        get()
    first, second = (line for line in str(caught.value).splitlines() if line.startswith("  http"))
    assert "/first/tiny.zip: " in first and reason in first
    assert second.endswith("/second/tiny.zip: HTTP 404")
    assert content(folder) == []
    server.offer("/second/tiny.zip", make_zip())
    assert get() == make_zip()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (make_zip(PHOTOS | {"tiny/d.txt": b"other"}), "SHA-256 begins with"),
        (make_zip()[:-30], "not a whole zip file"),
        (b"<html>sign in to this network</html>", "a web page or an error message"),
        (make_zip().replace(b"catcat", b"cowcat", 1), "damaged: 'tiny/cats/0.jpg'"),
        (make_zip({"horses/1.png": b"1"}), "no photos in cats, dogs below tiny"),
        (make_zip(PHOTOS | {"tiny/cats/9.jpg": b"9"}), "cats: 4 photos instead of 3"),
        (make_zip(PHOTOS | {"../x": b""}), "leads out of the folder"),
    ],
    ids=["hash", "truncated", "page", "damaged", "layout", "counts", "unsafe"],
)
def test_content_is_checked(server, tiny, get, folder, body, reason):
    server.offer("/first/tiny.zip", body)
    with pytest.raises(DownloadError, match=reason):
        get(size=None, sha256=tiny.sha256 if "SHA" in reason else None)
    assert content(folder) == []


def test_no_network_and_no_cache(get, folder):
    with pytest.raises(DownloadError) as caught:
        get(mirror="http://127.0.0.1:9/mirror")
    message = str(caught.value)
    assert "'tiny'" in message and "no place gave tiny.zip" in message
    assert [line.split(": ") for line in message.splitlines() if line.startswith("  http")] == [
        [f"  http://127.0.0.1:9/{place}/tiny.zip", "no connection"] for place in ("mirror", "first", "second")
    ]
    assert "COURSE_PROFILE=sample" in message and "COURSE_MIRROR" in message
    assert f"put it into {folder}" in message
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert content(folder) == []


def test_no_answer(server, get, monkeypatch):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    monkeypatch.setattr(server.RequestHandlerClass, "do_GET", lambda self: time.sleep(0.6))
    with pytest.raises(DownloadError, match="no answer within 0.2 seconds"):
        get()


def test_not_an_address(get):
    with pytest.raises(DownloadError, match="not a valid address"):
        get(mirror="http://:1:2:3")


def test_disk_full_while_downloading(get, folder, monkeypatch):
    def transfer(place, target, progress):
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(downloads, "_transfer", transfer)
    with pytest.raises(DataError, match="Not enough room"):
        get()
    assert content(folder) == []


# Mirrors


def test_dead_mirror_then_public(server, get):
    server.offer("/first/tiny.zip", make_zip())
    assert get(mirror="http://127.0.0.1:9") == make_zip()
    assert server.asked == ["/first/tiny.zip"]


@pytest.mark.parametrize("kind", ["url", "folder"])
def test_mirror_with_hashes_of_its_own(server, tmp_path, get, capsys, kind):
    other = make_zip(PHOTOS | {"tiny/dogs/1.jpg": b"other"})
    sha256 = hashlib.sha256(other).hexdigest().upper()
    listing = f"other.zip sha256:{'0' * 64}\ntiny.zip sha256:{sha256}\n".encode()
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for name, body in (("tiny.zip", other), ("registry.txt", listing)):
        server.offer(f"/mirror/{name}", body)
        (mirror / name).write_bytes(body)
    assert get(mirror=f"{server.url}/mirror/" if kind == "url" else str(mirror)) == other
    assert "differs from the public archive (dogs: 2 photos instead of 1)" in capsys.readouterr().err
    assert not any("first" in path for path in server.asked)


def test_mirror_whose_own_hash_differs(get, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "tiny.zip").write_bytes(make_zip())
    (mirror / "registry.txt").write_text(f"tiny.zip sha256:{'1' * 64}\n", encoding="utf-8")
    with pytest.raises(DownloadError, match="SHA-256 begins with .* instead of 111111111111"):
        get(mirror=str(mirror))


def test_mirror_without_hashes_must_match_the_public_one(server, get, tmp_path):
    (tmp_path / "tiny.zip").write_bytes(make_zip())
    assert get(mirror=str(tmp_path)) == make_zip()
    assert server.asked == []
    shutil.rmtree(tmp_path / "archives")
    (tmp_path / "tiny.zip").write_bytes(make_zip(PHOTOS | {"tiny/d.txt": b"other"}))
    with pytest.raises(DownloadError, match="tiny.zip: [0-9,]+ bytes instead of"):
        get(mirror=str(tmp_path))


def test_mirror_folder_that_is_not_there(get, tmp_path):
    with pytest.raises(DownloadError, match="nowhere.*tiny.zip: no such file"):
        get(mirror=str(tmp_path / "nowhere"))


# Archives that are there already


def put_by_hand(folder, body):
    folder.mkdir()
    (folder / "tiny.zip").write_bytes(body)


def test_public_archive_by_hand(get, folder, capsys):
    put_by_hand(folder, make_zip())
    assert get() == make_zip()
    assert capsys.readouterr().err == ""


def test_other_archive_by_hand_is_used_with_a_note(get, folder, capsys):
    other = make_zip(PHOTOS | {"tiny/cats/8.png": b"8"})
    put_by_hand(folder, other)
    assert get() == other
    assert "used as it was found" in capsys.readouterr().err
    assert get() == other
    assert capsys.readouterr().err == ""  # remembered


def test_source_of_which_only_the_size_is_known(get, folder, capsys):
    put_by_hand(folder, make_zip())
    get(sha256=None)
    assert capsys.readouterr().err == ""


def test_bad_archive_by_hand_is_kept_aside(server, get, folder):
    put_by_hand(folder, b"half a download")
    with pytest.raises(DownloadError, match="not a whole zip file.*kept as tiny.zip.aside-1"):
        get()
    assert (folder / "tiny.zip.aside-1").read_bytes() == b"half a download"
    server.offer("/first/tiny.zip", make_zip())
    assert get() == make_zip()


def test_archive_damaged_since_it_was_accepted(server, get, folder):
    server.offer("/first/tiny.zip", make_zip())
    get()
    (folder / "tiny.zip").write_bytes(make_zip()[:500])
    assert get() == make_zip()
    assert server.asked == ["/first/tiny.zip"] * 2


def test_archive_in_use_by_another_process(server, get, monkeypatch):
    """Windows refuses to replace a file that another process reads; the same archive is there then."""
    server.offer("/first/tiny.zip", make_zip())

    put = os.replace

    def refuse(source, target):
        if target.suffix != ".zip":
            return put(source, target)
        shutil.copyfile(source, target)
        raise PermissionError("in use")

    monkeypatch.setattr(downloads.os, "replace", refuse)
    assert get() == make_zip()


def test_archive_held_open_by_another_program(server, get, monkeypatch):
    server.offer("/first/tiny.zip", make_zip())

    def refuse(source, target):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(downloads.os, "replace", refuse)
    with pytest.raises(DataError, match="tiny.zip could not be written. Close any program"):
        get()


def test_an_unreadable_mirror_is_named_and_the_public_address_tried(server, get, tmp_path, monkeypatch):
    def locked(path, mode):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(downloads, "open", locked, raising=False)
    server.offer("/first/tiny.zip", make_zip())
    assert get(mirror=str(tmp_path / "mirror")) == make_zip()
    server.offer("/first/tiny.zip", b"", status=404)
    (tmp_path / "archives" / "tiny.zip").unlink()
    with pytest.raises(DownloadError, match=r"mirror.tiny\.zip: it cannot be read \(Permission denied\)"):
        get(mirror=str(tmp_path / "mirror"))


@pytest.mark.parametrize("name", ["mirror", "a mirror with blanks", "Spiegel ä"])
def test_a_mirror_may_be_a_file_address(get, tmp_path, name):
    mirror = tmp_path / name
    mirror.mkdir()
    (mirror / "tiny.zip").write_bytes(make_zip())
    assert get(mirror=mirror.as_uri()) == make_zip()
