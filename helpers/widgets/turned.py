"""Drawn photos turned step by step, and what recorded networks say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from helpers.evidence import records
from helpers.sample.drawing import pet_photo
from helpers.sample.sets import UPRIGHT
from helpers.sample.store import generator

if TYPE_CHECKING:
    import keras

RECORD = records.REFERENCE / "03_turned_photos.json"
ANGLES = tuple(range(-90, 91, 5))
KINDS = ("cat", "dog")
SHOWN = 3  # photos per class that the widget shows
JUDGED = 50  # photos per class that the accuracies are measured on
DRAWING_SEED = 1000  # of the photos; no training draws from it
PIXELS = 128  # side of the photos, as in lessons 2 and 3


@dataclass(frozen=True)
class Turned:
    """What networks say of turned photos.

    Attributes
    ----------
    angles : numpy.ndarray
        int (angles,): degrees, clockwise.
    probabilities : dict of str to numpy.ndarray
        For ``'without'`` and ``'with'`` augmentation: float (seeds, photos, angles), 0-1, the probability of a dog;
        the photos are those of :func:`photo`, cats before dogs.
    accuracies : dict of str to numpy.ndarray
        As above: float (seeds, angles), the share of right answers on many photos.
    photos : int
        How many photos the accuracies were measured on.
    """

    angles: np.ndarray
    probabilities: Mapping[str, np.ndarray]
    accuracies: Mapping[str, np.ndarray]
    photos: int


def load(path: Path = RECORD) -> Turned:
    """Read a record of lesson 3's two networks on drawn photos; see `answers`.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says how to make it.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"There is no record {path.name}. Make it with: python -m data_scripts.record --only {path.stem} (minutes)."
        )
    runs = records.by_name(records.Record(path).runs)
    said = {"without": runs["without"], "with": runs["augmented"]}
    kept = {name: [run["turned"] for run in found] for name, found in said.items()}
    return Turned(
        angles=np.array(ANGLES),
        probabilities={name: np.array([run["probabilities"] for run in found]) for name, found in kept.items()},
        accuracies={name: np.array([run["accuracies"] for run in found]) for name, found in kept.items()},
        photos=kept["with"][0]["photos"],
    )


def answers(network: keras.Model, size: tuple[int, int], judged: int = JUDGED) -> dict[str, Any]:
    """Ask a network about turned photos that it was not trained on.

    Parameters
    ----------
    network : keras.Model
        Gets float32 (photos, height, width, 3), 0-1, and answers with the probability of a dog.
    size : (int, int)
        Height and width that it wants.
    judged : int
        Photos per class that the accuracies are measured on, at least `SHOWN`.

    Returns
    -------
    dict
        ``turned`` : ``probabilities`` (photos, angles) of the shown ones, cats before dogs; ``accuracies`` (angles,);
        ``photos``, how many those were measured on.
    """
    photos = [photo(kind, number) for kind in KINDS for number in range(judged)]
    shown = [kind * judged + number for kind in range(len(KINDS)) for number in range(SHOWN)]
    asked = []
    for angle in ANGLES:
        # Resized as load_img and the generators do.
        small = [turn(one, angle).resize(size[::-1], Image.Resampling.NEAREST) for one in photos]
        batch = np.stack([np.asarray(one, dtype="float32") for one in small]) / 255
        asked.append(network.predict(batch, batch_size=64, verbose=0)[:, 0].astype(float))
    said = np.stack(asked, axis=1)
    right = (said > 0.5) == np.repeat([0, 1], judged)[:, np.newaxis]
    found = {"probabilities": said[shown].round(3).tolist(), "accuracies": right.mean(axis=0).round(3).tolist()}
    return {"turned": {**found, "photos": len(photos)}}


def photo(kind: str, number: int) -> Image.Image:
    """An upright drawn photo that no network was trained on.

    Parameters
    ----------
    kind : str
        ``'cat'`` or ``'dog'``.
    number : int
        From 0.

    Returns
    -------
    PIL.Image.Image
        RGB, 128 x 128; the same for the same arguments, on every machine.
    """
    rng = generator("photo", DRAWING_SEED, "turned", kind, number)
    return pet_photo(rng, kind, UPRIGHT.draw(rng), PIXELS)


def turn(picture: Image.Image, degrees: float) -> Image.Image:
    """Turn a photo about its middle.

    Parameters
    ----------
    picture : PIL.Image.Image
        RGB.
    degrees : float
        Clockwise.

    Returns
    -------
    PIL.Image.Image
        Of the same size; corners that come from outside have the pixels of the edge, as ``fill_mode='nearest'``.
    """
    pixels = np.asarray(picture)
    margin = max(picture.size) // 2  # at 45 degrees, a corner comes from less than half a side outside
    wide = Image.fromarray(np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="edge"))
    turned = wide.rotate(-degrees, Image.Resampling.BILINEAR)
    return turned.crop((margin, margin, margin + picture.width, margin + picture.height))


def describe(record: Turned, kind: str, number: int, degrees: int) -> str:
    """What the networks say of one photo at one angle, and how often they are right at that angle."""
    place = int(np.flatnonzero(record.angles == degrees)[0])
    index = KINDS.index(kind) * SHOWN + number
    parts = []
    for name, values in record.probabilities.items():
        said = values[:, index, place]
        right = int(((said > 0.5) == (kind == "dog")).sum())
        parts.append(
            f"{name} augmentation {said.mean():.2f} ({said.min():.2f} to {said.max():.2f}), right in {right} of "
            f"{len(said)} networks"
        )
    shares = [f"{values[:, place].mean():.2f} {name}" for name, values in record.accuracies.items()]
    turned = f"turned {abs(degrees)} degrees {'right' if degrees > 0 else 'left'}" if degrees else "upright"
    return (
        f"{kind} {number + 1}, {turned}. Probability of a dog: {'; '.join(parts)}. "
        f"Of {record.photos} such photos at this angle, the networks get right {' and '.join(shares)} augmentation."
    )


def summary(record: Turned, *, steep: int = 60) -> str:
    """What the record shows over all angles, in words: accuracy upright, and on the average beyond `steep` degrees."""
    parts = []
    for name, values in record.accuracies.items():
        upright = values[:, record.angles == 0].mean()
        turned = values[:, np.abs(record.angles) >= steep].mean()
        parts.append(f"{name} augmentation {upright:.2f} upright and {turned:.2f} at {steep} degrees or more")
    return f"Share of right answers on {record.photos} photos: {'; '.join(parts)}."


def band(values: np.ndarray) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """Mean, lowest and highest over the seeds of values float (seeds, angles); each (angles,)."""
    return values.mean(axis=0), values.min(axis=0), values.max(axis=0)
