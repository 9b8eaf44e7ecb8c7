"""Time what must be quick: a redraw of the augmentation explorer, and the training monitor's part of an epoch.

python -m data_scripts.benchmark_widgets
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

import numpy as np

from helpers import runtime
from helpers.augmentation import generator_settings
from helpers.widgets import explorer, pictures, shell
from helpers.widgets.monitor import TrainingMonitor

REDRAW_LIMIT, MONITOR_LIMIT = 0.150, 0.03  # seconds; share of an epoch
SIDE, PHOTOS, BATCH = 64, 400, 16  # as on the sample profile of lesson 2


def redraws(count: int, fill_mode: str, seed: int = 0) -> np.ndarray:
    """Seconds of `count` redraws of the explorer with every slow parameter on, each with another rotation.

    Returns
    -------
    numpy.ndarray
        float (count,).
    """
    photo, rng = pictures.drawn_cat(seed), np.random.default_rng(seed)
    uniforms, seconds = generator_settings.draw_uniforms(rng, explorer.DRAWS), []
    for rotation in np.linspace(1, 180, count):
        settings = generator_settings.Augmentation(
            rotation_range=float(rotation),
            width_shift_range=0.2,
            height_shift_range=0.2,
            shear_range=20.0,
            zoom_range=0.2,
            brightness_range=(0.5, 1.5),
            horizontal_flip=True,
            fill_mode=fill_mode,
        )
        started = time.perf_counter()
        shell.as_figure(*explorer.view(photo, settings, uniforms))
        seconds.append(time.perf_counter() - started)
    return np.array(seconds)


def monitor_shares(epochs: int, seed: int = 0) -> np.ndarray:
    """The monitor's share of each epoch of a training of lesson 2's size, float (epochs,), 0-1."""
    import keras
    from keras import layers

    runtime.set_seed(seed)
    rng = np.random.default_rng(seed)
    photos, labels = rng.random((PHOTOS, SIDE, SIDE, 3), dtype="float32"), rng.integers(0, 2, PHOTOS)
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters in (16, 32, 64, 64):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
    monitor = TrainingMonitor(live=True)
    model.fit(photos, labels, batch_size=BATCH, epochs=epochs, verbose=0, validation_split=0.25, callbacks=[monitor])
    return monitor.overhead()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if a median is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redraws", type=int, default=50, help="how many, default 50")
    parser.add_argument("--epochs", type=int, default=20, help="of the training that is monitored, default 20")
    options = parser.parse_args(arguments)
    slow = False
    for fill_mode in ("nearest", "reflect"):
        seconds = redraws(options.redraws, fill_mode)
        slow |= float(np.median(seconds)) > REDRAW_LIMIT
        print(
            f"explorer, one redraw, fill_mode {fill_mode}: median {1000 * np.median(seconds):.0f} ms, "
            f"worst {1000 * seconds.max():.0f} ms (limit {1000 * REDRAW_LIMIT:.0f} ms)"
        )
    shares = monitor_shares(options.epochs)
    slow |= float(np.median(shares)) > MONITOR_LIMIT
    print(
        f"training monitor, share of an epoch: median {np.median(shares):.2%}, worst {shares.max():.2%} "
        f"(limit {MONITOR_LIMIT:.0%})"
    )
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
