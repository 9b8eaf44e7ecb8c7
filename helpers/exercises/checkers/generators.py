"""The two ``ImageDataGenerator`` objects of lesson 5, judged by what they do to small pictures."""

from __future__ import annotations

import numpy as np

from helpers.exercises.checkers.outcome import NotChecked, NotYet, run, shown
from helpers.exercises.exercise import exercise

SIDE, DRAWS, SEED = 32, 48, 0
WHITE = 255.0
BLOB = (slice(12, 17), slice(5, 10))  # rows, columns; off centre, so that a mirrored one lies elsewhere


@exercise(
    "05",
    "What will the network meet in use: photos that are turned and mirrored at random, or photos as they are?",
    "Both generators need the same rescale, since the network is to see the same kind of numbers. One augments.",
    "train_datagen has rescale=1 / 255 and all of lesson 3's arguments; test_datagen has rescale=1 / 255 and no other.",
)
def generators(train_datagen: object, test_datagen: object) -> str:
    """Check that training photos vary, testing photos do not, and that both are rescaled to 0–1."""
    datagens = {"train_datagen": train_datagen, "test_datagen": test_datagen}
    for name, datagen in datagens.items():
        if isinstance(datagen, type) or not hasattr(datagen, "flow"):
            raise NotChecked(
                f"{name} is {shown(datagen)}; expected an ImageDataGenerator with its arguments, not the class, and "
                "not the batches that it makes with flow_from_directory."
            )
    drawn = {name: _draws(datagen, _blob(), name) for name, datagen in datagens.items()}
    varies = {
        name: bool(np.ptp(pictures, axis=0).max() > 1e-4 * np.abs(pictures).max()) for name, pictures in drawn.items()
    }
    if varies["test_datagen"] and not varies["train_datagen"]:
        raise NotYet("The two are swapped: test_datagen augments, and train_datagen does not. Augment training only.")
    for name, datagen in datagens.items():
        _check_scale(name, _draws(datagen, np.full((SIDE, SIDE, 3), WHITE), name))
    if varies["test_datagen"]:
        moved = _moves(drawn["test_datagen"]).max()
        seen = f", moved by up to {moved:.0f} of {SIDE} pixels" if moved >= 1 else ""
        raise NotYet(
            f"test_datagen gives another picture at every draw{seen}. Testing photos stand "
            "for those that will come, as they come: only rescale them. The course's answer augments them as well."
        )
    change = float(np.abs(drawn["test_datagen"][0] * WHITE - _blob()).max())
    if change > 1:
        raise NotYet(
            f"test_datagen changes more than the scale: a pixel differs by {change:.0f} of 255 from the photo. Leave "
            "only rescale=1/255, so that the network is asked about the photo itself."
        )
    if not varies["train_datagen"]:
        raise NotYet(
            f"train_datagen gives the same picture {DRAWS} times: it does not augment. Give it lesson 3's arguments, "
            "rotation_range=40 and the others."
        )
    moves = _moves(drawn["train_datagen"])
    if moves.max() < 1:
        raise NotYet(
            f"train_datagen hardly moves anything: over {DRAWS} draws a spot of the picture moves by at most "
            f"{moves.max():.2f} pixels of {SIDE}. Shear is in degrees, and colours alone make no new pose. Add shifts, "
            "rotation, zoom or horizontal_flip=True."
        )
    return (
        f"White becomes 1.0 in both; training moves a spot by up to {moves.max():.0f} of {SIDE} pixels, testing by 0."
    )


def _draws(datagen: object, picture: np.ndarray, name: str) -> np.ndarray:
    """float32 (draws, side, side, 3): what the generator makes of one picture, 0–255, over and over."""
    batch = np.repeat(picture[np.newaxis], DRAWS, axis=0)

    def draw() -> np.ndarray:
        return np.asarray(datagen.flow(batch, batch_size=DRAWS, shuffle=False, seed=SEED)[0])

    return run(draw, call=f"{name}.flow(photos)[0]")


def _blob() -> np.ndarray:
    picture = np.zeros((SIDE, SIDE, 3))
    picture[BLOB] = WHITE
    return picture


def _check_scale(name: str, pictures: np.ndarray) -> None:
    """What white becomes must be 1; where brightness is varied, no draw may be brighter."""
    white = float(pictures.max())
    varied = float(np.ptp(pictures.max(axis=(1, 2, 3)))) > 0.01 * abs(white)
    if abs(white - 1) <= 1e-3 or varied and 0.3 < white < 1.001:
        return
    if abs(white - WHITE) < 1:
        reason = "It does not rescale. Add rescale=1/255."
    elif white > WHITE:
        reason = "It multiplies by 255. Divide: rescale=1/255."
    elif white < 0.3:
        reason = "It divides more than once. rescale=1/255 is enough."
    else:
        reason = f"That is rescale=1/{WHITE / white:.4g}. Both need the same rescale=1/255."
    raise NotYet(f"{name} turns a white pixel, 255, into {white:.4g}; expected 1. {reason}")


def _moves(pictures: np.ndarray) -> np.ndarray:
    """float (draws,): how far the centre of the bright spot moved, in pixels; `SIDE` if it left the picture."""
    bright = pictures[..., 0] > 0.5 * pictures.max()
    rows, columns = np.mgrid[:SIDE, :SIDE]
    home = [(part.start + part.stop - 1) / 2 for part in BLOB]
    size = bright.sum(axis=(1, 2))
    centres = [(bright * places).sum(axis=(1, 2)) / np.maximum(size, 1) for places in (rows, columns)]
    return np.where(size > 0, np.hypot(centres[0] - home[0], centres[1] - home[1]), SIDE)
