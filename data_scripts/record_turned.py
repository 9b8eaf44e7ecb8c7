"""Record what networks trained without and with augmentation say of turned photos, for a widget to show.

    python -m data_scripts.record_turned

trains lesson 3's network on the drawn photos for each seed, once without and once with augmentation, asks both about
photos turned from -90 to 90 degrees, and keeps their answers with date, versions, seeds and machine as
notebooks/reference/03_turned_photos.json. On two cores this takes some four minutes.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers import generator_settings, runtime, sample
from helpers.widgets import turned

if TYPE_CHECKING:
    import keras

# As on the sample profile of lesson 3.
SIDE, BATCH, EPOCHS = 64, 16, 28
FILTERS, DENSE, LEARNING_RATE = (16, 32, 64, 64), 128, 6e-4
AUGMENTATION = generator_settings.LESSON.keywords()
JUDGED = 50  # photos per class that the accuracies are measured on


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="by default 0 1 2")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"by default {EPOCHS}, as in the lesson")
    parser.add_argument("--judged", type=int, default=JUDGED, help=f"photos per class, by default {JUDGED}")
    parser.add_argument("--out", type=Path, default=turned.RECORD, help="file to write")
    options = parser.parse_args(arguments)
    try:
        record = make_record(runtime.settings().data, options.seeds, epochs=options.epochs, judged=options.judged)
    except ValueError as problem:
        parser.error(str(problem))
    part = options.out.with_suffix(".part")
    part.write_text(json.dumps(record) + "\n", encoding="utf-8")
    part.replace(options.out)
    print(f"Recorded {options.out.name}: {options.out.stat().st_size / 1000:.0f} KB")
    return 0


def make_record(data: Path, seeds: Sequence[int], *, epochs: int = EPOCHS, judged: int = JUDGED) -> dict:
    """Train and ask; see `helpers.widgets.turned.Turned` for the arrays.

    Parameters
    ----------
    data : pathlib.Path
        The drawn photos are kept in ``data/sample``.
    seeds : sequence of int
        One training without and one with augmentation for each.
    epochs : int
        At least 1.
    judged : int
        Photos per class that the accuracies are measured on, at least 3.

    Returns
    -------
    dict
        Ready for JSON.

    Raises
    ------
    ValueError
        If a number is too small.
    """
    for name, value, least in (("epochs", epochs, 1), ("judged", judged, turned.SHOWN), ("seeds", min(seeds), 0)):
        if value < least:
            raise ValueError(f"{name} is {value}; expected at least {least}.")
    photos = [turned.photo(kind, number) for kind in turned.KINDS for number in range(judged)]
    labels = np.repeat([0, 1], judged)
    shown = [kind * judged + number for kind in (0, 1) for number in range(turned.SHOWN)]
    probabilities: dict[str, list] = {"without": [], "with": []}
    accuracies: dict[str, list] = {"without": [], "with": []}
    seconds = []
    for seed in seeds:
        for name, augmentation in (("without", {}), ("with", AUGMENTATION)):
            started = time.perf_counter()
            network = train(data, seed, augmentation, epochs)
            seconds.append(round(time.perf_counter() - started, 1))
            answers = np.stack([ask(network, photos, angle) for angle in turned.ANGLES], axis=1)
            probabilities[name].append(answers[shown].round(3).tolist())
            right = (answers > 0.5) == labels[:, np.newaxis]
            accuracies[name].append(right.mean(axis=0).round(3).tolist())
            print(f"seed {seed}, {name} augmentation: {right[:, turned.ANGLES.index(0)].mean():.2f} right upright")
    return {
        "date": datetime.date.today().isoformat(),
        "seeds": list(seeds),
        "versions": runtime.versions(),
        "drawing": sample.DRAWING_VERSION,
        "epochs": epochs,
        "seconds": seconds,
        "photos": len(photos),
        "angles": list(turned.ANGLES),
        "probabilities": probabilities,
        "accuracies": accuracies,
    }


def build_network() -> keras.Model:
    """The network of lesson 3 on the sample profile."""
    import keras
    from keras import layers

    network = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters in FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(DENSE, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(
        loss="binary_crossentropy",
        optimizer=keras.optimizers.RMSprop(learning_rate=LEARNING_RATE),
        metrics=["accuracy"],
    )
    return network


def train(data: Path, seed: int, augmentation: dict, epochs: int) -> keras.Model:
    """Lesson 3's training on the photos drawn with `seed`."""
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    folder = sample.cats_and_dogs(data, seed=seed) / "train"
    photos = ImageDataGenerator(rescale=1 / 255, **augmentation).flow_from_directory(
        folder, target_size=(SIDE, SIDE), batch_size=BATCH, class_mode="binary"
    )
    runtime.set_seed(seed)
    network = build_network()
    network.fit(photos, epochs=epochs, verbose=0)
    return network


def ask(network: keras.Model, photos: Sequence, angle: int) -> np.ndarray:
    """The probability of a dog for every photo, turned by `angle` degrees: float (photos,)."""
    from PIL import Image

    # Resized as load_img and the generators do.
    small = [turned.turn(photo, angle).resize((SIDE, SIDE), Image.Resampling.NEAREST) for photo in photos]
    batch = np.stack([np.asarray(photo, dtype="float32") for photo in small]) / 255
    return network.predict(batch, batch_size=64, verbose=0)[:, 0].astype(float)


if __name__ == "__main__":
    sys.exit(main())
