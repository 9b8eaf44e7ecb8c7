"""The common part of widgets that redraw one picture: controls, buttons, a message, the picture with its sentence."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets
from PIL import Image

from helpers.widgets import pictures, shell


class PictureBox(ipywidgets.VBox):
    """Controls above a picture with its sentence, redrawn by `draw` whenever a control changes.

    Parameters
    ----------
    controls : dict of str to ipywidgets.Widget
    buttons : sequence of str
        What they say.
    columns : int
        Columns in which the controls stand.

    Attributes
    ----------
    controls : dict of str to ipywidgets.Widget
    buttons : dict of str to ipywidgets.Button
    picture, message : ipywidgets.HTML
        The message is what the last button or upload led to; it goes when a control moves.
    drawn, sentence : PIL.Image.Image, str
        The picture that is shown, and its caption.
    """

    def __init__(self, controls: dict[str, ipywidgets.Widget], buttons: Sequence[str] = (), columns: int = 1):
        self.controls = controls
        self.buttons = {name: ipywidgets.Button(description=name, layout=fitting()) for name in buttons}
        self.picture, self.message = ipywidgets.HTML(), ipywidgets.HTML()
        self._quiet = False
        for control in controls.values():
            control.observe(self._changed, names="value")
        every = list(controls.values())
        rows = -(-len(every) // columns)
        parts = [ipywidgets.VBox(every[start : start + rows]) for start in range(0, len(every), rows or 1)]
        self.row = ipywidgets.HBox(list(self.buttons.values()), layout=ipywidgets.Layout(flex_flow="row wrap"))
        super().__init__([ipywidgets.HBox(parts), self.row, self.message, self.picture])
        self.redraw()

    def draw(self) -> tuple[Image.Image, str]:
        """The picture for the state of the controls, and its sentence."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Show what `draw` returns."""
        self.drawn, self.sentence = self.draw()
        self.picture.value = shell.as_figure(self.drawn, self.sentence)

    def set(self, **values: object) -> None:
        """Move the controls of these names, and redraw once."""
        self._quiet = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._quiet = False
        self._changed(None)

    def say(self, text: str) -> None:
        """Put `text`, plain, between the buttons and the picture."""
        self.message.value = f'<span role="status" aria-live="polite">{html.escape(text)}</span>'

    def show(self) -> None:
        """Show the widget, with its first picture for pages where it cannot run."""
        shell.show(self, self.still(), self.text())

    def still(self) -> str:
        """HTML of the picture and its sentence, small enough to be kept in a notebook."""
        return shell.as_figure(pictures.small_jpeg(self.drawn), self.sentence)

    def text(self) -> str:
        """The same for terminals: plain text."""
        return self.sentence

    def _changed(self, change: object) -> None:
        if not self._quiet:
            self.message.value = ""
            self.redraw()


def slider(
    value: float, least: float, most: float, step: float, description: str, decimals: int = 1
) -> ipywidgets.IntSlider | ipywidgets.FloatSlider:
    """A slider of whole numbers if `value` is one, else of numbers shown with so many decimals."""
    if isinstance(value, int):
        return ipywidgets.IntSlider(value, least, most, step=step, description=description, **wide())
    return ipywidgets.FloatSlider(
        value=value,
        min=least,
        max=most,
        step=step,
        description=description,
        readout_format=f".{decimals}f",
        **wide(),
    )


def checkbox(description: str, ticked: bool = False) -> ipywidgets.Checkbox:
    """A box with its name."""
    return ipywidgets.Checkbox(ticked, description=description, **wide())


def choice(options: Sequence[str], description: str) -> ipywidgets.Dropdown:
    """A list from which the first is chosen."""
    return ipywidgets.Dropdown(options=options, description=description, **wide())


def wide() -> dict:
    """Room for the name of an argument beside its control."""
    return {"style": {"description_width": "140px"}, "layout": ipywidgets.Layout(width="390px")}


def fitting() -> ipywidgets.Layout:
    """As wide as the text."""
    return ipywidgets.Layout(width="auto")
