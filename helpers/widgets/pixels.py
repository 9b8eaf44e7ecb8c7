"""Three small widgets, one idea each: invented pixels, labels that break, one photo over many epochs."""

from __future__ import annotations

import numpy as np
from PIL import Image

from helpers.augmentation.generator_settings import LESSON, Augmentation, draw_uniforms
from helpers.augmentation.transforms import FILL_MODES, invented, transform
from helpers.widgets import pictures, same_label
from helpers.widgets.picture_box import PictureBox, checkbox, choice, slider

_FILLINGS = {
    "nearest": "the border pixel next to them, drawn out into a streak",
    "reflect": "the photo in a mirror",
    "wrap": "the other side of the photo",
    "constant": "one level of grey, cval={:g}",
}
LAST = 9


def invented_view(photo: np.ndarray, parameters: dict, fill_mode: str, cval: float = 0) -> tuple[Image.Image, str]:
    """A photo, its transform, and the same with every invented pixel hatched; and the sentence with their share.

    Parameters
    ----------
    photo : numpy.ndarray
        uint8 (side, side, 3).
    parameters, fill_mode, cval
        See `transforms.transform`.
    """
    result = transform(photo, parameters, fill_mode, cval)
    mask = invented(parameters, photo.shape)
    captions = ["the photo", f"fill_mode {fill_mode!r}", "invented pixels hatched"]
    drawn = pictures.sheet([photo, result, pictures.hatched(result, mask)], captions, 3, 240)
    share = float(mask.mean())
    if not mask.any():
        return drawn, "No pixel is invented: all of the result comes from the photo, so fill_mode changes nothing."
    filling = _FILLINGS[fill_mode].format(cval)
    return drawn, (
        f"{share:.0%} of the pixels are invented: their source lies outside the photo, and fill_mode {fill_mode!r} "
        f"fills them with {filling}. The share is the same in every fill mode."
    )


class InventedPixels(PictureBox):
    """See `invented_pixels`."""

    def __init__(self, photo: np.ndarray):
        self.photo = photo
        super().__init__(
            {
                "fill_mode": choice(FILL_MODES, "fill_mode"),
                "rotation": slider(30, -180, 180, 5, "turn (degrees)"),
                "shift": slider(0, -100, 100, 5, "shift right (%)"),
                "zoom": slider(1.2, 0.5, 2.0, 0.1, "zoom factor"),
            }
        )

    def draw(self) -> tuple[Image.Image, str]:
        """The picture for what the controls say, and its sentence."""
        value = {name: control.value for name, control in self.controls.items()}
        zoom = round(value["zoom"], 6)
        # Keras' tx shifts left.
        shift = -value["shift"] / 100 * self.photo.shape[1]
        parameters = {"theta": value["rotation"], "tx": shift, "zx": zoom, "zy": zoom}
        return invented_view(self.photo, parameters, value["fill_mode"])


class StillTheLabel(PictureBox):
    """See `still_the_label`."""

    def __init__(self) -> None:
        super().__init__(
            {
                "subject": choice(tuple(same_label.SUBJECTS), "subject"),
                "rotation": slider(75, -180, 180, 5, "turn (degrees)"),
                "horizontal_flip": checkbox("horizontal_flip"),
                "vertical_flip": checkbox("vertical_flip"),
                "shear": slider(0, -60, 60, 5, "shear (degrees)"),
                "zoom": slider(1.0, 0.3, 3.0, 0.1, "zoom factor"),
            },
            ("Still the same label", "The label broke"),
        )
        self.buttons["Still the same label"].on_click(lambda _: self._judge(True))
        self.buttons["The label broke"].on_click(lambda _: self._judge(False))

    def draw(self) -> tuple[Image.Image, str]:
        """The picture for what the controls say, and its sentence."""
        subject, change = self._state()
        pair = [subject.picture(), same_label.changed(subject, change)]
        drawn = pictures.sheet(pair, [f"before, label: {subject.label}", "now"], 2, 240)
        return drawn, same_label.describe(subject, change)

    def _judge(self, says_same: bool) -> None:
        self.say(same_label.judge(*self._state(), says_same))

    def _state(self) -> tuple[same_label.Subject, same_label.Change]:
        value = {name: control.value for name, control in self.controls.items()}
        subject = same_label.SUBJECTS[value.pop("subject")]
        return subject, same_label.Change(**value | {"zoom": round(value["zoom"], 6)})


def epochs_view(
    photo: np.ndarray, augmentation: Augmentation, epoch: int, photos: int, seed: int
) -> tuple[Image.Image, str]:
    """What the network saw of one photo in the last nine epochs, and the sentence that counts.

    Parameters
    ----------
    photo : numpy.ndarray
        uint8 (side, side, 3).
    augmentation : Augmentation
    epoch : int
        The last one, from 1.
    photos : int
        In the training folder.
    seed : int
        The same seed and epoch give the same picture.
    """
    shown = range(max(1, epoch - LAST + 1), epoch + 1)
    versions = [
        transform(
            photo,
            augmentation.parameters(draw_uniforms(np.random.default_rng([seed, number]), 1)[0], photo.shape),
            augmentation.fill_mode,
            augmentation.cval,
        )
        for number in shown
    ]
    empty = LAST - len(versions)
    captions = [f"epoch {number}" for number in shown] + [""] * empty
    drawn = pictures.sheet(versions + [None] * empty, captions, 3)
    return drawn, (
        f"After {_count(epoch, 'epoch')}: pictures the network has seen of this photo: {epoch:,}; of all {photos:,} "
        f"photos: {epoch * photos:,}; files on disk: {photos:,}, the same as before."
    )


class OnePhotoManyEpochs(PictureBox):
    """See `one_photo_many_epochs`."""

    def __init__(self, photo: np.ndarray, augmentation: Augmentation, photos: int, seed: int):
        self._arguments = (photo, augmentation)
        self._photos, self._seed = photos, seed
        self.epoch = LAST
        super().__init__({}, ("Next epoch", "Ten epochs", "Back to epoch 1"))
        self.buttons["Next epoch"].on_click(lambda _: self._go_to(self.epoch + 1))
        self.buttons["Ten epochs"].on_click(lambda _: self._go_to(self.epoch + 10))
        self.buttons["Back to epoch 1"].on_click(lambda _: self._go_to(1))

    def draw(self) -> tuple[Image.Image, str]:
        """The picture after the current epoch, and its sentence."""
        return epochs_view(*self._arguments, self.epoch, self._photos, self._seed)

    def _go_to(self, epoch: int) -> None:
        self.epoch = epoch
        self.redraw()


def make_invented_pixels(photo: object = None) -> InventedPixels:
    """The widget of `invented_pixels`, not yet shown."""
    return InventedPixels(_photo(photo))


def invented_pixels(photo: object = None) -> None:
    """Where did these pixels come from? Turn, shift and zoom a photo, and see what `fill_mode` invents.

    Parameters
    ----------
    photo : array, PIL.Image.Image or path, optional
        See `pictures.as_photo`; by default a drawn cat.
    """
    make_invented_pixels(photo).show()


def make_still_the_label() -> StillTheLabel:
    """The widget of `still_the_label`, not yet shown."""
    return StillTheLabel()


def still_the_label() -> None:
    """Is it still a cat? Turn, flip, shear and zoom four subjects, say whether the label holds, and be told."""
    make_still_the_label().show()


def make_one_photo_many_epochs(
    photo: object = None, *, augmentation: Augmentation = LESSON, photos: int = 2000, seed: int = 0
) -> OnePhotoManyEpochs:
    """The widget of `one_photo_many_epochs`, not yet shown."""
    if photos < 1:
        raise ValueError(f"photos is {photos}; expected how many the training folder holds, at least 1.")
    return OnePhotoManyEpochs(_photo(photo), augmentation, photos, seed)


def one_photo_many_epochs(
    photo: object = None, *, augmentation: Augmentation = LESSON, photos: int = 2000, seed: int = 0
) -> None:
    """One photo over many epochs: what the network saw of it, and how many files that took.

    Parameters
    ----------
    photo : array, PIL.Image.Image or path, optional
        See `pictures.as_photo`; by default a drawn cat.
    augmentation : Augmentation
        By default the lesson's.
    photos : int
        In the training folder, at least 1.
    seed : int
        Of the draws, at least 0.

    Raises
    ------
    ValueError
        If there is no photo in the folder.
    """
    make_one_photo_many_epochs(photo, augmentation=augmentation, photos=photos, seed=seed).show()


def _photo(photo: object) -> np.ndarray:
    return pictures.drawn_cat() if photo is None else pictures.as_photo(photo)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")
