"""The augmentation explorer: every parameter of `ImageDataGenerator` as a slider, on one photo."""

from __future__ import annotations

import html

import ipywidgets
import numpy as np
from PIL import Image

from helpers.augmentation.generator_settings import LESSON, Augmentation, draw_uniforms, extremes, in_words
from helpers.augmentation.transforms import FILL_MODES, invented, transform
from helpers.widgets import pictures
from helpers.widgets.picture_box import PictureBox, checkbox, choice, fitting, slider, wide
from helpers.widgets.uploads import read_photos

DRAWS = 8
WIDTH = 5 * pictures.SIDE + 3 * pictures.GAP + 2 * pictures.GAP
PRESETS = {
    "The lesson's settings": LESSON,
    "Settings for digits": Augmentation(
        rotation_range=10, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.1
    ),
}
_NO_BRIGHTNESS = (1.0, 1.0)


def view(photo: np.ndarray, augmentation: Augmentation, uniforms: np.ndarray) -> tuple[Image.Image, str]:
    """What the explorer shows for a photo, settings and random numbers.

    Parameters
    ----------
    photo : numpy.ndarray
        uint8 (side, side, 3).
    augmentation : Augmentation
    uniforms : numpy.ndarray
        float (draws, 10), from `generator_settings.draw_uniforms`.

    Returns
    -------
    (PIL.Image.Image, str)
        The photo beside its random draws, and below them each parameter alone at its two ends; and
        the sentence that says so.
    """
    drawn = [augmentation.parameters(numbers, photo.shape) for numbers in uniforms]
    fill = (augmentation.fill_mode, augmentation.cval)
    draws = [transform(photo, parameters, *fill) for parameters in drawn]
    original = pictures.sheet([photo], ["original"], 1)
    grid = pictures.sheet(draws, [f"draw {number}" for number in range(1, len(draws) + 1)], 4)
    parts = [pictures.joined([original, grid])]
    if augmentation != Augmentation(fill_mode=fill[0], cval=fill[1]):
        parts.append(_extremes_sheet(photo, augmentation))
    share = float(np.mean([invented(parameters, photo.shape) for parameters in drawn]))
    return pictures.joined(parts, below=True), sentence_for(augmentation, photo.shape, len(draws), share)


def _extremes_sheet(photo: np.ndarray, augmentation: Augmentation) -> Image.Image:
    """A column for each parameter: its low end above its high end."""
    labelled = extremes(augmentation, photo.shape)
    names = list(dict.fromkeys(extreme.name for extreme in labelled))
    side = min(110, (WIDTH + pictures.GAP) // len(names) - pictures.GAP)
    # Made at the size at which they are shown, which takes half the time or less.
    small = pictures.as_photo(photo, side)
    made = extremes(augmentation, small.shape)
    rows: list[dict] = [{}, {}]
    for label, end in zip(labelled, made, strict=True):
        picture = transform(small, end.parameters, augmentation.fill_mode, augmentation.cval)
        rows[label.name in rows[0]][label.name] = (picture, label.end)
    tiles, captions = [], []
    for number, row in enumerate(rows if rows[1] else rows[:1]):
        for name in names:
            picture, end = row.get(name, (None, ""))
            tiles.append(picture)
            captions.append(end if number else f"{name}\n{end}")
    return pictures.sheet(tiles, captions, len(names), side)


def sentence_for(augmentation: Augmentation, shape: tuple[int, ...], draws: int, share: float) -> str:
    """What the picture shows, in words and units.

    Parameters
    ----------
    augmentation : Augmentation
    shape : tuple of int
        Of the photo, in pixels.
    draws : int
        Random draws shown.
    share : float
        Fraction of their pixels, 0–1, whose source lies outside the photo.
    """
    phrases = in_words(augmentation, shape)
    if not phrases:
        return f"Every parameter is off: all {draws} draws are the original photo."
    sentence = f"{draws} random draws of one photo, each {'; '.join(phrases)}."
    if augmentation.width_shift_range or augmentation.height_shift_range:
        sentence += " That width shifts up and down is no slip: Keras 3 swaps the two."
    if augmentation.moves_pixels:
        filling = f"fill_mode {augmentation.fill_mode!r}"
        if augmentation.fill_mode == "constant":
            filling += f" with level {augmentation.cval:g}"
        sentence += f" {share:.0%} of the pixels in these draws are invented, by {filling}."
    return f"{sentence} Below them, each parameter alone at its ends."


class AugmentationExplorer(PictureBox):
    """The explorer's box; see `PictureBox` for what else it holds.

    Attributes
    ----------
    photo : numpy.ndarray
        uint8 (150, 150, 3), which the learner may replace.
    upload : ipywidgets.FileUpload
    code : ipywidgets.HTML
        The line that makes this generator.
    """

    def __init__(self, photo: np.ndarray, seed: int):
        self.photo = photo
        self._rng = np.random.default_rng(seed)
        self._uniforms = draw_uniforms(self._rng, DRAWS)
        self.code = ipywidgets.HTML()
        super().__init__(_controls(), ("New draw", "Reset", *PRESETS), columns=2)
        self.upload = ipywidgets.FileUpload(
            description="Your own photo", accept="image/*", multiple=False, layout=fitting()
        )
        self.upload.observe(self._uploaded, names="value")
        self.row.children = (*self.row.children, self.upload)
        self.children = (*self.children, self.code)
        self.buttons["New draw"].on_click(self._new_draw)
        self.buttons["Reset"].on_click(lambda _: self.choose(Augmentation()))
        for name, preset in PRESETS.items():
            self.buttons[name].on_click(lambda _, preset=preset: self.choose(preset))

    @property
    def augmentation(self) -> Augmentation:
        """What the controls say; `cval` counts for one fill mode only."""
        values = {name: _tidy(control.value) for name, control in self.controls.items()}
        if values["brightness_range"] == _NO_BRIGHTNESS:
            values["brightness_range"] = None
        if values["fill_mode"] != "constant":
            values["cval"] = 0
        return Augmentation(**values)

    def choose(self, augmentation: Augmentation) -> None:
        """Move every control to these settings, and redraw once."""
        values = {name: getattr(augmentation, name) for name in self.controls}
        self.set(**values | {"brightness_range": augmentation.brightness_range or _NO_BRIGHTNESS})

    def draw(self) -> tuple[Image.Image, str]:
        """See `view`."""
        augmentation = self.augmentation
        self.controls["cval"].layout.display = "" if augmentation.fill_mode == "constant" else "none"
        code = html.escape(augmentation.code())
        self.code.value = f'<pre style="white-space: pre-wrap; word-break: normal"><code>{code}</code></pre>'
        return view(self.photo, augmentation, self._uniforms)

    def still(self) -> str:
        """HTML of the picture, its sentence and the code."""
        return super().still() + self.code.value

    def text(self) -> str:
        """The sentence and the code."""
        return f"{self.sentence}\n{self.augmentation.code()}"

    def _new_draw(self, button: object) -> None:
        self._uniforms = draw_uniforms(self._rng, DRAWS)
        self.redraw()

    def _uploaded(self, change: dict) -> None:
        for upload in read_photos(change["new"])[:1]:
            if upload.problem:
                self.say(f"{upload.problem} The photo before it stays.")
            else:
                self.photo = pictures.as_photo(upload.picture)
                self.say(f"Showing {upload.name}, stretched to {pictures.SIDE}x{pictures.SIDE} pixels.")
                self.redraw()


def _controls() -> dict[str, ipywidgets.Widget]:
    """A control for each argument, at the lesson's settings."""
    on = LESSON
    return {
        "rotation_range": slider(on.rotation_range, 0, 180, 1, "rotation_range"),
        "width_shift_range": slider(on.width_shift_range, 0, 0.5, 0.01, "width_shift_range", 2),
        "height_shift_range": slider(on.height_shift_range, 0, 0.5, 0.01, "height_shift_range", 2),
        "shear_range": slider(on.shear_range, 0, 45, 0.1, "shear_range"),
        "zoom_range": slider(on.zoom_range, 0, 0.9, 0.01, "zoom_range", 2),
        "brightness_range": ipywidgets.FloatRangeSlider(
            value=_NO_BRIGHTNESS, min=0, max=2, step=0.1, readout_format=".1f", description="brightness_range", **wide()
        ),
        "channel_shift_range": slider(0, 0, 150, 1, "channel_shift_range"),
        "horizontal_flip": checkbox("horizontal_flip", on.horizontal_flip),
        "vertical_flip": checkbox("vertical_flip"),
        "fill_mode": choice(FILL_MODES, "fill_mode"),
        "cval": slider(0, 0, 255, 1, "cval"),
    }


def _tidy(value: object) -> object:
    """Without the dust of binary fractions: 0.3, not 0.30000000000000004."""
    if isinstance(value, tuple):
        return tuple(map(_tidy, value))
    return round(value, 6) if isinstance(value, float) else value


def make_augmentation_explorer(photo: object = None, seed: int = 0) -> AugmentationExplorer:
    """The explorer, not yet shown.

    Parameters
    ----------
    photo : array, PIL.Image.Image or path, optional
        See `pictures.as_photo`; by default a drawn cat.
    seed : int
        Of the random draws.
    """
    return AugmentationExplorer(pictures.drawn_cat() if photo is None else pictures.as_photo(photo), seed)


def augmentation_explorer(photo: object = None, seed: int = 0) -> None:
    """Show a slider for every parameter of ``ImageDataGenerator``, and what it does to a photo.

    Parameters
    ----------
    photo : array, PIL.Image.Image or path, optional
        See `pictures.as_photo`; by default a drawn cat.
    seed : int
        Of the random draws.
    """
    make_augmentation_explorer(photo, seed).show()
