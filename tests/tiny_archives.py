"""What the tests of archives, downloads and photo sets share: tiny zip files, a server, a disk that fails."""

import http.server
import io
import shutil
import stat
import threading
import zipfile
from dataclasses import dataclass

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


def failing_after(calls, error, then=shutil.copyfileobj):
    """A copyfileobj that raises `error` once it has been called `calls` times."""
    counter = iter(range(calls))

    def copy(*arguments):
        if next(counter, None) is None:
            raise error
        return then(*arguments)

    return copy


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
