"""A JupyterLab of its own for the browser tests: started on a free port, stopped with all its kernels."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from browser.notebook import PATIENCE, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
VIEWPORT = {"width": 1280, "height": 900}

# News, updates, builds, autosave and other things that would open a dialog or ask the internet.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "docmanager-extension/plugin": {"autosave": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # else a cell outside the view has no widgets
}
PAGE = {"buildCheck": False, "buildAvailable": False}
SWITCHES = (
    "--no-browser",
    "--ip=127.0.0.1",
    "--allow-root",
    "--ServerApp.open_browser=False",
    "--ServerApp.terminals_enabled=False",
    "--ServerApp.shutdown_no_activity_timeout=300",  # should the tests be killed before they can stop it
    "--MappingKernelManager.cull_idle_timeout=300",
    "--MappingKernelManager.cull_interval=60",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


class LabServer:
    """A JupyterLab with folders and a token of its own.

    Parameters
    ----------
    folder : pathlib.Path
        Empty; notebooks go to ``notebooks`` in it, what JupyterLab and the kernels keep beside it.
    seconds : float
        How long its start may take.
    """

    def __init__(self, folder: Path, seconds: float = 90) -> None:
        self._folder, self.token = folder, secrets.token_hex(16)
        self.notebooks = _folder(folder / "notebooks")
        self._log = folder / "server.log"
        for name, values in SETTINGS.items():
            path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            _folder(path.parent)
            path.write_text(json.dumps(values), encoding="utf-8")
        (_folder(folder / "config" / "labconfig") / "page_config.json").write_text(json.dumps(PAGE), encoding="utf-8")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *SWITCHES, f"--IdentityProvider.token={self.token}"],
                cwd=self.notebooks,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.url = self._wait_for_address(seconds)
        except BaseException:
            self.stop()
            raise

    def _environment(self) -> dict[str, str]:
        folders = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
            "COURSE_DATA": "course",
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "COURSE_"))}
        return {
            **kept,
            **{name: str(_folder(self._folder / folder)) for name, folder in folders.items()},
            "PYTHONPATH": str(ROOT),
            "COURSE_PROGRESS": "off",
            "TF_CPP_MIN_LOG_LEVEL": "2",
        }

    def _wait_for_address(self, seconds: float) -> str:
        def address() -> str | None:
            if self._process.poll() is not None:
                raise RuntimeError(f"JupyterLab ended with {self._process.returncode}:\n{self._end_of_log()}")
            for path in (self._folder / "runtime").glob("jpserver-*.json"):
                with contextlib.suppress(OSError, ValueError, KeyError):  # half written, or not yet listening
                    self.url = json.loads(path.read_text(encoding="utf-8"))["url"]
                    self.ask("api/status")
                    return self.url
            return None

        return wait_until(address, f"no answer from JupyterLab:\n{self._end_of_log()}", seconds)

    def _end_of_log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def ask(self, path: str, method: str = "GET") -> object:
        """What the server answers, read as JSON; None if it says nothing."""
        request = urllib.request.Request(
            f"{self.url}{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def end_kernels(self) -> None:
        """End every kernel that runs."""
        for kernel in self.ask("api/kernels"):
            self.ask(f"api/kernels/{kernel['id']}", "DELETE")

    def stop(self) -> None:
        """End the kernels and the server; by force if it must be."""
        if self._process.poll() is None and hasattr(self, "url"):
            with contextlib.suppress(OSError, ValueError):
                self.end_kernels()
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the kernels end by themselves when they lose their parent
            self._process.wait()


class Lab:
    """Opens notebooks in a browser."""

    def __init__(self, server: LabServer, browser: Browser) -> None:
        self._server, self._browser = server, browser
        self._numbers = itertools.count(1)

    @contextlib.contextmanager
    def open(self, cells: Sequence[str]) -> Iterator[Notebook]:
        """A new notebook with these code cells, in a page of its own, with a kernel that is ready.

        Parameters
        ----------
        cells : sequence of str
            The source of each.
        """
        name = f"notebook-{next(self._numbers)}"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self._server.notebooks / f"{name}.ipynb")
        context = self._browser.new_context(viewport=VIEWPORT)
        try:
            page = context.new_page()
            page.set_default_timeout(1000 * PATIENCE)
            page.goto(f"{self._server.url}doc/workspaces/{name}/tree/{name}.ipynb?token={self._server.token}")
            notebook = Notebook(page, VIEWPORT)
            notebook.wait_for_kernel()
            yield notebook
        finally:
            context.close()
            self._server.end_kernels()


def wait_until(ready: Callable[[], object], problem: str, seconds: float = 60, every: float = 0.05) -> object:
    """The first true answer of `ready`; TimeoutError with `problem` if there is none in time."""
    end = time.monotonic() + seconds
    while not (answer := ready()):
        if time.monotonic() > end:
            raise TimeoutError(problem)
        time.sleep(every)
    return answer


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
