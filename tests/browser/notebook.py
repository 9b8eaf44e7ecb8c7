"""What a person does with a notebook in a page: run cells, press keys, read captions, upload files."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE = 60  # seconds for the page to do what it should
BUSY = 120_000  # milliseconds that a cell may run
PARTS = {
    "caption": "[...cell.querySelectorAll('figcaption[role=status]')].map(node => node.textContent)",
    "picture": "[...cell.querySelectorAll('figure img, figure svg')].map(node => node.src || node.outerHTML)",
    "text": "[...cell.querySelectorAll('.jp-Cell-outputArea')].map(node => node.innerText)",
}
OPTIONS = "list => [...list.options].map(option => option.label.replaceAll('\\u00a0', ' '))"
OUTPUTS = """index => {
  const outputs = jupyterapp.shell.currentWidget.content.widgets[index].model.outputs;
  return Array.from({length: outputs.length}, (_, place) => outputs.get(place).toJSON());
}"""


class Notebook:
    """The notebook that is open in a page.

    Attributes
    ----------
    page : playwright.sync_api.Page
    """

    def __init__(self, page: Page, viewport: dict[str, int]) -> None:
        self.page, self.viewport = page, viewport

    def wait_for_kernel(self) -> None:
        """Wait until the kernel is ready; run too early, JupyterLab would ask which kernel to take."""
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    def start(self) -> None:
        """Run all cells and do not wait for them."""
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def run(self) -> None:
        """Run all cells, and wait for them; AssertionError with the traceback of a cell that failed."""
        self.start()
        for index in range(self.page.evaluate("() => jupyterapp.shell.currentWidget.content.widgets.length")):
            self.cell(index).finish()

    def interrupt(self) -> None:
        """Press the notebook's own stop button."""
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:interrupt-kernel'); }")

    def cell(self, index: int) -> Cell:
        """A cell, from 0."""
        return Cell(self, index)


class Cell:
    """One cell and the widget in its output.

    Attributes
    ----------
    output : playwright.sync_api.Locator
        All of its output.
    page : playwright.sync_api.Page
    """

    def __init__(self, notebook: Notebook, index: int) -> None:
        self._notebook, self.page, self._index = notebook, notebook.page, index
        self._cell = self.page.locator(".jp-Notebook .jp-Cell").nth(index)
        self.output = self._cell.locator(".jp-Cell-outputArea")

    def start(self) -> None:
        """Run it and do not wait for it."""
        self.page.evaluate(
            """index => {
              jupyterapp.shell.currentWidget.content.activeCellIndex = index;
              jupyterapp.commands.execute('notebook:run-cell');
            }""",
            self._index,
        )

    def finish(self) -> None:
        """Wait until it has run and the kernel is idle; AssertionError with the traceback if it failed."""
        self.page.wait_for_function(
            """index => {
              const panel = jupyterapp.shell.currentWidget, model = panel.content.widgets[index].model;
              const failed = model.outputs.toJSON().some(output => output.output_type === 'error');
              const idle = panel.sessionContext.session.kernel.status === 'idle';
              return failed || (model.executionCount !== null && model.executionState !== 'running' && idle);
            }""",
            arg=self._index,
            timeout=BUSY,
        )
        self._check()

    def run(self) -> None:
        """Run it, and wait for it."""
        self.start()
        self.finish()

    def _check(self) -> None:
        for output in self.outputs():
            if output["output_type"] == "error":
                trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
                raise AssertionError(f"Cell {self._index} failed:\n{trace}")

    def outputs(self) -> list[dict]:
        """What the saved notebook would hold."""
        return self.page.evaluate(OUTPUTS, self._index)

    def printed(self) -> str:
        """What it printed so far."""
        return "".join(one["text"] for one in self.outputs() if one["output_type"] == "stream")

    # What can be seen.

    def caption(self) -> str:
        """The sentences under its pictures."""
        return "\n".join(self._read("caption"))

    def picture(self) -> str:
        """Its pictures, to compare: the addresses of photos, the drawings themselves."""
        return "\n".join(self._read("picture"))

    def text(self) -> str:
        """All that stands in its output."""
        return "\n".join(self._read("text"))

    def wait_for(self, words: str | re.Pattern[str], part: str = "text") -> str:
        """Wait until these words, or words of this kind, stand in the output, and return all of that part."""
        found = "part(cell).join('\\n').includes(before)"
        if isinstance(words, re.Pattern):
            words, found = words.pattern, "new RegExp(before).test(part(cell).join('\\n'))"
        return "\n".join(self._wait(found, part, words, f"{words!r} never came"))

    @contextlib.contextmanager
    def changes(self, *parts: str, seconds: float = PATIENCE) -> Iterator[None]:
        """What is done inside must soon change each of these: ``'caption'``, ``'picture'`` or ``'text'``."""
        before = {part: self._read(part) for part in parts or ("caption", "picture")}
        yield
        for part, old in before.items():
            changed = "JSON.stringify(part(cell)) !== JSON.stringify(before) && part(cell).length > 0"
            self._wait(changed, part, old, f"the {part} did not change", seconds)

    def _read(self, part: str) -> list[str]:
        return self._cell.evaluate(f"cell => {PARTS[part]}")

    def _wait(self, condition: str, part: str, before: object, problem: str, seconds: float = PATIENCE) -> list[str]:
        from playwright.sync_api import TimeoutError as TooLate

        script = f"""([index, before]) => {{
          const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
          const part = cell => {PARTS[part]};
          const outputs = jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON();
          return cell && ({condition} || outputs.some(output => output.output_type === 'error'));
        }}"""
        try:
            self.page.wait_for_function(script, arg=[self._index, before], timeout=1000 * seconds)
        except TooLate:
            shown = "\n".join(self._read(part if part != "picture" else "text"))
            raise AssertionError(f"Cell {self._index}: {problem}. It shows:\n{shown}") from None
        self._check()
        return self._read(part)

    # What can be operated, by keyboard.

    def slider(self, label: str) -> Locator:
        """The handles of the slider of this name."""
        return self._named(".widget-slider", label).locator(".noUi-handle")

    def readout(self, label: str) -> str:
        """The number beside the slider of this name."""
        return self._named(".widget-slider", label).locator(".widget-readout").inner_text()

    def dropdown(self, label: str) -> Locator:
        """The list of this name."""
        return self._named(".widget-dropdown", label).locator("select")

    def radio(self, label: str) -> Locator:
        """The answer of this name among those of which one can be chosen."""
        return self.output.get_by_role("radio", name=label, exact=True)

    def checkbox(self, label: str) -> Locator:
        """The box of this name."""
        return self.output.get_by_role("checkbox", name=label, exact=True)

    def button(self, label: str) -> Locator:
        """The button of this name, with or without an icon, which counts as a letter of its own."""
        return self.output.get_by_role("button", name=re.compile(rf"^\W*{re.escape(label)}$"))

    def press(self, control: Locator, *keys: str) -> None:
        """Put the focus on a control as soon as it takes it, without a click, and press keys."""
        control.wait_for()
        self.page.wait_for_function(
            "node => { node.focus(); return node === document.activeElement; }", arg=control.element_handle()
        )
        for key in keys:
            self.page.keyboard.press(key)

    def options(self, label: str) -> list[str]:
        """What the list of this name offers."""
        return self.dropdown(label).evaluate(OPTIONS)

    def has_focus(self, control: Locator) -> bool:
        """Whether keys go to this control."""
        return control.evaluate("node => node === document.activeElement")

    def choose(self, label: str, option: str) -> None:
        """Choose from a list: Space opens it, arrows move in it, Enter takes what is marked.

        While the list is closed, JupyterLab takes every key but Space and Tab for itself (ipywidgets#3912).
        """
        control = self.dropdown(label)
        self.press(control, "Space")
        self.page.wait_for_function("list => list.matches(':open')", arg=control.element_handle())
        steps = self.options(label).index(option) - control.evaluate("list => list.selectedIndex")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("list => !list.matches(':open')", arg=control.element_handle())
        assert self.options(label)[control.evaluate("list => list.selectedIndex")] == option

    def click(self, label: str, key: str = "Enter") -> None:
        """Press a button by keyboard."""
        self.press(self.button(label), key)

    def upload(self, label: str, files: Sequence[Path]) -> None:
        """Press an upload button by keyboard, and choose files in the window that opens."""
        button = self.output.get_by_role("button", name=label)
        with self.page.expect_file_chooser() as opened:
            self.press(button, "Enter")
        opened.value.set_files([str(path) for path in files])

    def _named(self, kind: str, label: str) -> Locator:
        exactly = re.compile(rf"^\s*{re.escape(label)}\s*$")
        return self.output.locator(kind, has=self.page.locator(".widget-label", has_text=exactly))

    def screenshot(self, name: str) -> None:
        """Keep a picture of the output, if the environment variable SCREENSHOTS names a folder."""
        if folder := os.environ.get("SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            height = int(self.output.bounding_box()["height"])
            self.page.set_viewport_size({**self._notebook.viewport, "height": height + 400})
            self.output.screenshot(path=Path(folder) / f"{name}.png")
            self.page.set_viewport_size(self._notebook.viewport)
