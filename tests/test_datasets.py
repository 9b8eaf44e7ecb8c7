"""Fetching the photo sets: from tiny archives on a server of our own, never from the internet."""

import errno
import http.server
import io
import json
import os
import shutil
import stat
import tempfile
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from helpers import archives, datasets
from helpers.archives import ArchiveError, DataError
from helpers.datasets import DownloadError, PhotoSet

MIRROR = os.environ.get("COURSE_MIRROR")
PHOTOS = {f"tiny/cats/{number}.jpg": b"cat" * 400 for number in range(3)}
PHOTOS |= {"tiny/dogs/0.JPG": b"dog", "tiny/d.txt": b""}


def make_zip(members=PHOTOS, mode=0o644 | stat.S_IFREG) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, content)
    return stream.getvalue()


def sha256(content: bytes, folder: Path) -> str:
    path = folder / "to-hash"
    path.write_bytes(content)
    return archives.digest(path)


@dataclass
class Reply:
    body: bytes
    status: int = 200
    cut: bool = False  # announce the whole length, send half


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        reply = self.server.replies.get(self.path, Reply(b"<?xml version='1.0'?><Error>NoSuchKey</Error>", 404))
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Answers with what is in `replies` (path to Reply), and remembers what was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies, self.asked = {}, []
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def offer(self, path: str, body: bytes, **how):
        self.replies[path] = Reply(body, **how)

    def stop(self):
        if self.thread.is_alive():
            self.shutdown()
            self.thread.join()
            self.server_close()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def registry(monkeypatch, tmp_path, request):
    """One tiny set with two public addresses, on the test's server if it uses one, else on a closed port."""
    for name in [name for name in os.environ if name.startswith("COURSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    base = request.getfixturevalue("server").url if "server" in request.fixturenames else "http://127.0.0.1:9"
    body = make_zip()
    tiny = PhotoSet(
        name="tiny",
        urls=(f"{base}/first/tiny.zip", f"{base}/second/tiny.zip"),
        folder="tiny",
        counts={"cats": 3, "dogs": 1},
        licence="made for this test",
        size=len(body),
        sha256=sha256(body, tmp_path),
    )
    monkeypatch.setattr(datasets, "SETS", {"tiny": tiny})
    return datasets.SETS


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def get(**arguments):
    return datasets.fetch("tiny", progress=False, **arguments)


def assert_nothing_left(data, *, archive=False):
    """Nothing half done in the data folder; `archive`: whether a whole archive may be there."""
    left = {path.relative_to(data).as_posix() for path in data.rglob("*")}
    assert left <= ({"archives", "full"} | ({"archives/tiny.zip", "archives/tiny.zip.json"} if archive else set()))


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


FAULTS = {
    "missing": ({"body": b"<html>gone</html>", "status": 404}, "HTTP 404"),
    "broken server": ({"body": b"", "status": 500}, "HTTP 500"),
    "cut off": ({"body": make_zip(), "cut": True}, "broke off"),
    "wrong size": ({"body": make_zip() + b"more"}, "bytes instead of"),
    "error page": ({"body": b"<?xml version='1.0'?><Error>NoSuchKey</Error>"}, "a web page or an error message"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_next_address_after_a_fault(server, data, fault):
    reply, reason = FAULTS[fault]
    server.offer("/first/tiny.zip", **reply)
    with pytest.raises(DownloadError) as caught:
        get()
    first, second = (line for line in str(caught.value).splitlines() if line.startswith("  http"))
    assert "/first/tiny.zip: " in first and reason in first
    assert second.endswith("/second/tiny.zip: HTTP 404")
    assert_nothing_left(data)
    server.offer("/second/tiny.zip", make_zip())
    assert get().is_dir()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (make_zip(PHOTOS | {"tiny/d.txt": b"other"}), "SHA-256 begins with"),
        (make_zip()[:-30], "not a whole zip file"),
        (b"<html>sign in to this network</html>", "a web page or an error message"),
        (make_zip().replace(b"catcat", b"cowcat", 1), "damaged: 'tiny/cats/0.jpg'"),
        (make_zip({"horses/1.png": b"1"}), "no photos in cats, dogs below tiny"),
        (make_zip(PHOTOS | {"tiny/cats/9.jpg": b"9"}), "cats: 4 photos instead of 3"),
    ],
    ids=["hash", "truncated", "page", "damaged", "layout", "counts"],
)
def test_content_is_checked(server, registry, data, body, reason):
    known = registry["tiny"].sha256 if "SHA" in reason else None
    registry["tiny"] = replace(registry["tiny"], size=None, sha256=known)
    server.offer("/first/tiny.zip", body)
    with pytest.raises(DownloadError, match=reason):
        get()
    assert_nothing_left(data)


def test_no_network_and_no_cache(data):
    with pytest.raises(DownloadError) as caught:
        get(mirror="http://127.0.0.1:9/mirror")
    message = str(caught.value)
    assert "'tiny'" in message and "no place gave tiny.zip" in message
    assert [line.split(": ") for line in message.splitlines() if line.startswith("  http")] == [
        [f"  http://127.0.0.1:9/{place}/tiny.zip", "no connection"] for place in ("mirror", "first", "second")
    ]
    assert "COURSE_PROFILE=sample" in message and "COURSE_MIRROR" in message
    assert f"put it into {data / 'archives'}" in message
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert_nothing_left(data)


def test_no_answer(server, monkeypatch):
    monkeypatch.setattr(datasets, "TIMEOUT", 0.2)
    monkeypatch.setattr(Handler, "do_GET", lambda self: time.sleep(0.6))
    with pytest.raises(DownloadError, match="no answer within 0.2 seconds"):
        get()


def test_not_an_address():
    with pytest.raises(DownloadError, match="not a valid address"):
        get(mirror="http://:1:2:3")


# Mirrors


def test_dead_mirror_then_public(server):
    server.offer("/first/tiny.zip", make_zip())
    assert get(mirror="http://127.0.0.1:9").is_dir()
    assert server.asked == ["/first/tiny.zip"]


@pytest.mark.parametrize("kind", ["url", "folder"])
def test_mirror_with_hashes_of_its_own(server, tmp_path, capsys, monkeypatch, kind):
    other = make_zip(PHOTOS | {"tiny/dogs/1.jpg": b"other"})
    listing = f"other.zip sha256:{'0' * 64}\ntiny.zip sha256:{sha256(other, tmp_path).upper()}\n".encode()
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    for name, body in (("tiny.zip", other), ("registry.txt", listing)):
        server.offer(f"/mirror/{name}", body)
        (mirror / name).write_bytes(body)
    monkeypatch.setenv("COURSE_MIRROR", f"{server.url}/mirror/" if kind == "url" else str(mirror))
    get()
    assert datasets.count("tiny") == {"cats": 3, "dogs": 2}
    assert "differs from the public archive (dogs: 2 photos instead of 1)" in capsys.readouterr().err
    assert not any("first" in path for path in server.asked)


def test_mirror_whose_own_hash_differs(server, tmp_path):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "tiny.zip").write_bytes(make_zip())
    (mirror / "registry.txt").write_text(f"tiny.zip sha256:{'1' * 64}\n", encoding="utf-8")
    with pytest.raises(DownloadError, match="SHA-256 begins with .* instead of 111111111111"):
        get(mirror=str(mirror))


def test_mirror_without_hashes_must_match_the_public_one(server, tmp_path):
    (tmp_path / "tiny.zip").write_bytes(make_zip())
    assert get(mirror=str(tmp_path)).is_dir()
    assert server.asked == []


def test_mirror_folder_that_is_not_there(tmp_path):
    with pytest.raises(DownloadError, match="nowhere.*tiny.zip: no such file"):
        get(mirror=str(tmp_path / "nowhere"))


def test_empty_mirror_is_none(monkeypatch):
    monkeypatch.setenv("COURSE_MIRROR", "http://127.0.0.1:9/mirror")
    with pytest.raises(DownloadError) as caught:
        get(mirror="")
    assert "/mirror/" not in str(caught.value)


# Archives put there by hand


def put_by_hand(data, body):
    path = data / "archives" / "tiny.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(body)
    return path


def test_public_archive_by_hand(data, capsys):
    put_by_hand(data, make_zip())
    assert get().is_dir()
    assert capsys.readouterr().err == ""


def test_other_archive_by_hand_is_used_with_a_note(data, capsys):
    put_by_hand(data, make_zip(PHOTOS | {"tiny/cats/8.png": b"8"}))
    get()
    assert datasets.count("tiny")["cats"] == 4
    assert "used as it was found" in capsys.readouterr().err
    shutil.rmtree(data / "full")
    get()
    assert capsys.readouterr().err == ""  # remembered


def test_set_of_which_only_the_size_is_known(registry, data, capsys):
    registry["tiny"] = replace(registry["tiny"], sha256=None)
    put_by_hand(data, make_zip())
    get()
    assert capsys.readouterr().err == ""


def test_bad_archive_by_hand_is_kept_aside(server, data):
    put_by_hand(data, b"half a download")
    with pytest.raises(DownloadError, match="not a whole zip file.*kept as tiny.zip.aside-1"):
        get()
    assert (data / "archives" / "tiny.zip.aside-1").read_bytes() == b"half a download"
    server.offer("/first/tiny.zip", make_zip())
    assert get().is_dir()


def test_archive_damaged_since_it_was_accepted(server, data):
    server.offer("/first/tiny.zip", make_zip())
    get()
    shutil.rmtree(data / "full")
    (data / "archives" / "tiny.zip").write_bytes(make_zip()[:500])
    assert get().is_dir()
    assert server.asked == ["/first/tiny.zip"] * 2


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
def test_unsafe_member(tmp_path, name, mode, reason):
    path = tmp_path / "unsafe.zip"
    path.write_bytes(make_zip(PHOTOS | {name: b"/etc"}, mode | 0o644))
    with pytest.raises(ArchiveError, match=reason):
        archives.check(path)
    with pytest.raises(ArchiveError, match="nothing was unpacked"), archives.unpacked(path, tmp_path / "new"):
        pass
    assert list((tmp_path / "new").iterdir()) == []
    assert not list(tmp_path.parent.glob("outside*"))


def test_unsafe_download_is_not_kept(server, registry, data):
    registry["tiny"] = replace(registry["tiny"], size=None, sha256=None)
    server.offer("/first/tiny.zip", make_zip(PHOTOS | {"../x": b""}))
    with pytest.raises(DownloadError, match="leads out of the folder"):
        get()
    assert_nothing_left(data)


def test_encrypted_archive(tmp_path):
    path = tmp_path / "secret.zip"
    body = bytearray(make_zip({"a.jpg": b"1"}))
    body[body.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(body)
    with pytest.raises(ArchiveError, match="encrypted"):
        archives.check(path)


def test_what_macos_adds_is_left_out(tmp_path):
    path = tmp_path / "mac.zip"
    path.write_bytes(make_zip({"__MACOSX/cats/._1.jpg": b"", "cats/.DS_Store": b"", "cats/1.jpg": b"", "cats/": b""}))
    with archives.unpacked(path, tmp_path / "new") as folder:
        assert [name.relative_to(folder).as_posix() for name in folder.rglob("*.*")] == ["cats/1.jpg"]
    assert archives.count_in_archive(path, "", ["cats", "dogs"]) == {"cats": 1, "dogs": 0}


# Disks that run full, runs that are killed


def failing_after(calls, error, then=shutil.copyfileobj):
    """A copyfileobj that raises `error` once it has been called `calls` times."""
    counter = iter(range(calls))

    def copy(*arguments):
        if next(counter, None) is None:
            raise error
        return then(*arguments)

    return copy


def test_disk_full_while_unpacking(data, monkeypatch):
    put_by_hand(data, make_zip())
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", failing_after(2, OSError(errno.ENOSPC, "No space left")))
        with pytest.raises(DataError, match="Not enough room.*Free some space, or set COURSE_DATA"):
            get()
    assert_nothing_left(data, archive=True)
    assert get().is_dir()


def test_disk_too_small_to_begin_with(data, monkeypatch):
    put_by_hand(data, make_zip())
    monkeypatch.setattr(archives.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 10))
    with pytest.raises(DataError, match="0 MB of the 0 MB needed are free"):
        get()
    assert_nothing_left(data, archive=True)


def test_disk_full_while_downloading(server, data, monkeypatch):
    def transfer(place, target, progress):
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(datasets, "_transfer", transfer)
    with pytest.raises(DataError, match="Not enough room"):
        get()
    assert_nothing_left(data)


def test_other_write_errors_are_not_called_a_full_disk(data, monkeypatch):
    put_by_hand(data, make_zip())
    monkeypatch.setattr(shutil, "copyfileobj", failing_after(1, OSError(errno.EIO, "Input/output error")))
    with pytest.raises(OSError, match="Input/output error"):
        get()
    assert_nothing_left(data, archive=True)


def test_stopped_while_unpacking(data, monkeypatch):
    put_by_hand(data, make_zip())
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", failing_after(2, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            get()
    assert_nothing_left(data, archive=True)
    assert not datasets.is_present("tiny")
    assert get().is_dir()


def test_damage_found_only_while_unpacking(data, monkeypatch):
    put_by_hand(data, make_zip())
    monkeypatch.setattr(shutil, "copyfileobj", failing_after(1, zipfile.BadZipFile("Bad CRC-32")))
    with pytest.raises(ArchiveError, match=r"cannot be unpacked \(Bad CRC-32\). Delete .*tiny.zip and try again"):
        get()


def test_leftovers_of_a_killed_run(data):
    put_by_hand(data, make_zip())
    old, young, foreign = (data / "full" / f"{archives.PREFIX}{name}" for name in ("old", "young", "foreign"))
    for folder in (old, young, foreign):
        folder.mkdir(parents=True)
        (folder / ("holiday.txt" if folder == foreign else archives.MARKER)).touch()
    for path in (old / archives.MARKER, foreign / "holiday.txt"):
        os.utime(path, (0, 0))
    get()
    assert [folder.exists() for folder in (old, young, foreign)] == [False, True, True]


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


def test_archive_in_use_by_another_process(server, data, monkeypatch):
    """Windows refuses to replace a file that another process reads; the same archive is there then."""
    server.offer("/first/tiny.zip", make_zip())

    def refuse(source, target):
        shutil.copyfile(source, target)
        raise PermissionError("in use")

    monkeypatch.setattr(datasets.os, "replace", refuse)
    assert get().is_dir()


def test_archive_held_open_by_another_program(server, monkeypatch):
    server.offer("/first/tiny.zip", make_zip())

    def refuse(source, target):
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(datasets.os, "replace", refuse)
    with pytest.raises(DataError, match="tiny.zip could not be written. Close any program"):
        get()


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
    monkeypatch.setattr(datasets, "_obtain", None)  # not called again
    assert datasets.fetch(name, data=real_data, mirror=MIRROR) == folder
